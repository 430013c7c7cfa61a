// SPDX-License-Identifier: MIT
// The scratch of products, of formulas around them, and of panels.
#include <support/catch.hpp>
#include <support/scratch.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

TEST_CASE("products take the scratch that their plan says") {
  const tensor<float, 2> a({300, 500}, 1.f), b({500, 400}, 1.f), bt({400, 500}, 1.f), square({90, 90}, 1.f);
  const tensor<float, 2> wide({300, 1000}, 1.f), tall({12, 9000}, 1.f), long_b({9000, 700}, 1.f);
  const tensor<double, 2> d({500, 400}, 1.);
  const tensor<float16, 2> h({300, 500});
  const tensor<std::complex<float>, 2> z({120, 150}), zb({150, 130});
  const tensor<std::int8_t, 2> i({300, 500}, 1);
  const tensor<std::uint8_t, 2> u({500, 400}, 1);
  const tensor<float, 3> batch({6, 70, 80}, 1.f), batch_b({6, 80, 60}, 1.f);
  const tensor<float, 1> v({500}, 1.f), w({1000}, 1.f), bias({400}, 1.f);
  tensor<float, 2> y({300, 400}), turned({400, 300}), small({90, 90}), strided({300, 800}), few({12, 700});
  tensor<double, 2> wide_y({300, 400});
  tensor<std::complex<float>, 2> zy({120, 130});
  tensor<std::int32_t, 2> sums({300, 400});
  tensor<float, 3> batch_y({6, 70, 60});
  tensor<float, 1> rows({300}), columns({400});
  TUTTI_CHECK_SCRATCH(y, something, matmul(a, b));
  TUTTI_CHECK_SCRATCH(y, something, matmul(exp(a), b * 2));
  TUTTI_CHECK_SCRATCH(y, something, relu(matmul(a, b) + bias));
  TUTTI_CHECK_SCRATCH((view<float, 2>(turned.data(), {300, 400}, {1, 300})), something, matmul(a, b));
  TUTTI_CHECK_SCRATCH(strided(all, range(0, 800, 2)), something, matmul(a, b));
  TUTTI_CHECK_SCRATCH(few, something, matmul(tall, long_b) + 1);
  TUTTI_CHECK_SCRATCH(small, nothing, matmul(square, square));
  TUTTI_CHECK_SCRATCH(wide_y, something, matmul(a, d));
  TUTTI_CHECK_SCRATCH(y, something, matmul(h, b));
  TUTTI_CHECK_SCRATCH(zy, something, matmul(z, zb));
  TUTTI_CHECK_SCRATCH(sums, something, matmul(cast<std::int32_t>(i), cast<std::int32_t>(u)));
  TUTTI_CHECK_SCRATCH(batch_y, something, matmul(batch * 2, batch_b));
  TUTTI_CHECK_SCRATCH(rows, nothing, matmul(a, v));
  TUTTI_CHECK_SCRATCH(rows, something, matmul(wide(all, range(0, 1000, 2)), w(range(0, 1000, 2))));
  TUTTI_CHECK_SCRATCH(columns, either, matmul(v, b));
  TUTTI_CHECK_SCRATCH(columns, something, matmul(v, b * 2));
  TUTTI_CHECK_SCRATCH(y, something, einsum<"ik,kl,lj->ij">(a, transpose(a + 1), y) * 2);
  TUTTI_CHECK_SCRATCH(y, something, softmax_of(matmul(a, b)));
  TUTTI_CHECK_SCRATCH(y, something, matmul(softmax_of(matmul(a, b) / 8), transpose(bt)(range(0, 400), all)));
}

} // namespace tutti
