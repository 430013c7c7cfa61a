// SPDX-License-Identifier: MIT
#pragma once

// Matrix products, with what is fused into them, as statements.

#include <tutti/plan/epilogue.hpp>
#include <tutti/plan/operand.hpp>
#include <tutti/plan/small_product.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What is multiplied in a node that is a batch of matrix products, and where that lies in their loops.
template <class M>
struct product_parts;

template <class A, class B>
struct product_parts<matmul_node<A, B>> {
  using a_type = A;
  using b_type = B;
  static const A& a(const matmul_node<A, B>& product) { return product.a(); }
  static const B& b(const matmul_node<A, B>& product) { return product.b(); }
  static product_frames frames(const matmul_node<A, B>& product) {
    return frames_of_product(product.a().shape(), product.b().shape(), product.shape());
  }
};

/// A statement whose tree is a matrix product of type M, or elementwise work around one. Constructing it decides
/// everything; run() obeys.
template <class T, class E, class M>
class product_statement {
  using parts = product_parts<M>;
  using A = typename parts::a_type;
  using B = typename parts::b_type;

public:
  using number = kernel::accumulator_t<value_t<M>>;
  static constexpr bool has_epilogue = !std::same_as<E, M>;
  static constexpr index lanes = simd::register_bytes / std::max(tree_traits<E>::widest, compute_bytes<T>);
  static constexpr index unroll = kernel::unroll_for(tree_traits<E>::cost);

  template <index Rank, class Keeper>
  product_statement(const view<T, Rank, Keeper>& to, const E& e, const M& product,
                    std::vector<node_id>* planned = nullptr)
      : to_(to.data()),
        context_(walks_, planned),
        frames_(place_target(to, product)),
        epilogue_(e, context_, frames_.c),
        twins_(are_twins(parts::a(product), parts::b(product))),
        first_of_a_(context_.used()),
        a_(parts::a(product), context_, frames_.a, passes(product, true)),
        first_of_b_(context_.used()),
        b_(parts::b(product), context_, frames_.b, passes(product, false), twins_ ? &a_ : nullptr) {
    if (context_.conflict) return;
    loops_ = normalize_product(frames_.loops, walks_, first_of_a_, first_of_b_);
    schedule_ = schedule_product(loops_, kernel::product_grid::tiles<number>(loops_.m(), loops_.n()));
    grid_ = kernel::product_grid::of<number>(loops_.m(), loops_.n(), schedule_.by_batch ? 1 : schedule_.threads);
    const index row = loops_.row_axis(), column = loops_.column_axis();
    a_.choose_loops(loops_, walks_, loops_.turned ? column : row);
    b_.choose_loops(loops_, walks_, loops_.turned ? row : column);
    if constexpr (has_epilogue) choose_block_loops(blocks_, loops_.loops, walks_, row, column);
    in_place_ =
        std::same_as<number, T> && !context_.in_place && walks_[0].stride[static_cast<std::size_t>(column)] == 1;
  }
  product_statement(const product_statement&) = delete;

