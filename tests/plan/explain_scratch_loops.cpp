// SPDX-License-Identifier: MIT
// The scratch of loops, folds and scans, of one result and of several.
#include <support/catch.hpp>
#include <support/scratch.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

TEST_CASE("loops take the scratch that their plan says") {
  const tensor<float, 2> x({600, 400}, 1.f), t({400, 600}, 1.f), large({2000, 1500}, 1.f), wide({600, 1201}, 1.f);
  const tensor<double, 2> d({600, 400}, 1.);
  const tensor<float16, 2> h({600, 400});
  const tensor<float, 3> deep({40, 50, 3}, 1.f);
  const tensor<float> any({600, 400}, 1.f);
  tensor<float, 2> y({600, 400}), each_other({600, 800});
  tensor<float, 1> rows({600}), columns({400}), all_columns({1500});
  tensor<float, 0> one;
  tensor<std::int64_t, 1> where_rows({600}), where_columns({400});
  tensor<bool, 2> mask({600, 400});
  tensor<float> free({600, 400});
  TUTTI_CHECK_SCRATCH(y, nothing, x * 2 + 1);
  TUTTI_CHECK_SCRATCH(y, nothing, x / 3.f);
  TUTTI_CHECK_SCRATCH(free, something, transpose(transpose(any) / sum(any, 1)));
  TUTTI_CHECK_SCRATCH(y, something, x + transpose(t));
  TUTTI_CHECK_SCRATCH(y, something, x + wide(all, range(0, 1200, 3)));
  TUTTI_CHECK_SCRATCH(y, either, x + wide(all, range(0, 800, 2))); // where they are not put together in registers
  TUTTI_CHECK_SCRATCH(y, something, x + iota<float>({600, 400}));
  TUTTI_CHECK_SCRATCH(y, nothing, d + h);
  TUTTI_CHECK_SCRATCH(mask, nothing, x > d);
  TUTTI_CHECK_SCRATCH(each_other(all, range(0, 800, 2)), something, x + 1);
  TUTTI_CHECK_SCRATCH(y, something, softmax_of(x));
  TUTTI_CHECK_SCRATCH(y, something, (x - mean(x, 1, keepdims)) / sqrt(variance(x, 1, keepdims) + 1e-5f));
  TUTTI_CHECK_SCRATCH(y, something, (x - mean(x, 0)) / sqrt(variance(x, 0)));
  TUTTI_CHECK_SCRATCH(y, something, (x - mean(x, 0)) / sum(x, 1, keepdims));
  TUTTI_CHECK_SCRATCH(rows, something, sum(x, 1));
  TUTTI_CHECK_SCRATCH(columns, something, sum(x, 0));
  TUTTI_CHECK_SCRATCH(columns, something, max(transpose(t), 0));
  TUTTI_CHECK_SCRATCH(one, something, sum(large));
  TUTTI_CHECK_SCRATCH(all_columns, something, sum(large, 0));
  TUTTI_CHECK_SCRATCH(one, something, sum(deep));
  TUTTI_CHECK_SCRATCH(where_rows, something, argmax(x, 1));
  TUTTI_CHECK_SCRATCH(where_columns, something, argmin(x, 0));
  TUTTI_CHECK_SCRATCH(y, something, cumsum(x + transpose(t), 0) * 2);
  TUTTI_CHECK_SCRATCH(each_other, something, concatenate(1, x + transpose(t), x));
}

TEST_CASE("several results of one sweep take the scratch that their plan says") {
  const tensor<float, 2> x({500, 300}, 1.f);
  for (const int threads : {1, 2}) {
    set_num_threads(threads);
    const auto run = [&] { eval(mean(x, 1), variance(x, 1), max(x, 1)); };
    CHECK(scratch_in(explain_eval(mean(x, 1), variance(x, 1), max(x, 1))) == scratch_of(run));
    CHECK(scratch_in(explain_eval(x + 1, cumsum(x, 0))) == scratch_of([&] { eval(x + 1, cumsum(x, 0)); }));
  }
  set_num_threads(0);
}

} // namespace tutti
