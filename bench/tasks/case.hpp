// SPDX-License-Identifier: MIT
#pragma once

// What the rivals of a task share: which sizes there are, what the inputs hold, how a computation is timed, and a digest of
// its result that tools/bench compares between rivals. A rival is a file of cases,
//
//     const bench::a_case multiply_add("fma", [](vector& y, const vector& a, const vector& b, const vector& c) { y = a + b * c; });
//
// whose types come from rivals/<library>.hpp. Each case is run for every line of cases.txt that names it.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

namespace bench {

using integer = std::ptrdiff_t;
using shape = std::vector<integer>;

/// How an array type of a rival is made: `static A make(const shape&)`. rivals/<library>.hpp specializes it.
template <class A>
struct maker;
template <class T>
  requires std::is_arithmetic_v<T>
struct maker<T> {
  static T make(const shape&) { return {}; }
};
// Several results of one shape.
template <class... A>
struct maker<std::tuple<A...>> {
  static std::tuple<A...> make(const shape& s) { return {maker<A>::make(s)...}; }
};

/// Pointer and count of the elements of a rival's array.
template <class A>
auto elements(A& a) {
  if constexpr (std::is_arithmetic_v<std::remove_const_t<A>>) return std::pair(&a, integer{1});
  else return std::pair(a.data(), static_cast<integer>(a.size()));
}

/// Element i of input k: the same pseudo-random number in every rival, uniform in [0, 1), or in 0 to 255 for bytes.
template <class T>
T input(std::uint32_t k, std::uint32_t i) {
  std::uint32_t h = i * 2654435761u + k * 2246822519u;
  h = (h ^ (h >> 15)) * 2246822519u;
  h = (h ^ (h >> 13)) * 3266489917u;
  h ^= h >> 16;
  if constexpr (std::is_integral_v<T>) return static_cast<T>(h >> 24);
  else return static_cast<T>(h >> 8) * T(0x1p-24);
}

/// One line of cases.txt.
struct sizes {
  std::string name;
  shape result;
  std::vector<shape> inputs;
};

inline shape parse_shape(std::string text) {
  shape s;
  if (text == "-") return s;
  for (const std::string type : {"u8", "f64"})
    if (text.ends_with(type)) text.resize(text.size() - type.size());
  std::replace(text.begin(), text.end(), 'x', ' ');
  std::istringstream parts(text);
  for (std::string part; parts >> part;)
    s.push_back(std::stol(part) * (part.ends_with("Ki") ? 1 << 10 : part.ends_with("Mi") ? 1 << 20 : 1));
  return s;
}

inline integer count(const shape& s) {
  integer n = 1;
  for (const integer extent : s) n *= extent;
  return n;
}

/// The lines of cases.txt for one case of the task that this program is compiled for.
inline std::vector<sizes> sizes_of(const std::string& name) {
  std::ifstream file(BENCH_CASES);
  if (!file) throw std::runtime_error("cannot read " BENCH_CASES);
  std::vector<sizes> found;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string task, case_name, hand, peer, text, greatest;
    words >> task >> case_name >> hand >> peer;
    if (task != BENCH_TASK || case_name != name) continue;
    std::vector<shape> shapes;
    for (integer most = 0; words >> text;) {
      shapes.push_back(parse_shape(text));
      if (count(shapes.back()) > most) greatest = text, most = count(shapes.back());
    }
    found.push_back({name + "/" + greatest, shapes.front(), {shapes.begin() + 1, shapes.end()}});
  }
  if (found.empty()) throw std::runtime_error("cases.txt has no " + name + " for " BENCH_TASK);
  return found;
}

/// Appends to the file that BENCH_DIGEST names, if any, one line: the name, then for up to 4096 parts of the result two
/// numbers, the sum of the elements, weighted by their positions, and that of their magnitudes.
template <class A>
void digest(const std::string& name, const A& result) {
  const char* path = std::getenv("BENCH_DIGEST");
  if (path == nullptr) return;
  const auto [data, size] = elements(result);
  std::ofstream file(path, std::ios::app);
  file.precision(9);
  file << name;
  const integer part = (size + 4095) / 4096;
  for (integer from = 0; from < size; from += part) {
    double sum = 0, magnitude = 0;
    for (integer i = from; i < std::min(from + part, size); ++i) {
      const double weighted = static_cast<double>(data[i]) * (1 + static_cast<double>(i % 97) / 97);
      sum += weighted;
      magnitude += std::abs(weighted);
    }
    file << ' ' << sum << ' ' << magnitude;
  }
  file << '\n';
}
template <class... A>
void digest(const std::string& name, const std::tuple<A...>& results) {
  std::apply([&](const auto&... result) { (digest(name, result), ...); }, results);
}

/// A computation, registered for all of its sizes.
class a_case {
public:
  template <class F>
  a_case(const std::string& name, F compute) { add(name, +compute); }

private:
  template <class Y, class... X>
  struct operands {
    Y y;
    std::tuple<X...> x;
  };

  template <class Y, class... X>
  static void add(const std::string& name, void (*compute)(Y&, const X&...)) {
    for (const sizes& s : sizes_of(name)) {
      if (s.inputs.size() != sizeof...(X)) throw std::runtime_error(name + " does not take what cases.txt gives it");
      benchmark::RegisterBenchmark(s.name.c_str(), [=, first = true](benchmark::State& state) mutable {
        auto& [y, x] = prepared<Y, X...>(s);
        for (auto _ : state) {
          std::apply([&](const auto&... inputs) { compute(y, inputs...); }, x);
          benchmark::DoNotOptimize(&y);
          benchmark::ClobberMemory();
        }
        if (std::exchange(first, false)) digest(s.name, y);
      });
    }
  }

  // Google Benchmark calls a benchmark several times. What it works on is kept until another one comes.
  template <class Y, class... X>
  static operands<Y, X...>& prepared(const sizes& s) {
    static std::string held;
    static std::shared_ptr<void> memory;
    if (held != s.name) {
      memory.reset();
      auto fresh = std::make_shared<operands<Y, X...>>(make<Y, X...>(s, std::index_sequence_for<X...>{}));
      memory = fresh;
      held = s.name;
    }
    return *static_cast<operands<Y, X...>*>(memory.get());
  }
  template <class Y, class... X, std::size_t... K>
  static operands<Y, X...> make(const sizes& s, std::index_sequence<K...>) {
    operands<Y, X...> all{maker<Y>::make(s.result), {maker<X>::make(s.inputs[K])...}};
    (fill(std::get<K>(all.x), static_cast<std::uint32_t>(K)), ...);
    return all;
  }
  template <class A>
  static void fill(A& a, std::uint32_t k) {
    const auto [data, size] = elements(a);
    using T = std::remove_reference_t<decltype(*data)>;
    for (integer i = 0; i < size; ++i) data[i] = input<T>(k, static_cast<std::uint32_t>(i));
  }
};

} // namespace bench
