# SPDX-License-Identifier: MIT
import torch


def attention(y, q, k, v):
    y.copy_(torch.nn.functional.scaled_dot_product_attention(q, k, v, scale=0.125))


def causal(y, q, k, v):
    y.copy_(torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True, scale=0.125))
