// SPDX-License-Identifier: MIT
// The plans of a gallery of formulas. With an argument, also as pictures: 07_plans FOLDER writes one SVG for each.
#include <fstream>
#include <iostream>

#include <tutti/tutti.hpp>

using namespace tutti;

namespace {

std::string folder;

void show(const char* title, const execution_plan& plan) {
  std::cout << "# " << title << "\n" << plan << "\n";
  if (!folder.empty()) std::ofstream(folder + "/" + title + ".svg") << plan.to_svg();
}

} // namespace

int main(int count, char** arguments) {
  if (count > 1) folder = arguments[1];
  set_num_threads(2); // the same plans everywhere

  tensor<float, 2> x({4096, 1024}), y({4096, 1024}), z({4096, 256}), w({1024, 256});
  tensor<float, 1> b({256});
  const auto n = named(x, "x");

  const auto e = exp(n - max(n, 1, keepdims));
  show("softmax", explain(named(y, "y"), e / sum(e, 1, keepdims)));

  show("layer norm", explain(named(y, "y"), (n - mean(n, 1, keepdims)) / sqrt(variance(n, 1, keepdims) + 1e-5)));

  show("standardized columns", explain(named(y, "y"), (n - mean(n, 0)) / stddev(n, 0)));

  show("dense layer", explain(named(z, "z"), maximum(matmul(n, named(w, "w")) + named(b, "b"), 0)));

  tensor<float, 2> q({512, 64}), k({512, 64}), v({512, 64}), out({512, 64});
  const auto scores = matmul(named(q, "q"), transpose(named(k, "k"))) / 8.f;
  const auto weights = exp(scores - max(scores, 1, keepdims));
  show("attention", explain(named(out, "out"), matmul(weights / sum(weights, 1, keepdims), named(v, "v"))));

  tensor<float, 2> grid({2000, 2000}), next({2000, 2000});
  const auto g = named(grid, "grid");
  const auto inner = range(1, 1999), lower = range(0, 1998), upper = range(2, 2000);
  const auto neighbours = g(lower, inner) + g(upper, inner) + g(inner, lower) + g(inner, upper);
  show("stencil",
       explain(named(next, "next")(inner, inner), g(inner, inner) + (neighbours - 4 * g(inner, inner)) * 0.1f));

  tensor<float, 2> p({2000, 3}), distances({2000, 2000});
  const auto points = named(p, "p");
  show("pairwise distances",
       explain(named(distances, "d"), sqrt(sum(square(points(all, newaxis) - points(newaxis, all)), 2))));

  tensor<float, 2> a({1000, 1000}), c({1000, 1000});
  show("transpose of itself", explain(named(a, "a"), transpose(named(a, "a"))));
  show("sum with a transpose", explain(named(a, "a"), named(a, "a") + transpose(named(c, "c"))));
  show("shift within a view", explain(named(a, "a")(range(1, 1000), all), named(a, "a")(range(0, 999), all)));

  show("running share", explain(named(a, "a"), cumsum(named(c, "c"), 1) / sum(named(c, "c"), 1, keepdims)));
}
