// SPDX-License-Identifier: MIT
#pragma once

// explain: what will happen at an assignment. The statement is planned by the very code that assignment runs, up to the
// point where it would run; what is printed is read from that statement.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ostream>
#include <string>
#include <vector>

#include <tutti/plan/assign.hpp>
#include <tutti/plan/formula.hpp>

TUTTI_NAMESPACE_BEGIN

/// One stage of a plan: a sweep of loops that must finish before the next begins.
struct plan_stage {
  std::string formula;
  std::string kind;           // how its blocks are cut, or the name of a barrier
  std::string loops;          // "1024 x [1024]": outer loops, then what one block is made of
  index elements = 0;         // that the loops run over
  index lanes = 0;            // of a pack
  int threads = 0;            // 0 where a barrier decides for itself when it runs
  index fused_reductions = 0; // that run inside the loops
  index kept = 0;             // subexpressions computed once and kept in scratch
  index kept_bytes = 0;       // of that scratch, for each thread
  bool in_place = false;      // a leaf is the destination
  bool streams = false;       // the destination is written past the caches
  bool temporary = false;     // the result goes to memory of its own
  index bytes_read = 0;       // estimates: every leaf once, the destination once
  index bytes_written = 0;
  double flops = 0;
  double seconds = 0; // of this plan's whole run, on its last stage, where it was measured
  std::vector<std::string> notes;
};

/// What an assignment will do. Printing it gives the text of EXPLAIN.
struct execution_plan {
  std::vector<plan_stage> stages;
  int available_threads = 1;
};

