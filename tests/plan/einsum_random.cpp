// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/einsum.hpp: random subscripts, shapes, strides and destinations against the definition.

#include <support/catch.hpp>

#include <reference/einsum.hpp>
#include <tutti/tensor.hpp>

namespace {

using tutti::index_list, tutti::tensor, tutti::view;

std::mt19937 generator(20260301);
long draw(long low, long high) { return std::uniform_int_distribution<long>(low, high)(generator); }

template <class T>
struct operands_of {
  std::string text;
  std::vector<reference::strided<T>> arrays;
};

/// Subscripts over few letters, and arrays that fit them. `great`: some extents are those of real matrices.
template <class T>
operands_of<T> random_operands(std::size_t count, bool great) {
  static const std::string alphabet = "ijklmNP";
  while (true) {
    operands_of<T> made;
    std::map<char, long> extents;
    const bool nothing = draw(0, 19) == 0;
    double positions = 1;
    const auto letters = static_cast<std::size_t>(draw(1, great ? 5 : 7));
    for (std::size_t l = 0; l < letters; ++l)
      extents[alphabet[l]] = nothing && draw(0, 2) == 0 ? 0
                             : great ? std::array{2L, 5L, 17L, 40L}[static_cast<std::size_t>(draw(0, 3))]
                                     : draw(1, 4);
    std::string used;
    for (std::size_t o = 0; o < count; ++o) {
      std::string own;
      for (long a = draw(0, great ? 3 : 4); a > 0; --a)
        own += alphabet[static_cast<std::size_t>(draw(0, static_cast<long>(letters) - 1))];
      std::map<char, long> here;
      std::vector<long> shape;
      for (const char c : own) {
        const long extent = here.try_emplace(c, draw(0, 11) == 0 ? 1 : extents[c]).first->second;
        shape.push_back(extent);
        if (used.find(c) == std::string::npos) {
          used += c;
          positions *= static_cast<double>(extents[c]);
        }
      }
      made.text += (o == 0 ? "" : draw(0, 1) == 0 ? "," : " , ") + own;
      made.arrays.push_back(reference::random_strided<T>(generator, shape));
    }
    if (positions > (great ? 2e5 : 5e3)) continue;
    if (draw(0, 4) != 0) {
      std::shuffle(used.begin(), used.end(), generator);
      made.text += "->" + used.substr(0, static_cast<std::size_t>(draw(0, static_cast<long>(used.size()))));
    }
    return made;
  }
}

template <class T>
view<const T> as_view(const reference::strided<T>& s) {
  return {s.memory.data() + s.origin, index_list<>(std::vector<long>(s.shape)), index_list<>(s.strides)};
}

std::string describe(const std::string& text, const auto& arrays) {
  for (std::string all = text + ":";;) {
    for (const auto& a : arrays)
      all += " " + to_string(index_list<>(a.shape)) + " in " + to_string(index_list<>(a.strides));
    return all;
  }
}

/// The elements of a tensor or view in row-major order.
template <class X>
auto elements(const X& x) { return std::vector<tutti::value_t<X>>(x.begin(), x.end()); }

/// Sum: what the reference computes in. The library's element type is T.
template <class T, class Sum, std::size_t N>
void compare(int rounds, bool great) {
  for (int round = 0; round < rounds; ++round) {
    const operands_of<T> made = random_operands<T>(N, great);
    INFO(describe(made.text, made.arrays));
    const auto wanted = reference::einsum<Sum>(reference::split_subscripts(made.text), made.arrays);
    std::vector<T> converted;
    for (const Sum& x : wanted.elements) converted.push_back(static_cast<T>(x));
    const auto e = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return tutti::einsum(made.text, as_view(made.arrays[I])...);
    }(std::make_index_sequence<N>{});
    const tensor<T> got = e;
    REQUIRE(got.shape() == index_list<>(wanted.shape));
    REQUIRE(elements(got) == converted);
    // The same into a view of any strides, and beside other work.
    reference::strided<T> to = reference::random_strided<T>(generator, wanted.shape);
    view<T>(to.memory.data() + to.origin, got.shape(), index_list<>(to.strides)) = e;
    REQUIRE(elements(as_view(to)) == converted);
  }
}

// Subscripts of a product of operands with so many axes, of which the first sums the last `summed` with those of the second
// from its axis `from` on.
std::string subscripts_of(std::size_t a, std::size_t b, std::size_t summed, std::size_t from) {
  const std::string first = std::string("abcd").substr(0, a - summed), both = std::string("ijkl").substr(0, summed),
                    second = std::string("wxyz").substr(0, b - summed);
  return first + both + "," + second.substr(0, from) + both + second.substr(from) + "->" + first + second;
}

