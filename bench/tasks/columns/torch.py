# SPDX-License-Identifier: MIT
import torch


def softmax(y, x):
    torch.softmax(x, 0, out=y)


def zscore(y, x):
    deviation, mean = torch.std_mean(x, 0, unbiased=False)
    torch.div(x - mean, deviation, out=y)
