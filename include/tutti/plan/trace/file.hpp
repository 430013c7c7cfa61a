// SPDX-License-Identifier: MIT
#pragma once

// A file that is written through a buffer which a signal handler can empty: what was written is on the disk however the
// program ends, but for SIGKILL.

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include <tutti/core/config.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The caller sees to it that one thread writes at a time.
class trace_file {
public:
  trace_file() = default;
  trace_file(const trace_file&) = delete;
  trace_file& operator=(const trace_file&) = delete;
  ~trace_file() { close(); }

  bool open(const std::string& path) {
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0) return false;
    process_ = ::getpid();
    last_opened = this;
    // Who handles a signal by himself keeps doing so, and may call flush_trace.
    for (const int s : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTERM, SIGINT}) {
      struct sigaction now{};
      if (::sigaction(s, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;
      struct sigaction mine{};
      mine.sa_handler = &on_signal;
      mine.sa_flags = static_cast<int>(SA_RESETHAND);
      ::sigaction(s, &mine, nullptr);
    }
#if !defined(__APPLE__)
    std::at_quick_exit([] { flush_last_opened(); });
#endif
    return true;
  }
  /// Whether there is a file, and this process opened it: a fork leaves it to its parent.
  bool is_open() const { return descriptor_ >= 0 && process_ == ::getpid(); }

  void write(std::string_view text) {
    if (used_ + text.size() > capacity) flush();
    if (text.size() > capacity) return put(text.data(), text.size());
    std::memcpy(buffer_ + used_, text.data(), text.size());
    used_ += text.size(); // only now would a signal handler see it
  }
  void flush() {
    const std::size_t count = used_.exchange(0);
    put(buffer_, count);
  }
  void close() {
    if (is_open()) {
      flush();
      ::close(descriptor_);
    }
    descriptor_ = -1;
    if (last_opened == this) last_opened = nullptr;
  }

private:
  // Only what POSIX allows in a handler: no lock, no heap.
  void put(const char* from, std::size_t count) const {
    while (count > 0) {
      const auto written = ::write(descriptor_, from, count);
      if (written <= 0) return;
      from += written;
      count -= static_cast<std::size_t>(written);
    }
  }
  static void flush_last_opened() {
    if (trace_file* const file = last_opened; file && file->is_open()) file->flush();
  }
  // The handler is gone when it is entered; raised again, the signal does what it always does.
  static void on_signal(int signal) {
    flush_last_opened();
    std::raise(signal);
  }

  static constexpr std::size_t capacity = std::size_t{1} << 16;
  static inline std::atomic<trace_file*> last_opened{nullptr};
  int descriptor_ = -1;
  pid_t process_ = 0;
  std::atomic<std::size_t> used_{0};
  char buffer_[capacity];
};

} // namespace plan

TUTTI_NAMESPACE_END
