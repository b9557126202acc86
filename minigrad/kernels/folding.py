"""Windows laid side by side, and added up again where they overlap: each the adjoint of the other.

Shapes are ``x (N, C, *S)`` and ``(N, C, *kernel, *out)``: one number for each tap of each window. Padding is never
written down: a tap that falls outside the array is 0, and what is added there is lost.
"""

from __future__ import annotations

import numpy as np

from minigrad.kernels.windows import Array, Index, Ints, Padding, each_tap, output_size


def unfold(x: Array, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """All windows of x, ``(N, C, *kernel, *out)``."""
    out = list(map(output_size, x.shape[2:], kernel, stride, padding, dilation))
    windows = np.zeros_like(x, shape=(*x.shape[:2], *kernel, *out), order="C")
    for tap, i, j in each_tap(x.shape[2:], out, kernel, stride, padding, dilation):
        whole: Index = (slice(None), slice(None), *tap)
        windows[whole][i] = x[j]
    return windows


def fold(windows: Array, size: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """The sum ``(N, C, *size)`` of all windows, each where `unfold` took it from."""
    n, c, *rest = windows.shape
    kernel, out = rest[: len(size)], rest[len(size) :]
    x = np.zeros_like(windows, shape=(n, c, *size), order="C")
    for tap, i, j in each_tap(size, out, kernel, stride, padding, dilation):
        whole: Index = (slice(None), slice(None), *tap)
        x[j] += windows[whole][i]
    return x
