// SPDX-License-Identifier: MIT
// labels: parallel
// How leaves are read: stretched along any axes, with any stride, over short and long rows, in blocks of several rows.
#include <complex>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

template <class T>
tensor<T, 3> counted(const index_list<3>& shape) {
  tensor<T, 3> x(shape);
  for (index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<T>(static_cast<std::uint8_t>(i * 7 % 251));
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

TEMPLATE_TEST_CASE("copies that transpose", "", std::uint8_t, std::int16_t, float, double, std::complex<double>) {
  for (const index_list<3> shape : {index_list<3>{33, 40, 17}, {3, 70, 90}, {128, 5, 300}, {1, 64, 64}, {65, 1, 31}}) {
    const auto x = counted<TestType>(shape);
    for (const index_list<3> axes : {index_list<3>{2, 1, 0}, {2, 0, 1}, {0, 2, 1}, {1, 2, 0}, {1, 0, 2}}) {
      const tensor<TestType, 3> y = permute(x, axes[0], axes[1], axes[2]);
      // Into a part of something larger too, whose other elements stay.
      tensor<TestType, 3> larger({y.shape()[0] + 2, y.shape()[1] + 3, y.shape()[2] + 5});
      larger(range(1, -1), range(2, -1), range(4, -1)) = permute(x, axes[0], axes[1], axes[2]);
      index wrong = 0;
      for (index i = 0; i < larger.shape()[0]; ++i)
        for (index j = 0; j < larger.shape()[1]; ++j)
          for (index k = 0; k < larger.shape()[2]; ++k) {
            const index_list<3> at{i - 1, j - 2, k - 4};
            bool inside = true;
            index_list<3> from{0, 0, 0};
            for (index a = 0; a < 3; ++a) {
              inside = inside && at[a] >= 0 && at[a] < y.shape()[a];
              from[axes[a]] = at[a];
            }
            const TestType expected = inside ? x(from[0], from[1], from[2]) : TestType{};
            wrong += larger(i, j, k) != expected;
            if (inside) wrong += y(at[0], at[1], at[2]) != expected;
          }
      INFO(to_string(shape) << " permuted " << to_string(axes));
      CHECK(wrong == 0);
    }
  }
}

TEMPLATE_TEST_CASE("formulas of transposed leaves", "", std::int16_t, std::int32_t, std::int64_t, float, double) {
  const auto filled = [](const index_list<2>& shape, int factor) {
    tensor<TestType, 2> x(shape);
    for (index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<TestType>(i * factor % 61);
    return x;
  };
  for (const auto& [rows, columns] : {std::pair<index, index>{1, 40},
                                      {3, 100},
                                      {8, 16},
                                      {16, 8},
                                      {31, 33},
                                      {64, 48},
                                      {65, 130},
                                      {72, 65},
                                      {128, 512},
                                      {150, 333}}) {
    // Of each operand a part that begins somewhere in it.
    const auto a = filled({rows + 1, columns + 3}, 7), b = filled({columns + 2, rows + 5}, 11);
    const auto column = filled({rows, 1}, 5), row = filled({1, columns}, 3);
    const auto x = a(range(1, none), range(3, none)), turned = transpose(b(range(2, none), range(1, rows + 1)));
    const auto element = [&](index i, index j) { return static_cast<TestType>(b(j + 2, i + 1)); };
    tensor<TestType, 2> y({rows + 2, columns + 1});
    const auto check = [&](const auto& assign, const auto& expected) {
      tensor<TestType, 2> first;
      for (const int threads : {1, 2, 3}) {
        set_num_threads(threads);
        y = TestType(99);
        assign(y(range(1, rows + 1), range(0, columns)));
        if (threads == 1) {
          first = y;
          bool right = true;
          for (index i = 0; i < rows + 2; ++i)
            for (index j = 0; j < columns + 1; ++j) {
              const bool inside = i >= 1 && i <= rows && j < columns;
              right = right && y(i, j) == (inside ? static_cast<TestType>(expected(i - 1, j)) : TestType(99));
            }
          CHECK(right);
        }
        CHECK(all(y == first));
      }
      set_num_threads(0);
    };
    CAPTURE(rows, columns);
    check([&](auto to) { to = x + turned; }, [&](index i, index j) { return a(i + 1, j + 3) + element(i, j); });
    check([&](auto to) { to = turned * TestType(2); }, [&](index i, index j) { return element(i, j) * 2; });
    check([&](auto to) { to = turned - x * turned; },
          [&](index i, index j) { return element(i, j) - a(i + 1, j + 3) * element(i, j); });
    check([&](auto to) { to = column + turned + row; },
          [&](index i, index j) { return column(i, 0) + element(i, j) + row(0, j); });
    check([&](auto to) { to += turned; }, [&](index i, index j) { return 99 + element(i, j); });
    check([&](auto to) { to = x + transpose(b(range(none, 1, -1), range(1, rows + 1))); },
          [&](index i, index j) { return a(i + 1, j + 3) + b(columns + 1 - j, i + 1); });
    check([&](auto to) { to = x + transpose(b(range(2, none), range(rows, 0, -1))); },
          [&](index i, index j) { return a(i + 1, j + 3) + b(j + 2, rows - i); });
    if (sizeof(TestType) > 2) { // beside elements of another size
      const tensor<std::int8_t, 2> small = cast<std::int8_t>(b);
      check([&](auto to) { to = cast<TestType>(x + transpose(small(range(2, none), range(1, rows + 1)))); },
            [&](index i, index j) { return a(i + 1, j + 3) + element(i, j); });
    }
  }
  // What is written is read transposed.
  auto square = filled({75, 75}, 7);
  const auto before = square;
  square += transpose(square);
  bool right = true;
  for (index i = 0; i < 75; ++i)
    for (index j = 0; j < 75; ++j) right = right && square(i, j) == static_cast<TestType>(before(i, j) + before(j, i));
  CHECK(right);
}

TEMPLATE_TEST_CASE("formulas of permuted leaves", "", float, double) {
  const auto x = counted<TestType>({21, 34, 45});
  const auto check = [&](const index_list<3>& axes) {
    index_list<3> shape;
    for (index a = 0; a < 3; ++a) shape[a] = x.shape()[axes[a]];
    const auto y = counted<TestType>(shape);
    const tensor<TestType, 3> sum = y + permute(x, axes[0], axes[1], axes[2]);
    bool right = true;
    for (index i = 0; i < shape[0]; ++i)
      for (index j = 0; j < shape[1]; ++j)
        for (index k = 0; k < shape[2]; ++k) {
          index_list<3> from;
          from[axes[0]] = i;
          from[axes[1]] = j;
          from[axes[2]] = k;
          right = right && sum(i, j, k) == y(i, j, k) + x(from[0], from[1], from[2]);
        }
    CHECK(right);
  };
  check({0, 2, 1});
  check({2, 0, 1});
  check({2, 1, 0});
  check({1, 0, 2});
  check({1, 2, 0});
}

TEST_CASE("what several folds have in common") {
  const index n = 700;
  tensor<float, 1> x({n}), z({n}), m({n});
  for (index i = 0; i < n; ++i) {
    x.data()[i] = static_cast<float>(i % 37) / 37;
    z.data()[i] = static_cast<float>(i % 53) / 53;
    m.data()[i] = static_cast<float>(i % 7);
  }
  const auto dx = x - x(all, newaxis), dz = z - z(all, newaxis);
  const auto r2 = square(dx) + square(dz) + 1e-2f;
  const auto w = m / (r2 * sqrt(r2));
  const auto other = m / (r2 * sqrt(r2 + 1.f)); // of another type
  const auto less = z / (r2 * sqrt(r2));        // of one type, and not the same
  const auto [a, b, c, d] = eval(sum(w * dx, 1), sum(w * dz, 1), sum(other * dx, 1), sum(less * dz, 1));
  const auto [e, f] = eval(sum(w * dx, 0), max(w * dz, 0));
  const auto near = [](const auto& p, const auto& q) { return allclose(p, q, 1e-4, 1e-3); };
  CHECK(near(a, tensor(sum(tensor(w) * tensor(dx), 1))));
  CHECK(near(b, tensor(sum(tensor(w) * tensor(dz), 1))));
  CHECK(near(c, tensor(sum(tensor(other) * tensor(dx), 1))));
  CHECK(near(d, tensor(sum(tensor(less) * tensor(dz), 1))));
  CHECK(near(e, tensor(sum(tensor(w) * tensor(dx), 0))));
  CHECK(near(f, tensor(max(tensor(w) * tensor(dz), 0))));
}

} // namespace tutti
