"""What libraries say to PyTorch's writer of ONNX files when they are imported. No such file is written here."""

from __future__ import annotations

from typing import Any, NoReturn

from minigrad.left_out import missing


def export(*args: Any, **options: Any) -> NoReturn:
    """NotImplementedError: `minigrad.save` writes NumPy archives."""
    raise NotImplementedError(missing("onnx.export"))


def is_in_onnx_export() -> bool:
    """False."""
    return False


def parse_args(*kinds: str) -> Any:
    """A decorator that gives back the function itself."""
    return lambda function: function


def register_custom_op_symbolic(symbolic_name: str, symbolic_fn: Any, opset_version: int) -> None:
    """Nothing: no operator is written anywhere."""
