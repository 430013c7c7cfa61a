# SPDX-License-Identifier: MIT
"""Reads the docstrings of the headers: for tools/site, which makes the reference pages of them, and for tools/check, which
asks for them.

Nothing of C++ is understood but what the house's formatting makes plain: namespaces, declarations that begin at the margin,
and comments of three slashes above them. Declarations without a blank line between them share the comment above the first.
"""
import collections
import dataclasses
import html
import itertools
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
              "expr/fixed.hpp": set(), "expr/map.hpp": {"cast", "elementwise"}, "expr/same.hpp": set(),
              "expr/subscripts.hpp": set()}
# What other layers offer to users beside the modules, expr and core.
OFFERED = {"tensor.hpp", "kernel/parallel.hpp", "plan/explain.hpp", "plan/explain/analyze.hpp", "plan/explain/plan.hpp",
           "plan/roofline.hpp", "plan/trace.hpp"}
# Customisation points, of which every kind of node has its own, the structs of operations, and what nodes consist of; nodes, of
# which only views have a name for users; and what is deleted.
UNNAMED = r"sink|same|as_node|leaf|writable|axis_set|folded|named_part|window_geometry|\w+_(op|node|fn)"
UNUSED = r": public node<(?!view<)|= delete$"
# What the page of functions says before the first: it holds for all that do not say otherwise.
RULES = """Made from the headers. `X&&` takes tensors, views and formulas; what a function gives is a formula, which computes
nothing until it is assigned. What stands below holds for each of them:

- **Shapes.** An axis counts from the end where it is negative.
- **Types.** What an operation makes of a type stands in [one table](../explanation/semantics.md#types), the common type of several
  in another. Of `float16` and `bfloat16` a formula makes float; a view keeps them.
- **Errors.** They are thrown when the formula is built, before anything is computed; what the compiler knows, it checks: a static
  shape, a rank, a type that a function does not have. All [errors](../explanation/semantics.md#errors) derive from `error`. Memory
  that is not to be had is `std::bad_alloc`.
- **Cost.** It is paid when the formula is assigned, each time. A [stage](../explanation/performance.md) is a sweep over memory of its
  own; what one stage takes in is read once, and nothing in between is stored."""
# What a docstring says behind its first sentences, each under its word: of tensors, of every function, and what others call it.
SHAPED, ALWAYS, PEERS = ["Shapes", "Types"], ["Errors", "Cost"], ["NumPy", "PyTorch", "SciPy", "Python", "C++"]
FACTS = SHAPED + ALWAYS
TENSORS = r"\b(operand|argument)\b|\btensor<"
PLAIN = {"axes", "packed"}  # what neither takes nor gives tensors, of the headers of formulas
NO_DECLARATION = r"TUTTI_NAMESPACE|namespace|using (?!\w+ =)|friend|static_assert"


@dataclasses.dataclass
class Entry:
    """A docstring and the functions, types or constants that it is about."""
    header: str  # below include/tutti
    line: int
    namespace: str  # "" or "nn::"
    owner: str  # "tensor::" of a member of tensor, otherwise ""
    text: str
    shared: str  # what its group, or the type that it is a member of, says of it
    names: list = dataclasses.field(default_factory=list)
    declarations: list = dataclasses.field(default_factory=list)

    def full(self, name):
        return self.namespace + self.owner + name


@dataclasses.dataclass
class Example:
    """A piece of code in a docstring: a statement, or an expression and what it prints."""
    line: int  # of what the docstring is about
    code: str
    output: "str | None"

    def shown(self):
        """As the reference has it: a statement a line, and the output beside the last that prints, or below where it is long."""
        lines = re.sub(r"; (?!\})", ";\n", self.code).split("\n")
        if self.output:
            at = max((i for i, line in enumerate(lines) if "std::cout" in line), default=-1)
            beside = len(lines[at]) + len(self.output) < 80
            lines[at] += f"{'   ' if beside else chr(10)}// {self.output}"
        return "\n".join(lines)


def is_public(header):
    folder = header.split("/")[0]
    return header in OFFERED or "/" in header and folder not in ("kernel", "plan") and VOCABULARY.get(header) != set()


def opening(text):
    """What a header says of itself, as Markdown: the first comment behind its guard. What is indented there stays as it is."""
    match = re.search(r"#pragma once\n\n((?://.*\n)+)", text)
    lines, parts = [line[2:].rstrip() for line in match[1].splitlines()] if match else [], []
    for (is_empty, is_indented), block in itertools.groupby(lines, lambda line: (not line, line.startswith("   "))):
        if is_indented:
            parts.append("\n".join(["```text", *(line[3:] for line in block), "```"]))
        elif not is_empty:
            parts.append(prose(" ".join(line.strip() for line in block)))
    return "\n\n".join(parts)


