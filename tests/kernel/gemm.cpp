// SPDX-License-Identifier: MIT
// Tests include/tutti/kernel/gemm.hpp: every type and layout against a triple loop, on memory that ends where the
// matrices do.
// labels: parallel

#include <support/catch.hpp>
#include <support/emulated.hpp>

#include <complex>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include <tutti/kernel/gemm.hpp>

namespace {

using tutti::bfloat16, tutti::float16, tutti::index;
using tutti::kernel::matrix;

/// Memory of exactly so many elements: what stands before it, or after it, cannot be touched.
template <class T>
class fenced {
public:
  fenced(index count, bool fence_after) {
    const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(T);
#if __has_include(<sys/mman.h>)
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t body = (bytes + page - 1) / page * page;
    size_ = body + 2 * page;
    void* const all = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(all != MAP_FAILED);
    base_ = static_cast<char*>(all);
    mprotect(base_, page, PROT_NONE);
    mprotect(base_ + page + body, page, PROT_NONE);
    data_ = reinterpret_cast<T*>(base_ + page + (fence_after ? body - bytes : 0));
#else
    static_cast<void>(fence_after);
    heap_.resize(bytes + 1);
    data_ = reinterpret_cast<T*>(heap_.data());
#endif
  }
  fenced(const fenced&) = delete;
  ~fenced() {
#if __has_include(<sys/mman.h>)
    munmap(base_, size_);
#endif
  }
  T* data() const { return data_; }

private:
  char* base_ = nullptr;
  std::size_t size_ = 0;
  std::vector<char> heap_;
  T* data_;
};

enum class order { rows, columns, gaps, backwards, repeated_row, repeated_column };

/// A matrix in memory of its own.
template <class T>
struct placed {
  fenced<T> memory;
  matrix<T> view;

