# SPDX-License-Identifier: MIT
import numpy as np


def rows(y, x):
    np.exp(x - x.max(axis=1, keepdims=True), out=y)
    np.divide(y, y.sum(axis=1, keepdims=True), out=y)


def log_rows(y, x):
    shifted = x - x.max(axis=1, keepdims=True)
    np.subtract(shifted, np.log(np.exp(shifted).sum(axis=1, keepdims=True)), out=y)
