// SPDX-License-Identifier: MIT
#pragma once

// A plan as text: the stage that writes the destination first, below it as a tree those that it reads.

#include <tutti/plan/explain/numbers.hpp>
#include <tutti/plan/explain/plan.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Prints the tree of a plan.
class plan_text {
public:
  plan_text(const execution_plan& plan, const plan_style& style) : plan_(plan), style_(style) {}

  std::string print() {
    if (plan_.stages.empty()) return "nothing to do: no elements\n";
    // A stage that nobody reads is a root too: the parts of a concatenation write the destination one after the other.
    std::vector<bool> read(plan_.stages.size() + 1, false);
    for (const plan_stage& s : plan_.stages)
      for (const plan_input& i : s.inputs) read[static_cast<std::size_t>(i.stage)] = true;
    for (const plan_stage& s : plan_.stages)
      if (!read[static_cast<std::size_t>(s.number)]) print_stage(s, "", "");
    print_total();
    return std::move(text_);
  }

private:
  // Names of colours; nothing where there are none.
  const char* bold() const { return style_.color ? "\x1b[1m" : ""; }
  const char* dim() const { return style_.color ? "\x1b[2m" : ""; }
  const char* blue() const { return style_.color ? "\x1b[36m" : ""; }
  const char* green() const { return style_.color ? "\x1b[32m" : ""; }
  const char* yellow() const { return style_.color ? "\x1b[33m" : ""; }
  const char* plain() const { return style_.color ? "\x1b[0m" : ""; }

  // `first` leads the stage's first line, `rest` the others.
  void print_stage(const plan_stage& s, const std::string& first, const std::string& rest) {
    std::vector<const plan_stage*> below;
    for (const plan_input& i : s.inputs)
      if (i.stage > 0) below.push_back(&plan_.stages[static_cast<std::size_t>(i.stage) - 1]);
    text_ += first + bold() + std::to_string(s.number) + ". " + s.kind + plain() + ": " + blue() + s.formula + plain() +
             "\n";
    lead_ = rest + (below.empty() ? "   " : "│  ");
    facts(s);
    for (std::size_t i = 0; i < below.size(); ++i) {
      const bool last = i + 1 == below.size();
      print_stage(*below[i], rest + (last ? "└─ " : "├─ "), rest + (last ? "   " : "│  "));
    }
  }

  void line(const char* what, const std::string& fact, const char* color = "") {
    text_ += lead_ + dim() + formatted("%-9s ", what) + plain() + color + fact + (*color ? plain() : "") + "\n";
  }

