// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

// One step of a chain of views, for the library's expression and for the reference alike.
struct step {
  enum { slice, flip, permute, expand, pick, stretch } kind;
  index axis = 0;
  std::optional<index> start, stop;
  index stride = 1;
  dynamic_shape numbers; // an order, or a shape
};

step random_step(dice& d, const dynamic_shape& shape) {
  step s{};
  const index rank = shape.size();
  if (rank == 0) return {step::expand, 0, {}, {}, 1, {}};
  s.axis = d.between(0, rank - 1);
  const index extent = shape[s.axis];
  switch (d.between(0, 7)) {
  case 0:
  case 1:
  case 2: { // any bounds, also beyond the extent and negative
    s.kind = step::slice;
    if (d.chance(0.7)) s.start = d.between(-extent - 2, extent + 2);
    if (d.chance(0.7)) s.stop = d.between(-extent - 2, extent + 2);
    s.stride = d.chance(0.5) ? 1 : d.chance(0.5) ? d.between(2, 4) : -d.between(1, 4);
    break;
  }
  case 3: s.kind = step::flip; break;
  case 4: {
    s.kind = step::permute;
    for (index a = 0; a < rank; ++a) s.numbers.push_back(a);
    std::shuffle(s.numbers.begin(), s.numbers.end(), d.engine());
    break;
  }
  case 5: s.kind = rank < 5 ? step::expand : step::flip; break;
  case 6:
    s.kind = extent > 0 ? step::pick : step::flip;
    s.start = extent > 0 ? d.between(0, extent - 1) : 0;
    break;
  default: {
    s.kind = step::stretch;
    if (rank < 5 && d.chance(0.3)) s.numbers.push_back(d.between(0, 3));
    for (const index e : shape) s.numbers.push_back(e == 1 ? d.between(1, 5) : e);
  }
  }
  return s;
}

// x(all, ..., slice, ...) with the slice at a run-time axis: the axis goes to the front and back.
template <class E, class S>
auto sliced_at(const E& e, index axis, const S& slice) { return moveaxis(moveaxis(e, axis, 0)(slice), 0, axis); }

// The library's side. Everything is of dynamic rank, so every step keeps the expression's type.
template <class E>
E applied(const E& e, const step& s) {
  switch (s.kind) {
  case step::slice: return sliced_at(e, s.axis, tutti::range(s.start, s.stop, s.stride));
  case step::flip: return flip(e, s.axis);
  case step::permute: return permute(e, s.numbers);
  case step::expand: return expand_dims(e, s.axis);
  case step::pick: return moveaxis(e, s.axis, 0)(*s.start, tutti::ellipsis);
  default: return broadcast_to(e, s.numbers);
  }
}

template <class T>
reference::array<T> applied_to_copy(const reference::array<T>& x, const step& s) {
  const index extent =
      s.kind == step::stretch || s.kind == step::expand ? 0 : x.shape()[static_cast<std::size_t>(s.axis)];
  switch (s.kind) {
  case step::slice: { // Python's rule, said slowly
    std::vector<index> taken;
    const auto clamp = [&](index i, index low, index high) {
      return std::max(low, std::min(i < 0 ? i + extent : i, high));
    };
    if (s.stride > 0) {
      const index from = s.start ? clamp(*s.start, 0, extent) : 0, to = s.stop ? clamp(*s.stop, 0, extent) : extent;
      for (index i = from; i < to; i += s.stride) taken.push_back(i);
    } else {
      const index from = s.start ? clamp(*s.start, -1, extent - 1) : extent - 1,
                  to = s.stop ? clamp(*s.stop, -1, extent - 1) : -1;
      for (index i = from; i > to; i += s.stride) taken.push_back(i);
    }
    return slice(x, s.axis, taken.empty() ? 0 : taken[0], s.stride, static_cast<index>(taken.size()));
  }
  case step::flip: return flip(x, s.axis);
  case step::permute: return permute(x, to_reference(s.numbers));
  case step::expand: return expand_dims(x, s.axis);
  case step::pick: return pick(x, s.axis, *s.start);
  default: return broadcast_to(x, to_reference(s.numbers));
  }
}

std::string describe_step(const step& s) {
  static constexpr const char* names[] = {"slice", "flip", "permute", "expand_dims", "pick", "broadcast_to"};
  std::string text = std::string(" | ") + names[s.kind] + " " + std::to_string(s.axis);
  if (s.start) text += " from " + std::to_string(*s.start);
  if (s.stop) text += " to " + std::to_string(*s.stop);
  return text + " step " + std::to_string(s.stride) + " " + to_string(s.numbers);
}

// A chain of views of the formula of two leaves.
template <class T, class Formula>
void views_of(const char* name, int count, const Formula& formula) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(1, 4), random_limit(d));
    const leaf<T> a(d, shape), b(d, random_partner(d, shape));
    const auto va = a.view(), vb = b.view();
    auto e = formula(va, vb);
    auto expected = formula(copy_of(va), copy_of(vb));
    description = std::string(name) + " of " + describe(va) + " and " + describe(vb);
    for (index i = d.between(1, 5); i > 0; --i) {
      const step s = random_step(d, dynamic_shape(expected.shape()));
      if (s.kind == step::stretch && tutti::element_count(s.numbers) > 100000) break;
      description += describe_step(s);
      // Nodes are immutable: a chain is built by rebuilding.
      auto next = applied(e, s);
      std::destroy_at(&e);
      std::construct_at(&e, next);
      expected = applied_to_copy(expected, s);
    }
    INFO(description);
    const dynamic_shape result = as_dynamic(e.shape());
    if (to_reference(result) != expected.shape())
      return "the expression's shape is " + to_string(result) + ", expected " +
             to_string(dynamic_shape(expected.shape()));
    leaf<T> destination(d, result, false, false);
    return check_view(destination.view(), *destination.memory, e, expected);
  });
}

TEST_CASE("chains of views") {
  SECTION("of a leaf") {
    views_of<float>("x", 800, [](const auto& x, const auto&) { return x; });
  }
  SECTION("of a map") {
    views_of<double>("x + y", 800, [](const auto& x, const auto& y) { return x + y; });
  }
  SECTION("of a map with numbers and casts") {
    views_of<float>("2 * (x - 1) * y", 400, [](const auto& x, const auto& y) { return 2.f * (x - 1.f) * y; });
  }
}

TEST_CASE("writing through chains of views") {
  repeat(600, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(1, 4), random_limit(d));
    const leaf<float> a(d, shape, false, false);
    auto v = a.view();
    description = "writing through a view of " + describe(v);
    for (index i = d.between(1, 4); i > 0; --i) {
      const step s = random_step(d, v.shape());
      if (s.kind == step::stretch) continue; // writes to one element from several places
      description += describe_step(s);
      const auto next = applied(v, s);
      std::destroy_at(&v);
      std::construct_at(&v, next);
    }
    INFO(description);
    const leaf<float> b(d, random_partner(d, v.shape()));
    return check_view(v, *a.memory, b.view() * 2.f + 1.f, copy_of(b.view()) * 2. + 1.);
  });
}

} // namespace random_test
