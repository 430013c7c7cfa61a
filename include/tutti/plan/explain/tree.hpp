// SPDX-License-Identifier: MIT
#pragma once

// What a statement's tree says about its work: which memory it reads, what it computes and how often. Nothing is decided
// here; what was decided is asked of the statement.

#include <algorithm>

#include <tutti/plan/barrier.hpp>
#include <tutti/plan/explain/plan.hpp>
#include <tutti/plan/formula.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Visits a statement's tree down to its leaves and to the stages that have run before it.
template <class Kept>
class tree_survey {
public:
  tree_survey(plan_stage& stage, const node_names& names, const execution_plan& plan, const shared_values* kept)
      : stage_(stage), names_(names), plan_(plan), kept_(kept) {}

  /// A leaf in memory.
  template <class T, index Rank, class Keeper>
  void visit(const view<T, Rank, Keeper>& v) { read(v, formula(v)); }
  template <class View>
  void visit(const named_leaf<View>& n) { read(n.leaf(), std::string(n.name())); }
  template <class T, class Shape, class Strides, class Memory>
  void visit(const fixed_view<T, Shape, Strides, Memory>& v) { read(v, formula(v)); }
  template <class T>
  void visit(const scalar<T>&) {}
  template <class F, index Rank>
  void visit(const generator<F, Rank>&) {}

  template <class Op, class... Es>
  void visit(const map<Op, Es...>& m) {
    using M = map<Op, Es...>;
    if (read_stage(m, formula(m, names_), m)) return;
    const bool again = is_repeated(m);
    if constexpr (contains<Kept, M>) {
      if (const std::size_t slot = find_kept(m); slot != shared_values::none) {
        if (kept_->node(slot) == &m) stage_.kept.push_back(formula(m, names_));
        if (again) return; // read from scratch
      }
    }
    if constexpr (tree_traits<M>::cost >= 8)
      if (again) stage_.repeated.push_back(formula(m, names_));
    stage_.flops += static_cast<double>(is_block_value<M> ? m.size() : stage_.elements) * Op::cost;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((stage_.converted += converts<Es, typename M::template in<I>> ? 1 : 0), ...);
    }(std::index_sequence_for<Es...>{});
    if constexpr (!std::same_as<value_t<M>, compute_t<value_t<M>>>) ++stage_.converted;
    m.operands().apply([&](const auto&... e) { (visit(e), ...); });
  }
  template <class Op, class E, index Count, bool Keep>
  void visit(const reduction<Op, E, Count, Keep>& r) {
    if (read_stage(r, formula(r, names_), r)) return;
    if (is_repeated(r)) {
      ++stage_.shared;
      return;
    }
    stage_.flops += static_cast<double>(stage_.elements) * Op::cost;
    if constexpr (converts<E, typename reduction<Op, E, Count, Keep>::in> && !counts<Op, value_t<E>>)
      ++stage_.converted;
    visit(r.operand());
  }
  template <barrier B>
  void visit(const B& b) {
    if (skipped_.tag == &type_tag<B> && same(*static_cast<const B*>(skipped_.node), b)) return;
    if (!read_stage(b, formula(b, names_), b)) visit_operands(b);
  }
  template <class B, index Rank>
  void visit(const barrier_view<B, Rank>& v) { read_stage(v.barrier(), formula(v.barrier(), names_), v); }

  template <class E>
  void visit_operands(const E& e) { e.operands().apply([&](const auto&... o) { (visit(o), ...); }); }

  /// What is made where it is needed, and read from there: a product inside its epilogue.
  template <class E>
  void skip(const E& e) { skipped_ = {&type_tag<E>, &e}; }

  /// Writes what was found to the stage.
  void finish() {
    for (const region& r : regions_) stage_.inputs.push_back({r.name, r.bytes(), 0});
    stage_.bytes_read = 0;
    for (const plan_input& i : stage_.inputs) stage_.bytes_read += i.bytes;
  }

private:
  // Memory that leaves read: leaves that overlap are one.
  struct region {
    const std::byte* low;
    const std::byte* high;
    index sum; // of the leaves' distinct elements
    std::string name;
    index bytes() const { return std::min<index>(sum, high - low); }
  };
  struct seen_node {
    const void* tag;
    const void* node;
  };

  template <class E, class In>
  static constexpr bool converts = !std::same_as<E, scalar<value_t<E>>> && !std::same_as<value_t<E>, In>;

  template <class T, class Shape, class Strides, class Memory>
  void read(const fixed_view<T, Shape, Strides, Memory>& v, std::string name) {
    read(detail::seen_as_view(v), std::move(name));
  }
  template <class View>
  void read(const View& v, std::string name) {
    if (v.size() == 0) return;
    index bytes = static_cast<index>(sizeof(typename View::value_type));
    for (index a = 0; a < v.shape().size(); ++a) bytes *= v.strides()[a] == 0 ? 1 : v.shape()[a];
    const auto [low, high] = byte_range(v);
    for (region& r : regions_)
      if (r.low < high && low < r.high) {
        r.low = std::min(r.low, low);
        r.high = std::max(r.high, high);
        r.sum += bytes;
        return;
      }
    regions_.push_back({low, high, bytes, std::move(name)});
  }

  template <class E, class Seen>
  bool read_stage(const E& e, std::string name, const Seen& seen) {
    if (!names_.find(e)) return false;
    int number = 0;
    for (const plan_stage& s : plan_.stages)
      if (s.target == name) number = s.number;
    for (const plan_input& i : stage_.inputs)
      if (i.stage == number) return true;
    stage_.inputs.push_back({std::move(name), seen.size() * static_cast<index>(sizeof(value_t<E>)), number});
    return true;
  }

  // Whether an equal node was visited before.
  template <class E>
  bool is_repeated(const E& e) {
    for (const seen_node& s : seen_)
      if (s.tag == &type_tag<E> && same(*static_cast<const E*>(s.node), e)) return true;
    seen_.push_back({&type_tag<E>, &e});
    return false;
  }

  template <class M>
  std::size_t find_kept(const M& m) const {
    if (!kept_) return shared_values::none;
    return kept_->find({&m, &type_tag<M>}, same_nodes<M>);
  }

  plan_stage& stage_;
  const node_names& names_;
  const execution_plan& plan_;
  const shared_values* kept_;
  std::vector<region> regions_;
  std::vector<seen_node> seen_;
  seen_node skipped_{};
};

} // namespace plan

TUTTI_NAMESPACE_END
