// SPDX-License-Identifier: MIT
// The temporaries and layouts that a plan says an assignment makes, against the heap.
#include <support/catch.hpp>
#include <support/planned_arrays.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

TEST_CASE("a plan has as many temporaries as the assignment makes") {
  set_num_threads(1);
  tensor<float, 2> a({100, 100}, 1.f), b({100, 100}, 2.f), y({100, 100});
  tensor<float, 1> v({100}, 1.f);
  CHECK(planned_arrays(y, [&] { return a + b; }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return a + v; }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return y + a; }).stages.back().in_place);
  CHECK(planned_arrays(y, [&] {
          return exp(a - max(a, 1, keepdims)) / sum(exp(a - max(a, 1, keepdims)), 1, keepdims);
        }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return transpose(y); }).stages.back().replaces);
  CHECK(planned_arrays(y, [&] { return y / sum(y); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return transpose(sum(a, 0, keepdims)) + b; }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return (a - mean(a, 0)) / sum(a, 1, keepdims); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return relu(matmul(a, b) + v); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return matmul(a, b); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return matmul(y, b); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return matmul(a + b, transpose(b)); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return matmul(a + b, matmul(a, b)) + transpose(matmul(a, a)); }).temporaries() == 2);
  CHECK(planned_arrays(y, [&] { return einsum<"ij,kj->ik">(a, b); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return einsum<"ij,jk,kl->il">(a, b, a); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return einsum<"ij,kl,kj->jl">(a, b, exp(b)); }).temporaries() == 3);
  CHECK(planned_arrays(y, [&] { return matrix_power(a, 10); }).temporaries() == 3);
  CHECK(planned_arrays(y, [&] { return matrix_power(y, 2); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return cumsum(a, 1); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return cumsum(a, 1) + b; }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return concatenate(0, a(range(0, 50), all), b(range(0, 50), all)); }).temporaries() ==
        0);
  CHECK(planned_arrays(y, [&] { return reshape(transpose(a), 100, 100); }).temporaries() == 0);
  CHECK(planned_arrays(v, [&] { return sum(sum(reshape(a, 10, 10, 100), 2), 1); }).stages.size() == 2);
  set_num_threads(0);
}

TEST_CASE("a plan for a view has as many temporaries as the assignment makes") {
  set_num_threads(1);
  tensor<float, 1> v({1000}, 1.f);
  tensor<float, 2> a({30, 40}, 1.f), row({1, 40}, 2.f);
  CHECK(planned_arrays(v(range(1, 1000)), [&] { return v(range(0, 999)); }).stages.back().kind == "copy");
  CHECK(planned_arrays(v(range(0, 500)), [&] { return v(range(500, 1000)); }).temporaries() == 0);
  CHECK(planned_arrays(a(all, all), [&] { return as_node(row); }).temporaries() == 0);
  CHECK(planned_arrays(a(all, all), [&] { return sum(a, 0, keepdims); }).temporaries() == 1);
  set_num_threads(0);
}

TEST_CASE("a plan has the arrays to which a vector is copied") {
  set_num_threads(1);
  const tensor<float, 2> a({40, 300}, 1.f), large({500, 3000}, 1.f);
  const tensor<float, 1> v({600}, 1.f), w({6000}, 1.f), next({300}, 1.f);
  tensor<float, 1> y({40}), z({500});
  const auto layouts = [&](auto& to, const auto& make) { return planned_arrays(to, make).stages.back().layouts; };
  CHECK(layouts(y, [&] { return matmul(a, next); }) == 0);
  CHECK(layouts(y, [&] { return matmul(a, v(range(0, 600, 2))); }) == 1);
  CHECK(layouts(y, [&] { return matmul(a, exp(next)); }) == 1);
  CHECK(layouts(z, [&] { return matmul(large, w(range(0, 6000, 2))); }) == 1);
  set_num_threads(2);
  CHECK(layouts(z, [&] { return matmul(large, w(range(0, 6000, 2))); }) == std::min(num_threads(), 2));
  set_num_threads(0);
}

TEST_CASE("in place means the same memory and no other") {
  tensor<float, 2> y({300, 40}, 2.f);
  const float* const before = y.data();
  for (int run = 0; run < 2; ++run) {
    const auto plan = explain(y, y / sum(y, 1, keepdims));
    CHECK(plan.stages.size() == 1);
    CHECK(plan.stages.back().in_place);
    CHECK(arrays_of([&] { y = y / sum(y, 1, keepdims); }) == 0);
    CHECK(y.data() == before);
  }
}

} // namespace tutti
