#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program that prints plans, and compares what it prints with a file.

    compare.py [--update] PROGRAM GOLDEN

What depends on the processor stands as `...` in the file: packs and the blocks of a kernel. --update writes the file.
"""
import difflib
import pathlib
import re
import subprocess
import sys


def independent(text):
    text = re.sub(r"packs of \d+ \(\w+\)", "packs of ... (...)", text)
    return re.sub(r"(blocks +).*", r"\1...", text)


def main(arguments):
    update = "--update" in arguments
    program, golden = [a for a in arguments if a != "--update"]
    golden = pathlib.Path(golden)
    found = independent(subprocess.run([program], capture_output=True, text=True, check=True).stdout)
    if update:
        golden.write_text(found, encoding="utf-8")
        return 0
    wanted = golden.read_text(encoding="utf-8")
    sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), found.splitlines(True), str(golden), program))
    return found != wanted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
