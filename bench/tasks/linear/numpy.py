# SPDX-License-Identifier: MIT
import numpy as np


def layer(y, x, w, b):
    np.matmul(x, w, out=y)
    np.add(y, b, out=y)
    np.maximum(y, 0, out=y)
