"""Dropout as layers: at work in training mode only; in evaluation the input passes as it is."""

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.functional.dropout import check_probability
from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor


class _DropoutNd(Module):
    """What all share: the probability."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        """Keep the probability.

        Args:
            p: the probability of an element, or channel, to be dropped, from 0 to 1; ValueError otherwise (default
                0.5).
            inplace: the result is written into the input, which must be no leaf that requires grad (default False).
        """
        super().__init__()
        check_probability(p)
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_DropoutNd):
    """In training each element is 0 with probability `p`, else divided by 1 - p, so that the mean stays.

    (Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting.) (*) to (*).

    >>> nn.Dropout(0.5)(mg.ones(6)).shape
    minigrad.Size([6])
    >>> nn.Dropout(0.5).eval()(mg.ones(3))
    tensor([1., 1., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout(input, self.p, self.training, inplace=self.inplace)


class Dropout1d(_DropoutNd):
    """In training each channel of (N, C, L) or (C, L) is 0 with probability `p`, else divided by 1 - p.

    (Tompson et al. 2015, Efficient Object Localization Using Convolutional Networks.)

    >>> nn.Dropout1d(0.5)(mg.ones(1, 3, 4)).shape
    minigrad.Size([1, 3, 4])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout1d(input, self.p, self.training, inplace=self.inplace)


class Dropout2d(_DropoutNd):
    """In training each channel of (N, C, H, W) is 0 with probability `p`, else divided by 1 - p (Tompson et al. 2015).

    >>> nn.Dropout2d(0.5)(mg.ones(1, 3, 2, 2)).shape
    minigrad.Size([1, 3, 2, 2])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout2d(input, self.p, self.training, inplace=self.inplace)


class Dropout3d(_DropoutNd):
    """In training each channel of (N, C, D, H, W) or (C, D, H, W) is 0 with probability `p`, else divided by 1 - p.

    >>> nn.Dropout3d(0.5)(mg.ones(1, 3, 2, 2, 2)).shape
    minigrad.Size([1, 3, 2, 2, 2])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout3d(input, self.p, self.training, inplace=self.inplace)


class AlphaDropout(_DropoutNd):
    """Dropout that keeps mean 0 and variance 1, for networks of SELU (Klambauer et al. 2017). (*) to (*).

    See F.alpha_dropout.

    >>> nn.AlphaDropout(0.1)(mg.zeros(2, 3)).shape
    minigrad.Size([2, 3])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.alpha_dropout(input, self.p, self.training, inplace=self.inplace)


class FeatureAlphaDropout(_DropoutNd):
    """AlphaDropout of whole channels of (N, C, *); see F.feature_alpha_dropout.

    >>> nn.FeatureAlphaDropout(0.1)(mg.zeros(2, 3, 4)).shape
    minigrad.Size([2, 3, 4])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.feature_alpha_dropout(input, self.p, self.training, inplace=self.inplace)
