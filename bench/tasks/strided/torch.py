# SPDX-License-Identifier: MIT
import torch


# Tensors have no negative strides: `reversed` has no plain formula.
def every_second(y, v):
    torch.mul(v[::2], 2, out=y)


def source(y, a):
    torch.mul(a[::2, ::2], 2, out=y)


def destination(y, a):
    torch.mul(a, 2, out=y[::2, ::2])
