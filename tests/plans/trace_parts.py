#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs an optimised program with a shared library, both traced, as they are and stripped: each statement says its line or,
where that is not to be known, none. trace_parts.py PROGRAM LIBRARY"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).parent
LINES = {line.split("// line: ")[1]: f"{path.name}:{number}"
         for path in (FOLDER / "traced_library.cpp", FOLDER / "traced_parts.cpp")
         for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "// line: " in line}


def events(program, library, folder):
    """What the program and the library wrote: into one file, or, where they cannot see each other's symbols, two."""
    trace = pathlib.Path(folder, "trace.json")
    subprocess.run([program], check=True,
                   env={**os.environ, "TUTTI_TRACE": str(trace), "LD_LIBRARY_PATH": str(pathlib.Path(library).parent)})
    files = sorted(trace.parent.glob("trace.json*"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


def main(program, library):
    with tempfile.TemporaryDirectory() as folder:
        written = events(program, library, folder)
        where = {e["name"]: e["args"]["where"] for file in written for e in file}
        formula = "float32(5000,)"
        assert len(where) == 3 and len(written) == 1 + ("hidden" in program), written
        if shutil.which("addr2line"):
            for name, line in ((" * 2", "library"), (" + 1", "inlined"), (" - 1", "program")):
                assert where[formula + name].endswith(LINES[line]), (name, where)
    if not shutil.which("strip"):
        return 0
    with tempfile.TemporaryDirectory() as folder:
        stripped = [shutil.copy(path, folder) for path in (program, library)]
        subprocess.run(["strip", *stripped], check=True)
        for e in sum(events(*stripped, folder), []):
            assert re.search(r"\+0x[0-9a-f]+\)?$", e["args"]["where"]), e # an address, and no line
            assert ".cpp" not in e["args"]["where"] and ".hpp" not in e["args"]["where"], e
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
