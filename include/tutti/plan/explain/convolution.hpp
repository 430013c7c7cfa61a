// SPDX-License-Identifier: MIT
#pragma once

// What a plan says of convolutions.

#include <tutti/plan/convolution.hpp>
#include <tutti/plan/explain/statement.hpp>
#include <tutti/plan/explain/tree.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What there is to say of a barrier; `settle` plans an operand that must lie in memory.
template <class B, class Settle>
void describe_barrier(const B& b, const node_names&, plan_stage&, const Settle& settle) {
  b.operands().apply([&](const auto&... o) { (settle(o), ...); });
}

/// What a convolution decided.
template <class T, class E, class M>
void describe_product(const window_statement<T, E, M>& s, const M& c, plan_stage& stage) {
  using number = typename window_statement<T, E, M>::number;
  using laid_out = typename window_statement<T, E, M>::laid_out;
  const window_geometry& g = c.geometry();
  const convolution_plan& p = s.plan();
  stage.kind = "convolution";
  stage.loops = formatted("%td x [%td pixels x %td outputs], %td taps of %td channels", g.batch,
                          g.output[0] * g.output[1] * g.output[2], g.outputs, g.taps(), g.inputs_of_group());
  if (g.groups > 1) stage.loops += formatted(", %td groups", g.groups);
  stage.lanes = simd::lanes<number>;
  stage.threads = p.threads;
  stage.threads_why = threads_reason(p.threads, p.work / products_per_thread, stage.elements);
  stage.flops = 2 * p.work;
  stage.in_place = s.settled().in_place;
  const index across = p.along_pixels ? 8 * simd::lanes<number> : laid_out::tile;
  stage.blocking.push_back(formatted("%td pixels x %td outputs in registers", across, p.block));
  stage.blocking.push_back(
      formatted("tasks of %td rows x %td pixels", p.cut.rows, std::min(p.cut.columns, g.output[2])));
  const index images = p.images(g, laid_out::beyond);
  stage.layouts = images > 0 ? 2 : 1;
  stage.layout_bytes = (p.weights(g) + images) * static_cast<index>(sizeof(number));
  stage.notes.push_back(
      p.along_pixels
          ? formatted("what the windows of %td rows see is laid out channel by channel, in %.1f KiB of scratch",
                      p.cut.rows, static_cast<double>(p.part(g).size()) * sizeof(number) / 1024)
          : "the images are first laid out channels last, with their padding");
}

} // namespace plan

TUTTI_NAMESPACE_END
