// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/core/dtype.hpp>

namespace tutti {

namespace {

using b = bool;
using i1 = std::int8_t;
using i2 = std::int16_t;
using i4 = std::int32_t;
using i8 = std::int64_t;
using u1 = std::uint8_t;
using u2 = std::uint16_t;
using u4 = std::uint32_t;
using u8 = std::uint64_t;
using f4 = float;
using f8 = double;
using c8 = std::complex<float>;
using c16 = std::complex<double>;

// numpy.promote_types, a row and a column per type.
template <class A, class... Results>
constexpr bool row = [] {
  using others = std::tuple<b, i1, i2, i4, i8, u1, u2, u4, u8, f4, f8, c8, c16>;
  using results = std::tuple<Results...>;
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return (std::same_as<promote_t<A, std::tuple_element_t<I, others>>, std::tuple_element_t<I, results>> && ...) &&
           (std::same_as<promote_t<std::tuple_element_t<I, others>, A>, std::tuple_element_t<I, results>> && ...);
  }(std::make_index_sequence<sizeof...(Results)>{});
}();

//                 b   i1  i2  i4  i8  u1  u2  u4  u8  f4  f8  c8   c16
static_assert(row<b, b, i1, i2, i4, i8, u1, u2, u4, u8, f4, f8, c8, c16>);
static_assert(row<i1, i1, i1, i2, i4, i8, i2, i4, i8, f8, f4, f8, c8, c16>);
static_assert(row<i2, i2, i2, i2, i4, i8, i2, i4, i8, f8, f4, f8, c8, c16>);
static_assert(row<i4, i4, i4, i4, i4, i8, i4, i4, i8, f8, f8, f8, c16, c16>);
static_assert(row<i8, i8, i8, i8, i8, i8, i8, i8, i8, f8, f8, f8, c16, c16>);
static_assert(row<u1, u1, i2, i2, i4, i8, u1, u2, u4, u8, f4, f8, c8, c16>);
static_assert(row<u2, u2, i4, i4, i4, i8, u2, u2, u4, u8, f4, f8, c8, c16>);
static_assert(row<u4, u4, i8, i8, i8, i8, u4, u4, u4, u8, f8, f8, c16, c16>);
static_assert(row<u8, u8, f8, f8, f8, f8, u8, u8, u8, u8, f8, f8, c16, c16>);
static_assert(row<f4, f4, f4, f4, f8, f8, f4, f4, f8, f8, f4, f8, c8, c16>);
static_assert(row<f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, c16, c16>);
static_assert(row<c8, c8, c8, c8, c16, c16, c8, c8, c16, c16, c8, c16, c8, c16>);
static_assert(row<c16, c16, c16, c16, c16, c16, c16, c16, c16, c16, c16, c16, c16, c16>);

// The half types meet floats in float.
static_assert(std::same_as<promote_t<float16, float>, float>);
static_assert(std::same_as<promote_t<float16, bfloat16>, float>);
static_assert(std::same_as<promote_t<bfloat16, double>, double>);
static_assert(std::same_as<promote_t<float16, c8>, c8>);

// A plain number never widens a tensor of its own kind or a higher one.
static_assert(std::same_as<promote_scalar_t<f4, double>, f4>);
static_assert(std::same_as<promote_scalar_t<u1, int>, u1>);
static_assert(std::same_as<promote_scalar_t<f4, int>, f4>);
static_assert(std::same_as<promote_scalar_t<c8, double>, c8>);
static_assert(std::same_as<promote_scalar_t<b, int>, i8>);
static_assert(std::same_as<promote_scalar_t<i4, double>, f8>);
static_assert(std::same_as<promote_scalar_t<u1, bool>, u1>);
static_assert(std::same_as<promote_scalar_t<f8, c8>, c16>);

static_assert(std::same_as<floating_t<i4>, f8> && std::same_as<floating_t<f4>, f4> &&
              std::same_as<floating_t<float16>, f4>);
static_assert(std::same_as<sum_t<u1>, u8> && std::same_as<sum_t<i1>, i8> && std::same_as<sum_t<b>, i8> &&
              std::same_as<sum_t<f4>, f4>);
static_assert(element<bool> && element<c8> && !element<char> && !element<long double> && !element<int*>);
static_assert(convertible_element<f4, c8> && !convertible_element<c8, f4> && convertible_element<f8, i4>);

} // namespace

TEST_CASE("element types have NumPy's names") {
  CHECK(dtype_name<bool>() == "bool");
  CHECK(dtype_name<std::uint16_t>() == "uint16");
  CHECK(dtype_name<float>() == "float32");
  CHECK(dtype_name<std::complex<double>>() == "complex128");
}

TEST_CASE("single elements convert as assignment does") {
  CHECK(convert_element<bool>(0.5f));
  CHECK(convert_element<bool>(float16(0.f)) == false);
  CHECK(convert_element<std::complex<double>>(float16(2.f)) == 2.);
  CHECK(convert_element<float16>(1).bits == 0x3c00);
  CHECK(convert_element<std::uint8_t>(300) == 44);
}

} // namespace tutti
