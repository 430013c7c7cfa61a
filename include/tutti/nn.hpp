// SPDX-License-Identifier: MIT
#pragma once

// Neural networks: PyTorch's torch.nn.functional, each function a formula of the library's own expressions, and so
// lazy, fused with what stands around it, and open to reading.

#include <tutti/nn/activation.hpp>
#include <tutti/nn/attention.hpp>
#include <tutti/nn/convolution.hpp>
#include <tutti/nn/loss.hpp>
#include <tutti/nn/normalization.hpp>
#include <tutti/nn/pooling.hpp>

TUTTI_NAMESPACE_BEGIN

// The names that need no other: relu(matmul(x, w) + b).
using nn::cross_entropy;
using nn::gelu;
using nn::layer_norm;
using nn::leaky_relu;
using nn::log_softmax;
using nn::one_hot;
using nn::relu;
using nn::sigmoid;
using nn::silu;
using nn::softmax;

TUTTI_NAMESPACE_END
