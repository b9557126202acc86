"""A program in both libraries: where they part in values, dtypes, shapes, shared memory, derivatives or errors."""

from __future__ import annotations

import re
import warnings
from typing import Any, NamedTuple

import numpy as np
import torch

import minigrad as mg


class Parting(NamedTuple):
    """Where the libraries part: the line, in what, and what each has."""

    line: int
    what: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}\n  minigrad {self.ours}\n  PyTorch  {self.theirs}"


class Failed(NamedTuple):
    error: Exception

    def __str__(self) -> str:
        return f"{type(self.error).__name__}: {self.error}"[:300]


OURS, THEIRS = "error of minigrad alone", "error of PyTorch alone"

KNOWN = [
    # (what, line, message): partings that docs/departures.md names, or that PyTorch would call its own defects.
    # Of PyTorch: what it has not got to, and types that it refuses where the result is plain.
    (THEIRS, "", r"not implemented for|is not implemented|not currently supported|INTERNAL ASSERT|unallocated storage"),
    (THEIRS, "", r"not differentiable with respect to argument|derivative for|Did you mean|did not match|view size"),
    (THEIRS, "", r"bool|[dD]type|must be Tensor|not support|supported|scalar type|Long|floating point|Half|Bool"),
    (THEIRS, "", r"non-empty|to be non-zero|non-zero size|positive length|expected m1 and m2|positive-definite"),
    (THEIRS, "", r"can be any value and is ambiguous|can't be cast"),
    (THEIRS, "repeat_interleave", "Dimension out of range"),
    ("requires_grad", r"floor_divide|//|unique|heaviside|bincount|searchsorted|trapezoid", ""),
    ("dtype", "huber_loss", ""),  # of two dtypes: PyTorch's has that of the first
    (OURS, "", "expected both to have the same dtype"),  # PyTorch's matrices without elements may have two
    ("values", "(std|var)_mean", "nan"),  # of infinities: PyTorch's mean is NaN there
    ("values", "corrcoef", "nan"),  # of rows that are constant but for rounding
    ("identity", "diff", ""),
    (OURS, "as_strided", "out of bounds"),  # PyTorch's memory may be larger than the tensor
    ("derivative", "corrcoef|data", ""),  # at the bounds of an arc cosine; of what has been changed behind the history
    # Changes in place: each allows some that the other refuses, but neither goes on with wrong numbers.
    (THEIRS, "", r"is being modified inplace|multiple views|no_grad mode|modified by an inplace operation"),
    (THEIRS, "", r"unsupported operation: (more than one|some elements)|expanded tensor|more than one element of the"),
    (THEIRS, "", r"does not require grad|been modified inplace"),
    (OURS, "", r"modified by an inplace operation|memory cannot be written|more than one element of the"),
    # Questions put in place cut the history; PyTorch passes on the gradients that were there before.
    ("requires_grad|derivative", r"\.(logical_not|eq)_\(", ""),
    (OURS, r"\.(logical_not|eq)_\(", "leaf Variable|is being modified inplace"),
    # Tangents are taken in the dtype of their primals, vmap needs one call to see a shape, a constant has no history.
    ("dtype|values|requires_grad", r"func\.jvp", ""),
    (OURS, r"func\.vmap", "the mapped dimension is empty"),
    ("requires_grad", r"func\.(hessian|jacrev)", ""),
    ("requires_grad", r"requires_grad_\(", ""),  # of views made before
    # What has no elements needs no rule: PyTorch returns at once, or a number that means nothing.
    (OURS, "", "out of bounds for dimension . with size 0"),
    (OURS, r"median|roll|cumsum_|softmax|softmin|cummax|cummin", ""),
    # Integers to negative powers; where NaN stands in an order, or in a matrix.
    (OURS, "", "integer powers"),
    ("values", r"linalg|interpolate|conv|sign|sgn|logcumsumexp", "nan"),
    ("values", "searchsorted|topk|median|kthvalue|mode|signbit|copysign", ""),  # NaN, ties, the sign of NaN
    # Of numbers that differ by a rounding, or not at all, one library sees two; a convolution has its order of memory.
    ("shape", "unique", ""),
    ("identity", "contiguous", ""),
    # Arithmetic in uint8 does not wrap around with Python's numbers, and PyTorch's rules do: -4 is 252 there.
    (OURS, "", "out of bounds for uint8"),
    (THEIRS, "", "unsigned type|uint8_t without overflow"),
    (THEIRS, "", "must match the size of tensor b|invalid gradient at index"),  # of a scatter from a larger source
    (THEIRS, "", "negative integer powers"),
    (
        "derivative",
        "atan2|cosine_similarity|copysign|kron|sinc|svdvals|kthvalue|topk|half|pow|scatter_reduce",
        "",
    ),  # of uint8; of what has changed since; of equal numbers
    ("values", "threshold", ""),  # of integers, where PyTorch rounds the threshold
    ("dtype", "einsum|binary_cross_entropy|trapezoid", ""),  # of two dtypes
    ("values", "gelu", "nan"),  # x times a probability: infinity times 1 or 0
    ("values", r"m\.(gt|ge|lt|le|eq|ne)\(.*, -|[<>=] -", ""),  # of uint8 with a negative number, which PyTorch wraps
    ("values", r"\*\* -?0\.5", "nan"),  # of minus infinity, which PyTorch gives to sqrt
    ("values", "trapezoid", ""),  # PyTorch takes the ends from the sum of all
]


