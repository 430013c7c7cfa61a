# SPDX-License-Identifier: MIT
import numpy as np


def outer(y, u, v):
    np.multiply(u[:, None], v, out=y)


def pixels(y, m, v):
    np.multiply(m[:, :, None], v, out=y)


def channels(y, x, v):
    np.multiply(x, v, out=y)


def batch(y, x, gain, m):
    np.multiply(x, gain[:, None, None, None], out=y)
    np.add(y, m[:, :, None], out=y)
