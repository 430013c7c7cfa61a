// SPDX-License-Identifier: MIT
#pragma once

// Tracing. A program compiled with TUTTI_TRACE=1 writes, where the environment names a file in TUTTI_TRACE, an event for
// each statement that it runs: the formula, how it ran, and when. The file has the Trace Event format, which
// chrome://tracing and https://ui.perfetto.dev open. Without TUTTI_TRACE=1 nothing of this is compiled.
//
//   TUTTI_TRACE=trace.json       where to write
//   TUTTI_TRACE_LIMIT=1000000    at most so many events; what comes after is counted only
//   TUTTI_TRACE_SUMMARY=20       at exit, the statements that took longest, on the standard error stream
//   TUTTI_TRACE_WARNINGS=1       on the same stream, once each, what could be changed about a statement
//
// Statements of `fixed` tensors alone, which the compiler writes out, are not traced.

#include <source_location>

#include <tutti/core/config.hpp>

#if TUTTI_TRACE

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <tutti/plan/explain/build.hpp>
#include <tutti/plan/explain/json.hpp>
#include <tutti/plan/explain/text.hpp>
#include <tutti/plan/roofline.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The file that events go to; one for the program.
class trace_log {
public:
  static trace_log& instance() {
    static trace_log log;
    return log;
  }
  trace_log(const trace_log&) = delete;
  trace_log& operator=(const trace_log&) = delete;

  bool enabled() const { return file_ != nullptr || summary_ > 0 || warnings_; }
  double now() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

  /// What a thread is in: the innermost region's place in the source.
  static std::string& place() {
    thread_local std::string where;
    return where;
  }

  void write_statement(const std::string& formula, const plan_stage& s, double begin, double end, bool failed) {
    json_object about;
    about.add("kind", s.kind).add("loops", s.loops).add("threads", s.threads).add("why", s.threads_why);
    about.add("elements", s.elements).add("estimated_bytes", s.bytes()).add("estimated_flops", s.flops);
    if (s.temporary || s.replaces) about.add("allocated", s.allocated);
    if (s.in_place) about.add("in_place", true);
    if (!place().empty()) about.add("where", place());
    if (failed) about.add("failed", true);
    const std::lock_guard<std::mutex> lock(guard_);
    event(formula, s.kind, begin, end, about);
    if (failed && file_) std::fflush(file_);
    if (summary_ > 0) add_total(formula, s, end - begin);
    if (warnings_) warn_once(formula, s);
  }
  void write_region(const std::string& name, const std::string& where, double begin, double end, bool failed) {
    json_object about;
    about.add("where", where);
    if (failed) about.add("failed", true);
    const std::lock_guard<std::mutex> lock(guard_);
    event(name, "region", begin, end, about);
    if (failed && file_) std::fflush(file_);
  }
  void flush() {
    const std::lock_guard<std::mutex> lock(guard_);
    if (file_) std::fflush(file_);
  }

  ~trace_log() {
    if (file_) {
      if (dropped_ > 0)
        std::fprintf(
            file_,
            "%s{\"name\": \"%td events more\", \"ph\": \"i\", \"s\": \"g\", \"ts\": %.3f, \"pid\": 1, \"tid\": 0}",
            written_ > 0 ? ",\n" : "", dropped_, now() * 1e6);
      std::fputs("\n]\n", file_);
      std::fclose(file_);
    }
    if (summary_ > 0) print_summary();
  }

private:
  struct total {
    std::string formula;
    index count = 0;
    double seconds = 0, bytes = 0, least_seconds = 0;
  };

  trace_log() {
    const auto number = [](const char* name, index otherwise) {
      const char* const text = std::getenv(name);
      return text && *text ? static_cast<index>(std::strtoll(text, nullptr, 10)) : otherwise;
    };
    limit_ = number("TUTTI_TRACE_LIMIT", 1000000);
    summary_ = number("TUTTI_TRACE_SUMMARY", 0);
    warnings_ = number("TUTTI_TRACE_WARNINGS", 0) > 0;
    if (summary_ > 0) machine(); // measured now: at exit threads may be gone
    if (const char* const path = std::getenv("TUTTI_TRACE"); path && *path) {
      file_ = std::fopen(path, "w");
      if (file_) std::fputs("[\n", file_);
      else std::fprintf(stderr, "tutti: cannot write a trace to %s\n", path);
    }
    start_ = std::chrono::steady_clock::now();
  }

  // The closing bracket may be missing, so that a file is whole whenever it is flushed.
  void event(const std::string& name, const std::string& kind, double begin, double end, const json_object& about) {
    if (!file_) return;
    if (written_ >= limit_) {
      ++dropped_;
      return;
    }
    json_object e;
    e.add("name", name).add("cat", kind).add("ph", "X").raw("ts", formatted("%.3f", begin * 1e6));
    e.raw("dur", formatted("%.3f", (end - begin) * 1e6)).add("pid", 1).add("tid", thread_number());
    e.raw("args", about.text());
    std::fprintf(file_, "%s%s", written_++ > 0 ? ",\n" : "", e.text().c_str());
  }
  static int thread_number() {
    static std::atomic<int> next{1};
    thread_local const int mine = next++;
    return mine;
  }

