// SPDX-License-Identifier: MIT
#pragma once

// A plan as a graph in Graphviz's language: boxes are stages, ellipses memory, edges data with its size.

#include <tutti/plan/explain/numbers.hpp>
#include <tutti/plan/explain/plan.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

inline std::string dot_text(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

} // namespace plan

inline std::string execution_plan::to_dot() const {
  using namespace plan;
  std::string text = "digraph plan {\n  rankdir=TB;\n  node [fontname=\"sans-serif\", fontsize=11];\n"
                     "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  std::vector<std::string> memory; // each leaf once
  for (const plan_stage& s : stages) {
    const std::string node = "stage" + std::to_string(s.number);
    text += "  " + node + " [shape=box, label=" +
            dot_text(std::to_string(s.number) + ". " + s.kind + "\n" + s.formula + "\n" + s.loops) + "];\n";
    for (const plan_input& i : s.inputs) {
      std::string from = "stage" + std::to_string(i.stage);
      if (i.stage == 0) {
        std::size_t at = 0;
        while (at < memory.size() && memory[at] != i.name) ++at;
        from = "memory" + std::to_string(at + 1);
        if (at == memory.size()) {
          memory.push_back(i.name);
          text += "  " + from + " [shape=ellipse, label=" + dot_text(i.name) + "];\n";
        }
      }
      text += "  " + from + " -> " + node + " [label=" + dot_text(human_bytes(static_cast<double>(i.bytes))) + "];\n";
    }
  }
  if (!stages.empty()) {
    const plan_stage& last = stages.back();
    text += "  destination [shape=ellipse, label=" + dot_text(last.target) + "];\n  stage" +
            std::to_string(last.number) +
            " -> destination [label=" + dot_text(human_bytes(static_cast<double>(last.bytes_written))) + "];\n";
  }
  return text + "}\n";
}

TUTTI_NAMESPACE_END
