// SPDX-License-Identifier: MIT
#pragma once

// The header of a .npy file: the literal of a Python dictionary that tells the type, the order and the shape.
// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

#include <tutti/io/elements.hpp>

TUTTI_NAMESPACE_BEGIN

/// What the header of a .npy file says.
struct npy_header {
  std::string dtype; ///< NumPy's name: "float32"
  index_list<> shape;
  layout order = row_major; ///< column_major where NumPy says fortran_order
  std::endian endian = std::endian::native;
  std::size_t offset = 0; ///< where in the file the elements begin
};

namespace detail {

/// Reads the dictionary. It accepts what NumPy writes and the blanks and commas that Python allows in it; whatever else
/// Python would evaluate is refused.
class npy_header_parser {
public:
  npy_header_parser(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  npy_header parse() {
    npy_header header;
    bool has_dtype = false, has_order = false, has_shape = false;
    const auto once = [&](bool& seen, std::string_view key) {
      if (std::exchange(seen, true)) fail("the key '" + std::string(key) + "' stands twice");
    };
    expect('{');
    while (!accept('}')) {
      const std::string_view key = string();
      expect(':');
      if (key == "descr") {
        once(has_dtype, key);
        dtype(header);
      } else if (key == "fortran_order") {
        once(has_order, key);
        header.order = boolean() ? column_major : row_major;
      } else if (key == "shape") {
        once(has_shape, key);
        shape(header);
      } else {
        fail("the key '" + legible(key) + "' is unknown");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_blanks();
    if (at_ != text_.size()) fail("something follows the dictionary");
    if (!has_dtype) fail("the key 'descr' is missing");
    if (!has_order) fail("the key 'fortran_order' is missing");
    if (!has_shape) fail("the key 'shape' is missing");
    return header;
  }

private:
  [[noreturn]] void fail(const std::string& what) const {
    throw io_error(std::string(file_) + " is not a valid .npy file: " + what);
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n\f").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  bool accept(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail("expected '" + std::string(1, c) + "' at byte " + std::to_string(at_) + " of the header");
  }

  std::string_view string() {
    skip_blanks();
    const char quote = peek();
    if (quote != '\'' && quote != '"') fail("expected a string at byte " + std::to_string(at_) + " of the header");
    const std::size_t begin = at_ + 1;
    for (at_ = begin; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) return text_.substr(begin, at_++ - begin);
      if (text_[at_] == '\\' || text_[at_] == '\n') break; // no key and no type needs an escape
    }
    fail("a string does not end as it should");
  }

  bool boolean() {
    skip_blanks();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      if (!is_word(peek())) return value;
    }
    fail("'fortran_order' is neither True nor False");
  }

  void dtype(npy_header& header) {
    skip_blanks();
    if (peek() == '[')
      throw type_error(std::string(file_) + " holds records (a structured dtype), which a tensor cannot");
    const std::string_view text = string();
    const bool says_order = !text.empty() && std::string_view("<>=|").find(text[0]) != std::string_view::npos;
    const char order = says_order ? text[0] : '=';
    const std::string_view code = text.substr(says_order ? 1 : 0);
    if (code == "O") throw type_error(std::string(file_) + " holds Python objects, which a tensor cannot");
    const element_type* type = find_element_type<&element_type::npy>(code);
    if (type == nullptr)
      throw type_error(std::string(file_) + " holds elements of dtype '" + legible(text) +
                       "', for which tutti has no type");
    if (order == '|' && type->bytes > 1) fail("dtype '" + std::string(text) + "' does not say its byte order");
    header.dtype = type->name;
    header.endian = order == '<' ? std::endian::little : order == '>' ? std::endian::big : std::endian::native;
  }

  index extent() {
    skip_blanks();
    if (peek() == '-') fail("its shape has a negative extent");
    if (!is_digit(peek())) fail("its shape is not a tuple of whole numbers");
    if (peek() == '0' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) fail("an extent begins with 0");
    index value = 0;
    for (; is_digit(peek()); ++at_)
      if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, peek() - '0', &value))
        fail("its shape has an extent that is too large");
    if (peek() == 'L') ++at_; // Python 2 marked its long integers so
    return value;
  }

