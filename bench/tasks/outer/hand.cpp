// SPDX-License-Identifier: MIT
// Three packs hold whole triples: what has an extent of 3 is repeated into three registers once, and a pack of pixels is
// spread over three registers by shuffles.

#include <rivals/hand.hpp>

namespace {

using triple = std::array<pack, 3>;

// v repeated over three packs.
triple repeated(const float* v) {
  std::array<float, 3 * lanes> all;
  for (integer i = 0; i < 3 * lanes; ++i) all[static_cast<std::size_t>(i)] = v[i % 3];
  return {bench::load(all.data()), bench::load(all.data() + lanes), bench::load(all.data() + 2 * lanes)};
}

template <integer Part, integer... I>
TUTTI_INLINE pack spread(const pack& p, std::integer_sequence<integer, I...>) {
  return pack(__builtin_shufflevector(p.raw, p.raw, static_cast<int>((Part * lanes + I) / 3)...));
}

// Each lane of p three times.
TUTTI_INLINE triple spread(const pack& p) {
  constexpr auto all = std::make_integer_sequence<integer, lanes>{};
  return {spread<0>(p, all), spread<1>(p, all), spread<2>(p, all)};
}

} // namespace

const bench::a_case outer("outer", [](matrix& y, const vector& u, const vector& v) {
  for (integer i = 0; i < u.size(); ++i)
    bench::each(v.size(), [to = y.row(i), q = v.data(), of_row = pack(u.data()[i])](integer j) {
      bench::store(to + j, of_row * bench::load(q + j));
    });
});

const bench::a_case pixels("pixels", [](cube& y, const matrix& m, const vector& v) {
  const triple w = repeated(v.data());
  bench::each<2>(m.size(), [&, to = y.data(), p = m.data()](integer i) {
    const triple x = spread(bench::load(p + i));
    for (std::size_t k = 0; k < 3; ++k) bench::store(to + 3 * i + static_cast<integer>(k) * lanes, x[k] * w[k]);
  });
});

const bench::a_case channels("channels", [](cube& y, const cube& x, const vector& v) {
  const triple w = repeated(v.data());
  bench::each<2>(x.size() / 3, [&, to = y.data(), p = x.data()](integer i) {
    for (std::size_t k = 0; k < 3; ++k) {
      const integer at = 3 * i + static_cast<integer>(k) * lanes;
      bench::store(to + at, bench::load(p + at) * w[k]);
    }
  });
});

using images = bench::array<float>;
const bench::a_case batch("batch", [](images& y, const images& x, const vector& gain, const matrix& m) {
  for (integer b = 0; b < gain.size(); ++b) {
    const integer first = b * 3 * m.size();
    bench::each<2>(m.size(),
                   [&, to = y.data() + first, p = x.data() + first, q = m.data(), g = pack(gain.data()[b])](integer i) {
                     const triple shift = spread(bench::load(q + i));
                     for (std::size_t k = 0; k < 3; ++k) {
                       const integer at = 3 * i + static_cast<integer>(k) * lanes;
                       bench::store(to + at, bench::fma(bench::load(p + at), g, shift[k]));
                     }
                   });
  }
});
