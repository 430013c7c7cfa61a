# SPDX-License-Identifier: MIT
import torch


def rbf(y, p, q):
    torch.sum(torch.exp(-torch.square(p[:, None] - q)), dim=1, out=y)


def nearest(y, p, q):
    return torch.argmin(torch.square(p[:, None] - q), dim=1)


def nbody(y, px, py, pz, m):
    dx, dy, dz = (v - v[:, None] for v in (px, py, pz))
    r2 = dx * dx + dy * dy + dz * dz + 1e-4
    w = m / (r2 * torch.sqrt(r2))
    return tuple((w * d).sum(dim=1) for d in (dx, dy, dz))
