// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

// Two views of one buffer: shifted, reversed, transposed, strided, the same.
template <class T>
struct pair_of_views {
  placement from, to;
  std::shared_ptr<buffer<T>> memory;
};

template <class T>
pair_of_views<T> overlapping(dice& d, const dynamic_shape& from, const dynamic_shape& to) {
  pair_of_views<T> p;
  p.from = random_placement(d, from, true);
  p.to = random_placement(d, to, false);
  if (from == to) {
    const int how = static_cast<int>(d.between(0, 5));
    if (how <= 3) p.from = p.to;
    if (how == 1) p.from.offset += d.between(0, 3); // shifted
    if (how == 2)                                   // reversed along some axes
      for (index a = 0; a < from.size(); ++a)
        if (from[a] > 0 && d.chance(0.5)) {
          p.from.offset += (from[a] - 1) * p.from.strides[a];
          p.from.strides[a] = -p.from.strides[a];
        }
    if (how == 3 && from.size() >= 2) { // with two equal axes exchanged, if there are any
      for (index a = 0; a + 1 < from.size(); ++a)
        if (from[a] == from[a + 1]) std::swap(p.from.strides[a], p.from.strides[a + 1]);
    }
  }
  if (d.chance(0.3)) p.from.offset += d.between(0, 5);
  if (d.chance(0.3)) p.to.offset += d.between(0, 5);
  const index span = std::max(p.from.offset + p.from.span, p.to.offset + p.to.span) + p.from.span + 10;
  p.memory = std::make_shared<buffer<T>>(d, span, true);
  return p;
}

template <class T>
tutti::view<T> view_of(const placement& p, buffer<T>& memory) { return {memory.data() + p.offset, p.shape, p.strides}; }

template <class T, class Formula>
void overlaps(const char* name, int count, index low, index high, const Formula& formula, bool square = false) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    dynamic_shape shape = random_shape(d, d.between(low, high), random_limit(d));
    if (square && shape.size() >= 2 && shape[1] <= 100) shape[0] = shape[1];
    // The result's shape, from an expression that is not evaluated.
    const leaf<T> model(d, shape, true);
    const auto e = formula(model.view());
    const dynamic_shape result = as_dynamic(e.shape());
    const auto p = overlapping<T>(d, shape, result);
    const auto from = view_of(p.from, *p.memory), to = view_of(p.to, *p.memory);
    description = std::string(name) + " from " + describe(from) + " at " + std::to_string(p.from.offset) + " to " +
                  describe(to) + " at " + std::to_string(p.to.offset);
    INFO(description);
    const auto expected = formula(copy_of(from));
    return check_view(to, *p.memory, formula(from), expected);
  });
}

TEST_CASE("a destination that overlaps what is read") {
  SECTION("copy") {
    overlaps<float>("x", 500, 1, 4, [](const auto& x) { return x * 1; }, true);
  }
  SECTION("x * 2 + 1") {
    overlaps<double>("x * 2 + 1", 300, 1, 4, [](const auto& x) { return x * 2 + 1; });
  }
  SECTION("uint8") {
    overlaps<std::uint8_t>("x + x", 300, 1, 3, [](const auto& x) { return x + x; }, true);
  }
  SECTION("transpose") {
    overlaps<float>("transpose(x)", 300, 2, 3, [](const auto& x) { return transpose(x) - 1; }, true);
  }
  SECTION("normalised rows") {
    overlaps<float>("x / sum(x, -1, keepdims)", 300, 1, 3,
                    [](const auto& x) { return x / sum(x, -1, tutti::keepdims); });
  }
  SECTION("normalised columns") {
    overlaps<double>("x / sum(x, 0, keepdims)", 300, 1, 3,
                     [](const auto& x) { return x / sum(x, 0, tutti::keepdims); });
  }
  SECTION("less the mean") {
    overlaps<float>("x - mean(x)", 200, 0, 3, [](const auto& x) { return x - mean(x); });
  }
  SECTION("sums") {
    overlaps<double>("sum(x, 0)", 200, 1, 3, [](const auto& x) { return sum(x, 0); });
  }
}

TEST_CASE("several leaves in the destination's memory") {
  repeat(400, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(1, 3), random_limit(d));
    const auto p = overlapping<float>(d, shape, shape);
    const auto from = view_of(p.from, *p.memory), to = view_of(p.to, *p.memory);
    description = "x * y + y from " + describe(from) + " at " + std::to_string(p.from.offset) + " to y, " +
                  describe(to) + " at " + std::to_string(p.to.offset);
    INFO(description);
    const auto formula = [](const auto& x, const auto& y) { return x * y + y; };
    return check_view(to, *p.memory, formula(from, to), formula(copy_of(from), copy_of(to)));
  });
}

TEST_CASE("compound assignment to overlapping views") {
  const auto compound = [](const char* name, const auto& assign, const auto& formula) {
    repeat(200, [&](dice& d, std::string& description) -> std::string {
      const dynamic_shape shape = random_shape(d, d.between(1, 3), random_limit(d));
      const auto p = overlapping<float>(d, random_partner(d, shape), shape);
      const auto from = view_of(p.from, *p.memory), to = view_of(p.to, *p.memory);
      description = "y " + std::string(name) + " x, x " + describe(from) + " at " + std::to_string(p.from.offset) +
                    ", y " + describe(to) + " at " + std::to_string(p.to.offset);
      INFO(description);
      const auto expected = formula(copy_of(to), copy_of(from));
      assign(to, from);
      return difference(to, expected);
    });
  };
  SECTION("+=") {
    compound("+=", [](auto& y, auto& x) { y += x; }, [](const auto& y, const auto& x) { return y + x; });
  }
  SECTION("-=") {
    compound("-=", [](auto& y, auto& x) { y -= x; }, [](const auto& y, const auto& x) { return y - x; });
  }
  SECTION("*=") {
    compound("*=", [](auto& y, auto& x) { y *= x; }, [](const auto& y, const auto& x) { return y * x; });
  }
  SECTION("/=") {
    compound("/=", [](auto& y, auto& x) { y /= x; }, [](const auto& y, const auto& x) { return y / x; });
  }
  SECTION("+= a sum") {
    compound(
        "+= sum(y, 0) +", [](auto& y, auto& x) { y += sum(y, 0) + x; },
        [](const auto& y, const auto& x) { return y + (sum(y, 0) + x); });
  }
}

} // namespace random_test
