// SPDX-License-Identifier: MIT
#pragma once

// The subscripts of einsum, "ij,jk->ik": from text to a letter for each axis. The compiler and the program at run time read
// them with the same functions, which say what is wrong as a value.

#include <cstdint>
#include <string_view>

#include <tutti/core/shape.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

/// A string literal as a template argument.
template <std::size_t N>
struct literal {
  char text[N]{};
  constexpr literal(const char (&from)[N]) { std::copy_n(from, N, text); }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

// Letters are numbers: A to Z, then a to z, as NumPy sorts them; then the axes under "...", the last axis last.
inline constexpr index first_under_dots = 52;
inline constexpr index letter_count = first_under_dots + max_rank;

constexpr index letter_number(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  return -1;
}
/// The letter; axes under "..." are digits, as they have no letter.
constexpr char letter_name(index number) {
  return static_cast<char>(number < 26                 ? 'A' + number
                           : number < first_under_dots ? 'a' + number - 26
                                                       : '0' + number - first_under_dots);
}
/// As an error calls it.
inline std::string letter_text(index number) {
  return number < first_under_dots ? "letter " + std::string(1, letter_name(number)) : "axes under \"...\"";
}

/// A set of letters: one bit a letter.
using letter_set = std::uint64_t;
constexpr letter_set letter_bit(index letter) { return letter_set{1} << letter; }
constexpr letter_set letters_in(const index_list<>& list) {
  letter_set set = 0;
  for (const index letter : list) set |= letter_bit(letter);
  return set;
}
constexpr bool has_letter(const index_list<>& list, index letter) {
  return (letters_in(list) & letter_bit(letter)) != 0;
}
/// A letter for each of `count` axes, from the letter `first` on.
constexpr index_list<> consecutive_letters(index first, index count) {
  index_list<> list;
  for (index i = 0; i < count; ++i) list.push_back(first + i);
  return list;
}

/// What can be wrong with subscripts.
enum class subscript_fault { none, character, ellipsis, arrow, count, unknown, repeated, axes, left_out, rank };

/// An operand's letters, or the output's: the axes under "..." follow `dots` letters; -1 where there are none.
struct subscript_term {
  index_list<> letters;
  index dots = -1;
};

template <std::size_t N>
struct subscripts {
  std::array<subscript_term, N> operands;
  subscript_term out;
  subscript_fault fault = subscript_fault::none;
  index where = 0; // the place in the text, the letter or the operand that is meant
};

/// The letters of each operand's axes and of the result's.
template <std::size_t N>
struct bound_subscripts {
  std::array<index_list<>, N> operands;
  index_list<> out;
  subscript_fault fault = subscript_fault::none;
  index where = 0;
};

/// NumPy's rule for what has no "->": the axes under "...", then the letters that occur once, sorted.
template <std::size_t N>
constexpr void imply_output(subscripts<N>& s) {
  std::array<int, static_cast<std::size_t>(first_under_dots)> times{};
  for (const subscript_term& term : s.operands)
    for (const index letter : term.letters) ++times[static_cast<std::size_t>(letter)];
  s.out.dots = 0;
  for (index letter = 0; letter < first_under_dots; ++letter) {
    if (times[static_cast<std::size_t>(letter)] != 1) continue;
    if (s.out.letters.size() == max_rank) s.fault = subscript_fault::rank;
    else s.out.letters.push_back(letter);
  }
}

template <std::size_t N>
constexpr subscripts<N> parse_subscripts(std::string_view text) {
  subscripts<N> s;
  std::size_t operand = 0;
  bool explicit_output = false;
  letter_set known = 0;
  const auto refuse = [&](subscript_fault fault, index where) {
    s.fault = fault;
    s.where = where;
    return s;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const index at = static_cast<index>(i), letter = letter_number(c);
    subscript_term& term = explicit_output ? s.out : s.operands[operand];
    if (c == ' ') {
    } else if (letter >= 0) {
      if (explicit_output && (known & letter_bit(letter)) == 0) return refuse(subscript_fault::unknown, letter);
      if (explicit_output && has_letter(term.letters, letter)) return refuse(subscript_fault::repeated, letter);
      if (term.letters.size() == max_rank)
        return explicit_output ? refuse(subscript_fault::rank, 0)
                               : refuse(subscript_fault::axes, static_cast<index>(operand));
      term.letters.push_back(letter);
      if (!explicit_output) known |= letter_bit(letter);
    } else if (c == ',') {
      if (explicit_output) return refuse(subscript_fault::character, at);
      if (++operand == N) return refuse(subscript_fault::count, at);
    } else if (c == '.') {
      if (text.substr(i, 3) != "..." || term.dots >= 0) return refuse(subscript_fault::ellipsis, at);
      term.dots = term.letters.size();
      i += 2;
    } else if (c == '-') {
      if (text.substr(i, 2) != "->" || explicit_output) return refuse(subscript_fault::arrow, at);
      explicit_output = true;
      ++i;
    } else {
      return refuse(subscript_fault::character, at);
    }
  }
  if (operand + 1 != N) return refuse(subscript_fault::count, static_cast<index>(text.size()));
  if (!explicit_output) imply_output(s);
  return s;
}

/// Says what "..." stands for, given the operands' ranks.
template <std::size_t N>
constexpr bound_subscripts<N> bind_subscripts(const subscripts<N>& s, const std::array<index, N>& ranks) {
  bound_subscripts<N> bound;
  bound.fault = s.fault;
  bound.where = s.where;
  if (s.fault != subscript_fault::none) return bound;
  const auto spread = [](const subscript_term& term, index under_dots) {
    index_list<> axes;
    for (index i = 0; i <= term.letters.size(); ++i) {
      if (i == term.dots)
        for (index k = under_dots; k > 0; --k) axes.push_back(letter_count - k);
      if (i < term.letters.size()) axes.push_back(term.letters[i]);
    }
    return axes;
  };
  index widest = 0;
  for (std::size_t o = 0; o < N; ++o) {
    const index under_dots = ranks[o] - s.operands[o].letters.size();
    if (under_dots < 0 || (under_dots > 0 && s.operands[o].dots < 0)) {
      bound.fault = subscript_fault::axes;
      bound.where = static_cast<index>(o);
      return bound;
    }
    widest = std::max(widest, under_dots);
    bound.operands[o] = spread(s.operands[o], under_dots);
  }
  if (widest > 0 && s.out.dots < 0) bound.fault = subscript_fault::left_out;
  else if (s.out.letters.size() + widest > max_rank) bound.fault = subscript_fault::rank;
  else bound.out = spread(s.out, widest);
  return bound;
}

/// Throws what is wrong with subscripts that were read at run time.
[[noreturn]] inline void throw_subscript_fault(std::string_view text, subscript_fault fault, index where,
                                               const std::string& shapes) {
  const std::string begin = "einsum: \"" + std::string(text) + "\": ", letter(1, letter_name(where));
  const std::string place = "at character " + std::to_string(where) + " ";
  switch (fault) {
  case subscript_fault::character:
    throw value_error(begin + place + "stands something else than a letter, a blank, a comma, \"...\" or \"->\"");
  case subscript_fault::ellipsis: throw value_error(begin + place + "stands a dot that is not part of one \"...\"");
  case subscript_fault::arrow: throw value_error(begin + place + "stands something else than one \"->\"");
  case subscript_fault::unknown: throw value_error(begin + "no operand has the output's letter " + letter);
  case subscript_fault::repeated: throw value_error(begin + "the output has the letter " + letter + " twice");
  case subscript_fault::left_out:
    throw value_error(begin + "operands of shapes " + shapes +
                      " have axes under \"...\", and the output has no \"...\"");
  case subscript_fault::axes:
    throw shape_error(begin + "operand " + std::to_string(where) + " of shapes " + shapes +
                      " has not as many axes as letters");
  case subscript_fault::rank:
    throw shape_error(begin + "the result has more than " + std::to_string(max_rank) + " axes");
  default: throw value_error(begin + "the operands are not as many as the lists of letters between commas");
  }
}

/// How far each letter reaches.
using letter_extents = std::array<index, static_cast<std::size_t>(letter_count)>;

/// "(2, 3) and (3, 4)".
template <std::size_t N>
std::string list_of_shapes(const std::array<index_list<>, N>& shapes) {
  std::string text;
  for (std::size_t o = 0; o < N; ++o) text += (o == 0 ? "" : o + 1 == N ? " and " : ", ") + to_string(shapes[o]);
  return text;
}

[[noreturn]] inline void throw_letter_mismatch(index letter, const index_list<>& a, index axis_of_a,
                                               const index_list<>& b, index axis_of_b, bool one_operand) {
  throw shape_error(
      "cannot einsum shape" + (one_operand ? " " + to_string(a) : "s " + to_string(a) + " and " + to_string(b)) + ": " +
      letter_text(letter) + ": axis " + std::to_string(axis_of_a) + " is " + std::to_string(a[axis_of_a]) +
      " and axis " + std::to_string(axis_of_b) + " is " + std::to_string(b[axis_of_b]));
}

/// The extents of all letters; 1 broadcasts between operands, not within one. Throws a shape_error where they disagree.
template <std::size_t N>
constexpr letter_extents extents_of_letters(const bound_subscripts<N>& s, const std::array<index_list<>, N>& shapes) {
  letter_extents extents{};
  extents.fill(1);
  for (std::size_t o = 0; o < N; ++o) {
    for (index axis = 0; axis < shapes[o].size(); ++axis) {
      const index letter = s.operands[o][axis];
      index& extent = extents[static_cast<std::size_t>(letter)];
      // Within an operand equal extents are asked for; between operands, one of them may be 1.
      for (index before = 0; before < axis; ++before)
        if (s.operands[o][before] == letter && shapes[o][before] != shapes[o][axis])
          throw_letter_mismatch(letter, shapes[o], before, shapes[o], axis, true);
      if (extent != 1 && shapes[o][axis] != 1 && extent != shapes[o][axis])
        for (std::size_t other = 0; other < o; ++other)
          for (index there = 0; there < shapes[other].size(); ++there)
            if (s.operands[other][there] == letter && shapes[other][there] == extent)
              throw_letter_mismatch(letter, shapes[other], there, shapes[o], axis, false);
      if (shapes[o][axis] != 1) extent = shapes[o][axis];
    }
  }
  return extents;
}

} // namespace detail

TUTTI_NAMESPACE_END
