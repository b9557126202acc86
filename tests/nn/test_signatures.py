"""Modules and functions take PyTorch's arguments: the same names in the same order, with the same defaults."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest

from minigrad import nn
from minigrad.nn import functional as F

pytestmark = pytest.mark.torch

# What PyTorch passes through as *args and **kwargs says nothing about its names.
OPEN = {"GRU", "LSTM", "RNN", "Module", "NLLLoss2d"}
# Asked for by isinstance; what makes them is the business of each package.
BASES = {"RNNBase", "RNNCellBase"}
# Another name for the one argument, which everybody gives by position.
RENAMED = {"ModuleDict", "ParameterDict"}

MODULES = sorted(
    name
    for name in dir(nn)
    if inspect.isclass(getattr(nn, name))
    and issubclass(getattr(nn, name), nn.Module)
    and name not in OPEN | RENAMED | BASES
)
FUNCTIONS = sorted(name for name in F.__all__ if callable(getattr(F, name)))

Arguments = list[tuple[str, Any]]


def arguments(function: Any) -> Arguments:
    """Names and defaults, with a star before those given by name only."""
    return [
        ("*" * (each.kind is each.KEYWORD_ONLY) + each.name, plain(each.default))
        for each in inspect.signature(function).parameters.values()
        if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]


def plain(default: Any) -> Any:
    """A default that can be compared: a function by its name."""
    return default.__name__ if inspect.isfunction(default) else default


def documented(function: Any) -> Arguments:
    """Names and defaults as the first lines of a built-in function's documentation write them."""
    first = function.__doc__.strip().split("->")[0].split("\n\n")[0]
    (call,) = ast.parse(f"def {first.strip().removesuffix(':')}: pass").body
    assert isinstance(call, ast.FunctionDef)
    names, defaults = [each.arg for each in call.args.args], call.args.defaults
    values = [inspect.Parameter.empty] * (len(names) - len(defaults)) + [
        eval(ast.unparse(each), {}) for each in defaults
    ]
    return list(zip(names, values, strict=True))


@pytest.mark.parametrize("name", MODULES)
def test_modules(name: str) -> None:
    torch = pytest.importorskip("torch")
    assert arguments(getattr(nn, name)) == arguments(getattr(torch.nn, name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    torch = pytest.importorskip("torch")
    theirs = getattr(torch.nn.functional, name)
    if name.endswith("_"):  # in place: the arguments are those of the function
        name, theirs = name[:-1], getattr(torch.nn.functional, name[:-1])
    try:
        expected = arguments(theirs)
    except ValueError:
        expected = documented(theirs)
    if not expected:  # a choice between two functions, whose documentation gives the arguments
        expected = documented(theirs)
    ours = arguments(getattr(F, name))
    if name == "normalize":
        expected = [each for each in expected if each[0] != "out"]
    assert ours == expected
