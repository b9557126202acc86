"""Functions that PyTorch has without documentation, under names with an underscore, and that libraries call.

`_int_mm` is what quantized layers multiply with, `_standard_gamma` and `_sample_dirichlet` are what distributions of
one's own draw from.
"""

from __future__ import annotations

import numpy as np

from minigrad.distributions.incomplete_gamma import LogGamma
from minigrad.door import open_doors
from minigrad.dtypes import float64, int8, int32, uint8
from minigrad.engine.gate import gate
from minigrad.errors import DTypeError
from minigrad.ops import mm, softmax
from minigrad.random import Generator
from minigrad.tensor import Tensor

NAMES = ("_int_mm", "_sample_dirichlet", "_standard_gamma")


def _int_mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices of int8 or uint8, in int32. RuntimeError for other dtypes."""
    for each in (input, mat2):
        if each.array.dtype not in (int8, uint8):
            raise DTypeError(f"_int_mm: Expected self dtype to be int8 or uint8 but got {each.dtype}")
    return mm(input.to(float64), mat2.to(float64)).to(int32)  # in which sums of such products are exact, and fast


def _standard_gamma(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Random numbers of the gamma distribution whose shape parameters are `input`, with their gradient."""
    return LogGamma.apply(input, generator).exp().clamp(min=float(np.finfo(input.array.dtype).tiny))  # type: ignore[no-any-return]


def _sample_dirichlet(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Random numbers of Dirichlet's distribution whose concentrations are `input`, with their gradient."""
    return softmax(LogGamma.apply(input, generator), dim=-1)


gate(globals(), NAMES)
open_doors(globals(), NAMES)
