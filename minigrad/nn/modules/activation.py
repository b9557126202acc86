"""Activations as layers: sigmoids and their kin, gates and shrinkage; each acts on every element by itself.

(The rectifiers are in `rectifier`, softmax and its kin in `softmax`.) An input of any shape gives an output of the same
shape and dtype, but for GLU. Where `inplace` is an option, the result is written into the input.
"""

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor


class Inplace(Module):
    """An activation whose only option is `inplace`."""

    def __init__(self, inplace: bool = False) -> None:
        """Keep the option.

        Args:
            inplace: the result is written into the input, which must be no leaf that requires grad (default False).
        """
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Sigmoid(Module):
    """1 / (1 + e ** -x), between 0 and 1; see F.sigmoid. (*) to (*).

    >>> nn.Sigmoid()(mg.tensor([-2.0, 0.0, 2.0]))
    tensor([0.1192, 0.5000, 0.8808])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.sigmoid(input)


class LogSigmoid(Module):
    """ln(1 / (1 + e ** -x)), without overflow for any x; see F.logsigmoid. (*) to (*).

    >>> nn.LogSigmoid()(mg.tensor([-200.0, 0.0]))
    tensor([-200.0000,   -0.6931])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.logsigmoid(input)


class Hardsigmoid(Inplace):
    """relu6(x + 3) / 6, a sigmoid made of three lines (Howard et al. 2019, MobileNetV3); see F.hardsigmoid. (*) to (*).

    >>> nn.Hardsigmoid()(mg.tensor([-4.0, 0.0, 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.hardsigmoid(input, inplace=self.inplace)

    def extra_repr(self) -> str:
        return ""


class Tanh(Module):
    """The hyperbolic tangent, (e ** x - e ** -x) / (e ** x + e ** -x), between -1 and 1; see F.tanh. (*) to (*).

    >>> nn.Tanh()(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.7616,  0.0000,  0.7616])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.tanh(input)


class Tanhshrink(Module):
    """x - tanh(x); see F.tanhshrink. (*) to (*).

    >>> nn.Tanhshrink()(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.2384,  0.0000,  0.2384])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.tanhshrink(input)


class Softsign(Module):
    """x / (1 + |x|), between -1 and 1; see F.softsign. (*) to (*).

    >>> nn.Softsign()(mg.tensor([-1.0, 0.0, 3.0]))
    tensor([-0.5000,  0.0000,  0.7500])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.softsign(input)


class Softplus(Module):
    """ln(1 + e ** (beta * x)) / beta, a smooth rectifier; see F.softplus. (*) to (*).

    Args:
        beta: how sharp the bend is (default 1).
        threshold: where beta * x is above it, the result is x itself, which is as exact (default 20).

    >>> nn.Softplus()(mg.tensor([-1.0, 0.0, 30.0]))
    tensor([ 0.3133,  0.6931, 30.0000])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class SiLU(Inplace):
    """x * sigmoid(x), also called swish (Elfwing et al. 2017); see F.silu. (*) to (*).

    >>> nn.SiLU()(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.2689,  0.0000,  0.7311])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.silu(input, inplace=self.inplace)


class Hardswish(Inplace):
    """x * relu6(x + 3) / 6 (Howard et al. 2019, MobileNetV3); see F.hardswish. (*) to (*).

    >>> nn.Hardswish()(mg.tensor([-4.0, 0.0, 1.5]))
    tensor([-0.0000, 0.0000, 1.1250])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.hardswish(input, inplace=self.inplace)

    def extra_repr(self) -> str:
        return ""


class Mish(Inplace):
    """x * tanh(softplus(x)) (Misra 2019); see F.mish. (*) to (*).

    >>> nn.Mish()(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.3034,  0.0000,  0.8651])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.mish(input, inplace=self.inplace)


class GELU(Module):
    """x * Φ(x), with Φ the distribution function of the standard normal (Hendrycks and Gimpel 2016). (*) to (*).

    Args:
        approximate: "none", or "tanh" for x / 2 * (1 + tanh(√(2/π) * (x + 0.044715 * x ** 3))) (default "none").

    >>> nn.GELU()(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.1587,  0.0000,  0.8413])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class GLU(Module):
    """a * sigmoid(b), with a and b the two halves of the input along `dim` (Dauphin et al. 2016); see F.glu.

    Args:
        dim: the dimension that is halved, of even size (default -1).

    (*, 2n, *) to (*, n, *). ShapeError if the size is odd.

    >>> nn.GLU()(mg.ones(3, 4)).shape
    minigrad.Size([3, 2])
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Hardshrink(Module):
    """0 between -lambd and lambd, x elsewhere; see F.hardshrink. (*) to (*).

    Args:
        lambd: up to which distance from 0 nothing is left (default 0.5).

    >>> nn.Hardshrink()(mg.tensor([-1.0, 0.25, 2.0]))
    tensor([-1.,  0.,  2.])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        return F.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Softshrink(Module):
    """x moved towards 0 by `lambd`, and 0 where that would go beyond; see F.softshrink. (*) to (*).

    Args:
        lambd: by how much, 0 or more (default 0.5).

    >>> nn.Softshrink()(mg.tensor([-1.0, 0.25, 2.0]))
    tensor([-0.5000,  0.0000,  1.5000])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        return F.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"
