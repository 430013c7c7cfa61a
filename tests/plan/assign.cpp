// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <new>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

// How often the heap was asked, by anybody.
static long allocations = 0;
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto a = static_cast<std::size_t>(alignment);
  if (void* const memory = std::aligned_alloc(a, (size + a - 1) / a * a)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace tutti {

namespace {

// The allocations of a statement, once whatever a thread keeps for its life is there.
template <class F>
long allocations_of(const F& statement) {
  statement();
  const long before = allocations;
  statement();
  return allocations - before;
}

} // namespace

TEST_CASE("an assignment that needs no temporary does not touch the heap") {
  set_num_threads(1);
  tensor<float, 2> a({100, 60}, 1.f), b({100, 60}, 2.f), y({100, 60});
  tensor<float, 1> row({60}, 3.f), s({100}), columns({60});
  tensor<float> any({100, 60});
  CHECK(allocations_of([&] { y = a + b * 2; }) == 0);
  CHECK(allocations_of([&] { y = a + row; }) == 0);
  CHECK(allocations_of([&] { y += a; }) == 0);
  CHECK(allocations_of([&] { y(all, range(0, 60, 2)) = a(all, range(1, 60, 2)); }) == 0);
  CHECK(allocations_of([&] { y = a + b(range(none, none, -1), all); }) == 0);
  CHECK(allocations_of([&] { any = a - b; }) == 0);
  CHECK(allocations_of([&] { s = sum(a, 1); }) == 0);
  CHECK(allocations_of([&] { columns = sum(a, 0); }) == 0);
  CHECK(allocations_of([&] { y = exp(a - max(a, 1, keepdims)) / sum(exp(a - max(a, 1, keepdims)), 1, keepdims); }) ==
        0);
  CHECK(allocations_of([&] { y = y / sum(y, 1, keepdims); }) == 0);
  CHECK(allocations_of([&] { y(0, 0) = sum(a); }) == 0);
  CHECK(allocations_of([&] { y = 3; }) == 0);
  set_num_threads(0);
}

TEST_CASE("a statement over overlapping memory takes one temporary") {
  set_num_threads(1);
  tensor<float, 1> v({1000}, 1.f);
  CHECK(allocations_of([&] { v(range(1, 1000)) = v(range(0, 999)); }) == 1);
  set_num_threads(0);
}

TEST_CASE("an assignment of another shape gives the tensor that shape") {
  tensor<float> y({2, 3});
  y = zeros({4, 5}) + 1;
  CHECK(y.shape() == index_list(4, 5));
  y = sum(y, 0);
  CHECK(y.shape() == index_list<1>{{5}});
  tensor<float, 2> fixed_rank({2, 2});
  CHECK_THROWS_WITH((fixed_rank = y), "a tensor of rank 2 cannot take shape (5,)");
  CHECK(fixed_rank.shape() == index_list(2, 2));
}

TEST_CASE("compound assignment never changes a shape") {
  tensor<float> y({2, 3}, 1.f);
  y += array({1.f, 2.f, 3.f});
  CHECK(y(1, 2) == 4);
  CHECK_THROWS_WITH((y += zeros({4, 2, 3})), "cannot assign shape (4, 2, 3) to shape (2, 3)");
  CHECK_THROWS_WITH((y *= zeros({4})), "cannot multiply shapes (2, 3) and (4,): axis 1 is 3 and 4");
  CHECK(y.shape() == index_list(2, 3));
  CHECK(float(sum(y)) == 18);
}

TEST_CASE("an error leaves the destination as it was") {
  tensor<float, 1> y = array({1.f, 2.f, 3.f});
  const float* const memory = y.data();
  CHECK_THROWS_AS((y = max(zeros({0, 4}), 0)), value_error);
  CHECK_THROWS_AS((y = y + zeros({2})), shape_error);
  CHECK_THROWS_AS((y(range(0, 2)) = y), shape_error);
  CHECK(array_equal(y, array({1.f, 2.f, 3.f})));
  CHECK(y.data() == memory);
}

TEST_CASE("elements convert to the destination's type") {
  tensor<int, 1> i({3});
  i = array({1.9, -1.9, 2.});
  CHECK(array_equal(i, array({1, -1, 2})));
  tensor<bool, 1> b({3});
  b = array({0., 0.5, -1.});
  CHECK(array_equal(b, array({false, true, true})));
  tensor<std::complex<float>, 1> c({3});
  c = array({1, 2, 3});
  CHECK(c(2) == 3.f);
  tensor<std::uint8_t, 1> u({3});
  CHECK_THROWS_AS((u = 256), value_error);
  u = 255;
  u += 1;
  CHECK(u(0) == 0);
}

TEST_CASE("empty and rank-0 destinations") {
  tensor<float, 2> y({0, 3});
  y = y + 1;
  y = zeros({0, 3}) * zeros({1, 3});
  CHECK(y.size() == 0);
  tensor<double, 0> x;
  x = sum(array({1., 2.}));
  CHECK(x == 3);
  x += 1;
  CHECK(x == 4);
  view<double, 0> v(x.data(), {});
  v = v * 2;
  CHECK(x == 8);
}

TEST_CASE("rank-0 results that do not fit a result of one element") {
  tensor<float, 2> one({1, 1});
  one(ellipsis) = sum(array({1.f, 2.f}));
  CHECK(one(0, 0) == 3);
  CHECK(one.item() == 3);
}

} // namespace tutti
