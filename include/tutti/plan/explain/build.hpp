// SPDX-License-Identifier: MIT
#pragma once

// Plans an assignment as plan/assign.hpp runs it: each statement is constructed by the constructor that assignment uses,
// told to list the stages that it needs instead of running them, and asked what it decided. With Measured, each stage is
// also run, to be timed.

#include <tutti/plan/assign.hpp>
#include <tutti/plan/explain/einsum.hpp>
#include <tutti/plan/explain/join.hpp>
#include <tutti/plan/explain/measure.hpp>
#include <tutti/plan/explain/panels.hpp>
#include <tutti/plan/explain/pooling.hpp>
#include <tutti/plan/explain/product.hpp>
#include <tutti/plan/explain/results.hpp>
#include <tutti/plan/explain/scan.hpp>
#include <tutti/plan/explain/statement.hpp>
#include <tutti/plan/explain/tree.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

template <bool Measured = false>
class plan_builder {
public:
  static constexpr bool measured = Measured;
  using unmeasured = plan_builder<false>;

  explicit plan_builder(const measurement& how = {}) : how_(how) {}

  /// The plan of writing `e` through a view.
  template <class T, index Rank, class Keeper, class E>
  execution_plan assigned(const view<T, Rank, Keeper>& to, const E& e, const std::string& target) {
    assign_to(to, e, target);
    return finish();
  }
  /// The plan of assigning `e` to a tensor that owns the memory at `to`.
  template <class T, index Rank, class Keeper, class E>
  execution_plan taken(const view<T, Rank, Keeper>& to, const E& e, const std::string& target) {
    if (index_list<dynamic_rank>(to.shape()) != index_list<dynamic_rank>(e.shape())) {
      into_new_memory<T>(e, target, "new memory, as the shape changes");
    } else if (to.size() > 0 && !try_assign(to, e, target)) {
      into_new_memory<T>(e, target,
                         "new memory, which the destination takes over: it is read in another order than it is "
                         "written");
      plan_.stages.back().hints.push_back("write to another tensor");
    }
    return finish();
  }
  /// The plan of evaluating `e` into a new tensor.
  template <class E>
  execution_plan made(const E& e, const std::string& target) {
    into_new_memory<value_t<E>>(e, target, "");
    return finish();
  }

  /// The plan of evaluating several expressions into new tensors, as eval does.
  template <class... Es>
  execution_plan made_together(const Es&... es) {
    if (!try_together(es...)) result_planner(*this).plan_apart(es...);
    return finish();
  }
  /// The plan of an assignment whose loops the compiler writes out.
  template <class To, class E>
  execution_plan unrolled(const To& to, const E& e, const std::string& target) {
    result_planner(*this).plan_unrolled(to, e, target);
    return finish();
  }

  /// The stage alone that computes several results in one sweep; none where they are computed one after the other.
  template <class... Es>
  std::optional<plan_stage> stage_together(const Es&... es) {
    if (!try_together(es...) || plan_.stages.empty()) return std::nullopt;
    return std::move(plan_.stages.back());
  }

  /// The stage alone that writes `to` element for element; none where other memory must come between.
  template <class T, index Rank, class Keeper, class E>
  std::optional<plan_stage> stage(const view<T, Rank, Keeper>& to, const E& e) {
    if constexpr (is_barrier_view<E>)
      if (const auto whole = seen_from_barrier(to, e)) return stage(*whole, e.barrier());
    if (!try_assign(to, e, "destination") || plan_.stages.empty()) return std::nullopt;
    plan_stage s = std::move(plan_.stages.back());
    if constexpr (barrier<E>) {
      // A barrier that only hands on its parts does nothing itself.
      if (s.kind != "scan" && s.formula != "destination = " + formula(e, names_)) {
        s = {};
        s.kind = std::string(E::name);
        s.elements = e.size();
      }
    }
    return s;
  }

private:
  friend class step_planner<plan_builder>;
  friend class result_planner<plan_builder>;
  friend class pooling_planner<plan_builder>;
  friend class join_planner<plan_builder>;
  friend class product_planner<plan_builder>;
  friend class scan_planner<plan_builder>;

  execution_plan finish() {
    plan_.available_threads = num_threads();
    mark_equal_stages(plan_);
    return std::move(plan_);
  }

  template <class T, class E>
  void into_new_memory(const E& e, const std::string& target, const char* why) {
    if (e.size() > 0) try_assign(nowhere<T>(e.shape()), e, target);
    if (plan_.stages.empty()) return;
    plan_stage& last = plan_.stages.back();
    last.replaces = true;
    last.allocated = e.size() * static_cast<index>(sizeof(T));
    if (*why) last.notes.push_back(why);
  }

