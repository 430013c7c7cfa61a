// SPDX-License-Identifier: MIT
// Goldens: what NumPy prints for an expression, this library prints, character for character. The second argument is
// NumPy's source; tests/numpy_goldens.py evaluates it and compares it with the text here, where NumPy is installed.
#include <support/catch.hpp>
#include <tutti/io.hpp>

namespace tutti {

namespace {

const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
using ints = tensor<std::int64_t, 1>;
using bytes = tensor<std::uint8_t, 1>;
using reals = tensor<double, 1>;
using bools = tensor<bool, 1>;

#define GOLDEN(expression, numpy, text) CHECK(array_str(expression) == text)

} // namespace

TEST_CASE("NumPy: integer arithmetic") {
  const ints a({4}, {-7, 7, -7, 7}), b({4}, {3, -3, -3, 0});
  GOLDEN(floor_divide(a, b), "a // b", "[-3 -3  2  0]");
  GOLDEN(a % b, "a % b", "[ 2 -2 -1  0]");
  GOLDEN(fmod(a, b), "np.fmod(a, b)", "[-1  1 -1  0]");
  GOLDEN(a / b, "a / b", "[-2.33333333 -2.33333333  2.33333333         inf]");
  GOLDEN(bytes({3}, {200, 100, 255}) + 100, "np.array([200, 100, 255], 'u1') + 100", "[ 44 200  99]");
  GOLDEN(-bytes({2}, {0, 1}), "-np.array([0, 1], 'u1')", "[  0 255]");
  GOLDEN(a << 2, "a << 2", "[-28  28 -28  28]");
  GOLDEN(a >> 1, "a >> 1", "[-4  3 -4  3]");
  GOLDEN(~a & 5, "~a & 5", "[4 0 4 0]");
  GOLDEN(abs(ints({2}, {INT64_MIN, -1})), "np.abs(np.array([-2**63, -1]))",
         "[-9223372036854775808                    1]");
  GOLDEN(sum(bytes({2}, {200, 100})), "np.sum(np.array([200, 100], 'u1'))", "300");
  GOLDEN(mean(bytes({2}, {200, 101})), "np.mean(np.array([200, 101], 'u1'))", "150.5");
  GOLDEN(pow(a, 2), "a ** 2", "[49 49 49 49]");
  GOLDEN(sign(a) * square(b), "np.sign(a) * np.square(b)", "[-9  9 -9  0]");
}

TEST_CASE("NumPy: bools") {
  const bools p({4}, {false, false, true, true}), q({4}, {false, true, false, true});
  GOLDEN(p + q, "p + q", "[False  True  True  True]");
  GOLDEN(p * q, "p * q", "[False False False  True]");
  GOLDEN(p < q, "p < q", "[False  True False False]");
  GOLDEN(p <= q, "p <= q", "[ True  True False  True]");
  GOLDEN(p >= q, "p >= q", "[ True False  True  True]");
  GOLDEN(p ^ q, "p ^ q", "[False  True  True False]");
  GOLDEN(p + 1, "p + 1", "[1 1 2 2]");
  GOLDEN(sum(p), "p.sum()", "2");
  GOLDEN(cumsum(p, 0), "np.cumsum(p)", "[0 0 1 2]");
  GOLDEN(maximum(p, q), "np.maximum(p, q)", "[False  True  True  True]");
  GOLDEN(p / q, "p / q", "[nan  0. inf  1.]");
}

TEST_CASE("NumPy: NaN, infinities and signed zeros") {
  const reals f({5}, {nan, inf, -inf, 0., -0.});
  GOLDEN(max(f), "np.max(f)", "nan");
  GOLDEN(argmax(f), "np.argmax(f)", "0");
  GOLDEN(fmax(f, 1), "np.fmax(f, 1)", "[ 1. inf  1.  1.  1.]");
  GOLDEN(maximum(f, 1), "np.maximum(f, 1)", "[nan inf  1.  1.  1.]");
  GOLDEN(clip(f, -1, 1), "np.clip(f, -1, 1)", "[nan  1. -1.  0. -0.]");
  GOLDEN(1 / f, "1 / f", "[ nan   0.  -0.  inf -inf]");
  GOLDEN(sqrt(f), "np.sqrt(f)", "[nan inf nan  0. -0.]");
  GOLDEN(f == f, "f == f", "[False  True  True  True  True]");
  GOLDEN(f % 1, "f % 1", "[nan nan nan  0.  0.]");
  GOLDEN(floor_divide(f, 1), "f // 1", "[nan nan nan  0. -0.]");
  GOLDEN(pow(f, 0), "f ** 0", "[1. 1. 1. 1. 1.]");
  GOLDEN(cast<bool>(f), "f.astype(bool)", "[ True  True  True False False]");
  GOLDEN(signbit(f), "np.signbit(f)", "[False False  True False  True]");
  GOLDEN(round(reals({5}, {0.5, 1.5, 2.5, -0.5, -1.5})), "np.round([0.5, 1.5, 2.5, -0.5, -1.5])",
         "[ 0.  2.  2. -0. -2.]");
  GOLDEN(floor_divide(reals({1}, {1.}), 0.1), "np.array([1.]) // 0.1", "[9.]");
  GOLDEN(isclose(reals({3}, {1., nan, inf}), reals({3}, {1 + 1e-6, nan, inf})),
         "np.isclose([1., nan, inf], [1 + 1e-6, nan, inf])", "[ True False  True]");
}

TEST_CASE("NumPy: nothing") {
  const tensor<double, 2> e({0, 3});
  GOLDEN(e, "e", "[]");
  GOLDEN(sum(e, 0), "e.sum(0)", "[0. 0. 0.]");
  GOLDEN(sum(e, 1), "e.sum(1)", "[]");
  GOLDEN(prod(e), "e.prod()", "1.0");
  GOLDEN(mean(e, 0), "e.mean(0)", "[nan nan nan]");
  GOLDEN(all(e > 0), "(e > 0).all()", "True");
  GOLDEN(any(e > 0), "(e > 0).any()", "False");
  GOLDEN(matmul(transpose(e), e), "e.T @ e", "[[0. 0. 0.]\n [0. 0. 0.]\n [0. 0. 0.]]");
  GOLDEN(concatenate(0, e, ones<double>({1, 3})), "np.concatenate([e, np.ones((1, 3))], 0)", "[[1. 1. 1.]]");
}

TEST_CASE("NumPy: shapes, slices and broadcasting") {
  const tensor<std::int64_t, 2> x = iota({3, 4});
  GOLDEN(x(range(none, none, -2), range(1, none, 2)), "x[::-2, 1::2]", "[[ 9 11]\n [ 1  3]]");
  GOLDEN(x(range(-2, 100), -1), "x[-2:100, -1]", "[ 7 11]");
  GOLDEN(x(range(2, 0), all), "x[2:0]", "[]");
  GOLDEN(x(ellipsis, newaxis, 0), "x[..., None, 0]", "[[0]\n [4]\n [8]]");
  GOLDEN(moveaxis(x(newaxis), 0, -1)(1, range(0, 2), all), "np.moveaxis(x[None], 0, -1)[1, 0:2, :]", "[[4]\n [5]]");
  GOLDEN(x - x(all, range(0, 1)) * x(0, all), "x - x[:, 0:1] * x[0]",
         "[[  0   1   2   3]\n [  4   1  -2  -5]\n [  8   1  -6 -13]]");
  GOLDEN(sum(x, axes(0, -1), keepdims), "x.sum((0, -1), keepdims=True)", "[[66]]");
  GOLDEN(sum(x, axes()), "x.sum(())", "[[ 0  1  2  3]\n [ 4  5  6  7]\n [ 8  9 10 11]]");
  GOLDEN(variance(x, 1, ddof(1)), "x.var(1, ddof=1)", "[1.66666667 1.66666667 1.66666667]");
  GOLDEN(argmin(x % 4 == 1, 1), "np.argmin(x % 4 == 1, 1)", "[0 0 0]");
  GOLDEN(stack(-1, x(0, all), x(1, all)), "np.stack([x[0], x[1]], -1)", "[[0 4]\n [1 5]\n [2 6]\n [3 7]]");
  GOLDEN(reshape(transpose(x), 2, -1), "x.T.reshape(2, -1)", "[[ 0  4  8  1  5  9]\n [ 2  6 10  3  7 11]]");
  GOLDEN(arange(5, 0, -2), "np.arange(5, 0, -2)", "[5 3 1]");
  GOLDEN(linspace(0, 1, 1), "np.linspace(0, 1, 1)", "[0.]");
  GOLDEN(eye<double>(2, 3, 1), "np.eye(2, 3, 1)", "[[0. 1. 0.]\n [0. 0. 1.]]");
}

TEST_CASE("NumPy: complex numbers") {
  const tensor<std::complex<double>, 1> z({3}, {{1, 2}, {0, 0}, {-1, 0}});
  GOLDEN(z / z, "z / z", "[ 1. +0.j nan+nanj  1. -0.j]");
  GOLDEN(pow(z, 2), "z ** 2", "[-3.+4.j  0.+0.j  1.-0.j]");
  GOLDEN(pow(z, 3), "z ** 3", "[-11.-2.j   0.+0.j  -1.+0.j]");
  GOLDEN(abs(z), "np.abs(z)", "[2.23606798 0.         1.        ]");
  GOLDEN(conj(z), "np.conj(z)", "[ 1.-2.j  0.-0.j -1.-0.j]");
  GOLDEN(variance(z), "np.var(z)", "1.5555555555555556");
  GOLDEN(sum(z), "np.sum(z)", "2j");
  GOLDEN(z == z, "z == z", "[ True  True  True]");
}

TEST_CASE("NumPy: contractions") {
  const tensor<std::int64_t, 2> x = reshape(arange(std::int64_t{12}), 3, 4), y = transpose(x)(ellipsis, range(3));
  const ints v({4}, {1, -2, 0, 3});
  GOLDEN(einsum<"ij,kj">(x, x), "np.einsum('ij,kj', x, x)", "[[ 14  38  62]\n [ 38 126 214]\n [ 62 214 366]]");
  GOLDEN(einsum<"ba">(x), "np.einsum('ba', x)", "[[ 0  4  8]\n [ 1  5  9]\n [ 2  6 10]\n [ 3  7 11]]");
  GOLDEN(einsum<"...,...">(x, v), "np.einsum('...,...', x, np.array([1, -2, 0, 3]))",
         "[[  0  -2   0   9]\n [  4 -10   0  21]\n [  8 -18   0  33]]");
  GOLDEN(einsum<"ii->i">(y(range(3))), "np.einsum('ii->i', x.T[:3])", "[ 0  5 10]");
  GOLDEN(einsum<"ij,jk,l->l">(x, y, v), "np.einsum('ij,jk,l->l', x, x.T, np.array([1, -2, 0, 3]))",
         "[ 1134 -2268     0  3402]");
  GOLDEN(einsum<"i->">(bytes({2}, {200, 100})), "np.einsum('i->', np.array([200, 100], 'u1'))", "44");
  GOLDEN(einsum<"i,i->">(bools({2}, {true, true}), bools({2}, {false, true})),
         "np.einsum('i,i->', np.array([True, True]), np.array([False, True]))", "True");
  GOLDEN(inner(x, v), "np.inner(x, np.array([1, -2, 0, 3]))", "[ 7 15 23]");
  GOLDEN(tensordot(x, x), "np.tensordot(x, x)", "506");
  GOLDEN(tensordot(x, v, 0)(0, ellipsis), "np.tensordot(x, np.array([1, -2, 0, 3]), 0)[0]",
         "[[ 0  0  0  0]\n [ 1 -2  0  3]\n [ 2 -4  0  6]\n [ 3 -6  0  9]]");
  GOLDEN(outer(v, ints({2}, {1, 2})), "np.outer([1, -2, 0, 3], [1, 2])", "[[ 1  2]\n [-2 -4]\n [ 0  0]\n [ 3  6]]");
  GOLDEN(kron(ints({2}, {1, -1}), v), "np.kron([1, -1], [1, -2, 0, 3])", "[ 1 -2  0  3 -1  2  0 -3]");
  GOLDEN(diagonal(x, -1), "np.diagonal(x, -1)", "[4 9]");
  GOLDEN(trace(x, 2), "np.trace(x, 2)", "9");
  GOLDEN(matrix_power(x(all, range(3)), 3), "np.linalg.matrix_power(x[:, :3], 3)",
         "[[ 300  369  438]\n [1116 1365 1614]\n [1932 2361 2790]]");
}

} // namespace tutti
