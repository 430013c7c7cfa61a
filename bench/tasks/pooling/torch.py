# SPDX-License-Identifier: MIT
from torch.nn.functional import avg_pool2d, max_pool2d


def max(y, x):
    return max_pool2d(x, 2)


def mean(y, x):
    return avg_pool2d(x, 2)
