// SPDX-License-Identifier: MIT
#pragma once

// What a plan says of convolutions.

#include <tutti/plan/convolution.hpp>
#include <tutti/plan/explain/einsum.hpp>
#include <tutti/plan/explain/statement.hpp>
#include <tutti/plan/explain/tree.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What there is to say of a barrier; `settle` plans an operand that must lie in memory.
template <class B, class Settle>
void describe_barrier(const B& b, const node_names&, plan_stage&, const Settle& settle) {
  b.operands().apply([&](const auto&... o) { (settle(o), ...); });
}

/// What a convolution decided; `plan_part(destination, formula)` plans a statement that lays its operands out.
template <class T, class E, class M, class PlanPart>
void describe_product(const window_statement<T, E, M>& s, const M& c, plan_stage& stage, const PlanPart& plan_part) {
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
  stage.threads_why = threads_reason(p.threads, p.work / products_per_thread, p.tasks(g));
  stage.flops = 2 * p.work;
  stage.in_place = s.settled().in_place;
  const index across = p.along_pixels ? 8 * simd::lanes<number> : laid_out::tile;
  stage.blocking.push_back(formatted("%td pixels x %td outputs in registers", across, p.block));
  stage.blocking.push_back(
      formatted("tasks of %td rows x %td pixels", p.cut.rows, std::min(p.cut.columns, g.output[2])));
  const index images = p.images(g, laid_out::beyond);
  stage.layouts = images > 0 ? 2 : 1;
  stage.layout_bytes = (p.weights(g) + images) * static_cast<index>(sizeof(number));
  stage.scratch_bytes = s.scratch_bytes();
  // While the operands are laid out nothing else is taken.
  std::vector<index_list<>> planned;
  const auto lay_out = [&](const auto& to, const auto& from) {
    if (std::find(planned.begin(), planned.end(), index_list<>(to.shape())) != planned.end()) return;
    planned.push_back(index_list<>(to.shape()));
    if (const auto part = plan_part(to, from)) stage.scratch_bytes = std::max(stage.scratch_bytes, part->scratch_bytes);
  };
  using weight = value_t<std::remove_cvref_t<decltype(c.weights())>>;
  if (c.weights().size() > 0)
    laid_out::lay_weights_out(
        g, p, {address_of_nothing<const weight>(1), index_list<>(c.weights().shape()), stored_strides(c.weights())},
        address_of_nothing<number>(2), lay_out);
  if (images > 0 && c.image().size() > 0 && !s.image_is_stage())
    laid_out::lay_image_out(g, p, laid_out::images_of(c.image(), 0, p.at_once), address_of_nothing<number>(2), lay_out);
  stage.notes.push_back(
      p.along_pixels ? formatted("what the windows of %td rows see is laid out channel by channel, in %.1f KiB of "
                                 "scratch, unless it lies so",
                                 p.cut.rows, static_cast<double>(p.part(g).size()) * sizeof(number) / 1024)
      : p.at_once < g.batch
          ? formatted("the images are first laid out channels last, with their padding, %td at a time", p.at_once)
          : "the images are first laid out channels last, with their padding");
}

} // namespace plan

TUTTI_NAMESPACE_END
