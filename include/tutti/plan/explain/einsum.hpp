// SPDX-License-Identifier: MIT
#pragma once

// The stages of contractions, of powers of matrices and of transposed convolutions, which decide when they run which products
// they make.

#include <tutti/plan/assign.hpp>
#include <tutti/plan/explain/numbers.hpp>
#include <tutti/plan/explain/plan.hpp>
#include <tutti/plan/formula.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A view of no memory at all, for planning what goes to memory that is not there yet. Views of other `slot`s are apart.
template <class T, index Rank>
view<T, Rank> nowhere(const index_list<Rank>& shape, std::size_t slot = 0) {
  return view<T, Rank>(address_of_nothing<T>(slot), shape);
}

/// "ij,jk->ik" for a step: temporaries have their letters in the order of their memory.
inline std::string letters_of_slot(const factor_layout& f) {
  std::string text;
  for (const std::size_t letter : in_memory_order(f.letters, f))
    text += tutti::detail::letter_name(static_cast<index>(letter));
  return text;
}

/// An operand's strides, as they will be when it is in memory.
template <class E>
index_list<> stored_strides(const E& e) { return contiguous_strides(e.shape()); }
template <class T, index Rank, class Keeper>
index_list<> stored_strides(const view<T, Rank, Keeper>& v) { return v.strides(); }
template <class View>
index_list<> stored_strides(const named_leaf<View>& n) { return n.leaf().strides(); }
template <class B, index Rank>
index_list<> stored_strides(const barrier_view<B, Rank>& v) {
  return v.map().strides(contiguous_strides(v.barrier().shape()));
}

/// Plans for a plan_builder what a barrier does in steps, each of which is a statement. Those that say so return false, as a
/// plan_barrier of which there is nothing else to plan.
template <class Builder>
class step_planner {
public:
  explicit step_planner(Builder& builder) : builder_(builder) {}

  /// The steps of an einsum.
  template <class E, class T, index Rank, class Keeper>
  void plan_einsum(const E& e, const view<T, Rank, Keeper>& to, const std::string& target) {
    std::vector<std::string> names;
    e.operands().apply(
        [&](const auto&... o) { ((builder_.settle_operand(o), names.push_back(formula(o, builder_.names_))), ...); });
    const auto strides =
        e.operands().apply([](const auto&... o) { return std::array<index_list<>, E::count>{stored_strides(o)...}; });
    const auto plan = plan::plan_einsum(e, strides, to.strides());
    const auto text = [&](const index_list<>& letters) {
      std::string list;
      for (const index letter : letters) list += tutti::detail::letter_name(letter);
      return list;
    };
    std::vector<std::string> letters;
    for (const auto& operand : e.letters().operands) letters.push_back(text(operand));
    letters.push_back(text(e.letters().out));
    names.push_back(target);
    for (std::size_t slot = names.size(); slot < plan.slots().size(); ++slot) {
      letters.push_back(letters_of_slot(plan.slots()[slot]));
      names.push_back("");
    }
    const auto memory = [&](std::size_t slot) { return nowhere<T>(index_list<0>{}, slot + 1).data(); };
    for (const einsum_step& s : plan.steps()) {
      const bool temporary = plan.is_temporary(s.c), pair = s.a != s.b;
      if (temporary) names[s.c] = name_temporary();
      index statements = 0;
      plan_stage* stage = nullptr;
      for_each_statement<T>(plan, s, memory(s.a), memory(s.b), temporary ? memory(s.c) : to.data(),
                            [&](const auto& part, const auto& what) {
                              if (statements++ == 0) stage = assign(part, what, names[s.c]);
                            });
      if (stage == nullptr) continue;
      if (s.what == einsum_step::kind::copy) stage->kind = "copy";
      if (statements > 1) {
        stage->notes.push_back(
            formatted("one of %td statements: a statement has at most %td axes", statements, max_rank));
        stage->flops *= static_cast<double>(statements);
      }
      stage->formula = names[s.c] + " = einsum(\"" + letters[s.a] + (pair ? "," + letters[s.b] : "") + "->" +
                       letters[s.c] + "\", " + names[s.a] + (pair ? ", " + names[s.b] : "") + ")";
      const auto bytes = [&](std::size_t slot) { return plan.size_of(slot) * static_cast<index>(sizeof(T)); };
      read(*stage, {names[s.a], bytes(s.a)});
      if (pair) add_source(*stage, {names[s.b], bytes(s.b)});
      if (temporary)
        keep(*stage, bytes(s.c),
             s.what == einsum_step::kind::copy
                 ? "a copy in another order, which the matrix product that reads it is worth"
                 : "a stage of its own: operands are contracted two at a time, in the cheapest order");
    }
  }

  /// The diagonal of what is not a leaf.
  template <class E, index Rank, class To>
  bool plan_diagonal(const diagonal_node<E, Rank>& d, const To& to, const std::string& target) {
    const auto& x = get<0>(d.operands());
    builder_.settle_operand(x);
    const view<const value_t<E>> elements(address_of_nothing<const value_t<E>>(1), index_list<>(x.shape()),
                                          stored_strides(x));
    if (plan_stage* const stage = assign(
            to, tutti::detail::sink_diagonal(elements, index_list<>(d.seats()), index_list<>(d.shape())), target)) {
      read(*stage, {formula(x, builder_.names_), d.size() * static_cast<index>(sizeof(value_t<E>))});
      stage->formula = target + " = " + formula(d, builder_.names_);
    }
    return false;
  }