def known(parting: Parting, line: str) -> bool:
    """Whether a parting is one of those that the project has decided on."""
    text = f"{parting.ours} {parting.theirs}"
    return any(
        re.match(what, parting.what) and re.search(where, line) and re.search(message, text)
        for what, where, message in KNOWN
    )


def helpers(module: Any) -> dict[str, Any]:
    """What a line cannot say by itself: modes, hooks, and a Function, by the names that the vocabulary has for them."""

    def still(function: Any) -> Any:
        with module.no_grad():
            return function()

    def nested(function: Any) -> Any:
        with module.no_grad(), module.enable_grad():
            return function()

    def hooked(x: Any) -> Any:
        y = x * 1
        if y.requires_grad:
            y.register_hook(lambda g: 2 * g)
        return y

    class Cubed(module.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            return g * 3 * x**2

    def slope(function: Any, x: Any) -> Any:
        (g,) = module.autograd.grad(function(x).sum(), x, create_graph=True)
        return g

    return {"still": still, "nested": nested, "hooked": hooked, "cubed": Cubed.apply, "slope": slope}


class Library:
    """One of the two, and what a program has made in it."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.names: dict[str, Any] = {"m": module, "F": module.nn.functional, **helpers(module)}

    def run(self, line: str) -> Any:
        """The tensor that a line makes or changes; Failed with the error if it raises one."""
        name, assigned, expression = line.partition(" = ")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = eval(expression if assigned else line, self.names)
        except Exception as error:
            return Failed(error)
        if assigned:
            self.names[name] = result
        return result

    def tensors(self) -> dict[str, Any]:
        return {name: value for name, value in self.names.items() if isinstance(value, self.module.Tensor)}

    def gradients(self, of: Any, leaves: list[str]) -> Any:
        """Of the sum of `of`, weighed, in the leaves, with history."""
        try:
            total = self.weighed(of)
            if not total.requires_grad:
                return [None] * len(leaves)
            inputs = [self.names[leaf] for leaf in leaves]
            return self.module.autograd.grad(total, inputs, create_graph=True, allow_unused=True)
        except Exception as error:
            return Failed(error)

    def grows(self, tensor: Any) -> bool:
        """Whether a tensor has derivatives to compare; those of float16 are too coarse."""
        return bool(tensor.requires_grad and tensor.dtype != self.module.float16)

    def weighed(self, tensors: list[Any]) -> Any:
        """A number on which each element of the tensors acts in its own way."""
        total = self.module.zeros((), dtype=self.module.float64)
        for each in tensors:
            if each is not None and each.requires_grad:
                weights = 0.5 + np.cos(np.arange(each.numel())).reshape(tuple(each.shape))
                total = total + (each.double() * self.module.tensor(weights)).sum()
        return total


def plain(tensor: Any) -> np.ndarray:
    return np.asarray(tensor.detach().numpy(force=True))


def moved(tensor: Any, rng: np.random.Generator, finest: int) -> Any:
    """A copy of which the floats are moved by a few units in the last place, that of the `finest` before them."""
    array = plain(tensor).copy()
    if array.dtype.kind == "f":
        unit = 100 * np.finfo(f"f{min(finest, array.dtype.itemsize)}").eps
        factor, shift = unit * rng.uniform(-1, 1, (2, *array.shape))
        with np.errstate(all="ignore"):
            away = np.asarray(array * (1 + factor) + shift).astype(array.dtype)
            array = np.where(np.abs(array) < unit, 0, away) if rng.random() < 0.5 else away
    return mg.tensor(array)


def memory(tensor: Any) -> int:
    """Where the memory that a tensor lies in begins."""
    if isinstance(tensor, torch.Tensor):
        return int(tensor.untyped_storage().data_ptr())
    array = tensor.array
    while hasattr(array.base, "base"):
        array = array.base
    return int(array.ctypes.data)


COARSENESS = {2: 5e-3, 4: 1e-4, 8: 1e-7}
"""How far two results may be apart, by the size of their numbers."""


def close(ours: np.ndarray, theirs: np.ndarray, rough: float, finest: int = 8) -> bool:
    """Whether two arrays agree to the precision of their numbers, or of the `finest` that went into them."""
    if ours.shape != theirs.shape:
        return False
    if ours.dtype.kind != "f":
        return bool(np.array_equal(ours, theirs))
    exact = COARSENESS[min(ours.dtype.itemsize, finest)] * rough
    with np.errstate(all="ignore"):
        scale = np.abs(theirs[np.isfinite(theirs)]).max(initial=1.0)
        return bool(np.allclose(ours, theirs, rtol=exact, atol=exact * scale, equal_nan=True))


class Comparison:
    """A program carried out line by line in both libraries."""

    def __init__(self) -> None:
        self.ours, self.theirs = Library(mg), Library(torch)
        self.count, self.line = 0, ""
        self.over = False
        """Whether nothing more can be compared."""
        self.finest = 8
        """The size of the coarsest floats that the program has made: nothing after them is more precise."""

    def step(self, line: str) -> Parting | None:
        """Carry out one line; where the libraries part, or None. A line that both refuse changes nothing."""
        self.count += 1
        self.line = line
        a, b = self.ours.run(line), self.theirs.run(line)
        if isinstance(a, Failed) or isinstance(b, Failed):
            return self._of_errors(a, b)
        if not isinstance(a, mg.Tensor) or not isinstance(b, torch.Tensor):
            return None if type(a) is type(b) else Parting(self.count, "kind", type(a), type(b))
        if a.is_floating_point():
            self.finest = min(self.finest, a.dtype.itemsize)
        written = " = " not in line
        if written and self._own_memory():
            self.over = True
            return None
        names = self.ours.tensors() if written else {line.partition(" = ")[0]: a}
        for name in names:
            parting = self._of_tensors(name)
            if parting:
                return None if self._shaky(line, parting) else parting
        return None if written else self._of_memory(line.partition(" = ")[0])

    def _shaky(self, line: str, parting: Parting) -> bool:
        """Whether other values come out also when the arguments are moved by no more than rounding does.

        If so the line has no answer that two libraries could agree on, and the program ends there.
        """
        if not parting.what.startswith(("values", "shape")):
            return False
        name = parting.what.split()[-1]
        for seed in range(12):
            rng = np.random.default_rng(seed)
            near = Library(mg)
            near.names |= {name: moved(each, rng, self.finest) for name, each in self.ours.tensors().items()}
            near.run(line)
            answer = near.names[name]
            if isinstance(answer, Failed) or not close(plain(answer), plain(self.ours.names[name]), 1):
                self.over = True
        return self.over

    def _of_errors(self, a: Any, b: Any) -> Parting | None:
        if isinstance(a, Failed) and isinstance(b, Failed):
            self.over |= " = " not in self.line  # PyTorch may have written half of it
            return None
        if isinstance(a, Failed):
            return Parting(self.count, OURS, a, "none")
        return Parting(self.count, THEIRS, "none", b)

    def _of_tensors(self, name: str) -> Parting | None:
        a, b = self.ours.names[name], self.theirs.names[name]
        if tuple(a.shape) != tuple(b.shape):
            return Parting(self.count, f"shape of {name}", tuple(a.shape), tuple(b.shape))
        if str(a.dtype).rpartition(".")[2] != str(b.dtype).rpartition(".")[2]:
            return Parting(self.count, f"dtype of {name}", a.dtype, b.dtype)
        if not close(plain(a), plain(b), 1, self.finest):
            return Parting(self.count, f"values of {name}", plain(a), plain(b))
        if a.requires_grad != b.requires_grad:
            return Parting(self.count, f"requires_grad of {name}", a.requires_grad, b.requires_grad)
        return None

    def _of_memory(self, name: str) -> Parting | None:
        a, b = self.ours.names[name], self.theirs.names[name]
        own = self._own_memory()
        for other, x in self.ours.tensors().items():
            y = self.theirs.names[other]
            apart = (a is x) != (b is y) or (memory(a) == memory(x)) != (memory(b) == memory(y))
            if own and apart:
                self.over = True
                return None
            if (a is x) != (b is y):
                return Parting(self.count, f"identity of {name} and {other}", a is x, b is y)
            if other != name and a.numel() and x.numel() and (memory(a) == memory(x)) != (memory(b) == memory(y)):
                seen = memory(a) == memory(x), memory(b) == memory(y)
                return Parting(self.count, f"shared memory of {name} and {other}", *seen)
        return None

    def _own_memory(self) -> bool:
        """Whether a tensor lies in memory in another order in the two: that of decompositions, of convolutions.

        What is then a view in one library and a copy in the other changes with it here, and not there.
        """
        theirs = self.theirs.names
        return any(x.is_contiguous() != theirs[name].is_contiguous() for name, x in self.ours.tensors().items())

    def derivatives(self) -> Parting | None:
        """Compare first and second derivatives of all that was made."""
        made = self.theirs.tensors()
        try:
            leaves = list(
                {id(each): name for name, each in made.items() if each.is_leaf and each.requires_grad}.values()
            )
        except RuntimeError as error:  # a view that PyTorch has given up
            return Parting(self.count, THEIRS, "none", Failed(error))
        if self.over or not leaves or any(np.isnan(plain(each)).any() for each in made.values()):
            return None
        both = self.ours, self.theirs
        ends = [[each for each in library.tensors().values() if library.grows(each)] for library in both]
        for order, rough in ((1, 10.0), (2, 1000.0)):
            a, b = (library.gradients(end, leaves) for library, end in zip(both, ends, strict=True))
            if isinstance(a, Failed) or isinstance(b, Failed):
                parting = self._of_errors(a, b)
                return parting and parting._replace(what=f"{parting.what}, derivative {order}")
            for leaf, x, y in zip(leaves, a, b, strict=True):
                nothing = np.zeros(tuple(self.ours.names[leaf].shape))
                p, q = (nothing if each is None else plain(each) for each in (x, y))
                if not np.isfinite(q).all() or np.abs(q).max(initial=0) > 1e8:
                    return None  # what has left the numbers says nothing
                if order == 2:  # a second derivative of what has no first one is infinite, or nothing
                    p = np.where(np.isfinite(p), p, q)
                if not close(p, q, rough, self.finest):
                    return Parting(self.count, f"derivative {order} in {leaf}", p, q)
            ends = [list(a), list(b)]
        return None


def first_parting(lines: list[str]) -> Parting | None:
    """Where a whole program first parts, past what is known."""
    comparison = Comparison()
    for line in lines:
        parting = comparison.step(line)
        if parting:
            return None if known(parting, line) else parting
        if comparison.over:
            return None
    parting = comparison.derivatives()
    return None if parting is None or known(parting, "\n".join(lines)) else parting
