# SPDX-License-Identifier: MIT
import torch


def layer(y, x, w, b):
    torch.addmm(b, x, w, out=y).relu_()
