// SPDX-License-Identifier: MIT
#pragma once

// einsum: sums of products of tensors whose axes are named by letters. What is a view, an elementwise product, a sum or a
// matrix product becomes just that, by the letters alone, and fuses as it does; the rest is a node that decides when it
// runs: see plan/einsum.hpp.

#include <tutti/expr/contract.hpp>
#include <tutti/expr/diagonal.hpp>
#include <tutti/expr/operators.hpp>
#include <tutti/expr/subscripts.hpp>

TUTTI_NAMESPACE_BEGIN

/// The product of the operands' elements, for each position of all letters, summed over the letters that the result does
/// not have. The operands are of one type.
template <index Rank, expression... Es>
class einsum_node : public node<einsum_node<Rank, Es...>, promote_t<value_t<Es>...>, Rank>, public barrier_tag {
  static_assert((std::same_as<value_t<Es>, promote_t<value_t<Es>...>> && ...));

public:
  using node<einsum_node<Rank, Es...>, promote_t<value_t<Es>...>, Rank>::operator=;
  static constexpr std::string_view name = "einsum";
  static constexpr std::size_t count = sizeof...(Es);
  using subscripts_type = detail::bound_subscripts<count>;

  /// `chain`: a product of matrices one after the other, whose best order is found among neighbours.
  constexpr einsum_node(const subscripts_type& letters, bool chain, Es... es)
      : operands_{std::move(es)...}, letters_(letters), chain_(chain) {
    extents_ = detail::extents_of_letters(letters_, operands_.apply([](const auto&... e) {
      return std::array<index_list<>, count>{index_list<>(e.shape())...};
    }));
    shape_ = index_list<Rank>::filled(letters_.out.size(), 1);
    for (index axis = 0; axis < shape_.size(); ++axis) shape_[axis] = extent(letters_.out[axis]);
  }

  constexpr const bundle<Es...>& operands() const { return operands_; }
  constexpr const subscripts_type& letters() const { return letters_; }
  constexpr const detail::letter_extents& extents() const { return extents_; }
  constexpr bool is_chain() const { return chain_; }
  constexpr const index_list<Rank>& shape() const { return shape_; }

private:
  constexpr index extent(index letter) const { return extents_[static_cast<std::size_t>(letter)]; }

  bundle<Es...> operands_;
  subscripts_type letters_;
  bool chain_;
  detail::letter_extents extents_;
  index_list<Rank> shape_;
};

