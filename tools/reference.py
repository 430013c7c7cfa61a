# SPDX-License-Identifier: MIT
"""Reads the docstrings of the headers: for tools/site, which makes the reference pages of them, and for tools/check, which
asks for them.

Nothing of C++ is understood but what the house's formatting makes plain: namespaces, declarations that begin at the margin,
and comments of three slashes above them. Declarations without a blank line between them share the comment above the first.
"""
import dataclasses
import html
import pathlib
import re

# Namespaces that are the library's own affair.
INTERNAL = {"detail", "plan", "kernel", "simd", "scalar_math"}
# Headers whose names serve other headers, the vocabulary of trees, views and memory, and what users are offered of it.
VOCABULARY = {"core/config.hpp": {"index", "dynamic_rank", "max_rank"}, "core/element_iterator.hpp": set(),
              "core/expression.hpp": set(), "core/fixed_view.hpp": set(),
              "core/layout.hpp": {"layout"}, "core/scalar_math.hpp": set(),
              "core/slice.hpp": {"newaxis", "ellipsis", "none", "range"}, "core/static_shape.hpp": set(),
              "core/storage.hpp": set(), "core/version.hpp": set(), "core/view_map.hpp": set(), "expr/barrier.hpp": set(),
              "expr/fixed.hpp": set(), "expr/map.hpp": {"cast"}, "expr/same.hpp": set(), "expr/subscripts.hpp": set()}
# What other layers offer to users beside the modules, expr and core.
OFFERED = {"tensor.hpp", "kernel/parallel.hpp", "plan/explain.hpp", "plan/explain/analyze.hpp", "plan/explain/plan.hpp",
           "plan/roofline.hpp", "plan/trace.hpp"}
# Customisation points, of which every kind of node has its own, and the structs of nodes and operations: users never name them.
UNNAMED = r"sink|same|as_node|leaf|\w+_(op|node|fn)"
# What the page of functions says before the first: it holds for all that do not say otherwise.
RULES = """Made from the headers. `X&&` takes tensors, views and formulas; what a function gives is a formula, which computes
nothing until it is assigned. What stands here holds for each function that does not say otherwise:

- **Shapes.** A function of one operand keeps its shape. Several operands broadcast; where they cannot, that is a `shape_error`.
  A reduction goes along all axes, or along the axis or `axes(...)` that it is told, which the result lacks, or has with extent 1
  where `keepdims` is said. An axis counts from the end where it is negative; one that is not there, or is named twice, is an
  `axis_error`.
- **Types.** Operands meet in their [common type](../explanation/semantics.md#types), a plain number does not widen the tensor
  beside it, and what an operation makes of a type stands in the same place. A function that a type does not have does not compile.
- **Errors.** Shapes and axes are checked when the formula is built, before anything is computed; what the compiler knows, it
  checks. All [errors](../explanation/semantics.md#errors) derive from `error`.
- **Cost.** An elementwise function costs its operation for each element of the result, a reduction or a scan one for each element
  of its operand; a view costs nothing. What [one stage](../explanation/performance.md) takes in is read once."""
NO_DECLARATION = r"TUTTI_NAMESPACE|namespace|public:|private:|using namespace|friend"


@dataclasses.dataclass
class Entry:
    """A docstring and the functions, types or constants that it is about."""
    header: str  # below include/tutti
    line: int
    namespace: str  # "" or "nn::"
    text: str
    names: list = dataclasses.field(default_factory=list)
    declarations: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Example:
    """A piece of code in a docstring: a statement, or an expression and what it prints."""
    line: int  # of what the docstring is about
    code: str
    output: "str | None"

    def shown(self):
        """As the reference has it: a statement a line, and the output beside the last or, where that is long, below."""
        lines = re.sub(r"; (?!\})", ";\n", self.code)
        if not self.output:
            return lines
        beside = len(lines.split("\n")[-1]) + len(self.output) < 80
        return f"{lines}{'   ' if beside else chr(10)}// {self.output}"


def is_public(header):
    folder = header.split("/")[0]
    return header in OFFERED or "/" in header and folder not in ("kernel", "plan") and VOCABULARY.get(header) != set()


def opening(text):
    """What a header says of itself: the first comment behind its guard."""
    match = re.search(r"#pragma once\n\n((?://.*\n)+)", text)
    return " ".join(line[2:].strip() for line in match[1].splitlines()) if match else ""


def declaration(lines):
    """The declaration that the first line begins, up to its body, its end or the initializers of a constructor."""
    words, depth = [], 0
    for line in lines:
        for i, c in enumerate(line):
            depth += (c in "([") - (c in ")]")
            if depth == 0 and (c in ";{" or line[:i + 1].endswith(") :")):
                return "\n".join([*words, line[:i]]).strip()
        words.append(line)
    return "\n".join(words).strip()


