// SPDX-License-Identifier: MIT
#pragma once

// Elements as files hold them: what each format calls a type, and bytes that become a tensor or a tensor's bytes.

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <span>

#include <tutti/tensor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

/// An element type and its names; an empty one where a format has none.
struct element_type {
  std::string_view name;     // NumPy's
  std::string_view spelling; // in C++, for messages that say what to write
  std::string_view npy;      // kind and bytes, as in '<f4'
  std::string_view safetensors;
  index bytes;
};

inline constexpr std::array element_types{
    element_type{"bool", "bool", "b1", "BOOL", 1},
    element_type{"int8", "std::int8_t", "i1", "I8", 1},
    element_type{"int16", "std::int16_t", "i2", "I16", 2},
    element_type{"int32", "std::int32_t", "i4", "I32", 4},
    element_type{"int64", "std::int64_t", "i8", "I64", 8},
    element_type{"uint8", "std::uint8_t", "u1", "U8", 1},
    element_type{"uint16", "std::uint16_t", "u2", "U16", 2},
    element_type{"uint32", "std::uint32_t", "u4", "U32", 4},
    element_type{"uint64", "std::uint64_t", "u8", "U64", 8},
    element_type{"float16", "tutti::float16", "f2", "F16", 2},
    element_type{"bfloat16", "tutti::bfloat16", "", "BF16", 2},
    element_type{"float32", "float", "f4", "F32", 4},
    element_type{"float64", "double", "f8", "F64", 8},
    element_type{"complex64", "std::complex<float>", "c8", "C64", 8},
    element_type{"complex128", "std::complex<double>", "c16", "", 16},
};

/// The type that a format calls `name`, or null. `Name` says which format: &element_type::npy.
template <auto Name>
constexpr const element_type* find_element_type(std::string_view name) {
  const auto found = std::find_if(element_types.begin(), element_types.end(),
                                  [&](const element_type& type) { return !name.empty() && type.*Name == name; });
  return found == element_types.end() ? nullptr : &*found;
}

template <element T>
constexpr const element_type& element_type_of() { return *find_element_type<&element_type::name>(dtype_name<T>()); }

/// What a file calls something, for a message: ASCII's control characters, which could end the message or
/// drive a terminal, as hexadecimal, and only the beginning of what is long.
inline std::string legible(std::string_view text) {
  std::size_t end = std::min<std::size_t>(text.size(), 100);
  while (end > 0 && end < text.size() && (text[end] & 0xc0) == 0x80) --end; // not within a character of UTF-8
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (const char c : text.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) result += c;
    else result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
  }
  return end < text.size() ? result + "..." : result;
}

/// The bytes of a tensor, or nothing where they, or its strides, cannot be counted.
inline std::optional<index> count_bytes(std::span<const index> shape, index element_bytes) {
  index bytes = element_bytes;
  bool empty = false;
  for (const index extent : shape) {
    empty = empty || extent == 0;
    if (__builtin_mul_overflow(bytes, std::max<index>(extent, 1), &bytes)) return std::nullopt;
  }
  return empty ? 0 : bytes;
}

inline void reverse_each(std::byte* bytes, index count, std::size_t size) {
  for (index i = 0; i < count; ++i, bytes += size) std::reverse(bytes, bytes + size);
}

/// Copies elements out of a file's bytes. A byte other than 0 is a true bool, as in NumPy.
template <element T>
void decode(const std::byte* from, std::endian order, index count, T* to) {
  if (count == 0) return;
  if constexpr (std::same_as<T, bool>) {
    std::transform(from, from + count, to, [](std::byte byte) { return byte != std::byte{}; });
  } else {
    std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(T));
    // The two parts of a complex number are turned each for itself.
    constexpr index parts = is_complex<T> ? 2 : 1;
    if (order != std::endian::native) reverse_each(reinterpret_cast<std::byte*>(to), count * parts, sizeof(real_t<T>));
  }
}

/// True where a T can be read right where its bytes stand.
template <element T>
bool readable_in_place(const std::byte* bytes, std::endian order) {
  return !std::same_as<T, bool> && order == std::endian::native &&
         reinterpret_cast<std::uintptr_t>(bytes) % alignof(T) == 0;
}

/// A tensor of a file's bytes, of which there must be enough.
template <element T, index Rank>
tensor<T, Rank> tensor_of(const std::byte* bytes, std::endian order, const index_list<Rank>& shape, layout axes) {
  const auto strides = contiguous_strides(shape, axes);
  if (readable_in_place<T>(bytes, order)) return view<const T, Rank>(reinterpret_cast<const T*>(bytes), shape, strides);
  const index count = element_count(shape);
  const auto elements = allocate<T>(count);
  decode(bytes, order, count, elements.get());
  return view<const T, Rank>(elements.get(), shape, strides);
}

/// A view of the operand's elements, in its own memory where it has any; otherwise the view owns them.
template <operand X>
view<const value_t<X>, rank_of<X>, owned> elements_of(X&& x) {
  auto e = as_node(std::forward<X>(x));
  using node_type = decltype(e);
  if constexpr (is_view<node_type>) {
    e.require_alive();
    owned keeper;
    if constexpr (std::same_as<std::remove_cvref_t<decltype(e.keeper())>, owned>) keeper = e.keeper();
    return {e.data(), e.shape(), e.strides(), keeper};
  } else {
    return tensor<value_t<X>, rank_of<X>>(e).leaf();
  }
}

/// The same, in row-major order without gaps. Of whatever rank, so that one copying is compiled per element type.
template <operand X>
view<const value_t<X>, dynamic_rank, owned> row_major_elements_of(X&& x) {
  using T = value_t<X>;
  const auto found = elements_of(std::forward<X>(x));
  view<const T, dynamic_rank, owned> elements(found.data(), found.shape(), found.strides(), found.keeper());
  if (elements.is_contiguous()) return elements;
  return tensor<T>(view<const T>(elements.data(), elements.shape(), elements.strides())).leaf();
}

/// The bytes of a view that lies in row-major order without gaps.
template <class T, index Rank, class Keeper>
std::span<const std::byte> bytes_of(const view<const T, Rank, Keeper>& elements) {
  return std::as_bytes(std::span(elements.data(), static_cast<std::size_t>(elements.size())));
}

} // namespace detail

TUTTI_NAMESPACE_END
