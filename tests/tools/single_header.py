#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the single header, and checks that it is the library.

    single_header.py WORK COMPILER [FLAG...]

With each set of flags that changes what is compiled, the preprocessor must see the same words in it, in the same order, as
in the folder of headers. All examples compile with it, and two are run. In a copy of the tree a word is then changed, which
the comparison must find.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
CONFIGURATIONS = [[], ["-fopenmp"], ["-DTUTTI_TRACE=1"], ["-DTUTTI_CHECKED=1"], ["-std=c++23"]]
INSTRUCTION_SETS = [["-march=x86-64-v2"], ["-march=x86-64-v3"], ["-march=x86-64-v4"]]
RUN = ["01_hello", "05_files"]


def words(compiler, include):
    """What the compiler sees of the library when a program includes all of it."""
    command = [*compiler, "-E", "-I", include, "-x", "c++", "-"]
    done = subprocess.run(command, input="#include <tutti/tutti.hpp>\n", capture_output=True, text=True, check=True)
    ours, result = False, []
    for line in done.stdout.splitlines():
        marker = re.match(r'# \d+ "(.*?)"', line)
        if marker:
            ours = marker[1].startswith(str(include))
        elif ours:
            result += line.split()
    if len(result) < 10000:
        raise SystemExit(f"only {len(result)} words of the library from {include}")
    return result


def difference(compiler, include, single):
    one, other = words(compiler, include), words(compiler, single)
    if one == other:
        return ""
    place = next((i for i, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
    return f"after '{' '.join(one[:place][-12:])}' it says '{' '.join(other[place:][:12])}'"


def amalgamate(output):
    subprocess.run([sys.executable, ROOT / "tools/amalgamate", output], check=True, stdout=subprocess.DEVNULL)


def main(work, *compiler):
    work, complaints = pathlib.Path(work), []
    shutil.rmtree(work, ignore_errors=True)
    header = work / "single/tutti/tutti.hpp"
    amalgamate(header)
    text = header.read_text()
    again = work / "again.hpp"
    amalgamate(again)
    if again.read_text() != text:
        complaints.append("made twice, it differs")
    for line in (ROOT / "LICENSE").read_text().splitlines():
        if f"// {line}".rstrip() + "\n" not in text:
            complaints.append(f"the licence lacks '{line}'")
    repeated = [line for line in re.findall(r"^#include <.*", text, re.M) if text.count(line + "\n") > 1]
    always = text[:text.index("// ---- ")]
    complaints += [f"{line} stands again although it stands on top" for line in set(repeated) if line + "\n" in always]
    complaints += [f"left: {line}" for line in re.findall(r"^#include <tutti/.*|^#pragma once.*", text, re.M)[1:]]

    target = subprocess.run([*compiler, "-dumpmachine"], capture_output=True, text=True, check=True).stdout
    for flags in CONFIGURATIONS + (INSTRUCTION_SETS if target.startswith("x86_64") else []):
        found = difference([*compiler, *flags], INCLUDE, work / "single")
        if found:
            complaints.append(f"with {' '.join(flags) or 'no flags'}, {found}")

    changed = work / "changed"
    shutil.copytree(work / "single", changed)
    (changed / "tutti/tutti.hpp").write_text(text.replace("namespace tutti {", "namespace other {"))
    if not difference(compiler, INCLUDE, changed):
        complaints.append("the comparison does not find a word that was changed")

    for source in sorted((ROOT / "examples").glob("[0-9]*.cpp")):
        compile = [*compiler, "-O0", "-I", work / "single", '-DTUTTI_EXAMPLE_DATA=""', source]
        if source.stem in RUN:
            program = work.resolve() / source.stem
            subprocess.run([*compile, "-o", program], check=True)
            subprocess.run([program], check=True, cwd=work)
        else:
            subprocess.run([*compile, "-fsyntax-only"], check=True)
    headers = len(list(INCLUDE.rglob("*.hpp")))
    print("\n".join(complaints) or f"{len(text.splitlines())} lines, the same as {headers} headers")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
