# SPDX-License-Identifier: MIT
import torch


def planes(y, x):
    torch.div(x.permute(2, 0, 1), 255, out=y)
