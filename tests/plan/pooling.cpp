// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/pooling.hpp: windows of any shape over images of any layout and element type, against loops.
#include <random>
#include <vector>

#include <support/catch.hpp>
#include <tutti/nn.hpp>

namespace tutti {

namespace {

using extents = std::array<index, 3>;

struct windows_of {
  extents input, window, stride, padding, dilation;

  index output(std::size_t a) const {
    return (input[a] + 2 * padding[a] - dilation[a] * (window[a] - 1) - 1) / stride[a] + 1;
  }
  std::string text() const {
    std::string all;
    for (const extents& e : {input, window, stride, padding, dilation})
      all += " " + std::to_string(e[0]) + "x" + std::to_string(e[1]) + "x" + std::to_string(e[2]);
    return all;
  }
};

// The greatest element that each window sees, or their sum; `none` where it sees none.
template <class R, class T>
tensor<R, 5> folded(const tensor<T, 5>& x, const windows_of& w, bool greatest, R none) {
  tensor<R, 5> y({x.shape()[0], x.shape()[1], w.output(0), w.output(1), w.output(2)});
  std::array<index, 5> at{};
  for (index i = 0; i < y.size(); ++i) {
    index rest = i;
    for (std::size_t a = 5; a-- > 0;) {
      at[a] = rest % y.shape()[static_cast<index>(a)];
      rest /= y.shape()[static_cast<index>(a)];
    }
    R result = none;
    bool first = true;
    for (index tap = 0; tap < w.window[0] * w.window[1] * w.window[2]; ++tap) {
      const extents of{tap / (w.window[1] * w.window[2]), tap / w.window[2] % w.window[1], tap % w.window[2]};
      extents p{};
      bool inside = true;
      for (std::size_t a = 0; a < 3; ++a) {
        p[a] = at[a + 2] * w.stride[a] + of[a] * w.dilation[a] - w.padding[a];
        inside = inside && p[a] >= 0 && p[a] < w.input[a];
      }
      if (!inside) continue;
      const R seen = convert_element<R>(x(at[0], at[1], p[0], p[1], p[2]));
      if constexpr (is_complex<R>) result += seen;
      else if (greatest) result = first || result < seen ? seen : result;
      else result = static_cast<R>(result + seen);
      first = false;
    }
    y.data()[i] = result;
  }
  return y;
}

template <class T>
tensor<T, 5> some_images(const windows_of& w, index batch, index channels, std::mt19937& random) {
  tensor<T, 5> x({batch, channels, w.input[0], w.input[1], w.input[2]});
  for (T& e : x) e = convert_element<T>(static_cast<float>(random() % 64) - (std::is_unsigned_v<T> ? 0.f : 32.f));
  return x;
}

template <class T>
void check_pooling(const windows_of& w, index batch, index channels, std::mt19937& random) {
  INFO(w.text() << " of " << batch << "x" << channels);
  const tensor<T, 5> x = some_images<T>(w, batch, channels, random);
  const auto axes = [](const extents& e) { return per_axis<3>{e[0], e[1], e[2]}; };
  // Images and results of which other axes are the fastest too.
  const tensor<T, 5> turned_memory = permute(x, 0, 2, 3, 4, 1);
  const auto turned = permute(turned_memory, 0, 4, 1, 2, 3);
  if constexpr (!is_complex<T>) {
    const T least = std::same_as<T, bool>                  ? T{}
                    : std::numeric_limits<T>::has_infinity ? T(-std::numeric_limits<T>::infinity())
                                                           : std::numeric_limits<T>::lowest();
    const tensor<T, 5> expected = folded<T>(x, w, true, least);
    const nn::max_pool_options<3> o{axes(w.stride), axes(w.padding), axes(w.dilation)};
    const auto pooled = [&](const auto& images) { return nn::max_pool3d(images, axes(w.window), o); };
    CHECK(array_equal(pooled(x), expected));
    CHECK(array_equal(pooled(turned), expected));
    const auto& s = expected.shape();
    tensor<T, 5> wide({s[0], s[1] + 1, s[2], s[3], s[4]});
    auto part = wide(all, range(0, s[1]));
    part = pooled(x);
    CHECK(array_equal(part, expected));
    CHECK(array_equal(wide(all, range(s[1], s[1] + 1)), zeros<T>({s[0], 1, s[2], s[3], s[4]})));
  }
  const nn::avg_pool_options<3> o{axes(w.stride), axes(w.padding)};
  windows_of dense = w;
  dense.dilation = {1, 1, 1};
  using R = floating_t<T>;
  using F = std::conditional_t<is_complex<T>, std::complex<double>, double>;
  const auto taps = static_cast<real_t<F>>(w.window[0] * w.window[1] * w.window[2]);
  const tensor<F, 5> means = folded<F>(x, dense, false, F{}) / F(taps);
  CHECK(allclose(cast<F>(nn::avg_pool3d(x, axes(w.window), o)), means, is_half<R> ? 1e-2 : 1e-6,
                 is_half<R> ? 1e-2 : 1e-5));
}

} // namespace

TEMPLATE_TEST_CASE("windows of any shape, over images of any layout", "", float, double, std::int8_t, std::uint8_t,
                   std::int16_t, std::int64_t, bool, float16, std::complex<float>) {
  std::mt19937 random(7);
  const auto between = [&](index a, index b) { return a + static_cast<index>(random()) % (b - a + 1); };
  for (int i = 0; i < 60; ++i) {
    windows_of w{};
    for (std::size_t a = 0; a < 3; ++a) {
      w.window[a] = between(1, a == 2 && i % 6 == 0 ? 40 : 4);
      w.stride[a] = i % 5 == 0 ? w.window[a] : between(1, 4);
      w.padding[a] = between(0, w.window[a] / 2);
      w.dilation[a] = between(1, 2);
      w.input[a] = w.dilation[a] * (w.window[a] - 1) + between(1, a == 2 ? 70 : 9);
    }
    check_pooling<TestType>(w, between(1, 2), between(1, 5), random);
  }
}

TEST_CASE("long rows and whole planes") {
  std::mt19937 random(8);
  check_pooling<float>({{1, 3, 5000}, {1, 2, 3}, {1, 1, 1}, {0, 1, 1}, {1, 1, 1}}, 1, 2, random);
  check_pooling<float>({{1, 1, 9001}, {1, 1, 2}, {1, 1, 2}, {0, 0, 1}, {1, 1, 3}}, 2, 1, random);
  check_pooling<float>({{1, 7, 7}, {1, 7, 7}, {1, 7, 7}, {0, 0, 0}, {1, 1, 1}}, 3, 300, random);
  check_pooling<float>({{1, 1, 3000}, {1, 1, 3000}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}}, 3, 2, random);
  check_pooling<double>({{2, 57, 61}, {2, 57, 61}, {1, 1, 1}, {1, 3, 0}, {1, 1, 1}}, 1, 3, random);
  const tensor<float, 4> none({0, 3, 4, 4}), empty({2, 1, 1, 0});
  CHECK(nn::max_pool2d(none, 2).shape() == index_list<4>{0, 3, 2, 2});
  CHECK(array_equal(nn::avg_pool2d(empty, 2, {.padding = 1}), zeros<float>({2, 1, 1, 1})));
}

TEST_CASE("pooling has the same bits for any number of threads") {
  std::mt19937 random(9);
  const tensor<float, 5> five = some_images<float>({{1, 60, 61}, {}, {}, {}, {}}, 4, 16, random);
  const tensor<float, 4> x = five(all, all, 0) / 7.f;
  const auto with = [&](int threads) {
    set_num_threads(threads);
    const tensor<float, 4> y = nn::avg_pool2d(x, 3, {.stride = 2, .padding = 1});
    set_num_threads(0);
    return y;
  };
  const tensor<float, 4> one = with(1);
  CHECK(array_equal(with(2), one));
  CHECK(array_equal(with(5), one));
}

} // namespace tutti
