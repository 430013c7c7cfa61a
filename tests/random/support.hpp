// SPDX-License-Identifier: MIT
#pragma once

// Random differential tests. A formula is one generic lambda; the library evaluates it over views of random layouts
// into destinations of random layouts, the reference over copies, and every byte of the destination's memory that the
// statement must not touch is compared too.
//
// Every case prints its seed when it fails: TUTTI_TEST_SEED=<that seed> makes it the first case of the run.

#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <sstream>

#include <reference/functions.hpp>
#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace random_test {

using tutti::index;
using dynamic_shape = tutti::index_list<>;

class dice {
public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}
  index between(index low, index high) { return std::uniform_int_distribution<index>(low, high)(engine_); }
  bool chance(double p) { return std::uniform_real_distribution<double>()(engine_) < p; }
  template <class List>
  auto pick(const List& list) { return *(std::begin(list) + between(0, static_cast<index>(std::size(list)) - 1)); }
  auto& engine() { return engine_; }

private:
  std::mt19937_64 engine_;
};

inline std::uint64_t first_seed() {
  const char* const given = std::getenv("TUTTI_TEST_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 0) : 20260101;
}

// ---- shapes ------------------------------------------------------------------------------------------------------

inline index random_extent(dice& d) {
  static constexpr index extents[] = {1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 64, 100, 257};
  return d.chance(0.02) ? 0 : d.chance(0.12) ? 1 : d.pick(extents);
}

/// A shape or strides of any kind, as one of dynamic rank.
template <class List>
dynamic_shape as_dynamic(const List& list) { return std::span(list.begin(), list.end()); }

/// A shape of this rank with at most `limit` elements.
inline dynamic_shape random_shape(dice& d, index rank, index limit) {
  while (true) {
    dynamic_shape shape;
    for (index a = 0; a < rank; ++a) shape.push_back(random_extent(d));
    if (tutti::element_count(shape) <= limit) return shape;
  }
}
/// Mostly small, seldom large enough for threads and blocks.
inline index random_limit(dice& d) { return d.chance(0.08) ? 100000 : d.chance(0.4) ? 4000 : 600; }

/// A shape that broadcasts with `shape`: leading axes missing, some axes 1.
inline dynamic_shape random_partner(dice& d, const dynamic_shape& shape) {
  const index missing = d.chance(0.3) ? d.between(0, shape.size()) : 0;
  dynamic_shape partner;
  for (index a = missing; a < shape.size(); ++a) partner.push_back(d.chance(0.25) ? 1 : shape[a]);
  return partner;
}

inline reference::shape_t to_reference(const dynamic_shape& shape) { return {shape.begin(), shape.end()}; }

// ---- values ------------------------------------------------------------------------------------------------------

/// Small multiples of 1/8, so that sums in float are exact; integers of the whole range where they are small.
template <class T>
T random_value(dice& d, bool positive) {
  if constexpr (std::same_as<T, bool>) return d.chance(0.5);
  else if constexpr (tutti::is_complex<T>) {
    using R = typename T::value_type;
    return T(static_cast<R>(d.between(-16, 16)) / 8, static_cast<R>(d.between(-16, 16)) / 8);
  } else if constexpr (tutti::kind_of<T> == tutti::kind::real)
    return T(static_cast<float>(d.between(positive ? 4 : -16, 16)) / 8);
  else if constexpr (sizeof(T) == 1)
    return static_cast<T>(d.between(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  else return static_cast<T>(d.between(std::is_signed_v<T> && !positive ? -50 : positive ? 1 : 0, 50));
}

template <class T>
struct reference_of {
  using type = T;
};
template <class T>
  requires(tutti::kind_of<T> == tutti::kind::real)
struct reference_of<T> {
  using type = double;
};
template <class T>
struct reference_of<std::complex<T>> {
  using type = std::complex<double>;
};
template <class T>
using reference_t = typename reference_of<T>::type;

template <class T>
reference_t<T> to_reference_value(const T& x) {
  if constexpr (tutti::is_complex<T>) return {x.real(), x.imag()};
  else if constexpr (tutti::is_half<T>) return static_cast<float>(x);
  else return static_cast<reference_t<T>>(x);
}

// ---- layouts -----------------------------------------------------------------------------------------------------

struct placement {
  dynamic_shape shape, strides;
  index offset = 0; // of the first element
  index span = 0;   // how many elements of memory it needs
};

/// Strides for a shape: axes in any order, with steps, gaps, reversals, and, where `may_repeat`, strides of 0.
inline placement random_placement(dice& d, const dynamic_shape& shape, bool may_repeat) {
  placement p;
  p.shape = shape;
  p.strides = dynamic_shape::filled(shape.size(), 0);
  std::vector<index> order(static_cast<std::size_t>(shape.size()));
  std::iota(order.begin(), order.end(), index{0}); // slowest first
  if (d.chance(0.2)) std::reverse(order.begin(), order.end());
  else if (d.chance(0.3)) std::shuffle(order.begin(), order.end(), d.engine());
  const bool plain = d.chance(0.35);
  index step = !plain && d.chance(0.2) ? d.between(2, 3) : 1;
  index low = 0, high = 0;
  for (std::size_t k = order.size(); k-- > 0;) {
    const index a = order[k], extent = shape[a];
    if (!plain && may_repeat && d.chance(0.1)) continue; // stride 0
    p.strides[a] = step * (!plain && d.chance(0.2) ? -1 : 1);
    if (extent > 1) (p.strides[a] < 0 ? low : high) += (extent - 1) * p.strides[a];
    step *= std::max<index>(extent, 1);
    if (!plain && d.chance(0.15)) step += d.between(1, 3);
    if (!plain && d.chance(0.1)) step *= 2;
  }
  p.offset = -low;
  p.span = high - low + 1;
  return p;
}

/// Calls f(offset of the element from the view's data) in row-major order.
template <class F>
void for_each_offset(const dynamic_shape& shape, const dynamic_shape& strides, F f) {
  reference::for_each_position(to_reference(shape), [&](const reference::shape_t& p) {
    index at = 0;
    for (index a = 0; a < shape.size(); ++a) at += p[static_cast<std::size_t>(a)] * strides[a];
    f(at);
  });
}

/// Memory with a guard on either side.
template <class T>
class buffer {
public:
  static constexpr index guard = 80;
  buffer(dice& d, index count, bool positive)
      : count_(count + 2 * guard + 4), cells_(new T[static_cast<std::size_t>(count_)]) {
    start_ = guard + d.between(0, 3);
    for (index i = 0; i < count_; ++i) cells_[static_cast<std::size_t>(i)] = random_value<T>(d, positive);
  }
  T* data() { return cells_.get() + start_; }
  index size() const { return count_; }
  std::vector<std::byte> bytes() const {
    std::vector<std::byte> copy(static_cast<std::size_t>(count_) * sizeof(T));
    std::memcpy(copy.data(), cells_.get(), copy.size());
    return copy;
  }
  index index_of(const T* p) const { return p - cells_.get(); }

private:
  index count_, start_;
  std::unique_ptr<T[]> cells_;
};

/// A view of a random layout in memory of its own.
template <class T>
struct leaf {
  using value_type = T;
  placement where;
  std::shared_ptr<buffer<T>> memory;

  leaf(dice& d, const dynamic_shape& shape, bool positive = false, bool may_repeat = true)
      : where(random_placement(d, shape, may_repeat)), memory(std::make_shared<buffer<T>>(d, where.span, positive)) {}

  template <index Rank = tutti::dynamic_rank>
  tutti::view<T, Rank> view() const {
    return {memory->data() + where.offset, tutti::index_list<Rank>(where.shape),
            tutti::index_list<Rank>(where.strides)};
  }
};

template <class T, index Rank, class Keeper>
auto copy_of(const tutti::view<T, Rank, Keeper>& v) {
  using V = std::remove_const_t<T>;
  reference::array<reference_t<V>> result(to_reference(as_dynamic(v.shape())));
  index k = 0;
  for_each_offset(as_dynamic(v.shape()), as_dynamic(v.strides()),
                  [&](index at) { result.set(k++, to_reference_value(v.data()[at])); });
  return result;
}

template <class V>
std::string describe(const V& v) {
  return std::string(tutti::dtype_name<typename V::value_type>()) + " " + to_string(v.shape()) + " strides " +
         to_string(v.strides());
}

// ---- comparison --------------------------------------------------------------------------------------------------

template <class T, class R>
bool close(const T& got, const R& expected) {
  if constexpr (tutti::is_complex<T>) {
    if constexpr (tutti::is_complex<R>) return close(got.real(), expected.real()) && close(got.imag(), expected.imag());
    else return close(got.real(), expected) && got.imag() == 0;
  } else if constexpr (tutti::kind_of<T> == tutti::kind::real) {
    const double a = static_cast<double>(got), b = static_cast<double>(expected);
    if (a != a || b != b) return a != a && b != b;
    if (a == b) return true;
    const double tolerance = tutti::is_half<T> ? 4e-3 : sizeof(T) == 4 ? 5e-5 : 1e-5;
    return std::abs(a - b) <= tolerance * (1 + std::abs(b));
  } else {
    return got == static_cast<T>(expected);
  }
}

template <class T>
std::string text(const T& x) {
  std::ostringstream out;
  out.precision(9);
  if constexpr (tutti::is_half<T>) out << static_cast<float>(x);
  else if constexpr (sizeof(T) == 1) out << static_cast<int>(x);
  else out << x;
  return out.str();
}

/// The first difference between a view and what it should hold, or nothing.
template <class T, index Rank, class Keeper, class R>
std::string difference(const tutti::view<T, Rank, Keeper>& got, const reference::array<R>& expected) {
  const dynamic_shape shape = as_dynamic(got.shape());
  const dynamic_shape strides = as_dynamic(got.strides());
  if (to_reference(shape) != expected.shape())
    return "shape " + to_string(shape) + ", expected " + to_string(dynamic_shape(expected.shape()));
  std::string found;
  index k = 0, wrong = 0;
  for_each_offset(shape, strides, [&](index at) {
    if (!close(got.data()[at], expected[k]) && wrong++ == 0)
      found = "element " + std::to_string(k) + " is " + text(got.data()[at]) + ", expected " + text(expected[k]);
    ++k;
  });
  return wrong == 0 ? "" : found + " (" + std::to_string(wrong) + " of " + std::to_string(k) + " wrong)";
}

// ---- statements --------------------------------------------------------------------------------------------------

inline auto plain_assignment = [](auto& to, const auto& e) { to = e; };

template <class T, class R>
reference::array<R> stretched(const reference::array<R>& x, const dynamic_shape& shape) {
  return reference::broadcast_to(x, to_reference(shape));
}

/// Assigns `e` to a view of a random layout over `memory`, and says what went wrong.
template <class T, class E, class R>
std::string check_view(const tutti::view<T>& to, buffer<T>& memory, const E& e, const reference::array<R>& expected) {
  std::vector<std::byte> before = memory.bytes();
  to = e;
  std::string wrong = difference(to, reference::broadcast_to(expected, to_reference(to.shape())));
  if (!wrong.empty()) return wrong;
  const std::vector<std::byte> after = memory.bytes();
  for_each_offset(to.shape(), to.strides(), [&](index at) {
    const auto byte = static_cast<std::size_t>(memory.index_of(to.data() + at)) * sizeof(T);
    std::copy_n(after.begin() + static_cast<index>(byte), sizeof(T), before.begin() + static_cast<index>(byte));
  });
  if (before == after) return "";
  const auto at = std::mismatch(before.begin(), before.end(), after.begin()).first - before.begin();
  return "memory outside the destination was written: element " +
         std::to_string(at / static_cast<index>(sizeof(T)) - memory.index_of(to.data())) + " from its first";
}

/// A shape that something of this shape is stretched to by assignment.
inline dynamic_shape stretched_shape(dice& d, const dynamic_shape& shape) {
  dynamic_shape to;
  if (shape.size() < 4 && d.chance(0.15)) to.push_back(d.between(1, 3));
  for (const index extent : shape) to.push_back(extent == 1 && d.chance(0.2) ? d.between(2, 9) : extent);
  return to;
}

/// One case: the formula over these leaves (views), assigned to tensors and views. `T` is the destination's type.
template <class T, class Formula, class... Views>
std::string check_statement(dice& d, const Formula& formula, const Views&... leaves) {
  using expected_t = decltype(formula(copy_of(leaves)...));
  std::optional<expected_t> expected;
  bool nothing = false;
  try {
    expected.emplace(formula(copy_of(leaves)...));
  } catch (const reference::nothing_to_reduce&) {
    nothing = true;
  }
  try {
    const auto e = formula(leaves...);
    const dynamic_shape shape = as_dynamic(e.shape());
    switch (nothing ? 0 : d.between(0, 3)) {
    case 0: {
      tutti::tensor<T> y(e);
      if (nothing) return "expected a value_error";
      return difference(y.leaf(), *expected);
    }
    case 1: {
      tutti::tensor<T> y(d.chance(0.7) ? shape : dynamic_shape{2, 3},
                         d.chance(0.5) ? tutti::row_major : tutti::column_major);
      y = e;
      return difference(y.leaf(), *expected);
    }
    default: {
      const dynamic_shape to = stretched_shape(d, shape);
      if (tutti::element_count(to) > 200000) return "";
      leaf<T> destination(d, to, false, false);
      const auto v = destination.view();
      const std::string wrong = check_view(v, *destination.memory, e, *expected);
      return wrong.empty() ? "" : wrong + "; destination " + describe(v);
    }
    }
  } catch (const tutti::value_error& error) {
    return nothing ? "" : std::string("value_error: ") + error.what();
  } catch (const tutti::error& error) {
    return std::string("tutti::error: ") + error.what();
  }
}

/// Runs one(dice) -> {description, what went wrong} `count` times and reports the first few failures.
template <class One>
void repeat(int count, One one) {
  int failures = 0;
  for (int i = 0; i < count && failures < 3; ++i) {
    const std::uint64_t seed = first_seed() + static_cast<std::uint64_t>(i);
    dice d(seed);
    tutti::set_num_threads(static_cast<int>(d.between(1, 4)));
    std::string description;
    const std::string wrong = one(d, description);
    if (wrong.empty()) continue;
    ++failures;
    FAIL_CHECK("TUTTI_TEST_SEED=" << seed << ": " << wrong << "\n  " << description);
  }
  tutti::set_num_threads(0);
  CHECK(failures == 0);
}

/// A formula of one leaf of type A and a rank in [low, high].
template <class T, class A, class Formula>
void unary(const char* name, int count, index low, index high, const Formula& formula, bool positive = false) {
  repeat(count, [&](dice& d, std::string& description) {
    const leaf<A> a(d, random_shape(d, d.between(low, high), random_limit(d)), positive);
    const auto va = a.view();
    description = std::string(name) + " of " + describe(va);
    INFO(description);
    return check_statement<T>(d, formula, va);
  });
}

/// A formula of two leaves that broadcast.
template <class T, class A, class B, class Formula>
void binary(const char* name, int count, index low, index high, const Formula& formula, bool positive = false) {
  repeat(count, [&](dice& d, std::string& description) {
    const dynamic_shape shape = random_shape(d, d.between(low, high), random_limit(d));
    const bool turned = d.chance(0.3);
    const leaf<A> a(d, turned ? random_partner(d, shape) : shape, positive);
    const leaf<B> b(d, !turned && d.chance(0.7) ? random_partner(d, shape) : shape, positive);
    const auto va = a.view();
    const auto vb = b.view();
    description = std::string(name) + " of " + describe(va) + " and " + describe(vb);
    INFO(description);
    return check_statement<T>(d, formula, va, vb);
  });
}

/// A formula of three leaves that broadcast.
template <class T, class A, class B, class C, class Formula>
void ternary(const char* name, int count, index low, index high, const Formula& formula, bool positive = false) {
  repeat(count, [&](dice& d, std::string& description) {
    const dynamic_shape shape = random_shape(d, d.between(low, high), random_limit(d));
    const leaf<A> a(d, random_partner(d, shape), positive);
    const leaf<B> b(d, shape, positive);
    const leaf<C> c(d, random_partner(d, shape), positive);
    const auto va = a.view();
    const auto vb = b.view();
    const auto vc = c.view();
    description = std::string(name) + " of " + describe(va) + ", " + describe(vb) + " and " + describe(vc);
    INFO(description);
    return check_statement<T>(d, formula, va, vb, vc);
  });
}

/// Reduces along every choice of axes of a random shape: everything, one axis, or several.
template <class T, class A, class Reduce>
void reductions(const char* name, int count, const Reduce& reduce, index low = 0, bool positive = false) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(low, 4), random_limit(d));
    const leaf<A> a(d, shape, positive);
    const auto va = a.view();
    const index rank = shape.size();
    const int which = rank == 0 ? 0 : static_cast<int>(d.between(0, rank >= 2 ? 5 : 3));
    const index axis = rank == 0 ? 0 : d.between(-rank, rank - 1);
    const auto say = [&](const std::string& where) {
      description = std::string(name) + "(x" + where + ") of " + describe(va);
    };
    switch (which) {
    case 0: say(""); return check_statement<T>(d, [&](const auto& x) { return reduce(x); }, va);
    case 1:
      say(", keepdims");
      return check_statement<T>(d, [&](const auto& x) { return reduce(x, tutti::keepdims); }, va);
    case 2:
      say(", " + std::to_string(axis));
      return check_statement<T>(d, [&](const auto& x) { return reduce(x, axis); }, va);
    case 3:
      say(", " + std::to_string(axis) + ", keepdims");
      return check_statement<T>(d, [&](const auto& x) { return reduce(x, axis, tutti::keepdims); }, va);
    default: {
      dynamic_shape axes;
      for (index i = 0; i < rank; ++i)
        if (d.chance(0.6)) axes.push_back(i);
      if (axes.empty()) axes.push_back(0); // no axes are an axis_error
      if (d.chance(0.3)) std::reverse(axes.begin(), axes.end());
      say(", axes" + to_string(axes) + (which == 4 ? "" : ", keepdims"));
      if (which == 4) return check_statement<T>(d, [&](const auto& x) { return reduce(x, axes); }, va);
      return check_statement<T>(d, [&](const auto& x) { return reduce(x, axes, tutti::keepdims); }, va);
    }
    }
  });
}

