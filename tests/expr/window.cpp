// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/window.hpp and correlation.hpp, against what NumPy and SciPy print.

#include <support/catch.hpp>
#include <support/errors.hpp>

#include <tutti/tensor.hpp>

namespace tutti {

#define MESSAGE(type, expression) message_of<type>([&] { (void)(expression); })

TEST_CASE("windows that slide") {
  const tensor<float, 2> x({3, 4}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  const auto v = sliding_window_view(x, {2, 3}, {0, 1});
  static_assert(is_view<std::remove_const_t<decltype(v)>>);
  CHECK(v.shape() == index_list<4>{2, 2, 2, 3});
  CHECK(v(1, 0, 1, 2) == 10);
  CHECK(
      array_equal(sum(sliding_window_view(x, 2, -1), -1), tensor<float, 2>({3, 3}, {1, 3, 5, 9, 11, 13, 17, 19, 21})));
  const tensor<float, 1> row({4}, {1, 2, 3, 4});
  CHECK(array_equal(tensor(max(sliding_window_view(x * 2 + row, 3, 1), 2)),
                    max(sliding_window_view(tensor(x * 2 + row), 3, 1), 2)));
  CHECK(array_equal(tensor(sliding_window_view(cumsum(x, 1), 3, 1)), sliding_window_view(tensor(cumsum(x, 1)), 3, 1)));
  CHECK(array_equal(tensor(sliding_window_view(sum(x, 0), 2, 0)), sliding_window_view(tensor(sum(x, 0)), 2, 0)));
  CHECK(array_equal(tensor(sliding_window_view(arange(5), 2, 0)), sliding_window_view(tensor(arange(5)), 2, 0)));
  CHECK(MESSAGE(shape_error, sliding_window_view(x, 4, 0)) ==
        "cannot slide a window of 4 along axis 0 of shape (3, 4)");
  CHECK(MESSAGE(shape_error, sliding_window_view(x, std::numeric_limits<tutti::index>::min(), 0)) ==
        "cannot slide a window of -9223372036854775808 along axis 0 of shape (3, 4)");
  CHECK(MESSAGE(axis_error, sliding_window_view(x, 2, 2)) != "");
}

TEST_CASE("correlation and convolution") {
  const tensor<int, 1> a({3}, {1, 2, 3}), v({2}, {0, 1}), two({3}, {0, 1, 2});
  CHECK(array_equal(convolve(a, two), tensor<int, 1>({5}, {0, 1, 4, 7, 6})));
  CHECK(array_equal(convolve(a, two, overlap::same), tensor<int, 1>({3}, {1, 4, 7})));
  CHECK(array_equal(convolve(a, two, overlap::valid), tensor<int, 1>({1}, {4})));
  CHECK(array_equal(convolve(a, v, overlap::same), tensor<int, 1>({3}, {0, 1, 2})));
  CHECK(array_equal(correlate(a, two), tensor<int, 1>({1}, {8})));
  CHECK(array_equal(correlate(a, two, overlap::full), tensor<int, 1>({5}, {2, 5, 8, 3, 0})));
  using C = std::complex<double>;
  CHECK(array_equal(correlate(tensor<C, 1>({2}, {C(1, 1), C(2, 0)}), tensor<C, 1>({2}, {C(0, 1), C(1, 0)})),
                    tensor<C, 1>({1}, {C(3, -1)})));
  const tensor<double, 2> image({2, 3}, {1, 2, 3, 4, 5, 6}), mask({2, 2}, {1, 0, 0, -1});
  CHECK(array_equal(correlate(image, mask), tensor<double, 2>({1, 2}, {-4, -4})));
  CHECK(array_equal(convolve(image, mask), tensor<double, 2>({3, 4}, {1, 2, 3, 0, 4, 4, 4, -3, 0, -4, -5, -6})));
  CHECK(array_equal(convolve(image, mask, overlap::same), tensor<double, 2>({2, 3}, {1, 2, 3, 4, 4, 4})));
  CHECK(MESSAGE(shape_error, correlate(v, two)) ==
        "cannot correlate shapes (2,) and (3,) where they overlap wholly: axis 0 is 2 and 3");
  CHECK(MESSAGE(shape_error, convolve(a, zeros<int>({0}))) == "cannot convolve shapes (3,) and (0,): axis 0 is empty");
}

} // namespace tutti