  template <class T, index Rank, class Keeper, class E>
  void assign_to(const view<T, Rank, Keeper>& to, const E& e, const std::string& target) {
    if (to.size() == 0 || try_assign(to, e, target)) return;
    plan_stage& copy = assign_from_stage(to, e, e.shape(), target);
    copy.kind = "copy";
    copy.in_place = false;
    plan_stage& made = plan_.stages[plan_.stages.size() - 2];
    made.notes.push_back("the destination is read in another order than it is written");
    made.hints.push_back("write to another tensor, or to a whole one, which takes a temporary over");
  }

  // By way of a stage, whose result goes to the destination under another shape or type.
  template <class To, class E, class Shape>
  plan_stage& assign_from_stage(const To& to, const E& e, const Shape& shape, const std::string& target) {
    const std::string name = stage_of(e);
    try_assign(to, nowhere<const value_t<E>>(shape, 1), target);
    plan_stage& copy = plan_.stages.back();
    copy.formula = target + " = " + name;
    copy.inputs = {{name, e.size() * static_cast<index>(sizeof(value_t<E>)), copy.number - 1}};
    return copy;
  }

  // Plans memory of its own for a node, and names it.
  template <class E>
  std::string stage_of(const E& e) { return stage_of(e, contiguous_strides(e.shape())); }
  template <class E>
  std::string stage_of(const E& e, const index_list<E::rank>& strides) {
    std::string name = "t" + std::to_string(++temporaries_);
    node_names outer = std::exchange(names_, {}); // a stage shares nothing with the statement that reads it
    using T = value_t<E>;
    if (e.size() > 0) try_assign(view<T, E::rank>(address_of_nothing<T>(), e.shape(), strides), e, name);
    names_ = std::move(outer);
    if (!plan_.stages.empty()) {
      plan_.stages.back().temporary = true;
      plan_.stages.back().allocated = e.size() * static_cast<index>(sizeof(value_t<E>));
      if constexpr (Measured) // with the stages that it needs, whose seconds are subtracted at the end
        plan_.stages.back().seconds = least_seconds(how_, [&] { run_stage(e, strides); });
    }
    names_.add(e, name);
    return name;
  }

  // As plan::try_assign: false, and nothing planned, where that would be false.
  template <class T, index Rank, class Keeper, class E>
  bool try_assign(const view<T, Rank, Keeper>& to, const E& e, const std::string& target) {
    if constexpr (is_barrier_view<E>)
      if (const auto whole = seen_from_barrier(to, e)) {
        if (!try_assign(*whole, e.barrier(), target)) return false;
        // Unless the barrier only hands on its parts, or goes on from one of them.
        std::string& text = plan_.stages.back().formula;
        if (text == target + " = " + formula(e.barrier(), names_)) text = target + " = " + formula(e, names_);
        return true;
      }
    if constexpr (barrier<E> || tree_traits<E>::has_reduction)
      if (!(e.shape() == to.shape())) return false;
    plan_stage stage;
    stage.target = target;
    stage.type = std::string(dtype_name<T>());
    stage.bytes_written = to.size() * static_cast<index>(sizeof(T));
    if constexpr (!std::same_as<T, value_t<E>>) ++stage.converted;
    if constexpr (may_go_by_panels<E>)
      if (plan_panels<panel_statement>(to, e, stage)) return true;
    if constexpr (may_fold_by_panels<E>)
      if (plan_panels<fold_panels>(to, e, stage)) return true;
    if constexpr (folds_by_panels<E>) {
      return false;
    } else if constexpr (barrier<E>) {
      const auto [low, high] = byte_range(to);
      if (reads(e, low, high)) return false;
      stage.kind = std::string(E::name);
      stage.loops = to_string(index_list<dynamic_rank>(e.shape()));
      stage.elements = e.size();
      if (!plan_barrier(e, to, stage)) return true;
      if (stage.formula.empty()) {
        tree_survey<types<>> survey(stage, names_, plan_, nullptr);
        survey.visit_operands(e);
        survey.finish();
        stage.formula = target + " = " + formula(e, names_);
      }
    } else {
      if constexpr (!std::is_void_v<product_within<E>>)
        if (try_product<product_within<E>>(to, e, stage)) return true;
      if constexpr (copies_bits<T, E>) {
        if (!plan_loops(bits_of(to), bits_of(e), e, stage)) return false;
      } else if (!plan_loops(to, e, e, stage)) {
        return false;
      }
      stage.formula = target + " = " + formula(e, names_);
    }
    stage.number = static_cast<int>(plan_.stages.size()) + 1;
    plan_.stages.push_back(std::move(stage));
    return true;
  }

