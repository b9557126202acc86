"""Where tensors live: in the memory of the CPU. The class is here so that code which names devices runs unchanged.

PyTorch's `meta`, on which tensors have a shape and no numbers, is the CPU too: whoever uses it wants to save memory,
and gives every tensor its numbers before they are asked for.
"""

from __future__ import annotations

from typing import Any


class device:  # noqa: N801  PyTorch's name
    """A place for tensors, `device("cpu")`. minigrad has no other; asking for one is an error when it is used.

    TypeError or RuntimeError for what is no name of a device.

    >>> mg.device("cuda:0")
    device(type='cuda', index=0)
    """

    def __init__(self, type: Any, index: int | None = None) -> None:
        if not isinstance(type, (str, device)):
            raise TypeError(f"device: takes a name such as 'cpu', not {type!r}")
        name, colon, number = str(type).partition(":")
        if name not in ("cpu", "cuda", "mps", "meta") or (colon and not number.isdecimal()):
            raise RuntimeError(f"device: expected 'cpu', 'cuda', 'cuda:0' or the like, got {type!r}")
        self.type: str = name
        self.index: int | None = int(number) if number else index

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, device):
            return NotImplemented
        return (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __enter__(self) -> device:
        """A block whose tensors are made here: RuntimeError unless it is the CPU."""
        check(self)
        return self

    def __exit__(self, *exception: object) -> None: ...

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{index})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"


cpu = device("cpu")


def check(place: Any) -> None:
    """RuntimeError unless `place` (a device, its name, or None) is the CPU, be it as `meta`."""
    if place is not None and device(place).type not in ("cpu", "meta"):
        raise RuntimeError(f"device {str(place)!r} is not available: minigrad computes on the CPU only, use 'cpu'")
