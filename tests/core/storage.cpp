// SPDX-License-Identifier: MIT
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

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

#if defined(__linux__) && defined(__x86_64__)
namespace {

// What Linux says of the mapping that an address lies in ("rd wr ... hg"); nothing where it does not tell.
std::string flags_of_mapping(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::uintptr_t begin = 0, end = 0;
    char dash = 0;
    if (words >> std::hex >> begin >> dash >> end && dash == '-') here = begin <= at && at < end;
    else if (here && line.rfind("VmFlags:", 0) == 0) return line;
  }
  return {};
}

} // namespace

TEST_CASE("large memory asks for large pages, small memory does not") {
  constexpr auto large = static_cast<index>(detail::large_memory);
  const auto memory = allocate<std::byte>(3 * large + 1);
  memory[0] = memory[3 * large] = std::byte{1};
  const std::string flags = flags_of_mapping(memory.get() + large);
  if (flags.empty()) return;
  if (std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled")) CHECK(flags.find(" hg") != std::string::npos);
  const auto few = allocate<std::byte>(large / 2);
  few[0] = std::byte{1};
  CHECK(flags_of_mapping(few.get() + large / 4).find(" hg") == std::string::npos);
}
#endif

} // namespace tutti
