# SPDX-License-Identifier: MIT
"""Twenty varied statements, as users of three libraries write them. `a`, `b`, `c`, `d` are matrices of floats, `u` and `v` are
vectors, `y` and `w` are results of these ranks, `s` is a number."""

TUTTI = ("""
#include <tutti/tensor.hpp>
using namespace tutti;
void run(tensor<float, 2>& y, tensor<float, 1>& w, float& s, const tensor<float, 2>& a, const tensor<float, 2>& b,
         const tensor<float, 2>& c, const tensor<float, 2>& d, const tensor<float, 1>& u, const tensor<float, 1>& v) {
""", [
    "y = a + b * c;",
    "y = a * b + sqrt(c) - exp(a);",
    "y = a * u + v;",
    "y = a - w(all, newaxis);",
    "y = u(all, newaxis) * v;",
    "y += a * 2 - b;",
    "y = a + transpose(b);",
    "y = matmul(a, b) + c;",
    "y(range(1, -1), all) = 0.5f * (a(range(0, -2), all) + a(range(2, none), all));",
    "y = where(a > b, a, c * d);",
    "y = maximum(a, 0) - minimum(b, 1);",
    "y = tanh(a) * log(abs(b) + 1);",
    "w = sum(a, 1);",
    "w = sum(a * b, 0);",
    "w = max(a, 1) - mean(b, 1);",
    "w = u(range(none, none, -1)) * 2;",
    "s = sum(square(a - b));",
    "s = max(abs(u - v));",
    "y = (a - mean(a, 0)) / stddev(a, 0);",
    "y = exp(a - max(a, 1, keepdims)) / sum(exp(a - max(a, 1, keepdims)), 1, keepdims);",
])

EIGEN = ("""
#include <Eigen/Core>
using matrix = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using vector = Eigen::ArrayXf;
void run(matrix& y, vector& w, float& s, const matrix& a, const matrix& b, const matrix& c, const matrix& d, const vector& u,
         const vector& v) {
""", [
    "y = a + b * c;",
    "y = a * b + c.sqrt() - a.exp();",
    "y = (a.rowwise() * u.transpose()).rowwise() + v.transpose();",
    "y = a.colwise() - w;",
    "y.matrix().noalias() = u.matrix() * v.matrix().transpose();",
    "y += a * 2 - b;",
    "y = a + b.transpose();",
    "y = (a.matrix() * b.matrix()).array() + c;",
    "y.middleRows(1, y.rows() - 2) = 0.5f * (a.topRows(a.rows() - 2) + a.bottomRows(a.rows() - 2));",
    "y = (a > b).select(a, c * d);",
    "y = a.max(0.f) - b.min(1.f);",
    "y = a.tanh() * (b.abs() + 1).log();",
    "w = a.rowwise().sum();",
    "w = (a * b).colwise().sum();",
    "w = a.rowwise().maxCoeff() - b.rowwise().mean();",
    "w = u.reverse() * 2;",
    "s = (a - b).square().sum();",
    "s = (u - v).abs().maxCoeff();",
    "{ const vector m = a.colwise().mean(); y = a.rowwise() - m.transpose();"
    " const vector r = y.square().colwise().mean().rsqrt(); y.rowwise() *= r.transpose(); }",
    "{ const vector m = a.rowwise().maxCoeff(); y = (a.colwise() - m).exp();"
    " const vector r = y.rowwise().sum().inverse(); y.colwise() *= r; }",
])

XTENSOR = ("""
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xstrided_view.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>
using matrix = xt::xtensor<float, 2>;
using vector = xt::xtensor<float, 1>;
using xt::all, xt::keep_dims, xt::newaxis, xt::noalias, xt::range, xt::view, xt::placeholders::_;
void run(matrix& y, vector& w, float& s, const matrix& a, const matrix& b, const matrix& c, const matrix& d, const vector& u,
         const vector& v) {
""", [
    "noalias(y) = a + b * c;",
    "noalias(y) = a * b + xt::sqrt(c) - xt::exp(a);",
    "noalias(y) = a * u + v;",
    "noalias(y) = a - view(w, all(), newaxis());",
    "noalias(y) = view(u, all(), newaxis()) * v;",
    "y += a * 2 - b;",
    "noalias(y) = a + xt::transpose(b);",
    # A product needs xtensor-blas, another library; this statement stands for it.
    "noalias(y) = xt::fma(a, b, c);",
    "view(y, range(1, -1), all()) = 0.5f * (view(a, range(0, -2), all()) + view(a, range(2, _), all()));",
    "noalias(y) = xt::where(a > b, a, c * d);",
    "noalias(y) = xt::maximum(a, 0.f) - xt::minimum(b, 1.f);",
    "noalias(y) = xt::tanh(a) * xt::log(xt::abs(b) + 1);",
    "noalias(w) = xt::sum(a, {1});",
    "noalias(w) = xt::sum(a * b, {0});",
    "noalias(w) = xt::amax(a, {1}) - xt::mean(b, {1});",
    "noalias(w) = view(u, range(_, _, -1)) * 2;",
    "s = xt::sum(xt::square(a - b))();",
    "s = xt::amax(xt::abs(u - v))();",
    "noalias(y) = (a - xt::mean(a, {0})) / xt::stddev(a, {0});",
    "{ const matrix m = xt::amax(a, {1}, keep_dims); noalias(y) = xt::exp(a - m);"
    " const matrix r = xt::sum(y, {1}, keep_dims); y /= r; }",
])

LIBRARIES = {"tutti": TUTTI, "eigen": EIGEN, "xtensor": XTENSOR}
HEADERS = {"tutti": "#include <tutti/tensor.hpp>", "eigen": "#include <Eigen/Core>", "xsimd": "#include <xsimd/xsimd.hpp>",
           "xtensor": "#include <xtensor/xtensor.hpp>", "nothing": ""}


def source(library):
    head, statements = LIBRARIES[library]
    return head + "".join(f"  {statement}\n" for statement in statements) + "}\n"
