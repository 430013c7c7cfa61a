// SPDX-License-Identifier: MIT
#pragma once

// einsum by its definition: an odometer over the positions of all letters. It shares no code with the library.

#include <complex>
#include <functional>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <tutti/core/dtype.hpp>

namespace reference {

/// A strided array: element (i, j, ...) stands at origin + i * strides[0] + j * strides[1] + ...
template <class T>
struct strided {
  std::vector<T> memory;
  std::vector<long> shape, strides;
  long origin = 0;

  const T& at(const std::vector<long>& position) const {
    long offset = origin;
    for (std::size_t a = 0; a < shape.size(); ++a) offset += (shape[a] == 1 ? 0 : position[a]) * strides[a];
    return memory[static_cast<std::size_t>(offset)];
  }
};

/// The letters of each operand and of the output, without blanks; "..." must have been spelled out.
struct einsum_terms {
  std::vector<std::string> operands;
  std::string out;
};
inline einsum_terms split_subscripts(const std::string& text) {
  einsum_terms terms;
  const std::size_t arrow = text.find("->");
  std::string word;
  for (const char c : text.substr(0, arrow) + ",") {
    if (c == ',') terms.operands.push_back(std::exchange(word, ""));
    else if (c != ' ') word += c;
  }
  if (arrow != std::string::npos) {
    for (const char c : text.substr(arrow + 2))
      if (c != ' ') terms.out += c;
  } else {
    std::map<char, int> times;
    for (const std::string& o : terms.operands)
      for (const char c : o) ++times[c];
    for (const auto& [c, n] : times)
      if (n == 1) terms.out += c;
  }
  return terms;
}

/// Calls f for each position of a shape, in row-major order.
template <class F>
void for_each_position(const std::vector<long>& shape, const F& f) {
  std::vector<long> position(shape.size(), 0);
  for (const long extent : shape)
    if (extent == 0) return;
  while (true) {
    f(position);
    std::size_t a = shape.size();
    while (a > 0 && ++position[a - 1] == shape[a - 1]) position[--a] = 0;
    if (a == 0) return;
  }
}

template <class T>
struct einsum_result {
  std::vector<long> shape;
  std::vector<T> elements;
};

/// `Sum` is the type that products are made and summed in; the caller converts the elements.
template <class Sum, class T>
einsum_result<Sum> einsum(const einsum_terms& terms, const std::vector<strided<T>>& operands) {
  std::string letters = terms.out;
  std::map<char, long> extents;
  for (std::size_t o = 0; o < operands.size(); ++o)
    for (std::size_t a = 0; a < terms.operands[o].size(); ++a) {
      const char c = terms.operands[o][a];
      if (letters.find(c) == std::string::npos) letters += c;
      const auto known = extents.try_emplace(c, 1).first;
      if (operands[o].shape[a] != 1) known->second = operands[o].shape[a];
    }
  einsum_result<Sum> result;
  std::vector<long> all;
  std::size_t size = 1;
  for (const char c : letters) all.push_back(extents.at(c));
  for (const char c : terms.out) {
    result.shape.push_back(extents.at(c));
    size *= static_cast<std::size_t>(extents.at(c));
  }
  result.elements.assign(size, Sum{});
  for_each_position(all, [&](const std::vector<long>& position) {
    Sum product = Sum(1);
    for (std::size_t o = 0; o < operands.size(); ++o) {
      std::vector<long> own;
      for (const char c : terms.operands[o]) own.push_back(position[letters.find(c)]);
      product *= static_cast<Sum>(operands[o].at(own));
    }
    std::size_t to = 0;
    for (std::size_t a = 0; a < result.shape.size(); ++a)
      to = to * static_cast<std::size_t>(result.shape[a]) + static_cast<std::size_t>(position[a]);
    result.elements[to] += product;
  });
  return result;
}

/// An array of this shape with small whole numbers, its axes anywhere in memory, forwards or backwards, with gaps.
template <class T, class Engine>
strided<T> random_strided(Engine& engine, const std::vector<long>& shape) {
  const auto draw = [&](long low, long high) { return std::uniform_int_distribution<long>(low, high)(engine); };
  strided<T> s;
  s.shape = shape;
  s.strides.assign(shape.size(), 0);
  std::vector<std::size_t> order(shape.size());
  for (std::size_t a = 0; a < order.size(); ++a) order[a] = a;
  if (draw(0, 1) == 0) std::shuffle(order.begin(), order.end(), engine);
  long size = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    const std::size_t a = order[i];
    s.strides[a] = draw(0, 4) == 0 ? 2 * size : size;
    size = s.strides[a] * std::max(shape[a], 1L);
    if (draw(0, 4) == 0 && shape[a] > 0) {
      s.origin += s.strides[a] * (shape[a] - 1);
      s.strides[a] = -s.strides[a];
    }
  }
  s.memory.resize(static_cast<std::size_t>(size));
  for (T& x : s.memory) {
    if constexpr (tutti::is_complex<T>)
      x = T(static_cast<typename T::value_type>(draw(-3, 3)), static_cast<typename T::value_type>(draw(-3, 3)));
    else x = static_cast<T>(static_cast<float>(draw(std::is_unsigned_v<T> ? 0 : -3, 3)));
  }
  return s;
}

} // namespace reference
