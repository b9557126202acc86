"""Dual numbers: a tensor with a tangent, which whatever is computed from it carries along.

    with dual_level():
        y = f(make_dual(x, t))
        value, tangent = unpack_dual(y)

A dual is a fresh tensor that records. Its tangent waits at its node, and is pushed along the graph when a result is
unpacked: only what leads there is computed. Like `autograd.functional` the file stands here for its name in PyTorch.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

from minigrad.engine.forward import push_forward
from minigrad.engine.gate import gate
from minigrad.engine.mode import enable_grad, mode
from minigrad.engine.node import Leaf, Node, Variable
from minigrad.errors import ShapeError
from minigrad.func.trace import fresh, settled
from minigrad.ops.memory import asked, clone_p
from minigrad.types import Tensor


class _Levels(threading.local):
    """The level that is open in this thread, if one is."""

    def __init__(self) -> None:
        self.open: list[dual_level] = []


_levels = _Levels()


class UnpackedDualTensor(NamedTuple):
    """What a dual consists of; the tangent is None where there is none."""

    primal: Any
    tangent: Any


class dual_level:  # noqa: N801  PyTorch's name
    """The context in which duals live; at its end their tangents are forgotten. There is one at a time.

    RuntimeError for a second one inside it.

    >>> with mg.autograd.forward_ad.dual_level():
    ...     x = mg.autograd.forward_ad.make_dual(mg.tensor(3.0), mg.tensor(1.0))
    ...     mg.autograd.forward_ad.unpack_dual(x * x).tangent
    tensor(6.)
    """

    def __init__(self) -> None:
        self.tangents: dict[Node, Any] = {}
        self._before = True

    def __enter__(self) -> int:
        if _levels.open:
            raise RuntimeError(
                "dual_level: Nested forward mode AD is not supported at the moment; `minigrad.func.jvp` nests"
            )
        self._before, mode.recording = mode.recording, True
        _levels.open.append(self)
        return 0

    def __exit__(self, *exception: object) -> None:
        _levels.open.remove(self)
        self.tangents.clear()
        mode.recording = self._before


def make_dual(tensor: Tensor, tangent: Any, *, level: int | None = None) -> Any:
    """A tensor with the values of `tensor` that carries `tangent`, of the same shape; in the dtype of the tensor.

    TypeError or ShapeError where the tangent does not fit, RuntimeError outside a level.

    >>> with mg.autograd.forward_ad.dual_level():
    ...     x = mg.autograd.forward_ad.make_dual(mg.tensor([3.0]), mg.tensor([10.0]))
    ...     mg.autograd.forward_ad.unpack_dual(2 * x)
    UnpackedDualTensor(primal=tensor([6.]), tangent=tensor([20.]))
    """
    tangents = _current("make_dual").tangents
    if not isinstance(tangent, Variable):
        raise TypeError(f"make_dual: expected the tangent to be a tensor, got {type(tangent).__name__}")
    dual = fresh("make_dual", tensor)
    if tangent.array.shape != dual.array.shape or tangent.array.dtype.kind != "f":
        raise ShapeError(
            "make_dual: Trying to set a forward gradient that has a different size than that of the original Tensor, "
            f"{dual.array.shape}, or is not floating point: this one is {tangent.array.shape} {tangent.array.dtype}"
        )
    if isinstance(dual.node, Leaf):  # else changes in place would be refused, as of what a user wants the gradient of
        dual.node = Node(clone_p, [], dual.array.shape, dual.array.dtype, {})
    tangents[dual.node] = asked(tangent, dual.array.dtype)
    return dual


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """(primal, tangent) of a result within the level.

    The tangent is None where the result depends on no dual.

    >>> with mg.autograd.forward_ad.dual_level():
    ...     mg.autograd.forward_ad.unpack_dual(mg.tensor([3.0])).tangent is None
    True
    """
    tangents = _current("unpack_dual").tangents
    pushed = None
    if tensor.node is not None:
        with enable_grad():
            pushed = push_forward([tensor.node], tangents).get(tensor.node)
    leaves = list(tangents)
    if tensor.node in tangents:  # the dual itself
        return UnpackedDualTensor(settled(tensor, leaves), pushed)
    return UnpackedDualTensor(settled(tensor, leaves), None if pushed is None else settled(pushed, leaves))


def _current(name: str) -> dual_level:
    if not _levels.open:
        raise RuntimeError(f"{name}: duals are made and unpacked within `with dual_level():`")
    return _levels.open[-1]


def enter_dual_level() -> int:
    """Begin a level, as `with dual_level()` does; `exit_dual_level` ends it."""
    return dual_level().__enter__()


def exit_dual_level(*, level: int | None = None) -> None:
    """End the level that `enter_dual_level` began; RuntimeError where there is none."""
    if not _levels.open:
        raise RuntimeError("exit_dual_level: there is no level to end; enter_dual_level() begins one")
    _levels.open[-1].__exit__()


gate(globals(), ["make_dual", "unpack_dual"])
