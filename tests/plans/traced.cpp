// SPDX-License-Identifier: MIT
// A program whose trace is looked at by trace.py. It is compiled with tracing.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include <tutti/tutti.hpp>

using namespace tutti;

// Statements whose lines trace.py looks for: in a function that may be inlined, in a lambda, of every kind.
static tensor<float, 2> doubled(const tensor<float, 2>& x) {
  return named(x, "x") * 2; // line: doubled
}

int main(int count, char** arguments) {
  const std::string how = count > 1 ? arguments[1] : "";
  set_num_threads(1);
  tensor<float, 2> x({200, 200}, 1.f), w({200, 200}, 2.f), y({200, 200});
  for (int i = 0; i < 3; ++i) {
    const trace_region here("step");                                     // line: region
    y = named(y, "y") + transpose(matmul(named(x, "x"), named(w, "w"))); // line: step
  }
  std::thread([&] {
    tensor<float, 2> mine({200, 200});
    mine = x + 1; // line: thread
  }).join();
  tensor<float, 2> t = concatenate(0, x, w);                                   // line: declaration
  x = transpose(x);                                                            // line: new memory
  y += named(w, "increment") * 0;                                              // line: increment
  y(all, range(0, 3)) = named(y, "y")(all, range(0, 3)) + 0;                   // line: view
  const float total = sum(named(w, "scalar"));                                 // line: scalar
  const auto [low, high] = eval(min(named(w, "w"), 1), max(named(w, "w"), 1)); // line: eval
  t = doubled(x);
  if (how == "throw") {
    // An exception in a statement: the event is on the disk though nothing is closed.
    try {
      y = apply([](float v) -> float { return v > 1e9f ? v : throw value_error("no"); }, named(x, "bad"));
    } catch (const value_error&) {
      std::_Exit(0);
    }
  }
  if (how == "abort") std::abort();
  if (how == "quick_exit") std::quick_exit(0);
  if (how == "terminate") throw value_error("nobody catches this");
  if (how == "SIGTERM") std::raise(SIGTERM);
  if (how == "SIGINT") std::raise(SIGINT);
  if (how == "SIGSEGV") std::raise(SIGSEGV);
  std::cout << y(3, 3) + (total + low(0) - high(0) + t(0, 0)) * 0 << "\n";
}
