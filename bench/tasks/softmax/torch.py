# SPDX-License-Identifier: MIT
import torch


def rows(y, x):
    torch.softmax(x, 1, out=y)


def log_rows(y, x):
    torch.log_softmax(x, 1, out=y)
