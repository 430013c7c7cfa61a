// SPDX-License-Identifier: MIT
#pragma once

// The stages of a scan: an operand in memory is folded on its way to the destination, any other is written there first.

#include <tutti/plan/explain/plan.hpp>
#include <tutti/plan/explain/statement.hpp>
#include <tutti/plan/scan.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Plans a scan for a plan_builder.
template <class Builder>
class scan_planner {
public:
  explicit scan_planner(Builder& builder) : builder_(builder) {}

  template <class Op, class E, class T, index Rank, class Keeper>
  void plan(const scan<Op, E>& s, const view<T, Rank, Keeper>& to, plan_stage& stage) {
    const auto& operand = unnamed(get<0>(s.operands()));
    if constexpr (is_leaf_of<T, std::remove_cvref_t<decltype(operand)>>) {
      describe(scan_plan<T>(to, operand.data(), operand.strides(), s.axis()), Op::cost, stage);
      stage.notes.push_back("each element needs the one before it");
    } else {
      builder_.assign_to(to, get<0>(s.operands()), stage.target);
      describe(scan_plan<T>(to, to.data(), to.strides(), s.axis()), Op::cost, stage);
      stage.in_place = true;
      stage.bytes_read = stage.bytes_written;
      stage.inputs = {{stage.target, stage.bytes_written, static_cast<int>(builder_.plan_.stages.size())}};
      stage.formula = stage.target + formatted(" = cum%s(", std::string(Op::name).c_str()) + stage.target +
                      formatted(", %td)", s.axis());
      stage.notes.push_back(
          "each element needs the one before it: the operand is written first, then folded where it is");
    }
  }

private:
  template <class T>
  static void describe(const scan_plan<T>& p, double cost, plan_stage& stage) {
    const index lines = p.lines.size(), width = p.width();
    stage.kind = "scan";
    stage.loops = p.down
                      ? formatted("%td rows x [%td lines] in panels of %td", p.extent, lines, std::min(p.panel, width))
                      : formatted("%td lines x [%td], %td lines at once", lines, p.extent, p.panel);
    stage.lanes = p.down ? simd::lanes<T> : 1;
    stage.threads = p.threads;
    stage.threads_why = p.down && p.apart() == 1 && threads_for(p.worth, width) > 1
                            ? "threads that write parts of short rows disturb one another"
                            : threads_reason(p.threads, p.worth, std::min(p.tasks(), p.apart()));
    stage.flops = static_cast<double>(stage.elements) * cost;
  }

  Builder& builder_;
};

} // namespace plan

TUTTI_NAMESPACE_END
