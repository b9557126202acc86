"""Printed programs run on their own, in an interpreter with NumPy and no minigrad, and give autodiff's numbers."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from double import Double

import minigrad as mg
import minigrad.nn.functional as F
from minigrad import autograd, nn, viz
from minigrad.errors import GraphError

ROOT = Path(__file__).parents[2]


def pages() -> Any:
    spec = importlib.util.spec_from_file_location("programs", ROOT / "docs" / "programs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = pages()

ALONE = """
import sys
import numpy as np
sys.modules["minigrad"] = None  # whoever imports it gets an ImportError
from program import program
arguments = dict(np.load("arguments.npz"))
if "rng" in program.__code__.co_varnames[:program.__code__.co_argcount]:
    arguments["rng"] = np.random.default_rng(0)
if "lr" in arguments:
    arguments["lr"] = float(arguments["lr"])
found = program(**arguments)
found = found if isinstance(found, tuple) else (found,)
np.savez("found.npz", *found)
"""


def alone(program: Any, folder: Path) -> list[Any]:
    """What a program returns in an interpreter of its own."""
    program.save(folder / "program.py")
    np.savez(folder / "arguments.npz", **{k: v for k, v in program.arguments.items() if k != "rng"})
    subprocess.run([sys.executable, "-c", ALONE], cwd=folder, check=True, env={"PATH": ""})
    with np.load(folder / "found.npz") as found:
        return [found[name] for name in found]


@pytest.mark.parametrize("name", PAGES.EXAMPLES)
def test_a_program_runs_alone(name: str, tmp_path: Path) -> None:
    mg.manual_seed(0)
    program = PAGES.EXAMPLES[name]()
    if "rng" in program.arguments:
        program.arguments["rng"] = np.random.default_rng(0)
    given = {key: np.array(each) if hasattr(each, "dtype") else each for key, each in program.arguments.items()}
    expected = program(**given)
    if "rng" in program.arguments:
        program.arguments["rng"] = None
    for ours, theirs in zip(alone(program, tmp_path), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def test_the_page_is_as_the_command_writes_it() -> None:
    assert PAGES.PAGE.read_text() == PAGES.page(), "run `make programs`"


def compared(loss: Any, leaves: list[Any]) -> Any:
    """The program of a loss; its results are the loss and the gradients of autodiff, to the bit."""
    program = viz.program(loss, leaves)
    found = program(**program.arguments)
    expected = [loss, *autograd.grad(loss, leaves)]
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs.array)
    return program


MODELS = {
    "mlp": (lambda: nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 2)), (3, 4)),
    "convolution": (
        lambda: nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.LeakyReLU(), nn.MaxPool2d(2)),
        (2, 1, 6, 6),
    ),
    "transposed": (lambda: nn.Sequential(nn.ConvTranspose2d(2, 3, 4, 2, 1), nn.Tanh(), nn.AvgPool2d(2)), (2, 2, 3, 3)),
    "transformer": (lambda: nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True), (2, 5, 8)),
    "gru": (lambda: nn.GRU(3, 4), (5, 2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_a_model(name: str) -> None:
    make, shape = MODELS[name]
    model, x = make(), mg.randn(*shape)
    with viz.record():
        y = model(x)
        loss = (y[0] if isinstance(y, tuple) else y).square().mean()
    compared(loss, list(model.parameters()))


def test_names_and_sections_are_those_of_the_code() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    data, wanted = mg.randn(4, 2), mg.randn(4, 1)
    with viz.record():
        guess = model(data)
        loss = F.mse_loss(guess, wanted)
    text = compared(loss, list(model.parameters())).function
    for line in (
        "def program(data, w1, b1, w2, b2, wanted):",
        "    w2: model.2.weight (1×3)",
        "    # 1: ReLU",
        "    guess = a @ w2.T + b2                       # (4, 1)",
        "    loss = ((guess - wanted) ** 2).mean()",
        "    # backward",
        "    g_a = g_guess @ w2                          # (4, 3)  affine: g @ weight",
        "    g_h = np.where(a > 0, g_a, 0)               # (4, 3)  relu: g if y > 0, else 0",
        "    return loss, g_w1, g_b1, g_w2, g_b2",
    ):
        assert line in text.splitlines(), line


def test_nothing_is_written_that_does_nothing() -> None:
    x = mg.randn(3, requires_grad=True)
    with viz.record():
        loss = (x * 1).reshape(3).exp().sum() + x.exp().sum()
        x.cos()
    program = compared(loss, [x])
    assert program.source.count("np.exp(") == 1
    for absent in ("reshape", "* 1", "np.cos", "broadcast_to", "ones"):
        assert absent not in program.source


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_recurrence_is_as_short_as_its_formula(kind: str) -> None:
    """Forward and back a line each, whatever the number of steps."""
    model, lengths = getattr(nn, kind)(3, 4), []
    for steps in (2, 9):
        with viz.record():
            loss = model(mg.randn(steps, 2, 3))[0].square().sum()
        program = compared(loss, list(model.parameters()))
        assert program.function.count(f"{kind.lower()}_back(") == 1
        lengths.append(len(ast.parse(program.function).body[0].body))  # type: ignore[attr-defined]
    assert lengths[0] == lengths[1]


def test_integers_are_promoted_as_the_package_does() -> None:
    x, n = mg.randn(3, requires_grad=True), mg.tensor([1, 2, 3])
    with viz.record():
        loss = (x * n + n.exp()).sum()
    program = compared(loss, [x])
    other = program(x=np.ones(3, np.float32), n=np.array([2, 2, 2]))
    assert other[1].tolist() == [2, 2, 2]


def test_refused() -> None:
    x = mg.randn(3, requires_grad=True)
    with pytest.raises(GraphError, match="not recorded"):
        viz.program(x.sum())
    with viz.record():
        applied = Double.apply(x).sum()
        hooked = x * 2
        hooked.register_hook(lambda g: g)
        loss = hooked.sum()
        spent = (x * x).sum()
        spent.backward()
    with pytest.raises(GraphError, match="Double is no operation"):
        viz.program(applied)
    with pytest.raises(GraphError, match="hook"):
        viz.program(loss)
    with pytest.raises(GraphError, match="second time"):
        viz.program(spent)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "NAdam"])
def test_an_update_is_written_without_scratch_arrays(name: str) -> None:
    mg.manual_seed(0)
    model = nn.Linear(3, 2)
    optimizer = getattr(mg.optim, name)(model.parameters(), lr=0.1, weight_decay=0.01)

    @mg.compile
    def step(x: Any) -> Any:
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(5):
        step(mg.randn(4, 3))
    x = mg.randn(4, 3)
    program = step.program(x)
    assert "empty" not in program.function
    given = dict(program.arguments)
    program(**given)  # changes the arrays that it is given
    step(x)
    np.testing.assert_array_equal(given["w1"], model.weight.array)


def test_a_method_of_a_function_of_numpys() -> None:
    x = mg.tensor([1.0, 2.0, 6.0], dtype=mg.float16)
    with viz.record():
        y = x.mean()
    program = viz.program(y, gradients=False)  # by its function, since NumPy's mean adds in float16
    assert "np.add.reduce" in program.source
    assert float(program(**program.arguments)) == 3


def test_gradients_of_slices_are_joined() -> None:
    x = mg.tensor(np.random.default_rng(0).standard_normal((2, 6)), requires_grad=True)

    def loss(x: Any) -> Any:
        b, c, a = x.narrow(1, 0, 2), x.narrow(1, 2, 2), x.narrow(1, 4, 2)
        return (a * b + c.exp() * a).sum()

    f = mg.compile(loss)
    for _ in range(3):
        x.grad = None
        f(x).backward()
        found = x.grad
    (expected,) = mg.autograd.grad(loss(x), x)
    assert found is not None
    assert found.tolist() == expected.tolist()
    assert f.source.count("np.concatenate([") == 1
