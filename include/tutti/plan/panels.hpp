// SPDX-License-Identifier: MIT
#pragma once

// Formulas that go over the rows of a matrix product more than once, as a softmax of scores does, run by panels: some rows
// of the product are made in a thread's scratch, everything else is done to them there, and what is made of them is
// written, before the next rows begin. The matrix of all rows is never in memory. A panel's formula is the formula of
// slices: views sink to the leaves, so the parts of a panel are ordinary statements.

#include <tutti/plan/panel_operands.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What of a formula goes by rows, and the product of it that is written: matmul(softmax(scores), v) + x.
template <class E, class M = detail::product_of<E>>
struct panel_parts {
  static constexpr bool holds = false;
};
template <class E, class A, class B>
struct panel_parts<E, matmul_node<A, B>> {
  using product = matmul_node<A, B>;
  using rows = A;
  using right = B;
  static constexpr bool holds = [] {
    if constexpr (!detail::is_matrix_product<product> || E::rank != product::rank || A::rank != product::rank)
      return false;
    else return detail::folded_product<A>::holds && detail::goes_by_rows<product, E> && !tree_traits<E>::has_reduction;
  }();
};

/// Whether a formula may run by panels: whether it does depends on shapes and memory.
template <class E>
inline constexpr bool may_go_by_panels = [] {
  if constexpr (panel_parts<E>::holds) return true;
  else if constexpr (detail::folded_product<E>::holds) {
    using A = std::remove_cvref_t<decltype(std::declval<const typename detail::folded_product<E>::product&>().a())>;
    return !detail::folded_product<A>::holds; // else that product goes by panels itself
  } else return false;
}();

/// A statement that runs by panels. Constructing it decides everything; run() obeys.
template <class T, index Rank, class Keeper, class E>
class panel_statement {
public:
  static constexpr bool multiplies = panel_parts<E>::holds; // what a panel becomes is an operand
private:
  struct nothing {
    nothing(auto&&...) {}
  };
  template <class X, bool Multiplies>
  struct parts_of {
    using rows = X;
    using outer = nothing;
    using packed = nothing;
  };
  template <class X>
  struct parts_of<X, true> {
    using rows = typename panel_parts<X>::rows;
    using outer = std::optional<product_of_panels<typename panel_parts<X>::right, Rank>>;
    using packed = packed_right<typename panel_parts<X>::product>;
  };
  using parts = parts_of<E, multiplies>;

public:
  using rows = typename parts::rows;
  using core = typename detail::folded_product<rows>::core;
  using inner = typename detail::folded_product<rows>::product;
  using number = value_t<core>;
  using result = value_t<rows>;
  using seen = seen_columns<core, multiplies && plan::may_hide_columns<core, rows>>;
  static constexpr bool in_place = std::same_as<number, result>; // a panel's numbers make way for what they become

  /// What a panel holds at most, unless that are too few rows.
  static constexpr index most_bytes = index{3} << 19;
  /// The most rows of a panel: fewer where columns are hidden, as fewer rows have more hidden columns in common.
  static constexpr index most_rows = 512, most_rows_hiding = 128;
  /// A batch of smaller matrices stays in the cache as it is, and is better gone over all at once.
  static constexpr index least_elements = index{1} << 12;

  panel_statement(const view<T, Rank, Keeper>& to, const E& e, std::vector<node_id>* planned = nullptr)
      : to_(to), e_(e), context_({}, planned) {
    const rows& tree = tree_of(e_);
    const core& scores = *detail::find_node<core>(tree);
    const inner& product = *detail::find_node<inner>(scores);
    shape_ = scores.shape();
    const auto [low, high] = byte_range(to);
    fits_ = to.size() > 0 && shape_[Rank - 2] * shape_[Rank - 1] >= least_elements && e.shape() == to.shape() &&
            product.a().size() > 0 && tree.shape() == shape_ && product.shape() == shape_ &&
            detail::all_are(scores, tree) && detail::all_are(product, scores) && !reads(e, low, high);
    if constexpr (multiplies) {
      const auto& outer = *detail::find_node<typename panel_parts<E>::product>(e_);
      fits_ = fits_ && outer.shape() == e.shape() && detail::all_are(outer, e);
      for (index i = 0; i < Rank - 2; ++i) fits_ = fits_ && outer.shape()[i] == shape_[i];
    }
    if (!fits_) return;
    tree_ = &tree;
    scores_ = &scores;
    inner_.emplace(product, context_);
    if constexpr (multiplies) outer_.emplace(*detail::find_node<typename panel_parts<E>::product>(e), context_);
    for (index i = 0; i < Rank - 2; ++i) batch_ *= shape_[i];
    worth_ = static_cast<double>(element_count(shape_)) *
             static_cast<double>(inner_->steps() + (multiplies ? to.shape()[Rank - 1] : 0)) / products_per_thread;
    if constexpr (seen::may_hide)
      if (!planned) {
        cut_rows(most_rows_hiding);
        look(scores);
      }
    if (!seen_.hides()) cut_rows(most_rows);
    threads_ = threads_for(worth_, tasks());
  }
  panel_statement(const panel_statement&) = delete;

