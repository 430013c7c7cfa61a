// SPDX-License-Identifier: MIT
#pragma once

// The stages of a product of matrices or of windows, with the elementwise work around it.

#include <tutti/plan/explain/convolution.hpp>
#include <tutti/plan/explain/statement.hpp>
#include <tutti/plan/explain/tree.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Adds them to a plan_builder.
template <class Builder>
class product_planner {
public:
  explicit product_planner(Builder& builder) : builder_(builder) {}

  template <class Statement, class E, class M>
  void plan(const Statement& s, const E& e, const M& product, const std::vector<node_id>& stages, plan_stage& stage) {
    bool is_twin = false;
    s.for_each_operand(
        product,
        [&](const auto& operand, bool computed) {
          if constexpr (requires { s.twins(); }) {
            const bool second = s.twins() && std::exchange(is_twin, true);
            if (second && computed)
              return stage.notes.push_back("the operands are the same numbers, which are computed once");
            if (second) return name_twin(operand);
            if (!computed) return builder_.settle_operand(operand, strides_of_stage(operand));
          } else if (!computed) {
            return builder_.settle_operand(operand);
          }
          builder_.plan_stages(operand, stages);
          stage.prologue.push_back(formula(operand, builder_.names_));
        },
        [&](const auto& to, const auto& operand) { lay_out(to, operand); });
    stage.elements = product.size();
    describe_product(s, product, stage,
                     [](const auto& to, const auto& part) { return typename Builder::unmeasured().stage(to, part); });
    const double flops = stage.flops;
    tree_survey<types<>> survey(stage, builder_.names_, builder_.plan_, nullptr);
    if constexpr (requires { s.twins(); }) {
      if (s.twins()) survey.visit(product_parts<M>::a(product));
      else survey.visit_operands(product);
    } else {
      survey.visit_operands(product);
    }
    if constexpr (Statement::has_epilogue) {
      survey.skip(product);
      survey.visit(e);
      node_names names = builder_.names_;
      names.add(product, "product");
      stage.epilogue = formula(e, names);
    }
    survey.finish();
    stage.flops = std::max(stage.flops, flops);
    stage.formula = stage.target + " = " + formula(e, builder_.names_);
    stage.number = static_cast<int>(builder_.plan_.stages.size()) + 1;
    builder_.plan_.stages.push_back(std::move(stage));
  }

private:
  // An operand that is the last stage's result, transposed.
  template <class E>
  void name_twin(const E& e) { builder_.names_.add(e, "transpose(" + builder_.plan_.stages.back().target + ")"); }
  // An operand that is written where a kernel reads it, in memory that the kernel's stage counts.
  template <class To, class E>
  void lay_out(const To& to, const E& e) {
    const std::string name = "t" + std::to_string(++builder_.temporaries_);
    node_names outer = std::exchange(builder_.names_, {});
    builder_.assign_to(to, e, name);
    builder_.names_ = std::move(outer);
    builder_.names_.add(e, name);
    builder_.plan_.stages.back().notes.push_back(
        "a stage of its own, which writes what windows read where they read it");
  }

  Builder& builder_;
};

} // namespace plan

TUTTI_NAMESPACE_END
