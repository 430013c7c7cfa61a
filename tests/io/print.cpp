// SPDX-License-Identifier: MIT
#include <sstream>

#include <tutti/io/print.hpp>

#include <support/catch.hpp>

using namespace tutti;

// What is expected here is what NumPy 2.4 printed.

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// Expected text of several lines begins with a line break, for the source's sake.
template <class X>
std::string text(const X& x, const print_options& options = {}) {
  const std::string result = array_str(x, options);
  return result.find('\n') == std::string::npos ? result : "\n" + result;
}

template <class T>
tensor<T, 1> list(std::initializer_list<T> values) { return {{values.size()}, values}; }

template <class T, std::ptrdiff_t Rank>
tensor<T, Rank> counted(const index_list<Rank>& shape) {
  tensor<T, Rank> x(shape);
  for (std::ptrdiff_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<T>(i);
  return x;
}

template <class T>
std::string lone(T value) { return array_str(tensor<T, 0>({}, value)); }

} // namespace

TEST_CASE("print: real numbers have the fewest digits that tell them apart, in columns") {
  CHECK(text(tensor<float, 2>({2, 2}, {1, 2.5f, -3, 1000})) == R"(
[[   1.     2.5]
 [  -3.  1000. ]])");
  CHECK(text(list<double>({0.1, 1 / 3., 2, 1e-3})) == "[1.00000000e-01 3.33333333e-01 2.00000000e+00 1.00000000e-03]");
  CHECK(text(list<float>({0.1f, 1 / 3.f, 2, 1e-3f})) == "[1.0000000e-01 3.3333334e-01 2.0000000e+00 1.0000000e-03]");
  CHECK(text(list<float16>({0.1f, 1 / 3.f, 2.f, 1e-3f})) == "[9.998e-02 3.333e-01 2.000e+00 1.000e-03]");
  CHECK(text(list<bfloat16>({0.1f, 1 / 3.f, 2.f, 1e-2f})) == "[0.1   0.334 2.    0.01 ]");
  CHECK(text(tensor<double, 2>({2, 2})) == R"(
[[0. 0.]
 [0. 0.]])");
  CHECK(text(list<double>({-0., 0.})) == "[-0.  0.]");
}

TEST_CASE("print: scientific where the sizes ask for it") {
  CHECK(text(list<double>({1, 1000})) == "[   1. 1000.]");
  CHECK(text(list<double>({1, 1001})) == "[1.000e+00 1.001e+03]");
  CHECK(text(list<double>({1e-5, 2e-5})) == "[1.e-05 2.e-05]");
  CHECK(text(list<double>({99999999, 1e8})) == "[9.9999999e+07 1.0000000e+08]");
  CHECK(text(list<float>({999999, 1000000})) == "[9.99999e+05 1.00000e+06]");
  CHECK(text(list<float16>({999.f, 1000.f})) == "[9.99e+02 1.00e+03]");
  CHECK(text(list<double>({1e100, 1.5, -2e-300})) == "[ 1.0e+100  1.5e+000 -2.0e-300]");
  CHECK(text(list<float>({0.1f, 1.2345679e5f})) == "[1.0000000e-01 1.2345679e+05]");
}

TEST_CASE("print: what is not finite, and what is not real") {
  CHECK(text(list<double>({missing, infinity, -infinity, 1.5})) == "[ nan  inf -inf  1.5]");
  CHECK(text(list<double>({missing, missing})) == "[nan nan]");
  CHECK(text(list<double>({infinity, -infinity})) == "[ inf -inf]");
  CHECK(text(tensor<bool, 2>({2, 2}, {true, false, true, true})) == R"(
[[ True False]
 [ True  True]])");
  CHECK(text(tensor<std::int64_t, 2>({2, 2}, {1, -20, 300, 4})) == R"(
[[  1 -20]
 [300   4]])");
  CHECK(text(list<std::int8_t>({-128, 127})) == "[-128  127]");
  CHECK(text(list<std::uint64_t>({~std::uint64_t{0}, 0})) == "[18446744073709551615                    0]");
  CHECK(text(list<std::complex<double>>({{1, 2}, {-0.5, -10}, {missing, infinity}})) ==
        "[ 1.  +2.j -0.5-10.j  nan+infj]");
  CHECK(text(list<std::complex<float>>({{1e-5f, 1}, {2, 0}})) == "[1.e-05+1.j 2.e+00+0.j]");
}

