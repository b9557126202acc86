"""Settings of PyTorch that choose among devices, threads and implementations.

Scripts make them, so they are here. There is one of each: what else is asked for is an error, or changes nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.device import check, cpu
from minigrad.device import device as Device
from minigrad.dtypes import set_default_dtype
from minigrad.kernels import threads
from minigrad.kernels.uninitialized import Filling


def set_default_device(device: Any) -> None:
    """RuntimeError unless `device` is the CPU.

    >>> mg.set_default_device("cpu")
    """
    check(device)


def get_default_device() -> Device:
    """The CPU.

    >>> mg.get_default_device()
    device(type='cpu')
    """
    return cpu


def set_default_tensor_type(t: Any) -> None:
    """As set_default_dtype, given a class such as FloatTensor, or its name.

    TypeError for types that are not of floats.

    >>> mg.set_default_tensor_type(mg.FloatTensor)
    """
    set_default_dtype(t)


def get_num_threads() -> int:
    """How many threads the work on a large array is shared among.

    At first what OMP_NUM_THREADS, OPENBLAS_NUM_THREADS or MKL_NUM_THREADS says, else the number of processors.

    >>> mg.get_num_threads() >= 1
    True
    """
    return threads.get_num_threads()


def set_num_threads(num: int) -> None:
    """Share the work on large arrays among `num` threads from now on.

    With the same number the same numbers come out, to the bit. TypeError or RuntimeError unless it is a positive int.

    >>> mg.set_num_threads(mg.get_num_threads())
    """
    if not isinstance(num, (int, np.integer)) or isinstance(num, bool):
        raise TypeError(f"set_num_threads: expects an int, but got {type(num).__name__}")
    if num < 1:
        raise RuntimeError(f"set_num_threads: expects a positive number of threads, got {num}")
    threads.set_num_threads(int(num))


_warn_only = [False]
"""Whether `use_deterministic_algorithms` was last told to warn only; the rest of what it was told, `Filling` knows."""


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Remember the wish, for those who ask: all algorithms here are deterministic anyway.

    What `empty` gives is filled then, unless `utils.deterministic.fill_uninitialized_memory` is off.

    >>> mg.use_deterministic_algorithms(True)
    >>> mg.are_deterministic_algorithms_enabled()
    True
    >>> mg.use_deterministic_algorithms(False)
    """
    Filling.deterministic, _warn_only[0] = bool(mode), bool(warn_only)


def are_deterministic_algorithms_enabled() -> bool:
    """Whether `use_deterministic_algorithms` asked for them.

    >>> mg.are_deterministic_algorithms_enabled()
    False
    """
    return Filling.deterministic


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    """Whether `use_deterministic_algorithms` asked for warnings in the place of errors.

    >>> mg.is_deterministic_algorithms_warn_only_enabled()
    False
    """
    return _warn_only[0]


DEBUG_MODES = ("default", "warn", "error")


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """`use_deterministic_algorithms` by one word: "default", "warn", "error", or 0, 1, 2. RuntimeError for others.

    >>> mg.set_deterministic_debug_mode("default")
    """
    if debug_mode not in (*DEBUG_MODES, 0, 1, 2):
        raise RuntimeError(
            "invalid value of debug_mode, expected one of `default`, `warn`, `error`, or 0, 1, 2, "
            f"but got {debug_mode!r}"
        )
    level = DEBUG_MODES.index(debug_mode) if isinstance(debug_mode, str) else debug_mode
    use_deterministic_algorithms(level > 0, warn_only=level == 1)


def get_deterministic_debug_mode() -> int:
    """0, 1 or 2: whether algorithms need not, should, or must be deterministic; here all are.

    >>> mg.get_deterministic_debug_mode()
    0
    """
    return 0 if not Filling.deterministic else 1 if _warn_only[0] else 2


_precision = ["highest"]
"""The word that `set_float32_matmul_precision` was last given."""


def set_float32_matmul_precision(precision: str) -> None:
    """Remember the word, for those who ask: products of float32 matrices have the precision of float32.

    RuntimeError for any other word than "highest", "high" and "medium".

    >>> mg.set_float32_matmul_precision("high")
    >>> mg.get_float32_matmul_precision()
    'high'
    >>> mg.set_float32_matmul_precision("highest")
    """
    if precision not in ("highest", "high", "medium"):
        raise RuntimeError(
            f"set_float32_matmul_precision: precision is 'highest', 'high' or 'medium', not {precision!r}"
        )
    _precision[0] = precision


def get_float32_matmul_precision() -> str:
    """The word that `set_float32_matmul_precision` was given, at first that for the precision of float32 itself.

    >>> mg.get_float32_matmul_precision()
    'highest'
    """
    return _precision[0]


def set_num_interop_threads(num: int) -> None:
    """Nothing: operations run one after the other.

    >>> mg.set_num_interop_threads(1)
    """


def get_num_interop_threads() -> int:
    """1.

    >>> mg.get_num_interop_threads()
    1
    """
    return 1


def set_flush_denormal(mode: bool) -> bool:
    """False: the smallest numbers stay what they are.

    >>> mg.set_flush_denormal(True)
    False
    """
    return False


def is_autocast_enabled(device_type: str = "cpu") -> bool:
    """False: no dtype is lowered.

    >>> mg.is_autocast_enabled()
    False
    """
    return False


def is_autocast_cpu_enabled() -> bool:
    """False: no dtype is lowered.

    >>> mg.is_autocast_cpu_enabled()
    False
    """
    return False


def is_autocast_cache_enabled() -> bool:
    """False: no dtype is lowered.

    >>> mg.is_autocast_cache_enabled()
    False
    """
    return False


def _assert(condition: Any, message: str) -> None:
    """AssertionError with `message` unless `condition` holds: what tracers of programs can see, too."""
    assert condition, message
