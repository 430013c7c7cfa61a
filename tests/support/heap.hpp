// SPDX-License-Identifier: MIT
#pragma once

// Counts how often the heap is asked for a tensor's memory, which is aligned. One source file of a program includes this.

#include <atomic>
#include <cstdlib>
#include <new>

static std::atomic<long> arrays{0};

void* operator new(std::size_t size, std::align_val_t alignment) {
  ++arrays;
  const auto a = static_cast<std::size_t>(alignment);
  if (void* const memory = std::aligned_alloc(a, (size + a - 1) / a * a)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
