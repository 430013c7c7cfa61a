// SPDX-License-Identifier: MIT

// Elementary functions: within 4 ulp on samples and at the edges, and the same for every number of lanes, whatever the
// other lanes hold. tests/accuracy/functions.cpp measures more thoroughly.

#include <cstring>
#include <random>

#include "../support/catch.hpp"
#include "../support/ulp.hpp"

// In a namespace of its own: POSIX has a global function named index.
namespace math_test {

using namespace tutti::simd;
using tutti::index;

// Edges, random bits, and numbers of usual size, in an order that mixes them.
template <class T>
std::vector<T> samples(std::size_t count) {
  std::mt19937_64 generator(31337);
  std::vector<T> v = accuracy::edges<T>();
  while (v.size() < count) {
    const auto r = generator();
    v.push_back(std::bit_cast<T>(static_cast<detail::unsigned_like<T>>(r)));
    v.push_back(static_cast<T>((static_cast<double>(r >> 11) * 0x1p-52 - 1) * (r % 3 == 0 ? 1 : r % 3 == 1 ? 5 : 100)));
  }
  v.resize(count);
  std::shuffle(v.begin(), v.end(), generator);
  return v;
}

template <index N, class T, class F, class... V>
[[gnu::noinline]] void compute(F f, T* out, index n, const V*... in) {
  for (index i = 0; i < n; i += N) store(out + i, f(load<N>(in + i)...));
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::memcmp(&a[i], &b[i], sizeof(T)) != 0 && !(a[i] != a[i] && b[i] != b[i])) return false;
  return true;
}

template <class T, class F, class... V>
std::vector<T> checked(const char* name, F f, const V&... in) {
  const auto n = static_cast<index>(std::min({in.size()...}));
  std::vector<T> result(static_cast<std::size_t>(n)), other(static_cast<std::size_t>(n));
  compute<lanes<T>>(f, result.data(), n, in.data()...);
  INFO(name);
  compute<1>(f, other.data(), n, in.data()...);
  CHECK(same_bits(result, other));
  compute<lanes<T> / 2>(f, other.data(), n, in.data()...);
  CHECK(same_bits(result, other));
  compute<2 * lanes<T>>(f, other.data(), n, in.data()...);
  CHECK(same_bits(result, other));
  return result;
}

TEMPLATE_TEST_CASE("functions of one argument", "[math]", float, double) {
  using T = TestType;
  const auto x = samples<T>(1 << 15);
  accuracy::for_each_unary([&](const char* name, auto f, auto reference, double, double) {
    const auto result = checked<T>(name, f, x);
    double worst = 0;
    T at{};
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double e = accuracy::ulp_error(result[i], reference(static_cast<accuracy::wider<T>>(x[i])));
      if (e > worst) {
        worst = e;
        at = x[i];
      }
    }
    INFO(name << " at " << at);
    CHECK(worst <= 4);
  });
}

TEMPLATE_TEST_CASE("functions of two arguments", "[math]", float, double) {
  using T = TestType;
  std::vector<T> x, y;
  for (const T a : accuracy::edges<T>())
    for (const T b : accuracy::edges<T>()) {
      x.push_back(a);
      y.push_back(b);
    }
  const auto more = samples<T>(1 << 15), reversed = std::vector<T>(more.rbegin(), more.rend());
  x.insert(x.end(), more.begin(), more.end());
  y.insert(y.end(), reversed.begin(), reversed.end());
  accuracy::for_each_binary([&](const char* name, auto f, auto reference, double, double) {
    const auto result = checked<T>(name, f, x, y);
    double worst = 0;
    T at_x{}, at_y{};
    for (std::size_t i = 0; i < x.size(); ++i) {
      using wide = accuracy::wider<T>;
      const double e = accuracy::ulp_error(result[i], reference(static_cast<wide>(x[i]), static_cast<wide>(y[i])));
      if (e > worst) {
        worst = e;
        at_x = x[i];
        at_y = y[i];
      }
    }
    INFO(name << " at (" << at_x << ", " << at_y << ")");
    CHECK(worst <= 4);
  });
}

