# SPDX-License-Identifier: MIT
import torch


def layer(y, x):
    return torch.nn.functional.layer_norm(x, (x.shape[1],), eps=1e-5)


def rms(y, x):
    torch.mul(x, torch.rsqrt(torch.mean(x * x, 1, keepdim=True) + 1e-5), out=y)
