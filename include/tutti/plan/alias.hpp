// SPDX-License-Identifier: MIT
#pragma once

// Whether memory that is read is also written, and whether that does any harm. Disjoint byte ranges do none. Neither does
// a leaf that is the destination element for element: each element is read before it is written, and by its own block
// alone. Everything else is evaluated into other memory first.

#include <tutti/core/view.hpp>
#include <tutti/plan/nest.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A destination's memory, and how the domain walks it.
struct target {
  const std::byte* low = nullptr;
  const std::byte* high = nullptr; // one beyond the last byte
  const void* origin = nullptr;
  std::size_t element_size = 0;
  const walk* walked = nullptr;
};

/// The bytes between the first and the last element of strided memory; from `origin` to itself where there are none.
struct byte_span {
  const std::byte* low;
  const std::byte* high; // one beyond the last byte
};

namespace detail {
TUTTI_INLINE byte_span strided_bytes(const void* data, std::size_t element_size, std::span<const index> shape,
                                     std::span<const index> strides) {
  const auto* const origin = static_cast<const std::byte*>(data);
  index low = 0, high = 0;
  for (std::size_t a = 0; a < shape.size(); ++a) {
    if (shape[a] == 0) return {origin, origin};
    const index reach = (shape[a] - 1) * strides[a];
    (reach < 0 ? low : high) += reach;
  }
  const auto size = static_cast<index>(element_size);
  return {origin + low * size, origin + (high + 1) * size};
}
} // namespace detail

// Out of line, as planning is the same for every statement. But of up to two axes it is a few instructions, which small
// products are short enough to notice.
[[gnu::noinline]] inline byte_span byte_range(const void* data, std::size_t element_size, std::span<const index> shape,
                                              std::span<const index> strides) {
  return detail::strided_bytes(data, element_size, shape, strides);
}
template <class T, index Rank, class Keeper>
byte_span byte_range(const view<T, Rank, Keeper>& v) {
  if constexpr (Rank >= 0 && Rank <= 2) return detail::strided_bytes(v.data(), sizeof(T), v.shape(), v.strides());
  else return byte_range(v.data(), sizeof(T), v.shape(), v.strides());
}

/// Whether any byte between a leaf's first and last element lies between those of the destination.
inline bool overlaps(const byte_span& leaf, const target& to) {
  return to.low != to.high && to.low < leaf.high && leaf.low < to.high;
}

/// Whether the domain walks a leaf as it walks the destination: from the same element in the same strides.
inline bool is_same_walk(const void* data, std::size_t element_size, const walk& w, const target& to,
                         const nest& domain) {
  if (data != to.origin || element_size != to.element_size) return false;
  for (std::size_t a = 0; a < static_cast<std::size_t>(domain.rank); ++a)
    if (domain.extent[a] != 1 && w.stride[a] != to.walked->stride[a]) return false;
  return true;
}

} // namespace plan

TUTTI_NAMESPACE_END
