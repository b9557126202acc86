"""Recurrent cells: one step of a recurrence, its equations as they stand in papers.

`rnn` has the layers for whole sequences. In both, `weight_ih` and `bias_ih` belong to the input, `weight_hh` and
`bias_hh` to the hidden state, and the rows of several gates stand below each other.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from minigrad.creation import empty, zeros
from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.ops import relu, sigmoid, squeeze, tanh, unsqueeze
from minigrad.tensor import Tensor


def lstm_step(gates: Any, c: Any) -> tuple[Any, Any]:
    """(h, c) after one step, from the preactivations of the gates i, f, z, o (N, 4 * H) and c (N, H) before.

    Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.
    """
    i, f, z, o = gates.chunk(4, -1)
    c = sigmoid(f) * c + sigmoid(i) * tanh(z)
    return sigmoid(o) * tanh(c), c


def _of_both(input: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    """W_ih x + b_ih + W_hh h + b_hh."""
    return F.linear(input, w_ih, b_ih) + F.linear(h, w_hh, b_hh)


def lstm_cell(
    input: Tensor,
    hx: tuple[Tensor, Tensor],
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """(h', c') after one step of an LSTM from `hx`, which is (h, c): what `nn.LSTMCell` computes with its parameters.

    >>> h, c = mg.lstm_cell(mg.zeros(2, 3), (mg.zeros(2, 4), mg.zeros(2, 4)), mg.ones(16, 3), mg.ones(16, 4))
    >>> h.shape, c.shape
    (minigrad.Size([2, 4]), minigrad.Size([2, 4]))
    """
    if not isinstance(hx, (tuple, list)):
        raise TypeError(f"lstm_cell(): argument 'hx' (position 2) must be tuple of Tensors, not {type(hx).__name__}")
    h, c = hx
    return lstm_step(_of_both(input, h, w_ih, w_hh, b_ih, b_hh), c)


def gru_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
) -> Tensor:
    """h' after one step of a gated recurrent unit from h, `hx`: what `nn.GRUCell` computes with its parameters.

    >>> mg.gru_cell(mg.zeros(2, 3), mg.zeros(2, 4), mg.ones(12, 3), mg.ones(12, 4)).shape
    minigrad.Size([2, 4])
    """
    x_r, x_z, x_n = F.linear(input, w_ih, b_ih).chunk(3, -1)
    h_r, h_z, h_n = F.linear(hx, w_hh, b_hh).chunk(3, -1)
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    n = tanh(x_n + r * h_n)
    return n + z * (hx - n)


def rnn_tanh_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
) -> Tensor:
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), with h in `hx`: what `nn.RNNCell` computes with its parameters.

    >>> mg.rnn_tanh_cell(mg.ones(2, 3), mg.zeros(2, 1), mg.ones(1, 3), mg.ones(1, 1))
    tensor([[0.9951],
            [0.9951]])
    """
    return tanh(_of_both(input, hx, w_ih, w_hh, b_ih, b_hh))


def rnn_relu_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
) -> Tensor:
    """h' = relu(W_ih x + b_ih + W_hh h + b_hh), with h in `hx`.

    >>> mg.rnn_relu_cell(mg.ones(2, 3), mg.zeros(2, 1), mg.ones(1, 3), mg.ones(1, 1))
    tensor([[3.],
            [3.]])
    """
    return relu(_of_both(input, hx, w_ih, w_hh, b_ih, b_hh))


