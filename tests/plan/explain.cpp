// SPDX-License-Identifier: MIT
// A plan as stages, text and data, and that making it does nothing else.
#include <support/catch.hpp>
#include <support/observed.hpp>
#include <support/planned_arrays.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

TEST_CASE("explain computes nothing, asks for no array and changes nothing") {
  tensor<float, 2> x({64, 64}, 1.f), y({64, 64}, 2.f), z;
  CHECK(calls_of([&] {
          CHECK(arrays_of([&] {
                  explain(y, sum(apply(counting(), x), 0) + apply(counting(), transpose(y)));
                  explain(z, matmul(apply(counting(), x), y) + 1);
                  explain(cumsum(apply(counting(), x), 0));
                }) == 0);
        }) == 0);
  CHECK(z.size() == 0);
  CHECK(y(3, 3) == 2.f);
}

TEST_CASE("the stages of an einsum are its steps") {
  const tensor<float, 2> a({30, 2}), b({2, 40}), c({40, 3});
  tensor<float, 2> y({30, 3});
  const auto e = einsum<"ij,jk,kl->il">(named(a, "a"), named(b, "b"), named(c, "c"));
  const execution_plan plan = explain(named(y, "y"), e);
  REQUIRE(plan.stages.size() == 2);
  CHECK(plan.stages[0].formula == "t1 = einsum(\"jk,kl->jl\", b, c)");
  CHECK(plan.stages[0].flops == 2 * 2 * 40 * 3);
  CHECK(plan.stages[1].formula == "y = einsum(\"ij,jl->il\", a, t1)");
  CHECK(plan.stages[1].inputs[1].stage == 1);
  tensor<double, 2> wide({30, 3});
  CHECK(explain(wide, e).stages.size() == 3); // of another type: by way of a temporary
  CHECK(explain(y, einsum<"ij,jk,kl->il">(a(all, range(0)), b(range(0), all), c)).stages.size() == 1); // zeros
  CHECK(explain(named(y, "y"), einsum<"ij,jk->ik">(named(a, "a"), named(b, "b"))).stages[0].formula ==
        "y = matmul(a, b)");
}

TEST_CASE("the plan of fixed tensors is that the compiler writes them out") {
  fixed<float, 3, 3> m, r;
  const execution_plan plan = explain(r, m * 2 + 1);
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.stages[0].kind == "unrolled");
  CHECK(plan.stages[0].bytes() == 2 * 9 * 4);
  CHECK(plan.temporaries() == 0);
  CHECK_THAT(plan.to_text(), ContainsSubstring("1. unrolled: destination = float32(3, 3) * 2 + 1\n"));
  // With a tensor beside them there are loops.
  tensor<float, 2> x({3, 3});
  CHECK(explain(r, m + x).stages[0].kind != "unrolled");
  CHECK(explain(x, x + m).stages[0].bytes_read == 2 * 9 * 4);
}

TEST_CASE("a plan says which products take the short way") {
  const tensor<float, 2> small({32, 32}, 1.f), large({600, 600}, 1.f);
  const tensor<float, 1> v({32}, 1.f);
  tensor<float, 2> y({32, 32}), z({600, 600});
  tensor<float, 1> w({32});
  const auto is_short = [](const execution_plan& plan) {
    const auto& blocks = plan.stages.back().blocking;
    return blocks.size() == 1 && blocks[0].find("short way") != std::string::npos;
  };
  CHECK(is_short(explain(y, matmul(small, small))));
  CHECK(is_short(explain(y, matmul(named(small, "a"), named(small, "b")))));
  CHECK(is_short(explain(w, matmul(small, v))));
  tensor<float, 3> batch({2, 32, 32}, 1.f); // slices of what can be written
  CHECK(is_short(explain(y, matmul(transpose(batch(0, all, all)), batch(1, all, all)))));
  CHECK(is_short(explain(w, matmul(small, batch(0, all, 1)))));
  CHECK_FALSE(is_short(explain(y, matmul(small + small, small))));
  CHECK_FALSE(is_short(explain(z, matmul(large, large))));
}