  /// True where the destination is read otherwise than element for element.
  bool conflicts() const { return context_.conflict; }
  const product_loops& loops() const { return loops_; }
  const product_schedule& schedule() const { return schedule_; }
  const context& settled() const { return context_; }
  /// Whether the operands are the same numbers, one of them transposed, which are computed once.
  bool twins() const { return twins_; }
  /// Whether this is a batch of tiny products, which have a kernel of their own.
  bool tiny() const {
    bool found = false;
    kernel::scratch::most_taken_by([&] {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      with_readers(memory, [&](auto& a, auto& b) {
        if constexpr (may_be_tiny<decltype(a), decltype(b)>) {
          const auto c = writer(memory);
          found = loops_.turned ? is_tiny(a, c) : is_tiny(b, c);
        }
      });
    });
    return found;
  }
  /// How a part of a product is computed that is no tiny one.
  kernel::product_way way() const {
    kernel::product_way found{};
    kernel::scratch::most_taken_by([&] {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      const auto look = [&](const auto& rows, const auto& columns) {
        const index m = loops_.m(), n = loops_.n(), k = loops_.k();
        found = m == 1 ? kernel::way_of_row<number>(n, k, columns)
                       : kernel::way_of<number>({0, m, 0, n, m, n}, k, rows, columns, writer(memory).store());
      };
      with_readers(memory, [&](auto& a, auto& b) {
        if (loops_.turned) look(b.source(), a.source());
        else look(a.source(), b.source());
      });
    });
    return found;
  }
  /// The arrays to which a vector is first copied, unless its numbers are next to each other: one for each part.
  index vector_copies() const {
    if (tiny() || way() == kernel::product_way::narrow_rows) return 0;
    bool copies = false;
    kernel::scratch::most_taken_by([&] {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      const auto look = [&](auto& x) { copies = !x.source().adjacent_steps(); };
      if (loops_.m() > 1) return;
      if (loops_.turned) b_.with_reader(loops_, walks_, loops_.row_axis(), memory, look);
      else a_.with_reader(loops_, walks_, loops_.row_axis(), memory, look);
    });
    return copies ? schedule_.count * grid_.parts() : 0;
  }
  /// Calls f(operand, whether it is computed while it is packed).
  template <class F, class LayOut>
  void for_each_operand(const M& product, const F& f, const LayOut&) const {
    f(parts::a(product), a_.computed());
    f(parts::b(product), b_.computed());
  }

  void run() const {
    kernel::parallel_ranges(schedule_.count * grid_.parts(), schedule_.threads,
                            [&](index first, index last) { for_each_part(first, last, kernel::at_once()); });
  }
  /// The most scratch that a thread takes at a time.
  index scratch_bytes() const {
    return kernel::scratch::most_taken_by([&] { for_each_part(0, grid_.parts(), [](const auto&) {}); });
  }

private:
  struct nothing {
    nothing(auto&&...) {}
  };
  using tree = std::conditional_t<has_epilogue, lowering<E, types<>>, nothing>;
  static constexpr std::size_t epilogue_walks = [] {
    if constexpr (has_epilogue) return walks_of<E, types<>>;
    else return std::size_t{0};
  }();
  static constexpr std::size_t all_walks = 1 + epilogue_walks + operand_walks<A> + operand_walks<B>;

  // What must be known before trees are lowered: the loops, and where the result goes.
  template <index Rank, class Keeper>
  product_frames place_target(const view<T, Rank, Keeper>& to, const M& product) {
    const auto frames = parts::frames(product);
    context_.domain = frames.loops;
    context_.product = {&product, &type_tag<M>};
    std::size_t id;
    const walk& w = context_.place(id, to.shape(), to.strides(), frames.c);
    const auto [low, high] = byte_range(to);
    context_.set_target({low, high, to.data(), sizeof(T), &w});
    return frames;
  }

  // How often an operand is packed: for each block of the other's columns, and for each matrix of the batch that it
  // stretches along.
  double passes(const M& product, bool is_a) const {
    // (What is the same is packed as both, hence as often.)
    return twins_ ? passes_of(product, true) + passes_of(product, false) : passes_of(product, is_a);
  }
  double passes_of(const M& product, bool is_a) const {
    const index size = is_a ? parts::a(product).size() : parts::b(product).size();
    const nest& loops = frames_.loops;
    const auto extent = [&](index from_end) { return loops.extent[static_cast<std::size_t>(loops.rank - from_end)]; };
    const index m = extent(3), n = extent(2), k = extent(1);
    if (size == 0 || m == 0 || n == 0) return 1;
    const index rows = product.size() / (is_a ? n : m);
    const double packed = static_cast<double>(rows) * static_cast<double>(k);
    const index columns = kernel::choose_blocking<number>(n, k).columns;
    return packed / static_cast<double>(size) * static_cast<double>(is_a ? (n + columns - 1) / columns : 1);
  }

  auto writer(kernel::scratch::frame& memory) const {
    if constexpr (has_epilogue)
      return epilogue_writer<number, T, lanes, unroll, tree>(to_, walks_[0], loops_, in_place_, blocks_, epilogue_,
                                                             memory);
    else return product_writer<number, T>(to_, walks_[0], loops_);
  }

