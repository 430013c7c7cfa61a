# SPDX-License-Identifier: MIT
from torch.nn.functional import conv2d, conv_transpose2d


def window(y, x, w):
    return conv2d(x, w, padding=1)


def window_layer(y, x, w, b):
    return conv2d(x, w, b, padding=1).relu_()


def pointwise(y, x, w):
    return conv2d(x, w)


def pointwise_layer(y, x, w, b):
    return conv2d(x, w, b).relu_()


def depthwise(y, x, w):
    return conv2d(x, w, padding=1, groups=x.shape[1])


def depthwise_layer(y, x, w, b):
    return conv2d(x, w, b, padding=1, groups=x.shape[1]).relu_()


def transposed(y, x, w):
    return conv_transpose2d(x, w, stride=2, padding=1)
