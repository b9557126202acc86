"""Recurrent layers: Elman's, long short-term memory, and gated recurrent units.

The steps of one layer in one direction are a single operation of `ops.recurrence`; `rnn_base` has the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.nn import functional as F
from minigrad.nn.modules.rnn_base import RNNBase, S
from minigrad.nn.modules.rnn_cell import lstm_step
from minigrad.ops import stack
from minigrad.ops.recurrence import gru, lstm, rnn
from minigrad.tensor import Tensor


class RNN(RNNBase):
    """h[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh), Elman's network (Elman 1990, Finding Structure in Time).

    Args:
        input_size: the size of an element of the sequence.
        hidden_size: the size of the hidden state.
        num_layers: how many layers there are above each other (default 1).
        nonlinearity: "tanh" or "relu" (default "tanh").
        bias: whether there are biases (default True).
        batch_first: whether sequences are (N, T, size) and not (T, N, size) (default False).
        dropout: the probability, in training, of an element between two layers to be dropped (default 0).
        bidirectional: whether each layer also runs from the end to the start (default False).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    The parameters are those of RNNBase.

    >>> output, h = nn.RNN(3, 4)(mg.zeros(5, 2, 3))
    >>> output.shape, h.shape
    (minigrad.Size([5, 2, 4]), minigrad.Size([1, 2, 4]))
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: Unknown nonlinearity {nonlinearity!r}. Select from 'tanh' or 'relu'.")
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device=device, dtype=dtype
        )
        self.nonlinearity = nonlinearity

    def forward(self, input: S, hx: Tensor | None = None) -> tuple[S, Tensor]:
        """The hidden states of the last layer after each step, and the last ones of all layers.

        Args:
            input: (T, N, input_size), or (N, T, input_size) if `batch_first`, or (T, input_size), or a PackedSequence.
            hx: (num_layers * directions, N, hidden_size), or without N, the states before the first step; zeros by
                default.

        Returns (output, h_n): output (T, N, directions * hidden_size) in the form of the input, h_n in the shape of hx.
        ShapeError if sizes do not fit.
        """
        output, (h,) = self._forward(input, None if hx is None else (hx,))
        return output, h

    if TYPE_CHECKING:  # a `forward` of several types is more than mypy finds out

        def __call__(self, input: S, hx: Tensor | None = None) -> tuple[S, Tensor]: ...  # type: ignore[override]

    def _run(self, x: Any, start: list[Any], suffix: str) -> list[Any]:
        weight = getattr(self, f"weight_hh{suffix}")
        return [rnn(self._projected(x, suffix, True), *start, weight, nonlinearity=self.nonlinearity)]


class LSTM(RNNBase):
    """Long short-term memory (Hochreiter and Schmidhuber 1997, Gers et al. 2000); the equations are in LSTMCell.

    The arguments are those of RNNBase. With `proj_size` the hidden state is W_hr h of that size (Sak et al. 2014), with
    parameters weight_hr_l{k}; the cell state has the size `hidden_size`.

    >>> output, (h, c) = nn.LSTM(3, 4, num_layers=2)(mg.zeros(5, 2, 3))
    >>> output.shape, h.shape, c.shape
    (minigrad.Size([5, 2, 4]), minigrad.Size([2, 2, 4]), minigrad.Size([2, 2, 4]))
    """

    gates = 4
    states = 2

    def forward(self, input: S, hx: tuple[Tensor, Tensor] | None = None) -> tuple[S, tuple[Tensor, Tensor]]:
        """The hidden states of the last layer after each step, and the last hidden and cell states of all layers.

        Args:
            input: (T, N, input_size), or (N, T, input_size) if `batch_first`, or (T, input_size), or a PackedSequence.
            hx: (h_0, c_0), each (num_layers * directions, N, size), or without N; zeros by default.

        Returns (output, (h_n, c_n)): output (T, N, directions * size) in the form of the input, h_n and c_n as h_0 and
        c_0. ShapeError if sizes do not fit.
        """
        output, (h, c) = self._forward(input, hx)
        return output, (h, c)

    if TYPE_CHECKING:

        def __call__(self, input: S, hx: tuple[Tensor, Tensor] | None = None) -> tuple[S, tuple[Tensor, Tensor]]: ...  # type: ignore[override]

    def _run(self, x: Any, start: list[Any], suffix: str) -> list[Any]:
        x, weight = self._projected(x, suffix, True), getattr(self, f"weight_hh{suffix}")
        h, c = start
        if not self.proj_size:
            y = lstm(x, h, c, weight)
            return [y[0], y[1]]
        steps = []
        for gates in x:
            h, c = lstm_step(gates + F.linear(h, weight), c)
            h = F.linear(h, getattr(self, f"weight_hr{suffix}"))
            steps.append((h, c))
        return [stack(each) for each in zip(*steps, strict=True)]


class GRU(RNNBase):
    """Gated recurrent units (Cho et al. 2014); the equations are in GRUCell.

    Args:
        input_size: the size of an element of the sequence.
        hidden_size: the size of the hidden state.
        num_layers: how many layers there are above each other (default 1).
        bias: whether there are biases (default True).
        batch_first: whether sequences are (N, T, size) and not (T, N, size) (default False).
        dropout: the probability, in training, of an element between two layers to be dropped (default 0).
        bidirectional: whether each layer also runs from the end to the start (default False).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    The parameters are those of RNNBase.

    >>> output, h = nn.GRU(3, 4, batch_first=True)(mg.zeros(2, 5, 3))
    >>> output.shape, h.shape
    (minigrad.Size([2, 5, 4]), minigrad.Size([1, 2, 4]))
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device=device, dtype=dtype
        )

    def forward(self, input: S, hx: Tensor | None = None) -> tuple[S, Tensor]:
        """The hidden states of the last layer after each step, and the last ones of all layers.

        Arguments and shapes are those of RNN.
        """
        output, (h,) = self._forward(input, None if hx is None else (hx,))
        return output, h

    if TYPE_CHECKING:

        def __call__(self, input: S, hx: Tensor | None = None) -> tuple[S, Tensor]: ...  # type: ignore[override]

    def _run(self, x: Any, start: list[Any], suffix: str) -> list[Any]:
        weight = getattr(self, f"weight_hh{suffix}")
        bias = getattr(self, f"bias_hh{suffix}") if self.bias else np.zeros_like(weight.array, shape=len(weight))
        return [gru(self._projected(x, suffix, False), start[0], weight, bias)]
