// SPDX-License-Identifier: MIT
#pragma once

// A plan as a picture that stands alone: on the left the stages from top to bottom, with the memory that flows into each;
// on the right the machine's roofline, with a point for each stage, filled where it was measured and hollow at what the
// roofline allows where it was not. Its colours follow the reader's preference for light or dark.

#include <cmath>

#include <tutti/plan/explain/numbers.hpp>
#include <tutti/plan/explain/plan.hpp>
#include <tutti/plan/roofline.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Text for an XML document.
inline std::string xml_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '&') result += "&amp;";
    else if (c == '<') result += "&lt;";
    else if (c == '>') result += "&gt;";
    else if (c == '"') result += "&quot;";
    else result += c;
  }
  return result;
}

/// As much of a text as there is room for.
inline std::string shortened(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end; // not within a character
  return text.substr(0, end) + "...";
}

/// A text in lines of at most so many characters, broken between words; what is more than `lines` is left out.
inline std::vector<std::string> wrapped_lines(std::string text, std::size_t width, std::size_t lines) {
  std::vector<std::string> result;
  while (text.size() > width && result.size() + 1 < lines) {
    std::size_t end = text.rfind(' ', width);
    if (end == text.npos || end == 0) break;
    result.push_back(text.substr(0, end));
    text.erase(0, end + 1);
  }
  result.push_back(shortened(text, width));
  return result;
}

/// A power of two: "1/4", "16".
inline std::string power_of_two(int exponent) {
  return exponent < 0 ? formatted("1/%d", 1 << -exponent) : std::to_string(1 << exponent);
}

class plan_picture {
public:
  explicit plan_picture(const execution_plan& plan) : plan_(plan), machine_(tutti::machine()) {}

  std::string draw() {
    const double stages_end = draw_stages(), chart_end = draw_chart();
    const double height = std::max(stages_end, chart_end) + margin;
    return formatted(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" "
               "role=\"img\">\n",
               width, height, width, height) +
           "<title>Execution plan</title>\n" + styles() +
           formatted("<rect class=\"page\" width=\"%.0f\" height=\"%.0f\"/>\n", width, height) + body_ + labels_ +
           "</svg>\n";
  }

private:
  static constexpr double margin = 24, input_width = 170, box_width = 470, box_height = 70, line_height = 16, gap = 44;
  static constexpr double box_x = margin + input_width + 70, chart_x = box_x + box_width + 100, chart_width = 400;
  static constexpr double chart_height = 320, width = chart_x + chart_width + margin;

  static const char* styles() {
    return "<style>\n"
           "text { font: 13px system-ui, sans-serif; fill: #1f2430; }\n"
           ".small { font-size: 11px; fill: #5b6472; }\n"
           ".flows { paint-order: stroke; stroke: #ffffff; stroke-width: 5px; }\n"
           ".head { font-weight: 600; }\n"
           ".code { font-family: ui-monospace, monospace; font-size: 12px; }\n"
           ".page { fill: #ffffff; }\n"
           ".stage { fill: #eef3fb; stroke: #3b6fb5; stroke-width: 1.3; }\n"
           ".temporary { fill: #fdf3e3; stroke: #c07a1a; }\n"
           ".memory { fill: #f4f5f7; stroke: #9aa3b0; }\n"
           ".flow { fill: none; stroke: #7a8595; stroke-width: 1.4; }\n"
           ".tip { fill: #7a8595; }\n"
           ".grid { stroke: #e3e6ea; stroke-width: 1; }\n"
           ".roof { fill: none; stroke: #3b6fb5; stroke-width: 2; }\n"
           ".slope { fill: none; stroke: #3b6fb5; stroke-width: 1.2; stroke-dasharray: 4 3; }\n"
           ".point { fill: #c0392b; stroke: #c0392b; stroke-width: 1.6; }\n"
           ".bound { fill: none; }\n"
           "@media (prefers-color-scheme: dark) {\n"
           "text { fill: #e4e8ee; }\n"
           ".small { fill: #9aa6b5; }\n"
           ".flows { stroke: #14181f; }\n"
           ".page { fill: #14181f; }\n"
           ".stage { fill: #1d2a3d; stroke: #6fa3ea; }\n"
           ".temporary { fill: #33281a; stroke: #e0a04a; }\n"
           ".memory { fill: #222831; stroke: #6b7686; }\n"
           ".flow { stroke: #8c98a8; }\n"
           ".tip { fill: #8c98a8; }\n"
           ".grid { stroke: #2a313b; }\n"
           ".roof { stroke: #6fa3ea; }\n"
           ".slope { stroke: #6fa3ea; }\n"
           ".point { fill: #ff7b6b; stroke: #ff7b6b; }\n"
           ".bound { fill: none; }\n"
           "}\n"
           "</style>\n";
  }

