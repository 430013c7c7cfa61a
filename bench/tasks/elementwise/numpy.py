# SPDX-License-Identifier: MIT
import numpy as np


def formula(y, a, b, c):
    np.subtract(a * b + np.sqrt(c), np.exp(a), out=y)
