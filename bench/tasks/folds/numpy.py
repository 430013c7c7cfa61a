# SPDX-License-Identifier: MIT
import numpy as np


def moments(y, x):
    return x.mean(axis=1), x.var(axis=1)


def argmax_all(y, x):
    return x.argmax()


def argmax_rows(y, x):
    return x.argmax(axis=1)


def argmax_columns(y, x):
    return x.argmax(axis=0)


def cumsum_rows(y, x):
    np.cumsum(x, axis=1, out=y)


def cumsum_columns(y, x):
    np.cumsum(x, axis=0, out=y)
