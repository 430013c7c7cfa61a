// SPDX-License-Identifier: MIT
#pragma once

// A plan as JSON (RFC 8259): every fact under its name.

#include <string_view>

#include <tutti/plan/explain/numbers.hpp>
#include <tutti/plan/explain/plan.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A text in quotation marks, as JSON has it.
inline std::string json_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) < 0x20) result += formatted("\\u%04x", static_cast<unsigned>(c));
    else result += c;
  }
  return result + "\"";
}

/// An object, written member by member.
class json_object {
public:
  json_object& add(std::string_view name, std::string_view text) { return raw(name, json_text(text)); }
  json_object& add(std::string_view name, const char* text) { return raw(name, json_text(text)); }
  json_object& add(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
  json_object& add(std::string_view name, index value) { return raw(name, std::to_string(value)); }
  json_object& add(std::string_view name, int value) { return raw(name, std::to_string(value)); }
  json_object& add(std::string_view name, double value) { return raw(name, formatted("%.9g", value)); }
  json_object& add(std::string_view name, const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& t : texts) list += (list.empty() ? "" : ", ") + json_text(t);
    return raw(name, "[" + list + "]");
  }
  json_object& raw(std::string_view name, const std::string& json) {
    text_ += (text_.empty() ? "" : ", ") + json_text(name) + ": " + json;
    return *this;
  }
  std::string text() const { return "{" + text_ + "}"; }

private:
  std::string text_;
};

inline std::string json_of(const plan_stage& s) {
  std::string inputs;
  for (const plan_input& i : s.inputs) {
    json_object o;
    o.add("name", i.name).add("bytes", i.bytes);
    if (i.stage > 0) o.add("stage", i.stage);
    inputs += (inputs.empty() ? "" : ", ") + o.text();
  }
  json_object o;
  o.add("number", s.number).add("kind", s.kind).add("formula", s.formula).add("target", s.target).add("type", s.type);
  o.add("loops", s.loops).add("elements", s.elements).add("lanes", s.lanes).add("blocking", s.blocking);
  o.add("panels", s.panels);
  o.add("prologue", s.prologue).add("epilogue", s.epilogue);
  o.add("threads", s.threads).add("threads_why", s.threads_why);
  o.add("fused_reductions", s.fused_reductions).add("shared", s.shared);
  o.add("kept", s.kept)
      .add("kept_in_target", s.kept_in_target)
      .add("kept_bytes", s.kept_bytes)
      .add("repeated", s.repeated);
  o.add("packed", s.packed).add("strided", s.strided).add("transposed", s.transposed).add("converted", s.converted);
  o.add("scattered", s.scattered).add("in_place", s.in_place).add("streams", s.streams);
  o.add("results", s.results)
      .add("temporary", s.temporary)
      .add("replaces", s.replaces)
      .add("same_as", s.same_as)
      .add("allocated", s.allocated);
  o.add("layouts", s.layouts).add("layout_bytes", s.layout_bytes).add("scratch_bytes", s.scratch_bytes);
  o.raw("inputs", "[" + inputs + "]");
  o.add("estimated_bytes_read", s.bytes_read).add("estimated_bytes_written", s.bytes_written);
  o.add("estimated_flops", s.flops).add("notes", s.notes).add("hints", s.hints);
  if (s.seconds > 0) o.add("seconds", s.seconds).add("roofline_share", s.roofline_share);
  return o.text();
}

} // namespace plan

inline std::string execution_plan::to_json() const {
  std::string list;
  for (const plan_stage& s : stages) list += (list.empty() ? "\n  " : ",\n  ") + plan::json_of(s);
  plan::json_object o;
  o.add("instruction_set", TUTTI_TEXT(TUTTI_ISA)).add("available_threads", available_threads);
  o.add("temporaries", temporaries()).add("temporary_bytes", temporary_bytes());
  if (seconds > 0) o.add("seconds", seconds);
  o.raw("stages", "[" + list + "]");
  return o.text() + "\n";
}

TUTTI_NAMESPACE_END