namespace detail {

/// What subscripts come to that are known with all ranks. A row's letter is in the left operand and the result alone, a
/// column's in the right one and the result.
enum class einsum_form {
  elementwise, // nothing is summed
  sum,         // of one operand
  pairs,       // sum(a * b): what is summed is in both operands, and so is what is not
  matrices,    // matmul(a, b)
  turned,      // matmul(b, a)
  general
};

/// The letters of one operand of matmul, as it wants them: the batch's as far as the operand has any, then its own.
struct matrix_letters {
  bool fits = false;
  index_list<> left, right;
  index summed = -1;
};

// Whether the letters are those of matmul(left, right), whose result has its axes in this order.
constexpr matrix_letters as_matrices(const index_list<>& left, const index_list<>& right, const index_list<>& out) {
  matrix_letters m;
  const letter_set a = letters_in(left), b = letters_in(right), c = letters_in(out), summed = a & b & ~c;
  if (std::popcount(a) != left.size() || std::popcount(b) != right.size()) return m; // a letter twice
  if (std::popcount(summed) != 1 || ((a | b) & ~c) != summed) return m;
  m.summed = std::countr_zero(summed);
  const bool row = left.size() > 1, column = right.size() > 1;
  const index batch = out.size() - (row ? 1 : 0) - (column ? 1 : 0);
  if (batch < 0) return m;
  const auto only = [&](index letter, letter_set in, letter_set not_in) {
    return (letter_bit(letter) & in & ~not_in) != 0;
  };
  if (row && !only(out[batch], a, b)) return m;
  if (column && !only(out[out.size() - 1], b, a)) return m;
  // A vector has no batch of its own, and one operand must be a matrix for the result to have one.
  const auto batch_of = [&](letter_set own) {
    index_list<> letters;
    for (index axis = 0; axis < batch; ++axis)
      if (!letters.empty() || (own & letter_bit(out[axis])) != 0) letters.push_back(out[axis]);
    return letters;
  };
  if (batch + 2 > max_rank) return m;
  if (row) m.left = batch_of(a);
  if (row) m.left.push_back(out[batch]);
  m.left.push_back(m.summed);
  if (column) m.right = batch_of(b);
  m.right.push_back(m.summed);
  if (column) m.right.push_back(out[out.size() - 1]);
  m.fits = (a & ~letters_in(m.left)) == 0 && (b & ~letters_in(m.right)) == 0;
  return m;
}

template <std::size_t N>
constexpr einsum_form form_of(const bound_subscripts<N>& s) {
  letter_set all = 0, everywhere = ~letter_set{0};
  for (const auto& operand : s.operands) {
    all |= letters_in(operand);
    everywhere &= letters_in(operand);
  }
  const letter_set out = letters_in(s.out);
  if ((all & ~out) == 0) return einsum_form::elementwise;
  if constexpr (N == 1) return einsum_form::sum;
  if constexpr (N == 2) {
    if (all == everywhere && std::popcount(all) <= max_rank) return einsum_form::pairs;
    if (as_matrices(s.operands[0], s.operands[1], s.out).fits) return einsum_form::matrices;
    if (as_matrices(s.operands[1], s.operands[0], s.out).fits) return einsum_form::turned;
  }
  return einsum_form::general;
}

/// The letters without those that were there before.
constexpr index_list<> distinct(const index_list<>& letters) {
  index_list<> list;
  for (const index letter : letters)
    if (!has_letter(list, letter)) list.push_back(letter);
  return list;
}
/// The result's letters, then those that are summed.
constexpr index_list<> with_summed(const index_list<>& out, const index_list<>& letters) {
  index_list<> list = out;
  for (const index letter : letters)
    if (!has_letter(list, letter)) list.push_back(letter);
  return list;
}

// An operand whose axes have the letters From::list(), with the axes To::list(): letters that it does not have are new
// axes of extent 1. A summed letter is stretched to its extent, as matmul does not do that itself.
template <class From, class To, bool KeepStatic = true, class E>
constexpr auto arranged(const E& e, index stretched = -1, index extent = 1) {
  constexpr index_list<> from = From::list(), unique = distinct(from), to = To::list();
  if constexpr (unique.size() < from.size()) {
    auto seats = index_list<E::rank>::filled(from.size(), 0);
    auto shape = index_list<unique.size()>::filled(unique.size(), 1);
    for (index axis = 0; axis < from.size(); ++axis) {
      while (unique[seats[axis]] != from[axis]) ++seats[axis];
      shape[seats[axis]] = e.shape()[axis];
    }
    struct merged {
      static constexpr index_list<> list() { return distinct(From::list()); }
    };
    return arranged<merged, To, KeepStatic>(sink_diagonal(e, seats, shape), stretched, extent);
  } else if constexpr (from == to && KeepStatic && statically_shaped<E>) {
    return e; // keeps its static shape
  } else {
    bool unchanged = from == to;
    auto sunk = rearranged<to.size()>(e, to.size(), [&](index i, const auto& shape) {
      for (index axis = 0; axis < from.size(); ++axis) {
        if (from[axis] != to[i]) continue;
        if (to[i] != stretched || shape[axis] == extent) return view_axis{axis, 1, shape[axis]};
        unchanged = false;
        return view_axis{view_axis::fresh, 0, extent};
      }
      return view_axis{};
    });
    if constexpr (from == to && std::same_as<decltype(sunk), E>)
      if (unchanged) return e; // whose name a plan knows
    return sunk;
  }
}

// The letters of one operand, of the result, and of the arrangements, as types.
template <class L, std::size_t I>
struct letters_of {
  static constexpr index_list<> list() { return L::letters.operands[I]; }
};
template <class L>
struct letters_of_result {
  static constexpr index_list<> list() { return L::letters.out; }
};
template <class L>
struct letters_of_sum {
  static constexpr index_list<> list() { return with_summed(L::letters.out, L::letters.operands[0]); }
};
template <class L, std::size_t Left, bool IsLeft>
struct letters_of_matrix {
  static constexpr index_list<> list() {
    const auto m = as_matrices(L::letters.operands[Left], L::letters.operands[1 - Left], L::letters.out);
    return IsLeft ? m.left : m.right;
  }
};

// The last axes of x summed, in the type of its elements: wrapped around in it as products of integers are.
template <class T, index Axes, class E>
constexpr auto sum_of_last(const E& e) {
  auto last = index_list<Axes>::filled(Axes, 0);
  for (index i = 0; i < Axes; ++i) last[i] = i - Axes;
  const auto total = sum(e, last);
  if constexpr (std::same_as<value_t<decltype(total)>, T>) return total;
  else return cast<T>(total);
}

template <class A>
constexpr auto product_of(const A& a) { return a; }
template <class A, class B, class... Rest>
constexpr auto product_of(const A& a, const B& b, const Rest&... rest) { return product_of(a * b, rest...); }

// A letter's extent in an operand of static shape; elsewhere -1.
template <class From, class E>
constexpr index static_extent(index letter) {
  if constexpr (statically_shaped<E>)
    for (index axis = 0; axis < E::rank; ++axis)
      if (From::list()[axis] == letter) return shape_t<E>::list()[axis];
  return -1;
}

template <class L, std::size_t Left, class A, class B>
constexpr auto as_matmul(const A& a, const B& b) {
  using of_a = letters_of<L, Left>;
  using of_b = letters_of<L, 1 - Left>;
  constexpr index summed = as_matrices(of_a::list(), of_b::list(), L::letters.out).summed;
  // Static shapes stay static where nothing must be stretched.
  constexpr index extent_of_a = static_extent<of_a, A>(summed), extent_of_b = static_extent<of_b, B>(summed);
  constexpr bool keep = extent_of_a >= 0 && extent_of_a == extent_of_b;
  index extent = 1;
  const auto reach = [&](const index_list<>& letters, const auto& shape) {
    for (index axis = 0; axis < letters.size(); ++axis)
      if (letters[axis] == summed && shape[axis] != 1) extent = shape[axis];
  };
  reach(of_a::list(), a.shape());
  reach(of_b::list(), b.shape());
  return matmul(arranged<of_a, letters_of_matrix<L, Left, true>, keep>(a, summed, extent),
                arranged<of_b, letters_of_matrix<L, Left, false>, keep>(b, summed, extent));
}

// The node, with operands of its type.
template <index Rank, class... Es>
constexpr auto make_einsum(const bound_subscripts<sizeof...(Es)>& letters, bool chain, const Es&... es) {
  const auto converted = [](const auto& e) {
    if constexpr (std::same_as<value_t<decltype(e)>, promote_t<value_t<Es>...>>) return e;
    else return cast<promote_t<value_t<Es>...>>(e);
  };
  return einsum_node<Rank, decltype(converted(es))...>(letters, chain, converted(es)...);
}

/// The expression that letters known to the compiler come to: L::letters, for each axis of each operand.
template <class L, class... Es>
constexpr auto contract(const Es&... es) {
  constexpr auto& letters = L::letters;
  constexpr einsum_form form = form_of(letters);
  using T = promote_t<value_t<Es>...>;
  if constexpr (form != einsum_form::general)
    extents_of_letters(letters, {index_list<>(es.shape())...}); // throws where they disagree
  if constexpr (form == einsum_form::elementwise) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return product_of(arranged<letters_of<L, I>, letters_of_result<L>>(es)...);
    }(std::index_sequence_for<Es...>{});
  } else if constexpr (form == einsum_form::sum) {
    using all = letters_of_sum<L>;
    return sum_of_last<T, all::list().size() - letters.out.size()>(arranged<letters_of<L, 0>, all>(es...));
  } else if constexpr (form == einsum_form::pairs) {
    using all = letters_of_sum<L>;
    return [](const auto& a, const auto& b) {
      return sum_of_last<T, all::list().size() - L::letters.out.size()>(arranged<letters_of<L, 0>, all>(a) *
                                                                        arranged<letters_of<L, 1>, all>(b));
    }(es...);
  } else if constexpr (form == einsum_form::matrices) {
    return as_matmul<L, 0>(es...);
  } else if constexpr (form == einsum_form::turned) {
    return [](const auto& a, const auto& b) { return as_matmul<L, 1>(b, a); }(es...);
  } else {
    return make_einsum<letters.out.size()>(letters, false, es...);
  }
}

