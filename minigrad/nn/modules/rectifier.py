"""Activations as layers: rectifiers, which let the positive pass and do something else to the negative.

Each acts on every element by itself: an input of any shape gives an output of the same shape and dtype.
"""

from __future__ import annotations

import warnings
from typing import Any

from minigrad.creation import empty
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.activation import Inplace
from minigrad.nn.modules.module import Module, changed
from minigrad.nn.parameter import Parameter
from minigrad.tensor import Tensor


class ReLU(Inplace):
    """max(x, 0); the derivative at 0 is 0. See F.relu. (*) to (*).

    >>> nn.ReLU()(mg.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.relu(input, inplace=self.inplace)


class LeakyReLU(Module):
    """x where positive, `negative_slope` * x elsewhere (Maas et al. 2013); see F.leaky_relu. (*) to (*).

    Args:
        negative_slope: the slope of the negative side (default 0.01).
        inplace: the result is written into the input, which must be no leaf that requires grad (default False).

    >>> nn.LeakyReLU(0.1)(mg.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.1000,  0.0000,  2.0000])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.leaky_relu(input, self.negative_slope, inplace=self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}{changed(self, inplace=False)}"


class PReLU(Module):
    """x where positive, weight * x elsewhere, with slopes that are learned (He et al. 2015); see F.prelu.

    Args:
        num_parameters: one slope for all (1), or one for each channel, which are dimension 1 (default 1).
        init: what the slopes are in the beginning (default 0.25).
        device, dtype: of `weight` (num_parameters,); the CPU, and the default dtype unless given.

    >>> nn.PReLU(3)(mg.full((2, 3), -1.0))
    tensor([[-0.2500, -0.2500, -0.2500],
            [-0.2500, -0.2500, -0.2500]], grad_fn=<mul>)
    """

    weight: Parameter

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(empty(num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Make all slopes what they were in the beginning, `init`."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """LeakyReLU with a slope for each element drawn from [lower, upper) in training, their mean in evaluation.

    (Xu et al. 2015, Empirical Evaluation of Rectified Activations.) See F.rrelu. (*) to (*).

    Args:
        lower: the least slope (default 1/8).
        upper: the largest slope (default 1/3).
        inplace: the result is written into the input, which must be no leaf that requires grad (default False).

    >>> nn.RReLU(0.1, 0.3).eval()(mg.tensor([-1.0, 2.0]))
    tensor([-0.2000,  2.0000])
    """

    def __init__(self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower = lower
        self.upper = upper
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.rrelu(input, self.lower, self.upper, self.training, inplace=self.inplace)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}{changed(self, inplace=False)}"


class ELU(Module):
    """x where positive, `alpha` * (e ** x - 1) elsewhere (Clevert et al. 2015); see F.elu. (*) to (*).

    Args:
        alpha: minus the limit on the negative side (default 1).
        inplace: the result is written into the input, which must be no leaf that requires grad (default False).

    >>> nn.ELU()(mg.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.6321,  0.0000,  2.0000])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.elu(input, self.alpha, inplace=self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{changed(self, inplace=False)}"


class CELU(Module):
    """x where positive, `alpha` * (e ** (x / alpha) - 1) elsewhere: smooth at 0 for any alpha (Barron 2017).

    Args:
        alpha: minus the limit on the negative side (default 1).
        inplace: the result is written into the input, which must be no leaf that requires grad (default False).

    See F.celu. (*) to (*).

    >>> nn.CELU(2.0)(mg.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.7869,  0.0000,  2.0000])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.celu(input, self.alpha, inplace=self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{changed(self, inplace=False)}"


class SELU(Inplace):
    """1.0507 * elu(x, 1.6733): constants that keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).

    See F.selu. (*) to (*).

    >>> nn.SELU()(mg.tensor([-1.0, 0.0, 2.0]))
    tensor([-1.1113,  0.0000,  2.1014])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.selu(input, inplace=self.inplace)


class Hardtanh(Module):
    """x kept between `min_val` and `max_val`; the derivative at both is 0. See F.hardtanh. (*) to (*).

    Args:
        min_val: the least value (default -1).
        max_val: the largest value, above min_val; ValueError otherwise (default 1).
        inplace: the result is written into the input, which must be no leaf that requires grad (default False).
        min_value: the older name of min_val; a FutureWarning says so.
        max_value: the older name of max_val.

    >>> nn.Hardtanh()(mg.tensor([-2.0, 0.5, 2.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        for old, value in (("min_value", min_value), ("max_value", max_value)):
            if value is not None:
                warnings.warn(f"Hardtanh: {old} is deprecated and renamed to {old[:-2]}", FutureWarning, stacklevel=2)
        min_val = min_val if min_value is None else min_value
        max_val = max_val if max_value is None else max_value
        if not min_val < max_val:
            raise AssertionError(f"Hardtanh: max_val must be larger than min_val, got {min_val} and {max_val}")
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.hardtanh(input, self.min_val, self.max_val, inplace=self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}{changed(self, inplace=False)}"


class ReLU6(Hardtanh):
    """min(max(x, 0), 6); see F.relu6. (*) to (*).

    Args:
        inplace: the result is written into the input, which must be no leaf that requires grad (default False).

    >>> nn.ReLU6()(mg.tensor([-1.0, 3.0, 8.0]))
    tensor([0., 3., 6.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def forward(self, input: Tensor) -> Tensor:
        return F.relu6(input, inplace=self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Threshold(Module):
    """x where above `threshold`, `value` elsewhere; see F.threshold. (*) to (*).

    Args:
        threshold: what x must exceed to pass.
        value: what stands where it does not.
        inplace: the result is written into the input, which must be no leaf that requires grad (default False).

    >>> nn.Threshold(1.0, 7.0)(mg.tensor([0.0, 1.0, 2.0]))
    tensor([7., 7., 2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.threshold(input, self.threshold, self.value, inplace=self.inplace)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}{changed(self, inplace=False)}"
