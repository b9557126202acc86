"""The primitive: a function on arrays, together with its derivatives.

A line of a table of derivatives describes one:

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

What a call does with the description is the business of `engine.record`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any, Protocol, cast

import numpy as np

from minigrad.engine.elsewhere import Name
from minigrad.engine.record import recorder

Formula = Callable[..., Any]


class Rule:
    """The derivative of a primitive in one `argument`.

    `formula`(g, *values) is the argument's share of the gradient. `needs` names the values, in order, and
    `collect`(output, arguments, static) finds them in a call; `keeps_arrays` says whether any of them is an array that
    waits for the backward pass. `part` is None, or where this share stands in what a formula for all arguments returns.
    """

    __slots__ = ("argument", "collect", "formula", "keeps_arrays", "needs", "part")

    def __init__(
        self,
        argument: str,
        formula: Formula,
        needs: tuple[str, ...],
        collect: Callable[[Any, list[Any], dict[str, Any]], tuple[Any, ...]],
        keeps_arrays: bool,
        part: int | None = None,
    ) -> None:
        self.argument, self.formula = argument, formula
        self.needs, self.collect, self.keeps_arrays = needs, collect, keeps_arrays
        self.part = part


class Operation(Protocol):
    """A primitive as its callers see it: a function that carries its description."""

    __name__: str
    __module__: str
    name: Name
    formula: str
    """What it computes, in the notation of the page; empty where a name says it all."""
    family: str
    parameters: tuple[str, ...]
    """The arguments that may be Variables, in order; a single '*name' stands for any number of them."""
    keywords: dict[str, int]
    """The names by which these arguments can be given, and their positions: those of the table, and what is added."""
    statics: tuple[str, ...]
    """The keywords that it is called with besides."""
    run: Callable[..., Any]
    """The function on arrays."""
    rules: dict[str, Formula | None]
    """The formula of the rule of each argument, None where there is no derivative."""
    rules_for: Callable[[int], tuple[Rule | None, ...]]
    """The rules for a call with so many arguments; None where an argument has no derivative."""
    defined: tuple[str, int]
    """The file and the line of the table."""

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


def general(text: str, run: Callable[..., Any], *, view: bool = False, **rules: Formula | None) -> Operation:
    """A primitive of no special form; `view` as of a linear one."""
    return _define("general", text, run, rules, view)


def _define(
    family: str, text: str, run: Callable[..., Any], rules: dict[str, Formula | None], view: bool = False
) -> Operation:
    """Read a line of a table: check what it says, and make the function that it describes."""
    match = isinstance(text, str) and re.fullmatch(r"(\w+)\((.*?)\)(?: = (.+))?", text)
    if not match:
        raise ValueError(f"a primitive is introduced as 'name(a, b) = formula', not {text!r}")
    name, parameters, formula = match[1], tuple(match[2].split(", ")), match[3] or ""
    joint = tuple(rules) == ("all",)
    if joint:
        rules = dict.fromkeys(parameters, rules["all"])
    if tuple(rules) != tuple(each.lstrip("*") for each in parameters):
        raise TypeError(
            f"{name}({match[2]}) has rules for {', '.join(rules) or 'nothing'}: give one for each, in order"
        )
    table = Rules(name, parameters, _keywords(run), rules, joint)
    caller = sys._getframe(2)
    if name in PRIMITIVES and PRIMITIVES[name].__module__ != caller.f_globals.get("__name__"):  # a cell may run again
        raise ValueError(f"there is a primitive {name!r} already: give yours another name")

    differentiable = tuple(i for i, rule in enumerate(rules.values()) if rule is not None)
    promoting = (differentiable or tuple(range(len(parameters)))) if family == "elementwise" else ()
    primitive = cast(Operation, recorder(name, run, table, promoting, view))
    primitive.name, primitive.formula, primitive.family = Name(name), formula, family
    primitive.parameters, primitive.statics, primitive.keywords = parameters, table.statics, table.keywords
    primitive.run, primitive.rules, primitive.rules_for = run, rules, table.for_count
    primitive.defined = (caller.f_code.co_filename, caller.f_lineno)
    primitive.__module__ = caller.f_globals.get("__name__", __name__)
    primitive.__doc__ = f"{text}\n\nA primitive of the {family} family."
    PRIMITIVES[name] = primitive
    return primitive


class Rules:
    """The rules of a primitive: checked when the table is read, compiled when a call first needs them."""

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        statics: tuple[str, ...],
        formulas: dict[str, Formula | None],
        joint: bool,
    ) -> None:
        self.name, self.parameters, self.statics = name, parameters, statics
        self.variadic = parameters[0].startswith("*")
        self.keywords = {} if self.variadic else {each: i for i, each in enumerate(parameters)}
        """By which names arguments can be given, and which argument each is."""
        self.known: list[Rule | None] = []
        """The rules made so far, by the argument's position."""
        self._formulas, self._joint = formulas, joint
        self._sources = {"y": "y"} | {static: f"static[{static!r}]" for static in statics}
        """For each name that a rule may ask for, the expression that finds its value in a call."""
        if self.variadic:  # one rule serves any number of arguments, and may ask which
            self._sources["i"] = "i"
        else:
            places = {each: f"arrays[{i}]" for each, i in self.keywords.items()}
            self._sources |= places | {f"{each}_shape": f"shape({place})" for each, place in places.items()}
        for argument, formula in formulas.items():
            if formula is not None:
                self._check(argument, formula)

    def _check(self, argument: str, formula: Formula) -> None:
        """TypeError unless a rule takes `g` first, and asks for nothing else than there is."""
        first, *needs = _arguments(formula) or [""]
        if first != "g":
            raise TypeError(f"the rule for {argument} of {self.name} must take the gradient 'g' first, not {first!r}")
        for need in needs:
            if need not in self._sources:
                known = ", ".join(self._sources)
                raise TypeError(f"the rule for {argument} of {self.name} asks for {need!r}; it can have {known}")

    def for_count(self, count: int) -> tuple[Rule | None, ...]:
        """The rules for a call with so many arguments; None where an argument has no derivative."""
        return tuple(self.up_to(count)[:count])

    def up_to(self, count: int) -> list[Rule | None]:
        """The rules of at least the first `count` arguments."""
        if not self.variadic and not self.known:
            for i, (argument, formula) in enumerate(self._formulas.items()):
                make = None if formula is None else self._compiled(formula)
                self.known.append(None if make is None else make(argument, i, i if self._joint else None))
        elif self.variadic and len(self.known) < count:
            ((argument, formula),) = self._formulas.items()
            make = None if formula is None else self._compiled(formula)
            for i in range(len(self.known), count):
                self.known.append(None if make is None else make(f"{argument}{i}", i, None))
        return self.known

    def _compiled(self, formula: Formula) -> Callable[[str, int, int | None], Rule]:
        """What makes a formula the rule of an argument, given its name, its position and its part.

        What collects the saved values is one expression, compiled as dataclasses compile their methods: it runs at
        every recorded call.
        """
        _, *needs = _arguments(formula)
        body = "".join(f"{self._sources[need]}, " for need in needs)
        collector = eval(f"lambda i: lambda y, arrays, static: ({body})", {"shape": np.shape})
        keeps_arrays = any(self._sources[need].startswith(("y", "arrays")) for need in needs)
        return lambda argument, i, part: Rule(argument, formula, tuple(needs), collector(i), keeps_arrays, part)


def _arguments(function: Callable[..., Any]) -> list[str]:
    """The names of a Python function's positional parameters."""
    code = function.__code__
    return list(code.co_varnames[: code.co_argcount])


def _keywords(run: Callable[..., Any]) -> tuple[str, ...]:
    """The keyword-only parameters of `run`: what it is called with besides arrays. NumPy's functions have none."""
    while hasattr(run, "__wrapped__"):
        run = run.__wrapped__
    code = getattr(run, "__code__", None)
    if code is None or run.__module__.startswith("numpy"):
        return ()
    return tuple(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
