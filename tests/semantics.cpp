// SPDX-License-Identifier: MIT
// What docs/explanation/semantics.md says of types and of departures from NumPy. The table of promotion is read from
// the page itself.
#include <fstream>
#include <map>
#include <sstream>

#include <support/catch.hpp>
#include <support/errors.hpp>
#include <tutti/nn.hpp>

namespace tutti {

namespace {

using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u64 = std::uint64_t;
using c64 = std::complex<float>;
using c128 = std::complex<double>;

template <class... Ts>
struct type_list {};
using all_types =
    type_list<bool, i8, i16, i32, i64, u8, u16, std::uint32_t, u64, float16, bfloat16, float, double, c64, c128>;

template <class T>
std::string short_name() {
  static const std::map<std::string_view, std::string> names = {
      {"bool", "b1"},     {"int8", "i8"},           {"int16", "i16"},          {"int32", "i32"},
      {"int64", "i64"},   {"uint8", "u8"},          {"uint16", "u16"},         {"uint32", "u32"},
      {"uint64", "u64"},  {"float16", "f16, bf16"}, {"bfloat16", "f16, bf16"}, {"float32", "f32"},
      {"float64", "f64"}, {"complex64", "c64"},     {"complex128", "c128"}};
  return names.at(dtype_name<T>());
}

template <class F, class... Ts>
void for_each_type(type_list<Ts...>, const F& f) { (f(std::type_identity<Ts>{}), ...); }

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream text(line.substr(1));
  for (std::string cell; std::getline(text, cell, '|');) {
    const auto first = cell.find_first_not_of(" *"), last = cell.find_last_not_of(" *");
    result.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return result;
}

// The page's table of promotion: [row][column].
std::map<std::string, std::map<std::string, std::string>> documented_promotion() {
  std::ifstream page(TUTTI_SOURCE_DIR "/docs/explanation/semantics.md");
  std::map<std::string, std::map<std::string, std::string>> table;
  std::vector<std::string> columns;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| | b1 |")) columns = cells(line);
    if (!columns.empty() && line.empty()) break;
    if (!columns.empty() && line.starts_with("| **")) {
      const auto row = cells(line);
      for (std::size_t i = 1; i < row.size(); ++i) table[row[0]][columns[i]] = row[i];
    }
  }
  return table;
}

const tensor<float, 1> f({2}, {1, 2});
const tensor<double, 1> d({2}, {1, 2});
const tensor<u8, 1> bytes({2}, {100, 200});
const tensor<i32, 1> ints({2}, {-7, 7});
const tensor<bool, 1> bools({2}, {true, false});
const tensor<float16, 1> halves({2}, float16(1.5f));
const tensor<bfloat16, 1> brains({2}, bfloat16(1.5f));
const tensor<c64, 1> z({2}, {{1, 2}, {3, 4}});

template <class Expected, class E>
constexpr bool gives(const E&) { return std::same_as<value_t<E>, Expected>; }

} // namespace

TEST_CASE("two tensors meet in the documented type") {
  const auto table = documented_promotion();
  REQUIRE(table.size() == 14);
  for_each_type(all_types{}, [&]<class A>(std::type_identity<A>) {
    for_each_type(all_types{}, [&]<class B>(std::type_identity<B>) {
      INFO(dtype_name<A>() << " and " << dtype_name<B>());
      CHECK(table.at(short_name<A>()).at(short_name<B>()) == short_name<promote_t<A, B>>());
    });
  });
}

TEST_CASE("a plain number beside a tensor has the documented type") {
  CHECK(gives<float>(f * 2));
  CHECK(gives<float>(f * 2.0));
  CHECK(gives<c64>(f * std::complex<double>(0, 1)));
  CHECK(gives<u8>(bytes + 2));
  CHECK(message_of<value_error>([] { (void)(bytes + 300); }) ==
        "the number 300 does not fit the element type uint8 of the tensor beside it: cast the tensor to a wider type");
  CHECK(gives<float>(ints * 0.5f));
  CHECK(gives<double>(ints * 0.5));
  CHECK(gives<i64>(bools + 1));
  CHECK(gives<float>(halves + 1));
}

