# SPDX-License-Identifier: MIT
import numpy as np


def fma(y, a, b, c):
    np.multiply(b, c, out=y)
    np.add(a, y, out=y)
