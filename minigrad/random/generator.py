"""Random numbers with a state that can be set, saved and put back: what makes a run repeatable to the bit.

A Generator wraps NumPy's. Everything in the package that draws takes one, or uses `default_generator`, which
`manual_seed` sets. The numbers are not those that PyTorch draws from the same seed.
"""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import minigrad.device as devices
from minigrad.engine.node import Variable
from minigrad.engine.views import owner_of
from minigrad.errors import ArgumentError
from minigrad.types import Tensor

STATE = {"seed": 8, "state": 16, "inc": 16, "uinteger": 8, "has_uint32": 8}
"""What the bytes of a state are: numbers one after the other, each in so many, the lowest first."""


class Generator:
    """A stream of random numbers.

    Every function that draws takes one as `generator`; the numbers follow from its seed alone. `device` is accepted:
    there is only the CPU.

    >>> generator = mg.Generator().manual_seed(3)
    >>> bool(mg.rand(1, generator=generator) == mg.rand(1, generator=generator.manual_seed(3)))
    True
    """

    def __init__(self, device: Any = "cpu") -> None:
        devices.check(device)
        self.device = devices.device(device)
        self._seed: int | None = None
        self._numpy: np.random.Generator | None = None

    @property
    def numpy(self) -> np.random.Generator:
        """The generator of NumPy's that does the work, made when it is first needed."""
        if self._numpy is None:
            self._numpy = np.random.Generator(np.random.PCG64(self.initial_seed()))
        return self._numpy

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream that `seed`, an integer, stands for.

        TypeError for anything else.

        >>> mg.Generator().manual_seed(3).initial_seed()
        3
        """
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise TypeError(f"manual_seed: the seed must be an int, not {type(seed).__name__}")
        if not -(2**63) <= seed < 2**64:
            raise ArgumentError(
                f"manual_seed: Overflow when unpacking long: the seed must fit into 64 bits, not {seed}"
            )
        self._seed, self._numpy = int(seed) % 2**64, None
        return self

    def seed(self) -> int:
        """Start from a number that the operating system draws, and return it.

        >>> generator = mg.Generator()
        >>> generator.seed() == generator.initial_seed()
        True
        """
        self._seed, self._numpy = None, None
        return self.initial_seed()

    def initial_seed(self) -> int:
        """The seed that the stream started from."""
        if self._seed is None:
            self._seed = int.from_bytes(os.urandom(8), "little") >> 1
        return self._seed

    def get_state(self) -> Tensor:
        """The place in the stream, as a vector of bytes: a tensor of uint8.

        >>> generator = mg.Generator()
        >>> state = generator.get_state()
        >>> before = mg.rand(1, generator=generator)
        >>> bool(before == mg.rand(1, generator=generator.set_state(state)))
        True
        """
        place: Any = self.numpy.bit_generator.state
        numbers = {"seed": self.initial_seed(), **place, **place["state"]}
        state = b"".join(numbers[name].to_bytes(size, "little") for name, size in STATE.items())
        return Variable.result_type.wrap(np.frombuffer(state, np.uint8).copy())  # type: ignore[no-any-return]

    def set_state(self, state: Tensor) -> Generator:
        """Go to a place that `get_state` gave.

        TypeError unless `state` is a tensor of uint8; ValueError if it is no such state.
        """
        if not isinstance(state, Variable) or state.array.dtype != np.uint8:
            raise TypeError(
                "set_state: RNG state must be a torch.ByteTensor, a tensor of uint8 that get_state gave, not "
                f"{state.array.dtype if isinstance(state, Variable) else type(state).__name__}"
            )
        if state.array.shape != (sum(STATE.values()),):
            raise ArgumentError(
                f"set_state: this is not a state that get_state of minigrad gave: RNG state has {state.array.size} "
                f"bytes, not {sum(STATE.values())}"
            )
        data, numbers = state.array.tobytes(), {}
        for name, size in STATE.items():
            numbers[name], data = int.from_bytes(data[:size], "little"), data[size:]
        if not numbers["inc"] % 2 or numbers["uinteger"] >= 2**32:
            raise ArgumentError("set_state: this is not a state that get_state of minigrad gave")
        self._seed = numbers["seed"]
        self.numpy.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": numbers["state"], "inc": numbers["inc"]},
            "has_uint32": numbers["has_uint32"],
            "uinteger": numbers["uinteger"],
        }
        return self


default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Seed the package's generator: the same seed gives the same numbers, hence the same run.

    >>> _ = mg.manual_seed(3)
    >>> first = mg.rand(2)
    >>> _ = mg.manual_seed(3)
    >>> mg.equal(first, mg.rand(2))
    True
    """
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Seed the package's generator with a number that the operating system draws, and return it.

    >>> mg.seed() == mg.initial_seed()
    True
    """
    return default_generator.seed()


def initial_seed() -> int:
    """The seed of the package's generator.

    >>> _ = mg.manual_seed(3)
    >>> mg.initial_seed()
    3
    """
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the package's generator.

    >>> state = mg.get_rng_state()
    >>> first = mg.rand(2)
    >>> mg.set_rng_state(state)
    >>> mg.equal(first, mg.rand(2))
    True
    """
    return default_generator.get_state()


