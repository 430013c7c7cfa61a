# SPDX-License-Identifier: MIT
import numpy as np


def rbf(y, p, q):
    np.sum(np.exp(-np.square(p[:, None] - q)), axis=1, out=y)


def nearest(y, p, q):
    return np.argmin(np.square(p[:, None] - q), axis=1)


def nbody(y, px, py, pz, m):
    dx, dy, dz = (v - v[:, None] for v in (px, py, pz))
    r2 = dx * dx + dy * dy + dz * dz + np.float32(1e-4)
    w = m / (r2 * np.sqrt(r2))
    return tuple((w * d).sum(axis=1) for d in (dx, dy, dz))
