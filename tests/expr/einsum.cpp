// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/einsum.hpp and include/tutti/expr/subscripts.hpp: what subscripts mean, the types and shapes of
// what they come to, and errors. Values: tests/plan/einsum.cpp.

#include <support/catch.hpp>

#include <tutti/tensor.hpp>

namespace {

using tutti::dynamic_rank, tutti::einsum, tutti::index_list, tutti::rank_of, tutti::tensor, tutti::value_t;
namespace detail = tutti::detail;
using detail::subscript_fault;

template <class T, tutti::index Rank = dynamic_rank>
using of = tensor<T, Rank>&;

template <detail::literal Text, class... Xs>
using made = decltype(einsum<Text>(std::declval<Xs>()...));

// What is a matrix product becomes one, with views of its operands.
template <class E>
inline constexpr bool is_matmul = false;
template <class A, class B>
inline constexpr bool is_matmul<tutti::matmul_node<A, B>> = tutti::is_view<A> && tutti::is_view<B>;
template <class E>
inline constexpr bool is_map = false;
template <class Op, class... Es>
inline constexpr bool is_map<tutti::map<Op, Es...>> = true;
template <class E>
inline constexpr bool is_reduction = false;
template <class Op, class E, tutti::index Count, bool Keep>
inline constexpr bool is_reduction<tutti::reduction<Op, E, Count, Keep>> = true;

static_assert(is_matmul<made<"ij,jk->ik", of<float, 2>, of<float, 2>>>);
static_assert(is_matmul<made<"ij,jk->ki", of<float, 2>, of<float, 2>>>);
static_assert(is_matmul<made<"ijk,kl->ijl", of<float, 3>, of<float, 2>>>);
static_assert(is_matmul<made<"bhqd,bhkd->bhqk", of<float, 4>, of<float, 4>>>);
static_assert(is_matmul<made<"...ij,...jk->...ik", of<float, 3>, of<float, 4>>>);
static_assert(is_matmul<made<"ij,j", of<float, 2>, of<float, 1>>>);
static_assert(tutti::is_view<made<"ij->ji", of<float, 2>>>);
static_assert(tutti::is_view<made<"iij->ji", of<float, 3>>>);
static_assert(is_map<made<"i,j->ij", of<float, 1>, of<float, 1>>>);
static_assert(is_map<made<"ij,jk,k->ijk", of<float, 2>, of<float, 2>, of<float, 1>>>);
static_assert(is_reduction<made<"ijk->j", of<float, 3>>>);
static_assert(is_reduction<made<"bi,bi->b", of<float, 2>, of<float, 2>>>);
static_assert(tutti::barrier<made<"ij,jk,kl", of<float, 2>, of<float, 2>, of<float, 2>>>);

// Ranks are as static as the operands' are.
static_assert(rank_of<made<"ij,jk->ik", of<float>, of<float, 2>>> == 2);
static_assert(rank_of<made<"...j,j->...", of<float>, of<float, 1>>> == dynamic_rank);
static_assert(rank_of<made<"...j,j->...", of<float, 4>, of<float, 1>>> == 3);
static_assert(rank_of<decltype(einsum("i->i", std::declval<of<float, 1>>()))> == dynamic_rank);

// The type is that of the operands, also of a sum.
static_assert(std::same_as<value_t<made<"ij->i", of<std::int8_t, 2>>>, std::int8_t>);
static_assert(std::same_as<value_t<made<"ij->", of<bool, 2>>>, bool>);
static_assert(std::same_as<value_t<made<"i,i->", of<std::uint8_t, 1>, of<std::int8_t, 1>>>, std::int16_t>);
static_assert(std::same_as<value_t<made<"i,i,i->", of<float, 1>, of<std::complex<float>, 1>, of<double, 1>>>,
                           std::complex<double>>);

template <std::size_t N>
constexpr subscript_fault fault_of(std::string_view text) { return detail::parse_subscripts<N>(text).fault; }
static_assert(fault_of<2>("ij , jk -> i k") == subscript_fault::none);
static_assert(fault_of<1>("") == subscript_fault::none);
static_assert(fault_of<1>("->") == subscript_fault::none);
static_assert(fault_of<2>("...,...") == subscript_fault::none);
static_assert(fault_of<1>("i_") == subscript_fault::character);
static_assert(fault_of<1>("i1") == subscript_fault::character);
static_assert(fault_of<1>("i->i,") == subscript_fault::character);
static_assert(fault_of<1>("i..j") == subscript_fault::ellipsis);
static_assert(fault_of<1>("i. ..") == subscript_fault::ellipsis);
static_assert(fault_of<1>("...i...") == subscript_fault::ellipsis);
static_assert(fault_of<1>("i- >i") == subscript_fault::arrow);
static_assert(fault_of<1>("i->i->i") == subscript_fault::arrow);
static_assert(fault_of<1>("i-") == subscript_fault::arrow);
static_assert(fault_of<1>("i,j") == subscript_fault::count);
static_assert(fault_of<3>("i,j") == subscript_fault::count);
static_assert(fault_of<1>("i->j") == subscript_fault::unknown);
static_assert(fault_of<1>("ij->ii") == subscript_fault::repeated);
static_assert(fault_of<1>("abcdefghi") == subscript_fault::axes);

// Letters that occur once, sorted, capitals first; axes under "..." before them.
constexpr bool implies(std::string_view text, std::string_view wanted) {
  const auto out = detail::parse_subscripts<2>(text).out.letters;
  return std::equal(out.begin(), out.end(), wanted.begin(), wanted.end(),
                    [](tutti::index letter, char c) { return detail::letter_name(letter) == c; });
}
static_assert(implies("ba,aC", "Cb"));
static_assert(implies("ii,jk", "jk"));
static_assert(implies("zy...,x", "xyz"));

template <class... Ints>
tensor<float> shaped(Ints... extents) {
  return tensor<float>(index_list<>(std::array<tutti::index, sizeof...(Ints)>{extents...}));
}

} // namespace

