#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the reference pages that tools/reference.py makes: first of a small header, in which stands all that is easily read
wrong, then of the library."""
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import reference  # noqa: E402

HEADER = """\
// SPDX-License-Identifier: MIT
#pragma once

// Things to read, <each> of them
// with two marks:
//
//   first<T>   for the eye
//   second     for the ear
//
// And no more.

/// How it moves.
template <index Axes>
struct first_options {
  int stride = 1;   ///< its steps
  double scale = 2; // that it is multiplied with
  friend bool operator==(const first_options&, const first_options&) = default;
};
struct second_options {
  bool cold = false; ///< whether it
                     ///< is cold
};

/// Where channels stand.
enum class order { first, last };

/// A box.
template <class Op>
class box : public base<box<Op>, typename Op::template out<int>>,
            public other {
public:
  using value_type = int;
  using base<box<Op>, typename Op::template out<int>>::operator=;

  /// Of one number.
  explicit box(int number)
      : number_(number) {}
  box(const box&) = delete;
  /// Its extent.
  TUTTI_INLINE int shape() const TUTTI_LIFETIMEBOUND { return 1; }
  int shape(int axis) const { return axis; }

  int unsaid() const { return 1; }
  /// From a file.
  static box load(const char* path);
  /// Its number.
  constexpr operator vector<Op>() const { return {}; }

private:
  /// Nobody's business.
  int hidden() const { return number_; }
  int number_ = 0;
};

/// Opens it. SciPy: scipy.special.gamma, box.load.
/// Example: `open(1); std::cout << open(2); open(0);` is `2`.
int open(int number, int other = f(1));
/// The greatest.
template <index... Ranks>
inline constexpr index greatest_rank = std::max({Ranks...});

/// A node, which nobody names.
class sum_of : public node<sum_of, int, 0> {
public:
  /// Its size.
  int size() const { return 0; }
};
"""
SHEET = """\
## Ask

| NumPy | tutti |
|---|---|
| `x.shape`, but for its `eps` | `x.shape()` |
| `np.open`, `f` | — |
"""
LISTED = "# what is listed\n[numpy]\nshape open f\n"


def pages(headers):
    with tempfile.TemporaryDirectory() as root:
        for header, text in headers.items():
            pathlib.Path(root, header).parent.mkdir(exist_ok=True)
            pathlib.Path(root, header).write_text(text)
        return reference.pages(root, SHEET, LISTED).values()


def facts():
    """What is shared stands at each function; nothing that is said is lost, and what is not said is found."""
    header = """\
/// A fold. Shapes: one. Types: its own. Errors: an axis_error. Cost: little; no memory. NumPy: fold.
int fold(tensor<int>);

/// Shapes, types and errors as fold's. Cost: more.

/// The least. Errors: as fold's; of nothing a value_error. NumPy: least. Source: a book.
int least(tensor<int>);
/// Fast. Cost as fold's. SciPy: fast.
int fast(tensor<int>);

/// Shapes: none.

/// Lost.
int lost(tensor<int>);

/// A box. Errors: none.
class box {
public:
  /// A side. Cost: none.
  int side();

  /// Cost: some.

