#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Evaluates the NumPy source of each GOLDEN(...) in numpy.cpp and compares what NumPy prints with the text there.

Ends with status 77, which ctest counts as skipped, where NumPy is not installed.
"""
import ast
import pathlib
import re
import sys

try:
    import numpy as np
except ImportError:
    sys.exit(77)

source = (pathlib.Path(__file__).parent / "numpy.cpp").read_text()
names = {
    "np": np, "nan": np.nan, "inf": np.inf,
    "a": np.array([-7, 7, -7, 7]), "b": np.array([3, -3, -3, 0]),
    "p": np.array([False, False, True, True]), "q": np.array([False, True, False, True]),
    "f": np.array([np.nan, np.inf, -np.inf, 0.0, -0.0]), "e": np.zeros((0, 3)),
    "x": np.arange(12).reshape(3, 4), "z": np.array([1 + 2j, 0, -1]),
}
goldens = re.findall(r'("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*")\);', source)
failures = 0
with np.errstate(all="ignore"):
    for text, golden in (map(ast.literal_eval, pair) for pair in goldens):
        printed = str(eval(text, dict(names)))
        if printed != golden:
            failures += 1
            print(f"{text}: NumPy {np.__version__} prints\n{printed}\nand numpy.cpp says\n{golden}")
if len(goldens) != source.count("GOLDEN(") - 1:
    sys.exit("numpy.cpp has a GOLDEN that this script does not understand")
sys.exit(failures != 0)
