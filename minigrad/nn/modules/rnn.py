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
from minigrad.ops.recurrence import gru_over_time, lstm_over_time, rnn_over_time
from minigrad.tensor import Tensor


class RNN(RNNBase):
    """h[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh), or relu by `nonlinearity` (Elman 1990).

    From x (T, N, input_size), or (N, T, ...) if `batch_first`, or without N, or packed, and h_0
    (num_layers * directions, N, hidden_size), zeros by default, to the hidden states of the last layer
    (T, N, directions * hidden_size) and h_n, the last states of all, in the shape of h_0.
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
            raise ValueError(f"RNN: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device=device, dtype=dtype
        )
        self.nonlinearity = nonlinearity

    def forward(self, input: S, hx: Tensor | None = None) -> tuple[S, Tensor]:
        output, (h,) = self._forward(input, None if hx is None else (hx,))
        return output, h

    if TYPE_CHECKING:

        def __call__(self, input: S, hx: Tensor | None = None) -> tuple[S, Tensor]: ...

    def _run(self, x: Any, start: list[Any], suffix: str) -> list[Any]:
        weight = getattr(self, f"weight_hh{suffix}")
        return [rnn_over_time(self._projected(x, suffix, True), *start, weight, nonlinearity=self.nonlinearity)]


class LSTM(RNNBase):
    """Long short-term memory (Hochreiter and Schmidhuber 1997, Gers et al. 2000); the equations are in LSTMCell.

    Shapes are those of RNN; there are two states, (h_0, c_0) and (h_n, c_n). With `proj_size` the hidden state is
    W_hr h of that size (Sak et al. 2014), and the cell state has the size `hidden_size`.
    """

    gates = 4
    states = 2

    def forward(self, input: S, hx: tuple[Tensor, Tensor] | None = None) -> tuple[S, tuple[Tensor, Tensor]]:
        output, (h, c) = self._forward(input, hx)
        return output, (h, c)

    if TYPE_CHECKING:

        def __call__(self, input: S, hx: tuple[Tensor, Tensor] | None = None) -> tuple[S, tuple[Tensor, Tensor]]: ...

    def _run(self, x: Any, start: list[Any], suffix: str) -> list[Any]:
        x, weight = self._projected(x, suffix, True), getattr(self, f"weight_hh{suffix}")
        if not self.proj_size:
            y = lstm_over_time(x, *start, weight)
            return [y[0], y[1]]
        h, c = start
        steps = []
        for gates in x:
            h, c = lstm_step(gates + F.linear(h, weight), c)
            h = F.linear(h, getattr(self, f"weight_hr{suffix}"))
            steps.append((h, c))
        return [stack(each) for each in zip(*steps, strict=True)]


class GRU(RNNBase):
    """Gated recurrent units (Cho et al. 2014); the equations are in GRUCell, the shapes those of RNN."""

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
        output, (h,) = self._forward(input, None if hx is None else (hx,))
        return output, h

    if TYPE_CHECKING:

        def __call__(self, input: S, hx: Tensor | None = None) -> tuple[S, Tensor]: ...

    def _run(self, x: Any, start: list[Any], suffix: str) -> list[Any]:
        weight = getattr(self, f"weight_hh{suffix}")
        bias = getattr(self, f"bias_hh{suffix}") if self.bias else np.zeros_like(weight.array, shape=len(weight))
        return [gru_over_time(self._projected(x, suffix, False), *start, weight, bias)[0]]
