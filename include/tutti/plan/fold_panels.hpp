// SPDX-License-Identifier: MIT
#pragma once

// Reductions of what other reductions give along an axis of their own, as of the distances of all pairs of points:
//
//   argmin(sum(square(p(all, newaxis) - c), -1), 1)
//
// The inner results of some outer ones are made in a thread's scratch and folded there, before the next are made: all of
// them are never in memory. As with products (panels.hpp), a panel's formula is the formula of slices, and its two parts
// are ordinary statements.

#include <tutti/plan/panels.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

namespace detail {

// The first reduction of a tree, or void.
template <class... Es>
struct first_fold {
  using type = void;
};
template <class E, class... Es>
struct first_fold<E, Es...> : first_fold<Es...> {};
template <class Op, class... Ms, class... Es>
struct first_fold<map<Op, Ms...>, Es...> : first_fold<Ms..., Es...> {};
template <class Op, class E, index Count, bool Keep, class... Es>
struct first_fold<reduction<Op, E, Count, Keep>, Es...> {
  using type = reduction<Op, E, Count, Keep>;
  using below = typename first_fold<E>::type;
};

// Whether slices of E need nothing but slices of its leaves and of Core, which all of its reductions fold.
template <class Core, class E>
inline constexpr bool is_cut_with = is_sliced_leaf<E>;
template <class Core, class Op, class... Es>
inline constexpr bool is_cut_with<Core, map<Op, Es...>> =
    ((is_cut_with<Core, Es> && (!tree_traits<Es>::has_reduction || Es::rank == map<Op, Es...>::rank)) && ...);
template <class Core, class Op, class E, index Count, bool Keep>
inline constexpr bool is_cut_with<Core, reduction<Op, E, Count, Keep>> =
    std::same_as<Core, reduction<Op, E, Count, Keep>> ||
    (Count > 0 && Count < E::rank && E::rank == Core::rank && occurrences<Core, E> > 0 && is_cut_with<Core, E>);

// (A reduction whose operand has no more axes than what folds it may run inside the same loops.)
template <class E, class Core>
inline constexpr bool is_nested_fold = false;
template <class E, class Op, class X, index Count>
  requires(Count > 0 && Count < X::rank)
inline constexpr bool is_nested_fold<E, reduction<Op, X, Count, false>> =
    E::rank > 0 && goes_by_rows<no_node, X>&& is_cut_with<reduction<Op, X, Count, false>, E>;

// The reduction below the first one.
template <class E, class First = typename first_fold<E>::type>
struct fold_below {
  using type = typename first_fold<E>::below;
};
template <class E>
struct fold_below<E, void> {
  using type = void;
};

// The part of a formula's result that `map` says, which keeps all axes.
template <class E, index Rank>
auto part_of(const E& e, const view_map<E::rank, Rank>& map) { return sink(e, map); }
template <class Op, class E, index Count, bool Keep, index Rank>
auto part_of(const reduction<Op, E, Count, Keep>& r, const view_map<Rank, Rank>& map);
template <class Op, class... Es, index Rank>
auto part_of(const map<Op, Es...>& m, const view_map<map<Op, Es...>::rank, Rank>& map) {
  return m.operands().apply([&](const auto&... e) {
    const auto part = [&](const auto& one) { return part_of(one, map_for_operand(map, m.shape(), one.shape())); };
    return tutti::map<Op, decltype(part(e))...>(m.op(), part(e)...);
  });
}
template <class Op, class E, index Count, bool Keep, index Rank>
auto part_of(const reduction<Op, E, Count, Keep>& r, const view_map<Rank, Rank>& map) {
  const auto& from = r.operand().shape();
  view_map<E::rank, E::rank> whole;
  whole.start = index_list<E::rank>::filled(E::rank, 0);
  index_list<Count> axes;
  for (index a = 0, result = 0, folded = 0; a < E::rank; ++a) {
    whole[a] = {a, 1, from[a]};
    if (r.axes().has(a)) {
      axes[folded++] = a;
      result += Keep ? 1 : 0;
    } else {
      whole.start[a] = map.start[result];
      whole[a].extent = map[result++].extent;
    }
  }
  auto operand = part_of(r.operand(), whole);
  return reduction<Op, decltype(operand), Count, Keep>(r.op(), std::move(operand), axes);
}

// A tree with `with` in the place of Core.
template <class Core, class With, class E>
auto with_core(const E& e, const With&) { return e; }
template <class Core, class With, class Op, class E, index Count, bool Keep>
auto with_core(const reduction<Op, E, Count, Keep>& r, const With& with);
template <class Core, class With, class Op, class... Es>
auto with_core(const map<Op, Es...>& m, const With& with) {
  return m.operands().apply([&](const auto&... e) {
    return map<Op, decltype(with_core<Core>(e, with))...>(m.op(), with_core<Core>(e, with)...);
  });
}
template <class Core, class With, class Op, class E, index Count, bool Keep>
auto with_core(const reduction<Op, E, Count, Keep>& r, const With& with) {
  if constexpr (std::same_as<Core, reduction<Op, E, Count, Keep>>) return with;
  else {
    index_list<Count> axes;
    for (index a = 0, folded = 0; a < E::rank; ++a)
      if (r.axes().has(a)) axes[folded++] = a;
    auto operand = with_core<Core>(r.operand(), with);
    return reduction<Op, decltype(operand), Count, Keep>(r.op(), std::move(operand), axes);
  }
}

// Whether all of a tree's nodes of type Core are this one.
template <class Core, class E>
bool has_one(const Core& core, const E& e);
template <class Core, class Op, class E, index Count, bool Keep>
bool has_one(const Core& core, const reduction<Op, E, Count, Keep>& r) {
  if constexpr (std::same_as<Core, reduction<Op, E, Count, Keep>>) return same(core, r);
  else return has_one(core, r.operand());
}
template <class Core, class Op, class... Es>
bool has_one(const Core& core, const map<Op, Es...>& m) {
  return m.operands().apply([&](const auto&... e) { return (has_one(core, e) && ...); });
}
template <class Core, class E>
bool has_one(const Core&, const E&) { return true; }

} // namespace detail

