"""The errors that minigrad raises on its own account.

PyTorch answers shapes that do not fit with RuntimeError, NumPy with ValueError. Code that moves here from either side
keeps its `except` clause: ShapeError is both.
"""


class ShapeError(RuntimeError, ValueError):
    """Shapes, or sizes, that do not go together."""


class GraphError(RuntimeError):
    """A derivative was asked for that the recorded graph cannot give."""
