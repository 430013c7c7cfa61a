// SPDX-License-Identifier: MIT
#pragma once

// A matrix product's operands: in memory, where a leaf is read as it lies and anything else is a stage, or computed block
// by block while they are packed.

#include <tutti/expr/contract.hpp>
#include <tutti/expr/convolution.hpp>
#include <tutti/plan/barrier.hpp>
#include <tutti/plan/blocks.hpp>
#include <tutti/plan/product.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A barrier's operand in memory: a leaf is read where it is, anything else is a stage. `memory` holds a stage's result,
/// unless stages are only listed.
template <class T>
struct settled_operand {
  const T* data;
  index_list<> shape, strides;
  storage<T> memory;
};

template <class T, index Rank, class Keeper>
settled_operand<std::remove_const_t<T>> settle(const view<T, Rank, Keeper>& leaf, context&) {
  leaf.require_alive();
  return {begin_or_nothing(leaf.data()), leaf.shape(), leaf.strides(), nullptr};
}
template <class View>
auto settle(const named_leaf<View>& n, context& c) { return settle(n.leaf(), c); }
namespace detail {

// How many of a tree's leaves lie along its last axis, less those that lie along the one before.
template <class E>
int leaves_along_rows(const E&) { return 0; }
template <class T, index Rank, class Keeper>
int leaves_along_rows(const view<T, Rank, Keeper>& leaf) {
  const auto& strides = leaf.strides();
  const index last = strides.size() - 1;
  if (last < 1) return 0;
  return (strides[last] == 1 ? 1 : 0) - (strides[last - 1] == 1 ? 1 : 0);
}
template <class View>
int leaves_along_rows(const named_leaf<View>& n) { return leaves_along_rows(n.leaf()); }
template <class Op, class... Es>
int leaves_along_rows(const map<Op, Es...>& m) {
  return m.operands().apply([](const auto&... e) { return (leaves_along_rows(e) + ... + 0); });
}

// Strides of the same elements with the last two axes exchanged.
template <index Rank>
index_list<Rank> exchange_last(index_list<Rank> values) {
  if (const index rank = values.size(); rank >= 2) std::swap(values[rank - 1], values[rank - 2]);
  return values;
}

} // namespace detail

/// The strides of an operand's stage: in the order in which its leaves lie, as products read either.
template <class E>
auto strides_of_stage(const E& e) {
  if (detail::leaves_along_rows(e) >= 0) return contiguous_strides(e.shape());
  return detail::exchange_last(contiguous_strides(detail::exchange_last(e.shape())));
}

template <class T, class E>
settled_operand<T> settle_as(const E& e, const auto& shape, const index_list<>& strides, index offset, context& c,
                             const index_list<E::rank>& strides_of_stage) {
  if (c.planned_stages) {
    c.planned_stages->push_back({&e, &type_tag<E>});
    return {address_of_nothing<T>(), shape, strides, nullptr};
  }
  auto memory = run_stage(e, strides_of_stage);
  const T* const data = begin_or_nothing(static_cast<const T*>(memory.get())) + offset;
  return {data, shape, strides, std::move(memory)};
}
template <class E>
settled_operand<value_t<E>> settle(const E& e, context& c) {
  const auto strides = strides_of_stage(e);
  return settle_as<value_t<E>>(e, e.shape(), strides, 0, c, strides);
}
template <class B, index Rank>
settled_operand<value_t<B>> settle(const barrier_view<B, Rank>& v, context& c) {
  const auto strides = contiguous_strides(v.barrier().shape());
  return settle_as<value_t<B>>(v.barrier(), v.shape(), v.map().strides(strides), v.map().offset(strides), c, strides);
}

namespace detail {

// The products of a tree's maps, of matrices and of windows, outside of other barriers and of reductions.
template <class E>
struct products_in {
  using type = types<>;
};
template <class A, class B>
struct products_in<matmul_node<A, B>> {
  using type = types<matmul_node<A, B>>;
};
template <index Axes, class X, class W>
struct products_in<convolution_node<Axes, X, W>> {
  using type = types<convolution_node<Axes, X, W>>;
};
template <class Op, class... Es>
struct products_in<map<Op, Es...>> : joined<typename products_in<Es>::type...> {};

} // namespace detail

/// Whether an operand is bytes in memory that are widened to be multiplied, and there is an instruction for products of
/// bytes: the kernel reads them as they are.
template <class E>
inline constexpr bool is_widened_bytes = false;
template <class T, index Rank, class Keeper>
inline constexpr bool is_widened_bytes<map<cast_op<std::int32_t>, view<T, Rank, Keeper>>> =
    simd::has_dot_quads && kernel::byte_number<std::remove_const_t<T>>;
template <class View>
inline constexpr bool is_widened_bytes<map<cast_op<std::int32_t>, named_leaf<View>>> =
    is_widened_bytes<map<cast_op<std::int32_t>, View>>;

