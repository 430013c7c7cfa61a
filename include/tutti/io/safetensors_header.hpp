// SPDX-License-Identifier: MIT
#pragma once

// The header of a safetensors file: JSON that names each tensor, its type, its shape and where its bytes stand.
// The format: https://github.com/huggingface/safetensors

#include <cstdint>
#include <map>
#include <unordered_map>

#include <tutti/io/elements.hpp>

#if !__has_include(<nlohmann/json.hpp>)
#error \
    "tutti: safetensors files need nlohmann/json: install nlohmann-json3-dev (Debian, Ubuntu), json-devel (Fedora) or nlohmann-json (Homebrew, vcpkg), or put its include folder on the compiler's path"
#endif
#include <nlohmann/json.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

/// What the header says of one tensor.
struct safetensors_entry {
  std::string name;
  std::string code; // the format's name of the type: "F32"
  std::vector<index> shape;
  std::vector<index> offsets; // of its first byte and the one past its last, counted from the end of the header
};

struct safetensors_header {
  std::vector<safetensors_entry> entries; // in the header's order
  std::unordered_map<std::string, std::size_t> places;
  std::map<std::string, std::string> metadata;
  std::size_t offset = 0; // of the tensors' bytes in the file
};

/// Follows the JSON as it is read. The format has a place for each value, so nothing is kept that has none, depth is
/// bounded by the format, and a key that stands twice is seen, which a parsed document would hide.
class safetensors_reader : public nlohmann::json_sax<nlohmann::json> {
public:
  explicit safetensors_reader(safetensors_header& header) : header_(header) {}

  std::string reason; // why reading stopped

  bool start_object(std::size_t) override {
    if (place_ == place::document) place_ = place::tensors;
    else if (place_ == place::tensors && key_ == "__metadata__") place_ = place::metadata;
    else if (place_ == place::tensors) begin_tensor();
    else return misplaced("an object");
    return true;
  }
  bool end_object() override {
    if (place_ == place::tensor) {
      for (const char* field : {"dtype", "shape", "data_offsets"})
        if (!seen_.contains(field)) return refuse("tensor '" + legible(entry().name) + "' has no " + field);
      if (entry().offsets.size() != 2) return refuse("tensor '" + legible(entry().name) + "' has not two data_offsets");
    }
    place_ = place_ == place::tensors ? place::document : place::tensors;
    return true;
  }
  bool key(std::string& name) override {
    key_ = name;
    if (place_ == place::tensor) {
      if (name != "dtype" && name != "shape" && name != "data_offsets")
        return refuse("tensor '" + legible(entry().name) + "' has the unknown key '" + legible(name) + "'");
      return seen_.emplace(name, true).second || twice();
    }
    if (place_ == place::metadata) return !header_.metadata.contains(name) || twice();
    if (name == "__metadata__") return !std::exchange(has_metadata_, true) || twice();
    return header_.places.emplace(name, header_.entries.size()).second || twice();
  }
  bool start_array(std::size_t) override {
    if (place_ != place::tensor || key_ == "dtype") return misplaced("an array");
    place_ = key_ == "shape" ? place::shape : place::offsets;
    return true;
  }
  bool end_array() override {
    place_ = place::tensor;
    return true;
  }
  bool string(std::string& value) override {
    if (place_ == place::metadata) header_.metadata[key_] = value;
    else if (place_ == place::tensor && key_ == "dtype") entry().code = value;
    else return misplaced("a string");
    return true;
  }
  bool number_unsigned(std::uint64_t value) override {
    if (place_ != place::shape && place_ != place::offsets) return misplaced("a number");
    if (value > static_cast<std::uint64_t>(PTRDIFF_MAX)) return refuse(too_large());
    (place_ == place::shape ? entry().shape : entry().offsets).push_back(static_cast<index>(value));
    return true;
  }
  bool number_integer(std::int64_t) override {
    if (place_ != place::shape && place_ != place::offsets) return misplaced("a number");
    return refuse("tensor '" + legible(entry().name) + "' has a negative number in its " + key_);
  }
  bool number_float(double, const std::string& digits) override {
    if (place_ != place::shape && place_ != place::offsets) return misplaced("a number");
    return refuse(digits.find_first_not_of("0123456789") == std::string::npos
                      ? too_large()
                      : "tensor '" + legible(entry().name) + "' has " + legible(digits) + " in its " + key_);
  }
  bool null() override { return misplaced("null"); }
  bool boolean(bool) override { return misplaced("a boolean"); }
  bool binary(nlohmann::json::binary_t&) override { return misplaced("binary data"); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    return refuse("its header is not valid JSON at byte " + std::to_string(position));
  }

private:
  enum class place { document, tensors, metadata, tensor, shape, offsets };

