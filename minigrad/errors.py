"""The errors that minigrad raises on its own account.

PyTorch answers shapes that do not fit with RuntimeError, NumPy with ValueError; dtypes with RuntimeError where NumPy
and Python say TypeError; places that are not there now with the one and now with the other of RuntimeError and
IndexError. Code that moves here from either side keeps its `except` clause: the errors of this page are both, and for
what PyTorch has no kernel for, or looks for among dimensions that are not there, also what it says then.
"""

from typing import Any


def shown(value: Any) -> str:
    """`repr(value)` for an error, or the little that can be said of what cannot be shown."""
    try:
        return repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raises {type(error).__name__}>"


class ArgumentError(RuntimeError, ValueError):
    """An argument of the right kind with a value that cannot be."""


class ShapeError(ArgumentError):
    """Shapes, or sizes, that do not go together."""


class RankError(ShapeError, IndexError):
    """Another number of dimensions than those that an operation works along."""


class UnsupportedShapeError(ShapeError, NotImplementedError):
    """A shape for which an operation is not there."""


class RangeError(RuntimeError, OverflowError):
    """A number beyond those that its dtype can hold."""


class DTypeError(RuntimeError, TypeError):
    """Dtypes for which an operation is not defined, or that do not go together."""


class KernelError(DTypeError, NotImplementedError):
    """A dtype that an operation has no kernel for."""


class PlaceError(RuntimeError, IndexError):
    """A place that is none: beyond the end of a dimension."""


class GraphError(RuntimeError):
    """A derivative was asked for that the recorded graph cannot give."""


class OutOfMemoryError(RuntimeError):
    """What programs catch that try again with less on a GPU. The memory of this machine ends with a MemoryError."""
