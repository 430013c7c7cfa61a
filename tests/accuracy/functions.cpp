// SPDX-License-Identifier: MIT

// Measures the elementary functions' greatest error in units in the last place (ulp) and their time per element.
//
//   functions                      every function, samples: float at a prime stride, double 10^6 random patterns and ranges
//   functions --exhaustive exp     every float, for the functions named
//   functions --markdown           the first table of docs/reference/accuracy.md
//   functions --random 50          50 * 10^6 random doubles
//
// Floats are held against the C library's double, doubles against its long double. Exits with 1 if an error is greater
// than 4 ulp.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "../support/ulp.hpp"

// In a namespace of its own: POSIX has a global function named index.
namespace accuracy {

using namespace tutti::simd;
using tutti::index;

template <class T>
struct worst {
  double ulp = 0;
  T x{}, y{}, result{};
};

template <class T, class F, class... V>
[[gnu::noinline]] void compute(F f, T* out, index n, const V*... in) {
  constexpr index step = lanes<T>;
  for (index i = 0; i < n; i += step) store(out + i, f(load<step>(in + i)...));
}

template <class T, class F, class R>
void check(F f, R reference, const std::vector<T>& x, worst<T>& w) {
  std::vector<T> result(x.size());
  compute(f, result.data(), static_cast<index>(x.size()), x.data());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double e = ulp_error(result[i], reference(static_cast<wider<T>>(x[i])));
    if (e > w.ulp) w = {e, x[i], T{}, result[i]};
  }
}

template <class T, class F, class R>
void check(F f, R reference, const std::vector<T>& x, const std::vector<T>& y, worst<T>& w) {
  std::vector<T> result(x.size());
  compute(f, result.data(), static_cast<index>(x.size()), x.data(), y.data());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double e = ulp_error(result[i], reference(static_cast<wider<T>>(x[i]), static_cast<wider<T>>(y[i])));
    if (e > w.ulp) w = {e, x[i], y[i], result[i]};
  }
}

struct settings {
  bool exhaustive = false, markdown = false;
  std::size_t random = 1;
  std::vector<std::string> names;
};

constexpr std::size_t block = 1 << 16;

// Blocks of random bit patterns, then of numbers of usual size.
template <class T>
std::vector<T> random_block(std::mt19937_64& generator, std::size_t round) {
  using word = detail::unsigned_like<T>;
  std::vector<T> v(block);
  constexpr double width[] = {1, 4, 30, 750, 1e4};
  for (auto& x : v) {
    const auto r = generator();
    if (round % 2 == 0) x = std::bit_cast<T>(static_cast<word>(r));
    else x = static_cast<T>((static_cast<double>(r >> 11) * 0x1p-52 - 1) * width[round / 2 % 5]);
    if (round % 10 == 7) x = static_cast<T>(1 + x * T(1e-3));
  }
  return v;
}

template <class T, class F, class... V>
double nanoseconds(F f, const V&... in) {
  const auto n = static_cast<index>(std::get<0>(std::tie(in...)).size());
  std::vector<T> out(static_cast<std::size_t>(n));
  using clock = std::chrono::steady_clock;
  double best = 1e9;
  for (int repeat = 0; repeat < 7; ++repeat) {
    int count = 0;
    const auto start = clock::now();
    std::chrono::duration<double, std::nano> taken{};
    do {
      compute(f, out.data(), n, in.data()...);
      ++count;
      taken = clock::now() - start;
    } while (taken.count() < 3e6);
    best = std::min(best, taken.count() / count / static_cast<double>(n));
  }
  return best;
}

template <class T>
std::vector<T> typical(double low, double high) {
  std::mt19937_64 generator(7);
  std::uniform_real_distribution<double> uniform(low, high);
  std::vector<T> v(2048);
  for (auto& x : v) x = static_cast<T>(uniform(generator));
  return v;
}

template <class T>
struct measured {
  worst<T> w;
  double ns;
};

