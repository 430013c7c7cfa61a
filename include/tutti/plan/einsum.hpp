// SPDX-License-Identifier: MIT
#pragma once

// Runs contractions of any letters: einsum_plan says the steps, each of which is a statement, or a few, over views of the
// factors' memory. Diagonals that are no views are here as well.

#include <tutti/expr/einsum.hpp>
#include <tutti/plan/barrier.hpp>
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

/// The views over which a step is one statement, and how to reach them: a statement has as many axes as a tensor, and any
/// further loops go around it.
class step_views {
public:
  explicit step_views(std::size_t axes_of_its_own) : free_(static_cast<std::size_t>(max_rank) - axes_of_its_own) {}

  /// The loops that all of a, b and c are in, the outermost first.
  void add_common(const joined_axes& axes) {
    const std::size_t inner = std::min(axes.size(), free_);
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if (i + inner < axes.size()) outer_.add(axes[i]);
      else add(axes[i], {true, true, true});
    }
  }
  void add(const joined_axis& axis, std::array<bool, 3> in) {
    for (std::size_t o = 0; o < 3; ++o) {
      if (!in[o]) continue;
      shape_[o].push_back(axis.extent);
      strides_[o].push_back(axis.stride[o]);
    }
  }
  const joined_axes& outer() const { return outer_; }
  index rank() const { return shape_[0].size(); }
  template <std::size_t Operand, class T>
  view<T> at(T* data, const std::array<index, 3>& offsets) const {
    return {data + offsets[Operand], shape_[Operand], strides_[Operand]};
  }

private:
  std::size_t free_;
  joined_axes outer_;
  std::array<index_list<>, 3> shape_, strides_;
};

/// Calls f(destination, expression) for each statement of a step over memory at a, b and c.
template <class T, std::size_t Operands, class F>
void for_each_statement(const einsum_plan<Operands>& plan, const einsum_step& s, const T* a, const T* b, T* c,
                        const F& f) {
  using kind = einsum_step::kind;
  const factor_layout &of_a = plan.slots()[s.a], &of_b = plan.slots()[s.b], &of_c = plan.slots()[s.c];
  const auto walk = [&](const step_views& views, const auto& what) {
    for (index position = 0; position < views.outer().positions(); ++position) {
      const auto at = views.outer().offsets(position);
      f(views.at<2>(c, at), what(views.at<0>(a, at), views.at<1>(b, at)));
    }
  };
  if (s.what == kind::matrices) {
    const matrices_layout m = lay_out_matrices(plan.extents(), of_a, of_b, of_c);
    step_views views(2);
    views.add_common(m.batch);
    views.add(m.row, {true, false, true});
    views.add(m.summed, {true, true, false});
    views.add(m.column, {false, true, true});
    return walk(views, [](const auto& x, const auto& y) { return matmul(x, y); });
  }
  const letter_set all = of_a.letters | of_b.letters;
  const joined_axes summed = join_letters(all & ~of_c.letters, plan.extents(), of_a, of_b, {});
  step_views views(summed.size());
  views.add_common(join_letters(all & of_c.letters, plan.extents(), of_a, of_b, of_c));
  index_list<> folded;
  for (const joined_axis& axis : summed) {
    folded.push_back(views.rank());
    views.add(axis, {true, true, false});
  }
  switch (s.what) {
  case kind::copy: return walk(views, [](const auto& x, const auto&) { return x; });
  case kind::sum: return walk(views, [&](const auto& x, const auto&) { return sum(x, folded); });
  case kind::product: return walk(views, [](const auto& x, const auto& y) { return x * y; });
  default: return walk(views, [&](const auto& x, const auto& y) { return sum(x * y, folded); });
  }
}