  /// The products that make up a power.
  template <class E, class To>
  bool plan_power(const matrix_power_node<E>& p, const To& to, const std::string& target) {
    if (p.power() == 0) builder_.assign_to(to, eye<typename To::element_type>(p.shape().back()), target);
    else if (p.power() == 1) builder_.assign_to(to, get<0>(p.operands()), target);
    else plan_products(p, to, target);
    return false;
  }

  /// The phases of a transposed convolution, which are one stage.
  template <index Axes, class X, class W, class To>
  bool plan_phases(const convolution_node<Axes, X, W, true>& c, const To& to, const std::string& target) {
    const auto stored = [&]<class E>(const E& e, std::size_t slot) {
      builder_.settle_operand(e);
      return view<const value_t<E>>(address_of_nothing<const value_t<E>>(slot), index_list<>(e.shape()),
                                    stored_strides(e));
    };
    const auto x = stored(c.image(), 1), w = stored(c.weights(), 2);
    std::vector<plan_stage> phases;
    for_each_phase<Axes>(c.geometry(), x, w, to, [&](const auto& part, const auto& e) {
      if (assign(part, e, target) == nullptr) return;
      phases.push_back(std::move(builder_.plan_.stages.back()));
      builder_.plan_.stages.pop_back();
    });
    if (phases.empty()) return false;
    // The largest is shown, with what all do.
    plan_stage all = *std::max_element(phases.begin(), phases.end(),
                                       [](const plan_stage& a, const plan_stage& b) { return a.flops < b.flops; });
    all.elements = c.size();
    all.bytes_written = all.layouts = all.layout_bytes = 0;
    all.flops = 0;
    for (const plan_stage& s : phases) {
      all.bytes_written += s.bytes_written;
      all.layouts += s.layouts;
      all.layout_bytes += s.layout_bytes;
      all.flops += s.flops;
      all.scratch_bytes = std::max(all.scratch_bytes, s.scratch_bytes);
    }
    all.formula = target + " = " + formula(c, builder_.names_);
    const auto bytes = [](const auto& e) {
      return e.size() * static_cast<index>(sizeof(value_t<std::remove_cvref_t<decltype(e)>>));
    };
    read(all, {formula(c.image(), builder_.names_), bytes(c.image())});
    add_source(all, {formula(c.weights(), builder_.names_), bytes(c.weights())});
    all.notes.push_back(
        formatted("one of %zu statements: results a stride apart see the image under the same taps", phases.size()));
    builder_.plan_.stages.push_back(std::move(all));
    return false;
  }

private:
  template <class E, class To>
  void plan_products(const matrix_power_node<E>& p, const To& to, const std::string& target) {
    using number = value_t<matrix_power_node<E>>;
    const index bytes = p.size() * static_cast<index>(sizeof(number));
    struct value {
      std::size_t slot;
      std::string name;
    };
    const auto product = [&](const value& a, const value& b) {
      return matmul(nowhere<const number>(p.shape(), a.slot), nowhere<const number>(p.shape(), b.slot));
    };
    const auto describe = [&](plan_stage* stage, const value& a, const value& b) {
      if (stage == nullptr) return;
      stage->formula = stage->target + " = matmul(" + a.name + ", " + b.name + ")";
      read(*stage, {a.name, bytes});
      if (b.name != a.name) add_source(*stage, {b.name, bytes});
    };
    const auto& x = get<0>(p.operands());
    value first{1, ""};
    if constexpr (std::same_as<value_t<E>, number>) {
      builder_.settle_operand(x);
      first.name = formula(x, builder_.names_);
    } else {
      first.name = name_temporary();
      if (plan_stage* const stage = assign(nowhere<number>(p.shape(), 1), cast<number>(x), first.name))
        keep(*stage, bytes, "a stage of its own: it is converted once");
    }
    std::size_t slots = 1;
    power_by_squaring(
        p.power(), first,
        [&](const value& a, const value& b) {
          const value made{++slots, name_temporary()};
          plan_stage* const stage = assign(nowhere<number>(p.shape(), made.slot), product(a, b), made.name);
          describe(stage, a, b);
          if (stage != nullptr) keep(*stage, bytes, "a stage of its own: a power is made of products of powers");
          return made;
        },
        [&](const value& a, const value& b) { describe(assign(to, product(a, b), target), a, b); });
  }

  struct source {
    std::string name;
    index bytes = 0;
  };
  // What a stage reads, as the plan names it: its statement knows views of nothing.
  void read(plan_stage& stage, const source& from) const {
    stage.inputs.clear();
    stage.bytes_read = 0;
    add_source(stage, from);
  }
  void add_source(plan_stage& stage, const source& from) const {
    int number = 0;
    for (const plan_stage& s : builder_.plan_.stages)
      if (s.temporary && s.target == from.name) number = s.number;
    stage.inputs.push_back({from.name, from.bytes, number});
    stage.bytes_read += from.bytes;
  }
  template <class To, class E>
  plan_stage* assign(const To& to, const E& e, const std::string& target) const {
    return builder_.try_assign(to, e, target) ? &builder_.plan_.stages.back() : nullptr;
  }
  std::string name_temporary() const { return "t" + std::to_string(++builder_.temporaries_); }
  static void keep(plan_stage& stage, index bytes, const char* why) {
    stage.temporary = true;
    stage.allocated = bytes;
    stage.notes.push_back(why);
  }

  Builder& builder_;
};

} // namespace plan

TUTTI_NAMESPACE_END
