"""The public scripts of tests/scripts run with their models compiled, and give the losses that they give eagerly."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import GraphError
from minigrad.nn import Module
from minigrad.program.compiled import Compiled
from minigrad.program.trace import CannotCompileError

FOLDER = Path(__file__).parents[1] / "scripts"
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "common")


REFUSED = {"GPT", "Policy"}
"""Modules that read a value, or keep a list that grows with each call. They go on as they are."""


class Outermost:
    """In the place of `Module.__call__`: a module that no other one calls runs as a program."""

    def __init__(self) -> None:
        self.eager = Module.__call__
        self.compiled: dict[Any, Compiled] = {}
        self.refused: dict[Any, str] = {}
        self.inside = False

    def __call__(self, module: Any, *args: Any, **kwargs: Any) -> Any:
        if self.inside or module in self.refused:
            return self.eager(module, *args, **kwargs)
        self.inside = True
        try:
            if module not in self.compiled:
                self.compiled[module] = Compiled(module)
            return self.compiled[module](*args, **kwargs)
        except CannotCompileError as error:
            self.refused[module] = str(error)
            return self.eager(module, *args, **kwargs)
        finally:
            self.inside = False


@contextlib.contextmanager
def double() -> Iterator[None]:
    """Within, floats are float64."""
    mg.set_default_dtype(mg.float64)
    try:
        yield
    finally:
        mg.set_default_dtype(mg.float32)


def losses(name: str) -> list[float]:
    source = (FOLDER / f"{name}.py").read_text()
    source = re.sub(r"^import torch$", "import minigrad as torch", source, flags=re.MULTILINE)
    source = re.sub(r"^(from|import) torch\b", r"\1 minigrad", source, flags=re.MULTILINE)
    space: dict[str, Any] = {"__name__": name}
    sys.path.insert(0, str(FOLDER))
    try:
        exec(compile(source, name, "exec"), space)
        return space["main"]()  # type: ignore[no-any-return]
    finally:
        sys.path.remove(str(FOLDER))


STOPPED = {
    "wgan_gp": "differentiate twice",  # the gradient of a gradient, which a single node refuses
    "vae": "not the same at each call",  # noise from a generator of NumPy's that the script keeps for itself
    "adversarial_autoencoder": "not the same at each call",
}
"""Scripts that stop with an error, and what it says."""


@pytest.mark.parametrize("name", STOPPED)
def test_what_cannot_be_compiled_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    outermost = Outermost()
    monkeypatch.setattr(Module, "__call__", lambda *args, **kwargs: outermost(*args, **kwargs))
    said = ""
    with double():
        try:
            losses(name)
        except GraphError as error:
            said = str(error)
    assert re.search(STOPPED[name], said + str(list(outermost.refused.values())))


@pytest.mark.parametrize("name", [each for each in SCRIPTS if each not in STOPPED])
def test_compiled_models_give_the_same_losses(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with double():
        mg.manual_seed(0)
        expected = losses(name)
        outermost = Outermost()
        monkeypatch.setattr(Module, "__call__", lambda *args, **kwargs: outermost(*args, **kwargs))
        mg.manual_seed(0)
        found = losses(name)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    assert {type(each).__name__ for each in outermost.refused} <= REFUSED, outermost.refused
