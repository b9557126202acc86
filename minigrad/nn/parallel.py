"""The wrappers by which scripts ask for several devices or processes. There is one: the module does the work itself."""

from __future__ import annotations

import contextlib
from typing import Any

from minigrad.nn.modules.module import Module


class DataParallel(Module):
    """`module`, under this name: so that the keys of its state, "module.weight" and so on, are those of such scripts.

    Args:
        module: what does the work.
        device_ids, output_device, dim: which devices there would be; not looked at.

    >>> nn.DataParallel(nn.Linear(2, 3))(mg.zeros(4, 2)).shape
    minigrad.Size([4, 3])
    """

    def __init__(self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)


class DistributedDataParallel(DataParallel):
    """As `DataParallel`: in a world of one process the gradients are what they are."""

    def __init__(self, module: Module, device_ids: Any = None, output_device: Any = None, **options: Any) -> None:
        super().__init__(module)

    def no_sync(self) -> contextlib.AbstractContextManager[None]:
        """A block that changes nothing: there are no other processes."""
        return contextlib.nullcontext()