  void shape(npy_header& header) {
    std::vector<index> extents; // no more of them than the greatest rank, however many a file claims
    index rank = 0;
    skip_blanks();
    if (peek() != '(') fail("its shape is not a tuple of whole numbers");
    expect('(');
    while (!accept(')')) {
      const index found = extent();
      if (++rank <= max_rank) extents.push_back(found);
      if (accept(',')) continue;
      if (rank == 1) fail("its shape is not a tuple of whole numbers"); // (3) is a number in Python
      expect(')');
      break;
    }
    if (rank > max_rank)
      throw shape_error(std::string(file_) + " has rank " + std::to_string(rank) + ", above the greatest rank, " +
                        std::to_string(max_rank));
    header.shape = extents;
  }

  std::string_view text_, file_;
  std::size_t at_ = 0;
};

/// The header of a file's bytes, with all that it says checked against them.
inline npy_header read_npy_header(std::span<const std::byte> bytes, std::string_view file) {
  const auto fail = [&](const std::string& what) {
    throw io_error(std::string(file) + " is not a valid .npy file: " + what);
  };
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with("\x93NUMPY")) fail("it does not begin with \\x93NUMPY");
  if (text.size() < 8) fail("it ends within its header");
  const int major = static_cast<unsigned char>(text[6]), minor = static_cast<unsigned char>(text[7]);
  if (major < 1 || major > 3 || minor != 0)
    fail("its version " + std::to_string(major) + "." + std::to_string(minor) + " is unknown");
  const std::size_t begin = major == 1 ? 10 : 12;
  if (text.size() < begin) fail("it ends within its header");
  std::size_t length = 0;
  for (std::size_t i = begin; i > 8; --i) length = length << 8 | static_cast<unsigned char>(text[i - 1]);
  if (length > text.size() - begin)
    fail("its header should have " + std::to_string(length) + " bytes, and " + std::to_string(text.size() - begin) +
         " follow");

  npy_header header = npy_header_parser(text.substr(begin, length), file).parse();
  header.offset = begin + length;
  const index element_bytes = find_element_type<&element_type::name>(header.dtype)->bytes;
  const auto needed = count_bytes({header.shape.begin(), header.shape.end()}, element_bytes);
  if (!needed) fail("shape " + to_string(header.shape) + " has more elements than can be counted");
  const std::size_t found = bytes.size() - header.offset;
  if (static_cast<std::size_t>(*needed) > found)
    fail("shape " + to_string(header.shape) + " of " + header.dtype + " needs " + std::to_string(*needed) +
         " bytes, and " + std::to_string(found) + " follow the header");
  return header;
}

/// The header that NumPy writes for this, byte for byte: the blanks after the dictionary leave room for the first extent
/// to grow in place, and the elements begin at a multiple of 64.
inline std::string npy_header_text(std::string_view code, const index_list<>& shape) {
  const char order = code.ends_with('1') && code.size() == 2   ? '|'
                     : std::endian::native == std::endian::big ? '>'
                                                               : '<';
  std::string text =
      "{'descr': '" + (order + std::string(code)) + "', 'fortran_order': False, 'shape': " + to_string(shape) + ", }";
  if (!shape.empty()) text.append(21 - std::to_string(shape[0]).size(), ' ');
  text.append(64 - (10 + text.size() + 1) % 64, ' ');
  text += '\n';
  const std::string length{static_cast<char>(text.size() % 256), static_cast<char>(text.size() / 256)};
  return std::string("\x93NUMPY\x01\x00", 8) + length + text;
}

} // namespace detail

TUTTI_NAMESPACE_END
