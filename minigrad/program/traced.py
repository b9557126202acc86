"""Arrays that note what NumPy does with them: how a trace learns of what happens outside of the primitives.

An observer is told of every primitive. But the package also computes beside them, without gradients: the index of the
largest element, the statistics of a batch, the update of an optimizer. While a function is traced its tensors therefore
hold arrays of the class `Traced`, which hand every call of NumPy's to the tape (`trace`) before they answer it. What
cannot be written down, a value that becomes a Python number, is refused there, with the line that wanted it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.program.number import Number
from minigrad.program.steps import Value, leaves_of, mapped
from minigrad.program.tape import current


def bare(leaf: Any) -> Any:
    """The plain array behind a traced one, or the number behind a traced number; anything else as it is."""
    if isinstance(leaf, Traced):
        return leaf.view(np.ndarray)
    return leaf.known if isinstance(leaf, Number) else leaf


def stripped(tree: Any) -> Any:
    """A tree of arguments with plain arrays."""
    return mapped(bare, tree)


SHAPE_ONLY = frozenset({np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.may_share_memory, np.shares_memory})
"""Functions that ask for nothing but shapes, dtypes and places."""

WRITERS = frozenset({np.copyto, np.put, np.put_along_axis, np.fill_diagonal, np.place, np.putmask})
"""Functions that change their first argument."""

UNKNOWN_SHAPES = frozenset({np.nonzero, np.flatnonzero, np.argwhere, np.unique, np.extract, np.compress, np.bincount})
"""Functions whose result has a shape that depends on values."""


FOLLOWED = (np.ndarray, np.generic, Number, int, float)
"""What a function of NumPy's may have beside a traced array."""