  void add_total(const std::string& formula, const plan_stage& s, double seconds) {
    auto at = std::find_if(totals_.begin(), totals_.end(), [&](const total& t) { return t.formula == formula; });
    if (at == totals_.end()) {
      if (totals_.size() >= most_totals) return;
      at = totals_.insert(totals_.end(), {formula});
    }
    ++at->count;
    at->seconds += seconds;
    at->bytes += static_cast<double>(s.bytes());
    at->least_seconds += machine().least_seconds(static_cast<double>(s.bytes()), s.flops, s.threads);
  }
  void warn_once(const std::string& formula, const plan_stage& s) {
    if (warned_.size() >= most_totals || std::find(warned_.begin(), warned_.end(), formula) != warned_.end()) return;
    warned_.push_back(formula);
    execution_plan one;
    one.available_threads = num_threads();
    one.stages.push_back(s);
    for (const plan_warning& w : one.warnings())
      std::fprintf(stderr, "tutti: %s: %s: %s\n", formula.c_str(), w.what.c_str(), w.advice.c_str());
  }
  void print_summary() {
    std::sort(totals_.begin(), totals_.end(), [](const total& a, const total& b) { return a.seconds > b.seconds; });
    std::fprintf(stderr, "%12s %8s %10s %10s  %s\n", "time", "runs", "GB/s", "roofline", "statement");
    for (std::size_t i = 0; i < std::min(totals_.size(), static_cast<std::size_t>(summary_)); ++i) {
      const total& t = totals_[i];
      std::fprintf(stderr, "%12s %8td %10.1f %8.0f %%  %s\n", human_time(t.seconds).c_str(), t.count,
                   t.bytes / t.seconds * 1e-9, 100 * t.least_seconds / t.seconds, t.formula.c_str());
    }
  }

  static constexpr std::size_t most_totals = 10000;
  std::FILE* file_ = nullptr;
  index limit_ = 0, summary_ = 0, written_ = 0, dropped_ = 0;
  bool warnings_ = false;
  std::chrono::steady_clock::time_point start_;
  std::mutex guard_;
  std::vector<total> totals_;
  std::vector<std::string> warned_;
};

/// Lives as long as a statement runs. Those that run inside it, the stages, lie inside it in the picture as well.
template <class To, class E>
class traced_statement {
public:
  traced_statement(const To& to, const E& e) {
    trace_log& log = trace_log::instance();
    if (!log.enabled()) return;
    // The builder is defined where statements are assigned, and so must depend on E here.
    stage_ = plan_builder<sizeof(E) == 0>().stage(to, e);
    if (!stage_) return;
    formula_ = formula(e);
    exceptions_ = std::uncaught_exceptions();
    begin_ = log.now();
  }
  ~traced_statement() {
    if (!stage_) return;
    trace_log& log = trace_log::instance();
    log.write_statement(formula_, *stage_, begin_, log.now(), std::uncaught_exceptions() > exceptions_);
  }
  traced_statement(const traced_statement&) = delete;
  traced_statement& operator=(const traced_statement&) = delete;

private:
  std::optional<plan_stage> stage_;
  std::string formula_;
  int exceptions_ = 0;
  double begin_ = 0;
};

} // namespace plan

/// A part of the program, by a name, in the trace: what runs as long as it lives lies inside it there, and says this
/// line of the source. An operator cannot ask from where it was called; a region can.
///
///     const tutti::trace_region here("training step");
class trace_region {
public:
  explicit trace_region(std::string name, std::source_location where = std::source_location::current()) {
    plan::trace_log& log = plan::trace_log::instance();
    if (!log.enabled()) return;
    name_ = std::move(name);
    outer_ =
        std::exchange(plan::trace_log::place(), std::string(where.file_name()) + ":" + std::to_string(where.line()));
    exceptions_ = std::uncaught_exceptions();
    begin_ = log.now();
    active_ = true;
  }
  ~trace_region() {
    if (!active_) return;
    plan::trace_log& log = plan::trace_log::instance();
    const std::string where = std::exchange(plan::trace_log::place(), outer_);
    log.write_region(name_, where, begin_, log.now(), std::uncaught_exceptions() > exceptions_);
  }
  trace_region(const trace_region&) = delete;
  trace_region& operator=(const trace_region&) = delete;

private:
  std::string name_, outer_;
  int exceptions_ = 0;
  double begin_ = 0;
  bool active_ = false;
};

/// Writes to the file what was recorded so far; at exit that happens by itself.
inline void flush_trace() { plan::trace_log::instance().flush(); }

TUTTI_NAMESPACE_END

#else

TUTTI_NAMESPACE_BEGIN

/// A part of the program in a trace; without TUTTI_TRACE=1, nothing.
class trace_region {
public:
  explicit constexpr trace_region(const char*) {}
  constexpr ~trace_region() {}
};
inline void flush_trace() {}

TUTTI_NAMESPACE_END

#endif
