// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

template <class T>
reference::array<T> counting(const reference::shape_t& shape, T start = 0, T step = 1) {
  reference::array<T> result(shape);
  for (index k = 0; k < result.size(); ++k) result.set(k, static_cast<T>(start + step * static_cast<T>(k)));
  return result;
}

// A statement of generators and one leaf: the library's formula and the reference's are said apart.
template <class T, class Build>
void generated(const char* name, int count, index low, const Build& build) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(low, 3), random_limit(d));
    const leaf<float> a(d, shape);
    const auto va = a.view();
    description = std::string(name) + " with " + describe(va);
    INFO(description);
    const auto& [e, expected] = build(va, shape, copy_of(va));
    const leaf<T> destination(d, as_dynamic(e.shape()), false, false);
    return check_view(destination.view(), *destination.memory, e, expected);
  });
}

TEST_CASE("generators inside formulas") {
  SECTION("iota") {
    generated<double>("x + iota", 200, 0, [](const auto& x, const dynamic_shape& shape, const auto& copy) {
      return std::pair(x + tutti::iota<double>(shape), copy + counting<double>(to_reference(shape)));
    });
  }
  SECTION("transposed iota of integers") {
    generated<std::int64_t>("transpose(iota) * 2", 200, 1, [](const auto&, const dynamic_shape& shape, const auto&) {
      return std::pair(transpose(tutti::iota<std::int32_t>(shape)) * 2,
                       transpose(counting<std::int32_t>(to_reference(shape))) * 2);
    });
  }
  SECTION("arange along the last axis") {
    generated<float>("x * arange", 200, 1, [](const auto& x, const dynamic_shape& shape, const auto& copy) {
      const index n = shape.back();
      return std::pair(x * tutti::arange(3.f, static_cast<float>(3 + 2 * n), 2.f), copy * counting<double>({n}, 3, 2));
    });
  }
  SECTION("eye") {
    generated<float>("x - eye", 200, 2, [](const auto& x, const dynamic_shape& shape, const auto& copy) {
      const index rows = shape[shape.size() - 2], columns = shape.back();
      reference::array<double> identity({rows, columns});
      for (index i = 0; i < std::min(rows, columns); ++i) identity.set({i, i}, 1);
      return std::pair(x - tutti::eye(rows, columns), copy - identity);
    });
  }
  SECTION("reductions of generators") {
    generated<double>("sum(iota * x, 0)", 200, 1, [](const auto& x, const dynamic_shape& shape, const auto& copy) {
      return std::pair(sum(tutti::iota<double>(shape) * x, 0), sum(counting<double>(to_reference(shape)) * copy, 0));
    });
  }
  SECTION("constants") {
    generated<float>("x * ones + full", 100, 0, [](const auto& x, const dynamic_shape& shape, const auto& copy) {
      return std::pair(x * tutti::ones<float>(shape) + tutti::full(shape, 2.5f), copy + 2.5);
    });
  }
}

} // namespace random_test
