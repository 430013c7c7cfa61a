# SPDX-License-Identifier: MIT
"""Runs one task as a Python module does it: python rival.py TASK MODULE [flags of Google Benchmark].

tasks/TASK/MODULE.py defines a function for each case, named as in cases.txt: it gets the result's array and the inputs, and
writes the result or returns it. Inputs, timing, report and digest are those of case.hpp.
"""
import argparse
import inspect
import json
import math
import os
import pathlib
import re
import runpy
import time

import numpy

HERE = pathlib.Path(__file__).resolve().parent


def extents(shape):
    units = {"": 1, "Ki": 1 << 10, "Mi": 1 << 20}
    parts = [] if shape == "-" else shape.removesuffix("u8").removesuffix("f64").split("x")
    return tuple(int(digits) * units[unit] for digits, unit in (re.fullmatch(r"(\d+)(\w*)", p).groups() for p in parts))


def dtype(shape):
    return numpy.float64 if shape.endswith("f64") else numpy.float32


def cases(task):
    """(case, label, result's shape, inputs' shapes) of a task."""
    for line in (HERE / "cases.txt").read_text().splitlines():
        words = line.split()
        if words and words[0] == task:
            shapes = words[4:]
            yield words[1], max(shapes, key=lambda shape: math.prod(extents(shape))), shapes[0], shapes[1:]


def filled(k, shape):
    """Input k: the numbers of case.hpp."""
    with numpy.errstate(over="ignore"):
        h = numpy.arange(math.prod(extents(shape)), dtype=numpy.uint32) * numpy.uint32(2654435761)
        h += numpy.uint32(k * 2246822519 % 2**32)
        h = (h ^ (h >> numpy.uint32(15))) * numpy.uint32(2246822519)
        h = (h ^ (h >> numpy.uint32(13))) * numpy.uint32(3266489917)
    h ^= h >> numpy.uint32(16)
    if shape.endswith("u8"):
        values = (h >> numpy.uint32(24)).astype(numpy.uint8)
    else:
        values = (h >> numpy.uint32(8)).astype(dtype(shape)) * numpy.float32(2**-24)
    return values.reshape(extents(shape))


def digest(label, results):
    path = os.environ.get("BENCH_DIGEST")
    if not path:
        return
    with open(path, "a", encoding="utf-8") as file:
        for result in results:
            values = numpy.asarray(result, dtype=numpy.float64).ravel()
            values = values * (1 + numpy.arange(values.size) % 97 / 97)
            part = (values.size + 4095) // 4096
            values = numpy.pad(values, (0, -values.size % part)).reshape(-1, part)
            pairs = numpy.stack([values.sum(1), numpy.abs(values).sum(1)], 1).ravel()
            file.write(" ".join([label, *(f"{x:.9g}" for x in pairs)]) + "\n")


def timed(call, runs):
    """Nanoseconds a run: of processor and of clock."""
    cpu, real = time.process_time_ns(), time.perf_counter_ns()
    for _ in range(runs):
        call()
    return (time.process_time_ns() - cpu) / runs, (time.perf_counter_ns() - real) / runs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("task")
    parser.add_argument("module")
    parser.add_argument("--benchmark_min_time", type=float, default=0.1)
    parser.add_argument("--benchmark_repetitions", type=int, default=1)
    parser.add_argument("--benchmark_out")
    parser.add_argument("--benchmark_out_format", default="json")
    given = parser.parse_args()

    convert = lambda array: array
    if given.module == "torch":
        import torch
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
        torch.set_grad_enabled(False)
        convert = torch.from_numpy

    # By path: the script's name is the module's, and must not stand in front of it.
    functions = runpy.run_path(str(HERE / given.task / f"{given.module}.py"))
    report = []
    for name, label, result, inputs in cases(given.task):
        function = functions.get(name)
        if not inspect.isfunction(function):
            continue
        y = convert(numpy.zeros(extents(result), dtype(result)))
        x = [convert(filled(k, shape)) for k, shape in enumerate(inputs)]
        returned = function(y, *x)
        results = y if returned is None else returned
        digest(f"{name}/{label}", results if isinstance(results, tuple) else (results,))
        call = lambda: function(y, *x)
        runs = max(1, int(given.benchmark_min_time * 1e9 / max(1.0, timed(call, 1)[1])))
        for _ in range(given.benchmark_repetitions):
            cpu, real = timed(call, runs)
            report.append({"name": f"{name}/{label}", "run_type": "iteration", "iterations": runs, "cpu_time": cpu,
                           "real_time": real, "time_unit": "ns"})
    text = json.dumps({"benchmarks": report})
    if given.benchmark_out:
        pathlib.Path(given.benchmark_out).write_text(text)
    else:
        print(text)


if __name__ == "__main__":
    main()
