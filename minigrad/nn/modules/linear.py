"""Affine layers, and the one that does nothing."""

from __future__ import annotations

import math
from typing import Any

from minigrad.creation import empty
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.tensor import Tensor


class Identity(Module):
    """The input as it is, in the place of a layer that may be there or not.

    Args:
        args: any arguments are accepted.
        kwargs: so are any with names.

    >>> nn.Identity(54, unused=True)(mg.ones(2))
    tensor([1., 1.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        return input


class Linear(Module):
    """y = x @ weight.T + bias; see F.linear. (*, in_features) to (*, out_features).

    Args:
        in_features: the size of the last dimension of the input.
        out_features: that of the output.
        bias: whether there is a bias, else `bias` is None (default True).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    `weight` (out_features, in_features) and `bias` (out_features,) start uniform on ±1/sqrt(in_features).

    >>> nn.Linear(2, 3)(mg.ones(4, 2)).shape
    minigrad.Size([4, 3])
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(empty(out_features, in_features, device=device, dtype=dtype))
        self.register_parameter("bias", Parameter(empty(out_features, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew, uniform on ±1/sqrt(in_features)."""
        bound = 1 / math.sqrt(max(self.in_features, 1))
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear: the name that PyTorch prints for the last one of an attention, and that copies of its code import."""


class Bilinear(Module):
    """y[o] = x1 @ weight[o] @ x2 + bias[o]: (*, in1_features) and (*, in2_features) to (*, out_features).

    Args:
        in1_features: the size of the last dimension of the first input.
        in2_features: that of the second input.
        out_features: that of the output.
        bias: whether there is a bias, else `bias` is None (default True).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    `weight` (out_features, in1_features, in2_features) and `bias` (out_features,) start uniform on
    ±1/sqrt(in1_features).

    >>> nn.Bilinear(2, 3, 4)(mg.ones(5, 2), mg.ones(5, 3)).shape
    minigrad.Size([5, 4])
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self.weight = Parameter(empty(out_features, in1_features, in2_features, device=device, dtype=dtype))
        self.register_parameter("bias", Parameter(empty(out_features, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew, uniform on ±1/sqrt(in1_features)."""
        bound = 1 / math.sqrt(max(self.in1_features, 1))
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        return F.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
