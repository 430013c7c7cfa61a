// SPDX-License-Identifier: MIT
#pragma once

// Elementwise work around a product of matrices or of windows, which is done while the sums are in the cache.

#include <tutti/plan/blocks.hpp>
#include <tutti/plan/operand.hpp>
#include <tutti/plan/statement.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

namespace detail {

template <class List>
struct first_of {
  using type = void;
};
template <class M, class... Ms>
struct first_of<types<M, Ms...>> {
  using type = M;
};

// The first product of type M in a tree.
template <class M, class E>
const M* find_product(const E& e) {
  if constexpr (std::same_as<M, E>) return &e;
  else return nullptr;
}
template <class M, class Op, class... Es>
const M* find_product(const map<Op, Es...>& m) {
  const M* found = nullptr;
  m.operands().apply([&](const auto&... e) { ((found = found ? found : find_product<M>(e)), ...); });
  return found;
}

// Whether a reduction of the tree is made of products of type M: those must be complete before it begins.
template <class M, class E>
inline constexpr bool folds_product = false;
template <class M, class Op, class... Es>
inline constexpr bool folds_product<M, map<Op, Es...>> = (folds_product<M, Es> || ...);
template <class M, class Op, class E, index Count, bool Keep>
inline constexpr bool folds_product<M, reduction<Op, E, Count, Keep>> = occurrences<M, E> > 0;

// The first product of E, M, where it can be fused.
template <class E, class M = typename first_of<typename products_in<E>::type>::type>
struct fusable {
  static constexpr bool holds = std::same_as<kernel::accumulator_t<value_t<M>>, value_t<M>> && !folds_product<M, E>;
  using type = std::conditional_t<holds, M, void>;
};
template <class E>
struct fusable<E, void> {
  using type = void;
};

} // namespace detail

/// The type of the product that a tree is elementwise work around, or void. What it sums in must be its elements' type:
/// an element is not rounded before the work around it is done.
template <class E>
using product_within = typename detail::fusable<E>::type;

/// Writes a product as it is.
template <class Number, class T>
class product_writer {
public:
  product_writer(T* to, const walk& w, const product_loops& p) : to_(to), walk_(&w), loops_(&p) {}
  void move_to(const axis_values& outer) { at_ = loops_->offset(*walk_, outer); }
  index step(index axis) const { return walk_->stride[static_cast<std::size_t>(axis)]; }
  auto store() const {
    return kernel::strided_store<Number, T>{{to_ + at_, walk_->stride[static_cast<std::size_t>(loops_->row_axis())],
                                             walk_->stride[static_cast<std::size_t>(loops_->column_axis())]}};
  }

private:
  T* to_;
  const walk* walk_;
  const product_loops* loops_;
  index at_ = 0;
};

/// Writes what a tree makes of finished sums, some rows of them at a time.
template <class T, index N, index Unroll, class Tree>
class finisher {
public:
  template <std::size_t Walks>
  finisher(T* to, const block_loops<Walks>& blocks, const Tree& tree, kernel::scratch::frame& memory)
      : from_(blocks, tree, memory), store_(to, 0, from_.state()) {}

  void move_to(const axis_values& outer) { from_.move_to(outer); }
  /// Sums from row i and column j on, rows `pitch` apart: positions of the block's loops.
  void finish(index i, index j, index rows, index columns, const void* sums, index pitch) {
    from_.set_product({sums, pitch, i, j});
    from_.compute(
        i, rows, j, columns, [&](const block& b) { store_.enter(b); },
        [&](const row& r, const auto& x) { store_.template store_rows<Unroll>(r, x, 1); });
  }

private:
  block_cursor<N, Tree> from_;
  store_cursor<T, N> store_;
};

/// Writes what a tree makes of a matrix product.
template <class Number, class T, index N, index Unroll, class Tree>
class epilogue_writer {
public:
  template <std::size_t Walks>
  epilogue_writer(T* to, const walk& w, const product_loops& p, bool in_place, const block_loops<Walks>& blocks,
                  const Tree& tree, kernel::scratch::frame& memory)
      : to_(to), walk_(&w), loops_(&p), in_place_(in_place), finisher_(to, blocks, tree, memory) {}

  void move_to(const axis_values& outer) {
    finisher_.move_to(outer);
    at_ = loops_->offset(*walk_, outer);
  }
  auto store() {
    Number* sums = nullptr;
    if constexpr (std::same_as<Number, T>)
      if (in_place_) sums = to_ + at_;
    return kernel::finishing_store<Number>{&finish, this, sums,
                                           walk_->stride[static_cast<std::size_t>(loops_->row_axis())]};
  }

private:
  static void finish(void* self, index i, index j, index rows, index columns, const Number* sums, index pitch) {
    static_cast<epilogue_writer*>(self)->finisher_.finish(i, j, rows, columns, sums, pitch);
  }

  T* to_;
  const walk* walk_;
  const product_loops* loops_;
  bool in_place_;
  index at_ = 0;
  finisher<T, N, Unroll, Tree> finisher_;
};

} // namespace plan

TUTTI_NAMESPACE_END