  /// Whether it may run at all.
  bool fits() const { return fits_; }
  index panel_rows() const { return rows_; }
  index panel_elements() const { return rows_ * shape_[Rank - 1]; }
  /// Of a panel's numbers, and of what they become.
  index panel_bytes() const {
    return panel_elements() * static_cast<index>(sizeof(number) + (multiplies && !in_place ? sizeof(result) : 0));
  }
  index tasks() const { return batch_ * panels_; }
  int threads() const { return threads_; }
  double worth() const { return worth_; }
  const index_list<Rank>& shape() const { return shape_; }
  /// Whether columns that none of a panel's rows sees may be left out, and whether some are.
  static constexpr bool may_hide_columns = seen::may_hide;
  bool hides_columns() const { return seen_.hides(); }

private:
  // A thread's memory: for a panel's numbers, for what they become, and for the right operands.
  struct workspace {
    workspace(const panel_statement& s, kernel::scratch::frame& memory)
        : scores(memory.template take<number>(s.rows_ * s.shape_[Rank - 1])),
          folded(s.take_folded(memory, scores)),
          right_of_inner(memory, s.inner_, s.uses_of_matrix()),
          right_of_outer(memory, s.outer_, s.multiplies_turned() ? 0 : s.uses_of_matrix()) {}
    number* scores;
    result* folded;
    packed_right<inner> right_of_inner;
    TUTTI_EMPTY_MEMBER typename parts::packed right_of_outer;
  };

public:
  /// What a thread keeps while it makes panels, for a plan of their parts.
  class planned_workspace {
  public:
    explicit planned_workspace(const panel_statement& s) : space_(s, memory_) {
      const row_slice<Rank> rows = s.rows_at(0);
      space_.right_of_inner.stand_for(s.inner_->right().slice(rows));
      packed_bytes_ = space_.right_of_inner.bytes();
      if constexpr (multiplies) {
        space_.right_of_outer.stand_for(s.outer_->right().slice(rows));
        packed_bytes_ += space_.right_of_outer.bytes();
      }
    }
    index scratch_bytes() const { return scratch_.most_taken(); }
    /// Of which the right operands take so much.
    index packed_bytes() const { return packed_bytes_; }

  private:
    kernel::scratch scratch_ = kernel::scratch::counting();
    kernel::scratch::frame memory_{scratch_};
    workspace space_;
    index packed_bytes_;
  };

  void run() const {
    kernel::parallel_ranges(tasks(), threads_, [&](index first, index last) {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      workspace space(*this, memory);
      for (index task = first; task < last; ++task) {
        const row_slice<Rank> rows = rows_at(panel_at(task));
        space.right_of_inner.pack(inner_->right().slice(rows));
        if constexpr (multiplies) space.right_of_outer.pack(outer_->right().slice(rows));
        with_parts(task, space.scores, space.folded, [](const auto& to, const auto& e) { write(to, e); });
      }
    });
  }

  /// Calls visit(operand) for the products' operands that are computed before the panels, and shared by them.
  template <class Visit>
  void for_each_shared_operand(const Visit& visit) const {
    const auto visit_of = [&]<class X, bool MayCompute>(const panel_operand<X, MayCompute>&, const X& x) {
      if constexpr (!panel_operand<X, MayCompute>::as_it_is) visit(x);
    };
    const inner& product = *detail::find_node<inner>(*scores_);
    visit_of(inner_->a(), product.a());
    visit_of(inner_->right().operand(), product.b());
    if constexpr (multiplies)
      visit_of(outer_->right().operand(), detail::find_node<typename panel_parts<E>::product>(e_)->b());
  }

  /// Calls write(destination, formula) for the parts of a panel, in their order.
  template <class Write>
  void with_parts(index task, number* scores, result* folded, const Write& write) const {
    const index number_of_panel = panel_at(task);
    const row_slice<Rank> slice = rows_at(number_of_panel);
    const column_range columns = seen_.of(number_of_panel, shape_[Rank - 1]);
    const auto whole = narrowed(slice.of(shape_), Rank - 1, columns);
    const view<number, Rank> panel(scores, whole.shape());
    write(panel, slice_of<inner>(*scores_, whole, shape_, inner_->slice(slice, columns)));
    const auto tree = slice_of<core>(*tree_, whole, shape_, view<const number, Rank>(scores, whole.shape()));
    const auto to = sink(to_, slice.of(to_.shape()));
    if constexpr (multiplies) {
      write(view<result, Rank>(folded, whole.shape()), tree);
      const auto product = outer_->slice(view<const result, Rank>(folded, whole.shape()), slice, columns);
      write(to, slice_of<typename panel_parts<E>::product>(e_, slice.of(to_.shape()), to_.shape(), product));
    } else {
      write(to, tree);
    }
  }

private:
  static const rows& tree_of(const E& e) {
    if constexpr (multiplies) return detail::find_node<typename panel_parts<E>::product>(e)->a();
    else return e;
  }

