// SPDX-License-Identifier: MIT
#pragma once

// How the factors of a contraction lie in memory, and the steps that it is done in: sums, elementwise products, sums of
// pairs, matrix products, and copies where a matrix product could not read or write its operands as they lie. All of it
// follows from letters, extents and strides; nothing is computed here.

#include <tutti/plan/contraction_order.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A stride for each letter that a factor has; 0 for those that it lacks.
struct factor_layout {
  letter_set letters = 0;
  letter_extents stride{};
};

/// One loop over a factor a, a factor b and their result c.
struct joined_axis {
  index extent = 1;
  std::array<index, 3> stride{};
};

/// A list without memory of its own, of at most so many elements.
template <class T, std::size_t Most>
class short_list {
public:
  void add(const T& element) { elements_[count_++] = element; }
  std::size_t size() const { return count_; }
  T& operator[](std::size_t i) { return elements_[i]; }
  const T& operator[](std::size_t i) const { return elements_[i]; }
  auto begin() { return elements_.begin(); }
  auto end() { return elements_.begin() + static_cast<std::ptrdiff_t>(count_); }
  auto begin() const { return elements_.begin(); }
  auto end() const { return elements_.begin() + static_cast<std::ptrdiff_t>(count_); }
  void shrink(std::size_t count) { count_ = count; }

private:
  std::array<T, Most> elements_{};
  std::size_t count_ = 0;
};

inline constexpr auto most_letters = static_cast<std::size_t>(tutti::detail::letter_count);

/// Letters, the slowest in some memory first.
using letter_order = short_list<std::size_t, most_letters>;

/// Loops, the outermost first.
class joined_axes : public short_list<joined_axis, most_letters> {
public:
  /// How many positions the loops have.
  index positions() const {
    index count = 1;
    for (const joined_axis& axis : *this) count *= axis.extent;
    return count;
  }
  /// How far a position is from the first one, in a, b and c.
  std::array<index, 3> offsets(index position) const {
    std::array<index, 3> at{};
    for (std::size_t i = size(); i-- > 0;) {
      const joined_axis& axis = (*this)[i];
      for (std::size_t o = 0; o < 3; ++o) at[o] += position % axis.extent * axis.stride[o];
      position /= axis.extent;
    }
    return at;
  }
};

/// Sorts what is short: std::stable_sort is long to compile. Equal elements keep their order.
template <class List, class Before>
void sort_few(List& list, const Before& before) {
  for (std::size_t i = 1; i < list.size(); ++i)
    for (std::size_t k = i; k > 0 && before(list[k], list[k - 1]); --k) std::swap(list[k], list[k - 1]);
}

/// The loops over some letters, in the order of c's memory, then a's, then b's; neighbours that are contiguous for all
/// three are one.
inline joined_axes join_letters(letter_set letters, const letter_extents& extents, const factor_layout& a,
                                const factor_layout& b, const factor_layout& c) {
  joined_axes axes;
  for_each_letter(letters, [&](std::size_t letter) {
    axes.add({extents[letter], {a.stride[letter], b.stride[letter], c.stride[letter]}});
  });
  const auto reach = [](const joined_axis& x) {
    return std::array<index, 3>{std::abs(x.stride[2]), std::abs(x.stride[0]), std::abs(x.stride[1])};
  };
  sort_few(axes, [&](const auto& x, const auto& y) { return reach(x) > reach(y); });
  std::size_t count = 0;
  for (const joined_axis& inner : axes) {
    joined_axis* const outer = count == 0 ? nullptr : &axes[count - 1];
    bool joins = outer != nullptr;
    for (std::size_t o = 0; joins && o < 3; ++o) joins = outer->stride[o] == inner.stride[o] * inner.extent;
    if (joins) *outer = {outer->extent * inner.extent, inner.stride};
    else axes[count++] = inner;
  }
  axes.shrink(count);
  return axes;
}

/// A batch of matrix products c = a b, of m x k and k x n.
struct matrices_layout {
  joined_axes batch;
  joined_axis row, column, summed; // how far one of each lies from the next
  bool sums_join = true;           // otherwise this is no matrix product
};

/// The greatest loop over rows and the greatest over columns are the matrices'; the others are a batch.
inline matrices_layout lay_out_matrices(const letter_extents& extents, const factor_layout& a, const factor_layout& b,
                                        const factor_layout& c) {
  matrices_layout m;
  m.batch = join_letters(a.letters & b.letters & c.letters, extents, a, b, c);
  const auto take = [&](letter_set letters) {
    const joined_axes axes = join_letters(letters, extents, a, b, c);
    std::size_t greatest = 0;
    for (std::size_t i = 1; i < axes.size(); ++i)
      if (axes[i].extent >= axes[greatest].extent) greatest = i;
    for (std::size_t i = 0; i < axes.size(); ++i)
      if (i != greatest) m.batch.add(axes[i]);
    return axes.size() == 0 ? joined_axis{} : axes[greatest];
  };
  m.row = take(a.letters & ~b.letters);
  m.column = take(b.letters & ~a.letters);
  const joined_axes sums = join_letters(a.letters & b.letters & ~c.letters, extents, a, b, c);
  m.sums_join = sums.size() == 1;
  m.summed = sums[0];
  return m;
}

