// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/contract.hpp: bytes that are widened while they are multiplied, in random layouts. There is an
// instruction for that on some machines.
// labels: parallel

#include <random/support.hpp>

namespace random_test {

namespace {

using i8 = std::int8_t;
using u8 = std::uint8_t;
using i32 = std::int32_t;

template <class A, class B>
void widened(const char* name, int count) {
  products<i32, A, B>(name, count, [](const auto& a, const auto& b) { return matmul(cast<i32>(a), cast<i32>(b)); });
}

/// A matrix of any layout whose elements are the least, the greatest, or any of both.
template <class T>
leaf<T> extreme_matrix(dice& d, index rows, index columns) {
  const leaf<T> x(d, {rows, columns});
  const T least = std::numeric_limits<T>::min(), greatest = std::numeric_limits<T>::max();
  const double part_of_greatest = d.pick(std::vector<double>{0, 0, 0.5, 1});
  for (index i = 0; i < x.where.span; ++i) x.memory->data()[i] = d.chance(part_of_greatest) ? greatest : least;
  return x;
}

/// Sums in 64 bits, of which 32 are left.
template <class A, class B>
reference::array<i32> wrapped_product(const tutti::view<A>& a, const tutti::view<B>& b) {
  reference::array<i32> c({a.shape()[0], b.shape()[1]});
  for (index i = 0; i < a.shape()[0]; ++i)
    for (index j = 0; j < b.shape()[1]; ++j) {
      std::int64_t sum = 0;
      for (index l = 0; l < a.shape()[1]; ++l) sum += std::int64_t{a(i, l)} * std::int64_t{b(l, j)};
      c.set({i, j}, static_cast<i32>(sum));
    }
  return c;
}

template <class A, class B>
void extremes(int count) {
  repeat(count, [](dice& d, std::string& description) -> std::string {
    static constexpr index extents[] = {1, 2, 3, 12, 13, 17, 48, 49, 65};
    const bool wraps = d.chance(0.15); // more steps than 32 bits have room for
    const index m = wraps ? d.between(1, 14) : d.pick(extents), n = wraps ? d.between(1, 3) : d.pick(extents);
    const index k = wraps ? 140000 + d.between(0, 9) : d.chance(0.3) ? d.between(200, 3000) : d.pick(extents);
    const leaf<A> a = extreme_matrix<A>(d, m, k);
    const leaf<B> b = extreme_matrix<B>(d, k, n);
    const auto va = a.view();
    const auto vb = b.view();
    description = describe(va) + " and " + describe(vb);
    INFO(description);
    const tutti::tensor<i32> c = matmul(cast<i32>(va), cast<i32>(vb));
    return difference(c.leaf(), wrapped_product(va, vb));
  });
}

} // namespace

TEST_CASE("products of bytes summed in 32 bits") {
  SECTION("signed") { widened<i8, i8>("i8 i8", 80); }
  SECTION("unsigned") { widened<u8, u8>("u8 u8", 80); }
  SECTION("unsigned and signed") { widened<u8, i8>("u8 i8", 80); }
  SECTION("signed and unsigned") { widened<i8, u8>("i8 u8", 80); }
}

TEST_CASE("products of bytes turned, and with work around them") {
  SECTION("transposed") {
    products<i32, i8, u8>("transposed", 80, [](const auto& a, const auto& b) {
      return swapaxes(matmul(cast<i32>(swapaxes(b, -1, -2)), swapaxes(cast<i32>(a), -1, -2)), -1, -2);
    });
  }
  SECTION("scaled into floats") {
    products<float, u8, i8>("scaled", 80, [](const auto& a, const auto& b) {
      return cast<float>(matmul(cast<i32>(a), cast<i32>(b))) * 0.5f;
    });
  }
  SECTION("one operand widened, one a formula") {
    products<i32, u8, i8>("u8, i8 - 3", 80,
                          [](const auto& a, const auto& b) { return matmul(cast<i32>(a), cast<i32>(b) - 3); });
  }
}

TEST_CASE("products of bytes in their own type") {
  SECTION("signed") {
    products<i8, i8, i8>("i8 i8", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("unsigned") {
    products<u8, u8, u8>("u8 u8", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("both, in 16 bits") {
    products<std::int16_t, u8, i8>("u8 i8", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
}

TEST_CASE("products of the greatest and least bytes, and more of them than 32 bits hold") {
  SECTION("signed") { extremes<i8, i8>(40); }
  SECTION("unsigned") { extremes<u8, u8>(40); }
  SECTION("unsigned and signed") { extremes<u8, i8>(40); }
  SECTION("signed and unsigned") { extremes<i8, u8>(40); }
}

} // namespace random_test
