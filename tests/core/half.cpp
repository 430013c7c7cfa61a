// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

static_assert(float16(1.f).bits == 0x3c00 && float16(-2.f).bits == 0xc000 && float16(65504.f).bits == 0x7bff);
static_assert(bfloat16(1.f).bits == 0x3f80);

template <class Half, unsigned Least, unsigned Subnormal, unsigned Greatest, unsigned Infinity>
constexpr bool limits_are() {
  using limits = std::numeric_limits<Half>;
  return limits::min().bits == Least && limits::denorm_min().bits == Subnormal && limits::max().bits == Greatest &&
         limits::lowest().bits == (Greatest | 0x8000) && limits::infinity().bits == Infinity &&
         limits::quiet_NaN() != limits::quiet_NaN() && Half(1.f + limits::epsilon()).bits == Half(1.f).bits + 1;
}
static_assert(limits_are<float16, 0x0400, 0x0001, 0x7bff, 0x7c00>());
static_assert(limits_are<bfloat16, 0x0080, 0x0001, 0x7f7f, 0x7f80>());

namespace {

// What 16 bits mean, from their definition.
double value_of_half(unsigned bits) {
  const int exponent = static_cast<int>(bits >> 10 & 31);
  const double fraction = static_cast<double>(bits & 1023) / 1024, sign = (bits >> 15) != 0 ? -1 : 1;
  if (exponent == 31) return fraction == 0 ? sign * std::numeric_limits<double>::infinity() : std::nan("");
  return sign * (exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15));
}

template <class Half>
Half from_bits(unsigned bits) {
  Half h;
  h.bits = static_cast<std::uint16_t>(bits);
  return h;
}

} // namespace

TEST_CASE("every float16 converts to float exactly and back to its own bits") {
  int wrong = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const float16 h = from_bits<float16>(bits);
    const float f = h;
    const double exact = value_of_half(bits);
    if (exact != exact) wrong += f == f || float(float16(f)) == float(float16(f));
    else wrong += static_cast<double>(f) != exact || std::signbit(f) != std::signbit(exact) || float16(f).bits != bits;
  }
  CHECK(wrong == 0);
}

TEST_CASE("float rounds to the nearest float16, to even when halfway") {
  int wrong = 0;
  for (unsigned bits = 0; bits < 0x7c00; ++bits) { // each neighbouring pair of positive numbers
    const double low = value_of_half(bits), high = bits == 0x7bff ? 65536 : value_of_half(bits + 1);
    const auto middle = static_cast<float>((low + high) / 2); // exact
    const unsigned even = (bits & 1) == 0 ? bits : bits + 1;
    wrong += float16(middle).bits != even;
    wrong += float16(std::nextafter(middle, 0.f)).bits != bits;
    wrong += float16(std::nextafter(middle, 1e9f)).bits != bits + 1;
    wrong += float16(-middle).bits != (even | 0x8000);
  }
  CHECK(wrong == 0);
  CHECK(float16(1e30f).bits == 0x7c00);
  CHECK(float16(1e-30f).bits == 0);
  CHECK(float16(-0.f).bits == 0x8000);
}

TEST_CASE("every bfloat16 converts to float exactly and back") {
  int wrong = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const float f = from_bits<bfloat16>(bits);
    if (f != f) wrong += float(bfloat16(f)) == float(bfloat16(f));
    else wrong += std::bit_cast<std::uint32_t>(f) != bits << 16 || bfloat16(f).bits != bits;
  }
  CHECK(wrong == 0);
}

TEST_CASE("float rounds to the nearest bfloat16, to even when halfway") {
  CHECK(bfloat16(std::bit_cast<float>(0x3f808000u)).bits == 0x3f80);
  CHECK(bfloat16(std::bit_cast<float>(0x3f808001u)).bits == 0x3f81);
  CHECK(bfloat16(std::bit_cast<float>(0x3f818000u)).bits == 0x3f82);
  CHECK(bfloat16(std::bit_cast<float>(0x7f7fffffu)).bits == 0x7f80);
}

// The same through packs, over all bit patterns at once.
TEMPLATE_TEST_CASE("tensors of half types convert as single numbers do", "", float16, bfloat16) {
  tensor<TestType, 1> h({65536});
  for (unsigned bits = 0; bits < 65536; ++bits) h.data()[bits] = from_bits<TestType>(bits);
  const tensor<float, 1> f = h * 1.f;
  const tensor<float, 1> direct = cast<float>(h);
  const tensor<TestType, 1> back = cast<TestType>(direct);
  tensor<TestType, 1> assigned({65536});
  assigned = direct;
  int wrong = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const float exact = from_bits<TestType>(bits);
    if (exact != exact)
      wrong += f.data()[bits] == f.data()[bits] || float(back.data()[bits]) == float(back.data()[bits]);
    else
      wrong += direct.data()[bits] != exact || back.data()[bits].bits != bits || assigned.data()[bits].bits != bits ||
               f.data()[bits] != exact;
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("a copy of halves has their bits, of each NaN too", "", float16, bfloat16) {
  tensor<TestType, 2> h({256, 256});
  for (unsigned bits = 0; bits < 65536; ++bits) h.data()[bits] = from_bits<TestType>(bits);
  const tensor<TestType, 2> turned = transpose(h);
  tensor<TestType> back({256, 256});
  back(all, range(none, none, -1)) = transpose(turned)(all, range(none, none, -1));
  int wrong = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) wrong += back.data()[bits].bits != bits;
  const tensor<TestType> renamed = named(back, "back");
  for (unsigned bits = 0; bits < 65536; ++bits) wrong += renamed.data()[bits].bits != bits;
  CHECK(wrong == 0);
}

TEST_CASE("packs round floats to half types as single numbers do") {
  tensor<float, 1> f({400000});
  std::uint32_t bits = 0x33000000; // below the least subnormal float16 to beyond the greatest
  for (float& x : f) x = std::bit_cast<float>(bits += 521);
  const tensor<float16, 1> h = cast<float16>(f);
  const tensor<bfloat16, 1> b = cast<bfloat16>(-f);
  int wrong = 0;
  for (index i = 0; i < f.size(); ++i) wrong += h(i).bits != float16(f(i)).bits || b(i).bits != bfloat16(-f(i)).bits;
  CHECK(wrong == 0);
}

} // namespace tutti
