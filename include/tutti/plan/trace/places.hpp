// SPDX-License-Identifier: MIT
#pragma once

// From which line of the source a statement was run. An operator cannot ask for its caller's line as a function can, so the
// call stack is noted, as addresses, and looked up when the trace is finished: by addr2line (of GNU binutils or LLVM),
// which knows functions that were inlined too. Without it, or without debug information, a place is a function or an address.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>
#include <unwind.h>
#if __has_include(<link.h>)
#include <link.h>
#endif

#include <tutti/plan/explain/numbers.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Return addresses, the innermost first.
using call_stack = std::vector<std::uintptr_t>;

/// The calls that lead here. Below the library's own there are a few of the program's.
[[gnu::noinline]] inline call_stack current_calls() {
  constexpr std::size_t deepest = 32;
  call_stack calls;
  calls.reserve(deepest);
  _Unwind_Backtrace(
      [](_Unwind_Context* at, void* to) {
        auto& found = *static_cast<call_stack*>(to);
        // The call stands before the address that it returns to.
        if (const auto address = static_cast<std::uintptr_t>(_Unwind_GetIP(at))) found.push_back(address - 1);
        return found.size() < deepest ? _URC_NO_REASON : _URC_NORMAL_STOP;
      },
      &calls);
  return calls;
}

/// One function of a call stack, as addr2line tells of it; what it does not know is empty.
struct call_place {
  std::string function, file, line;
};

/// The part of an executable or a shared library that an address lies in.
struct module_address {
  std::string module;
  std::uintptr_t offset = 0;

  static module_address of(std::uintptr_t address) {
    module_address result{"", address};
#if __has_include(<link.h>)
    struct search {
      std::uintptr_t address;
      module_address* result;
    } wanted{address, &result};
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* data) {
          const search& s = *static_cast<search*>(data);
          for (int i = 0; i < info->dlpi_phnum; ++i) {
            const auto& segment = info->dlpi_phdr[i];
            const std::uintptr_t from = info->dlpi_addr + segment.p_vaddr;
            if (segment.p_type != PT_LOAD || s.address < from || s.address - from >= segment.p_memsz) continue;
            *s.result = {info->dlpi_name, s.address - info->dlpi_addr};
            return 1;
          }
          return 0;
        },
        &wanted);
#endif
    if (result.module.empty()) result.module = program();
    return result;
  }
  std::string text() const {
    return module.substr(module.find_last_of('/') + 1) + formatted("+0x%zx", static_cast<std::size_t>(offset));
  }

private:
  // By its name, as /proc/self would be addr2line.
  static const std::string& program() {
    static const std::string path = [] {
      std::string text(4096, '\0');
      const auto count = ::readlink("/proc/self/exe", text.data(), text.size());
      text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
      return text;
    }();
    return path;
  }
};

/// The places that were met, by number from 1; 0 is an unknown one.
class place_table {
public:
  /// The number of a call stack, and whether it is new. At most `capacity` are told apart.
  std::pair<int, bool> number(const call_stack& calls) {
    if (const auto at = numbers_.find(calls); at != numbers_.end()) return {at->second, false};
    if (numbers_.size() >= capacity) return {0, false};
    std::vector<module_address> where;
    for (const std::uintptr_t address : calls) where.push_back(module_address::of(address));
    stacks_.push_back(std::move(where));
    numbers_.emplace(calls, static_cast<int>(stacks_.size()));
    return {static_cast<int>(stacks_.size()), true};
  }
  /// The addresses of a place, for who looks them up by hand.
  std::string addresses(int number) const {
    std::string text;
    for (const module_address& a : stacks_[static_cast<std::size_t>(number) - 1])
      text += (text.empty() ? "" : " ") + a.text();
    return text;
  }

  /// Each place's text, "file:line" where that is known, by its number.
  std::vector<std::string> resolve() const {
    std::map<std::string, std::vector<std::uintptr_t>> wanted;
    for (const auto& stack : stacks_)
      for (const module_address& a : stack) wanted[a.module].push_back(a.offset);
    std::map<std::string, known_addresses> known;
    for (auto& [module, offsets] : wanted) {
      std::sort(offsets.begin(), offsets.end());
      offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
      look_up(module, offsets, known[module]);
    }
    std::vector<std::string> texts{""};
    for (const auto& stack : stacks_) texts.push_back(caller(stack, known));
    return texts;
  }

private:
  using known_addresses = std::map<std::uintptr_t, std::vector<call_place>>;

