// SPDX-License-Identifier: MIT
#pragma once

// The stages of a pooling: rows of windows, where channels come first; or else the fold of a view of all windows, and before
// it, where there is padding, a copy of the images that has it around them.

#include <tutti/plan/explain/einsum.hpp>
#include <tutti/plan/explain/plan.hpp>
#include <tutti/plan/explain/statement.hpp>
#include <tutti/plan/formula.hpp>
#include <tutti/plan/pooling.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Plans a pooling for a plan_builder.
template <class Builder>
class pooling_planner {
public:
  explicit pooling_planner(Builder& builder) : builder_(builder) {}

  template <class Op, index Axes, class X, class To>
  bool plan(const pooling_node<Op, Axes, X>& p, const To& to, plan_stage& stage) {
    const auto& x = get<0>(p.operands());
    if (p.geometry().layout == image_layout::channels_first) {
      builder_.settle_operand(x);
      describe_rows(p, to, stage);
      note_division(p, to, stage);
      return true;
    }
    index_list<Axes + 2> strides(stored_strides(x));
    if (is_padded(p.geometry())) {
      strides = contiguous_strides(padded_shape(p));
      plan_padding(p, strides, stage);
    } else {
      builder_.settle_operand(x);
    }
    with_folded_windows(p, nowhere<const value_t<X>>(index_list<0>{}, 1).data(), strides, [&](const auto& fold) {
      if (const auto part = Builder().stage(to, fold)) describe_fold(*part, stage);
    });
    note_division(p, to, stage);
    return true;
  }

private:
  template <class Op, index Axes, class X, class To>
  static void note_division(const pooling_node<Op, Axes, X>& p, const To& to, plan_stage& stage) {
    if constexpr (std::same_as<Op, avg_pool_op>) {
      if (p.op().count_padding) return;
      stage.notes.push_back("the sums are then divided, axis by axis, by how many elements lie within the image");
      const index dividing = kernel::scratch::most_taken_by([&] {
        divide_by_seen(p, to, [&](std::size_t, auto*, const auto& quotient) {
          kernel::scratch::frame memory(kernel::scratch::of_this_thread());
          if (const auto part = Builder().stage(to, quotient)) memory.take<std::byte>(part->scratch_bytes);
        });
      });
      stage.scratch_bytes = std::max(stage.scratch_bytes, dividing);
    }
  }

  template <class Op, index Axes, class X, class To>
  static void describe_rows(const pooling_node<Op, Axes, X>& p, const To& to, plan_stage& stage) {
    using number = kernel::accumulator_t<value_t<pooling_node<Op, Axes, X>>>;
    const window_geometry& g = p.geometry();
    walk into;
    context::place(into, to.shape(), to.strides(), window_loops::frame_of(g.layout, Axes));
    const pooling_plan plan(g, into, simd::lanes<number>);
    stage.loops = formatted("%td x %td x [%td windows], %td taps", g.batch, g.inputs,
                            g.output[0] * g.output[1] * g.output[2], g.taps());
    stage.flops = plan.work;
    stage.lanes = simd::lanes<number>;
    stage.threads = plan.threads;
    stage.scratch_bytes = plan.scratch_bytes<number>(g);
    stage.threads_why = threads_reason(plan.threads, plan.work / work_per_thread, plan.tasks());
    stage.notes.push_back(
        formatted("what the windows of %td rows see is folded to %td rows of scratch, and then along these", plan.rows,
                  plan.rows));
  }

  // The images go to memory of their own, between zeros or the least elements, which the windows then read.
  template <class Op, index Axes, class X>
  void plan_padding(const pooling_node<Op, Axes, X>& p, const index_list<Axes + 2>& strides, plan_stage& stage) {
    using number = value_t<X>;
    const auto& x = get<0>(p.operands());
    const std::string name = "t" + std::to_string(++builder_.temporaries_);
    const view<number, X::rank> inner(nowhere<number>(index_list<0>{}).data(), index_list<X::rank>(x.shape()),
                                      index_list<X::rank>(strides));
    if (!builder_.try_assign(inner, x, name) || builder_.plan_.stages.empty()) return;
    plan_stage& padded = builder_.plan_.stages.back();
    padded.temporary = true;
    padded.allocated = element_count(padded_shape(p)) * static_cast<index>(sizeof(number));
    padded.notes.push_back("a stage of its own: memory with the padding around the images");
    builder_.names_.add(x, name);
    stage.inputs = {{name, padded.allocated, padded.number}};
    stage.bytes_read = padded.allocated;
    stage.formula = stage.target + " = " + formula(p, builder_.names_);
  }

  static void describe_fold(const plan_stage& part, plan_stage& stage) {
    stage.loops = part.loops;
    stage.lanes = part.lanes;
    stage.elements = part.elements;
    stage.threads = part.threads;
    stage.scratch_bytes = part.scratch_bytes;
    stage.threads_why = part.threads_why;
    stage.fused_reductions = part.fused_reductions;
    stage.packed = part.packed;
    stage.transposed = part.transposed;
    stage.scattered = part.scattered;
    stage.flops = part.flops;
    stage.notes.push_back("a fold of a view of all windows: " + part.kind);
  }

  Builder& builder_;
};

} // namespace plan

TUTTI_NAMESPACE_END