def set_rng_state(state: Tensor) -> None:
    """Put the package's generator where `get_rng_state` was called.

    TypeError or ValueError for what is no such state.

    >>> mg.set_rng_state(mg.get_rng_state())
    """
    default_generator.set_state(state)


def stream(generator: Generator | None) -> np.random.Generator:
    """NumPy's generator behind `generator`, or behind the package's; RuntimeError where `drawing` forbids it."""
    if _drawn.rule == "error":
        raise RuntimeError(
            "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' "
            "randomness flags on vmap or perform the randomness operation out of vmap"
        )
    if generator is not None and not isinstance(generator, Generator):
        raise TypeError(f"generator must be a minigrad.Generator or None, not {type(generator).__name__}")
    drawn = default_generator if generator is None else generator
    for starts in _drawn.repeated:
        if drawn not in starts:
            starts[drawn] = drawn.get_state()
    return drawn.numpy


def drawn_into(array: Any) -> None:
    """Note that random numbers are about to fill `array`: RuntimeError where another call of a block has filled it.

    Of the numbers of several calls, which are to be different, the last would be left.
    """
    if _drawn.rule == "different" and _drawn.filled is not None:
        owner, call = owner_of(array), _drawn.call
        place = id(owner), array.__array_interface__["data"][0]
        before = _drawn.filled.setdefault(place, (weakref.ref(owner), call))
        if before[0]() is not owner:
            _drawn.filled[place] = weakref.ref(owner), call
        elif before[1] != call:
            raise RuntimeError(
                "vmap: Vmap called different inplace randomness on an unbatched tensor: each call would write over the "
                "numbers of the one before. Fill a slice of an argument, or use an operation that is not in place."
            )


class _Drawn(threading.local):
    """What `drawing` says of random numbers that the running thread draws."""

    rule = "different"
    call = 0
    """Which call of the block is running."""
    filled: dict[tuple[int, int], tuple[Any, int]] | None = None
    """Where calls of the block have filled arrays: by owner and address, who the owner is and which call it was."""
    repeated: tuple[dict[Generator, Tensor], ...] = ()
    """For each block whose calls draw the same numbers: where the generators were before the first call drew."""


_drawn = _Drawn()


@contextlib.contextmanager
def drawing(rule: str) -> Iterator[Callable[[], None]]:
    """A block of several calls, each of which draws numbers of its own ("different"), the "same", or none ("error").

    Before each call what the block gives is to be called. ValueError for another rule.
    """
    if rule not in ("error", "different", "same"):
        raise ValueError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {rule}")
    before = _drawn.rule, _drawn.repeated, _drawn.filled, _drawn.call
    starts: dict[Generator, Tensor] = {}

    def again() -> None:
        _drawn.call += 1
        for generator, start in starts.items():
            generator.set_state(start)

    try:
        _drawn.rule, _drawn.filled = rule, {}
        if rule == "same":
            _drawn.repeated = (*_drawn.repeated, starts)
        yield again
    finally:
        _drawn.rule, _drawn.repeated, _drawn.filled, _drawn.call = before


@contextlib.contextmanager
def fork_rng(devices: Any = (), enabled: bool = True) -> Iterator[None]:
    """Within, draw as ever; afterwards the package's generator is where it was before, unless `enabled` is False.

    >>> with mg.random.fork_rng():
    ...     within = mg.rand(2)
    >>> mg.equal(within, mg.rand(2))
    True
    """
    before = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(before)
