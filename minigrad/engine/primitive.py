"""The primitive: a function on arrays, together with its derivatives.

A primitive runs or records. Called on plain arrays it just runs NumPy. Called with a Variable it returns one, and if a
gradient is wanted it also leaves a node. A line of a table of derivatives makes one:

    mul = elementwise("mul(a, b) = a * b", np.multiply, a=lambda g, b: g * b, b=lambda g, a: g * a)

The text gives the name, the arguments and the formula. Each keyword names an argument that can be differentiated, and
its rule carries the gradient `g` of the output back to it. The other parameters of a rule say what it needs, and just
that is saved when the primitive records: `y` is the output, an argument's name is its value, `x_shape` the shape of
argument `x` (which keeps no array alive), and any other name a keyword that the primitive was called with. Rules use
only primitives, operators and methods that arrays and Variables share, so one rule serves every order. Where the
shares of several arguments have work in common, one rule under the keyword `all` returns them together, in order.

Four families say what shape the derivative has, from which forward mode follows (`engine.forward`):

    elementwise   broadcasting and type promotion apply, the Jacobian is diagonal
    linear        the derivative is the operation itself; the rule states the adjoint
    bilinear      linear in each of its arguments
    general       none of these
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np

from minigrad.dtypes import DType, promoted
from minigrad.engine.mode import mode
from minigrad.engine.node import Edge, Node, Variable, link_view
from minigrad.engine.observers import observers
from minigrad.errors import ShapeError

Formula = Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """The derivative of a primitive in one argument."""

    argument: str
    formula: Formula
    """(g, *values) -> the argument's share of the gradient."""
    needs: tuple[str, ...]
    """The names of `values`, in order."""
    collect: Callable[[Any, list[Any], dict[str, Any]], tuple[Any, ...]]
    """(output, arguments, static) -> values."""
    keeps_arrays: bool
    """Whether any of the values is an array that waits for the backward pass."""
    part: int | None = None
    """None, or where this argument's share stands in what a formula for all arguments returns."""


class Operation(Protocol):
    """A primitive as its callers see it: a function that carries its description."""

    name: str
    formula: str
    """What it computes, in the notation of the page; empty where a name says it all."""
    family: str
    parameters: tuple[str, ...]
    """The arguments that may be Variables, in order; a single '*name' stands for any number of them."""
    run: Callable[..., Any]
    """The function on arrays."""
    rules_for: Callable[[int], tuple[Rule | None, ...]]
    """The rules for a call with so many arguments; None where an argument has no derivative."""

    def __call__(self, *args: Any, **static: Any) -> Any: ...


PRIMITIVES: dict[str, Operation] = {}
"""Every primitive by name: what the tests of derivatives and the drawings of graphs iterate over."""


def elementwise(text: str, run: Callable[..., Any], **rules: Formula | None) -> Operation:
    """A primitive that acts on each element by itself. Rules may ignore broadcasting: it is undone at the edge."""
    return _define("elementwise", text, run, rules)


def linear(text: str, run: Callable[..., Any], *, view: bool = False, **rules: Formula | None) -> Operation:
    """A primitive that is linear in all its arguments together; each rule is the adjoint.

    `view`: the result may lie in the memory of the argument, so that a change of one is a change of the other.
    """
    return _define("linear", text, run, rules, view)


def bilinear(text: str, run: Callable[..., Any], **rules: Formula | None) -> Operation:
    """A primitive that is linear in each of its arguments while the others are held."""
    return _define("bilinear", text, run, rules)


def general(text: str, run: Callable[..., Any], **rules: Formula | None) -> Operation:
    """A primitive of no special form."""
    return _define("general", text, run, rules)


def zero(g: Any) -> Any:
    """The rule of a derivative that is zero wherever it exists."""
    return g * 0


