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
  walk walked;
};

/// The bytes between the first and the last element of a strided view.
template <class T, index Rank, class Keeper>
std::pair<const std::byte*, const std::byte*> byte_range(const view<T, Rank, Keeper>& v) {
  const auto* const origin = reinterpret_cast<const std::byte*>(v.data());
  index low = 0, high = 0;
  for (index a = 0; a < v.shape().size(); ++a) {
    if (v.shape()[a] == 0) return {origin, origin};
    const index reach = (v.shape()[a] - 1) * v.strides()[a];
    (reach < 0 ? low : high) += reach;
  }
  constexpr index size = static_cast<index>(sizeof(T));
  return {origin + low * size, origin + (high + 1) * size};
}

/// Whether any byte between a leaf's first and last element lies between those of the destination.
template <class View>
bool overlaps(const View& leaf, const target& to) {
  const auto [low, high] = byte_range(leaf);
  return to.low != to.high && to.low < high && low < to.high;
}

/// Whether the domain walks a leaf as it walks the destination: from the same element in the same strides.
template <class View>
bool is_same_walk(const View& leaf, const walk& w, const target& to, const nest& domain) {
  if (static_cast<const void*>(leaf.data()) != to.origin || sizeof(typename View::value_type) != to.element_size)
    return false;
  for (std::size_t a = 0; a < static_cast<std::size_t>(domain.rank); ++a)
    if (domain.extent[a] != 1 && w.stride[a] != to.walked.stride[a]) return false;
  return true;
}

} // namespace plan

TUTTI_NAMESPACE_END
