// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/einsum.hpp: subscripts that the compiler reads against the definition, over operands of any
// strides.

#include <support/catch.hpp>

#include <reference/einsum.hpp>
#include <tutti/tensor.hpp>

namespace {

using tutti::einsum, tutti::index_list, tutti::tensor, tutti::view;

std::mt19937 generator(5);
long draw(long low, long high) { return std::uniform_int_distribution<long>(low, high)(generator); }

/// An operand of static rank for one list of letters, whose extents are drawn: 1 broadcasts, 0 is seldom.
template <tutti::index Rank>
struct drawn {
  reference::strided<double> array;
  view<const double, Rank> leaf() const {
    return {array.memory.data() + array.origin, index_list<Rank>(array.shape), index_list<Rank>(array.strides)};
  }
};

/// Compares einsum<Text> with the definition, in which `spelled` stands for Text without "...".
template <tutti::detail::literal Text, tutti::index... Ranks>
void compare(const char* spelled = Text.text) {
  const auto terms = reference::split_subscripts(spelled);
  for (int round = 0; round < 12; ++round) {
    std::map<char, long> extents;
    for (const auto& o : terms.operands)
      for (const char c : o) extents[c] = draw(0, 40) == 0 ? 0 : draw(1, 6);
    std::size_t at = 0;
    const auto make = [&]<tutti::index Rank>(std::integral_constant<tutti::index, Rank>) {
      std::map<char, long> here;
      std::vector<long> shape;
      for (const char c : terms.operands[at])
        shape.push_back(here.try_emplace(c, draw(0, 7) == 0 ? 1 : extents[c]).first->second);
      ++at;
      return drawn<Rank>{reference::random_strided<double>(generator, shape)};
    };
    const std::tuple operands{make(std::integral_constant<tutti::index, Ranks>{})...};
    std::apply(
        [&](const auto&... o) {
          INFO(Text.text << " of " << (... + (to_string(o.leaf().shape()) + to_string(o.leaf().strides()) + " ")));
          const auto wanted = reference::einsum<double, double>(terms, {o.array...});
          const auto e = einsum<Text>(o.leaf()...);
          const tensor got = e;
          REQUIRE(got.shape() == index_list<>(wanted.shape));
          REQUIRE(std::vector<double>(got.begin(), got.end()) == wanted.elements);
          // Operands that are formulas, and a result that is part of one.
          const tensor more = einsum<Text>((o.leaf() + o.leaf())...) + 1.;
          const double scale = std::pow(2., sizeof...(o));
          REQUIRE(std::equal(more.begin(), more.end(), wanted.elements.begin(), wanted.elements.end(),
                             [&](double x, double y) { return x == scale * y + 1; }));
        },
        operands);
  }
}

} // namespace

TEST_CASE("einsum: forms that are matrix products") {
  compare<"ij,jk->ik", 2, 2>();
  compare<"ij,jk->ki", 2, 2>();
  compare<"ji,kj", 2, 2>();
  compare<"ijk,kl->ijl", 3, 2>();
  compare<"bhqd,bhkd->bhqk", 4, 4>();
  compare<"ij,j->i", 2, 1>();
  compare<"j,ijk->ik", 1, 3>();
}

TEST_CASE("einsum: forms that are views, products and sums") {
  compare<"ij->ji", 2>();
  compare<"iij->ji", 3>();
  compare<"ii", 2>();
  compare<"ijk->k", 3>();
  compare<"i,j->ij", 1, 1>();
  compare<"ij,jk,k->kij", 2, 2, 1>();
  compare<"bi,bi->b", 2, 2>();
  compare<"iij,ji->", 3, 2>();
}

TEST_CASE("einsum: other forms") {
  compare<"bij,bj->bi", 3, 2>();
  compare<"ijk,jkl->il", 3, 3>();
  compare<"abc,cbd->ad", 3, 3>();
  compare<"ij,kl->i", 2, 2>();
  compare<"i,ij,j->", 1, 2, 1>();
  compare<"...i,...ij->...j", 3, 4>("xyi,xyij->xyj");
}