class Traced(np.ndarray):
    """An array whose value has a place in a program."""

    value: Value | None = None
    number_like: bool = False
    """Whether NumPy gave a number, which is never changed in place."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **keywords: Any) -> Any:
        tape = current.tape
        for each in inputs:
            if not isinstance(each, FOLLOWED) and hasattr(type(each), "__array_ufunc__"):
                return NotImplemented  # a tensor beside the array
        targets = out if isinstance(out, tuple) else () if out is None else (out,)
        plain = {"out": tuple(bare(each) for each in targets)} if targets else {}
        if tape is None or tape.silent():
            answer = getattr(ufunc, method)(*map(bare, inputs), **plain, **stripped(keywords))
            return targets[0] if len(targets) == 1 else answer
        name = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}") + "("
        if method == "at":
            getattr(ufunc, method)(*stripped(inputs))
            return tape.call(name, inputs, keywords, None, (inputs[0],))
        if targets and getattr(targets[0], "number_like", False):  # x += 1 of a number makes another number
            targets, plain = (), {}
        answer = getattr(ufunc, method)(*map(bare, inputs), **plain, **stripped(keywords))
        if targets:
            tape.call(name, inputs, {**keywords, "out": targets[0]}, None, targets)
            return targets[0]
        return tape.call(name, inputs, keywords, answer)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        tape = current.tape
        if tape is None or func in SHAPE_ONLY or tape.silent():
            answer = func(*stripped(args), **stripped(kwargs))
            out = kwargs.get("out")
            return answer if out is None else out
        if func in UNKNOWN_SHAPES and not all(map(tape.fixed, _traced_in((args, kwargs)))):
            tape.read(self, f"np.{func.__name__}, whose shape depends on values,")
        home = func.__module__.removeprefix("numpy").lstrip(".")
        name = f"np.{home + '.' if home and not home.startswith('_') else ''}{func.__name__}("
        answer = func(*stripped(args), **stripped(kwargs))
        if func in WRITERS:
            return tape.call(name, args, kwargs, None, (args[0],))
        if kwargs.get("out") is not None:
            tape.call(name, args, kwargs, None, (kwargs["out"],))
            return kwargs["out"]
        return tape.call(name, args, kwargs, answer)

    # -- what leaves the program -----------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        answer = bool(bare(self))
        tape = current.tape
        return answer if tape is None or tape.silent() or tape.fixed(self) else tape.decided(self, answer)

    def __contains__(self, element: Any) -> bool:
        return bool((self == element).any())


def _traced_in(tree: Any) -> list[Traced]:
    """The traced arrays among some arguments."""
    return [each for each in leaves_of(tree) if isinstance(each, Traced)]


def _named(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"NumPy's `{name}`, of which the tape is told."
    return method


def _method(name: str) -> Callable[..., Any]:
    def method(self: Traced, *args: Any, **keywords: Any) -> Any:
        tape = current.tape
        answer = getattr(bare(self), name)(*stripped(args), **stripped(keywords))
        if tape is None or tape.silent():
            return answer
        if keywords.get("out") is not None:
            tape.call(f".{name}(", (self, *args), keywords, None, (keywords["out"],))
            return keywords["out"]
        return tape.call(f".{name}(", (self, *args), keywords, answer)

    return _named(method, name)


def _writer(name: str) -> Callable[..., Any]:
    def method(self: Traced, *args: Any, **keywords: Any) -> None:
        getattr(bare(self), name)(*stripped(args), **stripped(keywords))
        tape = current.tape
        if tape is not None and not tape.silent():
            tape.call(f".{name}(", (self, *args), keywords, None, (self,))

    return _named(method, name)


def _attribute(name: str) -> Any:
    def get(self: Traced) -> Any:
        answer = getattr(bare(self), name)
        tape = current.tape
        return answer if tape is None or tape.silent() else tape.call(f".{name}", (self,), {}, answer)

    return property(get, doc=f"NumPy's `{name}`.")


def _leaving(name: str, how: str) -> Callable[..., Any]:
    def method(self: Traced, *args: Any, **keywords: Any) -> Any:
        tape = current.tape
        if tape is None or tape.silent() or tape.fixed(self):
            return getattr(bare(self), name)(*args, **keywords)
        return tape.read(self, how)

    return _named(method, name)


for _name in """all any argmax argmin argpartition argsort astype byteswap choose clip copy cumprod cumsum diagonal dot
flatten max mean min prod ravel repeat reshape round searchsorted squeeze std sum swapaxes take trace transpose
var""".split():  # noqa: SIM905
    setattr(Traced, _name, _method(_name))
for _name in ("fill", "partition", "put", "sort"):
    setattr(Traced, _name, _writer(_name))
for _name in ("T", "mT"):
    setattr(Traced, _name, _attribute(_name))
for _name, _how in {
    "__float__": "float()",
    "__int__": "int()",
    "__index__": "an index, or a range,",
    "__complex__": "complex()",
    "item": ".item()",
    "tolist": ".tolist()",
    "tobytes": ".tobytes()",
    "dump": "a file",
    "nonzero": ".nonzero()",
    "__repr__": "print",
    "__str__": "print",
    "__format__": "a text",
}.items():
    setattr(Traced, _name, _leaving(_name, _how))


def _getitem(self: Traced, index: Any) -> Any:
    answer = bare(self)[stripped(index)]
    tape = current.tape
    if tape is None or tape.silent():
        return answer
    parts = index if isinstance(index, tuple) else (index,)
    if any(isinstance(each, Traced) and each.dtype == bool for each in parts):
        return answer.view(Traced)  # of a shape that depends on values: what uses it is refused
    return tape.call("[]", (self, index), {}, answer)


def _setitem(self: Traced, index: Any, value: Any) -> None:
    bare(self)[stripped(index)] = bare(value)
    tape = current.tape
    if tape is not None and not tape.silent():
        tape.call("[]=", (self, index, value), {}, None, (self,))


Traced.__getitem__ = _getitem  # type: ignore[method-assign, assignment]
Traced.__setitem__ = _setitem  # type: ignore[method-assign, assignment]
