// SPDX-License-Identifier: MIT
#pragma once

// NumPy's .npy files: one tensor, its type and its shape.

#include <tutti/io/file.hpp>
#include <tutti/io/npy_header.hpp>

TUTTI_NAMESPACE_BEGIN

/// The type, shape and order of a .npy file, without reading its elements. Errors: an io_error where the file cannot be
/// read or is not what the format says, a type_error where it holds what is no element type, a shape_error above 8
/// axes. Cost: reads the header only. NumPy: lib.format.read_array_header_1_0.
/// Example: `save_npy("a.npy", ones<float>({2, 3})); std::cout << npy_info("a.npy").dtype;` is `float32`.
inline npy_header npy_info(std::span<const std::byte> bytes, std::string_view name = "the .npy data") {
  return detail::read_npy_header(bytes, name);
}
inline npy_header npy_info(const std::filesystem::path& path) {
  return npy_info(file_content(path).bytes(), path.string());
}

/// The tensor in the bytes of a .npy file; `name` stands for it in messages. Shapes: the file's. Types: T. Errors: as
/// npy_info's; a type_error where the file holds another type than T, a shape_error where the rank is static and
/// another. Cost: memory for the tensor, and a copy of each element.
template <element T, index Rank = dynamic_rank>
tensor<T, Rank> load_npy(std::span<const std::byte> bytes, std::string_view name = "the .npy data") {
  const npy_header header = npy_info(bytes, name);
  if (header.dtype != dtype_name<T>())
    throw type_error(std::string(name) + " holds " + header.dtype + ", not " + std::string(dtype_name<T>()) +
                     ": load_npy<" +
                     std::string(detail::find_element_type<&detail::element_type::name>(header.dtype)->spelling) + ">");
  if (Rank != dynamic_rank && header.shape.size() != Rank)
    throw shape_error(std::string(name) + " holds shape " + to_string(header.shape) + ", not rank " +
                      std::to_string(Rank));
  return detail::tensor_of<T, Rank>(bytes.data() + header.offset, header.endian, header.shape, header.order);
}

/// The tensor in a .npy file of versions 1 to 3, in either byte order and either layout; the result is row-major. What
/// follows the elements is ignored, as by NumPy; npy_info tells which type a file holds. NumPy: load.
/// Example: `save_npy("b.npy", arange(3.f)); std::cout << load_npy<float>("b.npy");` is `[0. 1. 2.]`.
template <element T, index Rank = dynamic_rank>
tensor<T, Rank> load_npy(const std::filesystem::path& path) {
  return load_npy<T, Rank>(file_content(path).bytes(), path.string());
}

/// Writes a tensor, a view or the value of an expression as a .npy file, the same bytes that NumPy writes; an older
/// file of that name is replaced at once when all is written. Shapes: any. Types: all but bfloat16. Errors: an io_error
/// where the file cannot be written; a type_error of bfloat16, which has no dtype in NumPy. Cost: a copy of each
/// element into the file; memory where x is a formula or does not lie in row-major order without gaps. NumPy: save,
/// which appends ".npy" where it is missing; this does not.
/// Example: `save_npy("c.npy", arange(3.f) * 2 + 1);`.
template <operand X>
void save_npy(const std::filesystem::path& path, X&& x) {
  using T = value_t<X>;
  constexpr auto& type = detail::element_type_of<T>();
  if constexpr (type.npy.empty()) {
    throw type_error("cannot write " + path.string() + ": .npy files have no " + std::string(type.name) +
                     ": cast<float> the tensor, or write a safetensors file");
  } else {
    const auto elements = detail::row_major_elements_of(std::forward<X>(x));
    const std::string header = detail::npy_header_text(type.npy, elements.shape());
    file_writer file(path);
    file.write(std::as_bytes(std::span(header)));
    file.write(detail::bytes_of(elements));
    file.commit();
  }
}

TUTTI_NAMESPACE_END
