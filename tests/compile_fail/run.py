#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles one case of misuse twice: right, which must succeed, and wrong, which must fail with its sentence.

    run.py CASE.cpp COMPILER [FLAG...]

A case begins (after its SPDX line) with one or more lines `// expect: sentence`, and has the misuse in `#ifdef WRONG`
and the cure in `#else`. Each sentence must stand in one of the compiler's first errors: a user reads those, and
not the page that follows.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FIRST = 2  # how many of the compiler's errors a user is expected to read


def compile_case(source, compiler, wrong):
    command = [*compiler, "-fsyntax-only", *(["-DWRONG"] if wrong else []), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    return done.returncode == 0, done.stdout + done.stderr


def run(source, compiler):
    """The complaint about a case, or an empty string."""
    text = source.read_text()
    sentences = re.findall(r"^// expect: (.+?)\s*$", text, re.MULTILINE)
    if not sentences:
        return f"{source}:1: no line `// expect: sentence`"
    if not re.search(r"^#if(def WRONG| defined\(WRONG\))", text, re.MULTILINE):
        return f"{source}:1: no `#ifdef WRONG`"

    compiled, output = compile_case(source, compiler, wrong=False)
    if not compiled:
        return f"{source}: the right version does not compile:\n{output}"
    compiled, output = compile_case(source, compiler, wrong=True)
    if compiled:
        return f"{source}: the wrong version compiles"
    errors = [line for line in output.splitlines() if re.search(r"\berror:", line)]
    for sentence in sentences:
        if not any(sentence in line for line in errors[:FIRST]):
            where = "not in the output" if sentence not in output else "not among the first errors"
            return f"{source}: expected, and {where}:\n  {sentence}\nThe compiler says:\n{output[:6000]}"
    return ""


SELF_TEST = {  # case: part of the complaint that it must draw
    "// expect: needs an int\n#ifdef WRONG\nstatic_assert(false, \"needs an int\");\n#endif\n": "",
    "// expect: something else\n#ifdef WRONG\nstatic_assert(false, \"needs an int\");\n#endif\n": "not in the output",
    "// expect: late\n#ifdef WRONG\nint a = x;\nint b = y;\nstatic_assert(false, \"late\");\n#endif\n": "not among",
    "// expect: needs an int\n#ifdef WRONG\n#endif\n": "the wrong version compiles",
    "// expect: needs an int\n#ifdef WRONG\n#else\nint a = x;\n#endif\n": "the right version does not compile",
    "// expect: needs an int\n": "no `#ifdef WRONG`",
    "#ifdef WRONG\n#endif\n": "no line",
}


def self_test(compiler):
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "case.cpp")
        for text, expected in SELF_TEST.items():
            source.write_text(text)
            complaint = run(source, compiler)
            if (not complaint) if expected == "" else (expected in complaint):
                continue
            failures += 1
            print(f"expected {expected!r}, got {complaint!r} for:\n{text}")
    return failures


if __name__ == "__main__":
    if sys.argv[1] == "--self-test":
        sys.exit(self_test(sys.argv[2:]) != 0)
    complaint = run(pathlib.Path(sys.argv[1]), sys.argv[2:])
    if complaint:
        print(complaint)
        sys.exit(1)