namespace plan {

namespace detail {

inline std::string human_bytes(index bytes) {
  const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  int unit = 0;
  for (; value >= 1024 && unit < 4; ++unit) value /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return text;
}

inline std::string human_flops(double flops) {
  const char* const units[] = {"", "k", "M", "G", "T"};
  int unit = 0;
  for (; flops >= 1000 && unit < 4; ++unit) flops /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f%s" : "%.1f %s", flops, units[unit]);
  return text;
}

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
  for (index a = 0; a < c.loops.rank; ++a) {
    if (a > 0) text += " x ";
    if (a == c.outer_rank) text += "[";
    text += std::to_string(c.loops.extent[static_cast<std::size_t>(a)]);
  }
  text += "]";
  if (c.kind != block_kind::folds && c.panels > 1) text += " in panels of " + std::to_string(c.panel);
  if (c.tiles > 1) text += ", tiles of " + std::to_string(c.tile) + " rows";
  if (c.parts > 1) text += ", each folded in " + std::to_string(c.parts) + " parts";
  return text;
}

// The bytes of the distinct leaves of a tree.
struct leaf_sum {
  std::vector<const void*> seen;
  index bytes = 0;
};
template <class E>
void add_leaves(const E&, leaf_sum&) {}
template <class T, index Rank, class Keeper>
void add_leaves(const view<T, Rank, Keeper>& v, leaf_sum& sum) {
  if (std::find(sum.seen.begin(), sum.seen.end(), v.data()) != sum.seen.end()) return;
  sum.seen.push_back(v.data());
  index distinct = 1;
  for (index a = 0; a < v.shape().size(); ++a) distinct *= v.strides()[a] == 0 ? 1 : v.shape()[a];
  sum.bytes += distinct * static_cast<index>(sizeof(T));
}
template <class View>
void add_leaves(const named_leaf<View>& n, leaf_sum& sum) { add_leaves(n.leaf(), sum); }
template <class Op, class... Es>
void add_leaves(const map<Op, Es...>& m, leaf_sum& sum) {
  std::apply([&](const auto&... e) { (add_leaves(e, sum), ...); }, m.operands());
}
template <class Op, class E, index Count, bool Keep>
void add_leaves(const reduction<Op, E, Count, Keep>& r, leaf_sum& sum) { add_leaves(r.operand(), sum); }

// Plans the stages of a tree that its statement did not take inside.
template <class E>
void plan_stages(const E&, const std::vector<const void*>&, execution_plan&) {}

template <class E>
void plan_one(const E& e, const std::string& target, bool temporary, execution_plan& plan);

template <class Op, class... Es>
void plan_stages(const map<Op, Es...>& m, const std::vector<const void*>& stages, execution_plan& plan);
template <class Op, class E, index Count, bool Keep>
void plan_stages(const reduction<Op, E, Count, Keep>& r, const std::vector<const void*>& stages, execution_plan& plan);
template <barrier B>
void plan_stages(const B& b, const std::vector<const void*>& stages, execution_plan& plan);
template <class B, index Rank>
void plan_stages(const barrier_view<B, Rank>& v, const std::vector<const void*>& stages, execution_plan& plan);

inline bool is_stage(const void* node, const std::vector<const void*>& stages) {
  return std::find(stages.begin(), stages.end(), node) != stages.end();
}

template <class Op, class... Es>
void plan_stages(const map<Op, Es...>& m, const std::vector<const void*>& stages, execution_plan& plan) {
  std::apply([&](const auto&... e) { (plan_stages(e, stages, plan), ...); }, m.operands());
}
template <class Op, class E, index Count, bool Keep>
void plan_stages(const reduction<Op, E, Count, Keep>& r, const std::vector<const void*>& stages, execution_plan& plan) {
  if (!is_stage(&r, stages)) return plan_stages(r.operand(), stages, plan);
  plan_one(r, "a temporary", true, plan);
  plan.stages.back().notes.push_back(
      r.count() > largest_block ? "a stage of its own: it folds more than the cache holds"
      : r.count() == r.operand().size()
          ? "a stage of its own: it folds everything, which threads share in parts; inside it would be one thread's "
            "block"
          : "a stage of its own: it does not fold the axes that the loops of the next stage fold");
}
template <barrier B>
void plan_stages(const B& b, const std::vector<const void*>& stages, execution_plan& plan) {
  if (is_stage(&b, stages)) plan_one(b, "a temporary", true, plan);
}
template <class B, index Rank>
void plan_stages(const barrier_view<B, Rank>& v, const std::vector<const void*>& stages, execution_plan& plan) {
  plan_one(v.barrier(), "a temporary", true, plan);
  static_cast<void>(stages);
}

template <class T, index Rank, class Keeper, class E>
void plan_statement(const view<T, Rank, Keeper>& to, const E& e, const std::string& target, bool temporary,
                    execution_plan& plan) {
  plan_stage stage;
  stage.formula = target + " = " + formula(e);
  stage.temporary = temporary;
  stage.bytes_written = to.size() * static_cast<index>(sizeof(T));
  leaf_sum leaves;
  add_leaves(e, leaves);
  stage.bytes_read = leaves.bytes;
  if constexpr (barrier<E>) {
    stage.kind = std::string(E::name);
    stage.loops = to_string(index_list<dynamic_rank>(e.shape()));
    stage.elements = e.size();
    leaf_sum operands;
    std::apply([&](const auto&... o) { (add_leaves(o, operands), ...); }, e.operands());
    stage.bytes_read = operands.bytes;
    std::apply(
        [&](const auto&... o) {
          const auto plan_operand = [&](const auto& one) {
            using O = std::remove_cvref_t<decltype(one)>;
            if constexpr (!is_view<O> && !is_named<O>) plan_one(one, "an operand", true, plan);
          };
          (plan_operand(o), ...);
        },
        e.operands());
  } else {
    std::vector<const void*> stages;
    using ready = statement<root<T, Rank, Keeper, E>>;
    const ready s(stages, root<T, Rank, Keeper, E>{to, e});
    if (s.conflicts()) {
      // What assignment does then: the result goes to other memory, and from there to the destination.
      plan_one(e, "a temporary", true, plan);
      stage.kind = "copy";
      stage.formula = target + " = the temporary";
      stage.elements = to.size();
      stage.loops = to_string(index_list<dynamic_rank>(to.shape()));
      stage.bytes_read = stage.bytes_written;
      stage.notes.push_back("the destination is read in another order than it is written; an owning tensor takes the "
                            "temporary over instead of copying it");
    } else {
      plan_stages(e, stages, plan);
      stage.kind = kind_name(s.blocks());
      stage.loops = loops_text(s.blocks());
      stage.elements = s.blocks().loops.size();
      stage.lanes = ready::lanes;
      stage.threads = s.threads();
      stage.fused_reductions = s.settled().fused;
      stage.in_place = s.settled().in_place;
      stage.streams = s.streams();
      stage.kept = static_cast<index>(s.settled().kept.size());
      for (std::size_t i = 0; i < s.settled().kept.size(); ++i)
        stage.kept_bytes += s.blocks().middle_count * s.blocks().pitch(ready::lanes) * s.settled().kept.element_size(i);
      stage.flops = static_cast<double>(stage.elements) * tree_traits<E>::cost;
    }
  }
  plan.stages.push_back(std::move(stage));
}

template <class E>
void plan_one(const E& e, const std::string& target, bool temporary, execution_plan& plan) {
  // Planning reads no element, so the place needs an address only that nothing else has.
  value_t<E> place{};
  plan_statement(view<value_t<E>, E::rank>(&place, e.shape()), e, target, temporary, plan);
}

} // namespace detail

} // namespace plan

