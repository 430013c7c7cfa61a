// SPDX-License-Identifier: MIT
#pragma once

// Tracing. A program compiled with TUTTI_TRACE=1 writes, where the environment names a file in TUTTI_TRACE, an event for
// each statement that it runs: the formula, how it ran, and when. The file has the Trace Event format, which
// chrome://tracing and https://ui.perfetto.dev open. Without TUTTI_TRACE=1 nothing of this is compiled.
//
//   TUTTI_TRACE=trace.json       where to write
//   TUTTI_TRACE_LIMIT=1000000    at most so many events; what comes after is counted only
//   TUTTI_TRACE_SUMMARY=20       at exit, the statements that took longest by themselves, on the standard error stream
//   TUTTI_TRACE_WARNINGS=1       on the same stream, once each, what could be changed about a statement
//
// Until the program ends an event's "where" is a number, which an event named "place" explains as addresses; then the
// lines of the source take their places (trace/places.hpp). A program that ends by a signal leaves the numbers.
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
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <tutti/plan/explain/build.hpp>
#include <tutti/plan/explain/json.hpp>
#include <tutti/plan/explain/text.hpp>
#include <tutti/plan/roofline.hpp>
#include <tutti/plan/trace/file.hpp>
#include <tutti/plan/trace/places.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What is traced; one for the program.
class trace_log {
public:
  static trace_log& instance() {
    static trace_log log;
    return log;
  }
  trace_log(const trace_log&) = delete;
  trace_log& operator=(const trace_log&) = delete;

  /// Whether anything is asked for: all that a statement costs where nothing is.
  static bool enabled() { return on.load(std::memory_order_relaxed); }
  double now() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

  /// The line of the innermost trace_region that this thread is in.
  static std::string& region() {
    thread_local std::string where;
    return where;
  }
  /// The number of the line that this thread's outermost statement was run from.
  static int& place() {
    thread_local int number = 0;
    return number;
  }

  /// How long statements inside the one that this thread is in took: the stages of a statement.
  static double& inside() {
    thread_local double seconds = 0;
    return seconds;
  }

  int place_of(const call_stack& calls) {
    const std::lock_guard<std::mutex> lock(guard_);
    const auto [number, is_new] = places_.number(calls);
    if (is_new && file_.is_open()) {
      json_object about, e;
      about.add(place_text(number), places_.addresses(number));
      e.add("name", "place").add("ph", "M").add("pid", 1).add("tid", 0).raw("args", about.text());
      write(e.text());
    }
    return number;
  }

  void write_statement(const std::string& formula, const plan_stage& s, double begin, double end, double inside,
                       bool failed) {
    json_object about;
    about.add("kind", s.kind).add("loops", s.loops).add("threads", s.threads).add("why", s.threads_why);
    about.add("elements", s.elements).add("estimated_bytes", s.bytes()).add("estimated_flops", s.flops);
    if (s.temporary || s.replaces) about.add("allocated", s.allocated);
    if (s.scratch_bytes > 0) about.add("scratch", s.scratch_bytes);
    if (s.in_place) about.add("in_place", true);
    if (place() > 0) about.add("where", place_text(place()));
    if (!region().empty()) about.add("region", region());
    if (failed) about.add("failed", true);
    const std::lock_guard<std::mutex> lock(guard_);
    event(formula, s.kind, begin, end, about);
    if (failed) file_.flush();
    if (summary_ > 0) add_total(formula, s, end - begin - inside);
    if (warnings_) warn_once(formula, s);
  }
  void write_region(const std::string& name, const std::string& where, double begin, double end, bool failed) {
    json_object about;
    about.add("where", where);
    if (failed) about.add("failed", true);
    const std::lock_guard<std::mutex> lock(guard_);
    event(name, "region", begin, end, about);
    if (failed) file_.flush();
  }
  void flush() {
    const std::lock_guard<std::mutex> lock(guard_);
    if (file_.is_open()) file_.flush();
  }