  result* take_folded(kernel::scratch::frame& memory, [[maybe_unused]] number* scores) const {
    if constexpr (!multiplies) return nullptr;
    else if constexpr (in_place) return scores;
    else return memory.template take<result>(rows_ * shape_[Rank - 1]);
  }

  // How often a thread's panels of a matrix go over all of its columns, counting those that they see.
  index uses_of_matrix() const {
    index seen = 0;
    for (index panel = 0; panel < tasks(); ++panel) seen += seen_.of(panel, shape_[Rank - 1]).count;
    const index all = seen / shape_[Rank - 1];
    return all / std::max<index>(batch_, threads_);
  }
  // Whether the right operand of what is written becomes the left one.
  bool multiplies_turned() const {
    return kernel::better_turned(to_.shape()[Rank - 1], to_.strides()[Rank - 2], to_.strides()[Rank - 1]);
  }

  void cut_rows(index most) {
    const index m = shape_[Rank - 2], n = shape_[Rank - 1];
    const index fitting = most_bytes / (n * static_cast<index>(sizeof(number)));
    // Enough panels for some threads, of enough rows each.
    const index shared = std::max<index>(batch_ * m / 8, 64);
    rows_ = std::min(m, kernel::even_part<32>(m, std::clamp<index>(std::min(fitting, shared) / 32 * 32, 32, most)));
    panels_ = (m + rows_ - 1) / rows_;
  }

  // What a mask hides of all panels is looked up once, but for one that differs from matrix to matrix of a batch.
  void look(const core& scores) {
    const auto shape = detail::mask_of<core>::seen(scores).shape();
    const bool is_shared =
        shape.size() <= 2 || std::all_of(shape.begin(), shape.end() - 2, [](index extent) { return extent == 1; });
    seen_.look(scores, *inner_, outer_->right().operand().whole(), is_shared ? panels_ : tasks(), shape_,
               [this](index panel) { return rows_at(panel).of(shape_); });
  }

  // Where columns are hidden, panels from the front and from the back come by turns: in causal attention the former have
  // few columns and the latter many, and each thread shall have as much to do.
  index panel_at(index task) const {
    if (!seen_.hides()) return task;
    const index panel = task % panels_;
    return task - panel + (panel % 2 == 0 ? panel / 2 : panels_ - 1 - panel / 2);
  }
  row_slice<Rank> rows_at(index panel) const {
    row_slice<Rank> s{};
    s.first = panel % panels_ * rows_;
    s.count = std::min(rows_, shape_[Rank - 2] - s.first);
    panel /= panels_;
    for (index i = Rank - 3; i >= 0; --i) {
      s.batch[static_cast<std::size_t>(i)] = panel % shape_[i];
      panel /= shape_[i];
    }
    return s;
  }

  template <class To, class X>
  static void write(const To& to, const X& x) {
    if (try_assign(to, x)) return;
    const auto memory = run_stage(x);
    try_assign(to, view<const value_t<X>, X::rank>(memory.get(), x.shape()));
  }

  view<T, Rank, Keeper> to_;
  const E& e_;
  context context_;
  const rows* tree_ = nullptr;
  const core* scores_ = nullptr;
  std::optional<panel_product<inner>> inner_;
  TUTTI_EMPTY_MEMBER typename parts::outer outer_;
  TUTTI_EMPTY_MEMBER seen seen_;
  index_list<Rank> shape_; // of what is never in memory
  index rows_ = 0, panels_ = 0, batch_ = 1;
  double worth_ = 0;
  int threads_ = 1;
  bool fits_ = false;
};

/// Hands f a destination as a view of the rank that a formula has, which one of the two may know at run time only; false
/// where the ranks differ.
template <class E, class T, index Rank, class Keeper, class F>
bool in_rank_of(const view<T, Rank, Keeper>& to, const F& f) {
  if constexpr (Rank == E::rank) return f(to);
  else if constexpr (Rank != dynamic_rank && E::rank != dynamic_rank) return false;
  else if (E::rank != dynamic_rank && to.shape().size() != E::rank) return false;
  else return f(view<T, E::rank, Keeper>(to.data(), to.shape(), to.strides(), to.keeper()));
}

/// Runs a formula by panels of one kind; false, and nothing done, where that is not possible.
template <template <class, index, class, class> class Panels, class T, index Rank, class Keeper, class E>
bool run_by_panels(const view<T, Rank, Keeper>& to, const E& e) {
  return in_rank_of<E>(to, [&]<index R>(const view<T, R, Keeper>& target) {
    const Panels<T, R, Keeper, E> ready(target, e);
    if (!ready.fits()) return false;
    ready.run();
    return true;
  });
}

} // namespace plan

TUTTI_NAMESPACE_END