// Subscripts that the compiler reads; the letters of axes where it knows all ranks.
template <literal Text, std::size_t N>
struct checked_subscripts {
  static constexpr subscripts<N> parsed = parse_subscripts<N>(Text.view());
  static constexpr subscript_fault fault = parsed.fault;
  static constexpr bool right = fault == subscript_fault::none;
  static_assert(fault != subscript_fault::character,
                "tutti: einsum: the subscripts may be letters, blanks, commas, '...' "
                "and '->' only");
  static_assert(fault != subscript_fault::ellipsis, "tutti: einsum: a dot in the subscripts is not part of one '...'");
  static_assert(fault != subscript_fault::arrow, "tutti: einsum: the subscripts may have one '->'");
  static_assert(fault != subscript_fault::count,
                "tutti: einsum: the subscripts need one list of letters for each operand, "
                "with commas between them");
  static_assert(fault != subscript_fault::unknown, "tutti: einsum: no operand has a letter that the output has");
  static_assert(fault != subscript_fault::repeated, "tutti: einsum: the output has a letter twice");
  static_assert(fault != subscript_fault::axes && fault != subscript_fault::rank,
                "tutti: einsum: at most 8 axes are possible");
};
template <literal Text, index... Ranks>
struct static_subscripts {
  static constexpr auto letters = bind_subscripts(checked_subscripts<Text, sizeof...(Ranks)>::parsed,
                                                  std::array<index, sizeof...(Ranks)>{Ranks...});
  static constexpr bool right = letters.fault == subscript_fault::none;
  static_assert(letters.fault != subscript_fault::axes, "tutti: einsum: an operand has not as many axes as letters");
  static_assert(letters.fault != subscript_fault::left_out,
                "tutti: einsum: operands have axes under '...', and the output has no '...'");
  static_assert(letters.fault != subscript_fault::rank, "tutti: einsum: the result has more than 8 axes");
};

