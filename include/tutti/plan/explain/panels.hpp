// SPDX-License-Identifier: MIT
#pragma once

// What a statement that runs by panels decided, in the words of a plan.

#include <tutti/plan/explain/einsum.hpp>
#include <tutti/plan/explain/statement.hpp>
#include <tutti/plan/explain/tree.hpp>
#include <tutti/plan/fold_panels.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The stage, with its formula, which runs by panels, and what that reads.
template <class E>
plan_stage& survey_of_panels(const E& e, plan_stage& stage, const node_names& names, const execution_plan& plan) {
  tree_survey<types<>> survey(stage, names, plan, nullptr);
  if constexpr (barrier<E>) survey.visit_operands(e);
  else survey.visit(e);
  survey.finish();
  stage.formula = stage.target + " = " + formula(e, names);
  return stage;
}

/// What a panel is, and where it is kept.
template <class T, index Rank, class Keeper, class E>
void describe_panel(const panel_statement<T, Rank, Keeper, E>& s,
                    const typename panel_statement<T, Rank, Keeper, E>::planned_workspace& kept, plan_stage& stage) {
  stage.kind = "row panels";
  stage.loops = to_string(index_list<dynamic_rank>(s.shape())) + formatted(" in panels of %td rows", s.panel_rows());
  const auto bytes = [](index count) { return human_bytes(static_cast<double>(count)); };
  stage.panels.push_back("its rows are kept in " + bytes(s.panel_bytes()) + " of scratch");
  if (kept.packed_bytes() > 0)
    stage.panels.push_back("right operands stay packed, in " + bytes(kept.packed_bytes()) + " of scratch");
  if constexpr (panel_statement<T, Rank, Keeper, E>::may_hide_columns)
    stage.panels.push_back(
        formatted("where the mask hides columns at either end from up to %td rows, panels of these leave them out",
                  panel_statement<T, Rank, Keeper, E>::most_rows_hiding));
}
template <class T, index Rank, class Keeper, class E>
void describe_panel(const fold_panels<T, Rank, Keeper, E>& s,
                    const typename fold_panels<T, Rank, Keeper, E>::planned_workspace& kept, plan_stage& stage) {
  stage.kind = "fold panels";
  stage.loops = to_string(index_list<dynamic_rank>(s.shape()));
  if (s.panel_elements() < element_count(s.shape()))
    stage.loops += " in panels of " + to_string(index_list<dynamic_rank>(s.panel_shape()));
  stage.layouts = s.allocated_bytes() > 0 ? s.threads() : 0;
  stage.layout_bytes = stage.layouts * s.allocated_bytes();
  if (stage.layouts == 0)
    stage.panels.push_back("it is kept in " + human_bytes(static_cast<double>(kept.scratch_bytes())) + " of scratch");
}

/// Copies the decisions of a planned statement to a stage; `plan_part(destination, formula)` plans a part of a panel.
template <class Statement, class PlanPart>
void describe_panels(const Statement& s, plan_stage& stage, const PlanPart& plan_part) {
  stage.elements = element_count(s.shape());
  const typename Statement::planned_workspace kept(s); // while its parts are planned
  describe_panel(s, kept, stage);
  stage.threads = s.threads();
  stage.threads_why = threads_reason(stage.threads, s.worth(), s.tasks());
  stage.repeated.clear();
  stage.flops = 0;
  stage.shared = 0;
  index most_of_parts = 0;
  const kernel::planned_inside_parallel inside(s.threads() > 1);
  const auto none = index_list<1>{0};
  s.with_parts(0, nowhere<typename Statement::number>(none, 4).data(),
               nowhere<typename Statement::result>(none, Statement::in_place ? 4 : 5).data(),
               [&](const auto& panel, const auto& part) {
                 const auto planned = plan_part(panel, part);
                 if (!planned) return;
                 std::string text = planned->kind + " " + planned->loops;
                 if (!planned->epilogue.empty()) text += ", then " + planned->epilogue;
                 stage.panels.push_back(std::move(text));
                 stage.flops +=
                     planned->flops * static_cast<double>(stage.elements) / static_cast<double>(s.panel_elements());
                 stage.fused_reductions += planned->fused_reductions;
                 if (s.tasks() == 1 && planned->threads > stage.threads) {
                   stage.threads = planned->threads;
                   stage.threads_why = planned->threads_why;
                 }
                 most_of_parts = std::max(most_of_parts, planned->scratch_bytes);
               });
  stage.scratch_bytes = kept.scratch_bytes() + most_of_parts;
}

} // namespace plan

TUTTI_NAMESPACE_END
