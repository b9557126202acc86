"""The numbers that all engines start from: the same seed and the same order of draws give each the same work."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


class Numbers:
    """Parameters and data in float32, one after the other from one generator."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)

    def parameter(self, *shape: int) -> Any:
        """A parameter whose first axis is the output: its rows have length 1 on average."""
        return (self._rng.standard_normal(shape) / math.sqrt(math.prod(shape[1:]))).astype(np.float32)

    def data(self, *shape: int) -> Any:
        """Inputs, targets and incoming gradients."""
        return self._rng.standard_normal(shape).astype(np.float32)

    def integers(self, below: int, *shape: int) -> Any:
        """Classes and indices."""
        return self._rng.integers(0, below, shape)


def summary(values: Any) -> list[float]:
    """What is compared of the results of a step: the mean size of the numbers of each."""
    return [float(np.abs(each).mean()) for each in values]