/// Some letters in the order in which a factor walks them.
inline letter_order in_memory_order(letter_set letters, const factor_layout& f) {
  letter_order list;
  for_each_letter(letters, [&](std::size_t letter) { list.add(letter); });
  sort_few(list, [&](std::size_t x, std::size_t y) { return std::abs(f.stride[x]) > std::abs(f.stride[y]); });
  return list;
}

/// What one step does, with slots a and b, into slot c.
struct einsum_step {
  enum class kind { copy, sum, product, pairs, matrices };
  kind what;
  std::size_t a, b, c;
};

/// All steps. A slot is an operand, the destination (the slot behind the operands), or memory that a step makes.
template <std::size_t Operands>
class einsum_plan {
public:
  einsum_plan(const std::array<factor_layout, Operands>& operands, const factor_layout& destination,
              const letter_extents& extents, [[maybe_unused]] bool chain)
      : extents_(extents) {
    for (const factor_layout& f : operands) slots_.add(f);
    slots_.add(destination);
    const letter_set out = destination.letters;
    if constexpr (Operands == 1) {
      steps_.add({slots_[0].letters == out ? einsum_step::kind::copy : einsum_step::kind::sum, 0, 0, 1});
    } else {
      // What only one operand has is summed first.
      short_list<std::size_t, 2 * Operands - 1> at;
      std::array<letter_set, Operands> letters;
      for (std::size_t o = 0; o < Operands; ++o) {
        letter_set needed = out;
        for (std::size_t other = 0; other < Operands; ++other)
          if (other != o) needed |= slots_[other].letters;
        at.add((slots_[o].letters & ~needed) == 0 ? o
                                                  : add_step(einsum_step::kind::sum, o, o, slots_[o].letters & needed));
        letters[o] = slots_[at[o]].letters;
      }
      const auto pairs = order_contractions(letters, out, extents_, chain);
      short_list<letter_set, 2 * Operands - 1> waiting; // of the factors that are not used up
      for (const letter_set l : letters) waiting.add(l);
      for (const contraction_step& s : pairs) {
        waiting[s.left] = waiting[s.right] = 0;
        letter_set needed = out;
        for (const letter_set w : waiting) needed |= w;
        const std::size_t made = add_pair(at[s.left], at[s.right], needed, &s == &pairs.back());
        at.add(made);
        waiting.add(slots_[made].letters);
      }
    }
  }

  // An operand may be summed first; a pair may take copies of both and of its result.
  static constexpr std::size_t most_steps = Operands + 4 * (Operands - 1), most_slots = Operands + 1 + most_steps;
  using slot_list = short_list<factor_layout, most_slots>;
  using step_list = short_list<einsum_step, most_steps>;

  const slot_list& slots() const { return slots_; }
  const step_list& steps() const { return steps_; }
  const letter_extents& extents() const { return extents_; }
  static constexpr std::size_t destination() { return Operands; }
  static constexpr bool is_temporary(std::size_t slot) { return slot > Operands; }
  index size_of(std::size_t slot) const {
    index count = 1;
    for_each_letter(slots_[slot].letters, [&](std::size_t letter) { count *= extents_[letter]; });
    return count;
  }

private:
  using kind = einsum_step::kind;

  static letter_order then(letter_order first, const letter_order& second) {
    for (const std::size_t letter : second) first.add(letter);
    return first;
  }
  // A slot of its own memory, without gaps.
  std::size_t add_slot(const letter_order& letters) {
    factor_layout f;
    index stride = 1;
    for (std::size_t i = letters.size(); i-- > 0;) {
      f.letters |= tutti::detail::letter_bit(static_cast<index>(letters[i]));
      f.stride[letters[i]] = stride;
      stride *= extents_[letters[i]];
    }
    slots_.add(f);
    return slots_.size() - 1;
  }
  std::size_t add_step(kind what, std::size_t a, std::size_t b, letter_set made) {
    const std::size_t c = add_slot(in_memory_order(made, slots_[a]));
    steps_.add({what, a, b, c});
    return c;
  }
  std::size_t add_copy(std::size_t a, const letter_order& letters) {
    const std::size_t c = add_slot(letters);
    steps_.add({kind::copy, a, a, c});
    return c;
  }
  std::size_t joined_count(letter_set letters, const factor_layout& f) const {
    return join_letters(letters, extents_, f, {}, {}).size();
  }