/// The reduction in a formula whose results are made by panels, or void.
template <class E>
using nested_fold = typename detail::fold_below<E>::type;

/// Whether a formula runs by such panels, unless two reductions of one type are two values.
template <class E>
inline constexpr bool may_fold_by_panels = detail::is_nested_fold<E, nested_fold<E>>;
template <class E>
inline constexpr bool folds_by_panels = false;
template <class E>
  requires may_fold_by_panels<E>
inline constexpr bool folds_by_panels<E> = detail::occurrences<nested_fold<E>, E> == 1;

/// How a formula's result is cut: some positions along one axis make a panel, at one position of the axes before it.
struct fold_cut {
  index axis = 0, rows = 1; // the axis, and how many of its positions
  index outer = 1;          // positions of the axes before
  index per_outer = 1;      // tasks for each of those
  index elements = 0;       // inner results in a panel
};

/// A panel stays in the first caches, beside what it is made of.
inline constexpr index fold_panel_bytes = index{1} << 17;
/// One position may be made of more. Of few positions that are made of more than this the threads would not have enough to
/// share: then all inner results are made before any is folded.
inline constexpr index largest_fold_panel = index{1} << 22;

/// Cuts a result of this shape, each element of which is made of `count` inner results with so many bytes.
[[gnu::noinline]] inline fold_cut cut_folds(std::span<const index> shape, index count, index bytes) {
  const index most = std::max<index>(fold_panel_bytes / bytes, 1);
  fold_cut c;
  index inner = count; // inner results at a position of the axis
  c.axis = static_cast<index>(shape.size()) - 1;
  const auto extent = [&](index a) { return shape[static_cast<std::size_t>(a)]; };
  for (; c.axis > 0 && inner * extent(c.axis) <= most; --c.axis) inner *= extent(c.axis);
  for (index a = 0; a < c.axis; ++a) c.outer *= extent(a);
  const index whole = extent(c.axis);
  if (inner * bytes > largest_fold_panel && c.outer * whole < 64) c.axis = -1;
  index rows = std::clamp<index>(most / std::max<index>(inner, 1), 1, whole);
  // Of about one size; long ones are whole packs.
  const index panels = (whole + rows - 1) / rows;
  rows = (whole + panels - 1) / panels;
  c.rows = rows > 128 ? std::min((rows + 63) / 64 * 64, whole) : rows;
  c.per_outer = whole / c.rows;
  c.elements = c.rows * inner;
  return c;
}

/// The strides of a panel of this shape: its longest axis is the one without gaps, unless the last is long enough.
template <index Rank>
index_list<Rank> panel_strides(const index_list<Rank>& shape) {
  constexpr index long_enough = 256;
  index last = Rank - 1;
  if (shape[last] < long_enough)
    for (index a = 0; a < Rank; ++a)
      if (shape[a] > shape[last]) last = a;
  auto strides = index_list<Rank>::filled(Rank, 1);
  index step = shape[last];
  for (index a = Rank - 1; a >= 0; --a) {
    if (a == last) continue;
    strides[a] = step;
    step *= shape[a];
  }
  return strides;
}

/// A statement that folds by panels. Constructing it decides everything; run() obeys.
template <class T, index Rank, class Keeper, class E>
class fold_panels {
public:
  using core = nested_fold<E>;
  using number = value_t<core>;
  using result = number;
  static constexpr bool in_place = true;

