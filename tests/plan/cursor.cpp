// SPDX-License-Identifier: MIT
// labels: parallel
// How leaves are read: stretched along any axes, with any stride, over short and long rows, in blocks of several rows.
#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

template <class T>
tensor<T, 3> counted(const index_list<3>& shape) {
  tensor<T, 3> x(shape);
  for (index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<T>(i * 7 % 251);
  return x;
}

index extent_with(index extent, index step) { return step == 0 ? 1 : (extent - 1) * std::abs(step) + 1; }

// A tensor that range(none, none, step) makes this shape of, or that stretches where the step is 0.
template <class T>
tensor<T, 3> for_steps(const index_list<3>& shape, const index_list<3>& step) {
  return counted<T>({extent_with(shape[0], step[0]), extent_with(shape[1], step[1]), extent_with(shape[2], step[2])});
}

template <class X>
auto stepped(X& x, const index_list<3>& step) {
  const auto every = [](index s) { return range(none, none, s == 0 ? 1 : s); };
  return x(every(step[0]), every(step[1]), every(step[2]));
}

template <class View>
auto element(const View& v, index i, index j, index k) {
  return v(v.shape()[0] == 1 ? 0 : i, v.shape()[1] == 1 ? 0 : j, v.shape()[2] == 1 ? 0 : k);
}

template <class T>
void check(const index_list<3>& shape, const index_list<3>& of_y, const index_list<3>& of_a,
           const index_list<3>& of_b) {
  auto memory = for_steps<float>(shape, of_y);
  const auto before = memory;
  const auto x = for_steps<T>(shape, of_a);
  const auto z = for_steps<float>(shape, of_b);
  auto y = stepped(memory, of_y);
  const auto a = stepped(x, of_a);
  const auto b = stepped(z, of_b);
  y = a * 2.f + b;
  index wrong = 0, touched = 0;
  for (index i = 0; i < shape[0]; ++i)
    for (index j = 0; j < shape[1]; ++j)
      for (index k = 0; k < shape[2]; ++k)
        wrong += y(i, j, k) != static_cast<float>(element(a, i, j, k)) * 2.f + element(b, i, j, k);
  for (index i = 0; i < memory.size(); ++i) touched += memory.data()[i] != before.data()[i] ? 1 : 0;
  INFO(to_string(shape) << " y " << to_string(of_y) << " a " << to_string(of_a) << " b " << to_string(of_b));
  CHECK(wrong == 0);
  CHECK(touched <= y.size());
}

} // namespace

TEMPLATE_TEST_CASE("leaves of any stride", "", float, std::uint8_t) {
  // Short rows, rows that make blocks, more rows than a block has, and rows longer than a packing buffer.
  const std::vector<index_list<3>> shapes = {{5, 700, 3}, {2, 900, 4},  {3, 40, 2},   {9, 5, 63},   {3, 150, 64},
                                             {2, 70, 80}, {1, 3, 1100}, {4, 1, 2500}, {1, 2048, 3}, {1, 1031, 5}};
  const std::vector<index_list<3>> steps = {{1, 1, 1}, {0, 1, 1},  {1, 0, 1},  {1, 1, 0},  {0, 0, 1}, {0, 1, 0},
                                            {1, 0, 0}, {0, 0, 0},  {1, 1, 2},  {1, 1, -1}, {1, 2, 3}, {-1, 1, -2},
                                            {1, 1, 4}, {0, 1, -3}, {2, -1, 1}, {1, 0, 2}};
  for (const auto& shape : shapes)
    for (const auto& of_a : steps) {
      check<TestType>(shape, {1, 1, 1}, of_a, {1, 1, 1});
      check<TestType>(shape, {1, 1, 1}, of_a, {0, 1, 0});
      check<TestType>(shape, {1, 1, 2}, of_a, {1, 0, 1});
      check<TestType>(shape, {2, -1, 1}, of_a, {1, 1, 0});
    }
}

} // namespace tutti