  void text(double x, double y, const char* style, const std::string& what, const char* anchor = "start") {
    body_ += formatted("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">", x, y, style, anchor) +
             xml_text(what) + "</text>\n";
  }
  // What flows along an arrow, drawn after all arrows, so that none crosses it.
  void flow_text(double x, double y, const std::string& what) {
    const std::size_t before = body_.size();
    text(x, y, "small flows", what);
    labels_ += body_.substr(before);
    body_.erase(before);
  }
  void arrow(double x0, double y0, double x1, double y1) {
    body_ += formatted("<path class=\"flow\" d=\"M%.1f %.1f L%.1f %.1f\"/>\n", x0, y0, x1, y1);
    const bool down = x0 == x1;
    if (down) body_ += formatted("<path class=\"tip\" d=\"M%.1f %.1f l-4 -8 h8 z\"/>\n", x1, y1);
    else body_ += formatted("<path class=\"tip\" d=\"M%.1f %.1f l-8 -4 v8 z\"/>\n", x1, y1);
  }

  double draw_stages() {
    text(box_x, margin + 6, "head", "Plan");
    std::vector<double> top(plan_.stages.size() + 2, 0);
    double y = margin + 20;
    for (const plan_stage& s : plan_.stages) {
      std::vector<const plan_input*> leaves;
      for (const plan_input& i : s.inputs)
        if (i.stage == 0) leaves.push_back(&i);
      const std::vector<std::string> formula = wrapped_lines(s.formula, 62, 4);
      const double lines = static_cast<double>(formula.size());
      const double height = std::max(box_height + line_height * lines, 8 + 30 * static_cast<double>(leaves.size()));
      top[static_cast<std::size_t>(s.number)] = y;
      draw_stage(s, formula, y, height);
      double leaf_y = y + 6;
      for (const plan_input* leaf : leaves) {
        body_ += formatted("<rect class=\"memory\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"24\" rx=\"12\"/>\n",
                           margin, leaf_y, input_width);
        text(margin + input_width / 2, leaf_y + 16, "code", shortened(leaf->name, 22), "middle");
        arrow(margin + input_width, leaf_y + 12, box_x, leaf_y + 12);
        text(margin + input_width + 32, leaf_y + 8, "small", human_bytes(static_cast<double>(leaf->bytes)), "middle");
        leaf_y += 30;
      }
      for (const plan_input& i : s.inputs) {
        if (i.stage == 0) continue;
        const double from = top[static_cast<std::size_t>(i.stage)] + heights_[static_cast<std::size_t>(i.stage) - 1];
        const std::string size = i.name + ", " + human_bytes(static_cast<double>(i.bytes));
        if (i.stage == s.number - 1) {
          arrow(box_x + box_width / 2, from, box_x + box_width / 2, y);
          flow_text(box_x + box_width / 2 + 8, y - gap / 2 + 4, size);
        } else { // round the stages between
          const double right = box_x + box_width, x = right + 14 + 8 * std::min(s.number - i.stage, 9);
          body_ += formatted("<path class=\"flow\" d=\"M%.1f %.1f H%.1f V%.1f H%.1f\"/>\n", right, from - 20, x, y + 20,
                             right);
          body_ += formatted("<path class=\"tip\" d=\"M%.1f %.1f l8 -4 v8 z\"/>\n", right, y + 20);
          flow_text(right + 4, from - 26, size);
        }
      }
      y += height + gap;
    }
    if (plan_.stages.empty()) return y;
    const plan_stage& last = plan_.stages.back();
    arrow(box_x + box_width / 2, y - gap, box_x + box_width / 2, y);
    text(box_x + box_width / 2 + 8, y - gap / 2 + 4, "small", human_bytes(static_cast<double>(last.bytes_written)));
    body_ += formatted("<rect class=\"memory\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"24\" rx=\"12\"/>\n",
                       box_x + box_width / 2 - input_width / 2, y, input_width);
    text(box_x + box_width / 2, y + 16, "code", shortened(last.target, 22), "middle");
    return y + 24;
  }

  void draw_stage(const plan_stage& s, const std::vector<std::string>& formula, double y, double height) {
    heights_.push_back(height);
    body_ += "<g><title>" + xml_text(s.formula) + "</title>\n";
    body_ += formatted("<rect class=\"stage%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"6\"/>\n",
                       s.temporary ? " temporary" : "", box_x, y, box_width, height);
    text(box_x + 12, y + 20, "head", std::to_string(s.number) + ". " + s.kind);
    text(box_x + box_width - 12, y + 20, "small", s.threads == 1 ? "1 thread" : formatted("%d threads", s.threads),
         "end");
    y += 24;
    for (const std::string& line : formula) text(box_x + 12, y += line_height, "code", line);
    std::string facts = s.loops + (s.lanes > 0 ? formatted(", packs of %td", s.lanes) : "");
    if (s.fused_reductions > 0) facts += formatted(", %td fused", s.fused_reductions);
    if (!s.kept.empty()) facts += formatted(", %zu kept", s.kept.size());
    if (s.in_place) facts += ", in place";
    if (s.temporary) facts += ", a temporary";
    if (s.scratch_bytes > 0) facts += ", " + human_bytes(static_cast<double>(s.scratch_bytes)) + " of scratch a thread";
    text(box_x + 12, y + 18, "small", shortened(facts, 80));
    std::string work = "about " + human_bytes(static_cast<double>(s.bytes())) + ", " + human_count(s.flops) + "flop";
    if (s.seconds > 0)
      work = human_time(s.seconds) + formatted(": %.1f GB/s, %.1f GFLOP/s, %.0f %% of the roofline",
                                               static_cast<double>(s.bytes()) / s.seconds * 1e-9,
                                               s.flops / s.seconds * 1e-9, s.roofline_share * 100);
    text(box_x + 12, y + 35, "small", work);
    body_ += "</g>\n";
  }

  // The chart's axes: flop a byte, and GFLOP/s, both as powers of two.
  static constexpr double least_x = -6, most_x = 8;
  double chart_at(double intensity) const {
    return chart_x + (std::clamp(std::log2(intensity), least_x, most_x) - least_x) / (most_x - least_x) * chart_width;
  }
  double chart_height_of(double gflops) const {
    const double at = std::clamp(std::log2(std::max(gflops, 1e-9)), least_y_, most_y_);
    return margin + 20 + (most_y_ - at) / (most_y_ - least_y_) * chart_height;
  }

  double draw_chart() {
    const int threads = machine_.threads;
    const double peak = machine_.flops(threads) * 1e-9;
    most_y_ = std::ceil(std::log2(peak)) + 0.5;
    least_y_ = most_y_ - 12;
    const double bottom = margin + 20 + chart_height;
    text(chart_x, margin + 6, "head",
         formatted("Roofline of this machine, %d %s", threads, threads == 1 ? "thread" : "threads"));
    for (int x = static_cast<int>(least_x); x <= static_cast<int>(most_x); x += 2) {
      const double at = chart_at(std::exp2(x));
      body_ += formatted("<path class=\"grid\" d=\"M%.1f %.1f V%.1f\"/>\n", at, margin + 20, bottom);
      text(at, bottom + 16, "small", power_of_two(x), "middle");
    }
    for (int y = static_cast<int>(std::ceil(least_y_)); y <= static_cast<int>(most_y_); y += 2) {
      const double at = chart_height_of(std::exp2(y));
      body_ += formatted("<path class=\"grid\" d=\"M%.1f %.1f H%.1f\"/>\n", chart_x, at, chart_x + chart_width);
      text(chart_x - 6, at + 4, "small", power_of_two(y), "end");
    }
    text(chart_x + chart_width / 2, bottom + 34, "small", "flop a byte (estimate)", "middle");
    text(chart_x - 6, margin + 14, "small", "GFLOP/s", "end");
    for (std::size_t l = 0; l < machine_.levels.size(); ++l) {
      const memory_level& level = machine_.levels[l];
      const double bandwidth = (threads > 1 ? level.all_threads : level.one_thread) * 1e-9;
      const double ridge = peak / bandwidth, left = std::max(std::exp2(least_x), std::exp2(least_y_) / bandwidth);
      body_ +=
          formatted("<path class=\"%s\" d=\"M%.1f %.1f L%.1f %.1f H%.1f\"/>\n",
                    l + 1 == machine_.levels.size() ? "roof" : "slope", chart_at(left),
                    chart_height_of(left * bandwidth), chart_at(ridge), chart_height_of(peak), chart_x + chart_width);
    }
    // The slopes lie close together: what they are stands below, the steepest first.
    double y = bottom + 56;
    text(chart_x, y, "small", formatted("peak %.0f GFLOP/s (float32)", peak));
    for (const memory_level& level : machine_.levels)
      text(chart_x, y += 16, "small",
           level.name + formatted(": %.0f GB/s", (threads > 1 ? level.all_threads : level.one_thread) * 1e-9) +
               (&level == &machine_.levels.back() ? " (solid)" : ""));
    struct label {
      double x, y;
      std::string numbers;
    };
    std::vector<label> labels;
    for (const plan_stage& s : plan_.stages) {
      if (s.flops <= 0) continue;
      const double bytes = static_cast<double>(std::max<index>(s.bytes(), 1)), intensity = s.flops / bytes;
      const double seconds = s.seconds > 0 ? s.seconds : machine_.least_seconds(bytes, s.flops, s.threads);
      const double x = chart_at(intensity), at = chart_height_of(s.flops / seconds * 1e-9);
      body_ += formatted("<circle class=\"point%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>\n", s.seconds > 0 ? "" : " bound",
                         x, at);
      // Points that lie close together share a label above them.
      const auto near = std::find_if(labels.begin(), labels.end(), [&](const label& other) {
        return std::abs(other.x - x) < 18 && std::abs(other.y - at) < 22;
      });
      if (near == labels.end()) {
        labels.push_back({x, at, std::to_string(s.number)});
      } else {
        near->y = std::min(near->y, at);
        near->numbers += ", " + std::to_string(s.number);
      }
    }
    for (const label& l : labels) text(l.x, l.y - 9, "head", l.numbers, "middle");
    return y;
  }

  const execution_plan& plan_;
  const machine_roofline& machine_;
  std::string body_, labels_;
  std::vector<double> heights_;
  double least_y_ = 0, most_y_ = 0;
};

} // namespace plan

inline std::string execution_plan::to_svg() const { return plan::plan_picture(*this).draw(); }

TUTTI_NAMESPACE_END