  // Of the statement that assigns `e`, as it runs.
  template <class T, index Rank, class Keeper, class Run, class E>
  bool plan_loops(const view<T, Rank, Keeper>& to, const Run& run, const E& e, plan_stage& stage) {
    std::vector<node_id> stages;
    const statement<root<T, Rank, Keeper, Run>> s(stages, root<T, Rank, Keeper, Run>{to, run});
    if (s.conflicts()) return false;
    plan_stages(e, stages);
    describe_statement(s, stage);
    const auto* kept = &s.settled().kept;
    if constexpr (may_be_flat<Run>)
      if (const auto loops = loops_if_flat(to, run)) {
        describe_flat(stage, loops, most_flat<Run>);
        kept = nullptr; // nothing is
      }
    tree_survey<kept_t<E>> survey(stage, names_, plan_, kept);
    survey.visit(e);
    survey.finish();
    return true;
  }

  // As detail::evaluate_together: false, and nothing planned, where the results do not lie in one domain.
  template <class... Es>
  bool try_together(const Es&... es) {
    if constexpr ((barrier<Es> || ...)) return false;
    else return result_planner(*this).plan_together(es...);
  }

  // The stages of a tree that its statement did not take inside.
  template <class E>
  void plan_stages(const E&, const std::vector<node_id>&) {}
  template <class Op, class... Es>
  void plan_stages(const map<Op, Es...>& m, const std::vector<node_id>& stages) {
    m.operands().apply([&](const auto&... e) { (plan_stages(e, stages), ...); });
  }
  template <class Op, class E, index Count, bool Keep>
  void plan_stages(const reduction<Op, E, Count, Keep>& r, const std::vector<node_id>& stages) {
    if (!is_stage(r, stages)) return plan_stages(r.operand(), stages);
    stage_of(r);
    if (plan_.stages.empty()) return;
    const auto& from = r.operand().shape();
    note_reduction(plan_.stages.back(), {from, r.shape(), r.axes(), r.count(), element_count(from), false});
  }
  template <barrier B>
  void plan_stages(const B& b, const std::vector<node_id>& stages) {
    if (!is_stage(b, stages)) return;
    stage_of(b);
    if (!plan_.stages.empty())
      plan_.stages.back().notes.push_back("a stage of its own: a " + plan_.stages.back().kind +
                                          " writes all of its result before anything reads it");
  }
  template <class B, index Rank>
  void plan_stages(const barrier_view<B, Rank>& v, const std::vector<node_id>& stages) {
    if (!is_stage(v.barrier(), stages)) return;
    stage_of(v.barrier());
    if (plan_.stages.empty()) return;
    plan_.stages.back().notes.push_back("a stage of its own: it is read through a view, in another order");
    plan_.stages.back().hints.push_back("apply the view to its operands instead");
  }
  template <class E>
  static bool is_stage(const E& e, const std::vector<node_id>& stages) {
    return std::find(stages.begin(), stages.end(), node_id{&e, &type_tag<E>}) != stages.end();
  }

  // What a barrier does besides, as its run_barrier does; false where that is all. Any barrier computes first what is not
  // a leaf among its operands.
  template <class B, class To>
  bool plan_barrier(const B& b, const To&, plan_stage& stage) {
    describe_barrier(b, names_, stage, [&](const auto& o) { settle_operand(o); });
    return true;
  }
  template <class O>
  void settle_operand(const O& o) { settle_operand(o, contiguous_strides(o.shape())); }
  template <class O>
  void settle_operand(const O& o, const index_list<O::rank>& strides) {
    if constexpr (is_barrier_view<O>) stage_of(o.barrier());
    else if constexpr (!is_view<O> && !is_named<O>) stage_of(o, strides);
    else return;
    if (!plan_.stages.empty() && plan_.stages.back().temporary && plan_.stages.back().notes.empty())
      plan_.stages.back().notes.push_back("a stage of its own: what reads it wants its operands in memory");
  }

