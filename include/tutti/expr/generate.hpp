// SPDX-License-Identifier: MIT
#pragma once

// generator: a leaf that computes its elements from their position instead of reading them. It is a view of a virtual
// array in which the element at flat position p is f(p); slicing and permuting it changes an offset and strides, as for
// a view of memory.

#include <tutti/expr/operators.hpp>

TUTTI_NAMESPACE_BEGIN

/// What f gives for the flat positions of a row-major array. F has value_type, name, cost and `at(position)`.
template <class F, index Rank>
class generator : public node<generator<F, Rank>, typename F::value_type, Rank> {
public:
  using node<generator<F, Rank>, typename F::value_type, Rank>::operator=;
  constexpr generator(F f, const index_list<Rank>& shape)
      : generator(std::move(f), shape, contiguous_strides(shape), 0) {}
  constexpr generator(F f, const index_list<Rank>& shape, const index_list<Rank>& strides, index offset)
      : f_(std::move(f)), shape_(detail::checked_extents(shape)), strides_(strides), offset_(offset) {}

  constexpr const F& function() const { return f_; }
  constexpr const index_list<Rank>& shape() const { return shape_; }
  constexpr const index_list<Rank>& strides() const { return strides_; }
  constexpr index offset() const { return offset_; }

private:
  TUTTI_EMPTY_MEMBER F f_;
  index_list<Rank> shape_;
  index_list<Rank> strides_;
  index offset_;
};

template <class F, index Rank, index To>
constexpr auto sink(const generator<F, Rank>& g, const view_map<Rank, To>& map) {
  return generator<F, To>(g.function(), map.shape(), map.strides(g.strides()), g.offset() + map.offset(g.strides()));
}

namespace detail {

template <class T>
struct constant_fn {
  using value_type = T;
  static constexpr std::string_view name = "full";
  static constexpr double cost = 0;
  T value;
  constexpr T at(index) const { return value; }
};

template <class T>
struct arange_fn {
  using value_type = T;
  static constexpr std::string_view name = "arange";
  static constexpr double cost = 2;
  compute_t<T> start, step;
  // One multiplication and one addition per element: no error builds up along the axis.
  constexpr T at(index p) const {
    using C = compute_t<T>;
    return static_cast<T>(
        scalar_math::wrap(start, scalar_math::wrap(step, static_cast<C>(p), [](auto x, auto y) { return x * y; }),
                          [](auto x, auto y) { return x + y; }));
  }
};

template <class T>
struct linspace_fn {
  using value_type = T;
  static constexpr std::string_view name = "linspace";
  static constexpr double cost = 2;
  T start, stop, step;
  index last;
  constexpr T at(index p) const { return p == last && p > 0 ? stop : start + step * static_cast<T>(p); }
};

template <class F, index Rank>
struct index_fn {
  static constexpr std::string_view name = "from_function";
  static constexpr double cost = 8;
  F f;
  index_list<Rank> shape;

  template <std::size_t... Axes>
  static auto call(const F& f, const std::array<index, sizeof...(Axes)>& i, std::index_sequence<Axes...>) {
    static_assert(
        requires { f(i[Axes]...); }, "tutti: from_function's function takes an index for each axis of the shape");
    return f(i[Axes]...);
  }
  using value_type =
      decltype(call(std::declval<const F&>(), {}, std::make_index_sequence<static_cast<std::size_t>(Rank)>{}));
  static_assert(element<value_type>, "tutti: from_function's function must return an element type");

  constexpr value_type at(index p) const {
    std::array<index, static_cast<std::size_t>(Rank)> i{};
    for (index axis = Rank - 1; axis >= 0; --axis) {
      i[static_cast<std::size_t>(axis)] = p % shape[axis];
      p /= shape[axis];
    }
    return call(f, i, std::make_index_sequence<static_cast<std::size_t>(Rank)>{});
  }
};

} // namespace detail

/// Shapes: the one that is given. Types: T. Errors: a value_error where an extent is negative. Cost: none of its own:
/// each element is made where it is used, and no memory is taken.

/// Every element is `value`. Types: the value's. NumPy: full, full_like.
/// Example: `tensor y = full({2, 3}, 7.f);`
template <scalar_value T, index Rank>
constexpr auto full(const index_list<Rank>& shape, T value) {
  return generator<detail::constant_fn<T>, Rank>({value}, shape, index_list<Rank>::filled(shape.size(), 0), 0);
}
template <scalar_value T, std::size_t N>
constexpr auto full(const detail::any_integer (&shape)[N], T value) { return full(detail::list_of(shape), value); }

/// Zeros and ones of type T, float unless told: `zeros<double>({2, 3})`. NumPy: zeros, ones.
/// Example: `zeros<int>({2, 3})` is `[[0 0 0] [0 0 0]]`.
template <element T = float, index Rank>
constexpr auto zeros(const index_list<Rank>& shape) { return full(shape, T{}); }
template <element T = float, std::size_t N>
constexpr auto zeros(const detail::any_integer (&shape)[N]) { return full(detail::list_of(shape), T{}); }
template <element T = float, index Rank>
constexpr auto ones(const index_list<Rank>& shape) { return full(shape, T(1)); }
template <element T = float, std::size_t N>
constexpr auto ones(const detail::any_integer (&shape)[N]) { return full(detail::list_of(shape), T(1)); }

