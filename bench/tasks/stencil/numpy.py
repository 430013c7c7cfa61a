# SPDX-License-Identifier: MIT
import numpy as np


def sweep(y, x):
    inner = y[1:-1, 1:-1]
    np.add(x[1:-1, 1:-1], x[:-2, 1:-1], out=inner)
    for shifted in (x[2:, 1:-1], x[1:-1, :-2], x[1:-1, 2:]):
        np.add(inner, shifted, out=inner)
    np.multiply(inner, np.float32(0.2), out=inner)


def steps(y, x):
    a, b = x.copy(), x.copy()
    for _ in range(500):
        sweep(b, a)
        sweep(a, b)
    return a, b