TEST_CASE("stages that a kernel only hands on are planned as the statements that they are") {
  const tensor<float, 2> a({50, 60}), b({60, 50}), empty({50, 0});
  tensor<float, 1> d;
  tensor<float, 2> y;
  const execution_plan diagonals = explain(named(d, "d"), diagonal(matmul(named(a, "a"), named(b, "b"))));
  REQUIRE(diagonals.stages.size() == 2);
  CHECK(diagonals.stages[1].formula == "d = diagonal(t1)");
  CHECK(diagonals.stages[1].inputs == std::vector<plan_input>{{"t1", 50 * 4, 1}});
  const execution_plan identity = explain(named(y, "y"), matrix_power(matmul(a, b), 0));
  const execution_plan zeros = explain(named(y, "y"), einsum<"ij,kj,kl->il">(empty, empty, matmul(a, b)));
  CHECK(zeros.stages.back().formula == "y = 0");
  for (const auto* const plan : {&diagonals, &identity, &zeros}) {
    const plan_stage& s = plan->stages.back();
    INFO(plan->to_text());
    CHECK((s.kind == "loop nest" || s.kind == "flat loop"));
    CHECK_FALSE(s.threads_why.empty());
  }
  CHECK(planned_arrays(d, [&] { return diagonal(matmul(a, b)); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return matrix_power(matmul(a, b), 0); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return einsum<"ij,kj,kl->il">(empty, empty, matmul(a, b)); }).temporaries() == 0);
}

TEST_CASE("a plan tells which operands are packed, transposed or converted") {
  tensor<float, 2> x({60, 80}), y({60, 80}), t({80, 60}), wide({60, 160}), wider({60, 240});
  tensor<double, 2> d({60, 80});
  const auto of = [&](const auto& e) { return explain(y, e).stages.back(); };
  CHECK(of(x + 1).packed + of(x + 1).transposed + of(x + 1).converted == 0);
  CHECK(of(x + transpose(t)).transposed == 1);
  const plan_stage every_second = of(x + wide(all, range(0, 160, 2))),
                   every_third = of(x + wider(all, range(0, 240, 3)));
  CHECK(every_second.packed + every_second.strided == 1);
  CHECK(every_second.strided == (simd::picks_lanes<float> ? 1 : 0));
  CHECK(of(exp(x) + wide(all, range(0, 160, 2))).packed == 1); // not worth another loop
  CHECK(every_third.packed == 1);
  tensor<float16, 2> half({60, 80}), turned({80, 60}), other({60, 80});
  CHECK(explain(half, transpose(turned)).stages[0].lanes == simd::register_bytes / 2); // a copy of bits
  CHECK(explain(named(half, "h"), named(other, "other")).stages[0].lanes == simd::register_bytes / 2);
  tensor<double, 2> wide_result({60, 80});
  CHECK(explain(wide_result, d + wide(all, range(0, 160, 2))).stages.back().packed ==
        1);                        // it is half as wide as a pack
  CHECK(of(x + d).converted == 2); // the operand, and the result
  CHECK(explain(y(all, range(0, 80, 2)), x(all, range(0, 40))).stages[0].scattered);
}

TEST_CASE("a scan of another type reads its operand by name") {
  const tensor<std::uint8_t, 2> x({30, 40});
  tensor<std::uint64_t, 2> y({30, 40});
  const execution_plan plan = explain(named(y, "y"), cumsum(named(x, "x"), 1));
  REQUIRE(plan.stages.size() == 2);
  CHECK(plan.stages[0].formula == "y = x");
  CHECK(plan.stages[1].formula == "y = cumsum(y, 1)");
}

TEST_CASE("folds of a few columns are stages, whose rows are taken together, and the plan says why") {
  const tensor<float, 2> points({1000, 3}), few({31, 3}), wide({1000, 64});
  tensor<float, 2> y;
  const auto plan = explain(y, points - mean(points, 0));
  REQUIRE(plan.stages.size() == 2);
  CHECK_THAT(plan.stages[0].loops, ContainsSubstring("short rows in one"));
  REQUIRE(plan.stages[0].notes.size() == 1);
  CHECK_THAT(plan.stages[0].notes[0], ContainsSubstring("its rows are so short"));
  CHECK(plan.stages[1].elements == 3000);
  CHECK(explain(y, few - mean(few, 0)).stages.size() == 1);
  CHECK(explain(y, wide - mean(wide, 0)).stages.size() == 1);
}