namespace detail {

// How many of start, start + step, ... lie before stop; of integers exactly, where double would round.
template <class V>
constexpr index count_of_steps(V start, V stop, V step) {
  const auto require = [](bool holds, const char* sentence) {
    if (!holds) throw value_error(std::string("arange: ") + sentence);
  };
  require(step != V{}, "the step cannot be 0");
  if constexpr (std::integral<V>) {
    const bool up = step > 0;
    if (up ? start >= stop : start <= stop) return 0;
    const auto distance = [](V from, V to) {
      return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    };
    const auto steps =
        ((up ? distance(start, stop) : distance(stop, start)) - 1) / (up ? distance(0, step) : distance(step, 0));
    require(steps < static_cast<std::uint64_t>(std::numeric_limits<index>::max()), "more elements than can be counted");
    return static_cast<index>(steps) + 1;
  } else {
    const double count = (static_cast<double>(stop) - static_cast<double>(start)) / static_cast<double>(step);
    require(count == count, "a bound or the step is NaN");
    require(count <= 0x1p62, "more elements than can be counted");
    const index n = count > 0 ? static_cast<index>(count) : 0;
    return static_cast<double>(n) < count ? n + 1 : n;
  }
}

} // namespace detail

/// start, start + step, ... up to but without stop. Shapes: one axis of ceil((stop - start) / step) elements, none
/// where that is negative. Types: the arguments' common one. Errors: a value_error where the step is 0, an argument is
/// NaN, or there are more elements than can be counted. NumPy: arange; as there, a fractional step may, by rounding,
/// give one element more or fewer than expected: use linspace.
/// Example: `arange(1., 2., .25)` is `[1. 1.25 1.5 1.75]`.
template <class T, class S, class D = T>
  requires(std::is_arithmetic_v<T> && std::is_arithmetic_v<S> && std::is_arithmetic_v<D>)
constexpr auto arange(T start, S stop, D step = D(1)) {
  using V = promote_t<T, S, D>;
  const V first = static_cast<V>(start), by = static_cast<V>(step);
  return generator<detail::arange_fn<V>, 1>({first, by},
                                            index_list<1>{detail::count_of_steps(first, static_cast<V>(stop), by)});
}
/// 0, 1, ..., stop - 1. Shapes: one axis of `stop` elements, none where that is negative. Types: T, the argument's
/// unless told: `arange<float>(5)`.
/// Example: `arange(5)` is `[0 1 2 3 4]`; `arange<float>(3)` is `[0. 1. 2.]`.
template <class T>
  requires std::is_arithmetic_v<T>
constexpr auto arange(T stop) { return arange(T{}, stop, T(1)); }

/// `count` numbers evenly from start to stop, both included. Shapes: one axis of `count` elements. Types: T, a floating
/// one; double unless told. Errors: a value_error where `count` is negative. NumPy: linspace.
/// Example: `linspace(0, 1, 5)` is `[0. 0.25 0.5 0.75 1. ]`.
template <std::floating_point T = double>
constexpr auto linspace(std::type_identity_t<T> start, std::type_identity_t<T> stop, index count) {
  const T step = count > 1 ? (stop - start) / static_cast<T>(count - 1) : T{};
  return generator<detail::linspace_fn<T>, 1>({start, stop, step, count - 1}, index_list<1>{count});
}
// A step, as arange takes, is no count.
template <std::floating_point T = double>
void linspace(std::type_identity_t<T> start, std::type_identity_t<T> stop, std::floating_point auto step) = delete;

/// Each element is its own position in row-major order: `iota<int>({2, 3})` is 0 1 2 / 3 4 5, as NumPy's
/// arange(6).reshape(2, 3). Types: T, int64 unless told. NumPy: arange(n).reshape(shape).
/// Example: `iota<int>({2, 3})` is `[[0 1 2] [3 4 5]]`.
template <element T = std::int64_t, index Rank>
constexpr auto iota(const index_list<Rank>& shape) {
  return generator<detail::arange_fn<T>, Rank>({compute_t<T>{}, compute_t<T>(1)}, shape);
}
template <element T = std::int64_t, std::size_t N>
constexpr auto iota(const detail::any_integer (&shape)[N]) { return iota<T>(detail::list_of(shape)); }

/// Each element is f(i, j, ...) of its own position: `from_function({3, 3}, [](index i, index j) { return i == j; })`.
/// f is called by several threads at once and in no order. Types: what f returns, which must be an element type.
/// Errors: a value_error where an extent is negative; what f throws. Cost: a call of f whenever an element is wanted,
/// which may be more than once; no memory. NumPy: fromfunction.
/// Example: `from_function({2, 3}, [](auto i, auto j) { return 10 * i + j; })` is `[[ 0 1 2] [10 11 12]]`.
template <index Rank, class F>
  requires(Rank != dynamic_rank)
constexpr auto from_function(const index_list<Rank>& shape, F f) {
  return generator<detail::index_fn<F, Rank>, Rank>({std::move(f), shape}, shape);
}
template <std::size_t N, class F>
constexpr auto from_function(const detail::any_integer (&shape)[N], F f) {
  return from_function(detail::list_of(shape), std::move(f));
}

/// Ones where column - row is `diagonal`, zeros elsewhere. Shapes: rows x columns, square unless told. Types: T, float
/// unless told. NumPy: eye, identity.
/// Example: `eye<int>(2)` is `[[1 0] [0 1]]`; `eye<int>(2, 3, 1)` is `[[0 1 0] [0 0 1]]`.
template <element T = float>
constexpr auto eye(index rows, index columns, index diagonal = 0) {
  if (rows < 0 || columns < 0) throw value_error("negative extent in shape " + to_string(index_list(rows, columns)));
  // Of a type that depends on T: else every program would compile this formula.
  using position = std::enable_if_t<element<T>, index>;
  return cast<T>(arange<position>(rows)(all_t{}, newaxis) + diagonal == arange<position>(columns));
}
template <element T = float>
constexpr auto eye(index rows) { return eye<T>(rows, rows); }

TUTTI_NAMESPACE_END
