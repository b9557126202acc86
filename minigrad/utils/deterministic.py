"""What programs that are to do the same each time may ask for besides algorithms: memory without chance in it.

`fill_uninitialized_memory`, True by default, lets `empty` and its like fill their memory with NaN, or the largest
integer, as long as `use_deterministic_algorithms` is on.
"""

from __future__ import annotations

import sys
from types import ModuleType

from minigrad.kernels.uninitialized import Filling

fill_uninitialized_memory: bool


class _Switch(ModuleType):
    @property
    def fill_uninitialized_memory(self) -> bool:
        """Whether uninitialized memory is filled in deterministic programs."""
        return Filling.wanted

    @fill_uninitialized_memory.setter
    def fill_uninitialized_memory(self, mode: bool) -> None:
        Filling.wanted = bool(mode)


sys.modules[__name__].__class__ = _Switch