template <class T>
operands_of<T> operands_for(const std::string& text) {
  operands_of<T> made{text, {}};
  std::map<char, long> extents;
  for (const std::string& own : reference::split_subscripts(text).operands) {
    std::vector<long> shape;
    for (const char c : own) shape.push_back(extents.try_emplace(c, draw(0, 19) == 0 ? 0 : draw(1, 9)).first->second);
    made.arrays.push_back(reference::random_strided<T>(generator, shape));
  }
  return made;
}

// Replaces the numbers of operands by some that their sums have to round.
template <class T>
void fill_with_reals(operands_of<T>& made) {
  std::normal_distribution<float> normal;
  for (auto& array : made.arrays)
    for (T& x : array.memory) x = static_cast<T>(normal(generator));
}

// Whether a formula of halves is what the definition gives: summed in float, which may round each addition and each
// product of what is summed; rounded to T at the end.
template <class T, class E>
bool rounded_once(const E& e, const operands_of<T>& made) {
  const auto terms = reference::split_subscripts(made.text);
  auto magnitudes = made.arrays;
  for (auto& array : magnitudes)
    for (T& x : array.memory) x = static_cast<T>(std::abs(static_cast<float>(x)));
  const auto wanted = reference::einsum<double>(terms, made.arrays),
             most = reference::einsum<double>(terms, magnitudes);
  std::map<char, long> summed;
  for (std::size_t o = 0; o < made.arrays.size(); ++o)
    for (std::size_t a = 0; a < terms.operands[o].size(); ++a)
      if (terms.out.find(terms.operands[o][a]) == std::string::npos)
        summed[terms.operands[o][a]] = std::max(summed[terms.operands[o][a]], made.arrays[o].shape[a]);
  auto additions = static_cast<double>(made.arrays.size());
  for (const auto& [letter, extent] : summed) additions *= static_cast<double>(std::max(extent, 1L));
  const double unit = std::same_as<T, tutti::float16> ? 0x1p-11 : 0x1p-8;
  const tensor<T> got = e;
  if (!(got.shape() == index_list<>(wanted.shape))) return false;
  std::size_t i = 0;
  for (const T x : got) {
    const double in_float = additions * 0x1p-24 * most.elements[i], exact = wanted.elements[i++];
    const double off = std::abs(static_cast<double>(static_cast<float>(x)) - exact);
    if (!(off <= unit * (std::abs(exact) + in_float) + in_float + 0x1p-25)) return false;
  }
  return true;
}

template <class T, std::size_t N>
void compare_rounded(int rounds, bool great) {
  for (int round = 0; round < rounds; ++round) {
    operands_of<T> made = random_operands<T>(N, great);
    fill_with_reals(made);
    INFO(describe(made.text, made.arrays));
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      CHECK(rounded_once(tutti::einsum(made.text, as_view(made.arrays[I])...), made));
    }(std::make_index_sequence<N>{});
  }
}

template <class T>
void compare_products(int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const auto a = static_cast<std::size_t>(draw(1, 3)), b = static_cast<std::size_t>(draw(1, 3));
    const auto summed = static_cast<std::size_t>(draw(0, static_cast<long>(std::min(a, b))));
    const auto check = [](const std::string& text, const auto& formula) {
      auto made = operands_for<T>(text);
      fill_with_reals(made);
      INFO(describe(text, made.arrays));
      CHECK(rounded_once(formula(as_view(made.arrays[0]), as_view(made.arrays[1])), made));
    };
    check(subscripts_of(a, b, summed, 0),
          [&](const auto& x, const auto& y) { return tensordot(x, y, static_cast<tutti::index>(summed)); });
    check(subscripts_of(a, b, 1, b - 1), [](const auto& x, const auto& y) { return inner(x, y); });
    check("a,w->aw", [](const auto& x, const auto& y) { return outer(x, y); });
  }
}

} // namespace

TEST_CASE("random subscripts of one, two and three operands") {
  compare<double, double, 1>(150, false);
  compare<double, double, 2>(400, false);
  compare<double, double, 3>(400, false);
}

TEST_CASE("random subscripts of many operands") {
  compare<double, double, 5>(200, false);
  compare<double, double, 9>(60, false); // more than are compared in all orders
}

TEST_CASE("random subscripts of larger operands") {
  compare<double, double, 2>(600, true);
  compare<double, double, 3>(300, true);
}

TEST_CASE("random subscripts of other types") {
  compare<std::int8_t, std::int64_t, 2>(200, false);
  compare<std::int8_t, std::int64_t, 3>(150, false);
  compare<std::complex<float>, std::complex<double>, 2>(200, false);
}

TEMPLATE_TEST_CASE("random subscripts of halves are summed in float", "", tutti::float16, tutti::bfloat16) {
  compare_rounded<TestType, 1>(60, false);
  compare_rounded<TestType, 2>(200, false);
  compare_rounded<TestType, 2>(150, true);
  compare_rounded<TestType, 3>(150, false);
}

TEMPLATE_TEST_CASE("products of halves along random axes", "", tutti::float16, tutti::bfloat16) {
  compare_products<TestType>(100);
}