def _define(
    family: str, text: str, run: Callable[..., Any], formulas: dict[str, Formula | None], view: bool = False
) -> Operation:
    match = re.fullmatch(r"(\w+)\((.*?)\)(?: = (.+))?", text)
    if match is None:
        raise ValueError(f"a primitive is introduced as 'name(a, b) = formula', not {text!r}")
    name, signature, formula = match[1], match[2], match[3] or ""
    parameters = tuple(signature.split(", "))
    joint = tuple(formulas) == ("all",)
    if joint:
        formulas = dict.fromkeys(parameters, formulas["all"])
    if tuple(formulas) != tuple(each.lstrip("*") for each in parameters):
        raise TypeError(
            f"{name}({signature}) has rules for {', '.join(formulas) or 'nothing'}: give one for each, in order"
        )
    statics = _keywords(run)
    numbers = [i for i, each in enumerate(formulas.values()) if each is not None]
    promoting = (numbers or list(range(len(parameters)))) if family == "elementwise" else []

    @functools.cache
    def rules_for(count: int) -> tuple[Rule | None, ...]:
        if parameters[0].startswith("*"):  # one rule serves any number of arguments, and may ask which: `i`
            ((argument, formula),) = formulas.items()
            return tuple(_rule(name, f"{argument}{i}", formula, {"i": str(i)}, statics) for i in range(count))
        if count != len(parameters):
            raise TypeError(f"{name}({signature}) takes {len(parameters)} arguments, {count} were given")
        sources = {each: f"arrays[{position}]" for position, each in enumerate(parameters)}
        sources |= {f"{each}_shape": f"shape({source})" for each, source in sources.items()}
        return tuple(
            _rule(name, each, formula, sources, statics, part if joint else None)
            for part, (each, formula) in enumerate(formulas.items())
        )

    arity = len(parameters)
    rules = rules_for(arity)  # made now, so that a mistake in a rule shows when the table is read

    def operation(*args: Any, **static: Any) -> Any:
        if len(args) == arity:
            ruled = rules
        else:
            args = _completed(args, static, arity)
            ruled = rules_for(len(args))
        arrays: list[Any] = []
        dtype = None  # of the first Variable
        alike = True  # all Variables have it
        wanted: list[tuple[int, Node]] = []  # the arguments that want a gradient: position and node
        for arg in args:
            if isinstance(arg, Variable):
                array = arg.array
                if dtype is None:
                    dtype = array.dtype
                elif array.dtype is not dtype:
                    alike = False
                if arg.node is not None:
                    wanted.append((len(arrays), arg.node))
                arrays.append(array)
            else:
                arrays.append(arg)
        try:
            y = run(*arrays, **static)
            if dtype is None:
                return y
            if promoting and not (alike and y.dtype is dtype) and _mixed(args, promoting, y.dtype):
                _promote(arrays, promoting, y.dtype.kind == "f")
                y = run(*arrays, **static)
        except (ValueError, TypeError, IndexError, OverflowError) as error:
            raise explained(name, arrays, error) from error
        except RuntimeWarning:  # the caller makes errors of warnings, but NaN and infinity are no mistakes
            with np.errstate(all="ignore"):
                return operation(*args, **static)

        if isinstance(y, np.generic):  # NumPy's functions answer arrays without axes by scalars
            y = np.asarray(y)
        result = new(Variable.result_type)
        result.array = y
        if wanted and mode.recording and y.dtype.kind == "f":
            edges: list[Edge] = []
            for position, node in wanted:
                rule = ruled[position]
                if rule is not None:
                    edges.append((node, rule, rule.collect(y, arrays, static)))
            if edges:
                result.node = mode.node(primitive, edges, y.shape, y.dtype, static)
        if view and y.base is not None:
            link_view(result, args[0], primitive, static)
        if observers:
            for observer in observers:
                observer.forward(primitive, args, static, result)
        return result

    primitive = cast(Operation, operation)
    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"{text}\n\nA primitive of the {family} family."
    primitive.name, primitive.formula, primitive.family = name, formula, family
    primitive.parameters, primitive.run, primitive.rules_for = parameters, run, rules_for
    if name in PRIMITIVES:
        raise ValueError(f"there is a primitive {name!r} already")
    PRIMITIVES[name] = primitive
    return primitive


new = Variable.__new__


def _completed(args: tuple[Any, ...], keywords: dict[str, Any], arity: int) -> tuple[Any, ...]:
    """The arguments, those among them that PyTorch's names give taken out of `keywords`."""
    for name in ("input", "other", "exponent", "mat2", "vec"):
        if name in keywords and len(args) < arity:
            args = (*args, keywords.pop(name))
    return args


def _mixed(args: tuple[Any, ...], positions: list[int], dtype: DType) -> bool:
    """Whether a Variable among the numbers has another dtype than the result. Answers to questions are bools anyway."""
    return dtype.kind != "b" and any(
        isinstance(args[position], Variable) and args[position].array.dtype != dtype for position in positions
    )


def _promote(arrays: list[Any], positions: list[int], floating: bool) -> None:
    """Give the arrays at `positions` the dtype that they make together."""
    together = promoted([arrays[position] for position in positions], floating)
    for position, array in zip(positions, together, strict=True):
        arrays[position] = array


def _keywords(run: Callable[..., Any]) -> tuple[str, ...]:
    """The keyword-only parameters of `run`: what it is called with besides arrays. NumPy's functions have none."""
    if isinstance(inspect.unwrap(run), np.ufunc) or run.__module__ == "numpy":
        return ()
    return tuple(
        each.name for each in inspect.signature(run).parameters.values() if each.kind is inspect.Parameter.KEYWORD_ONLY
    )


def _rule(
    name: str,
    argument: str,
    formula: Formula | None,
    arguments: dict[str, str],
    statics: tuple[str, ...],
    part: int | None = None,
) -> Rule | None:
    """Read the parameter names of `formula` and compile what collects their values.

    The collector is one expression, compiled as dataclasses compile their methods: it runs at every recorded call.
    """
    if formula is None:
        return None
    g, *needs = inspect.signature(formula).parameters
    if g != "g":
        raise TypeError(f"the rule for {argument} of {name} must take the gradient 'g' first, not {g!r}")
    sources = {"y": "y"} | arguments | {static: f"static[{static!r}]" for static in statics}
    unknown = [need for need in needs if need not in sources]
    if unknown:
        raise TypeError(f"the rule for {argument} of {name} asks for {unknown[0]!r}; it can have {', '.join(sources)}")
    body = "".join(f"{sources[need]}, " for need in needs)
    collect = eval(f"lambda y, arrays, static: ({body})", {"shape": np.shape})
    keeps_arrays = any(sources[need].startswith(("y", "arrays")) for need in needs)
    return Rule(argument, formula, tuple(needs), collect, keeps_arrays, part)


def explained(name: str, arrays: list[Any], error: Exception) -> Exception:
    """NumPy's complaint, with the operation and what it was given."""
    seen = ", ".join(
        f"{each.dtype} of shape {tuple(each.shape)}"
        if hasattr(each, "dtype")
        else f"{type(each).__name__} {each!r:.40}"
        for each in arrays
    )
    kind = next((each for each in (IndexError, OverflowError, TypeError) if isinstance(error, each)), ShapeError)
    return kind(f"{name}: {error} (given {seen})")
