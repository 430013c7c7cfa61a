// SPDX-License-Identifier: MIT
#pragma once

// Powers of matrices: squares of squares, of which those are multiplied that make up the power.

#include <tutti/expr/products.hpp>
#include <tutti/plan/barrier.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A run of stages over matrices of one shape: `start(value)` makes a value from the operand or the identity, `multiply` one
/// from two others. The same calls are made where the power is only planned.
template <class Start, class Multiply>
auto power_by_squaring(index power, const Start& start, const Multiply& multiply) {
  auto square = start();
  while (power % 2 == 0) {
    square = multiply(square, square);
    power /= 2;
  }
  auto result = square;
  for (power /= 2; power > 0; power /= 2) {
    square = multiply(square, square);
    if (power % 2 != 0) result = multiply(result, square);
  }
  return result;
}

template <class E, class T, index Rank, class Keeper>
void run_barrier(const matrix_power_node<E>& p, const view<T, Rank, Keeper>& to) {
  using number = value_t<matrix_power_node<E>>;
  const auto& x = std::get<0>(p.operands());
  const auto shape = p.shape();
  if (to.size() == 0) return;
  if (p.power() == 0) {
    const index n = shape.back();
    assign(to, cast<T>(arange(n)(all_t{}, newaxis) == arange(n)));
  } else if (p.power() == 1) {
    assign(to, x);
  } else {
    using memory = std::shared_ptr<const number[]>; // which several values may be
    const auto keep = [](auto made) { return memory(made.release(), tutti::detail::aligned_delete{}); };
    const auto seen = [&](const memory& m) { return view<const number, E::rank>(m.get(), shape); };
    const memory result = power_by_squaring(
        p.power(), [&] { return keep(run_stage(cast<number>(x))); },
        [&](const memory& a, const memory& b) { return keep(run_stage(matmul(seen(a), seen(b)))); });
    assign(to, seen(result));
  }
}

} // namespace plan

TUTTI_NAMESPACE_END
