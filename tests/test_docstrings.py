"""Whatever is public says what it does: modules, functions, classes, methods, and the arguments of constructors."""

import importlib
import inspect
import pkgutil
import re

import pytest

import minigrad
from minigrad import nn, optim

MODULES = [minigrad] + [
    importlib.import_module(each.name)
    for each in pkgutil.walk_packages(minigrad.__path__, "minigrad.")
    if not any(part.startswith("_") for part in each.name.split("."))
]

# Where something is still missing. A module whose last gap has been closed must leave the list.
UNDONE = {
    "minigrad.viz.drawing.picture",
    "minigrad.viz.formulas.parse",
    "minigrad.viz.graph.build",
    "minigrad.viz.graph.elements",
    "minigrad.viz.reports.explain",
    "minigrad.viz.reports.memory",
}


def own(module):
    """The public functions and classes that a module defines itself."""
    for name, value in vars(module).items():
        ours = getattr(value, "__module__", None) == module.__name__
        if not name.startswith("_") and ours and (inspect.isfunction(value) or inspect.isclass(value)):
            yield name, value


def methods(cls):
    """The public methods and properties that a class defines itself, with the docs that they have or inherit."""
    for name, value in vars(cls).items():
        if not name.startswith("_") and isinstance(value, (property, classmethod, staticmethod, type(methods))):
            yield name, inspect.getdoc(getattr(value, "__func__", value))


def documentation(cls):
    """What help(cls) says of its construction: the class, its constructor, and those of its bases."""
    constructors = [vars(base).get("__init__") for base in cls.__mro__[:-1]]
    return "\n".join(filter(None, [each.__doc__ for each in (*cls.__mro__[:-1], *constructors)]))


def arguments(cls):
    """The names of a constructor's arguments."""
    if cls.__init__ is object.__init__ or issubclass(cls, BaseException) or getattr(cls, "_is_protocol", False):
        return []
    return [name for name in list(inspect.signature(cls.__init__).parameters)[1:] if not name.startswith("_")]


def exported():
    """The classes that some package or module offers by `__all__`."""
    return {
        value
        for module in MODULES
        for name in getattr(module, "__all__", ())
        if inspect.isclass(value := getattr(module, name)) and value.__module__.startswith("minigrad.")
    }


def gaps(module):
    """What of a module's public things has no docstring, or no word on an argument."""
    found = [] if module.__doc__ else ["the module"]
    for name, value in own(module):
        if not inspect.getdoc(value):
            found.append(name)
        if inspect.isclass(value):
            found += [f"{name}.{method}" for method, doc in methods(value) if not doc]
    for cls in CLASSES:
        if cls.__module__ == module.__name__:
            text = documentation(cls)
            found += [f"{cls.__name__}({name})" for name in arguments(cls) if not re.search(rf"\b{name}\b", text)]
    return found


CLASSES = exported()


def offered(module):
    """The functions that a module offers by `__all__`, or has no such list and defines."""
    names = getattr(module, "__all__", None) or [name for name, _ in own(module)]
    return {(name, getattr(module, name)) for name in names if inspect.isfunction(getattr(module, name))}


# The rooms whose functions tell of each argument; the forms in place refer to the function that they are a form of.
UTILITIES = [nn.utils, nn.utils.parametrizations, nn.utils.parametrize, nn.utils.rnn, optim.swa_utils]
FUNCTIONS = {
    each
    for room in (nn.functional, nn.init, *UTILITIES)
    for each in offered(room)
    if "in place:" not in inspect.getdoc(each[1])
}


@pytest.mark.parametrize(("name", "function"), sorted(FUNCTIONS, key=lambda each: (each[0], each[1].__name__)))
def test_each_argument_of_a_function_is_named(name, function):
    names = list(inspect.signature(function).parameters)
    assert [each for each in names if not re.search(rf"\b{each}\b", inspect.getdoc(function))] == []


def test_there_is_something_to_look_at():
    assert len(CLASSES) > 200
    assert sum(1 for module in MODULES for _ in own(module)) > 1000
    assert minigrad.nn.Conv2d in CLASSES
    assert "kernel_size" in arguments(minigrad.nn.Conv2d)


@pytest.mark.parametrize("module", MODULES, ids=lambda each: each.__name__)
def test_nothing_public_is_without_documentation(module):
    missing = gaps(module)
    if module.__name__ in UNDONE:
        assert missing, f"{module.__name__} is documented: take it off the list"
    else:
        assert not missing


def with_examples_due():
    """Every public function outside packages of classes, by a name that leads to it; forms in place have their own."""
    found = {}
    for home in (minigrad, *map(importlib.import_module, EXAMPLES_DUE)):
        for name in getattr(home, "__all__", None) or dir(home):
            value = getattr(home, name)
            ours = str(getattr(value, "__module__", "")).startswith("minigrad")
            if ours and callable(value) and not inspect.isclass(value) and not name.startswith("_"):
                found[f"{home.__name__}.{name}"] = value
    for name, value in vars(minigrad.Tensor).items():
        if inspect.isfunction(value) and not name.startswith("_"):
            found[f"Tensor.{name}"] = value
    return {name: value for name, value in found.items() if not name.endswith("_")}


EXAMPLES_DUE = [
    "minigrad.func",
    "minigrad.io",
    "minigrad.linalg",
    "minigrad.nn.functional",
    "minigrad.nn.init",
    "minigrad.special",
]


def test_every_public_function_has_an_example():
    due = with_examples_due()
    assert len(due) > 500
    assert {"minigrad.sin", "minigrad.conv2d", "minigrad.linalg.svd", "minigrad.zeros"} <= set(due)
    assert [name for name, value in due.items() if ">>> " not in inspect.getdoc(value)] == []


def test_the_list_names_modules():
    assert {module.__name__ for module in MODULES} >= UNDONE


def test_a_gap_is_found():
    def bare():
        pass

    class Thing:
        """A thing."""

        def __init__(self, size, colour):
            """Args: size."""

        def act(self):
            pass

    assert inspect.getdoc(bare) is None
    assert dict(methods(Thing)) == {"act": None}
    assert [each for each in arguments(Thing) if each not in documentation(Thing)] == ["colour"]
