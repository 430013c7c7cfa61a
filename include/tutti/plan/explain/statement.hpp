// SPDX-License-Identifier: MIT
#pragma once

// What a planned statement decided, in the words of a plan.

#include <tutti/plan/contract.hpp>
#include <tutti/plan/explain/numbers.hpp>
#include <tutti/plan/explain/plan.hpp>
#include <tutti/plan/flat.hpp>
#include <tutti/plan/statement.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

inline const char* kind_name(const cut& c) {
  switch (c.kind) {
  case block_kind::rows: return "loop nest";
  case block_kind::tiles: return "transposed tiles";
  case block_kind::folds: return "row-fused reduction";
  case block_kind::columns: return "column panels";
  }
  return "";
}

inline std::string loops_text(const cut& c) {
  std::string text;
  // Several rows or results at once are no larger block, only fewer calls.
  const index block = c.kind == block_kind::rows ? c.inner_axis() : c.first_middle();
  for (index a = 0; a < c.loops.rank; ++a) {
    if (a > 0) text += " x ";
    if (a == block) text += "[";
    text += std::to_string(c.loops.extent[static_cast<std::size_t>(a)]);
  }
  text += "]";
  if (c.kind != block_kind::folds && c.panels > 1) text += " in panels of " + std::to_string(c.panel);
  if (c.panels_outside && c.panels > 1) text += ", each at all outer positions";
  if (c.kind == block_kind::tiles && c.tiles > 1) text += ", tiles of " + std::to_string(c.tile) + " rows";
  if (c.kind == block_kind::rows && c.tile > 1) text += ", " + std::to_string(c.tile) + " rows at once";
  if (c.batch > 1) text += ", " + std::to_string(c.batch) + " results at once";
  if (c.wrapped > 0 && c.groups == 1 && c.neighbours == 1)
    text += ", " + std::to_string(c.wrapped) + " short loops in one";
  if (c.neighbours > 1) text += ", " + std::to_string(c.neighbours) + " neighbours folded at last";
  if (c.groups > 1) text += ", " + std::to_string(c.groups) + " short rows in one";
  if (c.last_row > 0) text += ", the last of " + std::to_string(c.last_row);
  if (c.parts > 1) text += ", each folded in " + std::to_string(c.parts) + " parts";
  return text;
}

/// Why a stage has as many threads as it has. `worth` is how many its work would pay for, `tasks` what they share.
inline std::string threads_reason(int threads, double worth, index tasks) {
  if (kernel::inside_parallel()) return "inside a parallel region nothing is split again";
  if (num_threads() == 1) return "no more are available";
  if (threads == 1 && tasks >= 2) return formatted("its work pays for %.1f", worth);
  if (threads == tasks || threads == 1)
    return tasks == 1 ? "it is one block, which is not split" : formatted("there are %td blocks to share", tasks);
  return threads < num_threads()
             ? formatted("its work pays for %.1f", worth)
             : formatted("all that are available; its work pays for %td", static_cast<index>(worth));
}

/// A statement that takes the short way, which those with at most so many elements do.
inline void describe_flat(plan_stage& stage, const detail::flat_loops& loops, index most) {
  stage.kind = loops.folded > 0 ? "flat reduction" : "flat loop";
  stage.loops = loops.rows() > 1 ? formatted("%td x [%td]", loops.rows(), loops.row) : formatted("[%td]", loops.count);
  if (loops.folded > 0)
    stage.loops = formatted("[%td]", loops.folded) + (loops.count > 1 ? " folded before " + stage.loops : "");
  stage.packed = stage.strided = stage.transposed = stage.fused_reductions = stage.scratch_bytes = 0;
  stage.threads = 1;
  stage.threads_why = formatted("at most %td elements take the short way, without planning", most);
}

/// Copies the decisions of a statement that is planned to a stage.
template <class Statement>
void describe_statement(const Statement& s, plan_stage& stage) {
  const cut& c = s.blocks();
  stage.kind = kind_name(c);
  stage.loops = loops_text(c);
  stage.elements = c.elements;
  stage.lanes = Statement::lanes;
  stage.threads = s.threads();
  stage.threads_why = threads_reason(
      s.threads(), static_cast<double>(stage.elements) * (Statement::cost + 1) / work_per_thread, c.blocks * c.parts);
  stage.fused_reductions = s.settled().fused;
  stage.in_place = s.settled().in_place;
  stage.streams = s.streams();
  stage.scratch_bytes = s.scratch_bytes();
  stage.kept_in_target = s.keeps_in_target();
  for (std::size_t i = 0; i < s.settled().kept.size() && !stage.kept_in_target; ++i)
    stage.kept_bytes += c.batch * c.middle_count * c.pitch(Statement::lanes) * s.settled().kept.element_size(i);
  const auto inner = static_cast<std::size_t>(c.inner_axis());
  const auto walks = s.walks();
  stage.scattered = c.kind != block_kind::folds && walks[0].stride[inner] != 1 && c.inner_extent() > 1;
  for (const walk& w : walks.subspan(Statement::count)) {
    if (w.stride[inner] == 0 || w.stride[inner] == 1) continue;
    const bool tiled = (c.kind == block_kind::tiles || c.kind == block_kind::columns) && c.middle_rank == 1 &&
                       w.stride[inner] > 0 && w.stride[inner - 1] == 1;
    ++(tiled ? stage.transposed : w.strided || c.repeats > 0 ? stage.strided : stage.packed);
  }
}

