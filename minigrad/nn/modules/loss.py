"""Losses of numbers as modules, and what all losses share: functions of `nn.functional` with their options kept.

(Losses of classes are in `classification_loss`, those with a margin in `margin_loss`.) `reduction` says what becomes of
the losses of single elements or samples: "mean", "sum", or "none" for the losses themselves. `size_average` and
`reduce` are its older words.
"""

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.functional.reduction import named_reduction
from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor


class _Loss(Module):
    """A loss, and its reduction."""

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean") -> None:
        """Keep the reduction.

        Args:
            size_average: deprecated: False for "sum" in place of "mean".
            reduce: deprecated: False for "none".
            reduction: "mean", "sum", or "none" for the losses of the single elements (default "mean").
        """
        super().__init__()
        self.reduction = named_reduction(size_average, reduce, reduction)


class _WeightedLoss(_Loss):
    """A loss with weights."""

    weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        """Keep the weight, as a buffer, and the reduction.

        Args:
            weight: what the losses are multiplied by (default None).
            size_average: deprecated: False for "sum" in place of "mean".
            reduce: deprecated: False for "none".
            reduction: "mean", "sum", or "none" for the losses of the single elements (default "mean").
        """
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class MSELoss(_Loss):
    """(input - target) ** 2, of two tensors of one shape; see F.mse_loss.

    >>> nn.MSELoss()(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 4.0]))
    tensor(2.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """|input - target|, of two tensors of one shape; see F.l1_loss.

    >>> nn.L1Loss()(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 4.0]))
    tensor(1.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.l1_loss(input, target, reduction=self.reduction)


class HuberLoss(_Loss):
    """d ** 2 / 2 of the distance d = |input - target| up to `delta`, and delta * (d - delta / 2) beyond.

    See F.huber_loss.

    Args:
        reduction: "mean", "sum", or "none" for the losses of the single elements (default "mean").
        delta: where the parabola becomes a line, above 0 (default 1).

    >>> nn.HuberLoss()(mg.tensor([0.0, 0.0]), mg.tensor([1.0, 3.0]))
    tensor(1.5000)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class SmoothL1Loss(_Loss):
    """d ** 2 / (2 * beta) of the distance d = |input - target| up to `beta`, and d - beta / 2 beyond.

    See F.smooth_l1_loss.

    Args:
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses of the single elements (default "mean").
        beta: where the parabola becomes a line, 0 or more (default 1).

    >>> nn.SmoothL1Loss(beta=0.5)(mg.tensor([0.0, 0.0]), mg.tensor([1.0, 3.0]))
    tensor(1.7500)
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class KLDivLoss(_Loss):
    """target * (ln target - input), with `input` log-probabilities and `target` probabilities of one shape.

    See F.kl_div.

    Args:
        size_average, reduce: deprecated words for `reduction`.
        reduction: "batchmean", the sum over the size of the first dimension, which is the mean of the divergences; or
            "mean", with a UserWarning, "sum" or "none" (default "mean").
        log_target: whether the target is log-probabilities too (default False).

    >>> nn.KLDivLoss(reduction="batchmean")(mg.tensor([[0.5, 0.5]]).log(), mg.tensor([[0.0, 1.0]]))
    tensor(0.6931)
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class PoissonNLLLoss(_Loss):
    """rate - target * ln rate: minus the log-likelihood of counts, but for a constant; see F.poisson_nll_loss.

    Args:
        log_input: whether the input is ln rate, and not rate (default True).
        full: adds the constant, by Stirling's formula (default False).
        size_average, reduce: deprecated words for `reduction`.
        eps: added to a rate before its logarithm is taken (default 1e-8).
        reduction: "mean", "sum", or "none" for the losses of the single elements (default "mean").

    >>> nn.PoissonNLLLoss()(mg.zeros(2), mg.tensor([1.0, 3.0]))
    tensor(1.)
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: bool | None = None,
        eps: float = 1e-8,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        return F.poisson_nll_loss(
            log_input, target, log_input=self.log_input, full=self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(_Loss):
    """(ln var + (input - target) ** 2 / var) / 2: minus the log-likelihood of a normal distribution.

    See F.gaussian_nll_loss.

    Args:
        full: adds the constant, ln(2π) / 2 (default False).
        eps: what the variance is at least (default 1e-6).
        reduction: "mean", "sum", or "none" for the losses of the single elements (default "mean").

    `forward(input, target, var)` takes the variance third.

    >>> nn.GaussianNLLLoss()(mg.zeros(2), mg.tensor([1.0, 2.0]), mg.ones(2))
    tensor(1.2500)
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.full = full
        self.eps = eps

    def forward(self, input: Tensor, target: Tensor, var: Tensor | float) -> Tensor:
        return F.gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)