  // Hands `use` a function for each of some parts of the batch's products, which computes it; a thread has taken the
  // scratch for that.
  template <class Use>
  void for_each_part(index first, index last, const Use& use) const {
    kernel::scratch::frame memory(kernel::scratch::of_this_thread());
    with_readers(memory, [&](auto& a, auto& b) {
      auto c = writer(memory);
      if constexpr (may_be_tiny<decltype(a), decltype(b)>)
        if (loops_.turned ? is_tiny(a, c) : is_tiny(b, c))
          return use([&] {
            if (loops_.turned) run_tiny(first, last, b, a, c);
            else run_tiny(first, last, a, b, c);
          });
      for (index task = first; task < last; ++task) {
        if (task == first || task % grid_.parts() == 0) {
          const axis_values outer = loops_.outer(task / grid_.parts());
          a.move_to(outer);
          b.move_to(outer);
          c.move_to(outer);
        }
        const kernel::product_part part = grid_.part(task % grid_.parts());
        if (loops_.turned) with_part(part, b.source(), a.source(), c.store(), use);
        else with_part(part, a.source(), b.source(), c.store(), use);
      }
    });
  }
  // Calls f with a thread's readers of both operands.
  template <class F>
  void with_readers(kernel::scratch::frame& memory, const F& f) const {
    const index row = loops_.row_axis(), column = loops_.column_axis();
    a_.with_reader(loops_, walks_, loops_.turned ? column : row, memory, [&](auto& a) {
      if constexpr (may_be_twins<A, B>)
        if (twins_) return f(a, a);
      b_.with_reader(loops_, walks_, loops_.turned ? row : column, memory, [&](auto& b) { f(a, b); });
    });
  }

  // Batches of tiny products between matrices in memory run along the last of the batch's axes.
  template <class ReaderOfA, class ReaderOfB>
  static constexpr bool may_be_tiny =
      !has_epilogue && std::same_as<number, T> && std::floating_point<T> && M::rank != 2 &&
      std::same_as<std::remove_cvref_t<decltype(std::declval<ReaderOfA>().source())>, kernel::strided_source<T, T>> &&
      std::same_as<std::remove_cvref_t<decltype(std::declval<ReaderOfB>().source())>, kernel::strided_source<T, T>>;
  bool is_tiny(const auto& columns, const auto& c) const {
    const bool adjacent = loops_.n() > 1 && columns.source().row_stride == 1 && c.store().to.column_stride == 1;
    return loops_.row_axis() > 0 && grid_.parts() == 1 && kernel::is_tiny(loops_.m(), loops_.n(), loops_.k(), adjacent);
  }
  void run_tiny(index first, index last, auto& rows, auto& columns, auto& c) const {
    const index axis = loops_.row_axis() - 1;
    for (index task = first, count; task < last; task += count) {
      const axis_values outer = loops_.outer(task);
      rows.move_to(outer);
      columns.move_to(outer);
      c.move_to(outer);
      const auto x = rows.source(), y = columns.source();
      count = std::min(last - task, loops_.extent(axis) - outer[static_cast<std::size_t>(axis)]);
      kernel::multiply_tiny<T>(
          count, loops_.m(), loops_.n(), loops_.k(), {{x.data, x.row_stride, x.step_stride}, rows.step(axis)},
          {{y.data, y.step_stride, y.row_stride}, columns.step(axis)}, {c.store().to, c.step(axis)});
    }
  }
  template <class Rows, class Columns, class Store, class Use>
  void with_part(const kernel::product_part& part, const Rows& rows, const Columns& columns, const Store& store,
                 const Use& use) const {
    if (loops_.m() == 1) kernel::with_row_part<number>(part, loops_.n(), loops_.k(), rows, columns, store, use);
    else kernel::with_part<number>(part, loops_.k(), rows, columns, store, use);
  }

  T* to_;
  std::array<walk, all_walks> walks_{};
  context context_;
  product_frames frames_;
  tree epilogue_;
  bool twins_; // the operands are the same numbers
  std::size_t first_of_a_;
  product_operand<A, number, all_walks> a_;
  std::size_t first_of_b_;
  product_operand<B, number, all_walks> b_;
  product_loops loops_;
  product_schedule schedule_{};
  kernel::product_grid grid_; // how each product is cut into parts
  block_loops<has_epilogue ? all_walks : 0> blocks_;
  bool in_place_ = false; // sums may wait in the destination
};

