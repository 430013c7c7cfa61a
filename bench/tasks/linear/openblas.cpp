// SPDX-License-Identifier: MIT
#include <rivals/openblas.hpp>

// The bias is what the product is added to.
const bench::a_case layer("layer",
                          [](array<float>& y, const array<float>& x, const array<float>& w, const array<float>& b) {
                            const integer columns = w.extent(1);
                            for (integer i = 0; i < x.extent(0); ++i)
                              std::copy_n(b.data(), columns, y.data() + i * columns);
                            multiply(x.extent(0), columns, w.extent(0), x.data(), w.data(), 1.f, y.data());
                            for (integer i = 0; i < y.size(); ++i) y.data()[i] = std::max(y.data()[i], 0.f);
                          });