def _misfit(number: int, given: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """What is wrong with a state of a cell: its dimensions, its size, or how many samples it has."""
    if len(given) not in (1, 2):
        return f"Expected hidden to be 1D or 2D, got {len(given)}D instead"
    if given[-1] != wanted[-1]:
        return f"hidden{number} has inconsistent hidden_size: got {given[-1]}, expected {wanted[-1]}"
    if len(given) == len(wanted) == 2:
        return f"Input batch size {wanted[0]} doesn't match hidden{number} batch size {given[0]}"
    return f"the hidden state should have shape {wanted}, as the input has a batch or has none, got {given}"


class RNNCellBase(Module):
    """The parameters of a cell with so many `gates`."""

    gates: ClassVar[int]
    weight_ih: Parameter
    weight_hh: Parameter
    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        """Make the parameters.

        Args:
            input_size: the size of the input.
            hidden_size: the size of the hidden state.
            bias: whether there are biases (default True).
            device, dtype: of the parameters; the CPU, and the default dtype unless given.

        `weight_ih` (gates * hidden_size, input_size), `weight_hh` (gates * hidden_size, hidden_size), `bias_ih` and
        `bias_hh` (gates * hidden_size,) start uniform on ±1/sqrt(hidden_size).
        """
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = self.gates * hidden_size
        kind = {"device": device, "dtype": dtype}
        self.weight_ih = Parameter(empty(rows, input_size, **kind))
        self.weight_hh = Parameter(empty(rows, hidden_size, **kind))
        self.register_parameter("bias_ih", Parameter(empty(rows, **kind)) if bias else None)
        self.register_parameter("bias_hh", Parameter(empty(rows, **kind)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew, uniform on ±1/sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _batched(self, input: Tensor, *states: Tensor | None) -> list[Any]:
        """The input as (N, input_size), and the states as (N, hidden_size), zeros where there is none."""
        name = type(self).__name__
        if input.ndim not in (1, 2):
            raise ShapeError(f"{name}: Expected input to be 1D or 2D, got {input.ndim}D instead")
        if input.shape[-1] != self.input_size:
            raise ShapeError(
                f"{name}: input has inconsistent input_size: got {input.shape[-1]} expected {self.input_size}"
            )
        wanted = (*input.shape[:-1], self.hidden_size)
        for i, each in enumerate(states):
            if each is not None and tuple(each.shape) != wanted:
                raise ShapeError(f"{name}: {_misfit(i, tuple(each.shape), wanted)}")
        given = [input, *(zeros(wanted, dtype=input.dtype) if each is None else each for each in states)]
        return [unsqueeze(each, 0) if input.ndim == 1 else each for each in given]

    def _weights(self) -> tuple[Any, ...]:
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(RNNCellBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh) (Elman 1990).

    Args:
        input_size: the size of x.
        hidden_size: the size of h.
        bias: whether there are biases (default True).
        nonlinearity: "tanh" or "relu"; ValueError for anything else (default "tanh").
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    From x (N, input_size) and h (N, hidden_size), zeros by default, to h' (N, hidden_size); or all without N.

    >>> nn.RNNCell(3, 4)(mg.zeros(2, 3)).shape
    minigrad.Size([2, 4])
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNNCell: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
        super().__init__(input_size, hidden_size, bias, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        x, h = self._batched(input, hx)
        h = (rnn_tanh_cell if self.nonlinearity == "tanh" else rnn_relu_cell)(x, h, *self._weights())
        return squeeze(h, 0) if input.ndim == 1 else h

    def extra_repr(self) -> str:
        return super().extra_repr() + ("" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}")


class LSTMCell(RNNCellBase):
    """A long short-term memory cell (Hochreiter and Schmidhuber 1997, Gers et al. 2000), without peepholes.

    i, f, o = sigmoid(...), z = tanh(...), each of W_ih x + b_ih + W_hh h + b_hh; c' = f * c + i * z; h' = o * tanh(c').
    The rows of i, f, z and o stand below each other. From x (N, input_size) and (h, c), each (N, hidden_size), zeros by
    default, to (h', c'); or all without N.

    >>> h, c = nn.LSTMCell(3, 4)(mg.zeros(2, 3))
    >>> h.shape, c.shape
    (minigrad.Size([2, 4]), minigrad.Size([2, 4]))
    """

    gates = 4

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        x, h, c = self._batched(input, *((None, None) if hx is None else hx))
        h, c = lstm_cell(x, (h, c), *self._weights())
        return (squeeze(h, 0), squeeze(c, 0)) if input.ndim == 1 else (h, c)


class GRUCell(RNNCellBase):
    """A gated recurrent unit (Cho et al. 2014), with the reset gate after the product.

    r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh); n = tanh(W_ih x + b_ih + r * (W_hh h + b_hh)); each with rows of its
    own; h' = (1 - z) * n + z * h. From x (N, input_size) and h (N, hidden_size), zeros by default, to h'; or without N.

    >>> nn.GRUCell(3, 4)(mg.zeros(2, 3)).shape
    minigrad.Size([2, 4])
    """

    gates = 3

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        x, h = self._batched(input, hx)
        h = gru_cell(x, h, *self._weights())
        return squeeze(h, 0) if input.ndim == 1 else h
