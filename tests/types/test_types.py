"""What type checkers, editors and `help()` are told is what the package does."""

from __future__ import annotations

import importlib.util
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import minigrad as mg
from minigrad.ops.public import PUBLIC
from minigrad.tensor.methods import IN_PLACE

HERE = Path(__file__).parent
PRIMITIVES = sorted(name for name, each in PUBLIC.items() if hasattr(each, "family"))


def _stubs() -> Any:
    spec = importlib.util.spec_from_file_location("stubs", HERE / "stubs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 does not tell of overloads")
@pytest.mark.parametrize("name", ["__init__.pyi", "special.pyi", "methods.pyi"])
def test_stubs_are_current(name: str) -> None:
    stubs = _stubs()
    ((path, make),) = [each for each in stubs.STUBS.items() if each[0].name == name]
    assert path.read_text() == stubs.text_of(make), "run `make stubs`"


def test_the_program_runs() -> None:
    subprocess.run([sys.executable, HERE / "program.py"], check=True, cwd=HERE)


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_primitive_shows_its_signature_and_its_line(name: str) -> None:
    operation = getattr(mg, name)
    parameters = list(inspect.signature(operation).parameters)
    assert parameters[0] == "input"
    assert len(parameters) == len(operation.parameters)
    source, line = inspect.getsourcelines(operation)
    file = inspect.getsourcefile(inspect.unwrap(operation))
    assert file is not None
    assert "/ops/" in Path(file).as_posix()
    if sys.version_info >= (3, 13):  # before, `inspect` looks for a line with a lambda, and finds the nearest
        assert line == operation.defined[1]
        assert f'"{operation.name}(' in "".join(source)


def test_help_shows_types_without_quotes() -> None:
    rooms = [mg, mg.nn, mg.optim, mg.autograd, mg.func, mg.io, mg.utils, mg.datasets, mg.distributions, mg.linalg]
    rooms += [mg.special, mg.nn.functional, mg.nn.utils, mg.nn.init, mg.optim.lr_scheduler, mg.utils.data]
    quoted = [
        f"{room.__name__}.{name}"
        for room in rooms
        for name in getattr(room, "__all__", None) or dir(room)
        for function in _functions(getattr(room, name))
        if any(type(each.annotation) is str for each in inspect.signature(function).parameters.values())
    ]
    assert quoted == []
    assert str(inspect.signature(mg.nn.Linear.forward)) == "(self, input: Tensor) -> Tensor"
    assert str(inspect.signature(mg.nn.functional.relu)) == "(input: Tensor, inplace: bool = False) -> Tensor"


def _functions(value: Any) -> list[Any]:
    """A public function, or the constructor and the methods of a public class."""
    if inspect.isclass(value) and value.__module__.startswith("minigrad"):
        return [each for name in dir(value) if inspect.isfunction(each := getattr(value, name)) and name[0] != "_"]
    return [value] if inspect.isfunction(value) else []


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: mg.arcsin(inptu=x), "arcsin"),
        (lambda x: x.multiply(othre=x), "multiply"),
        (lambda x: mg.concatenate(tensros=[x]), "concatenate"),
        (lambda x: mg.special.psi(inptu=x), "psi"),
    ],
)
def test_a_wrong_keyword_is_told_in_the_name_of_the_alias(call: Any, name: str) -> None:
    with pytest.raises(TypeError, match=rf"^{name}\b.*unexpected keyword argument"):
        call(mg.ones(2))
    assert getattr(mg, name, getattr(mg.special, name, None)).__name__ == name


@pytest.mark.parametrize("name", PRIMITIVES)
def test_arguments_by_either_name_but_not_by_both(name: str) -> None:
    operation = PUBLIC[name]
    theirs = list(inspect.signature(operation).parameters)
    whole = (operation.run is not None and name in ("gcd", "lcm")) or name.startswith("bitwise")
    given = [mg.tensor([2, 3]) if whole else mg.tensor([0.5, 0.25]) for _ in theirs]
    expected = operation(*given)
    for names in (theirs, operation.parameters):
        assert operation(**dict(zip(names, given, strict=True))).tolist() == pytest.approx(
            expected.tolist(), nan_ok=True
        )
    with pytest.raises(TypeError, match="given already"):
        operation(*given, **{operation.parameters[0]: given[0]})
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        operation(*given, colour=1)


@pytest.mark.parametrize("name", sorted(IN_PLACE))
def test_a_form_in_place_takes_its_tensor_by_the_name_that_help_says(name: str) -> None:
    first = next(iter(inspect.signature(IN_PLACE[name]).parameters))
    with pytest.raises(TypeError, match="colour"):  # and so, it got as far as the other arguments
        IN_PLACE[name](**{first: mg.ones(2, 2, dtype=mg.float64)}, colour=1)


def test_what_is_not_public_does_not_show() -> None:
    shown = dir(mg)
    for name in ("kernels", "inplace", "engine", "ops", "T", "H", "typed", "queries", "creation", "tensor_", "types"):
        assert name not in shown
    for name in ("sin", "relu_", "viz", "nn", "vmap", "dropout", "Tensor", "pi"):
        assert name in shown
    assert [name for name in shown if not hasattr(mg, name)] == []


def test_importing_the_package_leaves_the_rest_for_later() -> None:
    script = "import sys, minigrad; print([m for m in sys.modules if m.startswith('minigrad.')])"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    for name in ("viz", "datasets", "func", "nn", "optim", "autograd", "io", "utils"):
        assert f"'minigrad.{name}'" not in loaded
    assert "'inspect'" not in loaded
