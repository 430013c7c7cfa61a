// SPDX-License-Identifier: MIT
#pragma once

// The memory of a tensor: aligned to a cache line, owned by one tensor, and, in a checked build, known to be alive.

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <tutti/core/dtype.hpp>
#include <tutti/core/error.hpp>

TUTTI_NAMESPACE_BEGIN

/// Every tensor's first element stands at a multiple of this many bytes.
inline constexpr std::size_t storage_alignment = 64;

namespace detail {

struct aligned_delete {
  void operator()(void* memory) const { ::operator delete(memory, std::align_val_t{storage_alignment}); }
};

/// Memory from this size on is asked to have large pages, as NumPy does: a + b * c of 32 Mi floats takes a quarter less, and
/// what is first written to is faulted in 2 MiB at a time.
inline constexpr std::size_t large_memory = std::size_t{1} << 22;

[[gnu::noinline]] inline void prefer_large_pages([[maybe_unused]] std::byte* memory,
                                                 [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__)
  constexpr std::uintptr_t page = 4096; // or more: then the advice is refused, which does no harm
  const std::size_t before_page = static_cast<std::size_t>(-reinterpret_cast<std::uintptr_t>(memory) % page);
  madvise(memory + before_page, bytes - before_page, MADV_HUGEPAGE);
#endif
}

} // namespace detail

/// `count` elements of T on the heap, not set to anything.
template <class T>
using storage = std::unique_ptr<T[], detail::aligned_delete>;

namespace detail {
[[noreturn]] inline void throw_cannot_allocate(index count, std::size_t size) {
  throw value_error("cannot allocate " + std::to_string(count) + " elements of " + std::to_string(size) + " bytes");
}
} // namespace detail

template <class T>
storage<T> allocate(index count) {
  std::size_t bytes = 0;
  if (count < 0 || __builtin_mul_overflow(static_cast<std::size_t>(count), sizeof(T), &bytes) ||
      bytes > static_cast<std::size_t>(PTRDIFF_MAX))
    detail::throw_cannot_allocate(count, sizeof(T));
  if (count == 0) return nullptr;
  void* const memory = ::operator new(bytes, std::align_val_t{storage_alignment});
  if (bytes >= detail::large_memory) detail::prefer_large_pages(static_cast<std::byte*>(memory), bytes);
  return storage<T>(static_cast<T*>(memory));
}

/// An address that no program has, for planning what goes to memory that is not there yet. Those of other slots are far apart.
template <class T>
T* address_of_nothing(std::size_t slot = 0) {
  return reinterpret_cast<T*>(~(~std::uintptr_t{0} >> 1) + (static_cast<std::uintptr_t>(slot) << 40));
}

/// Where elements begin: to what has none, and no memory, offsets may be added too.
template <class T>
T* begin_or_nothing(T* data) { return data != nullptr ? data : address_of_nothing<T>(); }

/// A leaf's hold on memory that somebody else owns. In a checked build it knows whether that owner still has it.
#if TUTTI_CHECKED
struct borrowed {
  std::shared_ptr<const bool> alive; // null for memory of which nothing is known

  bool gone() const { return alive && !*alive; }
};
#else
struct borrowed {
  static constexpr bool gone() { return false; }
};
#endif

/// A leaf's hold on memory that it owns together with its copies.
struct owned {
  std::shared_ptr<const void> memory;
  static constexpr bool gone() { return false; }
};

/// The owner's side: tells the leaves that look at its memory when that is gone.
#if TUTTI_CHECKED
class liveness {
public:
  liveness() = default;
  liveness(const liveness&) {}
  liveness(liveness&& other) { other.end(); }
  liveness& operator=(const liveness&) = delete;
  ~liveness() { *alive_ = false; }

  // What was lent so far is gone; what is lent from now on is of the memory to come.
  void end() {
    *alive_ = false;
    alive_ = std::make_shared<bool>(true);
  }
  borrowed lend() const { return {alive_}; }

private:
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};
#else
class liveness {
public:
  void end() {}
  borrowed lend() const { return {}; }
};
#endif

TUTTI_NAMESPACE_END
