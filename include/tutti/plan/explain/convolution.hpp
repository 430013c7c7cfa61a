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
  std::apply([&](const auto&... o) { (settle(o), ...); }, b.operands());
}

template <index Axes, class X, class W, class Settle>
void describe_barrier(const convolution_node<Axes, X, W>& c, const node_names& names, plan_stage& stage,
                      const Settle& settle) {
  using run = convolution_run<Axes, X, W>;
  using number = typename run::number;
  const window_geometry& g = c.geometry();
  const convolution_plan p = plan_convolution(g, run::tile, simd::lanes<number>);
  if (is_pointwise(g)) settle(c.image());
  else if constexpr (!is_view<X> && !is_named<X>) stage.prologue.push_back(formula(c.image(), names));
  settle(c.weights());
  stage.kind = "convolution";
  stage.loops = formatted("%td x [%td pixels x %td outputs], %td taps of %td channels", g.batch,
                          g.output[0] * g.output[1] * g.output[2], g.outputs, g.taps(), g.inputs_of_group());
  if (g.groups > 1) stage.loops += formatted(", %td groups", g.groups);
  stage.threads = p.threads;
  stage.threads_why = threads_reason(p.threads, p.work / products_per_thread, stage.elements);
  stage.flops = 2 * p.work;
  if (is_pointwise(g)) {
    stage.notes.push_back("the window is one element: a matrix product for each image, where its pixels lie at equal "
                          "distances");
    return;
  }
  const index across = p.along_pixels ? 4 * simd::lanes<number> : run::tile;
  const index outputs = p.along_pixels ? 1 : kernel::window_outputs<number>(g.outputs_of_group());
  stage.blocking.push_back(formatted("%td pixels x %td outputs in registers", across, outputs));
  const double bytes = static_cast<double>(g.batch * g.inputs * p.pixels()) * static_cast<double>(sizeof(number));
  stage.notes.push_back(formatted("the images are first laid out %s, with their padding, in %.1f MiB",
                                  p.along_pixels ? "channel by channel" : "channels last", bytes / (1 << 20)));
}

} // namespace plan

TUTTI_NAMESPACE_END