/// Whether an operand is computed while it is packed. One with a product in it is better computed as that is finished.
template <class E>
inline constexpr bool is_computed = false;
template <class F, index Rank>
inline constexpr bool is_computed<generator<F, Rank>> = true;
template <class Op, class... Es>
inline constexpr bool is_computed<map<Op, Es...>> =
    !is_widened_bytes<map<Op, Es...>> && !tree_traits<map<Op, Es...>>::has_reduction &&
    std::same_as<typename detail::products_in<map<Op, Es...>>::type, types<>>;

/// Whether two operands could be the same numbers, one with the last two axes exchanged.
template <class A, class B>
inline constexpr bool may_be_twins = false;
template <class Op, class... As, class... Bs>
inline constexpr bool may_be_twins<map<Op, As...>, map<Op, Bs...>> =
    map<Op, As...>::rank >= 2 && map<Op, As...>::rank == map<Op, Bs...>::rank && !is_widened_bytes<map<Op, As...>> &&
    std::same_as<value_t<map<Op, As...>>, value_t<map<Op, Bs...>>>;

/// Whether they are: x - m, transposed, and x - m. Those are computed once.
template <class A, class B>
bool are_twins(const A& a, const B& b) {
  if constexpr (may_be_twins<A, B>) {
    const auto same_exchanged = [](const auto& from, const auto& to) {
      using exchanged = std::remove_cvref_t<decltype(swapaxes(from, -2, -1))>;
      if constexpr (!std::same_as<exchanged, std::remove_cvref_t<decltype(to)>>) return false;
      else return same(exchanged(swapaxes(from, -2, -1)), to);
    };
    return a.shape() == detail::exchange_last(b.shape()) && (same_exchanged(b, a) || same_exchanged(a, b));
  } else {
    return false;
  }
}

/// An operand in memory.
template <class E, class Number>
class memory_operand {
  static const auto& read(const E& e) {
    if constexpr (is_widened_bytes<E>) return get<0>(e.operands());
    else return e;
  }

public:
  using value_type = value_t<std::remove_cvref_t<decltype(read(std::declval<const E&>()))>>;

  memory_operand(const E& e, context& c, const frame& f) : settled_(settle(read(e), c)) {
    c.place(id_, settled_.shape, settled_.strides, f);
  }
  /// One that is another one's twin.
  template <class Twin>
  memory_operand(const memory_operand<Twin, Number>& twin, context& c, const frame& f)
      : settled_{twin.settled_.data, detail::exchange_last(twin.settled_.shape),
                 detail::exchange_last(twin.settled_.strides), nullptr} {
    c.place(id_, settled_.shape, settled_.strides, f);
  }

  /// A thread's own reader of rows along `axis`.
  class reader {
  public:
    reader(const memory_operand& from, const product_loops& loops, std::span<const walk> walks, index axis)
        : loops_(&loops), walk_(&walks[from.id_]), data_(from.settled_.data), axis_(axis) {}
    void move_to(const axis_values& outer) { at_ = loops_->offset(*walk_, outer); }
    /// From a matrix of the batch to the next one along an axis.
    index step(index axis) const { return walk_->stride[static_cast<std::size_t>(axis)]; }
    auto source() const {
      return kernel::strided_source<Number, value_type>{data_ + at_, walk_->stride[static_cast<std::size_t>(axis_)],
                                                        walk_->stride[static_cast<std::size_t>(loops_->step_axis())]};
    }

  private:
    const product_loops* loops_;
    const walk* walk_;
    const value_type* data_;
    index axis_, at_ = 0;
  };

private:
  template <class, class>
  friend class memory_operand;
  settled_operand<value_type> settled_;
  std::size_t id_ = 0;
};

/// An elementwise operand, whose blocks are computed when they are packed.
template <class E, class Number, std::size_t Walks>
class computed_operand {
public:
  using tree = lowering<E, types<>>;
  static constexpr index lanes = simd::register_bytes / std::max(tree_traits<E>::widest, compute_bytes<Number>);

  computed_operand(const E& e, context& c, const frame& f) : tree_(e, c, f) {}

  /// Chooses in which order an operand with rows along `axis` is computed.
  void choose_loops(const product_loops& p, const std::array<walk, Walks>& walks, index axis) {
    const auto cost = [&](index inner) {
      nest loops = p.loops;
      index& extent = loops.extent[static_cast<std::size_t>(inner)];
      if (extent > 1 && extent < short_loop) extent = repeated_row; // short rows are wrapped
      return detail::inner_cost(loops, walks, 0, inner, lanes);
    };
    by_rows_ = cost(axis) < cost(p.step_axis());
    choose_block_loops(blocks_, p.loops, walks, by_rows_ ? p.step_axis() : axis, by_rows_ ? axis : p.step_axis());
    wrap_block_loops(blocks_, lanes);
  }

