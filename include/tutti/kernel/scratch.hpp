// SPDX-License-Identifier: MIT
#pragma once

// Scratch memory of a thread: a stack of aligned blocks that is kept and reused, so that an assignment that needs some
// asks the heap for it once in a thread's life.

#include <algorithm>
#include <cstdint>
#include <vector>

#include <tutti/core/storage.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

class scratch {
public:
  /// What was taken after a frame was opened is given back when it closes.
  class frame {
  public:
    explicit frame(scratch& owner) : owner_(owner), chunk_(owner.chunk_), used_(owner.used_) {}
    ~frame() {
      owner_.chunk_ = chunk_;
      owner_.used_ = used_;
    }
    frame(const frame&) = delete;
    frame& operator=(const frame&) = delete;

    /// `count` elements of T, aligned to a cache line and not set to anything, until the frame closes.
    template <class T>
    T* take(index count) { return reinterpret_cast<T*>(owner_.take_bytes(count * static_cast<index>(sizeof(T)))); }

  private:
    scratch& owner_;
    std::size_t chunk_;
    index used_;
  };

  static scratch& of_this_thread() {
    thread_local scratch instance;
    return instance;
  }

private:
  struct chunk {
    storage<std::byte> memory;
    index size;
  };

  std::byte* take_bytes(index bytes) {
    constexpr index line = static_cast<index>(storage_alignment);
    bytes = (bytes + line - 1) / line * line;
    while (chunk_ < chunks_.size() && used_ + bytes > chunks_[chunk_].size) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size()) {
      // Doubling keeps the number of chunks small; the first holds what most statements need.
      const index size = std::max(bytes, chunks_.empty() ? index{1} << 18 : 2 * chunks_.back().size);
      chunks_.push_back({allocate<std::byte>(size), size});
      used_ = 0;
    }
    std::byte* const at = chunks_[chunk_].memory.get() + used_;
    used_ += bytes;
    return at;
  }

  std::vector<chunk> chunks_;
  std::size_t chunk_ = 0;
  index used_ = 0;
};

} // namespace kernel

TUTTI_NAMESPACE_END
