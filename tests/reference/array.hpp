// SPDX-License-Identifier: MIT
#pragma once

// An array that is obviously right: row-major, evaluated at once, one plain loop per operation. It shares no code with
// the library's plan and kernels; from the core it takes nothing at all.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace reference {

using index = std::ptrdiff_t;
using shape_t = std::vector<index>;

inline index count_of(const shape_t& shape) {
  return std::accumulate(shape.begin(), shape.end(), index{1}, [](index a, index b) { return a * b; });
}

/// Calls f(position) for each position of a shape, the last axis fastest.
template <class F>
void for_each_position(const shape_t& shape, F f) {
  const index count = count_of(shape);
  shape_t position(shape.size(), 0);
  for (index k = 0; k < count; ++k) {
    f(static_cast<const shape_t&>(position));
    for (std::size_t a = shape.size(); a-- > 0;) {
      if (++position[a] < shape[a]) break;
      position[a] = 0;
    }
  }
}

/// The flat place of a position in an operand of this shape, which was broadcast to the position's rank.
inline index place(const shape_t& shape, const shape_t& position) {
  index at = 0;
  const std::size_t missing = position.size() - shape.size();
  for (std::size_t a = 0; a < shape.size(); ++a) at = at * shape[a] + (shape[a] == 1 ? 0 : position[a + missing]);
  return at;
}

inline shape_t broadcast(const shape_t& a, const shape_t& b) {
  shape_t result(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 1; i <= result.size(); ++i) {
    const index x = i <= a.size() ? a[a.size() - i] : 1, y = i <= b.size() ? b[b.size() - i] : 1;
    if (x != y && x != 1 && y != 1) throw std::invalid_argument("reference: shapes do not broadcast");
    result[result.size() - i] = x == 1 ? y : x;
  }
  return result;
}

/// max and min of nothing.
struct nothing_to_reduce : std::runtime_error {
  nothing_to_reduce() : runtime_error("reference: nothing to reduce") {}
};

template <class T>
class array {
  using cell = std::conditional_t<std::is_same_v<T, bool>, unsigned char, T>; // std::vector<bool> holds no bools

public:
  using value_type = T;

  explicit array(shape_t shape = {}, T value = {})
      : shape_(std::move(shape)), cells_(static_cast<std::size_t>(count_of(shape_)), static_cast<cell>(value)) {}

  const shape_t& shape() const { return shape_; }
  index rank() const { return static_cast<index>(shape_.size()); }
  index size() const { return static_cast<index>(cells_.size()); }
  T at(const shape_t& position) const { return (*this)[place(shape_, position)]; }
  T operator[](index flat) const { return static_cast<T>(cells_[static_cast<std::size_t>(flat)]); }
  void set(index flat, T value) { cells_[static_cast<std::size_t>(flat)] = static_cast<cell>(value); }
  void set(const shape_t& position, T value) { set(place(shape_, position), value); }

private:
  shape_t shape_;
  std::vector<cell> cells_;
};

template <class>
inline constexpr bool is_array = false;
template <class T>
inline constexpr bool is_array<array<T>> = true;

/// f of the elements of arrays that broadcast.
template <class F, class... Ts>
auto elementwise(F f, const array<Ts>&... x) {
  shape_t shape;
  ((shape = broadcast(shape, x.shape())), ...);
  array<std::decay_t<decltype(f(Ts{}...))>> result(shape);
  index k = 0;
  for_each_position(shape, [&](const shape_t& p) { result.set(k++, f(x.at(p)...)); });
  return result;
}

// ---- views, as copies -------------------------------------------------------------------------------------------

/// The element at each position of `shape` is the one of x at where(position).
template <class T, class F>
array<T> taken(const array<T>& x, const shape_t& shape, F where) {
  array<T> result(shape);
  index k = 0;
  for_each_position(shape, [&](const shape_t& p) { result.set(k++, x.at(where(p))); });
  return result;
}

template <class T>
array<T> permute(const array<T>& x, const shape_t& order) {
  shape_t shape;
  for (const index a : order) shape.push_back(x.shape()[static_cast<std::size_t>(a)]);
  return taken(x, shape, [&](const shape_t& p) {
    shape_t q(p.size());
    for (std::size_t i = 0; i < p.size(); ++i) q[static_cast<std::size_t>(order[i])] = p[i];
    return q;
  });
}

template <class T>
array<T> transpose(const array<T>& x) {
  shape_t order(x.shape().size());
  std::iota(order.rbegin(), order.rend(), index{0});
  return permute(x, order);
}