TEST_CASE("print: ranks, and lines that are too long") {
  CHECK(text(counted<int, 3>({2, 2, 2})) == R"(
[[[0 1]
  [2 3]]

 [[4 5]
  [6 7]]])");
  CHECK(text(counted<int, 4>({2, 1, 2, 1})) == R"(
[[[[0]
   [1]]]


 [[[2]
   [3]]]])");
  CHECK(text(counted<int, 1>({40}) * 100) == R"(
[   0  100  200  300  400  500  600  700  800  900 1000 1100 1200 1300
 1400 1500 1600 1700 1800 1900 2000 2100 2200 2300 2400 2500 2600 2700
 2800 2900 3000 3100 3200 3300 3400 3500 3600 3700 3800 3900])");
  CHECK(text(counted<double, 2>({2, 15}) / 7) == R"(
[[0.         0.14285714 0.28571429 0.42857143 0.57142857 0.71428571
  0.85714286 1.         1.14285714 1.28571429 1.42857143 1.57142857
  1.71428571 1.85714286 2.        ]
 [2.14285714 2.28571429 2.42857143 2.57142857 2.71428571 2.85714286
  3.         3.14285714 3.28571429 3.42857143 3.57142857 3.71428571
  3.85714286 4.         4.14285714]])");
}

TEST_CASE("print: nothing, and one element alone") {
  CHECK(text(tensor<float, 2>({0, 3})) == "[]");
  CHECK(text(tensor<float, 3>({2, 0, 3})) == "[]");
  CHECK(lone(0.1f) == "0.1");
  CHECK(lone(3.) == "3.0");
  CHECK(lone(-0.) == "-0.0");
  CHECK(lone(3.141592653589793) == "3.141592653589793");
  CHECK(lone(9999999999999998.) == "9999999999999998.0");
  CHECK(lone(1e16) == "1e+16");
  CHECK(lone(1e-4) == "0.0001");
  CHECK(lone(9.9e-5) == "9.9e-05");
  CHECK(lone(1.5e300) == "1.5e+300");
  CHECK(lone(5e-324) == "5e-324");
  CHECK(lone(999999.9f) == "999999.9");
  CHECK(lone(1e6f) == "1e+06");
  CHECK(lone(16777216.f) == "1.6777216e+07");
  CHECK(lone(float16(1000.f)) == "1e+03");
  CHECK(lone(float16(0.015625f)) == "0.01563"); // not 0.01562, which is nearer to the number below
  CHECK(lone(missing) == "nan");
  CHECK(lone(-infinity) == "-inf");
  CHECK(lone(true) == "True");
  CHECK(lone(std::int8_t{-5}) == "-5");
  CHECK(lone(std::complex<double>(1, 2)) == "(1+2j)");
  CHECK(lone(std::complex<double>(0, -2.5)) == "-2.5j");
  CHECK(lone(std::complex<double>(-0., 1)) == "(-0+1j)");
  CHECK(lone(std::complex<float>(1e-5f, 1e6f)) == "(1e-05+1e+06j)");
  CHECK(lone(std::complex<double>(missing, -infinity)) == "(nan-infj)");
}

