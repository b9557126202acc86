"""Random numbers drawn into an array: for the operations whose distribution a tensor gives, and for those in place.

Nothing flows back through them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import Variable, array_of
from minigrad.errors import DTypeError, ShapeError
from minigrad.random.generator import Generator, stream
from minigrad.types import Tensor

__all__ = [
    "bernoulli",
    "binomial",
    "multinomial",
    "poisson",
]

LARGEST_RATE = 2.0**63 - 10 * 2.0**31.5
"""The largest mean of which Poisson numbers are drawn, ten standard deviations below what int64 holds."""


def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Poisson random numbers, element by element of the rate `input`, in its dtype, drawn from `generator`.

    RuntimeError for a rate that is negative, or so large that its counts have no place. There is no derivative.

    >>> mg.poisson(mg.tensor([0.0, 100.0])) >= 0
    tensor([True, True])
    """
    rates = array_of(input)
    if not ((rates >= 0) & (rates <= LARGEST_RATE)).all():
        raise RuntimeError(f"poisson: expected rates from 0 to {LARGEST_RATE:.3g}, where counts fit into int64")
    return Variable.wrap(np.asarray(stream(generator).poisson(rates)).astype(rates.dtype))


def bernoulli(input: Tensor, p: float | None = None, *, generator: Generator | None = None) -> Tensor:
    """1 with probability `input`, element by element, or everywhere `p`, else 0; in shape and dtype of `input`.

    RuntimeError for what is no probability. There is no derivative.

    >>> mg.bernoulli(mg.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    array = array_of(input)
    chances = array if p is None else np.asarray(p)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise RuntimeError("bernoulli: expected probabilities between 0 and 1")
    return Variable.wrap((stream(generator).random(array.shape) < chances).astype(array.dtype))


def binomial(input: Tensor, prob: Tensor, generator: Generator | None = None) -> Tensor:
    """How many of as many trials as `input` says succeed, each with probability `prob`; in the dtype of `input`.

    The shapes broadcast. RuntimeError for what is no probability, and for counts that are negative or infinite. There
    is no derivative.

    >>> mg.binomial(mg.tensor([3.0, 3.0]), mg.tensor([0.0, 1.0]))
    tensor([0., 3.])
    """
    counts, chances = array_of(input), array_of(prob)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise RuntimeError("binomial: expected probabilities between 0 and 1")
    if not ((counts >= 0) & (counts < 2.0**63)).all():
        raise RuntimeError(f"binomial: expected counts that int64 holds, got {counts.min()} to {counts.max()}")
    return Variable.wrap(np.asarray(stream(generator).binomial(counts.astype(np.int64), chances)).astype(counts.dtype))


def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Indices drawn by weight: `num_samples` for each row of `input` (M,) or (N, M), which need not sum to 1.

    int64. RuntimeError for weights that are negative, infinite or all 0, or too few of them without `replacement`.

    >>> mg.multinomial(mg.tensor([0.0, 1.0]), 3, replacement=True)
    tensor([1, 1, 1])
    """
    array = array_of(input)
    if array.dtype.kind != "f":
        raise DTypeError(f"multinomial only supports floating-point dtypes for input, got: {array.dtype}")
    if array.ndim not in (1, 2):
        raise ShapeError(f"multinomial: prob_dist must be 1 or 2 dim, got shape {array.shape}")
    weights = np.atleast_2d(array).astype(np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any() or (weights.sum(1) <= 0).any():
        raise RuntimeError("multinomial: the weights must be finite and not negative, with a positive sum in each row")
    if num_samples <= 0:
        raise RuntimeError(f"multinomial: cannot sample n_sample <= 0 samples, got {num_samples}")
    if not replacement and num_samples > (weights > 0).sum(1).min(initial=num_samples):
        raise RuntimeError(f"multinomial: cannot draw {num_samples} without replacement from fewer positive weights")
    draw = stream(generator).choice
    rows = [draw(row.size, num_samples, replacement, row / row.sum()) for row in weights]
    found = np.array(rows, np.int64).reshape(len(rows), num_samples)
    return Variable.wrap(found if array_of(input).ndim == 2 else found[0])


# -- For the methods in place: numbers for an array ------------------------------------------------------------------


def _expects(held: bool, name: str, wanted: str, given: str) -> None:
    if not held:
        raise RuntimeError(f"{name}: expects {wanted}, got {given}")


def _continuous(x: Array, name: str) -> None:
    if x.dtype.kind != "f":
        raise DTypeError(f"{name}: draws from a continuous distribution, so a floating point tensor, not {x.dtype}")


def _uniform(x: Array, a: float = 0.0, b: float = 1.0, *, generator: Generator | None = None) -> Array:
    """Uniform random numbers in [a, b).

    RuntimeError unless a <= b, and for integers.

    >>> mg.zeros(100).uniform_(2, 3).min() >= 2
    tensor(True)
    """
    _continuous(x, "uniform_")
    if a > b:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={a} > to={b}")
    if x.dtype.kind == "f" and b - a > np.finfo(x.dtype).max:
        raise RuntimeError(f"uniform_ expects to-from <= {np.finfo(x.dtype).max}, but found to={b} and from={a}")
    return stream(generator).uniform(a, b, x.shape)


def _normal(x: Array, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Array:
    """Normal random numbers.

    RuntimeError for a negative `std`.

    >>> mg.zeros(2).normal_(3.0, 0.0)
    tensor([3., 3.])
    """
    _continuous(x, "normal_")
    _expects(std >= 0, "normal_", "std >= 0", f"std={std}")
    return stream(generator).normal(mean, std, x.shape)


def _bernoulli(x: Array, p: Any = 0.5, *, generator: Generator | None = None) -> Array:
    """1 with probability `p`, a number or a tensor of them, else 0.

    RuntimeError unless p is in [0, 1].

    >>> mg.zeros(2).bernoulli_(1.0)
    tensor([1., 1.])
    """
    p = array_of(p)
    if np.broadcast_shapes(p.shape, x.shape) != x.shape:
        raise ShapeError(f"bernoulli_: p of shape {p.shape} does not broadcast to the shape {x.shape} of the tensor")
    _expects(bool(((p >= 0) & (p <= 1)).all()), "bernoulli_", "p in [0, 1]", f"p={p}")
    return np.asarray(stream(generator).random(x.shape) < p)


def _exponential(x: Array, lambd: float = 1.0, *, generator: Generator | None = None) -> Array:
    """Exponentially distributed random numbers of rate `lambd`.

    RuntimeError unless the rate is positive.

    >>> mg.zeros(100).exponential_().min() >= 0
    tensor(True)
    """
    _continuous(x, "exponential_")
    _expects(lambd > 0, "exponential_", "lambd > 0", f"lambd={lambd}")
    return stream(generator).exponential(1 / lambd, x.shape)


def _random(x: Array, *limits: int | None, to: int | None = None, generator: Generator | None = None) -> Array:
    """Random whole numbers from 0 up to but without `to`; with two `limits`, from the first up to but without the last.

    By default as far as the dtype counts without a gap: all integers of it that are not negative, up to 2²⁴ in float32.
    RuntimeError for an empty range, and for limits that the dtype does not hold; a UserWarning where it has gaps there.

    >>> mg.zeros(2).random_(5, 6)
    tensor([5., 5.])
    """
    given: tuple[Any, ...] = limits if to is None else (*limits, to)
    start, end = given if len(given) == 2 else (0, *given) if given else (0, None)
    floats = x.dtype.kind == "f"
    info: Any = np.finfo(x.dtype) if floats else np.iinfo(x.dtype if x.dtype != bool else np.uint8)
    first, last = (0, 1) if x.dtype == bool else (int(info.min), int(info.max))
    whole = 2 ** (info.nmant + 1) if floats else last  # so far every integer is a number of this dtype
    stop = min(whole + 1, 2**63) if end is None else end
    if start >= stop:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={start} >= to={stop}")
    for limit, word in ((start, "from"), (stop - 1, "to - 1")):
        if not first <= limit <= last:
            raise RuntimeError(f"random_: {word} is out of bounds for {x.dtype}: {limit}")
        if floats and abs(limit) > whole:
            warnings.warn(
                f"random_: {word} is out of bounds [-{whole}, {whole}] within which {x.dtype} has every whole number: "
                f"{limit}",
                UserWarning,
                stacklevel=4,
            )
    return stream(generator).integers(start, stop, x.shape)


def _geometric(x: Array, p: float, *, generator: Generator | None = None) -> Array:
    """The number of trials up to the first success of probability `p`.

    RuntimeError unless p is in (0, 1).

    >>> mg.zeros(100).geometric_(0.5).min() >= 1
    tensor(True)
    """
    _expects(0 < p < 1, "geometric_", "p in (0, 1)", f"p={p}")
    return stream(generator).geometric(p, x.shape)


def _log_normal(x: Array, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None) -> Array:
    """Numbers whose logarithm is normal.

    RuntimeError unless `std`, that of the logarithm, is positive.

    >>> mg.zeros(100).log_normal_().min() > 0
    tensor(True)
    """
    _continuous(x, "log_normal_")
    _expects(std > 0, "log_normal_", "std > 0", f"std={std}")
    return stream(generator).lognormal(mean, std, x.shape)


def _cauchy(x: Array, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None) -> Array:
    """Numbers of the Cauchy distribution.

    RuntimeError unless sigma is positive.

    >>> mg.zeros(2).cauchy_().shape
    minigrad.Size([2])
    """
    _continuous(x, "cauchy_")
    median, sigma = float(median), float(sigma)
    _expects(sigma > 0, "cauchy_", "sigma > 0", f"sigma={sigma}")
    return median + sigma * stream(generator).standard_cauchy(x.shape)


FILLS: dict[str, Callable[..., Array]] = {
    "uniform": _uniform,
    "normal": _normal,
    "bernoulli": _bernoulli,
    "exponential": _exponential,
    "random": _random,
    "geometric": _geometric,
    "log_normal": _log_normal,
    "cauchy": _cauchy,
}
"""What fills a tensor: `x.uniform_(a, b)` and so on."""