  static index gap(order o) { return o == order::gaps ? 3 : 1; }
  static index count(index rows, index columns, order o) {
    if (rows == 0 || columns == 0) return 0;
    if (o == order::repeated_row) return columns;
    if (o == order::repeated_column) return rows;
    return (rows * columns - 1) * gap(o) + 1;
  }
  placed(index rows, index columns, order o, bool fence_after)
      : memory(count(rows, columns, o), fence_after), view{memory.data(), columns, 1} {
    if (o == order::columns) view = {memory.data(), 1, rows};
    if (o == order::gaps) view = {memory.data(), 3 * columns, 3};
    if (o == order::backwards) view = {memory.data() + std::max<index>(rows * columns - 1, 0), -columns, -1};
    if (o == order::repeated_row) view = {memory.data(), 0, 1};
    if (o == order::repeated_column) view = {memory.data(), 1, 0};
  }
  T& operator()(index i, index j) const { return view.data[i * view.row_stride + j * view.column_stride]; }
};

std::mt19937 generator(7);
index draw(index low, index high) { return std::uniform_int_distribution<index>(low, high)(generator); }

template <class T>
T draw_number() {
  const int low = std::is_unsigned_v<T> ? 0 : -3;
  if constexpr (std::same_as<T, bool>) return draw(0, 4) == 0;
  else if constexpr (tutti::is_complex<T>)
    return T(static_cast<tutti::real_t<T>>(draw(-3, 3)), static_cast<tutti::real_t<T>>(draw(-3, 3)));
  else return T(static_cast<tutti::compute_t<T>>(draw(low, 3)));
}

/// Numbers so small that every sum of their products is exact, or wraps around as the type does.
template <class T>
auto exact(const T& value) {
  if constexpr (tutti::is_complex<T>) return std::complex<double>(value.real(), value.imag());
  else if constexpr (std::integral<T>) return static_cast<std::int64_t>(value);
  else return static_cast<double>(static_cast<float>(value));
}

/// How many elements of the product are wrong, or of the memory around it no longer what they were.
template <class T, class A, class B, class C>
index wrong_elements(index m, index n, index k, order of_a, order of_b, order of_c, int threads = 1) {
  const bool after = draw(0, 1) == 1;
  const placed<A> a(m, k, of_a, after);
  const placed<B> b(k, n, of_b, after);
  const placed<C> c(m, n, of_c, after);
  for (index i = 0; i < m; ++i)
    for (index l = 0; l < k; ++l) a(i, l) = draw_number<A>();
  for (index l = 0; l < k; ++l)
    for (index j = 0; j < n; ++j) b(l, j) = draw_number<B>();
  const index size = placed<C>::count(m, n, of_c);
  std::memset(static_cast<void*>(c.memory.data()), 0x5a, static_cast<std::size_t>(size) * sizeof(C));
  C untouched;
  std::memset(static_cast<void*>(&untouched), 0x5a, sizeof(C));

  tutti::kernel::multiply<T>(m, n, k, matrix<const A>{a.view.data, a.view.row_stride, a.view.column_stride}, b.view,
                             c.view, threads);
  index wrong = 0;
  for (index i = 0; i < m; ++i)
    for (index j = 0; j < n; ++j) {
      decltype(exact(T())) sum{};
      for (index l = 0; l < k; ++l)
        sum += static_cast<decltype(sum)>(exact(a(i, l))) * static_cast<decltype(sum)>(exact(b(l, j)));
      if constexpr (std::same_as<C, bool>) wrong += c(i, j) != (sum != 0);
      else wrong += c(i, j) != tutti::convert_element<C>(tutti::convert_element<T>(sum));
    }
  if (of_c == order::gaps)
    for (index x = 0; x < size; ++x)
      if (x % 3 != 0) wrong += std::memcmp(c.memory.data() + x, &untouched, sizeof(C)) != 0;
  return wrong;
}

constexpr order readable[] = {order::rows,      order::columns,      order::gaps,
                              order::backwards, order::repeated_row, order::repeated_column};

template <class T, class A = T, class B = A, class C = T>
void check_shapes(int rounds, index greatest) {
  for (int round = 0; round < rounds; ++round) {
    // Small extents are as likely as great ones, and so are a vector's.
    const auto extent = [&] { return draw(0, 5) == 0 ? draw(0, 2) : draw(1, draw(0, 1) == 0 ? 20 : greatest); };
    const index m = extent(), n = extent(), k = extent();
    const order of_a = readable[draw(0, 5)], of_b = readable[draw(0, 5)], of_c = readable[draw(0, 3)];
    INFO("round " << round << ": " << m << " x " << n << " x " << k << ", orders " << int(of_a) << int(of_b)
                  << int(of_c));
    CHECK(wrong_elements<T, A, B, C>(m, n, k, of_a, of_b, of_c) == 0);
  }
}

TEMPLATE_TEST_CASE("products of small matrices", "", float, double, std::complex<float>, std::complex<double>) {
  check_shapes<TestType>(200, 90);
}

TEMPLATE_TEST_CASE("products of integers wrap around", "", std::int8_t, std::uint16_t, std::int32_t, std::uint64_t) {
  check_shapes<TestType>(100, 70);
}

TEST_CASE("types are converted while packing and storing") {
  check_shapes<float, float16, float16, float>(60, 60);
  check_shapes<float, bfloat16, float, float16>(60, 60);
  check_shapes<float, bool, bool, bool>(60, 60);
  check_shapes<double, float, std::int32_t, double>(60, 60);
  check_shapes<std::complex<double>, std::complex<float>, double, std::complex<float>>(60, 60);
  check_shapes<std::int32_t, std::uint8_t, std::int16_t, float>(60, 60);
}

TEMPLATE_TEST_CASE("bytes are widened while they are multiplied", "", std::int8_t, std::uint8_t) {
  check_shapes<std::int32_t, TestType, std::int8_t, std::int32_t>(100, 70);
  check_shapes<std::int32_t, TestType, std::uint8_t, std::int32_t>(100, 70);
  // The greatest products there are, in more than one block of steps.
  const auto least = std::numeric_limits<TestType>::min(), greatest = std::numeric_limits<TestType>::max();
  for (const auto& [x, y] : {std::pair{least, least}, std::pair{least, greatest}, std::pair{greatest, greatest}}) {
    const index m = 15, n = 35, k = 3001;
    const std::vector<TestType> a(static_cast<std::size_t>(m * k), x), b(static_cast<std::size_t>(k * n), y);
    std::vector<std::int32_t> c(static_cast<std::size_t>(m * n));
    tutti::kernel::multiply<std::int32_t>(m, n, k, matrix<const TestType>{a.data(), k, 1},
                                          matrix<const TestType>{b.data(), n, 1}, matrix<std::int32_t>{c.data(), n, 1},
                                          1);
    CHECK(c == std::vector<std::int32_t>(c.size(), static_cast<std::int32_t>(int{x} * int{y} * k)));
  }
}

TEST_CASE("many blocks") {
  const index depth = tutti::kernel::choose_blocking<float>(100, 100000).depth;
  for (const order of_c : {order::rows, order::columns, order::gaps})
    for (const index k : {depth - 1, depth, depth + 1, 3 * depth + 5}) {
      CHECK(wrong_elements<float, float, float, float>(47, 83, k, order::rows, order::rows, of_c) == 0);
      CHECK(wrong_elements<float, float16, float, double>(47, 83, k, order::columns, order::rows, of_c) == 0);
    }
  const index wide = tutti::kernel::choose_blocking<double>(100000, depth).columns * 2 + 3;
  CHECK(wrong_elements<double, double, double, double>(3, wide, 2 * depth, order::rows, order::rows, order::rows) == 0);
  CHECK(wrong_elements<double, double, double, double>(30, 70, 2 * depth, order::rows, order::columns, order::gaps) ==
        0);
  if (test::emulated()) return; // what follows sums more than 10^9 products one by one, to compare with
  // More rows than wait, or stay packed, at once, under more than one block of columns.
  const index columns = tutti::kernel::choose_blocking<double>(100000, depth).columns + 5;
  for (const order of_c : {order::rows, order::gaps})
    CHECK(wrong_elements<double, double, double, double>(2060, columns, depth, order::rows, order::rows, of_c) == 0);
}

TEST_CASE("long vectors") {
  for (const index k : {1000, 1024, 1025, 5000}) {
    CHECK(wrong_elements<float, float, float, float>(1, 1, k, order::rows, order::rows, order::rows) == 0);
    CHECK(wrong_elements<double, float, double, float>(7, 1, k, order::rows, order::gaps, order::gaps) == 0);
    CHECK(wrong_elements<float, float, float, float>(5, 1, k, order::columns, order::rows, order::rows) == 0);
    CHECK(wrong_elements<float, float16, float, float>(1, k, 9, order::backwards, order::rows, order::rows) == 0);
    CHECK(wrong_elements<std::complex<float>, std::complex<float>, std::complex<float>, std::complex<float>>(
              1, 6, k, order::rows, order::columns, order::rows) == 0);
  }
}

TEST_CASE("vectors from the cache") {
  for (const index n : {1, 3, 17, 64, 100, 130, 260})
    for (const index k : {1, 5, 64, 200}) {
      INFO(n << " and " << k);
      CHECK(wrong_elements<float, float, float, float>(1, n, k, order::rows, order::rows, order::rows) == 0);
      CHECK(wrong_elements<double, double, double, double>(1, n, k, order::gaps, order::rows, order::gaps) == 0);
      CHECK(wrong_elements<float, float, float, float>(n, 1, k, order::columns, order::rows, order::columns) == 0);
      CHECK(wrong_elements<double, double, double, double>(n, 1, k, order::rows, order::backwards, order::gaps) == 0);
    }
}

TEST_CASE("nothing to sum gives zeros") {
  CHECK(wrong_elements<float, float, float, float>(20, 40, 0, order::rows, order::rows, order::rows) == 0);
  CHECK(wrong_elements<float, float, float, float>(1, 40, 0, order::rows, order::rows, order::gaps) == 0);
  CHECK(wrong_elements<int, int, int, int>(20, 1, 0, order::rows, order::rows, order::rows) == 0);
}

TEST_CASE("the number of threads changes nothing", "[parallel]") {
  std::uniform_real_distribution<float> real(-1, 1);
  for (const auto& size : {std::array<index, 3>{130, 170, 700},
                           {300, 1, 3000},
                           {1, 300, 700},
                           {5, 1000, 40},
                           {33, 47, 64},
                           {90, 100, 80}}) {
    const index m = size[0], n = size[1], k = size[2];
    std::vector<float> a(static_cast<std::size_t>(m * k)), b(static_cast<std::size_t>(k * n));
    for (float& x : a) x = real(generator);
    for (float& x : b) x = real(generator);
    const auto product = [&](int threads) {
      std::vector<float> c(static_cast<std::size_t>(m * n), -1);
      tutti::kernel::multiply<float>(m, n, k, matrix<const float>{a.data(), k, 1}, matrix<const float>{b.data(), n, 1},
                                     matrix<float>{c.data(), n, 1}, threads);
      return c;
    };
    const auto one = product(1);
    for (const int threads : {2, 3, 4, 7}) CHECK(product(threads) == one);
  }
}

TEST_CASE("a sum of many products stays exact to its last digits") {
  // One after the other, the sum of 2^25 ones in float would end at 2^24.
  const index k = index{1} << 25;
  std::vector<float> ones(static_cast<std::size_t>(k), 1);
  float sum = 0;
  tutti::kernel::multiply<float>(1, 1, k, matrix<const float>{ones.data(), k, 1},
                                 matrix<const float>{ones.data(), 1, 1}, matrix<float>{&sum, 1, 1}, 1);
  CHECK(sum == static_cast<float>(k));
}

} // namespace