/// `count` elements along an axis: start, start + step, ...
template <class T>
array<T> slice(const array<T>& x, index axis, index start, index step, index count) {
  const auto a = static_cast<std::size_t>(axis);
  shape_t shape = x.shape();
  shape[a] = count;
  return taken(x, shape, [&](shape_t p) {
    p[a] = start + step * p[a];
    return p;
  });
}

template <class T>
array<T> flip(const array<T>& x, index axis) {
  const index extent = x.shape()[static_cast<std::size_t>(axis)];
  return slice(x, axis, extent - 1, -1, extent);
}

/// Without the axis, at one position of it.
template <class T>
array<T> pick(const array<T>& x, index axis, index position) {
  shape_t shape = x.shape();
  shape.erase(shape.begin() + axis);
  return taken(x, shape, [&](shape_t p) {
    p.insert(p.begin() + axis, position);
    return p;
  });
}

template <class T>
array<T> expand_dims(const array<T>& x, index axis) {
  shape_t shape = x.shape();
  if (axis < 0) axis += x.rank() + 1;
  shape.insert(shape.begin() + axis, 1);
  return taken(x, shape, [&](shape_t p) {
    p.erase(p.begin() + axis);
    return p;
  });
}

template <class T>
array<T> broadcast_to(const array<T>& x, const shape_t& shape) {
  if (broadcast(x.shape(), shape) != shape) throw std::invalid_argument("reference: shapes do not broadcast");
  array<T> result(shape);
  index k = 0;
  for_each_position(shape, [&](const shape_t& p) { result.set(k++, x.at(p)); });
  return result;
}

// ---- folds -------------------------------------------------------------------------------------------------------

struct axes_t {
  bool everything = true;
  shape_t list;
};

/// result = finish(fold of step over the elements along the axes from init, how many they were).
template <class T, class A, class Step, class Finish>
auto fold(const array<T>& x, const axes_t& axes, bool keepdims, A init, Step step, Finish finish) {
  std::vector<bool> gone(x.shape().size(), axes.everything);
  for (const index a : axes.list) gone.at(static_cast<std::size_t>(a < 0 ? a + x.rank() : a)) = true;
  shape_t kept = x.shape(), shape;
  index count = 1;
  for (std::size_t a = 0; a < gone.size(); ++a) {
    if (gone[a]) count *= std::exchange(kept[a], 1);
    if (keepdims || !gone[a]) shape.push_back(kept[a]);
  }
  std::vector<A> cells(static_cast<std::size_t>(count_of(kept)), init);
  for_each_position(x.shape(), [&](const shape_t& p) {
    A& cell = cells[static_cast<std::size_t>(place(kept, p))];
    cell = step(cell, x.at(p));
  });
  array<decltype(finish(init, index{}))> result(shape);
  for (index k = 0; k < result.size(); ++k) result.set(k, finish(cells[static_cast<std::size_t>(k)], count));
  return result;
}

/// The matrix product of the last two axes; the axes before them broadcast.
template <class A, class B>
auto matmul(const array<A>& a, const array<B>& b) {
  using T = std::decay_t<decltype(A{} * B{})>;
  const shape_t& of_a = a.shape();
  const shape_t& of_b = b.shape();
  const index summed = of_a.back();
  if (of_b[of_b.size() - 2] != summed) throw std::invalid_argument("reference: matmul");
  shape_t shape = broadcast({of_a.begin(), of_a.end() - 2}, {of_b.begin(), of_b.end() - 2});
  shape.push_back(of_a[of_a.size() - 2]);
  shape.push_back(of_b.back());
  array<T> result(shape);
  for_each_position(shape, [&](const shape_t& p) {
    T total{};
    shape_t in_a = p, in_b = p;
    for (index k = 0; k < summed; ++k) {
      in_a[p.size() - 1] = k;
      in_b[p.size() - 2] = k;
      total += a.at(in_a) * b.at(in_b);
    }
    result.set(p, total);
  });
  return result;
}

template <class T>
array<T> swapaxes(const array<T>& x, index a, index b) {
  shape_t order(x.shape().size());
  std::iota(order.begin(), order.end(), index{0});
  std::swap(order[static_cast<std::size_t>(a < 0 ? a + x.rank() : a)],
            order[static_cast<std::size_t>(b < 0 ? b + x.rank() : b)]);
  return permute(x, order);
}

} // namespace reference
