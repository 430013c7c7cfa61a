// SPDX-License-Identifier: MIT
#pragma once

// Powers of matrices: squares of squares, of which those are multiplied that make up the power.

#include <tutti/expr/products.hpp>
#include <tutti/plan/einsum.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// x to a power of at least 2: `multiply(a, b)` makes a value, `finish(a, b)` the last one. The same calls are made where
/// the power is only planned.
template <class Value, class Multiply, class Finish>
void power_by_squaring(index power, const Value& x, const Multiply& multiply, const Finish& finish) {
  Value square = x;
  for (; power % 2 == 0; power /= 2) {
    if (power == 2) return finish(square, square);
    square = multiply(square, square);
  }
  Value result = square;
  for (power /= 2; power > 0; power /= 2) {
    square = multiply(square, square);
    if (power == 1) return finish(result, square);
    if (power % 2 != 0) result = multiply(result, square);
  }
}

template <class E, class T, index Rank, class Keeper>
void run_barrier(const matrix_power_node<E>& p, const view<T, Rank, Keeper>& to) {
  using number = value_t<matrix_power_node<E>>;
  const auto& x = get<0>(p.operands());
  if (to.size() == 0) return;
  if (p.power() == 0) {
    assign(to, eye<T>(p.shape().back()));
  } else if (p.power() == 1) {
    assign(to, x);
  } else {
    using shared = std::shared_ptr<const stored_operand<number>>; // which several values may be
    const auto product = [](const shared& a, const shared& b) { return matmul(a->elements, b->elements); };
    const auto store = [](const auto& e) { return std::make_shared<const stored_operand<number>>(store_operand(e)); };
    const shared first = [&] {
      if constexpr (std::same_as<value_t<E>, number>) return store(x);
      else return store(cast<number>(x));
    }();
    power_by_squaring(
        p.power(), first, [&](const shared& a, const shared& b) { return store(product(a, b)); },
        [&](const shared& a, const shared& b) { assign(to, product(a, b)); });
  }
}

} // namespace plan

TUTTI_NAMESPACE_END