/// Formulas of two matrices, or batches of them, that can be multiplied.
template <class T, class A, class B, class Formula>
void products(const char* name, int count, const Formula& formula) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    static constexpr index extents[] = {1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 33, 64, 65, 100};
    const auto extent = [&] { return d.chance(0.02) ? 0 : d.chance(0.04) ? 257 : d.pick(extents); };
    const index m = extent(), n = extent(), k = extent();
    const index batch_rank = m * n * k < 200000 ? d.between(0, 2) : 0;
    dynamic_shape batch;
    for (index i = 0; i < batch_rank; ++i) batch.push_back(d.between(1, 4));
    const auto shape_of = [&](index rows, index columns) {
      dynamic_shape s;
      for (index i = d.chance(0.3) ? d.between(0, batch_rank) : 0; i < batch_rank; ++i)
        s.push_back(d.chance(0.3) ? 1 : batch[i]);
      s.push_back(rows);
      s.push_back(columns);
      return s;
    };
    const leaf<A> a(d, shape_of(m, k));
    const leaf<B> b(d, shape_of(k, n));
    const auto va = a.view();
    const auto vb = b.view();
    description = std::string(name) + " of " + describe(va) + " and " + describe(vb);
    INFO(description);
    return check_statement<T>(d, formula, va, vb);
  });
}

} // namespace random_test
