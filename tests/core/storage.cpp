// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/core/storage.hpp>

namespace tutti {

TEST_CASE("memory is aligned to a cache line") {
  for (const index count : {1, 3, 1000}) {
    const auto memory = allocate<float>(count);
    CHECK(reinterpret_cast<std::uintptr_t>(memory.get()) % storage_alignment == 0);
  }
}

TEST_CASE("nothing takes no memory") { CHECK(allocate<double>(0) == nullptr); }

TEST_CASE("sizes that cannot be are errors") {
  CHECK_THROWS_AS(allocate<double>(-1), value_error);
  CHECK_THROWS_AS(allocate<double>(index{1} << 61), value_error);
}

} // namespace tutti
