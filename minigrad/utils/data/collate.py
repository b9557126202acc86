"""How samples become a batch.

Numbers and arrays become tensors with one more axis in front; tuples, lists and dicts keep their form, and
each of their parts becomes a batch of its own. Types follow PyTorch: Python floats make float64, integers
int64.
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from minigrad.creation import tensor
from minigrad.dtypes import float64
from minigrad.engine.gate import gate
from minigrad.errors import ShapeError
from minigrad.ops.joining import stack
from minigrad.sharing import as_tensor
from minigrad.tensor import Tensor

Functions: TypeAlias = "dict[type | tuple[type, ...], Callable[..., Any]]"

np_str_obj_array_pattern = re.compile(r"[SaUO]")
"""The letters of NumPy's dtypes that no tensor can have, as libraries ask for them."""


def default_collate(batch: Sequence[Any]) -> Any:
    """The batch of `batch`, a list of samples of one kind.

    Tensors and arrays of shape (...) make a tensor of shape (N, ...), numbers one of shape (N,), and strings
    and bytes stay as they are. Dicts and named tuples give one of their kind, tuples and lists a list, with a
    batch for each part.

    ShapeError if shapes or lengths differ; TypeError for samples of any other type, unless `default_collate_fn_map`
    says how batches of it are made.

    >>> mg.utils.data.default_collate([(1.0, 2), (3.0, 4)])
    [tensor([1., 3.], dtype=minigrad.float64), tensor([2, 4])]
    """
    return collate(batch, collate_fn_map=default_collate_fn_map)


def collate(batch: Sequence[Any], *, collate_fn_map: Functions | None = None) -> Any:
    """As `default_collate`, where `collate_fn_map` says of types how to make a batch, before anything else does.

    Each of its functions is called with the batch and `collate_fn_map`; the samples of a batch are of one of its types.
    """
    first, functions = batch[0], collate_fn_map or {}
    for kind in (type(first), *functions):
        if kind in functions and isinstance(first, kind):
            return functions[kind](batch, collate_fn_map=collate_fn_map)
    if isinstance(first, Tensor):
        return collate_tensor_fn(batch)
    if _is_numeric(first):
        return stack([as_tensor(sample) for sample in batch])
    if isinstance(first, int):  # and bool
        return tensor(list(batch))
    if isinstance(first, float):
        return tensor(list(batch), dtype=float64)
    if isinstance(first, (str, bytes)):
        return batch
    inner = functools.partial(collate, collate_fn_map=collate_fn_map)
    if isinstance(first, Mapping):
        return _in_form(first, {key: inner([sample[key] for sample in batch]) for key in first})
    if isinstance(first, Sequence):
        _require_equal_lengths(batch)
        return _in_form(first, [inner(parts) for parts in zip(*batch, strict=True)])
    raise TypeError(
        "default_collate: takes tensors, numeric arrays, numbers, strings, tuples, lists and dicts, "
        f"not {type(first).__name__}; write a collate_fn for it"
    )


def collate_tensor_fn(batch: Sequence[Tensor], *, collate_fn_map: Functions | None = None) -> Tensor:
    """The batch of tensors: one more axis in front."""
    return stack(list(batch))


default_collate_fn_map: Functions = {Tensor: collate_tensor_fn}
"""How `default_collate` makes a batch of samples of a type, for programs to add theirs."""


def default_convert(sample: Any) -> Any:
    """One sample with its arrays made tensors, in the form it has; what is no array stays as it is.

    >>> mg.utils.data.default_convert({"x": np.zeros(2), "name": "a"})
    {'x': tensor([0., 0.], dtype=minigrad.float64), 'name': 'a'}
    """
    if _is_numeric(sample):
        return as_tensor(sample)
    if isinstance(sample, Mapping):
        return _in_form(sample, {key: default_convert(part) for key, part in sample.items()})
    if isinstance(sample, Sequence) and not isinstance(sample, (str, bytes)):
        return _in_form(sample, [default_convert(part) for part in sample])
    return sample


def _in_form(form: Any, parts: Any) -> Any:
    """`parts`, a dict or a list, in the type of `form` where that can hold them."""
    if isinstance(form, MutableMapping):
        filled = copy.copy(form)  # with what the class holds besides its items, such as a default
        filled.update(parts)
        return filled
    return type(form)(*parts) if hasattr(form, "_fields") else parts


def _is_numeric(value: Any) -> bool:
    return isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biuf"


def _require_equal_lengths(batch: Sequence[Any]) -> None:
    for index, sample in enumerate(batch):
        if len(sample) != len(batch[0]):
            raise ShapeError(
                "default_collate: the samples of a batch must have equally many parts; "
                f"sample 0 has {len(batch[0])}, sample {index} has {len(sample)}"
            )


gate(globals(), ["default_collate", "default_convert"])