/// The same of a matrix product.
template <class T, class E, class M, class PlanPart>
void describe_product(const product_statement<T, E, M>& s, const M&, plan_stage& stage, const PlanPart&) {
  using number = typename product_statement<T, E, M>::number;
  const product_loops& p = s.loops();
  const product_schedule& how = s.schedule();
  const bool vector = p.m() == 1;
  stage.kind = vector ? "matrix-vector product" : "GEMM";
  stage.loops = (how.count > 1 ? formatted("%td x ", how.count) : "") +
                (vector ? formatted("[%td x %td]", p.n(), p.k()) : formatted("[%td x %td x %td]", p.m(), p.n(), p.k()));
  if (p.turned && !vector) stage.loops += ", of the transposed operands";
  stage.lanes = simd::lanes<number>;
  stage.threads = how.threads;
  stage.threads_why = threads_reason(stage.threads, how.worth, how.tasks);
  stage.flops = 2 * how.work * static_cast<double>(how.count);
  stage.in_place = s.settled().in_place;
  stage.scratch_bytes = s.scratch_bytes();
  stage.layouts = s.vector_copies();
  stage.layout_bytes = stage.layouts * p.k() * static_cast<index>(sizeof(number));
  if (s.tiny()) {
    stage.blocking.push_back("none: products this small are computed one after the other, in registers");
    return;
  }
  const kernel::product_way way = s.way();
  if (way == kernel::product_way::narrow_rows || way == kernel::product_way::narrow_columns)
    return stage.blocking.push_back("none: rows this short are taken apart, some at a time, in registers");
  if (way == kernel::product_way::few_columns || way == kernel::product_way::few_rows)
    return stage.blocking.push_back(
        formatted("none: with %s this few, registers hold steps, which are folded at the end",
                  (way == kernel::product_way::few_rows) != p.turned ? "rows" : "columns"));
  if (vector) return;
  const auto blocks = kernel::choose_blocking<number>(p.n(), p.k());
  stage.blocking.push_back(formatted("%td steps of %td columns, tiles of %td x %td in registers", blocks.depth,
                                     blocks.columns, kernel::tile_shape<number>::rows,
                                     kernel::tile_shape<number>::columns));
}

/// A product so small that it takes the short way.
template <class T>
void describe_short_way(const small_product<T>& p, plan_stage& stage) {
  stage.blocking = {"none: the short way, without a plan"};
  stage.scratch_bytes = p.scratch_bytes();
  stage.layouts = p.copies_vector() ? 1 : 0;
  stage.layout_bytes = stage.layouts * p.k * static_cast<index>(sizeof(T));
}

/// Why a reduction is a stage of its own, and what would change that.
inline void note_reduction(plan_stage& stage, const detail::fold_shapes& r) {
  if (r.count > largest_block) {
    stage.notes.push_back(formatted("a stage of its own: one result is made of %td elements, and inside the next loops "
                                    "at most %td stay in the cache",
                                    r.count, largest_block));
  } else if (detail::folds_short_rows(r)) {
    stage.notes.push_back(
        "a stage of its own: its rows are so short that entering them for each reduction costs more than "
        "to read them anew, many as one");
  } else if (r.count == r.all) {
    stage.notes.push_back(
        "a stage of its own: it folds everything, which threads share; inside the next loops one would do it");
  } else {
    stage.notes.push_back("a stage of its own: it does not fold the axes that the next loops fold, if any");
    stage.hints.push_back("fold the same axes in all reductions of the formula, with keepdims");
  }
}

/// Finds stages that compute what an earlier one did: equal reductions inside a stage are one, but stages are not
/// compared while they run.
inline void mark_equal_stages(execution_plan& plan) {
  for (plan_stage& s : plan.stages)
    for (const plan_stage& earlier : plan.stages)
      if (earlier.number < s.number && s.temporary && earlier.temporary && earlier.inputs == s.inputs &&
          earlier.formula.substr(earlier.target.size()) == s.formula.substr(s.target.size())) {
        s.hints.push_back(formatted("it is what stage %d computes: make that a tensor first", earlier.number));
        s.same_as = earlier.number;
        break;
      }
}

} // namespace plan

TUTTI_NAMESPACE_END
