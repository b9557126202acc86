"""The table of derivatives: modified Bessel functions of the first kind. One rule holds for all orders."""

from __future__ import annotations

from minigrad.engine.primitive import elementwise
from minigrad.kernels.bessel import bessel
from minigrad.ops.arithmetic import sign
from minigrad.ops.public import also_in_place
from minigrad.types import Tensor

__all__ = ["i0"]

# DLMF 10.29.1, with the derivative of e^-|x| where that is a factor; I_-n = I_n.
bessel_p = elementwise(
    "bessel(x) = I of order n, at x",
    bessel,
    x=lambda g, x, y, n, scaled: g * (_neighbours(x, n, scaled) - sign(x) * y * scaled),
)


def _neighbours(x: Tensor, n: int, scaled: bool) -> Tensor:
    """The mean of the functions one order below and above."""
    return (bessel_p(x, n=abs(n - 1), scaled=scaled) + bessel_p(x, n=n + 1, scaled=scaled)) / 2


@also_in_place
def i0(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind, of order 0: the mean of e^(x cos t) over all angles t.

    DLMF 10.25, 10.32.1. Its derivative is `special.i1`. Integers become floats.

    >>> mg.i0(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """
    return bessel_p(input, n=0, scaled=False)


def i0e(input: Tensor) -> Tensor:
    """`i0` times e^-|x|, which stays finite.

    >>> mg.special.i0e(mg.tensor([0.0, 1000.0]))
    tensor([1.0000, 0.0126])
    """
    return bessel_p(input, n=0, scaled=True)


def i1(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind, of order 1: the mean of e^(x cos t) cos t over all angles t.

    >>> mg.special.i1(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """
    return bessel_p(input, n=1, scaled=False)


def i1e(input: Tensor) -> Tensor:
    """`i1` times e^-|x|, which stays finite.

    >>> mg.special.i1e(mg.tensor([0.0, 1000.0]))
    tensor([0.0000, 0.0126])
    """
    return bessel_p(input, n=1, scaled=True)
