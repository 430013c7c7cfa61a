# SPDX-License-Identifier: MIT
import numpy as np


def planes(y, x):
    np.multiply(x.transpose(2, 0, 1), np.float32(1 / 255), out=y)
