# SPDX-License-Identifier: MIT
import torch


def formula(y, a, b, c):
    torch.sub(torch.addcmul(torch.sqrt(c), a, b), torch.exp(a), out=y)