  /// Fills it. Errors: an io_error.
  void fill();
};
"""
    page, _ = pages({"expr/one.hpp": header})
    sections = dict(re.findall(r"^### .*? \{ #(.*) \}\n((?:.|\n)*?)(?=\n###|\Z)", page, re.M))
    listed = {name: re.findall(r"^- \*\*(\w+):\*\* (.*)$", section, re.M) for name, section in sections.items()}
    common = [("Shapes", "one."), ("Types", "its own.")]
    assert listed == {
        "fold": [*common, ("Errors", "an axis_error."), ("Cost", "little; no memory."), ("NumPy", "fold.")],
        "least": [*common, ("Errors", "an axis_error; of nothing a value_error."), ("Cost", "more."), ("NumPy", "least."),
                  ("Source", "a book.")],
        "fast": [*common, ("Errors", "an axis_error."), ("Cost", "little; no memory."), ("SciPy", "fast.")],
        "lost": [("Shapes", "none.")],
        "box": [("Errors", "none.")],
        "box-side": [("Errors", "none."), ("Cost", "none.")],
        "box-fill": [("Errors", "an io_error."), ("Cost", "some.")],
    }, listed
    astray = header.replace("Lost.", "Lost. Types as nothing's.")
    wrong = [(entry.names[0], word) for entry, word, _ in reference.without_facts({"expr/one.hpp": astray})]
    assert wrong == [("lost", "Types"), ("lost", "Errors"), ("lost", "Cost"), ("lost", "NumPy")], wrong


def small():
    functions, names = pages({"expr/one.hpp": HEADER})
    blocks = re.findall(r"^### .*? \{ #(.*) \}\n\n(.*)\n\n```cpp\n((?:.|\n)*?)\n```", functions, re.M)
    assert blocks == [
        ("first_options", "How it moves.", "template <index Axes>\nstruct first_options {\n  int stride = 1;   // its steps\n"
         "  double scale = 2; // that it is multiplied with\n}\nstruct second_options {\n  bool cold = false; // whether it\n"
         "                     // is cold\n}"),
        ("order", "Where channels stand.", "enum class order { first, last }"),
        ("box", "A box.", "template <class Op>\nclass box : public base<box<Op>, typename Op::template out<int>>,\n"
         "            public other {\n  using value_type = int;\n}"),
        ("box-box", "Of one number.", "explicit box(int number)"),
        ("box-shape", "Its extent.", "int shape() const\nint shape(int axis) const"),
        ("box-load", "From a file.", "static box load(const char* path)"),
        ("box-operator-20vector", "Its number.", "constexpr operator vector<Op>() const"),
        ("open", "Opens it.", "int open(int number, int other = f(1))"),
        ("greatest_rank", "The greatest.",
         "template <index... Ranks>\ninline constexpr index greatest_rank = std::max({Ranks...})"),
    ], blocks
    assert ("\n\nThings to read, &lt;each&gt; of them with two marks:\n\n```text\nfirst<T>   for the eye\nsecond     for the ear\n```\n\n"
            "And no more.\n\n" in functions), functions
    assert "\n```cpp\nopen(1);\nstd::cout << open(2);   // 2\nopen(0);\n```" in functions, functions
    rows = dict(re.findall(r"^\| `(.*)` \| (.*) \|$", names, re.M))
    assert set(rows) == {"first_options", "second_options", "order", "box", "shape", "load", "box.load", "operator vector",
                         "open", "scipy.special.gamma", "gamma", "greatest_rank", "f"}, set(rows)
    assert rows["load"] == "[`open`](functions.md#open), [`box::load`](functions.md#box-load)", rows["load"]
    assert rows["gamma"] == rows["open"] == "[`open`](functions.md#open)", rows["gamma"]
    assert rows["shape"] == "[`box::shape`](functions.md#box-shape), a formula: [Ask](cheat-sheet.md#ask)", rows["shape"]
    assert rows["f"] == "missing: [Ask](cheat-sheet.md#ask)", rows["f"]

    assert [name for _, name in reference.without_docstring({"expr/one.hpp": HEADER})] == ["unsaid"]

    facts()

    # A link into the page outlives what is written above its target, other operators too, and what has one name has more than
    # one address.
    moved, _ = pages({"expr/one.hpp": HEADER.replace("/// A box", "// A line more.\n\n/// A box")})
    assert moved == functions
    operators, _ = pages({"expr/one.hpp": "/// A sum.\nint operator+(int);\n\n/// A product.\nint operator*(int);\n"})
    assert re.findall(r"\{ #(.*) \}", operators) == ["operator-2b", "operator-2a"], operators
    twice, _ = pages({"expr/one.hpp": HEADER, "expr/two.hpp": HEADER})
    anchors = re.findall(r"\{ #(.*) \}", twice)
    assert len(set(anchors)) == len(anchors) == 2 * len(blocks) and "open-2" in anchors, anchors


def library():
    sheet, listed = (ROOT / "docs/reference/cheat-sheet.md").read_text(), (ROOT / "tests/docs/names.txt").read_text()
    _, names = reference.pages(ROOT / "include/tutti", sheet, listed).values()
    rows = dict(re.findall(r"^\| `(.*?)` \| (.*) \|$", names, re.M))
    absent = {name for _, name in reference.listed_names(listed)} - set(rows)
    assert not absent, f"no row in the index of names: {absent}"
    paths = (ROOT / "include/tutti").rglob("*.hpp")
    headers = {str(path.relative_to(ROOT / "include/tutti")): path.read_text() for path in paths}
    for entry in reference.public_entries(headers):
        where = f"{entry.header}:{entry.line}"
        assert len(set(entry.declarations)) == len(entry.declarations), f"{where}: a declaration is shown twice"
        for example in reference.examples_of(entry):
            if example.output and example.code.endswith(";"):
                printing = example.shown().rpartition("// ")[0].rstrip().splitlines()[-1]
                assert "std::cout" in printing, f"{where}: '{printing}' does not print '{example.output}'"


if __name__ == "__main__":
    small()
    library()
