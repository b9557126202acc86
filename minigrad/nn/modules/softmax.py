"""Activations as layers: softmax and its kin, which turn numbers along a dimension into a distribution."""

from __future__ import annotations

from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor


class _Softmax(Module):
    """A function of all elements along `dim`."""

    def __init__(self, dim: int | None = None) -> None:
        """Choose the dimension.

        Args:
            dim: the dimension along which the elements belong together. None, which is deprecated, is 0 for inputs of
                0, 1 or 3 dimensions and 1 for others, with a UserWarning.
        """
        super().__init__()
        self.dim = dim

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_Softmax):
    """e ** x over its sum along `dim`: positive numbers that add up to 1; see F.softmax. (*) to (*).

    >>> nn.Softmax(dim=0)(mg.tensor([0.0, 0.0, 1.0]))
    tensor([0.2119, 0.2119, 0.5761])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.softmax(input, self.dim, _stacklevel=5)


class Softmin(_Softmax):
    """softmax(-x), largest where x is smallest; see F.softmin. (*) to (*).

    >>> nn.Softmin(dim=0)(mg.tensor([0.0, 0.0, 1.0]))
    tensor([0.4223, 0.4223, 0.1554])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.softmin(input, self.dim, _stacklevel=5)


class LogSoftmax(_Softmax):
    """x - ln(sum of e ** x along `dim`): the logarithm of softmax, without overflow; see F.log_softmax. (*) to (*).

    >>> nn.LogSoftmax(dim=0)(mg.tensor([0.0, 0.0, 1.0]))
    tensor([-1.5514, -1.5514, -0.5514])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.log_softmax(input, self.dim, _stacklevel=5)


class Softmax2d(Module):
    """Softmax over the channels of each pixel: of (N, C, H, W) or (C, H, W); ShapeError for anything else.

    >>> nn.Softmax2d()(mg.zeros(1, 4, 2, 2))[0, :, 0, 0]
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim not in (3, 4):
            raise ShapeError(f"Softmax2d: expected 3D or 4D input, got {input.ndim}D of shape {tuple(input.shape)}")
        return F.softmax(input, -3)