TEST_CASE("print: the corners of what has more than 1000 elements") {
  CHECK(text(counted<int, 1>({1001})) == "[   0    1    2 ...  998  999 1000]");
  CHECK(text(counted<double, 2>({30, 40})) == R"(
[[0.000e+00 1.000e+00 2.000e+00 ... 3.700e+01 3.800e+01 3.900e+01]
 [4.000e+01 4.100e+01 4.200e+01 ... 7.700e+01 7.800e+01 7.900e+01]
 [8.000e+01 8.100e+01 8.200e+01 ... 1.170e+02 1.180e+02 1.190e+02]
 ...
 [1.080e+03 1.081e+03 1.082e+03 ... 1.117e+03 1.118e+03 1.119e+03]
 [1.120e+03 1.121e+03 1.122e+03 ... 1.157e+03 1.158e+03 1.159e+03]
 [1.160e+03 1.161e+03 1.162e+03 ... 1.197e+03 1.198e+03 1.199e+03]])");
  CHECK(text(counted<int, 3>({2, 300, 2})) == R"(
[[[   0    1]
  [   2    3]
  [   4    5]
  ...
  [ 594  595]
  [ 596  597]
  [ 598  599]]

 [[ 600  601]
  [ 602  603]
  [ 604  605]
  ...
  [1194 1195]
  [1196 1197]
  [1198 1199]]])");
  CHECK(text(counted<int, 1>({1000})).find("...") == std::string::npos);
  // The corners are looked up, and only those.
  const float one = 1;
  const view<const float, 2> huge(&one, {1'000'000, 1'000'000}, {0, 0});
  CHECK(text(huge, {.edge_items = 1}) == "\n[[1. ... 1.]\n ...\n [1. ... 1.]]");
}

TEST_CASE("print: options") {
  CHECK(text(list<double>({1 / 3., 2 / 3.}), {.precision = 3}) == "[0.333 0.667]");
  CHECK(text(list<double>({1 / 3., 2 / 3., 2.5}), {.precision = 0}) == "[0. 1. 2.]");
  CHECK(text(list<double>({1e-10, 1, 1e-3}), {.suppress = true}) == "[0.    1.    0.001]");
  CHECK(text(list<double>({1e10, 1}), {.suppress = true}) == "[1.e+10 1.e+00]");
  CHECK(text(counted<int, 1>({4}), {.threshold = 0, .edge_items = std::numeric_limits<tutti::index>::max()}) ==
        "[0 1 2 3]");
  CHECK(text(counted<double, 2>({4, 5}), {.threshold = 5, .edge_items = 1}) == R"(
[[ 0. ...  4.]
 ...
 [15. ... 19.]])");
  CHECK(text(counted<int, 1>({10}) * 1000, {.line_width = 20}) == R"(
[   0 1000 2000
 3000 4000 5000
 6000 7000 8000
 9000])");
  CHECK(text(counted<int, 1>({2}), {.line_width = std::numeric_limits<tutti::index>::min()}) == "\n[0\n 1]");

  set_printoptions({.precision = 2});
  CHECK(get_printoptions().precision == 2);
  CHECK(array_str(list<double>({1 / 3.})) == "[0.33]");
  set_printoptions({});
  CHECK(array_str(list<double>({1 / 3.})) == "[0.33333333]");
  CHECK_THROWS_AS(set_printoptions({.precision = -1}), value_error);
  CHECK_THROWS_AS(set_printoptions({.threshold = -1}), value_error);
  CHECK_THROWS_AS(set_printoptions({.edge_items = 0}), value_error);
  CHECK_THROWS_WITH(array_str(array({1}), {.edge_items = 0}), "array_str: at least one edge item must be shown");
}

TEST_CASE("operator<< takes tensors, views and expressions") {
  const tensor<float, 2> x({2, 2}, {1, 2, 3, 4});
  std::ostringstream stream;
  stream << x << '|' << x(1, all) << '|' << x * 2.f << '|' << transpose(x)(0, all) << '|' << tensor<int>({1}, {7})
         << '|' << sum(x);
  CHECK(stream.str() == "[[1. 2.]\n [3. 4.]]|[3. 4.]|[[2. 4.]\n [6. 8.]]|[1. 3.]|[7]|10.0");
}
