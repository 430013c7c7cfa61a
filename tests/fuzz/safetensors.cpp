// SPDX-License-Identifier: MIT
// Whatever the bytes are: load_safetensors finds tensors that share no byte and leave none out, or throws an error of
// tutti.
#include <tutti/io/safetensors.hpp>

#include "standalone.hpp"

using namespace tutti;

namespace {

template <class T>
std::size_t check(const safetensors& file, const std::string& name) {
  if (file.dtype(name) != dtype_name<T>()) return 0;
  const auto x = file.get<T>(name);
  fuzz::require(x.shape() == file.shape(name), "a tensor has the shape that shape() tells");
  const auto size = static_cast<std::size_t>(x.size()) * sizeof(T);
  try {
    const auto seen = file.view<T>(name);
    fuzz::require(size == 0 || std::memcmp(seen.data(), x.data(), size) == 0, "a view sees what get() copies");
  } catch (const io_error&) { // not aligned
  }
  return size;
}

std::string file(const std::string& header, std::size_t data) {
  return std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header + std::string(data, '\x01');
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto file = load_safetensors(std::as_bytes(std::span(data, size)));
    fuzz::require(file.names().size() == static_cast<std::size_t>(file.size()), "each tensor has a name");
    std::size_t total = 0;
    for (const auto& name : file.names()) {
      fuzz::require(file.contains(name), "a name is contained");
      try {
        const std::size_t read = check<bool>(file, name) + check<std::uint8_t>(file, name) +
                                 check<std::int64_t>(file, name) + check<bfloat16>(file, name) +
                                 check<float>(file, name) + check<std::complex<float>>(file, name);
        total += read;
      } catch (const shape_error&) { // above the greatest rank
      }
    }
    fuzz::require(total <= size, "no byte is read twice");
  } catch (const tutti::error&) {
  }
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  return {
      file(R"({"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})", 24),
      file(
          R"({"a":{"dtype":"BOOL","shape":[3],"data_offsets":[8,11]},"b":{"dtype":"I64","shape":[],"data_offsets":[0,8]}})",
          11),
      file(R"({"__metadata__":{"k":"v","l":"\u00e9"},"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}   )", 4),
      file(
          R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"b":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}})",
          8),
      file("{}", 0)};
}

// The header's length is what follows up to the last brace.
void fuzz::repair(std::string& input) {
  const std::size_t end = input.rfind('}');
  if (input.size() < 8 || end == std::string::npos || end < 8) return;
  for (std::size_t i = 0; i < 8; ++i) input[i] = static_cast<char>((end + 1 - 8) >> (8 * i));
}
