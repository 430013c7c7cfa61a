#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles and runs the C++ blocks of Markdown pages, and compares what they print with what the page says.

    docs_snippets.py [--work FOLDER] PAGE.md -- COMPILER [FLAG...]
    docs_snippets.py [--work FOLDER] --needs X PAGE.md -- COMPILER [FLAG...]
                                           only the blocks that need <X>; ends with status 77 where there is none
    docs_snippets.py [--work FOLDER] --docstrings HEADER... -- COMPILER [FLAG...]
                                           the same for the examples of headers, or folders of them, in include/tutti
    docs_snippets.py --list PAGE.md        the blocks and how each is treated
    docs_snippets.py --self-test

A block that begins with ```cpp is a function body in one program per page; the common standard headers and
<tutti/tutti.hpp> are included. A block with `int main` is a program of its own. A block ```text or ```output that
follows, after at most one line that ends with a colon, is what it must print; there `...` stands for anything. Words
after `cpp` change this:

    continue   goes on in the scope of the block before       global    stands at namespace scope, for all later blocks
    separate   a program of its own, wrapped in a main         no-run    is compiled only
    no-test    is not code to compile (a signature, a sketch)
    needs:X    a program of its own, run with --needs X only, for which clang's own standard library does if the other one
               has no header <X>
    c++23      a program of its own, compiled as C++23

A block with a title="NAME" is a file of a project, ```sh are commands: tools/docs_projects.py tests both. What stands
in ```text plans is what tests/plans/compare.py finds printed. There is no other.
"""
import dataclasses
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import reference

LIBRARY = pathlib.Path(__file__).resolve().parent.parent / "include/tutti"
HEADERS = """\
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <tutti/tutti.hpp>
"""
MARK = "\x1e"  # stands between the blocks in a program's output; ASCII's record separator
OTHER = ["clang++-19", "-stdlib=libc++"]
CPP, OUTPUT = ("cpp", "c++"), ("text", "output")
WORDS = {"continue", "global", "separate", "no-run", "no-test", "c++23", "plans"}


@dataclasses.dataclass
class Fence:
    """A fenced block of a page."""
    line: int  # of its first line, counted from 1
    language: str
    words: set
    body: str
    title: "str | None"  # the name of the file that it is
    expected: "str | None" = None  # what the page says that it prints


@dataclasses.dataclass
class Block:
    page: str
    line: int  # of its first line of code, counted from 1
    words: set
    code: str
    expected: "str | None" = None
    one_line: bool = False  # the expected output, in which blanks stand for the ends of lines

    @property
    def is_program(self):
        return re.search(r"\bint main\(", self.code) is not None

    @property
    def alone(self):
        return self.is_program or self.needed is not None or bool(self.words & {"separate", "no-run", "c++23"})

    @property
    def needed(self):
        return next((word.removeprefix("needs:") for word in self.words if word.startswith("needs:")), None)


def fences(text):
    """The fenced blocks of a page. One that states the output of the block before it is part of that."""
    found, lines, i, between = [], text.splitlines(), 0, None
    while i < len(lines):
        fence = re.match(r"( *)(`{3,}|~{3,}) *([^\s`]*) *([^`]*)$", lines[i])
        if not fence:
            if between is not None and lines[i].strip():
                between.append(lines[i].strip())
            i += 1
            continue
        indent, ticks, language, words = fence.groups()
        end = next((j for j in range(i + 1, len(lines)) if re.fullmatch(rf" *{ticks}`* *", lines[j])), len(lines))
        body = "".join(line[len(indent):] + "\n" for line in lines[i + 1:end])
        title = re.search(r'title="([^"]*)"', words)
        if language in OUTPUT and between is not None and (not between or len(between) == 1 and between[0].endswith(":")):
            found[-1].expected, between = body, None
        else:
            words = set(re.sub(r'title="[^"]*"', "", words).split())
            found.append(Fence(i + 2, language, words, body, title and title[1]))
            between = None if title or language in OUTPUT else []
        i = end + 1
    return found


def parse(text, page="page"):
    """The C++ blocks of a page that tests compile; tools/docs_projects.py follows files with a title, and commands."""
    blocks = []
    for fence in fences(text):
        unknown = {word for word in fence.words if not word.startswith("needs:")} - WORDS
        if unknown:
            raise SystemExit(f"line {fence.line - 1}: unknown word after {fence.language}: {', '.join(sorted(unknown))}")
        if fence.title or fence.language == "sh" or fence.words & {"no-test", "plans"}:
            continue
        if fence.language not in CPP:
            raise SystemExit(f"line {fence.line - 1}: nothing tests a block of {fence.language or 'no language'}: give it the "
                             "title of a file, or say no-test")
        blocks.append(Block(str(page), fence.line, fence.words, fence.body, fence.expected))
    return blocks


