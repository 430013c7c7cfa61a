// SPDX-License-Identifier: MIT
#pragma once

// Chooses what a statement's loops run over. Without reductions that is the destination's shape. Where a reduction's
// operand has that shape (softmax: x - max(x, -1, keepdims)), the reduction can run inside the loops; where the
// destination has the shape of a reduction's result (logsumexp, a mean), the loops run over the operand instead.

#include <algorithm>
#include <optional>

#include <tutti/plan/context.hpp>
#include <tutti/plan/share.hpp>
#include <tutti/plan/traits.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// How a destination lies in the domain.
struct seat {
  frame axes;
  bool reduced = false; // it has one element for all that a block folds
};

/// A block that folds more than this leaves the second cache: its reductions then run as stages of their own.
inline constexpr index largest_block = index{1} << 18;

/// Many rows of so few columns cost more to enter inside the loops, for each reduction and for the result, than what is in
/// them: such reductions run as stages too, whose loops make long rows of them (cut.hpp). A formula that keeps something for
/// others, as softmax its exponentials, would compute it anew, which pays for fewer columns. (x - mean(x, 0) of 1000 x 16
/// elements: 2.5 us instead of 7.5. Two columns are as fast inside, taken apart in registers.)
inline constexpr index narrow_columns = 63, narrow_columns_kept = 16, many_rows = 32, many_elements = 768;

namespace detail {

template <class Visit, class E>
constexpr bool any_outer_reduction(const E&, const Visit&) { return false; }
template <class Visit, class Op, class E, index Count, bool Keep>
constexpr bool any_outer_reduction(const reduction<Op, E, Count, Keep>& r, const Visit& visit) { return visit(r); }
// The reductions of a tree that are not below another one, until `visit` takes one.
template <class Visit, class Op, class... Es>
constexpr bool any_outer_reduction(const map<Op, Es...>& m, const Visit& visit) {
  return m.operands().apply([&](const auto&... e) { return (any_outer_reduction(e, visit) || ...); });
}

template <class E>
inline constexpr bool is_reduction = false;
template <class Op, class E, index Count, bool Keep>
inline constexpr bool is_reduction<reduction<Op, E, Count, Keep>> = true;
template <class E>
inline constexpr bool is_position = false;
template <class Op, class E, index Count, bool Keep>
inline constexpr bool is_position<reduction<Op, E, Count, Keep>> = finds_position<Op>;
// The reductions that narrow_loops are of.
template <class E>
inline constexpr bool has_narrow_loops = false;
template <class Op, class E, index Count, bool Keep>
inline constexpr bool has_narrow_loops<reduction<Op, E, Count, Keep>> = narrow_loops<Op, value_t<E>>;

[[gnu::noinline]] inline void set_domain(context& c, std::span<const index> shape) {
  c.domain.rank = static_cast<index>(shape.size());
  std::copy(shape.begin(), shape.end(), c.domain.extent.begin());
}

// What choose_domain needs to know of a reduction.
struct fold_shapes {
  std::span<const index> from, result;
  axis_set axes;
  index count, all; // elements that are folded to one, and that there are
  bool keeps;       // the statement computes something along with it that it would otherwise compute twice
};

// Whether many rows of few columns each are folded onto each other.
inline bool folds_short_rows(const fold_shapes& r) {
  index columns = 1;
  for (auto a = static_cast<index>(r.from.size()); a > 0 && !r.axes.has(a - 1); --a)
    columns *= r.from[static_cast<std::size_t>(a - 1)];
  return 2 < columns && columns <= (r.keeps ? narrow_columns_kept : narrow_columns) && r.count >= many_rows &&
         r.count * columns >= many_elements;
}

// Lets the loops run over a reduction's operand, if they may. One at the root always does; others only where a block stays
// in the cache.
[[gnu::noinline]] inline bool fold_domain(context& c, std::span<const index> to, const fold_shapes& r, bool at_root) {
  const bool cached =
      r.count > 0 && r.count <= (r.count == r.all ? largest_block / 16 : largest_block) && !folds_short_rows(r);
  const auto is_target = [&](std::span<const index> s) { return std::equal(s.begin(), s.end(), to.begin(), to.end()); };
  if (!at_root && (!cached || !(is_target(r.from) || is_target(r.result)))) return false;
  set_domain(c, r.from);
  for (index a = 0; a < c.domain.rank; ++a) c.domain.folded[static_cast<std::size_t>(a)] = r.axes.has(a);
  c.fuses = true;
  c.nests = cached;
  return true;
}

} // namespace detail

/// Sets the domain for a statement that assigns `e` to a destination of shape `to`, and maybe more than that (`Several`).
template <bool Several, index Rank, class E>
void choose_domain(context& c, const index_list<Rank>& to, [[maybe_unused]] const E& e) {
  [[maybe_unused]] const auto take = [&](const auto& r) {
    const auto& from = r.operand().shape();
    return detail::fold_domain(
        c, to,
        {from, r.shape(), r.axes(), r.count(), element_count(from), Several || !std::same_as<kept_t<E>, types<>>},
        detail::is_reduction<E>);
  };
  if constexpr (tree_traits<E>::has_reduction)
    if (detail::any_outer_reduction(e, take)) return;
  detail::set_domain(c, to);
}

/// How a destination of this shape lies in the domain, if it does: it has the domain's shape, or that without the folded
/// axes, or with extent 1 in their place.
inline std::optional<seat> find_seat(const context& c, std::span<const index> to) {
  const nest& domain = c.domain;
  const auto rank = static_cast<index>(to.size());
  const auto matches = [&](auto extent_of) {
    if (rank != domain.rank) return false;
    for (std::size_t a = 0; a < to.size(); ++a)
      if (to[a] != extent_of(a)) return false;
    return true;
  };
  if (matches([&](std::size_t a) { return domain.extent[a]; })) return seat{frame::identity(domain.rank), false};
  if (matches([&](std::size_t a) { return domain.folded[a] ? 1 : domain.extent[a]; }))
    return seat{frame::identity(domain.rank), true};
  seat s{{}, true};
  for (index a = 0; a < domain.rank; ++a) {
    const auto at = static_cast<std::size_t>(a);
    if (domain.folded[at]) continue;
    if (s.axes.rank == rank || to[static_cast<std::size_t>(s.axes.rank)] != domain.extent[at]) return std::nullopt;
    s.axes.axis[static_cast<std::size_t>(s.axes.rank++)] = a;
  }
  if (s.axes.rank != rank) return std::nullopt;
  return s;
}

/// Seats a destination and gives it the next walk; one that has no place in the domain is a conflict. What overlaps
/// destinations is looked for only where there is one, `alone`.
[[gnu::noinline]] inline seat place_target(context& c, const void* data, std::size_t element_size,
                                           std::span<const index> shape, std::span<const index> strides, bool alone) {
  const auto found = find_seat(c, shape);
  if (!found) {
    c.conflict = true;
    return {frame::identity(static_cast<index>(shape.size())), false};
  }
  std::size_t id;
  const walk& w = c.place(id, shape, strides, found->axes);
  if (alone) {
    const auto [low, high] = byte_range(data, element_size, shape, strides);
    c.set_target({low, high, data, element_size, &w});
  }
  return *found;
}

} // namespace plan

TUTTI_NAMESPACE_END
