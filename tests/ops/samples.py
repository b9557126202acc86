"""The table of samples: how every operation is called, on what, and what should come out.

One `Row` for each operation, in files `table_*.py` by family; the generic tests read the rows, so a new operation is
proved by adding a line. The tests of a row: its values against `reference`, an independent function of NumPy arrays
(naive, in closed form, or SciPy's), and against the PyTorch function `torch`; its first and second derivatives against
differences and PyTorch; dtypes, raw arrays, memory layouts. A row with the name of a primitive and no `call` of its own
is the primitive itself, and then the claim of its family (linear, bilinear) is tested too.

A case of a row is the shapes of its arrays and its options, keywords that `call`, `reference` and `torch` all take.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
from minigrad.autograd import PRIMITIVES

Array = np.ndarray
Shape = tuple[int, ...]
Domain = Callable[[np.random.Generator, Shape], Array]
Case = tuple[tuple[Shape, ...], dict[str, Any]]


# -- domains: how the values of an input are drawn; only floating point inputs are differentiated ----------------------


def real(low: float = -2.0, high: float = 2.0, *, away_from: Sequence[float] = (), gap: float = 0.05) -> Domain:
    """Uniform in [low, high], at least `gap` from each point of `away_from`: the kinks and poles of the function."""

    def draw(rng: np.random.Generator, shape: Shape) -> Array:
        x = rng.uniform(low, high, shape)
        for point in away_from:
            near = np.abs(x - point) < gap
            x = np.where(near, point + np.where(x < point, -1, 1) * (gap + np.abs(x - point)), x)
        return np.asarray(x)

    return draw


def distinct(low: float = -2.0, high: float = 2.0) -> Domain:
    """Different numbers at equal distances in random order: no two tie, also after a step of a difference."""

    def draw(rng: np.random.Generator, shape: Shape) -> Array:
        size = int(np.prod(shape))
        return rng.permutation(np.linspace(low, high, size)).reshape(shape)

    return draw


def integers(low: int, high: int, dtype: Any = np.int64) -> Domain:
    """Integers from low up to but without high."""
    return lambda rng, shape: np.asarray(rng.integers(low, high, shape, dtype=dtype))


def bools(rng: np.random.Generator, shape: Shape) -> Array:
    return np.asarray(rng.integers(0, 2, shape)).astype(bool)


positive = real(0.3, 2.5)


# -- cases: shapes of all ranks, empty and broadcast -------------------------------------------------------------------


def each(shapes: Iterable[tuple[Shape, ...]], *options: dict[str, Any]) -> list[Case]:
    """Every shape with every options (none where none are given)."""
    return [(shape, chosen) for shape, chosen in itertools.product(shapes, options or ({},))]


def case(*shapes: Shape, **options: Any) -> Case:
    """One case: the shapes of the inputs, and the options."""
    return shapes, options


UNARY: list[tuple[Shape, ...]] = [((),), ((3,),), ((2, 3),), ((2, 1, 2),), ((1, 2, 1, 2),), ((0,),), ((2, 0, 3),)]

BINARY: list[tuple[Shape, ...]] = [
    ((), ()),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((), (2, 2)),
    ((2, 1, 2), (2, 1)),
    ((1, 2, 1, 2), (2, 1, 1)),
    ((1,), (0,)),
    ((2, 0, 3), (3,)),
]


def reductions(*more: dict[str, Any], rank0: Any = (), empty: bool = True) -> list[Case]:
    """Shapes of rank 0 to 4 with `dim` as the primitives take it, a tuple of counted axes, and both keepdim."""
    pairs: list[tuple[Shape, tuple[int, ...]]] = [
        ((), rank0),
        ((3,), (0,)),
        ((2, 3), (0,)),
        ((2, 3), (1,)),
        ((2, 3), (0, 1)),
        ((2, 1, 3), (0, 2)),
        ((2, 1, 2, 2), (1, 3)),
    ]
    if empty:
        pairs += [((2, 0), (0,)), ((0, 3), (0,))]
    return [
        ((shape,), {"dim": dim, "keepdim": keepdim, **options})
        for shape, dim in pairs
        for keepdim in (False, True)
        for options in more or ({},)
    ]


# -- rows --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """An operation and how it is proved."""

    name: str
    reference: Callable[..., Any] | None
    """The same on NumPy arrays, independent of the package; None where `torch` alone is the reference."""
    torch: str | Callable[..., Any] | None = None
    """The same on PyTorch tensors: a function, or a name in torch, torch.nn.functional or torch.special."""
    domain: Domain | Sequence[Domain] = field(default_factory=real)
    """Where the inputs lie, away from kinks: one for all, or one for each."""
    cases: Sequence[Case] = field(default_factory=lambda: each(UNARY))
    call: Callable[..., Any] | None = None
    """The operation on tensors; by default the primitive of that name."""
    smooth: bool = True
    """Whether there is a derivative to check. Where False, the result must not require grad."""
    twice: bool = True
    """Whether second derivatives are checked."""
    exact: float = 1e-12
    """How far the values may be from the reference, relative and absolute, in float64."""
    single: float = 2e-6
    """The same in float32; None where float32 is not taken."""
    through: Callable[..., Any] = lambda *inputs: inputs
    """What is made of the inputs first, by methods that arrays and tensors of both packages share: it leads to the set
    that the operation is meant for, such as symmetric matrices, where no element moves by itself."""
    covers: tuple[str, ...] = ()
    """Other names of the same thing that this row proves too."""

    @property
    def is_primitive(self) -> bool:
        return self.call is None

    @property
    def has_derivative(self) -> bool:
        """Whether there is one, and an input that can be differentiated."""
        return self.smooth and any(x.dtype.kind == "f" for x in next(self.samples()).arrays())

    @property
    def function(self) -> Callable[..., Any]:
        return PRIMITIVES[self.name] if self.call is None else self.call

    def samples(self, layouts: bool = False) -> Iterator[Sample]:
        """The cases in contiguous memory; with `layouts`, the largest again in memory that is not."""
        for position, (shapes, options) in enumerate(self.cases):
            yield Sample(self, position, shapes, options)
        if layouts:
            size = [sum(int(np.prod(shape)) for shape in shapes) for shapes, _ in self.cases]
            shapes, options = self.cases[int(np.argmax(size))]
            yield Sample(self, 0, shapes, options, "transposed")
            yield Sample(self, 0, shapes, options, "strided")

    def torch_function(self) -> Callable[..., Any] | None:
        import torch

        if not isinstance(self.torch, str):
            return self.torch
        for place in (torch, torch.nn.functional, torch.special, torch.linalg):
            if hasattr(place, self.torch):
                return getattr(place, self.torch)
        raise AttributeError(f"PyTorch has no function {self.torch!r} (row {self.name})")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Sample:
    """One case of a row, ready to run."""

    row: Row
    position: int
    shapes: tuple[Shape, ...]
    options: dict[str, Any]
    layout: str = "contiguous"

    def arrays(self, dtype: Any = np.float64) -> list[Array]:
        """The inputs; the same at every call. Floating point ones in `dtype`."""
        rng = np.random.default_rng(self.position)
        domains = [self.row.domain] * len(self.shapes) if callable(self.row.domain) else self.row.domain
        drawn = [domain(rng, shape) for domain, shape in zip(domains, self.shapes, strict=True)]
        return [_laid(x.astype(dtype) if x.dtype.kind == "f" else x, self.layout) for x in drawn]

    def tensors(self, dtype: Any = np.float64, grad: bool = True) -> list[Any]:
        """The inputs as tensors, the floating point ones leaves that require grad."""
        made = [mg.from_numpy(x) for x in self.arrays(dtype)]
        return [x.requires_grad_() if grad and x.is_floating_point() else x for x in made]

    def run(self, *inputs: Any) -> Any:
        return self.row.function(*self.row.through(*inputs), **self.options)

    def expected(self, *arrays: Array) -> Any:
        assert self.row.reference is not None
        return self.row.reference(*self.row.through(*arrays), **self.options)

    def torch_inputs(self, dtype: Any = np.float64) -> list[Any]:
        import torch

        made = [torch.from_numpy(np.array(x)) for x in self.arrays(dtype)]
        return [x.requires_grad_() if x.is_floating_point() and self.row.smooth else x for x in made]

    def run_torch(self, *inputs: Any) -> Any:
        function = self.row.torch_function()
        assert function is not None
        return function(*self.row.through(*inputs), **_torch_options(self.options))

    def __str__(self) -> str:
        options = "".join(f", {key}={value!r}" for key, value in self.options.items())
        layout = "" if self.layout == "contiguous" else f" ({self.layout})"
        return f"{self.row.name}({', '.join(map(str, self.shapes))}{options}){layout}"


def _laid(x: Array, layout: str) -> Array:
    """The same values in a memory of another order, or with gaps between them."""
    if layout == "transposed" and x.ndim:
        return np.ascontiguousarray(x.T).T
    if layout == "strided" and x.ndim:
        roomy = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
        roomy[..., ::2] = x
        return roomy[..., ::2]
    return x


def _torch_options(value: Any) -> Any:
    """Options with torch tensors in the place of arrays."""
    import torch

    if isinstance(value, dict):
        return {key: _torch_options(each_) for key, each_ in value.items()}
    if isinstance(value, tuple):
        return tuple(_torch_options(each_) for each_ in value)
    return torch.from_numpy(value) if isinstance(value, np.ndarray) else value


@contextlib.contextmanager
def told(sample: Any) -> Iterator[None]:
    """Say which sample failed."""
    try:
        yield
    except Exception as error:
        raise AssertionError(f"{sample}\n{type(error).__name__}: {error}") from error


def outputs(result: Any) -> list[Any]:
    return list(result) if isinstance(result, (tuple, list)) else [result]


# -- helpers for references --------------------------------------------------------------------------------------------


def by_element(function: Callable[..., float], kind: str = "d") -> Callable[..., Array]:
    """A function of Python floats, applied element by element with broadcasting."""

    def loop(*arrays: Array, **options: Any) -> Array:
        together = np.broadcast_arrays(*arrays)
        out = np.empty(together[0].shape, dtype=kind)
        for place in np.ndindex(out.shape):
            out[place] = function(*(x[place].item() for x in together), **options)
        return out

    return loop


def folded(function: Callable[[list[float]], float]) -> Callable[..., Array]:
    """A function of a list of numbers, applied along the axes `dim`, one result at a time."""

    def loop(x: Array, dim: Any = None, keepdim: bool = False) -> Array:
        given = range(x.ndim) if dim is None else dim if isinstance(dim, (tuple, list)) else (dim,)
        axes = {axis % x.ndim for axis in given} if x.ndim else set()
        kept = [axis for axis in range(x.ndim) if axis not in axes]
        gone = sorted(axes)
        out = np.empty([x.shape[axis] for axis in kept], dtype=np.float64)
        for place in np.ndindex(out.shape):
            index: list[Any] = [slice(None)] * x.ndim
            for axis, position in zip(kept, place, strict=True):
                index[axis] = position
            out[place] = function(np.ravel(x[tuple(index)]).tolist())
        return out.reshape([1 if axis in gone else x.shape[axis] for axis in range(x.ndim)]) if keepdim else out

    return loop


# -- the table ---------------------------------------------------------------------------------------------------------


def _import_everything() -> None:
    for module in pkgutil.walk_packages(mg.__path__, "minigrad."):
        importlib.import_module(module.name)


def _table() -> list[Row]:
    _import_everything()
    here = Path(__file__).parent
    if str(here) not in sys.path:
        sys.path.insert(0, str(here))
    rows: list[Row] = []
    for path in sorted(here.glob("table_*.py")):
        rows += importlib.import_module(path.stem).ROWS
    return rows


def table() -> list[Row]:
    """All rows of all files `table_*.py` beside this one."""
    if not _ROWS:
        _ROWS.extend(_table())
    return _ROWS


_ROWS: list[Row] = []
