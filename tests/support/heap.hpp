// SPDX-License-Identifier: MIT
#pragma once

// Counts how often the heap is asked for a tensor's memory, which is aligned, and for other memory. One source file of a
// program includes this.

#include <atomic>
#include <cstdlib>
#include <new>

static std::atomic<long> arrays{0};
static std::atomic<long> array_bytes{0};
static std::atomic<long> small_blocks{0}; // strings, vectors and the like
static std::atomic<long> small_bytes{0};
static std::atomic<long> small_blocks_held{0};

void* operator new(std::size_t size, std::align_val_t alignment) {
  ++arrays;
  array_bytes += static_cast<long>(size);
  const auto a = static_cast<std::size_t>(alignment);
  if (void* const memory = std::aligned_alloc(a, (size + a - 1) / a * a)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

void* operator new(std::size_t size) {
  ++small_blocks;
  ++small_blocks_held;
  small_bytes += static_cast<long>(size);
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
// What std::stable_sort asks for: not to be left to a sanitizer's own, whose memory is not that of malloc.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++small_blocks;
  ++small_blocks_held;
  small_bytes += static_cast<long>(size);
  return std::malloc(size);
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) --small_blocks_held;
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

template <class F>
long arrays_of(const F& f) {
  const long before = arrays;
  f();
  return arrays - before;
}
