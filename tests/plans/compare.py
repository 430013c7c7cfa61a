#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program that prints plans, and compares what it prints with a file, and with the pages that show some of them.

    compare.py [--update] PROGRAM GOLDEN [PAGE.md...]

What depends on the processor stands as `...` in the file: packs, the blocks of a kernel, scratch. A page shows plans in blocks
that begin with ```text plans. --update writes the file and the blocks.
"""
import difflib
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"(?<=^```text plans\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)


def independent(text):
    text = re.sub(r"packs of \d+ \(\w+\)", "packs of ... (...)", text)
    text = re.sub(r"(blocks +).*", r"\1...", text)
    return re.sub(r"(scratch   +).* (?=a thread)", r"\1... ", text)


def sections(text):
    """Each plan by its title."""
    return {part.split("\n")[0]: part.rstrip() + "\n" for part in re.split(r"^(?=# )", text, flags=re.MULTILINE) if part}


def shown_as(block, plans):
    """What a page's block ought to be."""
    return "\n".join(plans.get(title, f"no plan: {title}\n") for title in sections(block))


def main(arguments):
    update = "--update" in arguments
    program, *files = [a for a in arguments if a != "--update"]
    found = independent(subprocess.run([program], capture_output=True, text=True, check=True).stdout)
    plans = sections(found)
    golden, *pages = map(pathlib.Path, files)
    wanted = {golden: found}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert BLOCK.search(text), f"{page} shows no plan"
        wanted[page] = BLOCK.sub(lambda match: shown_as(match[0], plans), text)
    different = False
    for path, right in wanted.items():
        if update:
            path.write_text(right, encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        sys.stdout.writelines(difflib.unified_diff(text.splitlines(True), right.splitlines(True), str(path), program))
        different = different or text != right
    return different


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