  // A product that writes the destination: by itself, or with elementwise work around it.
  template <class M, class To>
    requires std::same_as<typename detail::products_in<M>::type, types<M>>
  bool plan_barrier(const M& product, const To& to, plan_stage& stage) {
    std::vector<node_id> stages;
    with_product(product, to, product, &stages,
                 [&](const auto& s) { product_planner(*this).plan(s, product, product, stages, stage); });
    if constexpr (requires { product_of_leaves(product, to); })
      if (const auto small = product_of_leaves(product, to); small.is_small())
        describe_short_way(small, plan_.stages.back());
    return false;
  }
  template <class M, class T, index Rank, class Keeper, class E>
  bool try_product(const view<T, Rank, Keeper>& to, const E& e, plan_stage& stage) {
    const M* const product = fusable_product<M>(to, e);
    if (!product) return false;
    std::vector<node_id> stages;
    return with_product(*product, to, e, &stages, [&](const auto& s) {
      if (s.conflicts()) return false;
      plan_stages(e, stages);
      product_planner(*this).plan(s, e, *product, stages, stage);
      return true;
    });
  }
  // A formula that runs by panels, whose parts are statements.
  template <template <class, index, class, class> class Panels, class T, index Rank, class Keeper, class E>
  bool plan_panels(const view<T, Rank, Keeper>& to, const E& e, plan_stage& stage) {
    return in_rank_of<E>(to, [&]<index R>(const view<T, R, Keeper>& target) {
      std::vector<node_id> stages;
      const Panels<T, R, Keeper, E> s(target, e, &stages);
      if (!s.fits()) return false;
      s.for_each_shared_operand([&](const auto& operand) { settle_operand(operand, strides_of_stage(operand)); });
      describe_panels(s, survey_of_panels(e, stage, names_, plan_),
                      [](const auto& panel, const auto& part) { return plan_builder<>().stage(panel, part); });
      stage.number = static_cast<int>(plan_.stages.size()) + 1;
      plan_.stages.push_back(std::move(stage));
      return true;
    });
  }

  // Several statements, of which the last writes the destination.
  template <index Axes, class... Es, class T, index Rank, class Keeper>
  bool plan_barrier(const einsum_node<Axes, Es...>& e, const view<T, Rank, Keeper>& to, plan_stage& stage) {
    if constexpr (!std::same_as<T, value_t<einsum_node<Axes, Es...>>>)
      assign_from_stage(to, e, e.shape(), stage.target);
    else if (sums_nothing(e)) assign_to(to, scalar<T>(T{}), stage.target);
    else step_planner(*this).plan_einsum(e, to, stage.target);
    return false;
  }
  template <class E, index Rank, class To>
  bool plan_barrier(const diagonal_node<E, Rank>& d, const To& to, plan_stage& stage) {
    return step_planner(*this).plan_diagonal(d, to, stage.target);
  }
  template <index Axes, class X, class W, class To>
  bool plan_barrier(const convolution_node<Axes, X, W, true>& c, const To& to, plan_stage& stage) {
    return step_planner(*this).plan_phases(c, to, stage.target);
  }
  template <class E, class To>
  bool plan_barrier(const matrix_power_node<E>& p, const To& to, plan_stage& stage) {
    return step_planner(*this).plan_power(p, to, stage.target);
  }
  template <class Op, index Axes, class X, class To>
  bool plan_barrier(const pooling_node<Op, Axes, X>& p, const To& to, plan_stage& stage) {
    return pooling_planner(*this).plan(p, to, stage);
  }

  template <class Op, class E, class T, index Rank, class Keeper>
  bool plan_barrier(const scan<Op, E>& s, const view<T, Rank, Keeper>& to, plan_stage& stage) {
    constexpr bool converts = !std::same_as<T, value_t<scan<Op, E>>>;
    if constexpr (converts) assign_from_stage(to, s, s.shape(), stage.target);
    else scan_planner(*this).plan(s, to, stage);
    return !converts;
  }

  template <class... Es, class To>
  bool plan_barrier(const concatenation<Es...>& c, const To& to, plan_stage& stage) {
    return join_planner(*this).plan(c, to, stage.target);
  }
  template <class E, class To>
  bool plan_barrier(const sequence_concatenation<E>& c, const To& to, plan_stage& stage) {
    return join_planner(*this).plan(c, to, stage.target);
  }

  template <class E, index To, class T, index Rank, class Keeper>
  bool plan_barrier(const reshaped<E, To>& r, const view<T, Rank, Keeper>& to, plan_stage& stage) {
    const auto& e = get<0>(r.operands());
    if (to.is_contiguous()) {
      assign_to(view<T, E::rank, Keeper>(to.data(), e.shape(), contiguous_strides(e.shape()), to.keeper()), e,
                stage.target);
    } else {
      assign_from_stage(to, e, r.shape(), stage.target);
    }
    return false;
  }

  measurement how_;
  execution_plan plan_;
  node_names names_;
  int temporaries_ = 0;
};

} // namespace plan

TUTTI_NAMESPACE_END