  /// (There are no stages before it, planned or not.)
  fold_panels(const view<T, Rank, Keeper>& to, const E& e, const std::vector<node_id>* = nullptr)
      : to_(to), e_(e), core_(*detail::find_node<core>(e)) {
    const auto [low, high] = byte_range(to);
    fits_ = to.size() > 0 && e.shape() == to.shape() && !reads(e, low, high);
    if constexpr (!folds_by_panels<E>) fits_ = fits_ && detail::has_one(core_, e);
    if (!fits_) return;
    const index all = core_.size(), each = all / to.size();
    auto map = whole();
    for (index a = 0; a < Rank; ++a) map[a].extent = 1;
    const auto one = detail::part_of(e, map);
    const bool cuts = detail::find_node<nested_fold<std::remove_const_t<decltype(one)>>>(one)->size() == each &&
                      each * to.size() == all;
    cut_.axis = -1;
    if (cuts) cut_ = cut_folds(to.shape(), each, static_cast<index>(sizeof(number)));
    if (cut_.axis < 0) cut_ = {0, to.shape()[0], 1, 1, all};
    worth_ = static_cast<double>(core_.operand().size()) * (tree_traits<core>::cost + 1) / work_per_thread;
    threads_ = tasks() > 1 ? threads_for(worth_, tasks()) : 1;
  }
  fold_panels(const fold_panels&) = delete;

  /// Whether it may run at all.
  bool fits() const { return fits_; }
  const auto& shape() const { return core_.shape(); }
  index tasks() const { return cut_.outer * cut_.per_outer; }
  int threads() const { return threads_; }
  double worth() const { return worth_; }
  index panel_elements() const { return cut_.elements; }
  index_list<core::rank> panel_shape() const {
    const auto part = detail::part_of(e_, map_of(0, 0));
    return index_list<core::rank>(detail::find_node<nested_fold<std::remove_const_t<decltype(part)>>>(part)->shape());
  }
  /// What a thread keeps of its scratch: a panel. Larger ones have memory of their own.
  class planned_workspace {
  public:
    explicit planned_workspace(const fold_panels& s) : bytes_(s.in_scratch() ? s.panel_bytes() : 0) {}
    index scratch_bytes() const { return bytes_; }

  private:
    index bytes_;
  };
  index allocated_bytes() const { return in_scratch() ? 0 : panel_bytes(); }

  void run() const {
    const index extent = to_.shape()[cut_.axis];
    kernel::parallel_ranges(tasks(), threads_, [&](index first, index last) {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      storage<number> own;
      if (!in_scratch()) own = allocate<number>(cut_.elements);
      number* const panel = in_scratch() ? memory.template take<number>(cut_.elements) : own.get();
      const auto write = [](const auto& to, const auto& e) { try_assign(to, e); };
      for (index task = first; task < last; ++task) {
        const index outer = task / cut_.per_outer, at = task % cut_.per_outer;
        with_part(outer, at * cut_.rows, panel, write);
        // What is left over is part of a panel as long as the others, so that its results are made as theirs are.
        if (at == cut_.per_outer - 1 && extent % cut_.rows != 0) with_part(outer, extent - cut_.rows, panel, write);
      }
    });
  }

  template <class Visit>
  void for_each_shared_operand(const Visit&) const {}
  /// Calls write(destination, formula) for the two parts of a panel, in their order.
  template <class Write>
  void with_parts(index task, number* memory, number*, const Write& write) const {
    with_part(task / cut_.per_outer, task % cut_.per_outer * cut_.rows, memory, write);
  }

private:
  template <class Write>
  void with_part(index outer, index first, number* memory, const Write& write) const {
    const auto map = map_of(outer, first);
    const auto part = detail::part_of(e_, map);
    using part_core = nested_fold<std::remove_const_t<decltype(part)>>;
    const part_core& inner = *detail::find_node<part_core>(part);
    const index_list<core::rank> extents(inner.shape());
    const auto strides = panel_strides(extents);
    write(view<number, core::rank>(memory, extents, strides), inner);
    write(sink(to_, map), detail::with_core<part_core>(part, view<const number, core::rank>(memory, extents, strides)));
  }

  view_map<Rank, Rank> map_of(index outer, index first) const {
    auto map = whole();
    map.start[cut_.axis] = first;
    map[cut_.axis].extent = cut_.rows;
    for (index a = cut_.axis - 1; a >= 0; outer /= to_.shape()[a--]) {
      map.start[a] = outer % to_.shape()[a];
      map[a].extent = 1;
    }
    return map;
  }
  view_map<Rank, Rank> whole() const {
    view_map<Rank, Rank> map;
    map.start = index_list<Rank>::filled(Rank, 0);
    for (index a = 0; a < Rank; ++a) map[a] = {a, 1, to_.shape()[a]};
    return map;
  }
  index panel_bytes() const { return cut_.elements * static_cast<index>(sizeof(number)); }
  bool in_scratch() const { return panel_bytes() <= largest_fold_panel; }

  view<T, Rank, Keeper> to_;
  const E& e_;
  const core& core_;
  fold_cut cut_;
  double worth_ = 0;
  int threads_ = 1;
  bool fits_ = false;
};

} // namespace plan

TUTTI_NAMESPACE_END
