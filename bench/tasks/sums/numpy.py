# SPDX-License-Identifier: MIT
import numpy as np


def all(y, x):
    return x.sum()


def axis0(y, x):
    np.sum(x, axis=0, out=y)


def axis1(y, x):
    np.sum(x, axis=1, out=y)


def middle(y, x):
    np.sum(x, axis=1, out=y)