  safetensors_entry& entry() { return header_.entries.back(); }

  void begin_tensor() {
    header_.entries.push_back({key_, {}, {}, {}});
    seen_.clear();
    place_ = place::tensor;
  }

  bool refuse(std::string why) {
    reason = std::move(why);
    return false;
  }
  bool twice() { return refuse("the key '" + legible(key_) + "' stands twice"); }
  bool misplaced(const std::string& what) {
    if (place_ == place::document) return refuse("its header is not an object");
    return refuse("its header has " + what + " as '" + legible(key_) + "', where the format has none");
  }
  std::string too_large() {
    return "tensor '" + legible(entry().name) + "' has a number in its " + key_ + " that is too large";
  }

  safetensors_header& header_;
  place place_ = place::document;
  std::string key_;
  std::map<std::string, bool> seen_;
  bool has_metadata_ = false;
};

/// The size of an element of the format's types that have whole bytes, also of those that no tensor here can have.
inline index safetensors_element_bytes(std::string_view code) {
  if (const auto* type = find_element_type<&element_type::safetensors>(code)) return type->bytes;
  for (const char* eight_bits : {"F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2", "F8_E5M2FNUZ", "F8_E8M0"})
    if (code == eight_bits) return 1;
  return 0;
}

/// The header of a file's bytes, with all that it says checked against them: each tensor has the bytes that its type and
/// shape ask for, and together they are the rest of the file, without a gap and without an overlap.
inline safetensors_header read_safetensors_header(std::span<const std::byte> bytes, std::string_view file) {
  const auto fail = [&](const std::string& what) {
    throw io_error(std::string(file) + " is not a valid safetensors file: " + what);
  };
  if (bytes.size() < 8)
    fail("it has " + std::to_string(bytes.size()) + " bytes, fewer than the 8 that it must begin with");
  std::uint64_t length = 0;
  for (int i = 7; i >= 0; --i)
    length = length << 8 | std::to_integer<std::uint64_t>(bytes[static_cast<std::size_t>(i)]);
  constexpr std::uint64_t greatest = 100'000'000; // the format's own limit
  if (length > greatest)
    fail("its header should have " + std::to_string(length) + " bytes, and the format allows " +
         std::to_string(greatest));
  if (length > bytes.size() - 8)
    fail("its header should have " + std::to_string(length) + " bytes, and " + std::to_string(bytes.size() - 8) +
         " follow");

  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + 8, static_cast<std::size_t>(length));
  if (!text.starts_with('{')) fail("its header is not an object");
  // The parser takes a zero byte for the end of its input and would not look at what follows.
  if (text.find('\0') != std::string_view::npos) fail("its header has a zero byte");
  safetensors_header header;
  safetensors_reader reader(header);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &reader)) fail(reader.reason);
  header.offset = 8 + static_cast<std::size_t>(length);

  std::vector<const safetensors_entry*> by_offset;
  for (const auto& entry : header.entries) {
    const index element_bytes = safetensors_element_bytes(entry.code);
    if (element_bytes == 0)
      fail("tensor '" + legible(entry.name) + "' has the unknown dtype '" + legible(entry.code) + "'");
    const auto needed = count_bytes(entry.shape, element_bytes);
    if (!needed) fail("tensor '" + legible(entry.name) + "' has more elements than can be counted");
    const index found = entry.offsets[1] - entry.offsets[0];
    if (found != *needed)
      fail("tensor '" + legible(entry.name) + "' needs " + std::to_string(*needed) + " bytes and has " +
           std::to_string(found));
    by_offset.push_back(&entry);
  }
  std::sort(by_offset.begin(), by_offset.end(), [](auto* a, auto* b) { return a->offsets < b->offsets; });
  index end = 0;
  for (const auto* entry : by_offset) {
    if (entry->offsets[0] < end) fail("tensor '" + legible(entry->name) + "' overlaps another");
    if (entry->offsets[0] > end) fail("there is a hole before tensor '" + legible(entry->name) + "'");
    end = entry->offsets[1];
  }
  const std::size_t found = bytes.size() - header.offset;
  if (static_cast<std::size_t>(end) != found)
    fail("its tensors have " + std::to_string(end) + " bytes, and " + std::to_string(found) + " follow the header");
  return header;
}

} // namespace detail

TUTTI_NAMESPACE_END