def split_preprocessor(block):
    """A block's leading preprocessor lines, which must come before everything, and the rest with its line kept."""
    lines = block.code.splitlines()
    hoisted = [line for line in lines if re.match(r"\s*#\s*(include|define)\b", line)]
    rest = ["" if re.match(r"\s*#\s*(include|define)\b", line) else line for line in lines]
    return "".join(line + "\n" for line in hoisted), "\n".join(rest) + "\n"


def located(block, code):
    return f'#line {block.line} "{block.page}"\n{code}'


def program_alone(block):
    if block.is_program:
        return located(block, block.code)
    hoisted, rest = split_preprocessor(block)
    return f"{hoisted}{HEADERS}int main() {{\n{located(block, rest)}}}\n"


def program_together(blocks):
    """All other blocks in one program, and for each stretch of its output what the page says."""
    includes, functions, calls, expected = "", "", "", []
    scope, depth = "", 0

    def close():
        nonlocal functions, scope, depth
        if scope:
            functions += scope + "}\n" * depth
        scope, depth = "", 0

    for number, block in enumerate(blocks):
        hoisted, rest = split_preprocessor(block)
        includes += hoisted
        if "global" in block.words:
            close()
            functions += located(block, rest)
            continue
        if "continue" not in block.words or not scope:
            close()
            scope, depth = f"void block_{number}() {{\n", 1
            calls += f"  block_{number}();\n"
        scope += f"{{ next_block();\n{located(block, rest)}"
        depth += 1
        expected.append(block)
    close()
    tools = (f'void next_block() {{ std::fflush(stdout); std::cout.copyfmt(std::ios(nullptr)); '
             f'std::cout << "{chr(92)}x1e" << std::flush; }}\n')
    return f"{includes}{HEADERS}{tools}{functions}int main() {{\n{calls}}}\n", expected


def tidy(text):
    return "\n".join(line.rstrip() for line in text.strip("\n").rstrip().splitlines())


def agrees(output, expected):
    pattern = re.escape(tidy(expected)).replace(r"\.\.\.", "(?:.|\n)*?")
    return re.fullmatch(pattern, tidy(output)) is not None


def compare(block, output):
    if block.one_line:
        output = " ".join(output.split())
    if block.expected is None or agrees(output, block.expected):
        return ""
    return f"{block.page}:{block.line}: prints\n{tidy(output)}\n--- but the page says\n{tidy(block.expected)}\n"


def build_and_run(source, code, compiler, work, run=True):
    path, program = work / f"{source}.cpp", work / source
    path.write_text(code)
    # Compiled and linked by two commands, of which a compiler cache knows the first.
    steps = [["-w", "-c", str(path), "-o", f"{program}.o"], [f"{program}.o", "-o", str(program)]]
    for step in steps if run else [["-w", "-fsyntax-only", str(path)]]:
        done = subprocess.run([*compiler, *step], capture_output=True, text=True)
        if done.returncode != 0:
            break
    if done.returncode != 0:
        errors = [line[:400] for line in done.stderr.splitlines() if "error" in line]  # names of types fill pages
        return None, "does not compile:\n" + "\n".join(errors[:20] or [done.stderr[:4000]]) + "\n"
    if not run:
        return "", ""
    done = subprocess.run([str(program.resolve())], capture_output=True, text=True, cwd=work, timeout=120)
    if done.returncode != 0:
        return None, f"ends with status {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout, ""


def has_header(header, compiler):
    code = f"#if !__has_include(<{header}>)\n#error\n#endif\n"
    return subprocess.run([*compiler, "-E", "-x", "c++", "-"], input=code, capture_output=True, text=True).returncode == 0


def test_blocks(name, blocks, compiler, work):
    """Tests the blocks of a page, or of docstrings, and tells how that ended: 0, 1, or 77 where a header is missing."""
    other = [OTHER[0], *(word for word in compiler if word.startswith(("-std=", "-O", "-I"))), *OTHER[1:]]

    def compilers_of(block):
        standard = ["-std=c++23"] if "c++23" in block.words else []
        return (one + standard for one in ([compiler, other] if block.needed and shutil.which(OTHER[0]) else [compiler]))

    def compiler_of(block):
        return next((one for one in compilers_of(block) if not block.needed or has_header(block.needed, one)), None)

    if missing := [block for block in blocks if not compiler_of(block)]:
        print(f"{missing[0].page}:{missing[0].line}: NOT RUN, as there is no <{missing[0].needed}> here")
        return 77
    complaints = []
    for block in (block for block in blocks if block.alone):
        output, failure = build_and_run(f"{name}_{block.line}", program_alone(block), compiler_of(block), work,
                                        run="no-run" not in block.words)
        complaints.append(f"{block.page}:{block.line}: {failure}" if failure else compare(block, output))
    together = [block for block in blocks if not block.alone]
    if together:
        code, printing = program_together(together)
        output, failure = build_and_run(name, code, compiler, work)
        if failure:
            complaints.append(f"{name}: {failure}")
        else:
            for block, part in zip(printing, output.split(MARK)[1:]):
                complaints.append(compare(block, part))
    complaints = [complaint for complaint in complaints if complaint]
    stated = sum(block.expected is not None for block in blocks)
    print(f"{name}: {len(blocks)} blocks, {stated} with output, {len(complaints)} complaints")
    print("\n".join(complaints), end="")
    return bool(complaints)


