# SPDX-License-Identifier: MIT
import numpy as np


def square(y, a, b):
    np.matmul(a, b, out=y)


double_square = square


def left_turned(y, a, b):
    np.matmul(a.T, b, out=y)


def right_turned(y, a, b):
    np.matmul(a, b.T, out=y)
