# SPDX-License-Identifier: MIT
import torch


def sweep(y, x):
    inner = y[1:-1, 1:-1]
    torch.add(x[1:-1, 1:-1], x[:-2, 1:-1], out=inner)
    for shifted in (x[2:, 1:-1], x[1:-1, :-2], x[1:-1, 2:]):
        inner += shifted
    inner *= 0.2


def steps(y, x):
    a, b = x.clone(), x.clone()
    for _ in range(500):
        sweep(b, a)
        sweep(a, b)
    return a, b
