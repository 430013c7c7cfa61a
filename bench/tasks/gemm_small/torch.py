# SPDX-License-Identifier: MIT
import torch


def square(y, a, b):
    torch.matmul(a, b, out=y)


double_square = row = column = few_steps = few_columns = square