// Subscripts of operands whose ranks are known at run time only.
template <index Rank, std::size_t N, class... Es>
constexpr auto contract_dynamic(std::string_view text, const subscripts<N>& parsed, const Es&... es) {
  const std::array<index_list<>, N> shapes{index_list<>(es.shape())...};
  const auto letters = bind_subscripts(parsed, {es.shape().size()...});
  if (letters.fault != subscript_fault::none)
    throw_subscript_fault(text, letters.fault, letters.where, list_of_shapes(shapes));
  return make_einsum<Rank>(letters, false, es...);
}

} // namespace detail

/// Products of tensors whose axes are named by letters, summed over the letters that the output does not have: out[i,
/// k] = the sum over j of a[i, j] * b[j, k] is "ij,jk->ik". Without "->" the output has the letters that occur once,
/// sorted. A letter twice in one operand is its diagonal. "..." stands for any axes, which broadcast, in front of the
/// output's letters where there is no "->". Blanks do not count. Shapes: the extents of the output's letters, in its
/// order. Types: the operands' common one, in which integers wrap around. Errors: a shape_error where axes with one
/// letter have several extents other than 1; subscripts that do not fit each other or the operands' ranks do not
/// compile. Cost: of one operand without a sum none, as it is a view; a letter in two operands that is summed is a
/// matrix product, and so is a batch of them; nothing is copied that the product can read where it is. Three and more
/// operands are multiplied two at a time, in the order that takes the fewest multiplications (of more than eight, in an
/// order that is good). NumPy: einsum, with optimize=True; PyTorch: einsum.
/// Example: `einsum<"ij,jk->ik">(array({{1, 2}, {3, 4}}), array({{5, 6}, {7, 8}}))` is `[[19 22] [43 50]]`;
/// `einsum<"ii">(iota<int>({3, 3}))` is `12`; `to_string(einsum<"bhqd,bhkd->bhqk">(ones<float>({2, 3, 4, 5}),
/// ones<float>({2, 3, 6, 5})).shape())` is `(2, 3, 4, 6)`.
template <detail::literal Subscripts, operand... Xs>
  requires(sizeof...(Xs) > 0)
constexpr auto einsum(Xs&&... xs) {
  using checked = detail::checked_subscripts<Subscripts, sizeof...(Xs)>;
  if constexpr (!checked::right) {
    return scalar<float>(0); // the sentence has been said
  } else if constexpr (((rank_of<Xs> != dynamic_rank) && ...)) {
    using known = detail::static_subscripts<Subscripts, rank_of<Xs>...>;
    if constexpr (known::right) return detail::contract<known>(as_node(std::forward<Xs>(xs))...);
    else return scalar<float>(0);
  } else {
    constexpr auto dots = [](const auto& term) { return term.dots >= 0; };
    constexpr auto& terms = checked::parsed.operands;
    constexpr bool spread = std::any_of(terms.begin(), terms.end(), dots);
    constexpr index rank = spread ? dynamic_rank : checked::parsed.out.letters.size();
    return detail::contract_dynamic<rank>(Subscripts.view(), checked::parsed, as_node(std::forward<Xs>(xs))...);
  }
}

/// The same with subscripts that are known at run time; the result's rank is dynamic. Errors: a value_error where the
/// subscripts are wrong in themselves, or not as many as the operands; a shape_error where the operands have other
/// ranks, axes with one letter have several extents other than 1, or the result would have more than 8 axes.
/// Example: `einsum("i,i->", array({1, 2}), array({3, 4}))` is `11`.
template <operand... Xs>
  requires(sizeof...(Xs) > 0)
constexpr auto einsum(std::string_view subscripts, Xs&&... xs) {
  const auto parsed = detail::parse_subscripts<sizeof...(Xs)>(subscripts);
  if (parsed.fault != detail::subscript_fault::none)
    detail::throw_subscript_fault(subscripts, parsed.fault, parsed.where,
                                  detail::list_of_shapes<sizeof...(Xs)>({index_list<>(xs.shape())...}));
  return detail::contract_dynamic<dynamic_rank>(subscripts, parsed, as_node(std::forward<Xs>(xs))...);
}

TUTTI_NAMESPACE_END