/// The plan of evaluating an expression into a new tensor.
template <operand X>
execution_plan explain(X&& expression) {
  execution_plan result;
  result.available_threads = num_threads();
  plan::detail::plan_one(as_node(std::forward<X>(expression)), "result", false, result);
  return result;
}

/// The plan of `destination = expression`.
///
///     std::cout << explain(y, relu(matmul(x, w) + b));
template <operand Y, operand X>
execution_plan explain(Y& destination, X&& expression) {
  execution_plan result;
  result.available_threads = num_threads();
  const auto e = as_node(std::forward<X>(expression));
  const auto to = as_node(destination);
  if (to.shape() == e.shape()) plan::detail::plan_statement(to, e, "destination", false, result);
  else plan::detail::plan_one(e, "destination", false, result);
  return result;
}

/// Runs `destination = expression`, as often as 20 ms allow, and gives the plan with the least time that it took.
template <operand Y, operand X>
execution_plan explain_analyze(Y& destination, X&& expression) {
  const auto e = as_node(std::forward<X>(expression));
  execution_plan result = explain(destination, e);
  using clock = std::chrono::steady_clock;
  double least = 1e300;
  for (const auto begin = clock::now(); clock::now() - begin < std::chrono::milliseconds(20);) {
    const auto start = clock::now();
    destination = e;
    least = std::min(least, std::chrono::duration<double>(clock::now() - start).count());
  }
  if (!result.stages.empty()) result.stages.back().seconds = least;
  return result;
}

inline std::ostream& operator<<(std::ostream& out, const execution_plan& whole) {
  using namespace plan::detail;
  double bytes = 0, flops = 0;
  int number = 0;
  for (const plan_stage& s : whole.stages) {
    bytes += static_cast<double>(s.bytes_read + s.bytes_written);
    flops += s.flops;
    out << ++number << ". " << s.kind << ": " << s.formula << "\n";
    out << "   loops    " << s.loops;
    if (s.lanes > 0) out << ", packs of " << s.lanes << " (" TUTTI_TEXT(TUTTI_ISA) ")";
    out << "\n";
    if (s.threads > 0) out << "   threads  " << s.threads << " of " << whole.available_threads << "\n";
    if (s.fused_reductions > 0)
      out << "   fused    " << s.fused_reductions << (s.fused_reductions == 1 ? " reduction" : " reductions")
          << " inside the loops\n";
    if (s.kept > 0)
      out << "   once     " << s.kept << (s.kept == 1 ? " subexpression" : " subexpressions") << " kept in "
          << human_bytes(s.kept_bytes) << " of scratch\n";
    if (s.in_place) out << "   memory   in place\n";
    if (s.streams) out << "   memory   written past the caches\n";
    if (s.temporary) out << "   memory   a temporary of " << human_bytes(s.bytes_written) << "\n";
    out << "   traffic  reads " << human_bytes(s.bytes_read) << ", writes " << human_bytes(s.bytes_written)
        << " (estimate)\n";
    if (s.flops > 0) out << "   work     " << human_flops(s.flops) << "flop (estimate)\n";
    for (const std::string& note : s.notes) out << "   why      " << note << "\n";
    if (s.seconds > 0) {
      char text[128];
      std::snprintf(text, sizeof text, "   measured %.1f us, %.1f GB/s, %.2f GFLOP/s, of all stages\n", s.seconds * 1e6,
                    bytes / s.seconds * 1e-9, flops / s.seconds * 1e-9);
      out << text;
    }
  }
  return out;
}

TUTTI_NAMESPACE_END
