# SPDX-License-Identifier: MIT
import torch


# Its fused kernel takes tensors of rank 4 only: without a batch of one it would hold the whole matrix of weights.
def fused(y, q, k, v, **options):
    y.copy_(torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], scale=0.125, **options)[0])


def attention(y, q, k, v):
    fused(y, q, k, v)


def causal(y, q, k, v):
    fused(y, q, k, v, is_causal=True)
