// SPDX-License-Identifier: MIT
#pragma once

// Tensors as text, as NumPy prints arrays.

#include <ostream>

#include <tutti/io/columns.hpp>
#include <tutti/io/elements.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

// Each thread has its own options, as in NumPy.
inline print_options& current_print_options() {
  thread_local print_options options;
  return options;
}

/// The elements of a tensor that are printed: all of them, or the corners.
struct shown_axes {
  index_list<> shape;               // how many are shown along each axis
  std::array<bool, max_rank> cut{}; // and where the middle is left out

  shown_axes(const index_list<>& whole, const print_options& options) : shape(whole) {
    if (element_count(whole) <= options.threshold) return;
    for (index axis = 0; axis < whole.size(); ++axis) {
      if (options.edge_items > (whole[axis] - 1) / 2) continue;
      shape[axis] = 2 * options.edge_items;
      cut[static_cast<std::size_t>(axis)] = true;
    }
  }

  /// The place in the tensor of what is shown at place i of an axis.
  index source(index axis, index i, index extent) const { return i < shape[axis] / 2 ? i : extent - shape[axis] + i; }
};

/// Puts words in brackets and lines. Follows the recursion of NumPy's _formatArray, whose output it must match.
class word_layout {
public:
  word_layout(std::vector<std::string> words, const shown_axes& shown) : words_(std::move(words)), shown_(shown) {}

  std::string text(index line_width) { return block(0, " ", line_width); }

private:
  std::string block(index axis, const std::string& indent, index width) {
    const std::string inside = axis + 1 == shown_.shape.size() ? row(axis, indent, width) : blocks(axis, indent, width);
    // Not "[" + inside.substr(): g++ 12 may take the sum of a literal and a temporary for an overlapping copy, and warns.
    std::string bracketed = "[";
    bracketed.append(inside, indent.size());
    return bracketed += ']';
  }

  std::string blocks(index axis, const std::string& indent, index width) {
    const std::string separator(static_cast<std::size_t>(shown_.shape.size() - axis - 1), '\n');
    std::string result;
    for (index i = 0; i < shown_.shape[axis]; ++i) {
      if (i > 0) result += separator;
      if (is_gap(axis, i)) result += indent + "..." + separator;
      result += indent + block(axis + 1, indent + " ", width - 1);
    }
    return result;
  }

  std::string row(index axis, const std::string& indent, index width) {
    std::string result, line = indent;
    const auto add = [&](const std::string& word) {
      // A room of one character is for the bracket. A word that does not fit any line stands alone in one.
      if (static_cast<index>(line.size() + word.size()) > width - 1 && line.size() > indent.size()) {
        line.erase(line.find_last_not_of(' ') + 1);
        result += line + "\n";
        line = indent;
      }
      line += word;
    };
    for (index i = 0; i < shown_.shape[axis]; ++i) {
      if (i > 0) line += " ";
      if (is_gap(axis, i)) {
        add("...");
        line += " ";
      }
      add(words_[next_++]);
    }
    return result + line;
  }

  bool is_gap(index axis, index i) const {
    return shown_.cut[static_cast<std::size_t>(axis)] && i == shown_.shape[axis] / 2;
  }

  std::vector<std::string> words_;
  const shown_axes& shown_;
  std::size_t next_ = 0;
};

template <element T>
std::string text_of(const view<const T, dynamic_rank, owned>& x, const print_options& options) {
  if (x.dimension() == 0) return scalar_text(*x.data());
  if (x.size() == 0) return "[]";
  const shown_axes shown(x.shape(), options);
  const index count = element_count(shown.shape);
  const auto values = allocate<T>(count);
  for (index i = 0; i < count; ++i) {
    index rest = i, offset = 0;
    for (index axis = shown.shape.size() - 1; axis >= 0; --axis) {
      offset += shown.source(axis, rest % shown.shape[axis], x.shape()[axis]) * x.strides()[axis];
      rest /= shown.shape[axis];
    }
    values[static_cast<std::size_t>(i)] = x.data()[offset];
  }
  auto words = words_of(std::span<const T>(values.get(), static_cast<std::size_t>(count)), options);
  return word_layout(std::move(words), shown).text(std::max<index>(options.line_width, 0));
}

inline const print_options& checked(const print_options& options, const char* function) {
  const auto refuse = [&](const char* why) { throw value_error(std::string(function) + ": " + why); };
  if (options.precision < 0) refuse("the precision cannot be negative");
  if (options.threshold < 0) refuse("the threshold cannot be negative");
  if (options.edge_items < 1) refuse("at least one edge item must be shown");
  return options;
}

} // namespace detail

/// How this thread prints tensors from now on. Errors: a value_error where the precision or the threshold is negative,
/// or there is not one edge item. Cost: none. NumPy: set_printoptions.
/// Example: `set_printoptions({.precision = 3, .suppress = true}); std::cout << array({1 / 3.}); set_printoptions({});`
/// is `[0.333]`.
inline void set_printoptions(const print_options& options) {
  detail::current_print_options() = detail::checked(options, "set_printoptions");
}
/// How this thread prints tensors. Errors: none. Cost: none. NumPy: get_printoptions.
/// Example: `get_printoptions().precision` is `8`.
inline print_options get_printoptions() { return detail::current_print_options(); }

/// The text of a tensor, a view or the value of an expression, as NumPy's str would have it: the fewest digits that
/// tell each element from its neighbours, at most `precision` of them, in columns; scientific where sizes ask for it;
/// the corners only of what has more than `threshold` elements. Shapes: any. Types: any. Errors: a value_error for
/// options that set_printoptions refuses. Cost: of the elements that are shown, a search for their digits; a formula is
/// evaluated first, as a whole. NumPy: array_str.
/// Example: `array_str(array({1 / 3., 2.}), {.precision = 3})` is `[0.333 2. ]`.
template <operand X>
std::string array_str(X&& x, const print_options& options = get_printoptions()) {
  const auto elements = detail::elements_of(std::forward<X>(x));
  // One instantiation per element type, whatever the ranks.
  return detail::text_of<value_t<X>>({elements.data(), elements.shape(), elements.strides(), elements.keeper()},
                                     detail::checked(options, "array_str"));
}

/// Prints as array_str does: `std::cout << x`, `std::cout << mean(x, 0)`. Shapes, types, errors and cost as
/// array_str's. Python: print.
/// Example: `std::cout << mean(array({{1, 2}, {3, 4}}), 0);` is `[2. 3.]`.
template <operand X>
std::ostream& operator<<(std::ostream& stream, const X& x) { return stream << array_str(x); }

TUTTI_NAMESPACE_END
