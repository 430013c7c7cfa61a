// SPDX-License-Identifier: MIT
// Every kind of node, as a plan writes it.
#include <support/catch.hpp>
#include <tutti/nn.hpp>
#include <tutti/plan/formula.hpp>
#include <tutti/tutti.hpp>

namespace tutti {
namespace {

template <operand X>
std::string text(const X& x) { return plan::formula(as_node(x)); }

} // namespace

TEST_CASE("leaves are called by their names, or by type and shape") {
  const tensor<float, 2> x({30, 40});
  const tensor<std::int8_t> d({2, 3});
  const fixed<double, 2, 2> f;
  CHECK(text(x) == "float32(30, 40)");
  CHECK(text(d) == "int8(2, 3)");
  CHECK(text(f) == "float64(2, 2)");
  CHECK(text(named(f, "f")) == "f");
  CHECK(text(transpose(named(f, "f"))) == "transpose(f)");
  CHECK(text(named(x, "x")) == "x");
  CHECK(text(scalar<float>(1.5f)) == "1.5");
  CHECK(text(full({2, 3}, 7)) == "full((2, 3), 7)");
  CHECK(text(arange(5)) == "arange(5,)");
  CHECK(text(linspace(0, 1, 5)) == "linspace(5,)");
  CHECK(text(from_function({2, 2}, [](index i, index j) { return i + j; })) == "from_function(2, 2)");
}

TEST_CASE("views are written as they are taken") {
  const tensor<float, 2> memory({30, 40});
  const tensor<float, 3> deep({2, 3, 4});
  const tensor<float, 2> column({30, 1});
  const auto x = named(memory, "x");
  const auto z = named(deep, "z");
  CHECK(text(x(all, all)) == "x");
  CHECK(text(x(range(1, 9), all)) == "x[1:9, :]");
  CHECK(text(x(range(1, 30), range(0, 39))) == "x[1:, :39]");
  CHECK(text(x(range(0, 30, 2), range(1, 40, 3))) == "x[::2, 1::3]");
  CHECK(text(x(range(0, 29, 2), range(1, 20, 3))) == "x[::2, 1:20:3]");
  CHECK(text(x(range(0, 10, 2), all)) == "x[:9:2, :]");
  CHECK(text(x(range(none, none, -1), range(20, 10, -2))) == "x[::-1, 20:11:-2]");
  CHECK(text(x(range(3, 3), all)) == "x[:0, :]");
  CHECK(text(x(3, all)) == "x[3, :]");
  CHECK(text(x(all, newaxis)) == "x[:, newaxis, :]");
  CHECK(text(x(newaxis, 5)) == "x[5, newaxis, :]");
  CHECK(text(x(range(1, 9), all)(range(2, 4), all)) == "x[3:5, :]");
  CHECK(text(x(range(1, 9), all)(3, all)) == "x[4, :]");
  CHECK(text(transpose(x)) == "transpose(x)");
  CHECK(text(transpose(transpose(x))) == "x");
  CHECK(text(transpose(x(range(1, 9), all))) == "transpose(x[1:9, :])");
  CHECK(text(permute(z, 0, 2, 1)) == "permute(z, 0, 2, 1)");
  CHECK(text(transpose(z(all, 1, all))) == "transpose(z[:, 1, :])");
  CHECK(text(transpose(x)(newaxis, all)) == "transpose(x)[newaxis, :, :]");
  CHECK(text(flip(x, 0)) == "x[::-1, :]");
  CHECK(text(squeeze(named(column, "c"), 1)) == "c[:, 0]");
  CHECK(text(broadcast_to(named(column, "c"), {30, 7})) == "broadcast_to(c, (30, 7))");
  CHECK(text(broadcast_to(x, {5, 30, 40})) == "broadcast_to(x[newaxis, :, :], (5, 30, 40))");
  CHECK(text(sliding_window_view(x, {3, 3}, {0, 1})) == "sliding_window_view(x, (3, 3))");
  CHECK(text(diagonal(x(all, range(0, 30)))) == "diagonal(x[:, :30])");
  CHECK(text(diagonal(z, 0, 1, 2)) == "diagonal(z[:, :, :3])");
  // A view of a formula is one of its operands.
  CHECK(text(transpose(x + named(column, "c"))) == "transpose(x) + c[newaxis, :, 0]");
  CHECK(text((x + named(column, "c"))(range(2, 4), range(5, 9))) == "x[2:4, 5:9] + c[2:4, :]");
}

TEST_CASE("operations are written with as many parentheses as they need") {
  const tensor<float, 1> x({3}), y({3}), z({3});
  const tensor<int, 1> i({3});
  const auto a = named(x, "a"), b = named(y, "b"), c = named(z, "c");
  const auto n = named(i, "n");
  CHECK(text(a + b + c) == "a + b + c");
  CHECK(text(a + (b + c)) == "a + (b + c)"); // rounds differently
  CHECK(text(a - (b - c)) == "a - (b - c)");
  CHECK(text(a * b + c / a) == "a * b + c / a");
  CHECK(text((a + b) * c) == "(a + b) * c");
  CHECK(text(a / (b * c)) == "a / (b * c)");
  CHECK(text(-a * b) == "-a * b");
  CHECK(text(-(a * b)) == "-(a * b)");
  CHECK(text(2 * -(-a)) == "2 * -(-a)");
  CHECK(text(a < b + 1) == "a < b + 1");
  CHECK(text((a < b) && !(b >= c)) == "(a < b) && !(b >= c)");
  CHECK(text((n << 2) + 1) == "(n << 2) + 1");
  CHECK(text((n & 3) | ~n) == "(n & 3) | ~n");
  CHECK(text(where(a > 0, a, exp(b))) == "where(a > 0, a, exp(b))");
  CHECK(text(cast<double>(a) * 2) == "cast<float64>(a) * 2");
  CHECK(text(maximum(a, 0.f)) == "maximum(a, 0)");
  CHECK(text(fma(a, b, c)) == "fma(a, b, c)");
  CHECK(text(apply([](float v) { return v; }, a)) == "apply(a)");
}

TEST_CASE("reductions say their axes") {
  const tensor<float, 3> memory({2, 3, 4});
  const auto x = named(memory, "x");
  CHECK(text(sum(x)) == "sum(x)");
  CHECK(text(max(x, -1, keepdims)) == "max(x, 2, keepdims)");
  CHECK(text(prod(x, axes(0, 2))) == "prod(x, axes(0, 2))");
  CHECK(text(argmax(x, 1)) == "argmax(x, 1)");
  CHECK(text(argmin(x * 2)) == "argmin(x * 2)");
  CHECK(text(any(x > 1)) == "any(x > 1)");
  CHECK(text(mean(x, 0)) == "mean(x, 0)");
  CHECK(text(variance(x, 0)) == "mean(square(x - mean(x, 0, keepdims)), 0)");
}

TEST_CASE("barriers are written as the functions that make them") {
  const tensor<float, 2> a({4, 4}), b({4, 4}), c({4, 4});
  const auto x = named(a, "x"), y = named(b, "y"), z = named(c, "z");
  CHECK(text(matmul(x + 1, transpose(y))) == "matmul(x + 1, transpose(y))");
  CHECK(text(transpose(matmul(x, y)) - z) == "transpose(matmul(x, y)) - z");
  CHECK(text(matmul(x, y)(range(0, 2), newaxis)) == "matmul(x, y)[:2, newaxis, :]");
  CHECK(text(einsum<"ij,jk,kl->il">(x, y, z)) == "einsum(\"ij,jk,kl->il\", x, y, z)");
  CHECK(text(einsum<"ij,jk->ik">(x, y)) == "matmul(x, y)");
  CHECK(text(multi_dot(x, y, z)) == "multi_dot(x, y, z)");
  CHECK(text(matrix_power(x, 5)) == "matrix_power(x, 5)");
  CHECK(text(cumsum(x, 1)) == "cumsum(x, 1)");
  CHECK(text(cumprod(x, 0)) == "cumprod(x, 0)");
  CHECK(text(cummax(x, 0) + 1) == "cummax(x, 0) + 1");
  CHECK(text(cummin(x, 0)) == "cummin(x, 0)");
  CHECK(text(reshape(x * 2, 2, 8)) == "reshape(x * 2, (2, 8))");
  CHECK(text(concatenate(0, x, y + 1)) == "concatenate(0, x, y + 1)");
  CHECK(text(concatenate(1, std::vector{x, y})) == "concatenate(1, x, y)");
  CHECK(text(concatenate(1, std::vector{x, y, z, x, y})) == "concatenate(1, x, y, z, and 2 more)");
  CHECK(text(stack(0, x, y)) == "concatenate(0, x[newaxis, :, :], y[newaxis, :, :])");
}

TEST_CASE("windows say how they move") {
  const tensor<float, 4> images({1, 4, 8, 8}), weights({4, 4, 3, 3}), each({4, 1, 3, 3});
  const tensor<float, 1> signal({9});
  const auto x = named(images, "x"), w = named(weights, "w");
  CHECK(text(nn::conv2d(x, w)) == "conv2d(x, w)");
  CHECK(text(nn::conv2d(x, w, {.stride = {2, 1}, .padding = 1, .dilation = 2})) ==
        "conv2d(x, w, stride (2, 1), padding 1, dilation 2)");
  CHECK(text(nn::conv2d(x, named(each, "w"), {.groups = 4})) == "conv2d(x, w, groups 4)");
  CHECK(text(nn::conv_transpose2d(x, w, {.stride = 2, .padding = 1})) == "conv_transpose2d(x, w, stride 2, padding 1)");
  CHECK(text(nn::max_pool2d(x, 2)) == "max_pool2d(x, 2)");
  CHECK(text(nn::avg_pool2d(x, {3, 2}, {.stride = 1, .padding = 1})) == "avg_pool2d(x, (3, 2), stride 1, padding 1)");
  CHECK(text(convolve(named(signal, "s"), named(signal, "s"))) ==
        "conv1d(s[newaxis, newaxis, :], s[newaxis, newaxis, ::-1], padding 8)[0, 0, :]");
}

} // namespace tutti