  class reader {
  public:
    reader(const computed_operand& from, kernel::scratch::frame& memory)
        : period_(from.blocks_.blocks.wrapped > 0 ? from.blocks_.blocks.period : 0),
          by_rows_(from.by_rows_),
          cursor_(from.blocks_, from.tree_, memory) {}
    void move_to(const axis_values& outer) { cursor_.move_to(outer); }
    auto source() {
      constexpr index apart = kernel::apart_stride;
      return kernel::computed_source<Number>{&compute, this, by_rows_ ? 1 : apart, by_rows_ ? apart : 1};
    }

  private:
    static void compute(void* self, index row, index rows, index step, index depth, Number* to, index pitch) {
      auto& r = *static_cast<reader*>(self);
      if (r.by_rows_) r.compute(step, depth, row, rows, to, pitch);
      else r.compute(row, rows, step, depth, to, pitch);
    }
    void compute(index middle, index middles, index begin, index count, Number* to, index pitch) {
      if (period_ == 0) return write(middle, middles, begin, count, to, pitch);
      if (count == period_ && pitch == period_) return write(0, 1, middle * period_, middles * period_, to, 0);
      alignas(simd::register_bytes) Number whole[static_cast<std::size_t>(short_loop)];
      for (; middles > 0; --middles, ++middle, to += pitch) {
        write(0, 1, middle * period_, period_, whole, 0);
        std::copy_n(whole + begin, count, to);
      }
    }
    void write(index middle, index middles, index begin, index count, Number* to, index pitch) {
      Number* at = to;
      cursor_.compute(
          middle, middles, begin, count, [&](const block& b) { at = to + (b.begin - begin); },
          [&](const plan::row& of, const auto& x) {
            kernel::map_rows<lanes, kernel::unroll_for(tree_traits<E>::cost)>(at + (of.middle - middle) * pitch, x,
                                                                              of.count);
          });
    }

    index period_; // of rows of which several make one, or 0
    bool by_rows_;
    block_cursor<lanes, tree> cursor_;
  };

private:
  tree tree_;
  bool by_rows_ = false;
  block_loops<Walks> blocks_;
};

/// What computing an element of an operand again may cost, in multiply-adds: about what writing it to memory and reading
/// it there does.
inline constexpr double recomputed_cost = 16;

/// An operand of a product: in memory, or computed when it is packed.
template <class E, class Number, std::size_t Walks>
class product_operand {
public:
  /// `passes` is how often all of it is packed; `twin`, if any, is the same numbers, which are settled only once.
  template <class Twin>
  product_operand(const E& e, context& c, const frame& f, double passes,
                  const product_operand<Twin, Number, Walks>* twin = nullptr) {
    if constexpr (may_be_twins<Twin, E> && may_settle && product_operand<Twin, Number, Walks>::may_settle)
      if (twin && twin->settled_) {
        settled_.emplace(*twin->settled_, c, f);
        return;
      }
    if constexpr (may_compute) {
      if (!may_settle || (passes - 1) * tree_traits<E>::cost <= recomputed_cost) {
        computed_.emplace(e, c, f);
        return;
      }
    }
    if constexpr (may_settle) settled_.emplace(e, c, f);
  }
  product_operand(const E& e, context& c, const frame& f, double passes)
      : product_operand(e, c, f, passes, static_cast<const product_operand*>(nullptr)) {}
  void choose_loops(const product_loops& p, const std::array<walk, Walks>& walks, index axis) {
    if constexpr (may_compute)
      if (computed_) computed_->choose_loops(p, walks, axis);
  }
  /// Whether something is done to it while it is packed.
  bool computed() const {
    if constexpr (is_widened_bytes<E>) return true;
    else if constexpr (may_compute) return computed_.has_value();
    else return false;
  }

  /// Calls f with a thread's own reader of rows along `axis`.
  template <class F>
  void with_reader(const product_loops& p, std::span<const walk> walks, index axis, kernel::scratch::frame& memory,
                   const F& f) const {
    if constexpr (may_compute)
      if (computed_) {
        typename computed_operand<E, Number, Walks>::reader reader(*computed_, memory);
        return f(reader);
      }
    if constexpr (may_settle) {
      typename memory_operand<E, Number>::reader reader(*settled_, p, walks, axis);
      f(reader);
    }
  }

private:
  template <class, class, std::size_t>
  friend class product_operand;
  struct nothing {};
  static constexpr bool may_compute = is_computed<E>;
  // What is cheap to compute is computed however often it takes.
  static constexpr bool may_settle = !may_compute || tree_traits<E>::cost > 4;
  std::conditional_t<may_compute, std::optional<computed_operand<E, Number, Walks>>, nothing> computed_;
  std::conditional_t<may_settle, std::optional<memory_operand<E, Number>>, nothing> settled_;
};

template <class E>
inline constexpr std::size_t operand_walks = [] {
  if constexpr (is_computed<E>) return std::max<std::size_t>(1, walks_of<E, types<>>);
  else return std::size_t{1};
}();

} // namespace plan

TUTTI_NAMESPACE_END
