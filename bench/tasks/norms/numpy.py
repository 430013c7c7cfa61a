# SPDX-License-Identifier: MIT
import numpy as np


def layer(y, x):
    np.subtract(x, x.mean(axis=1, keepdims=True), out=y)
    np.divide(y, np.sqrt(x.var(axis=1, keepdims=True) + np.float32(1e-5)), out=y)


def rms(y, x):
    np.divide(x, np.sqrt(np.square(x).mean(axis=1, keepdims=True) + np.float32(1e-5)), out=y)
