"""Dropout as layers: at work in training mode only. `inplace` is accepted and computes out of place."""

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.functional.dropout import check_probability
from minigrad.nn.modules.layer import Layer
from minigrad.tensor import Tensor


class _DropoutNd(Layer):
    """What all share: the probability."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        check_probability(p)
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_DropoutNd):
    """In training each element is 0 with probability `p`, else divided by 1 - p (Srivastava et al. 2014)."""

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout(input, self.p, self.training)


class Dropout1d(_DropoutNd):
    """In training each channel of (N, C, L) or (C, L) is 0 with probability `p`, else divided by 1 - p."""

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout1d(input, self.p, self.training)


class Dropout2d(_DropoutNd):
    """In training each channel of (N, C, H, W) is 0 with probability `p`, else divided by 1 - p."""

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout2d(input, self.p, self.training)


class Dropout3d(_DropoutNd):
    """In training each channel of (N, C, D, H, W) or (C, D, H, W) is 0 with probability `p`, else divided by 1 - p."""

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout3d(input, self.p, self.training)


class AlphaDropout(_DropoutNd):
    """Dropout that keeps mean 0 and variance 1, for selu; see F.alpha_dropout (Klambauer et al. 2017)."""

    def forward(self, input: Tensor) -> Tensor:
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_DropoutNd):
    """AlphaDropout of whole channels of (N, C, ...)."""

    def forward(self, input: Tensor) -> Tensor:
        return F.feature_alpha_dropout(input, self.p, self.training)
