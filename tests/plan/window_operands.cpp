// SPDX-License-Identifier: MIT
// labels: parallel
// Batches of images too large to be laid out together are worked on some images at a time.
#include <support/catch.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

namespace {

// Small whole numbers: what is made of them is exact in any order.
tensor<float, 4> numbers(index a, index b, index c, index d) {
  tensor<float, 4> x({a, b, c, d});
  index i = 0;
  for (float& e : x) {
    e = static_cast<float>((i * 37 + i / 11) % 9 - 4);
    ++i;
  }
  return x;
}

// Whether images give together what they give one by one.
template <class F>
bool one_by_one(const tensor<float, 4>& x, const F& f) {
  bool equal = true;
  for (int threads : {1, 2}) {
    set_num_threads(threads);
    const tensor<float, 4> together = f(x);
    set_num_threads(1);
    for (index i = 0; i < x.shape()[0]; ++i) {
      const tensor<float, 4> alone = f(tensor<float, 4>(x(range(i, i + 1))));
      equal = equal && all(together(range(i, i + 1)) == alone)();
    }
  }
  set_num_threads(0);
  return equal;
}

} // namespace

TEST_CASE("images that are laid out in several parts of a batch") {
  // Rows of which one image fills the second cache, or two do.
  const index rows = kernel::caches().second / (index{sizeof(float)} * 32 * 72) + 1;
  const auto large = numbers(3, 32, rows, 70), middling = numbers(5, 16, rows, 70);
  const auto w = numbers(20, 32, 3, 3), v = numbers(20, 16, 3, 3), turned = numbers(32, 20, 3, 3);
  const auto plane = numbers(1, 32, rows, 70);
  set_num_threads(1);
  CHECK(explain(nn::conv2d(large, w, {.padding = 1})).to_text().find("with their padding, 1 at a time") !=
        std::string::npos);
  set_num_threads(0);
  CHECK(one_by_one(large, [&](const auto& x) { return nn::conv2d(x, w, {.padding = 1}); }));
  CHECK(one_by_one(middling, [&](const auto& x) { return nn::conv2d(x, v, {.stride = 2, .padding = 2}); }));
  CHECK(one_by_one(large, [&](const auto& x) { return nn::relu(nn::conv2d(named(x, "x"), w) + 1); }));
  CHECK(one_by_one(large, [&](const auto& x) { return nn::conv2d(x * plane + 1, w, {.padding = 1}); }));
  CHECK(one_by_one(large, [&](const auto& x) { return nn::conv2d(flip(x, 3), w, {.dilation = 2}); }));
  CHECK(one_by_one(large, [&](const auto& x) { return nn::conv_transpose2d(x, turned, {.stride = 2}); }));
  // What must be computed as a whole.
  CHECK(one_by_one(large, [&](const auto& x) { return nn::conv2d(x - max(x, 1, keepdims), w); }));
  CHECK(one_by_one(large, [&](const auto& x) { return nn::conv2d(cumsum(x, 3) * 2, w); }));
  CHECK(one_by_one(large, [&](const auto& x) { return nn::conv2d(nn::max_pool2d(x, 2), w); }));
}

TEST_CASE("batches of images along three axes") {
  tensor<float, 5> x({3, 16, 12, 40, 44}), y;
  index i = 0;
  for (float& e : x) e = static_cast<float>(i++ * 29 % 11 - 5);
  const tensor<float, 5> w({20, 16, 2, 3, 2}, 2.f);
  y = nn::conv3d(x, w, {.padding = 1});
  for (index image = 0; image < 3; ++image) {
    const tensor<float, 5> alone = nn::conv3d(x(range(image, image + 1)), w, {.padding = 1});
    CHECK(all(y(range(image, image + 1)) == alone)());
  }
}

} // namespace tutti