TEST_CASE("a plan reads as a tree") {
  set_num_threads(1);
  tensor<float, 2> x({64, 32}), w({32, 64}), y({64, 64});
  tensor<float, 1> b({64});
  const auto activity = maximum(matmul(named(x, "x"), named(w, "w")) + named(b, "b"), 0.f);
  const auto plan = explain(named(y, "y"), activity / sum(activity, 0, keepdims));
  const std::string text = plan.to_text();
  CHECK_THAT(text,
             ContainsSubstring("2. column panels: y = maximum(t1 + b, 0) / sum(maximum(t1 + b, 0), 0, keepdims)\n"));
  CHECK_THAT(text, ContainsSubstring("\n└─ 1. GEMM: t1 = matmul(x, w)\n"));
  CHECK_THAT(text, ContainsSubstring("      loops     [64 x 64 x 32], packs of "));
  CHECK_THAT(text, ContainsSubstring("      threads   1 of 1: no more are available\n"));
  CHECK_THAT(text, ContainsSubstring("traffic   reads 16.0 KiB (x 8.0 KiB + w 8.0 KiB), writes 16.0 KiB (estimate)\n"));
  CHECK_THAT(text, ContainsSubstring("total     2 stages, 1 new array of 16.0 KiB\n"));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(plan.to_text({.color = true}).find("\x1b[1m2. column panels\x1b[0m") != std::string::npos);
  std::ostringstream out;
  out << plan;
  CHECK(out.str() == text); // no terminal, no colours
  CHECK(text.find("warning") == std::string::npos);
  CHECK_THAT(plan.to_text({.warnings = true}), ContainsSubstring("warning   stage 1 makes a temporary of 16.0 KiB"));
  CHECK(explain(tensor<float, 1>() + 1).to_text() == "nothing to do: no elements\n");
  set_num_threads(0);
}

TEST_CASE("warnings name what can be changed") {
  set_num_threads(2);
  tensor<float, 2> x({600, 800}), y({600, 800});
  tensor<double, 2> d({600, 800});
  const auto warned = [](const execution_plan& plan, const char* what) {
    for (const plan_warning& w : plan.warnings())
      if (w.what.find(what) != std::string::npos) return true;
    return false;
  };
  CHECK(explain(y, x + 1).warnings().empty());
  CHECK(warned(explain(y, x + d), "converts"));
  CHECK(warned(explain(y(all, range(0, 266)), x(all, range(0, 798, 3)) + 1), "gathers"));
  CHECK(warned(explain(y, (x - mean(x, 0)) / sum(x, 1, keepdims)), "temporary"));
  CHECK(warned(explain(y, y(range(none, none, -1), all)), "new memory"));
  CHECK(warned(explain(y, matmul(x, transpose(x)) / sum(matmul(x, transpose(x)))), "what stage 1 did"));
  set_num_threads(0);
}

TEST_CASE("a plan is data for other programs") {
  set_num_threads(1);
  set_machine(
      {.threads = 1, .flops_one_thread = 1e11, .flops_all_threads = 1e11, .levels = {{"all", 1e300, 1e10, 1e10}}});
  tensor<float, 2> x({64, 64}), w({64, 64}), y({64, 64});
  const auto plan = explain(named(y, "y"), transpose(matmul(named(x, "a \"b\" <&>"), named(w, "w"))) + 1);
  const std::string json = plan.to_json(), dot = plan.to_dot(), svg = plan.to_svg();
  CHECK_THAT(json, ContainsSubstring("\"name\": \"a \\\"b\\\" <&>\"") && ContainsSubstring("\"stage\": 1") &&
                       ContainsSubstring("\"estimated_flops\": 524288"));
  CHECK_THAT(dot, ContainsSubstring("stage1 -> stage2 [label=\"16.0 KiB\"]") && ContainsSubstring("a \\\"b\\\" <&>"));
  CHECK_THAT(svg, ContainsSubstring("a &quot;b&quot; &lt;&amp;&gt;") &&
                      ContainsSubstring("prefers-color-scheme: dark") && ContainsSubstring("1. GEMM") &&
                      ContainsSubstring("class=\"point bound\""));
  CHECK(svg.find("href") == std::string::npos); // it needs nothing else
  set_num_threads(0);
}

} // namespace tutti
