// SPDX-License-Identifier: MIT
#pragma once

// Runs contractions of any letters: einsum_plan says the steps, each of which is a statement or a batch of matrix
// products over the factors' memory. Diagonals that are no views are here as well.

#include <tutti/expr/einsum.hpp>
#include <tutti/plan/contract.hpp>
#include <tutti/plan/contraction.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// An operand's layout. Letters along which it has extent 1 are left out: it is the same for all their positions.
inline factor_layout lay_out_factor(const index_list<>& letters, const index_list<>& shape,
                                    const index_list<>& strides) {
  factor_layout f;
  for (index axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] == 1) continue;
    f.letters |= tutti::detail::letter_bit(letters[axis]);
    f.stride[static_cast<std::size_t>(letters[axis])] += strides[axis]; // a letter twice walks the diagonal
  }
  return f;
}

/// How threads share the products of a layout.
inline product_schedule schedule_matrices(const matrices_layout& m) {
  product_layout p;
  p.m = m.row.extent;
  p.n = m.column.extent;
  p.k = m.summed.extent;
  p.rank = 1;
  p.batch[0].extent = m.batch.positions();
  return schedule_product(p);
}

/// The steps over the slots' memory. T is the type of all factors.
template <class T>
class einsum_run {
public:
  einsum_run(const einsum_plan& plan, std::span<const T* const> operands, T* destination)
      : plan_(plan), made_(plan.slots().size()), data_(operands.begin(), operands.end()), destination_(destination) {
    data_.resize(plan.slots().size());
    for (const einsum_step& s : plan.steps()) {
      if (plan.is_temporary(s.c)) made_[s.c] = allocate<T>(plan.size_of(s.c));
      run(s);
      data_[s.c] = target(s);
      // A step's result is read once.
      made_[s.a] = nullptr;
      made_[s.b] = nullptr;
    }
  }

private:
  using kind = einsum_step::kind;

  T* target(const einsum_step& s) const { return plan_.is_temporary(s.c) ? made_[s.c].get() : destination_; }

  void run(const einsum_step& s) const {
    const factor_layout &a = plan_.slots()[s.a], &b = plan_.slots()[s.b], &c = plan_.slots()[s.c];
    if (s.what == kind::matrices) return multiply(lay_out_matrices(plan_.extents(), a, b, c), s);
    const letter_set all = a.letters | b.letters;
    const joined_axes kept = join_letters(all & c.letters, plan_.extents(), a, b, c);
    const joined_axes summed = join_letters(all & ~c.letters, plan_.extents(), a, b, {});
    // A statement takes the inner loops, as many as a tensor has axes; any others are walked here.
    const std::size_t inner = std::min(kept.size(), static_cast<std::size_t>(max_rank) - summed.size());
    joined_axes outer;
    for (std::size_t i = 0; i + inner < kept.size(); ++i) outer.add(kept[i]);
    index_list<> shape, folded;
    std::array<index_list<>, 3> strides;
    const auto add = [&](const joined_axis& axis) {
      shape.push_back(axis.extent);
      for (std::size_t o = 0; o < 3; ++o) strides[o].push_back(axis.stride[o]);
    };
    for (std::size_t i = kept.size() - inner; i < kept.size(); ++i) add(kept[i]);
    const index_list<> results = shape, to_strides = strides[2];
    for (const joined_axis& axis : summed) {
      folded.push_back(shape.size());
      add(axis);
    }
    const index positions = outer.positions();
    for (index position = 0; position < positions; ++position) {
      const auto at = outer.offsets(position);
      const view<const T> left(data_[s.a] + at[0], shape, strides[0]), right(data_[s.b] + at[1], shape, strides[1]);
      const view<T> to(target(s) + at[2], results, to_strides);
      switch (s.what) {
      case kind::copy: assign(to, left); break;
      case kind::sum: assign(to, sum(left, folded)); break;
      case kind::product: assign(to, left * right); break;
      default: assign(to, sum(left * right, folded));
      }
    }
  }

  void multiply(const matrices_layout& m, const einsum_step& s) const {
    const product_schedule how = schedule_matrices(m);
    const T *const a = data_[s.a], *const b = data_[s.b];
    T* const c = target(s);
    kernel::parallel_ranges(how.count, how.by_batch ? how.threads : 1, [&](index first, index last) {
      for (index position = first; position < last; ++position) {
        const auto at = m.batch.offsets(position);
        kernel::multiply<kernel::accumulator_t<T>>(
            m.row.extent, m.column.extent, m.summed.extent,
            kernel::matrix{a + at[0], m.row.stride[0], m.summed.stride[0]},
            kernel::matrix{b + at[1], m.summed.stride[1], m.column.stride[1]},
            kernel::matrix{c + at[2], m.row.stride[2], m.column.stride[2]}, how.by_batch ? 1 : how.threads);
      }
    });
  }

  const einsum_plan& plan_;
  std::vector<storage<T>> made_;
  std::vector<const T*> data_;
  T* destination_;
};

/// The plan of an einsum whose operands lie in these shapes and strides, into memory of these strides.
template <index Rank, class... Es, std::size_t N>
einsum_plan plan_einsum(const einsum_node<Rank, Es...>& e, const std::array<index_list<>, N>& strides,
                        const index_list<>& to_strides) {
  std::vector<factor_layout> factors;
  const std::array<index_list<>, N> shapes =
      std::apply([](const auto&... o) { return std::array<index_list<>, N>{index_list<>(o.shape())...}; }, e.operands());
  for (std::size_t o = 0; o < N; ++o) factors.push_back(lay_out_factor(e.letters().operands[o], shapes[o], strides[o]));
  return einsum_plan(std::move(factors), lay_out_factor(e.letters().out, e.shape(), to_strides), e.extents(),
                     e.is_chain());
}

template <index Rank, class... Es, class T, index ToRank, class Keeper>
void run_barrier(const einsum_node<Rank, Es...>& e, const view<T, ToRank, Keeper>& to) {
  using number = value_t<einsum_node<Rank, Es...>>;
  if (to.size() == 0) return;
  if (std::find(e.extents().begin(), e.extents().end(), 0) != e.extents().end()) {
    assign(to, number{}); // the sum of nothing
  } else if constexpr (!std::same_as<T, number>) {
    const auto memory = run_stage(e);
    assign(to, view<const number, Rank>(memory.get(), e.shape()));
  } else {
    std::apply(
        [&](const auto&... o) {
          const std::array<settled_operand<number>, sizeof...(Es)> settled{settle(o)...};
          const auto of = [&](auto member) {
            return [&]<std::size_t... I>(std::index_sequence<I...>) {
              return std::array{member(settled[I])...};
            }(std::index_sequence_for<Es...>{});
          };
          const einsum_plan plan =
              plan_einsum(e, of([](const auto& s) { return index_list<>(s.strides); }), to.strides());
          const auto operands = of([](const auto& s) { return s.data; });
          const einsum_run<number> run(plan, operands, to.data());
        },
        e.operands());
  }
}

template <class E, index Rank, class T, index ToRank, class Keeper>
void run_barrier(const diagonal_node<E, Rank>& d, const view<T, ToRank, Keeper>& to) {
  const auto s = settle(std::get<0>(d.operands()));
  const index_list<> seats = d.seats(), shape = d.shape();
  assign(to, view<const value_t<E>>(s.data, shape, tutti::detail::diagonal_strides(s.shape, s.strides, seats, shape)));
}

} // namespace plan

TUTTI_NAMESPACE_END
