"""What to say of an argument that is not what it should be: the one gate that all calls share.

It stands behind the calls, not before them: only when something has gone wrong does it look at what was given. An
operation, a function of the package and a module ask it before they let an error of Python's or NumPy's out, so that
what reaches the user speaks of the call and its arguments, and in PyTorch's phrases where people search for them.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.engine.unfit import is_tensor_like, unfit
from minigrad.errors import DTypeError, KernelError, PlaceError, RangeError, ShapeError, shown

if TYPE_CHECKING:
    from minigrad.engine.primitive import Operation

ERRORS = (RuntimeError, AttributeError, TypeError, ValueError, LookupError, ArithmeticError, MemoryError)
"""What Python and NumPy raise where an argument is not what it should be."""

KINDS = (
    (MemoryError, MemoryError),
    (IndexError, PlaceError),
    (OverflowError, RangeError),
    (TypeError, DTypeError),
    (AttributeError, DTypeError),
    (LookupError, DTypeError),
)
"""What errors of NumPy's and Python's become where an operation runs; any other is one of shapes."""

TENSOR = np.zeros(())
"""What is like a tensor, to ask whether one would fit."""

PACKAGE = __name__.partition(".")[0]

KNOWN = ("The size", "Overflow", "Unable to allocate", "no memory")
"""How those of NumPy's complaints begin that say what is wrong, in whatever function."""

PUBLIC_NAMES = {"a": "input", "b": "other", "x": "input"}
"""What users call the arguments of operations that they do not see, such as the addition behind `+`."""

DTYPE_NAMES = {
    "float16": "Half",
    "float32": "Float",
    "float64": "Double",
    "uint8": "Byte",
    "int8": "Char",
    "int16": "Short",
    "int32": "Int",
    "int64": "Long",
    "bool": "Bool",
}
"""What PyTorch calls dtypes in its errors."""


BOOLS = {
    "neg": "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the "
    "`~` or `logical_not()` operator instead.",
    "sub": "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
    "operator instead.",
}
"""What to say of bools where people mean something else."""


def not_a_tensor(name: str, parameter: str, position: int, value: Any) -> TypeError:
    """The error: which argument of what, and what it is."""
    what = "" if value is None else f" ({shown(value):.60})"
    return TypeError(
        f"{name}(): argument '{parameter}' (position {position}) must be Tensor, not {type(value).__name__}{what}"
    )


def check_arrays(operation: Operation, values: Sequence[Any]) -> None:
    """TypeError for an operation on numbers or lists alone, which NumPy would make arrays of."""
    if not any(hasattr(each, "dtype") for each in values):
        raise not_a_tensor(operation.__name__, next(iter(_parameters(operation)), "input"), 1, values[0])


def cannot_become(name: str, kind: Any, wanted: Any) -> DTypeError:
    """The error: `name` gives numbers of a dtype that those of another cannot hold."""
    got, room = (DTYPE_NAMES.get(str(each), str(each)) for each in (kind, wanted))
    return DTypeError(f"{name}: result type {got} can't be cast to the desired output type {room}")


def answer(function: Callable[..., Any], name: str, args: Any, options: Any, error: Exception) -> Exception:
    """What to raise where function(*args, **options), which users call `name`, raised `error`: that, or one clearer."""
    refusal = _refused(function, name, args, options, error)
    if refusal is None:
        refusal = error
    else:
        refusal.__cause__ = error
    if _is_of_class(name):
        vars(refusal)["answered"] = True
    return refusal


def _is_of_class(name: str) -> bool:
    """Whether what is called is a module or a constructor."""
    return name[:1].isupper()


