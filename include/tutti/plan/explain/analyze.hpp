// SPDX-License-Identifier: MIT
#pragma once

// A plan that was run: times, and what share of the machine's roofline they are.

#include <tutti/plan/explain.hpp>
#include <tutti/plan/roofline.hpp>

TUTTI_NAMESPACE_BEGIN

/// How explain_analyze runs an assignment.
struct analyze_options {
  double seconds = 0.02; // it is run again for this long, and the least time counts,
  index runs = 0;        // or so often: 1 for a statement that must run once only
  bool cold = false;     // each run begins with caches that hold other data
};

namespace plan {

/// Reads more memory than the caches hold.
inline void evict_caches() {
  static const index count = static_cast<index>(std::max(2 * std::max(cache_size(3), cache_size(2)), 32e6) / 4);
  static const storage<float> other = [] {
    auto memory = allocate<float>(count);
    std::fill_n(memory.get(), count, 0.f);
    return memory;
  }();
  volatile float* const each = other.get();
  for (index i = 0; i < count; i += 16) each[i] = each[i] + 1;
}

inline measurement measurement_of(const analyze_options& options) {
  return {options.seconds, options.runs, options.cold ? &evict_caches : nullptr};
}

/// The bytes of an element of a stage's result, as far as arithmetic is concerned.
inline double arithmetic_bytes(const plan_stage& s) {
  return s.type == "float64" || s.type == "complex128" || s.type == "int64" ? 8 : 4;
}

/// Makes each stage's time its own: those of the stages that it needs were in it.
inline void separate_times(execution_plan& plan) {
  std::vector<double> whole;
  for (const plan_stage& s : plan.stages) whole.push_back(s.seconds);
  // A stage that is not timed is part of the one that reads it; the stages that it reads are too.
  const auto below = [&](const auto& self, const plan_stage& s) -> double {
    double sum = 0;
    for (const plan_input& i : s.inputs) {
      if (i.stage == 0) continue;
      const auto at = static_cast<std::size_t>(i.stage) - 1;
      sum += whole[at] > 0 ? whole[at] : self(self, plan.stages[at]);
    }
    return sum;
  };
  for (plan_stage& s : plan.stages)
    if (s.seconds > 0) s.seconds = std::max(s.seconds - below(below, s), s.seconds * 0.01);
  for (plan_stage& s : plan.stages)
    if (s.seconds > 0)
      s.roofline_share =
          machine().least_seconds(static_cast<double>(s.bytes()), s.flops, s.threads, arithmetic_bytes(s)) / s.seconds;
}

} // namespace plan

/// Errors: the assignment's: a shape_error where the result does not fit the destination. Cost: as many runs as fill
/// the seconds of the options, 0.02 of them unless told, one at least; the first time in a program machine() measures,
/// too. PyTorch: utils.benchmark.Timer.

/// Runs `destination = expression`, again for as long as the options say, and gives its plan with the least time that it
/// took. Stages that make a temporary are run and timed by themselves too. What the assignment does to the destination
/// it does as often as it is run.
/// Example: `tensor<float, 1> x({5}), y; const execution_plan plan = explain_analyze(y, x + 1);`.
template <operand Y, operand X>
execution_plan explain_analyze(Y&& destination, X&& expression, const analyze_options& options = {}) {
  const auto e = as_node(std::forward<X>(expression));
  const auto how = plan::measurement_of(options);
  execution_plan result = plan::plan_of<true>(destination, e, how);
  const auto write = [&] {
    if constexpr (plan::owns_memory<std::remove_cvref_t<Y>> && !is_named<std::remove_cvref_t<Y>>) destination = e;
    else assign(plan::writable(as_node(destination)), e);
  };
  // New memory each time is what the assignment takes; the destination gets its own at last, as the expression may read
  // what it holds until then.
  const bool replaces = !result.stages.empty() && result.stages.back().replaces;
  result.seconds = plan::least_seconds(how, [&] {
    if (replaces) plan::run_stage(e);
    else write();
  });
  if (replaces) write();
  if (result.stages.empty()) return result;
  result.stages.back().seconds = result.seconds;
  plan::separate_times(result);
  return result;
}

/// Runs `eval(first, others...)`, likewise, and gives its plan with times. Options may stand before the expressions.
/// Example: `tensor<double, 2> x({4, 5}); const auto plan = explain_analyze_eval({.runs = 3}, mean(x, 1), sum(x, 1));`.
template <operand... Xs>
  requires(sizeof...(Xs) > 1)
execution_plan explain_analyze_eval(const analyze_options& options, Xs&&... expressions) {
  const auto how = plan::measurement_of(options);
  return [&](const auto&... es) {
    execution_plan result = plan::plan_builder<true>(how).made_together(es...);
    result.seconds = plan::least_seconds(how, [&] { eval(es...); });
    if (!result.stages.empty() && result.stages.back().results > 1) result.stages.back().seconds = result.seconds;
    plan::separate_times(result);
    return result;
  }(as_node(std::forward<Xs>(expressions))...);
}
template <operand... Xs>
  requires(sizeof...(Xs) > 1)
execution_plan explain_analyze_eval(Xs&&... expressions) {
  return explain_analyze_eval(analyze_options{}, std::forward<Xs>(expressions)...);
}

TUTTI_NAMESPACE_END
