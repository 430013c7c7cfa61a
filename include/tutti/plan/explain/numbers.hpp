// SPDX-License-Identifier: MIT
#pragma once

// Numbers as people read them.

#include <cstdarg>
#include <cstdio>
#include <string>

#include <tutti/core/config.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Text by printf's rules.
[[gnu::format(printf, 1, 2)]] inline std::string formatted(const char* format, ...) {
  char text[256];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

/// 1536 as "1.5 KiB".
inline std::string human_bytes(double bytes) {
  const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  int unit = 0;
  for (; bytes >= 1024 && unit < 4; ++unit) bytes /= 1024;
  return unit == 0 ? formatted("%.0f B", bytes) : formatted("%.1f %s", bytes, units[unit]);
}

/// 1536 as "1.5 k".
inline std::string human_count(double count) {
  const char* const units[] = {"", "k", "M", "G", "T"};
  int unit = 0;
  for (; count >= 1000 && unit < 4; ++unit) count /= 1000;
  return unit == 0 ? formatted("%.0f ", count) : formatted("%.1f %s", count, units[unit]);
}

inline std::string human_time(double seconds) {
  return seconds < 1e-3 ? formatted("%.1f us", seconds * 1e6)
         : seconds < 1  ? formatted("%.2f ms", seconds * 1e3)
                        : formatted("%.2f s", seconds);
}

} // namespace plan

TUTTI_NAMESPACE_END