  ~trace_log() {
    on = false;
    const bool writes = file_.is_open();
    if (!writes && summary_ == 0) return;
    const std::vector<std::string> places = places_.resolve();
    if (writes) {
      if (dropped_ > 0) {
        json_object e;
        e.add("name", std::to_string(dropped_) + " events more").add("ph", "i").add("s", "g");
        e.raw("ts", formatted("%.3f", now() * 1e6)).add("pid", 1).add("tid", 0);
        write(e.text());
      }
      file_.write("\n]\n");
      file_.close();
      name_places(places);
    }
    if (summary_ > 0) print_summary(places);
  }

private:
  struct total {
    std::string formula;
    int place = 0;
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
      const std::string own = path + part_of_process();
      std::error_code failure;
      path_ = std::filesystem::absolute(own, failure); // the program may change its folder
      if (file_.open(own)) file_.write("[\n");
      else std::fprintf(stderr, "tutti: cannot write a trace to %s\n", own.c_str());
    }
    start_ = std::chrono::steady_clock::now();
    on = file_.is_open() || summary_ > 0 || warnings_;
  }

  // Nothing, or ".2" and so on: a process has several logs where a shared library hides its symbols, or is compiled for
  // another instruction set. They cannot write to one file, and know of each other by the environment.
  static std::string part_of_process() {
    const std::string process = std::to_string(::getpid()) + ":";
    const char* const known = std::getenv("TUTTI_TRACE_PARTS");
    const bool first = known == nullptr || std::string_view(known).substr(0, process.size()) != process;
    const long number = first ? 1 : std::strtol(known + process.size(), nullptr, 10) + 1;
    ::setenv("TUTTI_TRACE_PARTS", (process + std::to_string(number)).c_str(), 1);
    return first ? "" : "." + std::to_string(number);
  }

  // The closing bracket may be missing, so that a file is whole whenever it is flushed.
  void event(const std::string& name, const std::string& kind, double begin, double end, const json_object& about) {
    if (!file_.is_open()) return;
    if (written_++ >= limit_) {
      ++dropped_;
      return;
    }
    json_object e;
    e.add("name", name).add("cat", kind).add("ph", "X").raw("ts", formatted("%.3f", begin * 1e6));
    e.raw("dur", formatted("%.3f", (end - begin) * 1e6)).add("pid", 1).add("tid", thread_number());
    e.raw("args", about.text());
    write(e.text());
  }
  void write(const std::string& line) { file_.write((std::exchange(begun_, true) ? ",\n" : "") + line); }

  static std::string place_text(int number) { return formatted("@%d", number); }
  // Writes the file anew: the numbers of places become lines of the source.
  void name_places(const std::vector<std::string>& places) const {
    const std::filesystem::path finished = path_.string() + ".part";
    std::ifstream from(path_);
    std::ofstream to(finished);
    const std::string key = "\"where\": \"@"; // in a text the quotation marks would be escaped
    const char* separator = "";
    to << "[\n";
    for (std::string line; std::getline(from, line);) {
      if (line.starts_with("{\"name\": \"place\", \"ph\": \"M\"")) continue;
      if (line == "[" || line == "]" || line.empty()) continue;
      if (line.back() == ',') line.pop_back();
      if (const std::size_t at = line.find(key); at != line.npos) {
        const std::size_t digits = at + key.size(), end = line.find('"', digits);
        const auto number = static_cast<std::size_t>(std::strtol(line.c_str() + digits, nullptr, 10));
        line.replace(digits - 2, end + 3 - digits, json_text(places[number]));
      }
      to << std::exchange(separator, ",\n") << line;
    }
    to << "\n]\n";
    std::error_code failure;
    to.close();
    if (!to) std::filesystem::remove(finished, failure);
    else std::filesystem::rename(finished, path_, failure);
  }
  static int thread_number() {
    static std::atomic<int> next{1};
    thread_local const int mine = next++;
    return mine;
  }

  void add_total(const std::string& formula, const plan_stage& s, double seconds) {
    auto at = std::find_if(totals_.begin(), totals_.end(),
                           [&](const total& t) { return t.place == place() && t.formula == formula; });
    if (at == totals_.end()) {
      if (totals_.size() >= most_totals) return;
      at = totals_.insert(totals_.end(), {formula, place()});
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
  void print_summary(const std::vector<std::string>& places) {
    std::sort(totals_.begin(), totals_.end(), [](const total& a, const total& b) { return a.seconds > b.seconds; });
    std::fprintf(stderr, "%12s %8s %10s %10s  %s\n", "time", "runs", "GB/s", "roofline", "statement");
    for (std::size_t i = 0; i < std::min(totals_.size(), static_cast<std::size_t>(summary_)); ++i) {
      const total& t = totals_[i];
      const std::string& where = places[static_cast<std::size_t>(t.place)];
      std::fprintf(stderr, "%12s %8td %10.1f %8.0f %%  %s%s%s\n", human_time(t.seconds).c_str(), t.count,
                   t.bytes / t.seconds * 1e-9, 100 * t.least_seconds / t.seconds, t.formula.c_str(),
                   where.empty() ? "" : "  at ", where.c_str());
    }
  }

  static constexpr std::size_t most_totals = 10000;
  static std::atomic<bool> on; // whether anything is asked for
  trace_file file_;
  std::filesystem::path path_;
  place_table places_;
  bool begun_ = false;
  index limit_ = 0, summary_ = 0, written_ = 0, dropped_ = 0;
  bool warnings_ = false;
  std::chrono::steady_clock::time_point start_;
  std::mutex guard_;
  std::vector<total> totals_;
  std::vector<std::string> warned_;
};

inline std::atomic<bool> trace_log::on = false;
// Asked for before main begins, so that a statement needs to look at `on` only.
inline const bool trace_log_begins = (trace_log::instance(), true);

/// What is noted about a statement while it runs. Those that run inside it, the stages, lie inside it in the picture as
/// well, and share its place.
class traced_run {
public:
  traced_run(plan_stage stage, std::string formula)
      : stage_(std::move(stage)),
        formula_(std::move(formula)),
        outer_place_(trace_log::place()),
        exceptions_(std::uncaught_exceptions()) {
    trace_log& log = trace_log::instance();
    if (outer_place_ == 0) trace_log::place() = log.place_of(current_calls());
    outer_inside_ = std::exchange(trace_log::inside(), 0);
    begin_ = log.now();
  }
  ~traced_run() {
    trace_log& log = trace_log::instance();
    const double end = log.now(), inside = std::exchange(trace_log::inside(), outer_inside_ + end - begin_);
    log.write_statement(formula_, stage_, begin_, end, inside, std::uncaught_exceptions() > exceptions_);
    trace_log::place() = outer_place_;
  }
  traced_run(const traced_run&) = delete;
  traced_run& operator=(const traced_run&) = delete;

private:
  plan_stage stage_;
  std::string formula_;
  int outer_place_ = 0, exceptions_ = 0;
  double outer_inside_ = 0, begin_ = 0;
};

/// Lives as long as a statement runs.
template <class To, class E>
class traced_statement {
public:
  traced_statement(const To& to, const E& e) {
    if (trace_log::enabled()) [[unlikely]]
      begin(to, e);
  }

private:
  [[gnu::noinline, gnu::cold]] void begin(const To& to, const E& e) {
    // The builder is defined where statements are assigned, and so must depend on E here.
    if (auto stage = plan_builder<sizeof(E) == 0>().stage(to, e))
      run_ = std::make_unique<traced_run>(std::move(*stage), formula(e));
  }

  std::unique_ptr<traced_run> run_;
};

/// The same of a statement with several results, which has no destination yet.
template <class... Es>
[[gnu::noinline]] std::unique_ptr<traced_run> trace_together(const Es&... es) {
  if (!trace_log::enabled()) return nullptr;
  auto stage = plan_builder<sizeof...(Es) == 0>().stage_together(es...);
  if (!stage) return nullptr;
  std::string formulas;
  ((formulas += (formulas.empty() ? "" : ", ") + formula(es)), ...);
  return std::make_unique<traced_run>(std::move(*stage), "eval(" + formulas + ")");
}

} // namespace plan

