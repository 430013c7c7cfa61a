// SPDX-License-Identifier: MIT
#pragma once

// Scratch memory of a thread: a stack of aligned blocks that is kept and reused, so that an assignment that needs some
// asks the heap for it once in a thread's life.

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <tutti/core/storage.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

class scratch {
  // What is taken: of which chunk how much, and how much in all, without what was left unused of the chunks before.
  struct place {
    std::size_t chunk = 0;
    index used = 0, taken = 0;
  };

public:
  scratch() = default;
  /// Scratch that only counts: it hands out addresses of no memory.
  static scratch counting() {
    scratch s;
    s.only_counts_ = true;
    return s;
  }

  /// What was taken after a frame was opened is given back when it closes.
  class frame {
  public:
    explicit frame(scratch& owner) : owner_(owner), at_(owner.at_) {}
    ~frame() { owner_.at_ = at_; }
    frame(const frame&) = delete;
    frame& operator=(const frame&) = delete;

    /// `count` elements of T, aligned to a cache line and not set to anything, until the frame closes.
    template <class T>
    T* take(index count) { return reinterpret_cast<T*>(owner_.take_bytes(count * static_cast<index>(sizeof(T)))); }

  private:
    scratch& owner_;
    place at_;
  };

  [[gnu::noinline]] static scratch& of_this_thread() {
    thread_local scratch instance;
    return instance;
  }

  /// The most bytes that were taken at a time, in whole cache lines, since that was reset.
  index most_taken() const { return most_; }
  void reset_most_taken() { most_ = at_.taken; }

  /// The most bytes that f takes of this thread's scratch at a time. It is handed addresses of no memory, which it must not
  /// read or write: what takes scratch before it runs can be asked how much that is without being run.
  template <class F>
  static index most_taken_by(const F& f) {
    struct counting {
      scratch& own = of_this_thread();
      const place at = std::exchange(own.at_, {});
      const index most = std::exchange(own.most_, 0);
      const bool before = std::exchange(own.only_counts_, true);
      ~counting() {
        own.at_ = at;
        own.most_ = most;
        own.only_counts_ = before;
      }
    } here;
    f();
    return here.own.most_;
  }

private:
  struct chunk {
    storage<std::byte> memory;
    index size;
  };
  // What most statements need. Each chunk is twice the one before or more, so that so many are all memory that there can be.
  static constexpr index first_chunk = index{1} << 18;
  static constexpr std::size_t most_chunks = 64 - 18;

  [[gnu::noinline]] std::byte* take_bytes(index bytes) {
    constexpr index line = static_cast<index>(storage_alignment);
    bytes = (bytes + line - 1) / line * line;
    at_.taken += bytes;
    most_ = std::max(most_, at_.taken);
    if (only_counts_) [[unlikely]]
      return address_of_nothing<std::byte>();
    while (at_.chunk < count_ && at_.used + bytes > chunks_[at_.chunk].size) {
      ++at_.chunk;
      at_.used = 0;
    }
    if (at_.chunk == count_) {
      const index size = std::max(bytes, count_ == 0 ? first_chunk : 2 * chunks_[count_ - 1].size);
      chunks_[count_] = {allocate<std::byte>(size), size};
      ++count_;
      at_.used = 0;
    }
    std::byte* const at = chunks_[at_.chunk].memory.get() + at_.used;
    at_.used += bytes;
    return at;
  }

  std::array<chunk, most_chunks> chunks_;
  std::size_t count_ = 0;
  place at_;
  index most_ = 0;
  bool only_counts_ = false;
};

} // namespace kernel

TUTTI_NAMESPACE_END
