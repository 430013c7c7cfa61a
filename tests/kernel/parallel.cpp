// SPDX-License-Identifier: MIT
// labels: parallel
#include <atomic>
#include <stdexcept>
#include <vector>

#if defined(_OPENMP)
#include <omp.h>
#endif

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

TEST_CASE("ranges cover every task once") {
  for (const index tasks : {0, 1, 2, 5, 100})
    for (const int threads : {1, 2, 3, 7}) {
      std::vector<std::atomic<int>> done(static_cast<std::size_t>(tasks));
      kernel::parallel_ranges(tasks, threads, [&](index first, index last) {
        for (index i = first; i < last; ++i) ++done[static_cast<std::size_t>(i)];
      });
      for (const auto& count : done) CHECK(count == 1);
    }
}

TEST_CASE("an exception of a thread arrives at the caller") {
  for (const int threads : {1, 2, 4}) {
    CHECK_THROWS_AS(kernel::parallel_ranges(8, threads,
                                            [](index first, index) {
                                              if (first == 0) throw std::domain_error("mine");
                                            }),
                    std::domain_error);
    CHECK_THROWS_AS(kernel::parallel_ranges(8, threads, [](index, index) { throw value_error("all"); }), value_error);
  }
}

TEST_CASE("the number of threads") {
  set_num_threads(3);
#if defined(_OPENMP)
  CHECK(num_threads() == 3);
  const int of_openmp = omp_get_max_threads();
  tensor<float, 1> x({1'000'000}, 1.f);
  x = x * 2 + 1;
  CHECK(omp_get_max_threads() == of_openmp); // the user's settings are never changed
#else
  CHECK(num_threads() == 1);
#endif
  set_num_threads(0);
  CHECK(num_threads() >= 1);
  CHECK_THROWS_AS(set_num_threads(-1), value_error);
}

TEST_CASE("a user's function that throws in a thread leaves the library usable") {
  set_num_threads(4);
  tensor<float, 1> x = arange<float>(500'000);
  tensor<float, 1> y({500'000});
  CHECK_THROWS_AS((y = apply(
                       [](float v) {
                         if (v == 400'000) throw std::runtime_error("mine");
                         return v;
                       },
                       x)),
                  std::runtime_error);
  y = x + 1;
  CHECK(y(-1) == 500'000);
  set_num_threads(0);
}

#if defined(_OPENMP)
TEST_CASE("statements inside the user's own parallel region are right and start no threads of their own") {
  const tensor<double, 2> x = iota<double>({300, 400});
  const double expected = sum(x * 2);
  std::vector<double> results(8);
  std::vector<int> teams(8);
#pragma omp parallel for num_threads(4)
  for (int i = 0; i < 8; ++i) {
    const tensor<double, 2> y = x * 2;
    results[static_cast<std::size_t>(i)] = sum(y / max(y)) * static_cast<double>(max(y));
    teams[static_cast<std::size_t>(i)] = omp_get_num_threads();
  }
  for (const double r : results) CHECK(r == Approx(expected));
  for (const int team : teams) CHECK(team <= 4);
}
#endif

} // namespace tutti
