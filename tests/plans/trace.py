#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the traced program under several settings and looks at what it writes: trace.py PROGRAM"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def run(program, *arguments, **settings):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "trace.json")
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=True,
                              env={**os.environ, "TUTTI_TRACE": str(path), **settings})
        return path.read_text(encoding="utf-8") if path.exists() else None, done


def main(program):
    text, done = run(program)
    assert done.stdout == "1200\n" and done.stderr == "", done
    events = json.loads(text)
    named = lambda name: [e for e in events if e["name"] == name]
    steps, sums, products = named("step"), named("y + view(200, 200) of matmul(x, w)"), named("matmul(x, w)")
    assert len(steps) == len(sums) == len(products) == 3, events
    for step, whole, product in zip(steps, sums, products):
        for inner, outer in ((product, whole), (whole, step)):
            assert outer["ts"] <= inner["ts"] and inner["ts"] + inner["dur"] <= outer["ts"] + outer["dur"] + 0.002
        assert whole["args"]["where"] == step["args"]["where"] and step["args"]["where"].endswith("traced.cpp:14")
        assert whole["args"]["kind"] == "transposed tiles" and whole["args"]["in_place"] is True
        assert product["args"]["kind"] == "GEMM" and product["args"]["estimated_flops"] == 2 * 200**3
    assert len({e["tid"] for e in events}) == 2
    assert len(named("concatenate(float32(200, 200), float32(200, 200))")) == 1
    assert all(e["ph"] == "X" and e["dur"] >= 0 and e["pid"] == 1 for e in events)

    text, _ = run(program, TUTTI_TRACE_LIMIT="4")
    bounded = json.loads(text)
    assert len(bounded) == 5 and bounded[-1]["name"] == f"{len(events) - 4} events more", bounded

    text, _ = run(program, "fail")
    failed = json.loads(text.rstrip().removesuffix(",") + "]")
    assert failed[-1]["args"]["failed"] is True and failed[-1]["name"] == "apply(bad)", failed[-1]

    _, done = run(program, TUTTI_TRACE_SUMMARY="2", TUTTI_TRACE_WARNINGS="1", TUTTI_TRACE="")
    lines = done.stderr.splitlines()
    table = next(i for i, line in enumerate(lines) if line.split()[:2] == ["time", "runs"])
    assert len(lines) == table + 3, lines
    assert any("matmul(x, w)" in line and " 3 " in line for line in lines[table + 1:]), lines

    text, done = run(program, TUTTI_TRACE="")
    assert text is None and done.stderr == "", done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