def name_of(text):
    """The function, type or constant that a declaration declares, or None."""
    plain = re.sub(r"->|<=>", " ", text)
    while (shorter := re.sub(r"<[^<>]*>", "", plain)) != plain:  # template arguments
        plain = shorter
    nested = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
    plain = re.sub(rf"\[\[.*?\]\]|\balignas{nested}|\bdecltype{nested}|\bexplicit{nested}|\brequires\s*{nested}|\brequires .*\n"
                   r"|^\s*template\b", " ", plain)
    plain = " ".join(plain.split())
    for pattern in (r"^(?:class|struct|enum class|concept|using)\s+(?:alignas.*\)\s+)?([a-z]\w*)", r"(\boperator\s*(?:\(\)|[^\s(]+))\s*\(",
                    r"\b([a-z]\w*)\s*\(", r"\b([a-z]\w*)\s*(?:=|$)"):
        if match := re.search(pattern, plain):
            return match[1]
    return None


def entries(header, text):
    """What a header declares for users, in its order; what has no docstring has an empty one. Of a type's members those with
    a docstring count."""
    lines, spaces, comment, entry, owner = text.splitlines(), [], [], None, ""
    for at, line in enumerate(lines):
        member = re.match(r"  (?=[a-zA-Z\[/])", line) and owner
        if match := re.match(r"namespace ([\w:]+) \{", line):
            spaces.append(match[1])
        elif re.match(r"\} // namespace", line):
            spaces.pop()
        elif line.startswith("  ///" if member else "///"):
            comment.append(line.strip()[3:].strip())
            continue
        elif not line:
            entry = None
        elif re.match(r"\};?$", line):
            owner = ""
        elif re.match(r"[a-zA-Z\[]", line.strip() if member else line) and not re.match(NO_DECLARATION, line):
            begins = not re.match(r"  template|template|    requires|  requires", lines[at - 1]) or "template" in line
            if begins and not INTERNAL & set(spaces) and (comment or not member):
                found = declaration([line[2:] for line in lines[at:at + 40]] if member else lines[at:at + 40])
                name = name_of(found)
                if comment or entry is None:
                    space = "".join(s + "::" for s in spaces) + (f"{owner}::" if member else "")
                    entry = Entry(header, at + 1, space, " ".join(comment))
                    yield entry
                if name and name not in entry.names:
                    entry.names.append(name)
                entry.declarations.append(found)
                if comment and not member and re.search(r"^(class|struct) ", found, re.MULTILINE):
                    owner = name or ""
        comment = []


def public_entries(headers):
    """Of {header below include/tutti: text}: what users are offered."""
    for header in sorted(filter(is_public, headers)):
        for entry in list(entries(header, headers[header])):  # they are complete when the header is read
            if any(not re.fullmatch(UNNAMED, name) for name in entry.names) and set(entry.names) & VOCABULARY.get(header, set(entry.names)):
                yield entry


def functions(headers):
    """(entry, name) of each function that users are offered, operators and members aside."""
    for entry in public_entries(headers):
        is_function = re.search(rf"\b{re.escape(entry.names[0])}\s*\(", entry.declarations[0])
        is_member = re.search(r"\w::~?\w+\s*\(", entry.declarations[0])
        if is_function and not is_member and not entry.names[0].startswith("operator"):
            for name in entry.names:
                yield entry, name


def without_docstring(headers):
    """The functions that users are offered and that nothing is said of. A further overload in a header needs no words, nor
    do the structs of operations."""
    said = {(entry.header, name): entry.line for entry in reversed([*public_entries(headers)]) if entry.text
            for name in entry.names}
    for entry, name in functions(headers):
        if said.get((entry.header, name), entry.line + 1) > entry.line:
            yield entry, name


def examples_of(entry):
    """The code behind "Example: " in a docstring, and the output behind each "is"; the end of a line is a blank."""
    for code, output in re.findall(r"`([^`]*)`(?: is `([^`]*)`)?", entry.text.partition("Example: ")[2]):
        yield Example(entry.line, code, output or None)


def examples(header, text):
    return [example for entry in public_entries({header: text}) for example in examples_of(entry)]


def without_example(headers):
    """The functions, members aside, that users are offered and that have no example; one of several overloads is enough."""
    known = {(entry.header, name) for entry in public_entries(headers) if list(examples_of(entry)) for name in entry.names}
    for entry, name in functions(headers):
        if entry.namespace in ("", "nn::") and (entry.header, name) not in known:
            yield entry, name


