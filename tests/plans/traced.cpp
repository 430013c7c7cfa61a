// SPDX-License-Identifier: MIT
// A program whose trace is looked at by trace.py. It is compiled with tracing.
#include <iostream>
#include <thread>

#include <tutti/tutti.hpp>

using namespace tutti;

int main(int count, char**) {
  set_num_threads(1);
  tensor<float, 2> x({200, 200}, 1.f), w({200, 200}, 2.f), y({200, 200});
  for (int i = 0; i < 3; ++i) {
    const trace_region here("step"); // its line is in the trace
    y = named(y, "y") + transpose(matmul(named(x, "x"), named(w, "w")));
  }
  std::thread([&] {
    tensor<float, 2> mine({200, 200});
    mine = x + 1;
  }).join();
  tensor<float, 2> t = concatenate(0, x, w);
  x = transpose(x);
  if (count > 1) {
    // An exception in a statement: the event is on the disk though nothing is closed.
    try {
      y = apply([](float v) -> float { return v > 1e9f ? v : throw value_error("no"); }, named(x, "bad"));
    } catch (const value_error&) {
      std::quick_exit(0);
    }
  }
  std::cout << y(3, 3) << "\n";
}