def declaration(lines):
    """The declaration that the first line begins, up to its end, its body but an enum's, or the initializers of a constructor."""
    words, depth, ends = [], 0, ";" if lines[0].startswith("enum") else ";{"
    for line in lines:
        if words and line.lstrip().startswith(": "):
            break
        for i, c in enumerate(line):
            depth += (c in "([") - (c in ")]")
            if depth == 0 and (c in ends or line[:i + 1].endswith(") :")):
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
    plain = " ".join(plain.split()).partition(" = ")[0]
    for pattern in (r"^(?:class|struct|enum class|concept|using)\s+(?:alignas.*\)\s+)?([a-z]\w*)", r"(\boperator\s*(?:\(\)|[^\s(]+))\s*\(",
                    r"\b([a-z]\w*)\s*\(", r"\b([a-z]\w*)\s*(?:=|$)"):
        if match := re.search(pattern, plain):
            return match[1]
    return None


def is_function(name, declared):
    return name and (name.startswith("operator") or re.search(rf"(?<!::)\b{re.escape(name)}\s*\(", declared))


def entries(header, text):
    """What a header declares for users, in its order; what has no docstring has an empty one. Of a type's members what is no
    function stands in the type's own declaration. A comment of three slashes with a blank line behind it is about the functions
    below it, up to the next of that kind; in a type's body, about members."""
    lines, spaces, comment, entry, until, shared, of_members = text.splitlines(), [], [], None, 0, "", ""
    kind, owner, is_open = None, "", False  # of the type in whose body a line is: its entry, its name, whether this is public
    for at, line in enumerate(lines):
        indent = "  " if is_open else ""
        if at < until:
            continue
        if line.startswith(indent + "///"):
            comment.append(line.strip()[3:].strip())
            continue
        if match := re.match(r"namespace ([\w:]+) \{", line):
            spaces.append(match[1])
        elif re.match(r"\} // namespace", line):
            spaces.pop()
        elif not line:
            entry = None
            if comment and is_open:
                of_members = " ".join(comment)
            elif comment:
                shared = " ".join(comment)
        elif match := re.match(r"(public|private):", line):
            is_open = owner != "" and match[1] == "public"
        elif re.match(r"\};?$", line):
            if kind and "{" in kind.declarations[-1]:
                kind.declarations[-1] += "\n}"
            entry, kind, owner, is_open = kind or entry, None, "", False
        elif re.match(rf"{indent}(?!{NO_DECLARATION})[a-zA-Z\[]", line) and not INTERNAL & set(spaces):
            found = declaration([line.removeprefix(indent) for line in lines[at:at + 40]])
            name, until = name_of(found), at + found.count("\n") + 1
            if indent and not is_function(name, found):
                deeper = itertools.takewhile(lambda line: line.startswith("   ") or line == "  };", lines[until:])
                field = "\n".join([*lines[at - len(comment):until], *deeper])
                kind.declarations[-1] += ("\n" if "{" in kind.declarations[-1] else " {\n") + field
                entry = None
            elif not re.search(UNUSED, found):
                if comment or entry is None:
                    entry = Entry(header, at + 1, "".join(s + "::" for s in spaces), owner and owner + "::", " ".join(comment),
                                  of_members if indent else shared)
                    yield entry
                if name and name not in entry.names:
                    entry.names.append(name)
                entry.declarations.append(found)
                if (match := re.search(r"^(class|struct) ", found, re.MULTILINE)) and lines[until - 1].endswith("{"):
                    kind, owner, is_open, of_members, entry = entry, name or "", match[1] == "struct", entry.text, None
        comment = []


def public_entries(headers):
    """Of {header below include/tutti: text}: what users are offered."""
    for header in sorted(filter(is_public, headers)):
        for entry in list(entries(header, headers[header])):  # they are complete when the header is read
            names = {name for name in entry.names if not re.fullmatch(UNNAMED, name)}
            outer = {entry.owner.removesuffix("::")} if names and entry.owner else names  # a member stands or falls with its type
            if outer & VOCABULARY.get(header, outer) and not any(re.fullmatch(UNNAMED, name) for name in outer):
                yield entry


def functions(headers, members=False):
    """(entry, name) of each function that users are offered, operators and, unless they are asked for, members aside."""
    for entry in public_entries(headers):
        if (members or not entry.owner) and is_function(entry.names[0], entry.declarations[0]):
            for name in entry.names:
                if not name.startswith("operator"):
                    yield entry, name