def other_names(text):
    """What NumPy and PyTorch call it: the list behind "NumPy: " in a docstring."""
    for listed in re.findall(r"\b(?:NumPy|PyTorch|SciPy|Python)(?:'s)?: ([^;:]*)", text):
        for name in re.split(r", (?![^()]*\))| and ", listed.split(". ")[0].rstrip(".")):
            match = re.fullmatch(r"`?(?:x\.)?([A-Za-z_][\w.]*)(?:\(.*\))?`?", name)
            if not match:
                break  # the list is over, and a sentence goes on
            yield match[1]


def code_spans(text):
    """What stands in backquotes in a page or a cell, code blocks aside."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def sheet_names(sheet):
    """{name: [(section, whether there is only a dash for it)]} of what the first columns of the cheat sheet name. What stands in
    brackets are arguments, and of a dotted name the last part counts."""
    found, section = {}, ""
    for line in sheet.splitlines():
        if line.startswith("## "):
            section = line[3:]
        if match := re.match(r"\| (.*?) \| (.*?) \|", line):
            for span in code_spans(match[1]):
                while (shorter := re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", span)) != span:
                    span = shorter
                for name in re.findall(r"[A-Za-z_][\w.]*", span):
                    found.setdefault(name.split(".")[-1], []).append((section, match[2].startswith("—")))
    return found


def docstring_names(headers):
    """Every name that a docstring has: the library's own, and NumPy's and PyTorch's without their modules."""
    return {name.split(".")[-1] for entry in public_entries(headers) for name in [*entry.names, *other_names(entry.text)]}


def prose(text):
    """A docstring as Markdown, in which what stands in angle brackets is no HTML."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if i % 2 else html.escape(part, quote=False) for i, part in enumerate(parts))


def escaped(text):
    return text.replace("|", "&#124;").replace("`", "")


def anchor_of(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def pages(root, sheet):
    """{page: Markdown} of the reference: every function by its header, and an index of names, which has those of the cheat sheet."""
    headers = {str(path.relative_to(root)): path.read_text() for path in pathlib.Path(root).rglob("*.hpp")}
    text, index, header = ["# Functions and types", "", RULES], {}, None
    order = ["tensor.hpp", "expr", "nn", "io", "plan", "kernel", "core"]  # what is looked for most comes first
    for entry in sorted(public_entries(headers), key=lambda e: order.index(e.header.split("/")[0])):
        if not entry.text:
            continue
        if entry.header != header:
            header = entry.header
            text += ["", f"## {header}", "", prose(opening(headers[header]))]
        anchor = re.sub(r"[^\w-]", "", f"{header.replace('/', '-').removesuffix('.hpp')}-{entry.names[0]}-{entry.line}")
        title = ", ".join(f"`{entry.namespace}{name}`" for name in entry.names)
        text += ["", f"### {title} {{ #{anchor} }}", "", prose(entry.text.partition("Example: ")[0]), "", "```cpp",
                 *entry.declarations, "```"]
        shown = [example.shown() for example in examples_of(entry)]
        text += ["", "```cpp", *shown, "```"] if shown else []
        others = list(other_names(entry.text))
        in_turn = len(others) % len(entry.names) == 0  # "sin, cos" or "deg2rad, rad2deg, radians, degrees"
        for name in entry.names:
            index.setdefault(name, []).append((entry.namespace + name, anchor))
        for i, name in enumerate(others):
            if name not in entry.names:
                index.setdefault(name, []).append((entry.namespace + entry.names[i % len(entry.names) if in_turn else 0], anchor))
    rows = ["# Index of names", "", "Of tutti, and of NumPy, SciPy and PyTorch where theirs are others. What has no "
            "name of its own here is a formula in the [cheat sheet](cheat-sheet.md), or is missing.", "",
            "| Name | tutti |", "|---|---|"]
    known = docstring_names(headers)
    formulas = {name: places for name, places in sheet_names(sheet).items() if name not in known and len(name) > 1}
    for name, places in sorted({**formulas, **index}.items()):
        if name in index:
            links = ", ".join({shown: f"[`{shown}`](functions.md#{anchor})" for shown, anchor in reversed(places)}.values())
        else:
            section, is_missing = places[0]
            links = f"{'missing' if is_missing else 'a formula'}: [{section}](cheat-sheet.md#{anchor_of(section)})"
        rows.append(f"| `{name}` | {links} |" if "|" not in name else f"| <code>{escaped(name)}</code> | {escaped(links)} |")
    return {"reference/functions.md": "\n".join(text) + "\n", "reference/names.md": "\n".join(rows) + "\n"}