template <class T, class F, class R>
measured<T> measure_unary(const settings& s, F f, R reference, double low, double high) {
  measured<T> m;
  check<T>(f, reference, edges<T>(), m.w);
  if constexpr (std::same_as<T, float>) {
    // An odd stride visits other low bits each time; 1 visits all.
    const std::uint64_t stride = s.exhaustive ? 1 : 1009;
    std::vector<float> x(block);
    for (std::uint64_t i = 0; i < (std::uint64_t(1) << 32); i += stride * block) {
      for (std::size_t k = 0; k < block; ++k) x[k] = std::bit_cast<float>(static_cast<std::uint32_t>(i + stride * k));
      check<float>(f, reference, x, m.w);
    }
  } else {
    std::mt19937_64 generator(20240607);
    for (std::size_t round = 0; round < 20 * s.random; ++round)
      check<T>(f, reference, random_block<T>(generator, round), m.w);
  }
  m.ns = nanoseconds<T>(f, typical<T>(low, high));
  return m;
}

template <class T, class F, class R>
measured<T> measure_binary(const settings& s, F f, R reference, double low, double high) {
  measured<T> m;
  std::vector<T> x, y;
  for (const T a : edges<T>())
    for (const T b : edges<T>()) {
      x.push_back(a);
      y.push_back(b);
    }
  check<T>(f, reference, x, y, m.w);
  std::mt19937_64 generator(20240607);
  for (std::size_t round = 0; round < 20 * s.random; ++round) {
    const auto a = random_block<T>(generator, round);
    check<T>(f, reference, a, random_block<T>(generator, round / 10), m.w);
  }
  auto second = typical<T>(low, high);
  std::shuffle(second.begin(), second.end(), generator);
  m.ns = nanoseconds<T>(f, typical<T>(low, high), second);
  return m;
}

bool failed = false;

template <class T>
void print_worst(const worst<T>& w, bool binary) {
  if (binary) std::printf(" at (%a, %a)", static_cast<double>(w.x), static_cast<double>(w.y));
  else std::printf(" at %a", static_cast<double>(w.x));
  std::printf(" = %a", static_cast<double>(w.result));
}

void report(const settings& s, const char* name, const measured<float>& f, const measured<double>& d, bool binary) {
  failed = failed || !(f.w.ulp <= 4) || !(d.w.ulp <= 4);
  if (s.markdown) {
    std::printf("| `%s` | %.2f | %.2f | %.2f | %.2f |\n", name, f.w.ulp, d.w.ulp, f.ns, d.ns);
  } else {
    std::printf("%-10s float %8.3f ulp %7.2f ns   double %8.3f ulp %7.2f ns ", name, f.w.ulp, f.ns, d.w.ulp, d.ns);
    print_worst(f.w, binary);
    print_worst(d.w, binary);
    std::printf("\n");
  }
  std::fflush(stdout);
}

bool wanted(const settings& s, const char* name) {
  if (s.names.empty()) return true;
  for (const auto& n : s.names)
    if (n == name) return true;
  return false;
}

void all(const settings& s) {
  if (s.markdown)
    std::printf("| function | float, ulp | double, ulp | float, ns | double, ns |\n|---|---|---|---|---|\n");
  for_each_unary([&](const char* name, auto f, auto reference, double low, double high) {
    if (wanted(s, name))
      report(s, name, measure_unary<float>(s, f, reference, low, high),
             measure_unary<double>(s, f, reference, low, high), false);
  });
  for_each_binary([&](const char* name, auto f, auto reference, double low, double high) {
    if (wanted(s, name))
      report(s, name, measure_binary<float>(s, f, reference, low, high),
             measure_binary<double>(s, f, reference, low, high), true);
  });
}

} // namespace accuracy

int main(int argc, char** argv) {
  accuracy::settings s;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--exhaustive") s.exhaustive = true;
    else if (word == "--markdown") s.markdown = true;
    else if (word == "--random" && i + 1 < argc) s.random = static_cast<std::size_t>(std::atoi(argv[++i]));
    else s.names.push_back(word);
  }
  accuracy::all(s);
  return accuracy::failed ? 1 : 0;
}