TEST_CASE("operations have the documented types") {
  CHECK(gives<u8>(bytes + bytes));
  CHECK(gives<u8>(floor_divide(bytes, bytes)));
  CHECK(gives<u8>(minimum(bytes, bytes)));
  CHECK(gives<i32>(abs(ints)));
  CHECK(gives<u8>(square(bytes)));
  CHECK(gives<double>(bytes / bytes));
  CHECK(gives<double>(exp(bytes)));
  CHECK(gives<double>(sqrt(bools)));
  CHECK(gives<bool>(f < d));
  CHECK(gives<bool>(isnan(ints)));
  CHECK(gives<i64>(sum(ints)));
  CHECK(gives<u64>(sum(bytes)));
  CHECK(gives<i64>(sum(bools)));
  CHECK(gives<u64>(cumsum(bytes, 0)));
  CHECK(gives<float>(sum(f)));
  CHECK(gives<double>(mean(ints)));
  CHECK(gives<double>(stddev(bools)));
  CHECK(gives<u8>(max(bytes)));
  CHECK(gives<float>(halves * halves));
  CHECK(gives<float>(sum(brains)));
  CHECK(gives<float>(abs(z)));
  CHECK(gives<float>(variance(z)));
  CHECK(gives<i64>(argmax(f)));
}

// One case for each entry of the list "Departures from NumPy", under its title.

TEST_CASE("departures: assignment converts freely") {
  tensor<i32, 1> x({2}, {1, 2});
  x += 0.75;
  CHECK(array_equal(x, array({1, 2})));
  x = array({2.9f, -2.9f});
  CHECK(array_equal(x, array({2, -2})));
}

TEST_CASE("departures: comparing with numbers and mixed signs") {
  CHECK(message_of<value_error>([] { (void)(bytes == 300); }) ==
        "the number 300 does not fit the element type uint8 of the tensor beside it: cast the tensor to a wider type");
  const tensor<i64, 1> a({1}, {INT64_MAX});
  const tensor<u64, 1> b({1}, {u64{1} << 63});
  CHECK(all(a == b)); // both are 2^63 as double
}

TEST_CASE("departures: bools") {
  CHECK(array_equal(bools + bools, bools));
  CHECK(array_equal(bools * !bools, array({false, false})));
}

// "Complex numbers have no order": tests/compile_fail.

TEST_CASE("departures: integers to a negative power give 0") {
  CHECK(array_equal(pow(ints, -1), array({0, 0})));
  CHECK(allclose(pow(ints, -1.0), array({-1 / 7., 1 / 7.})));
}

TEST_CASE("departures: elements need one index per axis") {
  const tensor<float> x({2, 3});
  CHECK(message_of<index_error>([&] { (void)x(1); }) == "an element needs one index per axis: 1 for rank 2");
  CHECK(x(1, all).shape() == index_list<1>{3});
}

TEST_CASE("departures: reshape is not written through, view_as is") {
  tensor<int, 2> x({2, 3});
  view_as(x, 6)(range(0, 2)) = 5;
  CHECK(array_equal(x, array({{5, 5, 0}, {0, 0, 0}})));
  CHECK(array_equal(reshape(transpose(x), 6), array({5, 0, 5, 0, 0, 0})));
  CHECK(message_of<shape_error>([&] { (void)view_as(transpose(x), 6); }) ==
        "view_as: shape (3, 2) with strides (1, 3) cannot be seen as (6,) without a copy: use reshape");
}

TEST_CASE("departures: results are row-major") {
  const tensor<float, 2> x({2, 3}, column_major);
  const tensor y = x + 1;
  const tensor copy = x;
  CHECK(y.is_contiguous());
  CHECK(copy.is_contiguous());
}

TEST_CASE("departures: at most 8 axes") {
  const tensor<float> x(index_list<>::filled(8, 1));
  CHECK(message_of<shape_error>([&] { (void)x(newaxis); }) == "rank 9 is above the greatest rank, 8");
}

TEST_CASE("departures: array_equal and allclose are numbers") {
  static_assert(std::same_as<decltype(array_equal(f, f)), bool>);
  static_assert(std::same_as<decltype(allclose(f, f)), bool>);
  CHECK(all(f == f));
}

TEST_CASE("departures: an empty list of axes") {
  CHECK(message_of<axis_error>([] { (void)sum(f, index_list<>{}); }) == "sum: an empty list of axes");
  CHECK(array_equal(sum(f, axes()), f));
}

TEST_CASE("departures: no warnings") {
  CHECK(array_equal(floor_divide(ints, 0), array({0, 0})));
  CHECK(array_equal(ints % 0, array({0, 0})));
  CHECK(all(isinf(f / 0)));
}

} // namespace tutti
