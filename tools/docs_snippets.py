#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles and runs the C++ blocks of Markdown pages, and compares what they print with what the page says.

    docs_snippets.py [--work FOLDER] PAGE.md -- COMPILER [FLAG...]
    docs_snippets.py --list PAGE.md        the blocks and how each is treated
    docs_snippets.py --self-test

A block that begins with ```cpp is a function body in one program per page; the common standard headers and
<tutti/tutti.hpp> are included. A block with `int main` is a program of its own. A block ```text or ```output that
follows, after at most one line that ends with a colon, is what it must print; there `...` stands for anything. Words
after `cpp` change this:

    continue   goes on in the scope of the block before       global    stands at namespace scope, for all later blocks
    separate   a program of its own, wrapped in a main         no-run    is compiled only
    no-test    is not code to compile (a signature, a sketch)
    needs:X    a program of its own, left out where there is no header <X>
"""
import dataclasses
import pathlib
import re
import subprocess
import sys
import tempfile

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
WORDS = {"continue", "global", "separate", "no-run", "no-test"}


@dataclasses.dataclass
class Block:
    line: int  # of its first line of code, counted from 1
    words: set
    code: str
    expected: "str | None" = None

    @property
    def is_program(self):
        return re.search(r"\bint main\(", self.code) is not None

    @property
    def alone(self):
        return self.is_program or self.needed is not None or bool(self.words & {"separate", "no-run"})

    @property
    def needed(self):
        return next((word.removeprefix("needs:") for word in self.words if word.startswith("needs:")), None)


def parse(text):
    """The C++ blocks of a page, each with the output that the page states."""
    blocks, lines, i, between = [], text.splitlines(), 0, None
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
        if language in ("cpp", "c++"):
            unknown = {word for word in words.split() if not word.startswith("needs:")} - WORDS
            if unknown:
                raise SystemExit(f"line {i + 1}: unknown word after cpp: {', '.join(sorted(unknown))}")
            blocks.append(Block(i + 2, set(words.split()), body))
            between = []
        else:
            if language in ("text", "output") and between is not None:
                if not between or (len(between) == 1 and between[0].endswith(":")):
                    blocks[-1].expected = body
            between = None
        i = end + 1
    return [block for block in blocks if "no-test" not in block.words]


def split_preprocessor(block):
    """A block's leading preprocessor lines, which must come before everything, and the rest with its line kept."""
    lines = block.code.splitlines()
    hoisted = [line for line in lines if re.match(r"\s*#\s*(include|define)\b", line)]
    rest = ["" if re.match(r"\s*#\s*(include|define)\b", line) else line for line in lines]
    return "".join(line + "\n" for line in hoisted), "\n".join(rest) + "\n"


def located(page, block, code):
    return f'#line {block.line} "{page}"\n{code}'


def program_alone(page, block):
    if block.is_program:
        return f'#line {block.line} "{page}"\n{block.code}'
    hoisted, rest = split_preprocessor(block)
    return f"{hoisted}{HEADERS}int main() {{\n{located(page, block, rest)}}}\n"


def program_of_page(page, blocks):
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
            functions += located(page, block, rest)
            continue
        if "continue" not in block.words or not scope:
            close()
            scope, depth = f"void block_{number}() {{\n", 1
            calls += f"  block_{number}();\n"
        scope += f"{{ next_block();\n{located(page, block, rest)}"
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


def compare(page, block, output):
    if block.expected is None or agrees(output, block.expected):
        return ""
    return f"{page}:{block.line}: prints\n{tidy(output)}\n--- but the page says\n{tidy(block.expected)}\n"


def build_and_run(source, code, compiler, work, run=True):
    path, program = work / f"{source}.cpp", work / source
    path.write_text(code)
    flags = ["-c"] if not run else []
    done = subprocess.run([*compiler, "-w", *flags, str(path), "-o", str(program)], capture_output=True, text=True)
    if done.returncode != 0:
        return None, f"does not compile:\n{done.stderr[:6000]}"
    if not run:
        return "", ""
    done = subprocess.run([str(program.resolve())], capture_output=True, text=True, cwd=work, timeout=120)
    if done.returncode != 0:
        return None, f"ends with status {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout, ""


def has_header(header, compiler):
    code = f"#if !__has_include(<{header}>)\n#error\n#endif\n"
    return subprocess.run([*compiler, "-E", "-x", "c++", "-"], input=code, capture_output=True, text=True).returncode == 0


def test_page(page, compiler, work):
    blocks = parse(page.read_text())
    absent = [block for block in blocks if block.needed and not has_header(block.needed, compiler)]
    for block in absent:
        print(f"{page}:{block.line}: left out, as there is no <{block.needed}>")
    blocks = [block for block in blocks if block not in absent]
    complaints = []
    for block in (block for block in blocks if block.alone):
        output, failure = build_and_run(f"{page.stem}_{block.line}", program_alone(page, block), compiler, work,
                                        run="no-run" not in block.words)
        complaints.append(f"{page}:{block.line}: {failure}" if failure else compare(page, block, output))
    together = [block for block in blocks if not block.alone]
    if together:
        code, printing = program_of_page(page, together)
        output, failure = build_and_run(page.stem, code, compiler, work)
        if failure:
            complaints.append(f"{page}: {failure}")
        else:
            for block, part in zip(printing, output.split(MARK)[1:]):
                complaints.append(compare(page, block, part))
    complaints = [complaint for complaint in complaints if complaint]
    stated = sum(block.expected is not None for block in blocks)
    print(f"{page}: {len(blocks)} blocks, {stated} with output, {len(complaints)} complaints")
    print("\n".join(complaints), end="")
    return len(complaints)


def self_test():
    page = ("```cpp\n#include <map>\nint a = 1;\n```\nprints:\n```text\n1\n```\n\n```cpp continue\na;\n```\nprose\n\n"
            "more\n```text\nno output\n```\n```cpp\nint main() {}\n```\n```cpp no-test\n?\n```\n"
            "```cpp no-run separate\nf();\n```\n  ```cpp global\n  int g;\n  ```\n"
            "```cpp needs:a/b.h\nh();\n```\n")
    blocks = parse(page)
    assert [block.line for block in blocks] == [2, 11, 20, 26, 29, 32], blocks
    assert [block.expected for block in blocks] == ["1\n", None, None, None, None, None], blocks
    assert [block.alone for block in blocks] == [False, False, True, True, False, True]
    assert [block.needed for block in blocks] == [None] * 5 + ["a/b.h"]
    assert not has_header("a/b.h", ["c++"]) and has_header("vector", ["c++"])
    assert blocks[4].code == "int g;\n"
    code, printing = program_of_page("p.md", [block for block in blocks if not block.alone])
    assert len(printing) == 2 and code.count("void block_") == 1 and code.count("{") == code.count("}"), code
    assert code.startswith("#include <map>\n") and code.index("int g;") > code.index("a;")
    assert agrees("a\nb  \n", "a\nb\n") and not agrees("a\nc\n", "a\nb\n")
    assert agrees("took 12 ms\nx\ny\n", "took ... ms\n...\ny\n") and not agrees("took 12 s\n", "took ... ms\n")
    with tempfile.TemporaryDirectory() as work:
        assert compare("p.md", blocks[0], "2\n").startswith("p.md:2: prints\n2\n")
        assert build_and_run("x", "int main() { return 3; }", ["false"], pathlib.Path(work))[0] is None


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
        return sum(test_page(pathlib.Path(page), compiler, work) for page in options) != 0
    with tempfile.TemporaryDirectory() as work:
        return sum(test_page(pathlib.Path(page), compiler, pathlib.Path(work)) for page in options) != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
