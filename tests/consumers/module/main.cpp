// SPDX-License-Identifier: MIT
// Uses the library through its module alone. Structured bindings need the standard's <tuple>.
#include <iostream>
#include <sstream>
#include <tuple>

import tutti;

using tutti::all, tutti::keepdims, tutti::range, tutti::tensor;

int main() {
  tensor<float, 2> x({2, 3});
  x = x + 1;
  if (float(sum(x)) != 6) return 1;
  x(0, range(1, 3)) = x(0, range(0, 2)) - 1.f; // 1 0 0, 1 1 1
  const auto [least, greatest] = tutti::eval(min(x, 1), max(x, 1));
  if (least(0) != 0 || greatest(1) != 1) return 2;
  const tensor p = tutti::nn::softmax(matmul(x, transpose(x)), -1);
  if (!tutti::allclose(sum(p, -1, keepdims), tutti::ones<float>({2, 1}))) return 3;
  const tensor q = tutti::einsum<"ij,kj->ik">(x, x) - sqrt(variance(x(all, 0)));
  if (q(1, 1) != 3) return 4;
  try {
    x = x + tutti::zeros<float>({7});
    return 5;
  } catch (const tutti::shape_error&) {
  }
  std::ostringstream text;
  text << x << explain(x, exp(x) * 2.f);
  if (!text.str().starts_with("[[1. 0. 0.]\n [1. 1. 1.]]")) return 6;
  std::cout << text.str() << '\n';
}
