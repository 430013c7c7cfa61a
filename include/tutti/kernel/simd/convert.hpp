// SPDX-License-Identifier: MIT
#pragma once

// Conversion of packs between element types, as convert_element does it for one element.

#include <tutti/kernel/simd/operators.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

/// v as a pack of To (of float where To is a half type), or as a mask where To is bool: NaN is true. Real numbers out
/// of an integer type's range give what the hardware gives.
template <class To, lanewise V>
TUTTI_INLINE auto convert(const V& v) {
  using from = typename V::value_type;
  using to = compute_t<To>;
  constexpr index n = V::size;
  if constexpr (std::same_as<to, from>) {
    return v;
  } else if constexpr (is_mask<V> && std::integral<to>) {
    // True lanes are all ones, which is -1. (g++ 12 cannot select 64-bit lanes by a comparison of doubles on SSE2.)
    using word = pack<typename tutti::detail::integer_of<true, sizeof(to)>::type, n>;
    return detail::reinterpret<pack<to, n>>(
        -detail::reinterpret<word>(detail::resize<static_cast<index>(sizeof(to))>(v)));
  } else if constexpr (is_mask<V>) {
    return select(v, broadcast<to, n>(to(1)), broadcast<to, n>(to(0)));
  } else if constexpr (std::same_as<to, bool>) {
    return v != broadcast<from, n>(from(0));
  } else if constexpr (is_complex<to>) {
    using real = real_t<to>;
    if constexpr (is_complex<from>)
      return pack<to, n>(detail::convert_lanes<real>(v.re), detail::convert_lanes<real>(v.im));
    else return pack<to, n>(detail::convert_lanes<real>(v), broadcast<real, n>(real(0)));
  } else {
    static_assert(!is_complex<from>, "a complex number is not converted to a real one: take its real part");
    return detail::convert_lanes<to>(v);
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
