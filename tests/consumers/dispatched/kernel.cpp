// SPDX-License-Identifier: MIT
// An ordinary source, compiled once for each instruction set. What it shares with main.cpp under one name, the code of
// std::vector<float>, is what must not leak.
#include "kernel.hpp"

#include <iostream>
#include <vector>

#include <tutti/tutti.hpp>

static const std::vector<float> global(1000, 0.5f);

std::string instruction_set() { return TUTTI_DISPATCHED_ISA; }

void softmax(std::span<float> x) {
  std::vector<float> copy(x.begin(), x.end());
  copy.resize(copy.size() + global.size()); // code of std::vector that is not inlined
  copy.resize(x.size());
  auto y = tutti::as_view(x);
  y = tutti::nn::softmax(tutti::as_view(std::span<const float>(copy)), -1);
}

std::size_t constructed() { return global.size(); }

void fail() { std::cout << tutti::zeros<float>({2}) + tutti::zeros<float>({3}) << '\n'; }
