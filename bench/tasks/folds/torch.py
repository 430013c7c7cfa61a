# SPDX-License-Identifier: MIT
import torch


def moments(y, x):
    variance, mean = torch.var_mean(x, 1, unbiased=False)
    return mean, variance


def argmax_all(y, x):
    return x.argmax()


def argmax_rows(y, x):
    return x.argmax(1)


def argmax_columns(y, x):
    return x.argmax(0)


def cumsum_rows(y, x):
    torch.cumsum(x, 1, out=y)


def cumsum_columns(y, x):
    torch.cumsum(x, 0, out=y)
