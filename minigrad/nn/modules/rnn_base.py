"""What all recurrent layers share: cells run along a sequence, several above each other, in one direction or in both.

Sequences of different lengths come as a PackedSequence; they are laid out with padding, run to the end, and the padding
is left out of what comes back.
"""

from __future__ import annotations

import math
import warnings
from typing import Any, ClassVar, TypeVar

import numpy as np

from minigrad.creation import empty, zeros
from minigrad.dtypes import Array
from minigrad.errors import ShapeError
from minigrad.kernels.room import SMALL, check_room
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module, changed
from minigrad.nn.parameter import Parameter
from minigrad.nn.utils.rnn import PackedSequence, packed_like, pad_packed_sequence
from minigrad.ops import cat, flip, squeeze, stack, unsqueeze
from minigrad.tensor import Tensor

S = TypeVar("S", Tensor, PackedSequence)
"""Sequences come out in the form in which they went in."""


class RNNBase(Module):
    """Layers of one kind of cell. Subclasses say how many `gates` and `states` it has, and `_run` it along a sequence.

    Layer 0 gets the input, each other one the hidden states of the one below. The parameters of layer k are
    weight_ih_l{k} (gates * hidden_size, size of what comes in), weight_hh_l{k} (gates * hidden_size, hidden_size),
    bias_ih_l{k} and bias_hh_l{k} (gates * hidden_size,), with "_reverse" added for those of the direction back; all
    start uniform on ±1/sqrt(hidden_size).
    """

    gates: ClassVar[int]
    states: ClassVar[int] = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        """Make the parameters of all layers and directions.

        Args:
            input_size: the size of an element of the sequence.
            hidden_size: the size of the hidden state.
            num_layers: how many layers there are above each other (default 1).
            bias: whether there are biases (default True).
            batch_first: whether sequences are (N, T, size) and not (T, N, size) (default False).
            dropout: the probability, in training, of an element between two layers to be dropped (default 0).
            bidirectional: whether each layer also runs from the end to the start; both hidden states stand side by side
                (default False).
            proj_size: for LSTM, the size that hidden states are projected to; 0 for none (default 0).
            device, dtype: of the parameters; the CPU, and the default dtype unless given.

        ValueError for sizes that are not positive or a dropout outside [0, 1]; UserWarning for dropout with one layer.
        """
        super().__init__()
        name = type(self).__name__
        for option, flag in (("bias", bias), ("batch_first", batch_first)):
            if not isinstance(flag, bool):
                raise TypeError(f"{name}: {option} should be of type bool, got: {type(flag).__name__}")
        for option, count in (("input_size", input_size), ("hidden_size", hidden_size), ("num_layers", num_layers)):
            if not isinstance(count, int):
                raise TypeError(f"{name}: {option} should be of type int, got: {type(count).__name__}")
            if count <= 0:
                raise ValueError(f"{name}: {option} must be greater than zero, got {count}")
        if not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout should be a number in range [0, 1], a probability, not {dropout}")
        if not 0 <= proj_size < hidden_size:
            raise ValueError(f"{name}: proj_size must be less than hidden_size, {hidden_size}, not {proj_size}")
        if dropout > 0 and num_layers == 1:
            warnings.warn(
                f"{name}: dropout acts between layers, so dropout={dropout} does nothing for num_layers=1", stacklevel=3
            )
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        rows, out = self.gates * hidden_size, proj_size or hidden_size
        numbers = rows * (out * (2 + bool(bidirectional)) + 2)  # of a layer above others, and no layer has many fewer
        check_room(name, num_layers, numbers * 4 + 4 * SMALL, "layers")
        for layer, suffix in self._runs():
            width = input_size if layer == 0 else out * (1 + bidirectional)
            sizes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, width), "weight_hh": (rows, out)}
            if bias:
                sizes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
            if proj_size:
                sizes |= {"weight_hr": (proj_size, hidden_size)}
            for each, size in sizes.items():
                self.register_parameter(f"{each}{suffix}", Parameter(empty(size, device=device, dtype=dtype)))
        self.reset_parameters()

    def _runs(self) -> list[tuple[int, str]]:
        """The number of the layer and the end of its parameters' names, for each layer and direction."""
        directions = ("", "_reverse") if self.bidirectional else ("",)
        return [(layer, f"_l{layer}{direction}") for layer in range(self.num_layers) for direction in directions]

    def reset_parameters(self) -> None:
        """Draw the parameters anew, uniform on ±1/sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def flatten_parameters(self) -> None:
        """Does nothing: here parameters need not be neighbours in memory."""

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        return [[p for name, p in self.named_parameters() if name.endswith(suffix)] for _, suffix in self._runs()]

    @property
    def _flat_weights(self) -> list[Parameter]:
        """All of them in a row: the name by which libraries of recurrent layers ask for them."""
        return [each for run in self.all_weights for each in run]

    def _run(self, x: Any, start: list[Any], suffix: str) -> list[Any]:
        """The states (T, N, H) after each step, the hidden one first, from x (T, N, input) and the states before."""
        raise NotImplementedError

    def _projected(self, x: Any, suffix: str, both: bool) -> Any:
        """x (T, N, input) @ weight_ih.T plus bias_ih, or plus `both` biases."""
        if not self.bias:
            return F.linear(x, getattr(self, f"weight_ih{suffix}"))
        bias = getattr(self, f"bias_ih{suffix}")
        return F.linear(
            x, getattr(self, f"weight_ih{suffix}"), bias + getattr(self, f"bias_hh{suffix}") if both else bias
        )

    def _forward(self, input: Any, start: tuple[Any, ...] | None) -> tuple[Any, tuple[Any, ...]]:
        """The output and the last states, for any kind of input; `start` has a state of each kind."""
        if isinstance(input, PackedSequence):
            x, lengths = pad_packed_sequence(input)
            output, last = self._layers(x, start, lengths.array)
            return packed_like(output, input), last
        if input.ndim not in (2, 3):
            raise ShapeError(f"{type(self).__name__}: expected input of 2 or 3 dimensions, got {tuple(input.shape)}")
        if input.ndim == 3:
            x = input.transpose(0, 1) if self.batch_first else input
            output, last = self._layers(x, start, None)
            return output.transpose(0, 1) if self.batch_first else output, last
        if start is not None:
            self._check_start(start, ndim=2)
            start = tuple(unsqueeze(each, 1) for each in start)
        output, last = self._layers(unsqueeze(input, 1), start, None)
        return squeeze(output, 1), tuple(squeeze(each, 1) for each in last)

    def _layers(self, x: Any, start: tuple[Any, ...] | None, lengths: Array | None) -> tuple[Any, tuple[Any, ...]]:
        """All layers on x (T, N, input); `lengths` (N,) where sequences end before T."""
        if x.shape[0] == 0:
            raise ShapeError(f"{type(self).__name__}: Expected sequence length to be larger than 0 in RNN, got 0")
        if x.shape[2] != self.input_size:
            raise ShapeError(
                f"{type(self).__name__}: expected input of input_size={self.input_size} in its last dimension, got"
                f" (time, batch, features) = {tuple(x.shape)}"
            )
        dtype = self.weight_ih_l0.dtype
        if x.dtype != dtype:
            raise ValueError(
                f"{type(self).__name__}: RNN input dtype ({x.dtype}) does not match weight dtype ({dtype}). Convert "
                f"the input: input.to({dtype}), or the model: model.to({x.dtype})"
            )
        runs = self._runs()
        if start is None:
            widths = (self.proj_size or self.hidden_size, self.hidden_size)
            start = tuple(zeros(len(runs), x.shape[1], width, dtype=x.dtype) for width in widths[: self.states])
        self._check_start(start, ndim=3, batch=x.shape[1])
        outputs: list[Any] = []
        last: list[list[Any]] = []
        for k, (layer, suffix) in enumerate(runs):
            if outputs and layer != runs[k - 1][0]:
                x = F.dropout(_joined(outputs), self.dropout, self.training)
                outputs = []
            back = suffix.endswith("_reverse")
            states = self._run(_reversed(x, lengths) if back else x, [each[k] for each in start], suffix)
            outputs.append(_reversed(states[0], lengths) if back else states[0])
            last.append([_at_end(each, lengths) for each in states])
        return _joined(outputs), tuple(stack(each) for each in zip(*last, strict=True))

    def _check_start(self, start: tuple[Any, ...], ndim: int, batch: int = 0) -> None:
        widths = (self.proj_size or self.hidden_size, self.hidden_size)[: self.states]
        layers = self.num_layers * (1 + self.bidirectional)
        if len(start) != len(widths):
            raise ShapeError(f"{type(self).__name__}: expected hx of {len(widths)} states, got {len(start)}")
        for each, width in zip(start, widths, strict=True):
            wanted = (layers, batch, width) if ndim == 3 else (layers, width)
            if tuple(each.shape) != wanted:
                raise ShapeError(
                    f"{type(self).__name__}: expected a hidden state of shape {wanted} "
                    f"(layers * directions, {'batch, ' if ndim == 3 else ''}size), got {tuple(each.shape)}"
                )

    def extra_repr(self) -> str:
        usual = {
            "proj_size": 0,
            "num_layers": 1,
            "bias": True,
            "batch_first": False,
            "dropout": 0,
            "bidirectional": False,
        }
        return f"{self.input_size}, {self.hidden_size}{changed(self, **usual)}"


def _joined(outputs: list[Any]) -> Any:
    """The outputs of both directions side by side."""
    return cat(outputs, -1) if len(outputs) > 1 else outputs[0]


def _reversed(x: Any, lengths: Array | None) -> Any:
    """Each sequence of (T, N, H) in reverse order, what follows its end left in place."""
    if lengths is None:
        return flip(x, 0)
    t = np.arange(x.shape[0])[:, None]
    return x[np.where(t < lengths, lengths - 1 - t, t), np.arange(x.shape[1])]


def _at_end(states: Any, lengths: Array | None) -> Any:
    """The state (N, H) at the end of each sequence of (T, N, H)."""
    return states[-1] if lengths is None else states[lengths - 1, np.arange(states.shape[1])]