def _refused(function: Callable[..., Any], name: str, args: Any, options: Any, error: Exception) -> Exception | None:
    """What to raise in the place of an error; None where it says it well.

    An error that speaks of something inside the call is told to come from there.
    """
    if _passed_users(error):
        return None
    try:
        bound = inspect.signature(function).bind(*args, **options)
    except TypeError:  # too few arguments, too many, or unknown ones: Python's words are clear, of whatever they speak
        words = re.search(r"(?:\(\)|:) ((?:missing|takes|got an unexpected keyword argument) .*)", str(error))
        if words is None:
            return _named(name, function.__name__, error)
        return None if str(error).startswith(f"{name}()") else TypeError(f"{name}() {words[1]}")
    if isinstance(error, RuntimeError) and not isinstance(error, ERRORS[1:]):  # which this package alone raises
        return _named(name, function.__name__, error)
    if function.__name__ == "__init__" and not _is_foreign(error):  # a constructor knows best what it wants
        return _named(name, function.__name__, error)
    arguments = {each: value for each, value in bound.arguments.items() if each != "self" or is_tensor_like(value)}
    blamed = error.obj if isinstance(error, AttributeError) and error.name is not None else bound
    for position, (parameter, value) in enumerate(arguments.items(), 1):
        declared = bound.signature.parameters[parameter]
        annotation = str(declared.annotation)
        wrong = _wrong(name, parameter, position, value, annotation, declared.kind is declared.VAR_POSITIONAL)
        tensors = not unfit(annotation, TENSOR) and function.__name__ != "__init__"
        if wrong is None and value is blamed and tensors and not is_tensor_like(value):
            wrong = not_a_tensor(name, parameter, position, value)
        if wrong is not None:
            return None if str(wrong) == str(error) else wrong
    if not _is_foreign(error):
        return _named(name, function.__name__, error)
    for position, (parameter, value) in enumerate(arguments.items(), 1):
        declared = bound.signature.parameters[parameter]
        wanted = str(declared.annotation)
        if declared.kind is not declared.VAR_KEYWORD and unfit(wanted, value):
            return DTypeError(
                f"{name}(): argument '{parameter}' (position {position}) must be {wanted}, not {type(value).__name__}"
            )
    return _reworded(name, arguments, error, function)


def _wrong(
    name: str, parameter: str, position: int, value: Any, annotation: str, several: bool = False
) -> TypeError | None:
    """The error where the signature says that an argument is a tensor, or tensors, and it is none."""
    where = f"{name}(): argument '{parameter}' (position {position})"
    if annotation == "Tensor" and several and value:  # any number of tensors
        return next((not_a_tensor(name, parameter, i, each) for i, each in enumerate(value, 1) if _bare(each)), None)
    if annotation in ("Tensor", "Tensor | None") and not (value is None and annotation != "Tensor"):
        return None if is_tensor_like(value) else not_a_tensor(name, parameter, position, value)
    if "Tensor | " in annotation and "None" not in annotation and (value is None or isinstance(value, str)):
        return not_a_tensor(name, parameter, position, value)
    if "Sequence[Tensor]" in annotation and not is_tensor_like(value):
        if not isinstance(value, (list, tuple)):
            return TypeError(f"{where} must be tuple of Tensors, not {type(value).__name__}")
        for i, each in enumerate(value):
            if not is_tensor_like(each):
                return TypeError(
                    f"{name}(): expected Tensor as element {i} in argument '{parameter}' (position {position}), but "
                    f"got {type(each).__name__}"
                )
    return None


def _named(name: str, own: str, error: Exception) -> Exception | None:
    """The error with the name of the call in front, unless it speaks of it already; `own` is the name of an alias.

    A module that stands in another one speaks for itself. What the user's code has raised inside is not touched.
    """
    text = str(error.args[0]) if len(error.args) == 1 else ""
    opening = re.match(r"(?:\w+\.)*(\w+)(?=[:(.]| takes| got| missing| expects| requires| only supports)", text)
    speaker = opening[1] if opening else ""
    says = speaker == name or name.lower() == speaker.replace("_", "").lower() or f"{name}(" in text
    if says or not text or (_is_of_class(name) and "answered" in vars(error)):
        return None
    if opening and speaker in (own, name.rstrip("_")):
        return type(error)(f"{name}{text[opening.end() :]}")
    return type(error)(f"{name}: {text}")


def _bare(value: Any) -> bool:
    return not is_tensor_like(value) and not isinstance(value, (list, tuple))


def _frames(error: Exception) -> list[FrameType]:
    """The frames that an error has come through, the innermost at the end."""
    frames, way = [], error.__traceback__
    while way is not None:
        frames.append(way.tb_frame)
        way = way.tb_next
    return frames


def _passed_users(error: Exception) -> bool:
    """Whether an error has come through code that is neither of this package nor of NumPy or Python: a callback."""
    packages = {each.f_globals.get("__name__", PACKAGE).partition(".")[0] for each in _frames(error)}
    return not packages <= {PACKAGE, "numpy", *sys.stdlib_module_names}


def _is_foreign(error: Exception) -> bool:
    """Whether the words of an error are Python's or NumPy's, raised at a line of this package that raises nothing."""
    import traceback  # only now that something has gone wrong: it takes time to import

    frames = _frames(error)
    if not frames:
        return False
    raised_in = frames[-1].f_globals.get("__name__", "").partition(".")[0]
    (place,) = traceback.extract_tb(error.__traceback__, limit=-1)
    raises = (place.line or "").startswith(("raise", "yield", ")"))
    return raised_in == "numpy" or (raised_in == PACKAGE and not raises)