def test_page(page, compiler, work, needed=None):
    blocks = [block for block in parse(page.read_text(), page) if block.needed == needed]
    return test_blocks(page.stem, blocks, compiler, work)


def docstrings(places):
    """The examples in the docstrings of headers, or of folders of them, below include/tutti."""
    headers = {path: path.read_text() for path in sorted(LIBRARY.rglob("*.hpp"))}
    blocks = [Block("", 0, {"global"}, "using namespace tutti;\n")]
    for path, text in headers.items():
        header = str(path.relative_to(LIBRARY))
        if any(header == place or header.startswith(place + "/") for place in places):
            for example in reference.examples(header, text):
                code = example.code if example.code.endswith(";") else f"std::cout << ({example.code});"
                blocks.append(Block(str(path), example.line, set(), code + "\n", example.output, True))
    return blocks


def self_test():
    page = ("```cpp\n#include <map>\nint a = 1;\n```\nprints:\n```text\n1\n```\n\n```cpp continue\na;\n```\nprose\n\n"
            "more\n```text no-test\nno output\n```\n```cpp\nint main() {}\n```\n```cpp no-test\n?\n```\n"
            "```cpp no-run separate\nf();\n```\n  ```cpp global\n  int g;\n  ```\n"
            "```cpp needs:a/b.h\nh();\n```\n```cmake title=\"a b.txt\"\nx\n```\n```sh needs:x\nls\n```\n```text\n.\n```\n")
    assert [(f.title, f.expected, f.words) for f in fences(page)[-2:]] == [("a b.txt", None, set()), (None, ".\n", {"needs:x"})]
    for wrong in ("```cmake\nx\n```\n", "```\nx\n```\n", "```cpp no-tset\nx\n```\n", "```text\nx\n```\n",
                  "```sh title=\"a\"\nx\n```\n```text\nx\n```\n"):
        try:
            parse(wrong)
            assert False, wrong
        except SystemExit as complaint:
            assert re.match(r"line [14]: ", str(complaint)), complaint
    blocks = parse(page)
    assert [block.line for block in blocks] == [2, 11, 20, 26, 29, 32], blocks
    assert [block.expected for block in blocks] == ["1\n", None, None, None, None, None], blocks
    assert [block.alone for block in blocks] == [False, False, True, True, False, True]
    assert [block.needed for block in blocks] == [None] * 5 + ["a/b.h"]
    assert not has_header("a/b.h", ["c++"]) and has_header("vector", ["c++"])
    assert blocks[4].code == "int g;\n"
    code, printing = program_together([block for block in blocks if not block.alone])
    assert len(printing) == 2 and code.count("void block_") == 1 and code.count("{") == code.count("}"), code
    assert code.startswith("#include <map>\n") and code.index("int g;") > code.index("a;")
    assert agrees("a\nb  \n", "a\nb\n") and not agrees("a\nc\n", "a\nb\n")
    assert agrees("took 12 ms\nx\ny\n", "took ... ms\n...\ny\n") and not agrees("took 12 s\n", "took ... ms\n")
    with tempfile.TemporaryDirectory() as work:
        assert compare(blocks[0], "2\n").startswith("page:2: prints\n2\n")
        assert build_and_run("x", "int main() { return 3; }", ["false"], pathlib.Path(work))[0] is None
        assert test_blocks("x", blocks[-1:], ["c++"], pathlib.Path(work)) == 77


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if arguments[0] == "--list":
        for block in parse(pathlib.Path(arguments[1]).read_text()):
            how = "program" if block.is_program else " ".join(sorted(block.words)) or "in the page's program"
            print(f"{arguments[1]}:{block.line}: {how}{', prints' if block.expected is not None else ''}")
        return 0
    split = arguments.index("--")
    options, compiler = arguments[:split], arguments[split + 1:]
    if options[0] == "--work":
        work, options = pathlib.Path(options[1]), options[2:]
        work.mkdir(parents=True, exist_ok=True)
        if options[0] == "--docstrings":
            return test_blocks("docstrings", docstrings(options[1:]), compiler, work)
        if options[0] == "--needs":
            return test_page(pathlib.Path(options[2]), compiler, work, options[1])
        return test_page(pathlib.Path(options[0]), compiler, work)
    with tempfile.TemporaryDirectory() as work:
        return main(["--work", work, *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
