// SPDX-License-Identifier: MIT
#pragma once

// The stages of what has no one destination in memory: several results of one sweep, and fixed tensors.

#include <tutti/core/fixed_view.hpp>
#include <tutti/plan/explain/einsum.hpp>
#include <tutti/plan/explain/measure.hpp>
#include <tutti/plan/explain/statement.hpp>
#include <tutti/plan/explain/tree.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Adds such a stage to a plan_builder.
template <class Builder>
class result_planner {
public:
  explicit result_planner(Builder& builder) : builder_(builder) {}

  /// Several results in one statement, as eval constructs it; false, and nothing planned, where they do not lie in one
  /// domain.
  template <class... Es>
  bool plan_together(const Es&... es) {
    const auto with_roots = [&](const auto& ready) {
      return ready(root<value_t<Es>, Es::rank, borrowed, Es>{nowhere<value_t<Es>>(es.shape()), es}...);
    };
    if constexpr (may_fold_jointly<Es...>) {
      const auto joint = with_roots([](const auto&... roots) { return joint_fold(roots...); });
      if (!joint.conflicts()) {
        add_together<typename decltype(joint)::shared>(joint, es...);
        return true;
      }
    }
    std::vector<node_id> stages;
    const auto s = with_roots([&](const auto&... roots) { return statement(stages, roots...); });
    if (s.conflicts()) return false;
    (builder_.plan_stages(es, stages), ...);
    add_together<kept_t<Es...>>(s, es...);
    return true;
  }

  /// Several results one after the other.
  template <class... Es>
  void plan_apart(const Es&... es) {
    int number = 0;
    const auto plan_one = [&]<class E>(const E& e) {
      builder_.template into_new_memory<value_t<E>>(e, "result" + std::to_string(++number), "");
      if constexpr (Builder::measured)
        if (e.size() > 0) builder_.plan_.stages.back().seconds = least_seconds(builder_.how_, [&] { run_stage(e); });
    };
    (plan_one(es), ...);
  }

  /// A formula whose elements the compiler writes out.
  template <class T, class Shape, class Strides, class Memory, class E>
  void plan_unrolled(const fixed_view<T, Shape, Strides, Memory>& to, const E& e, const std::string& target) {
    plan_stage stage;
    stage.target = target;
    stage.type = std::string(dtype_name<std::remove_const_t<T>>());
    stage.kind = "unrolled";
    stage.formula = target + " = " + formula(e, builder_.names_);
    stage.loops = "none: the compiler writes out " + to_string(detail::seen_as_view(to).shape()) + " elements";
    stage.elements = Shape::count;
    stage.bytes_written = Shape::count * static_cast<index>(sizeof(T));
    stage.threads_why = "fixed tensors are never split";
    tree_survey<types<>> survey(stage, builder_.names_, builder_.plan_, nullptr);
    survey.visit(e);
    survey.finish();
    add_stage(stage);
  }

private:
  // The stage of a statement with several results, in which maps of the types `Shared` may be computed once.
  template <class Shared, class Statement, class... Es>
  void add_together(const Statement& s, const Es&... es) {
    plan_stage stage;
    stage.results = static_cast<index>(sizeof...(Es));
    stage.replaces = true;
    std::string targets, formulas;
    int number = 0;
    const auto add = [&]<class E>(const E& e) {
      const char* const separator = number++ > 0 ? ", " : "";
      targets += separator + ("result" + std::to_string(number));
      formulas += separator + formula(e, builder_.names_);
      if (stage.type.empty()) stage.type = std::string(dtype_name<value_t<E>>());
      stage.bytes_written += e.size() * static_cast<index>(sizeof(value_t<E>));
    };
    (add(es), ...);
    stage.target = "(" + targets + ")";
    stage.formula = stage.target + " = (" + formulas + ")";
    stage.allocated = stage.bytes_written;
    describe_statement(s, stage);
    tree_survey<Shared> survey(stage, builder_.names_, builder_.plan_, &s.settled().kept);
    (survey.visit(es), ...);
    survey.finish();
    add_stage(stage);
  }

  void add_stage(plan_stage& stage) {
    stage.number = static_cast<int>(builder_.plan_.stages.size()) + 1;
    builder_.plan_.stages.push_back(std::move(stage));
  }

  Builder& builder_;
};

} // namespace plan

TUTTI_NAMESPACE_END
