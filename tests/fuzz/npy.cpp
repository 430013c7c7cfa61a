// SPDX-License-Identifier: MIT
// Whatever the bytes are: load_npy returns a tensor of what they say, or throws an error of tutti.
#include <tutti/io/npy.hpp>

#include "standalone.hpp"

using namespace tutti;

namespace {

template <class T>
void check(std::span<const std::byte> bytes, const npy_header& info) {
  if (info.dtype != dtype_name<T>()) return;
  const auto x = load_npy<T>(bytes);
  fuzz::require(x.shape() == info.shape, "a tensor has the shape that npy_info tells");
  fuzz::require(bytes.size() - info.offset >= static_cast<std::size_t>(x.size()) * sizeof(T), "no byte is made up");
  // What was read is written so that it reads the same.
  const auto elements = std::as_bytes(std::span(x.data(), static_cast<std::size_t>(x.size())));
  std::string file = detail::npy_header_text(detail::element_type_of<T>().npy, x.shape());
  file.append(reinterpret_cast<const char*>(elements.data()), elements.size());
  const auto again = load_npy<T>(std::as_bytes(std::span(file)));
  fuzz::require(again.shape() == x.shape(), "a written shape comes back");
  fuzz::require(elements.empty() || std::memcmp(again.data(), x.data(), elements.size()) == 0, "elements come back");
}

// A file of version 1 for the dictionary, with `data` bytes.
std::string file(const std::string& dictionary, std::size_t data) {
  std::string text = std::string("\x93NUMPY\x01\x00\x00\x00", 10) + dictionary + std::string(data, '\x01');
  text[8] = static_cast<char>(dictionary.size());
  return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    const auto info = npy_info(bytes);
    check<bool>(bytes, info);
    check<std::uint8_t>(bytes, info);
    check<std::int16_t>(bytes, info);
    check<std::int64_t>(bytes, info);
    check<float16>(bytes, info);
    check<float>(bytes, info);
    check<double>(bytes, info);
    check<std::complex<double>>(bytes, info);
    load_npy<std::uint32_t, 2>(bytes);
  } catch (const tutti::error&) {
  }
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  return {file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24),
          file("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", 12),
          file("{'descr': '|b1', 'fortran_order': False, 'shape': (5,), }", 5),
          file("{'descr': '<c16', 'fortran_order': True, 'shape': (), }", 16),
          file("{'descr': '<u4', 'fortran_order': True, 'shape': (1, 2), }", 8),
          file("{'descr': '>f8', 'fortran_order': False, 'shape': (2, 0, 1), }   \n", 0),
          file("{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (2,), }", 16)};
}

// The header's length is what follows up to the last brace.
void fuzz::repair(std::string& input) {
  const std::size_t end = input.rfind('}');
  if (input.size() < 10 || end == std::string::npos || end < 10) return;
  input[8] = static_cast<char>((end + 1 - 10) % 256);
  input[9] = static_cast<char>((end + 1 - 10) / 256);
}