def without_docstring(headers):
    """The functions that users are offered, members too, and that nothing is said of. A further overload in a header needs no
    words, nor do the structs of operations."""
    said = {(entry.header, entry.full(name)): entry.line for entry in reversed([*public_entries(headers)]) if entry.text
            for name in entry.names}
    for entry, name in functions(headers, members=True):
        if said.get((entry.header, entry.full(name)), entry.line + 1) > entry.line:
            yield entry, name


def examples_of(entry):
    """The code behind "Example: " in a docstring, and the output behind each "is"; the end of a line is a blank."""
    for code, output in re.findall(r"`([^`]*)`(?: is `([^`]*)`)?", entry.text.partition("Example: ")[2]):
        yield Example(entry.line, code, output or None)


def examples(header, text):
    return [example for entry in public_entries({header: text}) for example in examples_of(entry)]


def without_example(headers):
    """The functions that users are offered and that have no example; one of several overloads is enough."""
    known = {(entry.header, name) for entry in public_entries(headers) if list(examples_of(entry)) for name in entry.names}
    for entry, name in functions(headers):
        if (entry.header, name) not in known:
            yield entry, name


def other_names(text):
    """What NumPy and PyTorch call it: the list behind "NumPy: " in a docstring."""
    for listed in re.findall(r"\b(?:NumPy|PyTorch|SciPy|Python)(?:'s)?: ([^;:]*)", text):
        for name in re.split(r", (?![^()]*\))| and ", listed.split(". ")[0].rstrip(".")):
            match = re.fullmatch(r"`?(?:x\.)?([A-Za-z_][\w.]*)(?:\(.*\))?`?", name)
            if not match:
                break  # the list is over, and a sentence goes on
            yield match[1]


def parts_of(text):
    """(prose, {word: what is said under it}) of a docstring. "Types and cost as f's." says as much as f does under these words,
    and so does "Errors: as f's; more." of one."""
    text, parts = text.partition("Example: ")[0], {}

    def refer(match):
        parts.update({word.capitalize(): f"as {match[2]}'s." for word in re.findall(r"\w{4,}", match[1])})
        return ""

    of = "|".join(FACTS)
    text = re.sub(rf"(?:^|(?<=[.)] ))((?:{of})(?:(?:, | and )(?:{of.lower()}))*) as `?([\w:]+?)`?(?:\(\))?(?:'s)?\.(?: |$)", refer, text)
    words = "|".join(map(re.escape, [*FACTS, *PEERS, "Source"]))
    said = re.split(rf"(?:^|(?<=[.)] ))({words}): ", text)
    parts.update((word, what.strip()) for word, what in zip(said[1::2], said[2::2]))
    return said[0].strip(), parts


class Facts:
    """What is said of each function: in its docstring, in the one of an earlier overload, by its group or its type, or in the
    docstring that one of these refers to."""

    def __init__(self, headers):
        self.first = {}  # {(full name, word): (entry, what it says)}, and the same with the header before
        for entry in public_entries(headers):
            said = {**parts_of(entry.shared)[1], **parts_of(entry.text)[1]} if entry.text else {}
            for name, (word, what) in itertools.product(entry.names, said.items()):
                for key in ((entry.full(name), word), (entry.header, entry.full(name), word)):
                    self.first.setdefault(key, (entry, what))

    def of(self, entry, word):
        """What is said under this word, or None; a reference that leads nowhere is a ValueError."""
        said = [parts_of(entry.text)[1].get(word)]
        if is_function(entry.names[0], entry.declarations[0]) and not (entry.owner and word not in FACTS):
            overload = self.first.get((entry.header, entry.full(entry.names[0]), word))
            said += [overload and overload[1], parts_of(entry.shared)[1].get(word)]
        return next((self.resolved(entry, word, what) for what in said if what), None)

    def resolved(self, entry, word, said, depth=0):
        match = re.fullmatch(r"as ([\w:]+)(?:\(\))?'s(?:\.|; (.*))", said)
        if not match:
            return said
        for scope in (entry.namespace + entry.owner, entry.namespace, ""):
            if target := self.first.get((scope + match[1], word)):
                if depth < 8 and target[0] is not entry:
                    whole = self.resolved(*(target[0], word, target[1]), depth + 1)
                    return whole if not match[2] else whole.rstrip(".") + "; " + match[2]
        raise ValueError(f"{word} as {match[1]}'s, which says nothing of that")

    def wanted(self, entry):
        if entry.owner:
            return ALWAYS
        of_formulas = entry.header.startswith(("expr/", "nn/")) and not PLAIN & set(entry.names)
        of_tensors = not entry.header.startswith("plan/") and re.search(TENSORS, "\n".join(entry.declarations))
        return [*(SHAPED if of_formulas or of_tensors else []), *ALWAYS, PEERS[0]]

    def missing(self, entry):
        """(word, what is wrong with it) of what should be said of a function and is not."""
        for word in self.wanted(entry):
            try:
                if not any(self.of(entry, other) for other in (PEERS if word in PEERS else [word])):
                    yield word, "is not said"
            except ValueError as error:
                yield word, str(error)


