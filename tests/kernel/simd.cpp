// SPDX-License-Identifier: MIT

// Packs of every type and number of lanes against the same thing done one element at a time.

#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include <tutti/kernel/simd.hpp>

#include "../support/catch.hpp"

// In a namespace of its own: POSIX has a global function named index.
namespace simd_test {

using namespace tutti::simd;
using tutti::bfloat16;
using tutti::compute_t;
using tutti::convert_element;
using tutti::float16;
using tutti::index;
using tutti::is_complex;
using tutti::is_half;
using tutti::real_t;

// Two pages of which the second must not be touched.
class guarded_page {
public:
  guarded_page() {
    bytes_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* p = mmap(nullptr, 3 * bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(p != MAP_FAILED);
    page_ = static_cast<unsigned char*>(p) + bytes_;
    mprotect(p, bytes_, PROT_NONE);
    mprotect(page_ + bytes_, bytes_, PROT_NONE);
  }
  guarded_page(const guarded_page&) = delete;
  guarded_page& operator=(const guarded_page&) = delete;
  ~guarded_page() { munmap(page_ - bytes_, 3 * bytes_); }

  template <class T>
  T* first() const { return reinterpret_cast<T*>(page_); }
  template <class T>
  T* last(index count) const { return reinterpret_cast<T*>(page_ + bytes_) - count; }

private:
  std::size_t bytes_;
  unsigned char* page_;
};

std::mt19937_64 generator(20240607);

// Random values among which the awkward ones are frequent.
template <class T>
T random_value() {
  const auto r = generator();
  if constexpr (std::same_as<T, bool>) return r & 1;
  else if constexpr (is_complex<T>) return {random_value<real_t<T>>(), random_value<real_t<T>>()};
  else if constexpr (is_half<T>) return T(random_value<float>());
  else if constexpr (std::integral<T>) {
    const T awkward[] = {0, 1, static_cast<T>(-1), 2, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
    return r % 3 == 0 ? awkward[(r >> 8) % 6] : static_cast<T>(r >> (8 + (r >> 3) % 50));
  } else {
    using limits = std::numeric_limits<T>;
    const T awkward[] = {T(0),
                         -T(0),
                         T(1),
                         -T(1),
                         limits::infinity(),
                         -limits::infinity(),
                         limits::quiet_NaN(),
                         T(0.5),
                         T(-1.5),
                         limits::denorm_min()};
    return r % 4 == 0 ? awkward[(r >> 8) % 10]
                      : static_cast<T>(std::ldexp(double(r >> 11) - 0x1p52, static_cast<int>(r % 24) - 60));
  }
}

template <class T>
bool negative(T x) { return std::cmp_less(x, 0); }

// Equal bits, or both NaN.
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (is_complex<T>) return same(a.real(), b.real()) && same(a.imag(), b.imag());
  else if constexpr (is_half<T>) return same(float(a), float(b));
  else if constexpr (std::floating_point<T>) return a == b ? std::signbit(a) == std::signbit(b) : a != a && b != b;
  else return a == b;
}

template <class T, index N>
struct block {
  T data[static_cast<std::size_t>(N)];
  T& operator[](index i) { return data[static_cast<std::size_t>(i)]; }
};

template <class T, index N>
block<T, N> random_block() {
  block<T, N> b;
  for (index i = 0; i < N; ++i) b[i] = random_value<T>();
  return b;
}

template <index... N, class F>
void for_lane_counts(F f) { (f(std::integral_constant<index, N>{}), ...); }

template <class F>
void for_each_lane_count(F f) { for_lane_counts<1, 2, 4, 8, 16, 32, 64>(f); }

// What a message shows of a value.
template <class T>
double shown(const T& x) {
  if constexpr (is_complex<T>) return double(x.real());
  else return convert_element<double>(x);
}

// Requires each lane of v to be f(element...) of the same position.
template <class V, class F, class... B>
void require_lanes(const char* what, const V& v, F f, B... b) {
  for (index i = 0; i < V::size; ++i) {
    const typename V::value_type expected = f(b[i]...);
    if (same(v[i], expected)) continue;
    INFO(what << ", lane " << i << " of " << V::size);
    ((void)UNSCOPED_INFO("operand " << shown(b[i])), ...);
    INFO("is " << shown(v[i]) << ", expected " << shown(expected));
    CHECK(false);
    return;
  }
}

#define ALL_TYPES                                                                                          \
  bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, \
      std::uint64_t, float16, bfloat16, float, double, std::complex<float>, std::complex<double>
#define INTEGERS \
  std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t

TEMPLATE_TEST_CASE("a pack loads and stores its elements and no others", "[simd]", ALL_TYPES) {
  using T = TestType;
  static_assert(lanes<T> == register_bytes / static_cast<index>(sizeof(real_t<compute_t<T>>)));
  const guarded_page page, target;
  for_each_lane_count([&](auto size) {
    constexpr index n = decltype(size)::value;
    index wrong = 0;
    for (index count = 0; count <= n; ++count) {
      auto values = random_block<T, n>();
      for (const bool at_end : {true, false}) {
        T* p = at_end ? page.last<T>(count) : page.first<T>();
        T* q = at_end ? target.last<T>(count) : target.first<T>();
        std::memcpy(static_cast<void*>(p), values.data, static_cast<std::size_t>(count) * sizeof(T));
        const auto part = load_partial<n>(p, count);
        for (index i = 0; i < n; ++i)
          wrong += !same(convert_element<typename decltype(part)::value_type>(i < count ? values[i] : T{}), part[i]);
        if (!at_end) std::memset(static_cast<void*>(q), 0x55, sizeof values);
        store_partial(q, part, count);
        for (index i = 0; i < count; ++i) wrong += !same(q[i], values[i]);
        if (!at_end)
          for (std::size_t i = static_cast<std::size_t>(count) * sizeof(T); i < sizeof values; ++i)
            wrong += reinterpret_cast<unsigned char*>(q)[i] != 0x55;
      }
    }
    auto values = random_block<T, n>();
    alignas(64) T out[static_cast<std::size_t>(n) + 1];
    const auto v = load<n>(values.data);
    static_assert(std::same_as<std::remove_const_t<decltype(v)>, loaded_t<T, n>>);
    require_lanes("load", v, [](T x) { return convert_element<typename decltype(v)::value_type>(x); }, values);
    store(out + 1, v);
    for (index i = 0; i < n; ++i) wrong += !same(out[i + 1], values[i]);
    stream(out, v);
    stream_fence();
    for (index i = 0; i < n; ++i) wrong += !same(out[i], values[i]);
    auto spread = random_block<T, 3 * n>();
    const auto strided = load_strided<n>(spread.data, 3);
    for (index i = 0; i < n; ++i)
      wrong += !same(strided[i], convert_element<typename decltype(v)::value_type>(spread[3 * i]));
    const auto backwards = load_strided<n>(spread.data + n - 1, -1);
    for (index i = 0; i < n; ++i)
      wrong += !same(backwards[i], convert_element<typename decltype(v)::value_type>(spread[n - 1 - i]));
    const auto one = broadcast<T, n>(values[0]);
    for (index i = 0; i < n; ++i) wrong += !same(one[i], v[0]);
    INFO(n << " lanes");
    CHECK(wrong == 0);
  });
}

// Whether C++ defines the conversion of x.
template <class To, class From>
bool representable(const From& x) {
  if constexpr (is_complex<From>) return representable<real_t<To>>(x.real()) && representable<real_t<To>>(x.imag());
  else if constexpr (std::integral<To> && !std::same_as<To, bool> && tutti::kind_of<From> == tutti::kind::real) {
    const double value = double(compute_t<From>(x));
    return value > double(std::numeric_limits<To>::min()) - 1 && value < double(std::numeric_limits<To>::max());
  } else return true;
}

template <class From, class To>
void check_conversion() {
  if constexpr (tutti::convertible_element<From, To> || std::same_as<To, bool>) {
    for_lane_counts<1, 16>([&](auto size) {
      constexpr index n = decltype(size)::value;
      auto values = random_block<From, n>();
      for (index i = 0; i < n; ++i)
        while (!representable<To>(values[i])) values[i] = random_value<From>();
      const auto v = convert<To>(load<n>(values.data));
      // Lanes are compared with what a scalar becomes, and so are elements once they are stored.
      require_lanes(
          "convert", v,
          [](const From& x) {
            return convert_element<typename decltype(v)::value_type>(convert_element<compute_t<From>>(x));
          },
          values);
      To out[static_cast<std::size_t>(n)];
      store(out, load<n>(values.data));
      for (index i = 0; i < n; ++i)
        if (!same(out[i], convert_element<To>(values[i]))) {
          INFO("stored lane " << i << " of " << n);
          CHECK(false);
        }
    });
  }
}

template <class From, class... To>
void check_conversions() { (check_conversion<From, To>(), ...); }

TEMPLATE_TEST_CASE("a pack converts as its elements do", "[simd]", ALL_TYPES) {
  for (int repeat = 0; repeat < 10; ++repeat) check_conversions<TestType, ALL_TYPES>();
}

TEST_CASE("every float16 and bfloat16 is read, and floats round to them, as scalars do", "[simd]") {
  std::vector<float16> half(65536);
  std::vector<bfloat16> brain(65536);
  for (std::size_t i = 0; i < 65536; ++i) half[i].bits = brain[i].bits = static_cast<std::uint16_t>(i);
  index wrong = 0;
  for_each_lane_count([&](auto size) {
    constexpr index n = decltype(size)::value;
    for (std::size_t i = 0; i < 65536; i += static_cast<std::size_t>(n)) {
      const auto h = load<n>(&half[i]);
      const auto b = load<n>(&brain[i]);
      const auto hg = detail::half_to_float_generic(detail::load_lanes<n>(&half[i].bits));
      for (index k = 0; k < n; ++k) {
        const std::size_t at = i + static_cast<std::size_t>(k);
        wrong += !same(h[k], float(half[at])) + !same(b[k], float(brain[at])) + !same(hg[k], float(half[at]));
      }
    }
    for (int repeat = 0; repeat < 20000; ++repeat) {
      block<float, n> f;
      for (index k = 0; k < n; ++k) {
        const auto r = generator();
        // Half of them near a tie.
        f[k] = std::bit_cast<float>(
            static_cast<std::uint32_t>(r % 2 ? r >> 32 : (r >> 32 & 0xfffff000u) + (r >> 8) % 3 - 1));
      }
      float16 as_half[static_cast<std::size_t>(n)];
      bfloat16 as_brain[static_cast<std::size_t>(n)];
      store(as_half, load<n>(f.data));
      store(as_brain, load<n>(f.data));
      std::uint16_t generic[static_cast<std::size_t>(n)];
      detail::store_lanes(generic, detail::float_to_half_generic(load<n>(f.data)));
      for (index k = 0; k < n; ++k)
        wrong += !same(as_half[k], float16(f[k])) + !same(as_brain[k], bfloat16(f[k])) +
                 !same(float16(f[k]), std::bit_cast<float16>(generic[k]));
    }
  });
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("integer packs compute modulo their width and shift everything out", "[simd]", INTEGERS) {
  using T = TestType;
  using U = std::make_unsigned_t<T>;
  const auto wrap = [](auto f) {
    return [f](T a, T b) { return static_cast<T>(f(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b))); };
  };
  constexpr int width = 8 * sizeof(T);
  for_lane_counts<1, 4, 64>([&](auto size) {
    constexpr index n = decltype(size)::value;
    for (int repeat = 0; repeat < 300; ++repeat) {
      auto x = random_block<T, n>(), y = random_block<T, n>();
      if (repeat % 2)
        for (index i = 0; i < n; ++i) y[i] = static_cast<T>(generator() % (2 * width));
      if (repeat % 3 ==
          0) // multiples of the divisors and their neighbours, whose quotients are nearest to rounding wrongly
        for (index i = 0; i < n; ++i)
          if (y[i] != 0 && y[i] != static_cast<T>(-1))
            x[i] = static_cast<T>(static_cast<U>(x[i] / y[i] * y[i]) + generator() % 3 - 1);
      const auto a = load<n>(x.data), b = load<n>(y.data);
      require_lanes("+", a + b, wrap([](auto p, auto q) { return p + q; }), x, y);
      require_lanes("-", a - b, wrap([](auto p, auto q) { return p - q; }), x, y);
      require_lanes("*", a * b, wrap([](auto p, auto q) { return p * q; }), x, y);
      require_lanes("&", a & b, [](T p, T q) { return static_cast<T>(p & q); }, x, y);
      require_lanes("|", a | b, [](T p, T q) { return static_cast<T>(p | q); }, x, y);
      require_lanes("^", a ^ b, [](T p, T q) { return static_cast<T>(p ^ q); }, x, y);
      require_lanes("~", ~a, [](T p) { return static_cast<T>(~p); }, x);
      require_lanes("-", -a, [](T p) { return static_cast<T>(U(0) - static_cast<U>(p)); }, x);
      require_lanes(
          "<<", a << b,
          [=](T p, T q) { return static_cast<U>(q) < width ? static_cast<T>(static_cast<U>(p) << q) : T(0); }, x, y);
      require_lanes(
          ">>", a >> b,
          [=](T p, T q) {
            return static_cast<T>(p >> (static_cast<U>(q) < width ? q : T(width - 1)) >>
                                  (static_cast<U>(q) >= width && std::unsigned_integral<T> ? 1 : 0));
          },
          x, y);
      require_lanes("<", a < b, [](T p, T q) { return p < q; }, x, y);
      require_lanes("<=", a <= b, [](T p, T q) { return p <= q; }, x, y);
      require_lanes(">", a > b, [](T p, T q) { return p > q; }, x, y);
      require_lanes(">=", a >= b, [](T p, T q) { return p >= q; }, x, y);
      require_lanes("==", a == b, [](T p, T q) { return p == q; }, x, y);
      require_lanes("!=", a != b, [](T p, T q) { return p != q; }, x, y);
      require_lanes("maximum", maximum(a, b), [](T p, T q) { return p > q ? p : q; }, x, y);
      require_lanes("minimum", minimum(a, b), [](T p, T q) { return p < q ? p : q; }, x, y);
      require_lanes("sign", sign(a), [](T p) { return static_cast<T>((p > 0) - negative(p)); }, x);
      require_lanes("abs", abs(a), [](T p) { return negative(p) ? static_cast<T>(U(0) - static_cast<U>(p)) : p; }, x);
      const auto quotient = [](T p, T q) {
        if (q == 0) return T(0);
        if (q == static_cast<T>(-1) && std::signed_integral<T>) return static_cast<T>(U(0) - static_cast<U>(p));
        return static_cast<T>(p / q - (p % q != 0 && negative(p) != negative(q)));
      };
      require_lanes("floor_divide", floor_divide(a, b), quotient, x, y);
      require_lanes(
          "mod", mod(a, b),
          [&](T p, T q) {
            return q == 0 ? T(0)
                          : static_cast<T>(static_cast<U>(p) -
                                           static_cast<std::uint64_t>(quotient(p, q)) * static_cast<U>(q));
          },
          x, y);
    }
    const auto counted = iota<T, n>();
    for (index i = 0; i < n; ++i) CHECK(counted[i] == static_cast<T>(i));
  });
}

TEMPLATE_TEST_CASE("float packs compute as IEEE scalars do", "[simd]", float, double) {
  using T = TestType;
  for_lane_counts<1, 2, 8, 32>([&](auto size) {
    constexpr index n = decltype(size)::value;
    for (int repeat = 0; repeat < 500; ++repeat) {
      auto x = random_block<T, n>(), y = random_block<T, n>(), z = random_block<T, n>();
      const auto a = load<n>(x.data), b = load<n>(y.data), c = load<n>(z.data);
      require_lanes("+", a + b, [](T p, T q) { return p + q; }, x, y);
      require_lanes("-", a - b, [](T p, T q) { return p - q; }, x, y);
      require_lanes("*", a * b, [](T p, T q) { return p * q; }, x, y);
      require_lanes("/", a / b, [](T p, T q) { return p / q; }, x, y);
      require_lanes("-", -a, [](T p) { return -p; }, x);
      require_lanes("<", a < b, [](T p, T q) { return p < q; }, x, y);
      require_lanes("<=", a <= b, [](T p, T q) { return p <= q; }, x, y);
      require_lanes(">", a > b, [](T p, T q) { return p > q; }, x, y);
      require_lanes(">=", a >= b, [](T p, T q) { return p >= q; }, x, y);
      require_lanes("==", a == b, [](T p, T q) { return p == q; }, x, y);
      require_lanes("!=", a != b, [](T p, T q) { return p != q; }, x, y);
      const auto nan = std::numeric_limits<T>::quiet_NaN();
      require_lanes("maximum", maximum(a, b), [&](T p, T q) { return p != p || q != q ? nan : p < q ? q : p; }, x, y);
      require_lanes("minimum", minimum(a, b), [&](T p, T q) { return p != p || q != q ? nan : q < p ? q : p; }, x, y);
      require_lanes("fast_max", fast_max(a, b), [](T p, T q) { return p < q ? q : p; }, x, y);
      require_lanes("fast_min", fast_min(a, b), [](T p, T q) { return q < p ? q : p; }, x, y);
      require_lanes("sqrt", sqrt(a), [](T p) { return std::sqrt(p); }, x);
      require_lanes("floor", floor(a), [](T p) { return std::floor(p); }, x);
      require_lanes("ceil", ceil(a), [](T p) { return std::ceil(p); }, x);
      require_lanes("trunc", trunc(a), [](T p) { return std::trunc(p); }, x);
      require_lanes("rint", rint(a), [](T p) { return std::nearbyint(p); }, x);
      require_lanes("round", round(a), [](T p) { return std::nearbyint(p); }, x);
      require_lanes("abs", abs(a), [](T p) { return std::abs(p); }, x);
      require_lanes("copysign", copysign(a, b), [](T p, T q) { return std::copysign(p, q); }, x, y);
      require_lanes("flipsign", flipsign(a, b), [](T p, T q) { return std::signbit(q) ? -p : p; }, x, y);
      require_lanes("isnan", isnan(a), [](T p) { return std::isnan(p); }, x);
      require_lanes("isinf", isinf(a), [](T p) { return std::isinf(p); }, x);
      require_lanes("isfinite", isfinite(a), [](T p) { return std::isfinite(p); }, x);
      require_lanes("signbit", signbit(a), [](T p) { return std::signbit(p); }, x);
      require_lanes("sign", sign(a), [](T p) { return p != p ? p : T((p > 0) - (p < 0)); }, x);
      if (has_fma) require_lanes("fma", fma(a, b, c), [](T p, T q, T r) { return std::fma(p, q, r); }, x, y, z);
      require_lanes("select", select(a < b, a, c), [](T p, T q, T r) { return p < q ? p : r; }, x, y, z);
    }
  });
  const auto quotient = [](T a, T b) { return floor_divide(pack<T, 4>(a), pack<T, 4>(b))[3]; };
  CHECK(quotient(1, T(0.1)) == 9);
  CHECK(quotient(-7, 2) == -4);
  CHECK(quotient(7, -2) == -4);
  CHECK(quotient(1, 0) == std::numeric_limits<T>::infinity());
  CHECK(std::isnan(quotient(0, 0)));
}

TEMPLATE_TEST_CASE("remainders of floats are exact, whatever the quotient", "[simd]", float, double) {
  using T = TestType;
  const auto fmod_of = [](T p, T q) { return std::fmod(p, q); };
  const auto mod_of = [](T p, T q) { return tutti::scalar_math::mod(p, q); };
  const auto quotient_of = [](T p, T q) { return tutti::scalar_math::floor_divide(p, q); };
  constexpr index n = 8;
  for (int repeat = 0; repeat < 3000; ++repeat) {
    auto x = random_block<T, n>(), y = random_block<T, n>();
    for (index i = 0; i < n; ++i) {
      const auto multiple = static_cast<T>(generator() % 100000);
      switch (generator() % 5) {
      case 0: y[i] = x[i] / (multiple + 1); break;
      case 1: x[i] = y[i] * multiple; break;
      case 2: x[i] = std::nextafter(y[i] * multiple, T(0)); break; // the quotient is rounded up to a whole number
      case 3: x[i] = multiple - 50000, y[i] = T(0.1); break;
      default: break; // any two patterns: mostly quotients of 0, or of more digits than T has
      }
    }
    const auto a = load<n>(x.data), b = load<n>(y.data);
    require_lanes("fmod", fmod(a, b), fmod_of, x, y);
    require_lanes("mod", mod(a, b), mod_of, x, y);
    require_lanes("floor_divide", floor_divide(a, b), quotient_of, x, y);
  }
}

TEMPLATE_TEST_CASE("complex packs", "[simd]", std::complex<float>, std::complex<double>) {
  using T = TestType;
  using R = real_t<T>;
  const auto close = [](T a, T b) { return std::abs(a - b) <= 8 * std::numeric_limits<R>::epsilon() * std::abs(b); };
  for_lane_counts<1, 4, 32>([&](auto size) {
    constexpr index n = decltype(size)::value;
    std::uniform_real_distribution<R> uniform(-2, 2);
    for (int repeat = 0; repeat < 100; ++repeat) {
      block<T, n> x, y;
      for (index i = 0; i < n; ++i) {
        x[i] = {uniform(generator), uniform(generator)};
        y[i] = {uniform(generator), uniform(generator)};
      }
      const auto a = load<n>(x.data), b = load<n>(y.data);
      for (index i = 0; i < n; ++i) {
        CHECK(close((a + b)[i], x[i] + y[i]));
        CHECK(close((a - b)[i], x[i] - y[i]));
        CHECK(close((a * b)[i], x[i] * y[i]));
        CHECK(close((a / b)[i], x[i] / y[i]));
        CHECK(close(abs(a)[i], std::abs(x[i])));
      }
      require_lanes("==", a == a, [](T) { return true; }, x);
      require_lanes("!=", a != b, [](T p, T q) { return p != q; }, x, y);
      require_lanes("conj", conj(a), [](T p) { return std::conj(p); }, x);
      require_lanes("real", real(a), [](T p) { return p.real(); }, x);
      require_lanes("imag", imag(a), [](T p) { return p.imag(); }, x);
      require_lanes("-", -a, [](T p) { return -p; }, x);
      require_lanes(
          "select", select(real(a) < real(b), a, b), [](T p, T q) { return p.real() < q.real() ? p : q; }, x, y);
    }
  });
  const R great = std::numeric_limits<R>::max() / 4, tiny = std::numeric_limits<R>::min();
  const auto one = pack<T, 2>(T(great, great)) / pack<T, 2>(T(great, great));
  CHECK(close(one[0], T(1, 0)));
  const auto same_small = pack<T, 2>(T(tiny, tiny)) / pack<T, 2>(T(tiny, tiny));
  CHECK(close(same_small[1], T(1, 0)));
  CHECK(close(abs(pack<T, 2>(T(great, great)))[0], std::hypot(great, great)));
  CHECK(close(abs(pack<T, 2>(T(3 * tiny, 4 * tiny)))[0], 5 * tiny));
  CHECK(std::isinf(abs(pack<T, 2>(T(std::numeric_limits<R>::infinity(), std::numeric_limits<R>::quiet_NaN())))[0]));
}

template <index Bytes, index N>
void check_masks() {
  using T = typename tutti::detail::integer_of<true, Bytes>::type;
  for (int repeat = 0; repeat < 100; ++repeat) {
    block<bool, N> x, y;
    for (index i = 0; i < N; ++i) {
      x[i] = repeat == 0 ? true : repeat == 1 ? false : generator() % static_cast<unsigned>(repeat % 7 + 2) == 0;
      y[i] = generator() % 2 == 0;
    }
    const auto a = detail::resize<Bytes>(load<N>(x.data));
    static_assert(std::same_as<std::remove_const_t<decltype(a)>, mask<Bytes, N>>);
    const auto b = load<N>(y.data);
    require_lanes("&", a & b, [](bool p, bool q) { return p && q; }, x, y);
    require_lanes("|", a | b, [](bool p, bool q) { return p || q; }, x, y);
    require_lanes("^", b ^ a, [](bool p, bool q) { return p != q; }, x, y);
    require_lanes("!", !a, [](bool p) { return !p; }, x);
    require_lanes("==", a == b, [](bool p, bool q) { return p == q; }, x, y);
    require_lanes("select", select(a, b, a), [](bool p, bool q) { return p ? q : p; }, x, y);
    index trues = 0;
    for (index i = 0; i < N; ++i) trues += x[i];
    CHECK(count(a) == trues);
    CHECK(any(a) == (trues > 0));
    CHECK(all(a) == (trues == N));
    CHECK(fold(a, [](const auto& p, const auto& q) { return p | q; }) == (trues > 0));
    require_lanes("convert", convert<T>(a), [](bool p) { return T(p); }, x);
    require_lanes("select", select(a, pack<T, N>(T(2)), pack<T, N>(T(3))), [](bool p) { return T(p ? 2 : 3); }, x);
    require_lanes(
        "select", select(a, pack<float, N>(2.f), pack<float, N>(3.f)), [](bool p) { return p ? 2.f : 3.f; }, x);
  }
}

TEST_CASE("masks of all widths combine", "[simd]") {
  for_lane_counts<1, 2, 16, 64>([](auto size) {
    constexpr index n = decltype(size)::value;
    check_masks<1, n>();
    check_masks<2, n>();
    check_masks<4, n>();
    check_masks<8, n>();
  });
}

TEMPLATE_TEST_CASE("fold, iota and join", "[simd]", std::int32_t, std::uint64_t, float, double, std::complex<float>) {
  using T = TestType;
  for_each_lane_count([&](auto size) {
    constexpr index n = decltype(size)::value;
    const auto v = iota<T, n>();
    const T sum = fold(v, [](const auto& p, const auto& q) { return p + q; });
    CHECK(std::real(sum) == real_t<T>(n * (n - 1) / 2));
    const auto twice = join(v, v);
    for (index i = 0; i < 2 * n; ++i) CHECK(twice[i] == v[i % n]);
    CHECK(upper_half(twice)[n - 1] == v[n - 1]);
    CHECK(lower_half(twice)[n - 1] == v[n - 1]);
  });
}

TEMPLATE_TEST_CASE("several packs fold at once as each does alone", "[simd]", float, double, std::int16_t,
                   std::complex<float>) {
  constexpr index N = lanes<TestType>;
  const auto check = [](auto many) {
    constexpr std::size_t count = decltype(many)::value;
    std::array<pack<TestType, N>, count> v;
    for (auto& of : v) {
      TestType numbers[N];
      for (TestType& x : numbers)
        x = static_cast<TestType>(static_cast<tutti::real_t<TestType>>(std::rand() % 10000) / 7);
      of = load<N>(numbers);
    }
    const auto add = [](const auto& a, const auto& b) { return a + b; };
    TestType results[count];
    fold_each(v, add, results);
    for (std::size_t i = 0; i < count; ++i) CHECK(results[i] == fold(v[i], add));
  };
  check(std::integral_constant<std::size_t, 1>());
  check(std::integral_constant<std::size_t, 3>());
  check(std::integral_constant<std::size_t, 4>());
  check(std::integral_constant<std::size_t, 8>());
}

TEST_CASE("four bytes of each lane are multiplied and summed", "[simd]") {
  const auto check = [](auto width) {
    constexpr index N = decltype(width)::value;
    for (int round = 0; round < 200; ++round) {
      std::int32_t a[N], b[N], sum[N], result[N];
      for (index i = 0; i < N; ++i) {
        // The extremes are as likely as everything else.
        const auto byte = [&](int low, int high) {
          const int kind = std::rand() % 3;
          return kind == 0 ? low : kind == 1 ? high : low + std::rand() % 256;
        };
        std::uint32_t of_a = 0, of_b = 0;
        std::int32_t expected = sum[i] = std::rand() - (1 << 30);
        for (int s = 0; s < 32; s += 8) {
          const int x = byte(0, 255), y = byte(-128, 127);
          of_a |= static_cast<std::uint32_t>(x) << s;
          of_b |= static_cast<std::uint32_t>(y & 0xff) << s;
          expected += x * y;
        }
        a[i] = static_cast<std::int32_t>(of_a), b[i] = static_cast<std::int32_t>(of_b), result[i] = expected;
      }
      const auto found = dot_quads(load<N>(a), load<N>(b), load<N>(sum));
      for (index i = 0; i < N; ++i) CHECK(found[i] == result[i]);
    }
  };
  check(std::integral_constant<index, lanes<std::int32_t>>());
  check(std::integral_constant<index, 2>()); // no register's worth
}

TEMPLATE_TEST_CASE("tiles transpose", "[simd]", ALL_TYPES) {
  using T = TestType;
  constexpr index n = tile_side<T>, src_stride = n + 3, dst_stride = n + 5;
  T src[static_cast<std::size_t>(n * src_stride)], dst[static_cast<std::size_t>(n * dst_stride)];
  for (auto& x : src) x = random_value<T>();
  for (auto& x : dst) x = T{};
  transpose_tile(src, src_stride, dst, dst_stride);
  index wrong = 0;
  for (index i = 0; i < n; ++i)
    for (index j = 0; j < dst_stride; ++j)
      if (i * dst_stride + j < n * dst_stride)
        wrong += !same(dst[i * dst_stride + j], j < n ? src[j * src_stride + i] : T{});
  CHECK(wrong == 0);
}

} // namespace simd_test