  // The innermost function that is neither the library's nor the standard library's: its line; or its name, where the part
  // of the program that the statement was compiled into has no lines, and an address where it has no names either. Above
  // that part, or a function that nothing is known of, any line would be that of some caller's caller.
  static std::string caller(const std::vector<module_address>& stack,
                            const std::map<std::string, known_addresses>& known) {
    bool has_lines = false;
    for (const module_address& a : stack) {
      const known_addresses& of_module = known.at(a.module);
      const auto places = of_module.find(a.offset);
      if (places == of_module.end() || (!has_lines && a.module != stack.front().module)) break;
      for (const call_place& p : places->second) {
        has_lines = has_lines || !p.file.empty();
        if (p.file.empty() && p.function.empty()) return stack.front().text();
        if (p.file.empty() && !is_library_function(p.function)) return p.function + " (" + a.text() + ")";
        if (!p.file.empty() && !is_library_file(p.file)) return p.file + ":" + p.line;
      }
    }
    return stack.empty() ? "" : stack.front().text();
  }

  static bool is_library_file(std::string_view file) {
    static const std::string library = [] {
      std::string_view here = std::source_location::current().file_name();
      constexpr std::string_view tail = "plan/trace/places.hpp"; // not so where the library is one file
      if (here.ends_with(tail)) here.remove_suffix(tail.size());
      while (here.starts_with("./") || here.starts_with("../")) here.remove_prefix(here.find('/') + 1);
      return std::string(here);
    }();
    return file.find(library) != file.npos || file.find("/include/c++/") != file.npos ||
           file.find("/c++/v1/") != file.npos;
  }
  static bool is_library_function(std::string_view mangled) {
    for (const char* prefix : {"_ZN5tutti", "_ZNK5tutti", "_ZZN5tutti", "_ZZNK5tutti", "_ZSt", "_ZNSt", "_ZNKSt"})
      if (mangled.starts_with(prefix)) return true;
    return false;
  }

  // Asks addr2line, a thousand addresses at a time: a command has a greatest length.
  static void look_up(const std::string& module, const std::vector<std::uintptr_t>& offsets, known_addresses& known) {
    if (module.empty() || module.find('\'') != module.npos || !std::ifstream(module)) return;
    constexpr std::size_t at_once = 1000;
    for (std::size_t first = 0; first < offsets.size(); first += at_once) {
      std::string command = "addr2line -a -i -f -e '" + module + "'";
      for (std::size_t i = first; i < std::min(offsets.size(), first + at_once); ++i)
        command += formatted(" 0x%zx", static_cast<std::size_t>(offsets[i]));
      std::FILE* const answers = ::popen((command + " 2>/dev/null").c_str(), "r");
      if (!answers) return;
      std::vector<call_place>* places = nullptr;
      std::string function;
      for (std::string line; read_line(answers, line);) {
        if (line.starts_with("0x")) {
          places = &known[std::strtoull(line.c_str(), nullptr, 16)];
        } else if (function.empty()) {
          function = line; // each is followed by its file and line
        } else if (places) {
          places->push_back(place(std::exchange(function, ""), line.substr(0, line.find(" ("))));
        }
      }
      ::pclose(answers);
    }
  }
  static call_place place(const std::string& function, const std::string& where) {
    call_place result{function == "??" ? "" : function, "", ""};
    const std::size_t colon = where.rfind(':');
    if (colon == where.npos || where.starts_with("??") || where.ends_with(":?") || where.ends_with(":0")) return result;
    result.file = std::filesystem::path(where.substr(0, colon)).lexically_normal().string();
    result.line = where.substr(colon + 1);
    return result;
  }
  static bool read_line(std::FILE* from, std::string& line) {
    line.clear();
    for (int c; (c = std::fgetc(from)) != EOF;) {
      if (c == '\n') return true;
      line += static_cast<char>(c);
    }
    return !line.empty();
  }

  static constexpr std::size_t capacity = 10000;
  std::map<call_stack, int> numbers_;
  std::vector<std::vector<module_address>> stacks_;
};

} // namespace plan

TUTTI_NAMESPACE_END