TEST_CASE("shapes of einsum") {
  const tensor<float, 2> a({2, 3}), b({3, 5}), one({1, 3});
  CHECK(einsum<"ij,jk">(a, b).shape() == index_list<2>{2, 5});
  CHECK(einsum<"ij,jk->ki">(a, b).shape() == index_list<2>{5, 2});
  CHECK(einsum<"ij,kj->ikj">(a, one).shape() == index_list<3>{2, 1, 3});
  CHECK(einsum<"ij,ij->ij">(a, one).shape() == index_list<2>{2, 3});
  CHECK(einsum<"ij,ji->ij">(a, transpose(one)).shape() == index_list<2>{2, 3});
  CHECK(einsum("ij,jk,kl->il", shaped(2, 3), shaped(3, 4), shaped(1, 5)).shape() == index_list<2>{2, 5});
  CHECK(einsum("i...,i...->...", shaped(2, 1, 4), shaped(2, 3, 1)).shape() == index_list<2>{3, 4});
  CHECK(einsum("...,...", shaped(2, 1, 4), shaped(3, 1)).shape() == index_list<3>{2, 3, 4});
  CHECK(einsum("ij,jk", shaped(0, 3), shaped(3, 0)).shape() == index_list<2>{0, 0});
}

TEST_CASE("einsum: extents that do not agree") {
  const tensor<float, 2> a({2, 3}), b({4, 5});
  CHECK_THROWS_AS((einsum<"ij,jk->ik">(a, b)), tutti::shape_error);
  CHECK_THROWS_WITH((einsum<"ij,jk->ik">(a, b)),
                    "cannot einsum shapes (2, 3) and (4, 5): letter j: axis 1 is 3 and axis 0 is 4");
  CHECK_THROWS_WITH((einsum<"ij,kj->ij">(a, b)),
                    "cannot einsum shapes (2, 3) and (4, 5): letter j: axis 1 is 3 and axis 1 is 5");
  CHECK_THROWS_WITH((einsum<"ij,ij->">(a, b)),
                    "cannot einsum shapes (2, 3) and (4, 5): letter i: axis 0 is 2 and axis 0 is 4");
  CHECK_THROWS_WITH((einsum<"ij,jk,kl->il">(a, transpose(a), b)),
                    "cannot einsum shapes (3, 2) and (4, 5): letter k: axis 1 is 2 and axis 0 is 4");
  CHECK_THROWS_WITH((einsum<"ii->i">(a)), "cannot einsum shape (2, 3): letter i: axis 0 is 2 and axis 1 is 3");
  // As in NumPy, 1 is not stretched within an operand.
  CHECK_THROWS_WITH((einsum<"ii">(tensor<float, 2>({1, 3}))),
                    "cannot einsum shape (1, 3): letter i: axis 0 is 1 and axis 1 is 3");
  CHECK_THROWS_AS(einsum("...i,...i", shaped(2, 3), shaped(4, 3)), tutti::shape_error);
  CHECK_THROWS_AS(einsum("ij,ij", shaped(0, 3), shaped(2, 3)), tutti::shape_error);
}

TEST_CASE("einsum: subscripts that are wrong at run time") {
  const auto a = shaped(2, 3);
  CHECK_THROWS_AS(einsum("ij->ik", a), tutti::value_error);
  CHECK_THROWS_WITH(einsum("ij->ik", a), "einsum: \"ij->ik\": no operand has the output's letter k");
  CHECK_THROWS_WITH(einsum("ij->ii", a), "einsum: \"ij->ii\": the output has the letter i twice");
  CHECK_THROWS_WITH(einsum("ij,jk", a),
                    "einsum: \"ij,jk\": the operands are not as many as the lists of letters between commas");
  CHECK_THROWS_WITH(einsum("i$", a), "einsum: \"i$\": at character 1 stands something else than a letter, a blank, a "
                                     "comma, \"...\" or \"->\"");
  CHECK_THROWS_WITH(einsum("i-j", a), "einsum: \"i-j\": at character 1 stands something else than one \"->\"");
  CHECK_THROWS_WITH(einsum("i..", a), "einsum: \"i..\": at character 1 stands a dot that is not part of one \"...\"");
  CHECK_THROWS_AS(einsum("ijk", a), tutti::shape_error);
  CHECK_THROWS_WITH(einsum("ij,ijk->", a, a),
                    "einsum: \"ij,ijk->\": operand 1 of shapes (2, 3) and (2, 3) has not as many axes as letters");
  CHECK_THROWS_WITH(einsum<"i">(a), "einsum: \"i\": operand 0 of shapes (2, 3) has not as many axes as letters");
  CHECK_THROWS_WITH(einsum("...j->j", a),
                    "einsum: \"...j->j\": operands of shapes (2, 3) have axes under \"...\", and the "
                    "output has no \"...\"");
  CHECK_THROWS_AS(einsum("abcde,fghij", shaped(1, 1, 1, 1, 1), shaped(1, 1, 1, 1, 1)), tutti::shape_error);
  tensor<float> y({2, 2}, 7.f);
  CHECK_THROWS(y = einsum("ij,jk", a, a));
  CHECK((y.shape() == index_list<2>{2, 2} && y(0, 0) == 7.f)); // an error leaves the destination as it was
}