  void facts(const plan_stage& s) {
    std::string loops = s.loops;
    if (s.lanes == 1) loops += ", one element after the other";
    if (s.lanes > 1) loops += formatted(", packs of %td (" TUTTI_TEXT(TUTTI_ISA) ")", s.lanes);
    line("loops", loops);
    for (const std::string& b : s.blocking) line("blocks", b);
    for (const std::string& p : s.panels) line("panel", p);
    for (const std::string& o : s.prologue) line("prologue", o + ", computed while it is packed");
    if (!s.epilogue.empty()) line("epilogue", s.epilogue + ", computed while its rows are in the cache");
    line("threads", formatted("%d of %d: ", s.threads, plan_.available_threads) + s.threads_why);
    if (s.fused_reductions > 0)
      line("fused", formatted("%td %s inside the loops", s.fused_reductions,
                              s.fused_reductions == 1 ? "reduction" : "reductions") +
                        (s.shared > 0 ? formatted(", %td more equal to one of them", s.shared) : ""));
    for (const std::string& k : s.kept)
      line("once",
           k + (s.kept_in_target   ? ", kept where the results go"
                : s.kept_bytes > 0 ? ", kept in " + human_bytes(static_cast<double>(s.kept_bytes)) + " of scratch"
                                   : ", in registers: one loop folds for all results"));
    for (const std::string& r : s.repeated) line("twice", r, yellow());
    if (s.transposed > 0) line("operands", formatted("%td transposed tile by tile in the cache", s.transposed));
    if (s.strided > 0)
      line("operands",
           formatted("%td put together in registers: every second element, backwards, or a few times each", s.strided));
    if (s.packed > 0)
      line("operands", formatted("%td packed row by row, not contiguous along the inner loop", s.packed));
    if (s.scattered) line("operands", "the destination is written through a buffer: it is not contiguous");
    if (s.converted > 0)
      line("operands",
           formatted("%td %s type in the inner loop", s.converted, s.converted == 1 ? "changes" : "change"));
    if (s.in_place) line("memory", "in place: no copy", green());
    if (s.streams) line("memory", "written past the caches");
    if (s.temporary) line("memory", "a temporary of " + human_bytes(static_cast<double>(s.allocated)), yellow());
    if (s.layouts > 0)
      line("memory",
           human_bytes(static_cast<double>(s.layout_bytes)) + " in which operands are laid out while it runs");
    if (s.scratch_bytes > 0) line("scratch", human_bytes(static_cast<double>(s.scratch_bytes)) + " a thread");
    std::string reads;
    for (const plan_input& i : s.inputs)
      reads += (reads.empty() ? "" : " + ") + i.name + " " + human_bytes(static_cast<double>(i.bytes));
    line("traffic", "reads " + (s.inputs.size() == 1 ? reads : human_bytes(static_cast<double>(s.bytes_read))) +
                        (s.inputs.size() > 1 ? " (" + reads + ")" : "") + ", writes " +
                        human_bytes(static_cast<double>(s.bytes_written)) + " (estimate)");
    if (s.flops > 0)
      line("work", human_count(s.flops) + formatted("flop, %.2f a byte (estimate)",
                                                    s.flops / static_cast<double>(std::max<index>(s.bytes(), 1))));
    for (const std::string& n : s.notes) line("why", n);
    for (const std::string& h : s.hints) line("instead", h, yellow());
    if (s.seconds > 0)
      line("measured",
           human_time(s.seconds) +
               formatted(", %.1f GB/s, %.2f GFLOP/s", static_cast<double>(s.bytes()) / s.seconds * 1e-9,
                         s.flops / s.seconds * 1e-9) +
               (s.roofline_share > 0 ? formatted(", %.0f %% of the roofline", s.roofline_share * 100) : ""),
           green());
  }

  void print_total() {
    lead_ = "";
    if (plan_.stages.size() > 1)
      line("total", formatted("%zu stages, ", plan_.stages.size()) +
                        (plan_.temporaries() == 0 ? std::string("no temporary")
                                                  : formatted("%td %s of ", plan_.temporaries(),
                                                              plan_.temporaries() == 1 ? "new array" : "new arrays") +
                                                        human_bytes(static_cast<double>(plan_.temporary_bytes()))) +
                        (plan_.seconds > 0 ? ", " + human_time(plan_.seconds) : ""));
    if (!style_.warnings) return;
    for (const plan_warning& w : plan_.warnings())
      line("warning", formatted("stage %d ", w.stage) + w.what + ": " + w.advice, yellow());
  }

  const execution_plan& plan_;
  plan_style style_;
  std::string text_, lead_;
};

} // namespace plan

inline std::string execution_plan::to_text(const plan_style& style) const {
  return plan::plan_text(*this, style).print();
}

inline std::vector<plan_warning> execution_plan::warnings() const {
  std::vector<plan_warning> found;
  constexpr index large = index{1} << 20; // bytes that one core takes some 100 us to go over
  for (const plan_stage& s : stages) {
    const auto warn = [&](std::string what, const char* advice) {
      found.push_back({s.number, std::move(what), advice});
    };
    for (const std::string& r : s.repeated) warn("computes " + r + " more than once", "make it a tensor first");
    if (s.same_as > 0) warn("computes what stage " + std::to_string(s.same_as) + " did", "make it a tensor first");
    if (s.temporary)
      warn("makes a temporary of " + plan::human_bytes(static_cast<double>(s.bytes_written)),
           s.hints.empty() ? "keep it in a tensor where it is needed again" : s.hints[0].c_str());
    if (s.replaces && !s.notes.empty())
      warn("allocates " + plan::human_bytes(static_cast<double>(s.bytes_written)) + " of new memory",
           "give the destination its shape before, and memory of its own");
    if (s.converted > 0) warn("converts types in the inner loop", "cast the operands once, before");
    if (s.packed > 0 || s.scattered)
      warn("gathers elements that are not next to each other", "store the operands in the order of the destination");
    if (s.threads == 1 && available_threads > 1 && s.bytes() >= large)
      warn("runs on one thread though it is large", s.threads_why.c_str());
  }
  return found;
}

TUTTI_NAMESPACE_END
