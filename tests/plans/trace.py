#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the traced program under several settings and looks at what it writes: trace.py PROGRAM"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).with_name("traced.cpp")
LINES = {line.split("// line: ")[1]: f"traced.cpp:{number}"
         for number, line in enumerate(SOURCE.read_text(encoding="utf-8").splitlines(), 1) if "// line: " in line}


def run(program, *arguments, fails=False, **settings):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "trace.json")
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=not fails,
                              env={**os.environ, "TUTTI_TRACE": str(path), **settings})
        return path.read_text(encoding="utf-8") if path.exists() else None, done


def main(program):
    text, done = run(program)
    assert done.stdout == "1200\n" and done.stderr == "", done
    events = json.loads(text)
    named = lambda name: [e for e in events if e["name"] == name]
    steps, sums, products = named("step"), named("y + transpose(matmul(x, w))"), named("matmul(x, w)")
    assert len(steps) == len(sums) == len(products) == 3, events
    for step, whole, product in zip(steps, sums, products):
        for inner, outer in ((product, whole), (whole, step)):
            assert outer["ts"] <= inner["ts"] and inner["ts"] + inner["dur"] <= outer["ts"] + outer["dur"] + 0.002
        assert step["args"]["where"].endswith(LINES["region"]), step
        assert whole["args"]["region"] == product["args"]["region"] == step["args"]["where"]
        assert whole["args"]["where"] == product["args"]["where"]
        assert whole["args"]["kind"] == "transposed tiles" and whole["args"]["in_place"] is True
        assert product["args"]["kind"] == "GEMM" and product["args"]["estimated_flops"] == 2 * 200**3
    # Each statement says its own line, and so do the stages inside it; where there is no addr2line, the place in the program.
    lines = {line: [e["name"] for e in events if e["args"].get("where", "").endswith(line)] for line in LINES.values()}
    if shutil.which("addr2line"):
        for what, line in LINES.items():
            assert lines[line], f"nothing from the line of {what}: {text}"
        assert lines[LINES["step"]] == ["matmul(x, w)", "y + transpose(matmul(x, w))"] * 3, lines
        assert lines[LINES["scalar"]] == ["sum(scalar)"] and lines[LINES["doubled"]] == ["x * 2"], lines
        assert lines[LINES["eval"]] == ["eval(min(w, 1), max(w, 1))"], lines
        assert len([e for e in events if e["args"].get("where", ":").count(":") != 1]) == 0, text
    blind, _ = run(program, PATH="/nowhere")
    for e in json.loads(blind):
        assert e["name"] == "step" or "test.plans.traced+0x" in e["args"]["where"], e
    assert len({e["tid"] for e in events}) == 2
    assert len(named("concatenate(0, float32(200, 200), float32(200, 200))")) == 1
    assert all(e["ph"] == "X" and e["dur"] >= 0 and e["pid"] == 1 for e in events)

    text, _ = run(program, TUTTI_TRACE_LIMIT="4")
    bounded = json.loads(text)
    assert len(bounded) == 5 and bounded[-1]["name"] == f"{len(events) - 4} events more", bounded

    # However the program ends: what ran is in the file, which lacks no more than its last bracket.
    for how, signal in (("throw", 0), ("quick_exit", 0), ("abort", 6), ("terminate", 6), ("SIGTERM", 15), ("SIGINT", 2),
                        ("SIGSEGV", 11)):
        text, done = run(program, how, fails=True)
        assert done.returncode == -signal, (how, done)
        left = json.loads(text.rstrip().removesuffix(",") + "]")
        places = {key: value for e in left if e["name"] == "place" for key, value in e["args"].items()}
        left = [e for e in left if e["name"] != "place"]
        assert len(left) == len(events) + (how == "throw"), (how, len(left), len(events))
        assert all(e["name"] == "step" or "test.plans.traced+0x" in places[e["args"]["where"]] for e in left), left
        if how == "throw":
            assert left[-1]["args"]["failed"] is True and left[-1]["name"] == "apply(bad)", left[-1]

    _, done = run(program, TUTTI_TRACE_SUMMARY="2", TUTTI_TRACE_WARNINGS="1", TUTTI_TRACE="")
    lines = done.stderr.splitlines()
    table = next(i for i, line in enumerate(lines) if line.split()[:2] == ["time", "runs"])
    assert len(lines) == table + 3, lines
    assert any("matmul(x, w)" in line and " 3 " in line for line in lines[table + 1:]), lines

    text, done = run(program, TUTTI_TRACE="")
    assert text is None and done.stderr == "", done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