  std::size_t add_pair(std::size_t a, std::size_t b, letter_set needed, bool last) {
    const letter_set of_a = slots_[a].letters, of_b = slots_[b].letters;
    const letter_set made = (of_a | of_b) & needed, summed = (of_a | of_b) & ~needed;
    const letter_set batch = of_a & of_b & made, rows = of_a & ~of_b, columns = of_b & ~of_a;
    const std::size_t c = last
                              ? destination()
                              : add_slot(then(then(in_memory_order(batch, slots_[a]), in_memory_order(rows, slots_[a])),
                                              in_memory_order(columns, slots_[b])));
    if (summed == 0) {
      steps_.add({kind::product, a, b, c});
    } else if (rows == 0 && columns == 0) {
      // A loop nest has as many axes as a tensor; more letters than that become one where both lie without gaps.
      const auto sums = join_letters(summed, extents_, slots_[a], slots_[b], {});
      if (sums.size() >= static_cast<std::size_t>(max_rank)) {
        const letter_order letters = then(in_memory_order(batch, slots_[a]), in_memory_order(summed, slots_[a]));
        a = add_copy(a, letters);
        b = add_copy(b, letters);
      }
      steps_.add({kind::pairs, a, b, c});
    } else {
      add_matrices(a, b, c);
    }
    return c;
  }

  // Matrices of fewer rows or columns than this are too small for their product to run at full speed: with the loops
  // around it, it does a tenth of it or less for 4, and two thirds for 32.
  static constexpr index fewest_rows = 16;
  // A copy is worth the time where each of its elements is used so often.
  static constexpr index fewest_uses = 16;

  void add_matrices(std::size_t a, std::size_t b, std::size_t c) {
    const letter_set of_a = slots_[a].letters, of_b = slots_[b].letters, of_c = slots_[c].letters;
    const letter_set batch = of_a & of_b & of_c, rows = of_a & ~of_b, columns = of_b & ~of_a,
                     summed = of_a & of_b & ~of_c;
    const auto positions = [&](letter_set set) { return positions_of(set, extents_); };
    const matrices_layout direct = lay_out_matrices(extents_, slots_[a], slots_[b], slots_[c]);
    bool copy_a = false, copy_b = false, copy_c = false;
    if (!direct.sums_join) {
      const bool a_joins = joined_count(summed, slots_[a]) == 1, b_joins = joined_count(summed, slots_[b]) == 1;
      copy_b = !b_joins || (a_joins && positions(of_b) <= positions(of_a));
      copy_a = !a_joins || !copy_b;
    }
    // Many small matrices become few large ones.
    const auto small = [&](const joined_axis& axis, letter_set letters, letter_set others) {
      return axis.extent < fewest_rows && positions(letters) >= 2 * static_cast<double>(axis.extent) &&
             positions(others) >= fewest_uses;
    };
    const bool small_rows = small(direct.row, rows, columns), small_columns = small(direct.column, columns, rows);
    const factor_layout like_a = slots_[a], like_b = slots_[b], like_c = slots_[c];
    if (small_rows || small_columns) {
      copy_c = (small_rows && joined_count(rows, like_c) > 1) || (small_columns && joined_count(columns, like_c) > 1);
      if (copy_c && positions(summed) < fewest_uses) {
        copy_c = false;
      } else {
        // The result is copied from one whose rows lie as they do in a, if they lie as one there.
        copy_a = copy_a || (small_rows && !(copy_c && joined_count(rows, like_a) == 1));
        copy_b = copy_b || (small_columns && !(copy_c && joined_count(columns, like_b) == 1));
      }
    }
    // Copies lie as the result does, and sum in the order of an operand that is not copied.
    const letter_order sums = in_memory_order(summed, copy_a && !copy_b ? like_b : like_a);
    const letter_order outer = in_memory_order(batch, like_c);
    const letter_order of_rows = in_memory_order(rows, copy_c && !copy_a ? like_a : like_c);
    const letter_order of_columns = in_memory_order(columns, copy_c && !copy_b ? like_b : like_c);
    if (copy_a) a = add_copy(a, then(then(outer, of_rows), sums));
    if (copy_b) b = add_copy(b, then(then(outer, of_columns), sums));
    const std::size_t to = copy_c ? add_slot(then(then(outer, of_rows), of_columns)) : c;
    steps_.add({kind::matrices, a, b, to});
    if (copy_c) steps_.add({kind::copy, to, to, c});
  }

  letter_extents extents_;
  slot_list slots_;
  step_list steps_;
};

} // namespace plan

TUTTI_NAMESPACE_END