// Where y log|x| is great, an error of the logarithm is the greatest one of the power.
TEST_CASE("powers near the greatest and the smallest doubles", "[math]") {
  std::mt19937_64 generator(99);
  std::uniform_real_distribution<double> unit(-1, 1);
  std::vector<double> x, y;
  for (const double width : {0.5, 1e-3, 1e-10})
    for (int i = 0; i < 4096; ++i) {
      x.push_back(1 + width * unit(generator));
      y.push_back(740 * unit(generator) / std::log(x.back()));
    }
  const auto result = checked<double>("pow", [](const auto& a, const auto& b) { return pow(a, b); }, x, y);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    worst = std::max(worst, accuracy::ulp_error(result[i], std::pow(static_cast<long double>(x[i]), y[i])));
  CHECK(worst <= 1.5);
}

TEMPLATE_TEST_CASE("functions of complex numbers", "[math]", float, double) {
  using T = TestType;
  using Z = std::complex<T>;
  std::mt19937_64 generator(5);
  std::uniform_real_distribution<T> uniform(-2, 2);
  std::vector<Z> z(64), w(64);
  for (auto& x : z) x = {uniform(generator), uniform(generator)};
  for (auto& x : w) x = {uniform(generator), uniform(generator)};
  const auto same = [&](const char* name, auto f, auto reference) {
    std::vector<Z> result(64);
    compute<lanes<Z>>(f, result.data(), 64, z.data(), w.data());
    INFO(name);
    for (std::size_t i = 0; i < 64; ++i) {
      const Z expected = reference(z[i], w[i]);
      CHECK(std::abs(result[i] - expected) <= 4 * std::numeric_limits<T>::epsilon() * std::abs(expected));
    }
  };
  const auto unary = [&](const char* name, auto f) {
    same(name, [f](const auto& a, const auto&) { return f(a); }, [f](const auto& a, const auto&) { return f(a); });
  };
  unary("exp", [](const auto& a) {
    using std::exp;
    return exp(a);
  });
  unary("log", [](const auto& a) {
    using std::log;
    return log(a);
  });
  unary("log10", [](const auto& a) {
    using std::log10;
    return log10(a);
  });
  unary("sqrt", [](const auto& a) {
    using std::sqrt;
    return sqrt(a);
  });
  unary("sin", [](const auto& a) {
    using std::sin;
    return sin(a);
  });
  unary("cos", [](const auto& a) {
    using std::cos;
    return cos(a);
  });
  unary("tan", [](const auto& a) {
    using std::tan;
    return tan(a);
  });
  unary("asin", [](const auto& a) {
    using std::asin;
    return asin(a);
  });
  unary("acos", [](const auto& a) {
    using std::acos;
    return acos(a);
  });
  unary("atan", [](const auto& a) {
    using std::atan;
    return atan(a);
  });
  unary("sinh", [](const auto& a) {
    using std::sinh;
    return sinh(a);
  });
  unary("cosh", [](const auto& a) {
    using std::cosh;
    return cosh(a);
  });
  unary("tanh", [](const auto& a) {
    using std::tanh;
    return tanh(a);
  });
  unary("asinh", [](const auto& a) {
    using std::asinh;
    return asinh(a);
  });
  unary("acosh", [](const auto& a) {
    using std::acosh;
    return acosh(a);
  });
  unary("atanh", [](const auto& a) {
    using std::atanh;
    return atanh(a);
  });
  unary("arg", [](const auto& a) {
    using std::arg;
    const auto angle = arg(a);
    if constexpr (tutti::is_complex<std::remove_cvref_t<decltype(a)>>) return Z(angle);
    else return convert<Z>(angle);
  });
  const auto power = [](const auto& a, const auto& b) {
    using std::pow;
    return pow(a, b);
  };
  same("pow", power, power);
}

} // namespace math_test
