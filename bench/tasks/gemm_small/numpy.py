# SPDX-License-Identifier: MIT
import numpy as np


def square(y, a, b):
    np.matmul(a, b, out=y)


double_square = row = column = few_steps = few_columns = square
