# SPDX-License-Identifier: MIT
import torch


def all(y, x):
    return x.sum()


def axis0(y, x):
    torch.sum(x, dim=0, out=y)


def axis1(y, x):
    torch.sum(x, dim=1, out=y)


def middle(y, x):
    torch.sum(x, dim=1, out=y)