/// The steps over the slots' memory.
template <std::size_t Operands, class T>
void run_einsum(const einsum_plan<Operands>& plan, const std::array<const T*, Operands>& operands, T* destination) {
  std::array<storage<T>, einsum_plan<Operands>::most_slots> made;
  std::array<const T*, einsum_plan<Operands>::most_slots> data{};
  std::copy(operands.begin(), operands.end(), data.begin());
  for (const einsum_step& s : plan.steps()) {
    if (plan.is_temporary(s.c)) made[s.c] = allocate<T>(plan.size_of(s.c));
    T* const to = plan.is_temporary(s.c) ? made[s.c].get() : destination;
    for_each_statement(plan, s, data[s.a], data[s.b], to, [](const auto& part, const auto& e) { assign(part, e); });
    data[s.c] = to;
    // A step's result is read once.
    made[s.a] = nullptr;
    made[s.b] = nullptr;
  }
}

/// An operand in memory: a leaf is read where it is, anything else is a stage.
template <class T>
struct stored_operand {
  view<const T> elements;
  storage<T> memory;
};
template <class T, index Rank, class Keeper>
stored_operand<std::remove_const_t<T>> store_operand(const view<T, Rank, Keeper>& leaf) {
  leaf.require_alive();
  return {{begin_or_nothing(leaf.data()), leaf.shape(), leaf.strides()}, nullptr};
}
template <class View>
auto store_operand(const named_leaf<View>& n) { return store_operand(n.leaf()); }
template <class E>
stored_operand<value_t<E>> store_operand(const E& e) {
  auto memory = run_stage(e);
  const view<const value_t<E>> elements(begin_or_nothing(memory.get()), e.shape());
  return {elements, std::move(memory)};
}
template <class B, index Rank>
stored_operand<value_t<B>> store_operand(const barrier_view<B, Rank>& v) {
  auto stored = store_operand(v.barrier());
  return {{stored.elements.data() + v.map().offset(index_list<B::rank>(stored.elements.strides())), v.shape(),
           v.map().strides(index_list<B::rank>(stored.elements.strides()))},
          std::move(stored.memory)};
}

/// The plan of an einsum whose operands, and whose destination, have these strides.
template <index Rank, class... Es>
einsum_plan<sizeof...(Es)> plan_einsum(const einsum_node<Rank, Es...>& e,
                                       const std::array<index_list<>, sizeof...(Es)>& strides,
                                       const index_list<>& to_strides) {
  std::array<factor_layout, sizeof...(Es)> factors;
  e.operands().apply([&](const auto&... o) {
    std::size_t at = 0;
    ((factors[at] = lay_out_factor(e.letters().operands[at], o.shape(), strides[at]), ++at), ...);
  });
  return {factors, lay_out_factor(e.letters().out, e.shape(), to_strides), e.extents(), e.is_chain()};
}
/// Whether nothing is summed: a letter reaches nowhere.
template <class E>
bool sums_nothing(const E& e) { return std::find(e.extents().begin(), e.extents().end(), 0) != e.extents().end(); }

template <index Rank, class... Es, class T, index ToRank, class Keeper>
void run_barrier(const einsum_node<Rank, Es...>& e, const view<T, ToRank, Keeper>& to) {
  using number = value_t<einsum_node<Rank, Es...>>;
  if (to.size() == 0) return;
  if (sums_nothing(e)) {
    assign(to, T{});
  } else if constexpr (!std::same_as<T, number>) {
    const auto memory = run_stage(e);
    assign(to, view<const number, Rank>(memory.get(), e.shape()));
  } else {
    e.operands().apply([&](const auto&... o) {
      const std::array<stored_operand<number>, sizeof...(Es)> stored{store_operand(o)...};
      std::array<index_list<>, sizeof...(Es)> strides;
      std::array<const number*, sizeof...(Es)> data{};
      for (std::size_t i = 0; i < stored.size(); ++i) {
        strides[i] = stored[i].elements.strides();
        data[i] = stored[i].elements.data();
      }
      run_einsum(plan_einsum(e, strides, to.strides()), data, to.data());
    });
  }
}

template <class E, index Rank, class T, index ToRank, class Keeper>
void run_barrier(const diagonal_node<E, Rank>& d, const view<T, ToRank, Keeper>& to) {
  const auto stored = store_operand(get<0>(d.operands()));
  assign(to, tutti::detail::sink_diagonal(stored.elements, index_list<>(d.seats()), index_list<>(d.shape())));
}

} // namespace plan

TUTTI_NAMESPACE_END
