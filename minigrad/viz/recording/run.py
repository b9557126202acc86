"""Running a model only to look at it: nothing of it may be different afterwards."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType
from typing import Any

from minigrad.nn.modules.module import Module
from minigrad.random import get_rng_state, set_rng_state
from minigrad.viz.engine import Variable
from minigrad.viz.recording.recorder import Recording


def outputs_of(model: Module, inputs: Sequence[Any], frame: FrameType | None) -> tuple[list[Variable], Recording]:
    """The tensors that `model` returns for `inputs`, and the recording of how it came to them.

    Buffers and the random state are put back. Inputs that have no name get those of forward's parameters, results in a
    dict those of their keys. TypeError without an input, or if nothing that is returned is a tensor.
    """
    if not inputs:
        raise TypeError(f"draw: to draw {type(model).__name__} takes an input to run it on: draw(model, input)")
    buffers = [(each, each.array.copy()) for each in model.buffers()]
    state = get_rng_state()
    recording = Recording(values=False)
    try:
        with recording:
            returned = model(*inputs)
    finally:
        for buffer, array in buffers:
            buffer.array[...] = array
        set_rng_state(state)
    recording.name_by(frame)
    for name, given in zip(_parameters(model), inputs):
        _name(recording, given, name)
    if isinstance(returned, Mapping):
        for key, each in returned.items():
            _name(recording, each, str(key))
    outputs = list(tensors_in(returned))
    if not outputs:
        raise TypeError(f"draw: {type(model).__name__} returned {type(returned).__name__}, and no tensor in it")
    known = [each for each in outputs if each.node is not None or recording.value_of(each) is not None]
    return known or outputs, recording  # a constant that took no part is no part of the picture


def _name(recording: Recording, tensor: Any, name: str) -> None:
    """Name what has no name yet."""
    value = recording.value_of(tensor) if isinstance(tensor, Variable) else None
    if value is not None and not value.name:
        value.name = name


def tensors_in(structure: Any) -> Iterator[Variable]:
    """The tensors in a structure of tuples, lists and dicts."""
    if isinstance(structure, Variable):
        yield structure
    elif isinstance(structure, (tuple, list, Mapping)):
        for each in structure.values() if isinstance(structure, Mapping) else structure:
            yield from tensors_in(each)


def _parameters(model: Module) -> list[str]:
    """The names of forward's parameters; where it takes any number, none."""
    return [
        each.name
        for each in inspect.signature(model.forward).parameters.values()
        if each.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    ]
