#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles assignments with the library as it is and with all that tracing adds taken out of its source: the assembly
must be the same, line for line. And nothing of a plan's text is in it. same_code.py INCLUDE COMPILER [FLAG...]"""
import difflib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = """\
#include <tutti/tensor.hpp>
using namespace tutti;
void elementwise(tensor<float, 2>& y, const tensor<float, 2>& a, const tensor<float, 2>& b) { y = a + b * 2; }
void rows(tensor<float, 2>& y, const tensor<float, 2>& a) { y = a / sum(a, 1, keepdims); }
std::tuple<tensor<float, 1>, tensor<float, 1>> together(const tensor<float, 2>& a) { return eval(sum(a, 1), max(a, 1)); }
void product(tensor<float, 2>& y, const tensor<float, 2>& a) { y = matmul(a, a) + 1; }
"""


def assembly(folder, include, command):
    source = folder / "assignments.cpp"
    source.write_text(SOURCE)
    done = subprocess.run([*command, "-S", "-o", "-", f"-I{include}", str(source)], capture_output=True, text=True, check=True)
    return done.stdout


def main(include, *command):
    with tempfile.TemporaryDirectory() as root:
        folder = pathlib.Path(root)
        shutil.copytree(include, folder / "include")
        for header, places in (("plan/assign.hpp", 3), ("tensor.hpp", 1)):
            path = folder / "include/tutti" / header
            text, count = re.subn(r"#if TUTTI_TRACE\n.*?#endif\n", "", path.read_text(), flags=re.DOTALL)
            assert count == places, f"{count} places in {header} trace"
            path.write_text(text)
        with_tracing, without = assembly(folder, include, command), assembly(folder, folder / "include", command)
        assert len(with_tracing) > 10000
        assert "statement" in with_tracing # its names can be found,
        for name in ("execution_plan", "plan_stage", "node_names", "formula_of", "threads_reason", "human_bytes"):
            assert name not in with_tracing, f"an assignment that is not explained has code of {name}"
        sys.stdout.writelines(list(difflib.unified_diff(without.splitlines(True), with_tracing.splitlines(True)))[:40])
        return with_tracing != without


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