def _reworded(name: str, arguments: dict[str, Any], error: Exception, function: Callable[..., Any]) -> Exception:
    given = ", ".join(f"{parameter}: {described(value)}" for parameter, value in arguments.items())
    words = _words(name, [each for each in arguments.values() if is_tensor_like(each)], str(error))
    cannot = "made with" if function.__name__ == "__init__" else "computed for"
    clear = words.startswith(KNOWN) or "not implemented for" in words
    known = f"{words} (given {given})" if clear else f"cannot be {cannot} {given}"
    return _kind(error, words)(f"{name}(): {known}")


def _kind(error: Exception, words: str) -> type[Exception]:
    if "not implemented for" in words:
        return KernelError
    return next((ours for theirs, ours in KINDS if isinstance(error, theirs)), ShapeError)


def described(value: Any) -> str:
    """An argument in a few words."""
    if is_tensor_like(value):
        return f"{value.dtype} of shape {tuple(value.shape)}"
    return f"{type(value).__name__} {' '.join(shown(value).split()):.40}"


def explained(operation: Operation, arrays: Sequence[Any], error: Exception) -> Exception:
    """What went wrong in an operation, with its name and what it was given."""
    name = operation.name
    for position, (parameter, value) in enumerate(zip(_parameters(operation), arrays), 1):
        if not is_tensor_like(value) and not isinstance(value, (int, float)):
            return not_a_tensor(name, parameter, position, value)
    return told(name, arrays, error)


def told(name: str, arrays: Sequence[Any], error: Exception) -> Exception:
    """What NumPy complained of, as an error of the operation `name`, with what it was given."""
    given = ", ".join(map(described, arrays))
    words = _words(name, arrays, str(error))
    return _kind(error, words)(f"{name}: {words} (given {given})")


def _words(name: str, arrays: Sequence[Any], text: str) -> str:
    """NumPy's complaint in the words of PyTorch, where it has words for it."""
    if "broadcast together" in text and len(arrays) == 2:
        shapes = [np.shape(each) for each in arrays]
        ndim = max(map(len, shapes))
        for dim, (n, m) in enumerate(zip(*((1,) * (ndim - len(shape)) + shape for shape in shapes))):
            if n != m and 1 not in (n, m):
                return (
                    f"The size of tensor a ({n}) must match the size of tensor b ({m}) at non-singleton dimension {dim}"
                )
    if name in BOOLS and any(str(getattr(each, "dtype", "")) == "bool" for each in arrays):
        return BOOLS[name]
    if text.startswith(("ufunc ", "Cannot cast ufunc", "numpy boolean", "array type ")):
        kinds = [str(each.dtype).rpartition(".")[2] for each in arrays if hasattr(each, "dtype")]
        return f'"{name}_cpu" not implemented for {" and ".join(repr(DTYPE_NAMES.get(each, each)) for each in kinds)}'
    if "too many indices" in text and arrays:
        ndim = np.ndim(arrays[0])
        scalar = "invalid index of a 0-dim tensor. Use `tensor.item()` to convert a 0-dim tensor to a number"
        return f"too many indices for tensor of dimension {ndim}" if ndim else scalar
    if not text:  # as of a MemoryError of Python's
        return "no memory has room for what this asks"
    huge = any(isinstance(each, int) and abs(each) >= 2**64 for each in arrays)
    if (
        "too large to convert" in text
        or (huge and text.startswith("loop of ufunc"))
        or "signed integer is" in text
        or "index-sized integer" in text
    ):
        return "Overflow when unpacking long: an integer that does not fit"
    beyond = re.fullmatch(r"Python integer (-?\d+) out of bounds for (\w+)", text)
    if beyond:
        number, kind = beyond.groups()
        return f"value cannot be converted to type {kind} without overflow: {number} is out of bounds for {kind}"
    text = text.replace("boolean index did not match indexed array", "The shape of the mask does not match the tensor")
    return re.sub(r"\baxis\b", "dimension", text)


def _parameters(operation: Operation) -> Iterator[str]:
    """What users call the arguments: the last name for each position is the public one."""
    names = {position: name for name, position in operation.keywords.items()}
    for position in sorted(names):
        yield PUBLIC_NAMES.get(names[position], names[position])
