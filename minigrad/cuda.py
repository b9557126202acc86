"""What scripts ask before they use a GPU. There is none here, and the answers say so."""

from __future__ import annotations

from typing import Any

from minigrad import amp as amp
from minigrad.errors import OutOfMemoryError as OutOfMemoryError
from minigrad.typed import absent


def is_available() -> bool:
    """False: minigrad computes on the CPU.

    >>> mg.cuda.is_available()
    False
    """
    return False


def device_count() -> int:
    """0.

    >>> mg.cuda.device_count()
    0
    """
    return 0


def manual_seed(seed: int) -> None:
    """Nothing: there is no generator on a GPU to seed."""


def manual_seed_all(seed: int) -> None:
    """Nothing: there is no generator on a GPU to seed."""


def empty_cache() -> None:
    """Nothing: there is no cache on a GPU to empty."""


def synchronize(device: Any = None) -> None:
    """Nothing: operations are done when they return."""


def is_initialized() -> bool:
    """False."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """False."""
    return False


def memory_allocated(device: Any = None) -> int:
    """0."""
    return 0


def max_memory_allocated(device: Any = None) -> int:
    """0."""
    return 0


def memory_reserved(device: Any = None) -> int:
    """0."""
    return 0


def reset_peak_memory_stats(device: Any = None) -> None:
    """Nothing: no memory of a GPU is counted."""


def max_memory_reserved(device: Any = None) -> int:
    """0."""
    return 0


def reset_max_memory_allocated(device: Any = None) -> None:
    """Nothing: no memory of a GPU is counted."""


def memory_stats(device: Any = None) -> dict[str, Any]:
    """Nothing is counted."""
    return {}


def memory_summary(device: Any = None, abbreviated: bool = False) -> str:
    """An empty text."""
    return ""


def ipc_collect() -> None:
    """Nothing: no memory of a GPU is shared."""


def get_rng_state_all() -> list[Any]:
    """The states of no generator."""
    return []


def set_rng_state_all(new_states: Any) -> None:
    """Nothing: there is no generator on a GPU."""


def seed_all() -> None:
    """Nothing: there is no generator on a GPU to seed."""


def get_arch_list() -> list[str]:
    """No architecture."""
    return []


def is_current_stream_capturing() -> bool:
    """False."""
    return False


def _absent(name: str) -> Any:
    def asked(*args: Any, **options: Any) -> Any:
        raise RuntimeError(f"{name}: no GPU is available: minigrad computes on the CPU only")

    asked.__name__ = asked.__qualname__ = name
    asked.__doc__ = "RuntimeError: there is no GPU. Scripts ask `is_available()` first."
    return asked


current_device = _absent("current_device")
get_device_name = _absent("get_device_name")
get_device_properties = _absent("get_device_properties")
get_device_capability = _absent("get_device_capability")
set_device = _absent("set_device")
mem_get_info = _absent("mem_get_info")
Stream = type("Stream", (), {"__new__": _absent("Stream"), "__doc__": "A class of which there is nothing."})
Event = type("Event", (), {"__new__": _absent("Event"), "__doc__": "A class of which there is nothing."})
current_stream = _absent("current_stream")
FloatTensor, DoubleTensor, HalfTensor = absent("FloatTensor"), absent("DoubleTensor"), absent("HalfTensor")
ByteTensor, CharTensor, ShortTensor = absent("ByteTensor"), absent("CharTensor"), absent("ShortTensor")
IntTensor, LongTensor, BoolTensor = absent("IntTensor"), absent("LongTensor"), absent("BoolTensor")
_initialized = False
