// SPDX-License-Identifier: MIT
// Tests include/tutti/kernel/gemm/packed.hpp: products with parts of a matrix that is packed, against the same products
// without it.

#include <algorithm>
#include <cstring>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include <support/catch.hpp>
#include <tutti/kernel/gemm.hpp>

namespace {

using tutti::index;
using tutti::kernel::matrix, tutti::kernel::packed_matrix;

std::mt19937 generator(8);

template <class From>
std::vector<From> random_numbers(index count) {
  std::uniform_real_distribution<float> number(-1, 1);
  std::vector<From> x(static_cast<std::size_t>(count));
  for (From& v : x) v = tutti::convert_element<From>(number(generator));
  return x;
}

constexpr index m = 70, n = 500, k = 700; // of whole matrices

/// a b of some columns and steps of b, which lies transposed or not.
template <class T, class From>
struct problem {
  bool transposed;
  std::vector<T> a = random_numbers<T>(m * k);
  std::vector<From> b = random_numbers<From>(n * k);

  index column_stride() const { return transposed ? k : 1; }
  index step_stride() const { return transposed ? 1 : n; }
  std::vector<T> product(index column, index columns, index step, index steps, int threads = 1) const {
    std::vector<T> c(static_cast<std::size_t>(m * columns), T{7});
    const From* const from = b.data() + column * column_stride() + step * step_stride();
    tutti::kernel::multiply<T>(m, columns, steps, matrix<const T>{a.data(), k, 1},
                               matrix<const From>{from, step_stride(), column_stride()},
                               matrix<T>{c.data(), columns, 1}, threads);
    return c;
  }
};

template <class T>
bool same_bits(const std::vector<T>& x, const std::vector<T>& y) {
  return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(T)) == 0;
}

template <class T, class From>
void check_parts() {
  struct part {
    index column, columns, step, steps;
    bool found;
  };
  constexpr index rest = n - 128;
  // All of it; columns from a tile's first on; steps from anywhere that is looked at; both, and other columns, are not found.
  constexpr part parts[] = {{0, n, 0, k, true},      {128, rest, 0, k, true},  {256, 200, 0, k, true},
                            {0, n, 0, 300, true},    {128, 300, 0, 250, true}, {0, n, 128, k - 128, true},
                            {0, n, 384, 200, true},  {0, 333, 256, 128, true}, {128, 200, 128, 200, false},
                            {1, n - 1, 0, k, false}, {0, n, 1, k - 1, false}};
  for (const bool transposed : {false, true}) {
    problem<T, From> p{transposed};
    tutti::kernel::scratch::frame memory(tutti::kernel::scratch::of_this_thread());
    std::vector<std::vector<T>> expected;
    for (const part& x : parts) expected.push_back(p.product(x.column, x.columns, x.step, x.steps));
    packed_matrix<T, From> packed(memory, n, k);
    for (std::size_t i = 0; i < std::size(parts); ++i) // nothing is packed as yet
      CHECK(same_bits(p.product(parts[i].column, parts[i].columns, parts[i].step, parts[i].steps), expected[i]));
    packed.pack({p.b.data(), p.column_stride(), p.step_stride()});
    // What was packed is what is multiplied, as is seen when the matrix changes.
    std::fill(p.b.begin(), p.b.end(), tutti::convert_element<From>(0.f));
    for (std::size_t i = 0; i < std::size(parts); ++i) {
      CAPTURE(i, transposed);
      const auto result = p.product(parts[i].column, parts[i].columns, parts[i].step, parts[i].steps);
      CHECK(same_bits(result, parts[i].found ? expected[i] : std::vector<T>(result.size(), T{0})));
    }
  }
}

} // namespace

TEST_CASE("parts of a packed matrix are found") {
  check_parts<float, float>();
  check_parts<double, double>();
  check_parts<float, tutti::bfloat16>();
}

TEST_CASE("matrices of other places, layouts and threads are not") {
  const problem<float, float> p{false}, other{false};
  const auto expected = p.product(0, n, 0, k), expected_of_other = other.product(0, n, 0, k);
  tutti::kernel::scratch::frame memory(tutti::kernel::scratch::of_this_thread());
  packed_matrix<float, float> packed(memory, n, k);
  packed.pack({p.b.data(), p.column_stride(), p.step_stride()});
  using source = packed_matrix<float, float>::source;
  const auto found = [](const source& b, tutti::index columns, tutti::index steps) {
    return packed_matrix<float, float>::find(b, columns, steps).panels != nullptr;
  };
  CHECK(found({p.b.data(), 1, n}, n, k));
  CHECK_FALSE(found({p.b.data(), n, 1}, n, k));
  CHECK_FALSE(found({p.b.data(), 1, n + 1}, n, k));
  CHECK_FALSE(found({p.b.data(), 1, n}, n + 1, k));
  CHECK_FALSE(found({p.b.data(), 1, n}, n, k + 1));
  CHECK_FALSE(found({p.b.data() + 128, 1, n}, n - 127, k));
  CHECK_FALSE(found({p.b.data() + 128 * n, 1, n}, n, k - 127));
  CHECK(same_bits(other.product(0, n, 0, k), expected_of_other));
  std::thread([&] {
    CHECK_FALSE(found({p.b.data(), 1, n}, n, k));
    CHECK(same_bits(p.product(0, n, 0, k), expected));
  }).join();
  // Threads that share a product: one finds the matrix, others pack their parts.
  for (const int threads : {2, 3, 4}) CHECK(same_bits(p.product(0, n, 0, k, threads), expected));
}

TEST_CASE("of several packed matrices each is found, until it is no more") {
  const problem<float, float> p{false}, q{true};
  using source = packed_matrix<float, float>::source;
  const source of_p{p.b.data(), 1, n}, of_q{q.b.data(), k, 1};
  const auto found = [](const source& b) { return packed_matrix<float, float>::find(b, n, k).panels; };
  tutti::kernel::scratch::frame memory(tutti::kernel::scratch::of_this_thread());
  packed_matrix<float, float> first(memory, n, k);
  first.pack(of_p);
  const float* const panels = found(of_p);
  CHECK(panels != nullptr);
  {
    packed_matrix<float, float> second(memory, n, k);
    CHECK(found(of_q) == nullptr);
    second.pack(of_q);
    CHECK(found(of_q) != nullptr);
    CHECK(found(of_q) != panels);
    CHECK(found(of_p) == panels);
  }
  CHECK(found(of_q) == nullptr);
  CHECK(found(of_p) == panels);
  first.pack(of_q);
  CHECK(found(of_p) == nullptr);
  CHECK(found(of_q) == panels);
}
