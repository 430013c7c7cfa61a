// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace reference {

// Running folds, positions of extremes, other shapes, concatenation.
template <class T, class Step>
auto running(const array<T>& x, index axis, Step step) {
  const auto at = static_cast<std::size_t>(axis < 0 ? axis + x.rank() : axis);
  array<T> result(x.shape());
  for_each_position(x.shape(), [&](const shape_t& p) {
    shape_t before = p;
    --before[at];
    result.set(p, p[at] == 0 ? x.at(p) : step(result.at(before), x.at(p)));
  });
  return result;
}
template <class T>
auto cumsum(const array<T>& x, index axis) { return running(x, axis, [](T a, T b) { return a + b; }); }
template <class T>
auto cummax(const array<T>& x, index axis) { return running(x, axis, [](T a, T b) { return b > a ? b : a; }); }

template <class T, class... Keep>
auto argmax(const array<T>& x, index axis, Keep...) {
  const auto at = static_cast<std::size_t>(axis < 0 ? axis + x.rank() : axis);
  const array<T> greatest = max(x, axis, tutti::keepdims);
  array<std::int64_t> where(greatest.shape(), -1);
  for_each_position(x.shape(), [&](const shape_t& p) {
    shape_t q = p;
    q[at] = 0;
    if (where.at(q) < 0 && x.at(p) == greatest.at(q)) where.set(q, p[at]);
  });
  if (sizeof...(Keep) > 0) return where;
  return pick(where, static_cast<index>(at), 0);
}

template <class T>
auto ravel(const array<T>& x) {
  array<T> result({x.size()});
  for (index k = 0; k < x.size(); ++k) result.set(k, x[k]);
  return result;
}

template <class T>
auto concatenate(index axis, const array<T>& a, const array<T>& b) {
  const auto at = static_cast<std::size_t>(axis < 0 ? axis + a.rank() : axis);
  shape_t shape = a.shape();
  shape[at] += b.shape()[at];
  array<T> result(shape);
  for_each_position(shape, [&](shape_t p) {
    shape_t q = p;
    const bool first = p[at] < a.shape()[at];
    if (!first) q[at] -= a.shape()[at];
    result.set(p, first ? a.at(q) : b.at(q));
  });
  return result;
}

} // namespace reference

namespace random_test {

template <class T, class A, class Formula>
void along_axis(const char* name, int count, const Formula& formula) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(1, 4), random_limit(d));
    const leaf<A> a(d, shape);
    const auto va = a.view();
    const index axis = d.between(-shape.size(), shape.size() - 1);
    description = std::string(name) + " along axis " + std::to_string(axis) + " of " + describe(va);
    INFO(description);
    return check_statement<T>(d, [&](const auto& x) { return formula(x, axis); }, va);
  });
}

TEST_CASE("scans") {
  SECTION("cumsum") {
    along_axis<double, double>("cumsum", 200, [](const auto& x, index axis) { return cumsum(x, axis); });
  }
  SECTION("cummax of a formula, in a formula") {
    along_axis<float, float>("cummax(2 * x) - x", 200,
                             [](const auto& x, index axis) { return cummax(2 * x, axis) - x; });
  }
}

TEST_CASE("positions of extremes") {
  SECTION("argmax") {
    along_axis<std::int64_t, float>("argmax", 250, [](const auto& x, index axis) { return argmax(x, axis); });
  }
  SECTION("argmax of uint8") {
    along_axis<std::int64_t, std::uint8_t>("argmax", 200,
                                           [](const auto& x, index axis) { return argmax(x, axis, tutti::keepdims); });
  }
}

TEST_CASE("reshapes and joins") {
  SECTION("ravel") {
    along_axis<float, float>("ravel(transpose(x)) * 2", 200,
                             [](const auto& x, index) { return ravel(transpose(x)) * 2; });
  }
  SECTION("concatenate") {
    along_axis<float, float>("concatenate(axis, x, flip(x, 0))", 200,
                             [](const auto& x, index axis) { return concatenate(axis, x, flip(x, 0) + 1); });
  }
}

} // namespace random_test
