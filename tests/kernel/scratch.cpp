// SPDX-License-Identifier: MIT
#include <cstring>
#include <vector>

#include <support/catch.hpp>
#include <tutti/kernel/scratch.hpp>

namespace tutti::kernel {

TEST_CASE("blocks of scratch are aligned and do not overlap") {
  scratch memory;
  scratch::frame frame(memory);
  std::vector<unsigned char*> blocks;
  const index sizes[] = {1, 63, 64, 65, 1000, 300'000, 2'000'000, 7};
  for (const index size : sizes) {
    auto* const block = frame.take<unsigned char>(size);
    CHECK(reinterpret_cast<std::uintptr_t>(block) % storage_alignment == 0);
    std::memset(block, static_cast<int>(blocks.size()), static_cast<std::size_t>(size));
    blocks.push_back(block);
  }
  for (std::size_t b = 0; b < blocks.size(); ++b)
    for (index i = 0; i < sizes[b]; i += 61) CHECK(blocks[b][i] == b);
}

TEST_CASE("a closed frame gives its memory back") {
  scratch memory;
  const void* first = nullptr;
  {
    scratch::frame frame(memory);
    first = frame.take<float>(100);
  }
  scratch::frame frame(memory);
  CHECK(frame.take<float>(50) == first);
}

TEST_CASE("frames nest, also over several chunks") {
  scratch memory;
  scratch::frame outer(memory);
  int* const kept = outer.take<int>(10);
  kept[9] = 42;
  for (int round = 0; round < 3; ++round) {
    scratch::frame inner(memory);
    for (int i = 0; i < 5; ++i) {
      char* const large = inner.take<char>(1 << 18);
      std::memset(large, 1, 1 << 18);
    }
  }
  CHECK(kept[9] == 42);
  CHECK(outer.take<int>(10) != kept);
}

TEST_CASE("the most that was taken at a time is known to the cache line") {
  scratch memory;
  {
    scratch::frame outer(memory);
    outer.take<char>(1);
    outer.take<float>(100);
    for (int round = 0; round < 3; ++round) scratch::frame(memory).take<double>(8);
    CHECK(memory.most_taken() == 64 + 448 + 64);
    // What a chunk has left over is not taken.
    scratch::frame(memory).take<char>(index{1} << 20);
    CHECK(memory.most_taken() == 64 + 448 + (index{1} << 20));
  }
  scratch::frame(memory).take<char>(1);
  CHECK(memory.most_taken() == 64 + 448 + (index{1} << 20));
  memory.reset_most_taken();
  CHECK(memory.most_taken() == 0);
}

TEST_CASE("what would be taken is counted without any memory") {
  constexpr index huge = index{1} << 50;
  scratch& own = scratch::of_this_thread();
  scratch::frame outer(own);
  int* const kept = outer.take<int>(16);
  const index before = own.most_taken();
  const auto take = [&] {
    scratch::frame frame(own);
    frame.take<char>(huge);
    scratch::frame(own).take<char>(64);
    CHECK(scratch::most_taken_by([&] { scratch::frame(own).take<char>(65); }) == 128); // also inside of another
    frame.take<char>(1);
  };
  CHECK(scratch::most_taken_by(take) == huge + 64);
  CHECK_THROWS_AS(scratch::most_taken_by([&] {
                    take();
                    throw 1;
                  }),
                  int);
  CHECK(own.most_taken() == before);
  CHECK(outer.take<int>(16) == kept + 16);
}

TEST_CASE("each thread has its own") { CHECK(&scratch::of_this_thread() == &scratch::of_this_thread()); }

} // namespace tutti::kernel
