# SPDX-License-Identifier: MIT
import numpy as np


def add(y, a, b):
    np.add(a, b.T, out=y)


def permute201(y, x):
    np.copyto(y, x.transpose(2, 0, 1))


def permute021(y, x):
    np.copyto(y, x.transpose(0, 2, 1))


def permute210(y, x):
    np.copyto(y, x.transpose(2, 1, 0))