/// A part of the program, by a name, in the trace: what runs as long as it lives lies inside it there, and says this
/// line of the source besides its own. Errors: none. Cost: a line of the trace.
/// Example: `const trace_region here("training step");`.
class trace_region {
public:
  /// Begins here, and ends with the object's life.
  explicit trace_region(std::string name, std::source_location where = std::source_location::current()) {
    if (!plan::trace_log::enabled()) return;
    plan::trace_log& log = plan::trace_log::instance();
    name_ = std::move(name);
    outer_ =
        std::exchange(plan::trace_log::region(), std::string(where.file_name()) + ":" + std::to_string(where.line()));
    exceptions_ = std::uncaught_exceptions();
    begin_ = log.now();
    active_ = true;
  }
  ~trace_region() {
    if (!active_) return;
    plan::trace_log& log = plan::trace_log::instance();
    const std::string where = std::exchange(plan::trace_log::region(), outer_);
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

/// Writes to the file what was recorded so far; at exit that happens by itself. Errors: none. Cost: a write of those
/// lines. PyTorch: profiler.export_chrome_trace.
/// Example: `flush_trace();`.
inline void flush_trace() { plan::trace_log::instance().flush(); }

TUTTI_NAMESPACE_END

#else

TUTTI_NAMESPACE_BEGIN

/// A part of the program in a trace; without TUTTI_TRACE=1, nothing. Errors: none. Cost: none.
class trace_region {
public:
  /// Takes the name, and does nothing.
  explicit constexpr trace_region(const char*) {}
  constexpr ~trace_region() {}
};
inline void flush_trace() {}

TUTTI_NAMESPACE_END

#endif