def without_facts(headers):
    """(entry, word, what is wrong) of the functions, operators and members that have words, but not all that should be said."""
    facts = Facts(headers)
    for entry in public_entries(headers):
        if entry.text and is_function(entry.names[0], entry.declarations[0]):
            for word, wrong in facts.missing(entry):
                yield entry, word, wrong


def code_spans(text):
    """What stands in backquotes in a page or a cell, code blocks aside."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def listed_names(listed):
    """(line number, name) of each name of NumPy, PyTorch and Python in tests/docs/names.txt."""
    for number, line in enumerate(listed.splitlines(), 1):
        for name in [] if line.startswith(("#", "[")) else line.split():
            yield number, name


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


def pages(root, sheet, listed):
    """{page: Markdown} of the reference: every function by its header, and an index of the library's names and of those listed
    that stand in the cheat sheet."""
    headers = {str(path.relative_to(root)): path.read_text() for path in pathlib.Path(root).rglob("*.hpp")}
    facts = Facts(headers)
    text, index, anchors, header = ["# Functions and types", "", RULES], {}, collections.Counter(), None
    order = ["tensor.hpp", "expr", "nn", "io", "plan", "kernel", "core"]  # what is looked for most comes first
    for entry in sorted(public_entries(headers), key=lambda e: order.index(e.header.split("/")[0])):
        if not entry.text:
            continue
        if entry.header != header:
            header = entry.header
            text += ["", f"## {header}", "", opening(headers[header])]
        anchor = re.sub(r"[^\w-]", lambda sign: f"-{ord(sign[0]):x}", entry.full(entry.names[0]).replace("::", "-"))
        anchors[anchor] += 1
        anchor += f"-{anchors[anchor]}" if anchors[anchor] > 1 else ""
        title = ", ".join(f"`{entry.full(name)}`" for name in entry.names)
        declared = re.sub(r" TUTTI_\w+|TUTTI_\w+ ", "", "\n".join(entry.declarations)).replace("///<", "//")
        text += ["", f"### {title} {{ #{anchor} }}", "", prose(parts_of(entry.text)[0]), "", "```cpp", declared, "```", ""]
        said = {word: facts.of(entry, word) for word in [*FACTS, *PEERS, "Source"]}
        text += [f"- **{word}:** {prose(what)}" for word, what in said.items() if what]
        shown = [example.shown() for example in examples_of(entry)]
        text += ["", "```cpp", *shown, "```"] if shown else []
        others = list(other_names(entry.text))
        in_turn = len(others) % len(entry.names) == 0  # "sin, cos" or "deg2rad, rad2deg, radians, degrees"
        targets = [(name, name) for name in entry.names]
        for i, other in enumerate(others):
            name = entry.names[i % len(entry.names) if in_turn else 0]
            targets += [(spelt, name) for spelt in {other, other.split(".")[-1]} - set(entry.names)]
        for spelt, name in targets:
            is_special = entry.owner not in ("", "tensor::")
            index.setdefault(spelt, {}).setdefault(entry.full(name), (is_special, name != spelt, anchor))
    rows = ["# Index of names", "", "Of tutti, and of NumPy, SciPy and PyTorch where theirs are others. What has no "
            "name of its own here is a formula in the [cheat sheet](cheat-sheet.md), or is missing.", "",
            "| Name | tutti |", "|---|---|"]
    in_sheet = sheet_names(sheet)
    for name in sorted({*index, *(name for _, name in listed_names(listed) if name in in_sheet)}):
        targets = sorted(index.get(name, {}).items(), key=lambda target: target[1][:2])  # functions and tensor's members first
        links = [f"[`{shown}`](functions.md#{anchor})" for shown, (*_, anchor) in targets]
        if name in in_sheet and all(is_special for _, (is_special, *_) in targets):
            section, is_missing = in_sheet[name][0]
            links.append(f"{'missing' if is_missing else 'a formula'}: [{section}](cheat-sheet.md#{anchor_of(section)})")
        cell = ", ".join(links)
        rows.append(f"| `{name}` | {cell} |" if "|" not in name else f"| <code>{escaped(name)}</code> | {escaped(cell)} |")
    return {"reference/functions.md": "\n".join(text) + "\n", "reference/names.md": "\n".join(rows) + "\n"}