template <class A, class B, class T, index Rank, class Keeper>
void run_barrier(const matmul_node<A, B>& product, const view<T, Rank, Keeper>& to) {
  if constexpr (requires { product_of_leaves(product, to); })
    if (const auto small = product_of_leaves(product, to); small.is_small()) return small.run();
  if (to.size() > 0) product_statement<T, matmul_node<A, B>, matmul_node<A, B>>(to, product, product).run();
}

/// Whether so many rows of a product are so short that entering each for the work around it takes longer than going through
/// memory: 1000 points rotated and moved, 13 us along with the product, 4 us after it. (One column is taken as a row.)
template <class A, class B>
bool has_short_rows(const matmul_node<A, B>& product) {
  constexpr index short_row = 16, few_rows = 32;
  if (product.b().shape().size() < 2) return false;
  const index columns = product.shape().back();
  return 1 < columns && columns < short_row && product.size() / columns > few_rows;
}
bool has_short_rows(const auto&) { return false; } // windows are long enough

/// The product that a tree can be computed along with while the destination is written, or null.
template <class M, class T, index Rank, class Keeper, class E>
const M* fusable_product(const view<T, Rank, Keeper>& to, const E& e) {
  const M* const product = detail::find_product<M>(e);
  if (!(product->shape() == to.shape()) || to.size() == 0 || has_short_rows(*product)) return nullptr;
  const auto [low, high] = byte_range(to);
  return reads(*product, low, high) ? nullptr : product;
}

/// Hands the statement that computes a product, and what of `e` is around it, to a function.
template <class A, class B, class To, class E, class F>
auto with_product(const matmul_node<A, B>& product, const To& to, const E& e, std::vector<node_id>* planned,
                  const F& f) {
  return f(product_statement<typename To::element_type, E, matmul_node<A, B>>(to, e, product, planned));
}

/// Runs elementwise work around a product along with it; false, and nothing done, where that is not possible.
template <class M, class T, index Rank, class Keeper, class E>
bool run_product(const view<T, Rank, Keeper>& to, const E& e) {
  const M* const product = fusable_product<M>(to, e);
  if (!product) return false;
  return with_product(*product, to, e, nullptr, [](const auto& ready) {
    if (ready.conflicts()) return false;
    ready.run();
    return true;
  });
}

/// A product inside of a tree: finished sums where the statement is that product's, otherwise a stage.
template <class M>
class product_lowering {
public:
  static constexpr std::size_t walks = 1;

  product_lowering(const M& product, context& c, const frame& f) {
    const bool finished = c.product.type == &type_tag<M> && same(*static_cast<const M*>(c.product.node), product);
    if (!finished) stage_.emplace(product, c, f);
  }
  template <index N>
  auto cursor(thread_state& state) const {
    using T = value_t<M>;
    using leaf = leaf_cursor<memory_source<T>, N>;
    return cursor_over<N, leaf>(stage_ ? std::optional<leaf>(stage_->template cursor<N>(state)) : std::nullopt,
                                &state.product);
  }

private:
  template <index N, class Leaf>
  class cursor_over {
  public:
    cursor_over(std::optional<Leaf> stage, const finished_product* product)
        : stage_(std::move(stage)), product_(product) {}
    bool rows_coexist() const { return stage_ && stage_->rows_coexist(); }
    void enter(const block& b) {
      if (stage_) stage_->enter(b);
      begin_ = b.begin;
    }
    TUTTI_INLINE kernel::row_loader<value_t<M>, N> enter_row(const row& r) {
      if (stage_) return stage_->enter_row(r);
      const auto* const sums = static_cast<const value_t<M>*>(product_->sums);
      return {sums + (r.middle - product_->row) * product_->pitch + (begin_ + r.first - product_->column), -1};
    }

  private:
    std::optional<Leaf> stage_;
    const finished_product* product_;
    index begin_ = 0;
  };

  std::optional<stage_leaf<value_t<M>>> stage_;
};
template <class A, class B, class Kept>
class lowering<matmul_node<A, B>, Kept> : public product_lowering<matmul_node<A, B>> {
  using product_lowering<matmul_node<A, B>>::product_lowering;
};

} // namespace plan

TUTTI_NAMESPACE_END
