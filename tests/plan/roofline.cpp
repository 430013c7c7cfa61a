// SPDX-License-Identifier: MIT
#include <cstdio>
#include <ctime>
#include <filesystem>

#include <support/catch.hpp>
#include <tutti/plan/roofline.hpp>

namespace tutti {

TEST_CASE("a machine is measured quickly, and once") {
  const std::clock_t start = std::clock();
  const machine_roofline& m = machine();
  const double took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  INFO("measured in " << took << " s of the processor's time");
#ifdef __OPTIMIZE__
  CHECK(took < 1); // which is some 0.3 s where nothing else runs
#else
  CHECK(took < 10); // unoptimised, some 1.2 s
#endif
  CHECK(&machine() == &m);
  CHECK(m.threads == num_threads());
  CHECK(m.flops_one_thread > 1e8);
  CHECK(m.flops_all_threads >= m.flops_one_thread);
  REQUIRE(m.levels.size() >= 3);
  for (std::size_t i = 0; i < m.levels.size(); ++i) {
    CHECK(m.levels[i].one_thread > 1e8);
    CHECK(m.levels[i].all_threads >= m.levels[i].one_thread);
    if (i > 0) CHECK(m.levels[i].bytes > m.levels[i - 1].bytes);
  }
  CHECK(m.levels.back().bytes > 1e200);
}

TEST_CASE("the least time is that of the bytes or that of the operations") {
  machine_roofline m;
  m.threads = 4;
  m.flops_one_thread = 1e9;
  m.flops_all_threads = 4e9;
  m.levels = {{"L1", 1000, 1e9, 4e9}, {"memory", 1e300, 1e8, 1e8}};
  CHECK(m.least_seconds(500, 10, 1) == Approx(500e-9));
  CHECK(m.least_seconds(2000, 10, 1) == Approx(2000e-8));
  CHECK(m.least_seconds(2000, 10, 4) == Approx(500e-9)); // 500 bytes a thread
  CHECK(m.least_seconds(100, 1e6, 1) == Approx(1e-3));
  CHECK(m.least_seconds(100, 1e6, 2) == Approx(5e-4));
  CHECK(m.least_seconds(100, 1e6, 1, 8) == Approx(2e-3)); // half as many numbers in a pack
}

TEST_CASE("a machine is stored and loaded") {
  const std::string path = (std::filesystem::temp_directory_path() / "tutti-roofline-test.txt").string();
  machine_roofline m;
  m.threads = 3;
  m.flops_one_thread = 1.5e9;
  m.flops_all_threads = 4e9;
  m.levels = {{"L1", 32768, 1e11, 3e11}, {"memory", 1e300, 1e10, 2e10}};
  m.store(path);
  const machine_roofline loaded = machine_roofline::load(path);
  CHECK(loaded.threads == 3);
  CHECK(loaded.flops_one_thread == 1.5e9);
  REQUIRE(loaded.levels.size() == 2);
  CHECK(loaded.levels[1].name == "memory");
  CHECK(loaded.levels[1].bytes == 1e300);
  CHECK(loaded.levels[0].all_threads == 3e11);
  std::FILE* const file = std::fopen(path.c_str(), "w");
  REQUIRE(file != nullptr);
  std::fputs("something else\n", file);
  std::fclose(file);
  CHECK_THROWS_AS(machine_roofline::load(path), value_error);
  std::filesystem::remove(path);
  CHECK_THROWS_AS(machine_roofline::load(path), value_error);
  CHECK_THROWS_AS(m.store("/no/such/folder/machine.txt"), value_error);
}

} // namespace tutti
