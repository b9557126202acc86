"""The engines of the tutorial: each step's derivatives against differences, closed forms and PyTorch.

Each step is a file that runs on its own, and differs from the former by a few lines of code, which are counted here.
"""

from __future__ import annotations

import ast
import difflib
import importlib.util
import math
import re
import weakref
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

CODE = Path(__file__).parents[2] / "docs" / "tutorial" / "code"
STEPS = sorted(int(path.stem.removeprefix("step")) for path in CODE.glob("step*.py"))
MOST_ADDED = 50


def step(number: int) -> Any:
    """The engine of one step, read anew from its file."""
    spec = importlib.util.spec_from_file_location(f"step{number:02}", CODE / f"step{number:02}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def since(number: int) -> pytest.MarkDecorator:
    """The test runs with the engine of each step from this one on."""
    return pytest.mark.parametrize("s", [pytest.param(n, id=f"step{n:02}") for n in STEPS if n >= number])


@pytest.fixture
def engine(s: int) -> ModuleType:
    return step(s)


def slopes(f: Callable[..., float], arrays: list[Any], h: float = 1e-6) -> list[np.ndarray]:
    """The derivatives of a function of arrays in each of their numbers, by central differences."""
    arrays = [np.array(each, dtype=float) for each in arrays]
    answers = []
    for array in arrays:
        answer = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            middle = array[place]
            array[place] = middle + h
            above = f(*arrays)
            array[place] = middle - h
            answer[place] = (above - f(*arrays)) / (2 * h)
            array[place] = middle
        answers.append(answer)
    return answers


def code_of(number: int) -> list[str]:
    """The lines of a step that are code: no docstring, no comment, no empty line."""
    text = (CODE / f"step{number:02}.py").read_text("utf-8")
    words: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            words |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = (line.split("  #")[0].rstrip() for i, line in enumerate(text.splitlines(), 1) if i not in words)
    return [line for line in lines if line and not line.lstrip().startswith("#")]


def added(number: int) -> int:
    """How many lines of code a step adds to the one before."""
    before = code_of(number - 1) if number > 1 else []
    return sum(line.startswith("+ ") for line in difflib.ndiff(before, code_of(number)))


def test_the_first_engine_has_at_most_forty_lines() -> None:
    assert len((CODE / "step01.py").read_text("utf-8").splitlines()) <= 40


@pytest.mark.parametrize("number", STEPS)
def test_a_step_is_small(number: int) -> None:
    assert added(number) <= MOST_ADDED
    assert sum(added(each) for each in STEPS) / len(STEPS) <= 30


# -- Steps 1 to 3: scalars ---------------------------------------------------------------------------------------------


@since(1)
def test_the_chain_rule(engine: Any) -> None:
    w, x, b = engine.Value(0.5), engine.Value(2.0), engine.Value(-0.3)
    y = engine.tanh(w * x + b)
    y.backward()
    slope = 1 - math.tanh(0.7) ** 2
    assert float(y.data) == pytest.approx(math.tanh(0.7), rel=1e-12)
    assert [float(each.grad) for each in (w, x, b)] == pytest.approx([2.0 * slope, 0.5 * slope, slope], rel=1e-12)


@since(2)
def test_a_graph_may_be_deep(engine: Any) -> None:
    x = engine.Value(1.0)
    y = x
    for _ in range(5000):
        y = y + engine.Value(0.001)
    y.backward()
    assert float(x.grad) == 1.0
    assert float(y.data) == pytest.approx(6.0)


@since(2)
def test_a_value_is_visited_once(engine: Any) -> None:
    y = engine.Value(1.0)
    for _ in range(60):  # 2 ** 60 paths
        y = y + y
    y.backward()


@since(3)
def test_shares_are_added(engine: Any) -> None:
    a = engine.Value(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert float(a.grad) == 4.0
    c.backward()  # another pass adds to what the first has left, and what was between does not confuse it
    assert float(a.grad) == 8.0


@since(3)
def test_an_expression_that_uses_its_values_again(engine: Any) -> None:
    def f(x: Any, w: Any, sin: Any = np.sin, tanh: Any = np.tanh) -> Any:
        p = w * x
        q = sin(p) + p * x
        return q * tanh(q + w) + q * p

    x, w = engine.Value(0.7), engine.Value(-1.2)
    f(x, w, engine.sin, engine.tanh).backward()
    assert [float(x.grad), float(w.grad)] == pytest.approx([float(g) for g in slopes(f, [0.7, -1.2])], rel=1e-7)


# -- Step 4: arrays ----------------------------------------------------------------------------------------------------


@since(4)
@pytest.mark.parametrize("shapes", [((4, 3), (3,)), ((4, 1), (1, 3)), ((), (2, 3)), ((2, 1, 3), (4, 1)), ((1,), (1,))])
def test_broadcasting_sums_back(engine: Any, shapes: Any, rng: np.random.Generator) -> None:
    arrays = [rng.normal(size=shape) for shape in shapes]
    weights = rng.normal(size=np.broadcast_shapes(*shapes))

    def f(a: Any, b: Any) -> Any:
        return ((a * b + b) * weights).sum()

    a, b = (engine.Value(each) for each in arrays)
    f(a, b).backward()
    for value, expected in zip((a, b), slopes(f, arrays), strict=True):
        assert value.grad.shape == value.data.shape
        np.testing.assert_allclose(value.grad, expected, rtol=1e-7, atol=1e-8)


@since(4)
@pytest.mark.torch
def test_a_layer_as_in_torch(engine: Any, rng: np.random.Generator) -> None:
    import torch

    arrays = [rng.normal(size=shape) for shape in ((5, 3), (3, 2), (2,))]

    def f(x: Any, w: Any, b: Any, tanh: Any) -> Any:
        y = tanh(x @ w + b)
        return (y * y).sum()

    ours = [engine.Value(each) for each in arrays]
    f(*ours, engine.tanh).backward()
    theirs = [torch.tensor(each, requires_grad=True) for each in arrays]
    f(*theirs, torch.tanh).backward()
    for value, tensor in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(value.grad, tensor.grad, rtol=1e-12)


# -- Step 5: rules that save by name -----------------------------------------------------------------------------------


@since(5)
def test_every_rule_of_the_table(engine: Any, rng: np.random.Generator) -> None:
    a, b = rng.uniform(0.5, 2, (2, 2)), rng.uniform(0.5, 2, (2, 2))
    two = ["add", "sub", "mul", "matmul"]
    one = ["neg", "exp", "sin", "cos", "tanh", "sigmoid", "softplus", "transpose", "inv"]
    rows: list[tuple[str, list[Any], dict[str, Any]]] = [(name, [a, b], {}) for name in two]
    rows += [(name, [a], {}) for name in one]
    rows += [("sum_to", [a], {"shape": (1, 2)}), ("expand", [a], {"shape": (3, 2, 2)}), ("power", [a], {"n": 3})]
    for name, arrays, static in rows:
        operation = getattr(engine, name, None)
        if operation is None:
            continue

        def f(*args: Any, operation: Any = operation, static: Any = static) -> Any:
            y = operation(*args, **static)
            shape = y.data.shape if isinstance(y, engine.Value) else y.shape
            return (y * np.arange(1.0, math.prod(shape) + 1).reshape(shape)).sum()

        values = [engine.Value(each) for each in arrays]
        f(*values).backward()
        for value, expected in zip(values, slopes(f, arrays), strict=True):
            np.testing.assert_allclose(value.grad, expected, rtol=1e-6, atol=1e-7, err_msg=name)


@since(5)
def test_just_what_a_rule_names_is_saved(engine: Any) -> None:
    x, w = engine.Value([0.5, 1.0]), engine.Value([2.0, 3.0])

    def saved(y: Any) -> list[Any]:
        (edges,) = [getattr(y, "node", y).edges]
        return [list(each[2]) for each in edges]

    assert saved(x + w) == [[], []]
    y = engine.exp(x)
    assert saved(y)[0][0] is y.data
    assert [each[0] is other.data for each, other in zip(saved(x * w), (w, x), strict=True)] == [True, True]
    assert saved(x.sum()) == [[(2,)]]
    assert isinstance(engine.exp(np.ones(2)), np.ndarray)  # on arrays it just runs


# -- Step 6: higher orders ---------------------------------------------------------------------------------------------


@since(6)
def test_derivatives_of_every_order(engine: Any) -> None:
    x = engine.Value(0.7)
    y = engine.sin(x * x)
    first, second, third = (  # by hand
        1.4 * math.cos(0.49),
        2 * math.cos(0.49) - 1.96 * math.sin(0.49),
        -12 * 0.7 * math.sin(0.49) - 8 * 0.7**3 * math.cos(0.49),
    )
    for expected in (first, second, third):
        (y,) = engine.grad(y, [x], create_graph=True)
        assert float(y.data) == pytest.approx(expected, rel=1e-12)


@since(6)
def test_a_derivative_of_what_is_not_used_is_zero(engine: Any) -> None:
    x, w = engine.Value([1.0, 2.0]), engine.Value(3.0)
    (g,) = engine.grad((x * x).sum(), [w])
    assert g == 0.0


@since(6)
@pytest.mark.torch
def test_a_hessian_times_a_vector_as_in_torch(engine: Any, rng: np.random.Generator) -> None:
    import torch

    x, w, v = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=(3, 2))
    ours = engine.Value(w)
    (g,) = engine.grad((engine.tanh(x @ ours) ** 3).sum(), [ours], create_graph=True)
    (product,) = engine.grad((g * v).sum(), [ours])
    theirs = torch.tensor(w, requires_grad=True)
    (g,) = torch.autograd.grad((torch.tanh(torch.tensor(x) @ theirs) ** 3).sum(), theirs, create_graph=True)
    (expected,) = torch.autograd.grad((g * torch.tensor(v)).sum(), theirs)
    np.testing.assert_allclose(product, expected, rtol=1e-10)


# -- Step 7: forward mode ----------------------------------------------------------------------------------------------


@since(7)
def test_a_tangent_of_each_family(engine: Any, rng: np.random.Generator) -> None:
    a, b = rng.uniform(0.5, 2, (2, 2)), rng.uniform(0.5, 2, (2, 2))
    s, t = rng.normal(size=(2, 2)), rng.normal(size=(2, 2))

    def tangent(operation: Any, *pairs: Any, **static: Any) -> Any:
        values = [engine.Value(each) for each, _ in pairs]
        y = operation(*values, **static)
        return engine.jvp(y, dict(zip(values, (t for _, t in pairs), strict=True)))

    close = np.testing.assert_allclose
    close(tangent(engine.mul, (a, s), (b, t)), s * b + a * t)  # elementwise
    close(tangent(engine.sin, (a, s)), np.cos(a) * s)
    close(tangent(engine.add, (a, s), (b[:1], t[:1])), s + t[:1])  # stretched
    close(tangent(engine.transpose, (a, s)), s.T)  # linear
    close(tangent(engine.sum_to, (a, s), shape=(2, 1)), s.sum(1, keepdims=True))
    close(tangent(engine.matmul, (a, s), (b, t)), s @ b + a @ t)  # bilinear
    inverse = np.linalg.inv(a)
    close(tangent(engine.inv, (a, s)), -inverse @ s @ inverse)  # general


@since(7)
def test_both_modes_agree(engine: Any, rng: np.random.Generator) -> None:
    a, b = engine.Value(rng.uniform(0.5, 2, (3, 3))), engine.Value(rng.uniform(0.5, 2, (1, 3)))
    y = engine.tanh(a @ engine.inv(a * b + b)) * engine.exp(-b) + a.T
    s, t, g = rng.normal(size=(3, 3)), rng.normal(size=(1, 3)), rng.normal(size=(3, 3))
    forward = engine.jvp(y, {a: s, b: t})
    along_a, along_b = engine.grad(y, [a, b], g)
    assert (forward * g).sum() == pytest.approx((along_a * s).sum() + (along_b * t).sum(), rel=1e-10)


# -- Step 8: convolution -----------------------------------------------------------------------------------------------


def images(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """x, w and u that fit together, with stride 2."""
    return rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=(2, 4, 3, 3))


@since(8)
def test_one_trilinear_form(engine: Any, rng: np.random.Generator) -> None:
    x, w, u = images(rng)
    form = sum(
        x[n, c, 2 * i + k, 2 * j + m] * w[o, c, k, m] * u[n, o, i, j]
        for n, c, o, i, j, k, m in np.ndindex(2, 3, 4, 3, 3, 3, 2)
    )
    assert (engine.conv(x, w, stride=2) * u).sum() == pytest.approx(form)
    assert (engine.conv_t(u, w, size=(7, 6), stride=2) * x).sum() == pytest.approx(form)
    assert (engine.conv_w(x, u, kernel=(3, 2), stride=2) * w).sum() == pytest.approx(form)


@since(8)
@pytest.mark.torch
def test_convolution_as_in_torch(engine: Any, rng: np.random.Generator) -> None:
    import torch

    x, w, u = images(rng)
    ours = [engine.Value(x), engine.Value(w)]
    y = engine.conv(*ours, stride=2)
    gradients = engine.grad((y * y * u).sum(), ours, create_graph=True)
    second = engine.grad((gradients[0] ** 2).sum() + (gradients[1] ** 2).sum(), ours)
    theirs = [torch.tensor(x, requires_grad=True), torch.tensor(w, requires_grad=True)]
    z = torch.nn.functional.conv2d(*theirs, stride=2)
    expected = torch.autograd.grad((z * z * torch.tensor(u)).sum(), theirs, create_graph=True)
    higher = torch.autograd.grad((expected[0] ** 2).sum() + (expected[1] ** 2).sum(), theirs)
    np.testing.assert_allclose(y.data, z.detach(), rtol=1e-10, atol=1e-10)
    for got, wanted in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(got.data, wanted.detach(), rtol=1e-10, atol=1e-10)
    for got, wanted in zip(second, higher, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-9)


# -- Step 9: in place --------------------------------------------------------------------------------------------------


@since(9)
def test_a_saved_array_that_was_changed_is_noticed(engine: Any) -> None:
    x = engine.Value([1.0, 2.0, 3.0])
    y = x * 2
    z = engine.sin(y).sum()
    y.mul_(3)
    with pytest.raises(RuntimeError, match="'x' was changed after it had been saved"):
        z.backward()
    np.testing.assert_array_equal(x.grad, 0)


@since(9)
def test_what_is_not_saved_may_be_changed(engine: Any) -> None:
    x, w = engine.Value([1.0, 2.0, 3.0]), engine.Value([4.0, 5.0, 6.0])
    y = x * 2
    z = engine.exp(y)
    memory = y.data
    y.mul_(w)  # y = 2 x w
    assert y.data is memory
    (z.sum() + y.sum()).backward()
    np.testing.assert_allclose(x.grad, 2 * np.exp(2 * x.data) + 2 * w.data)
    np.testing.assert_allclose(w.grad, 2 * x.data)
    with pytest.raises(RuntimeError, match="a leaf"):
        x.mul_(2)


@since(9)
def test_what_no_rule_asks_for_is_let_go(engine: Any) -> None:
    x = engine.Value(np.ones(3))
    y = x + x
    alive = weakref.ref(y.data)
    y = y + y
    assert alive() is None
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, 4)


# -- Steps 10 to 12: layers, Adam, two networks ------------------------------------------------------------------------


@since(10)
def test_a_module_finds_its_parameters(engine: Any, rng: np.random.Generator) -> None:
    model = engine.Sequential(engine.Linear(3, 4, rng), engine.tanh, engine.Linear(4, 2, rng))
    assert [each.shape for each in model.parameters()] == [(3, 4), (4,), (4, 2), (2,)]
    x = rng.normal(size=(5, 3))
    first, second = model.layers[0], model.layers[2]
    by_hand = np.tanh(x @ first.weight.data + first.bias.data) @ second.weight.data + second.bias.data
    np.testing.assert_allclose(model(x).data, by_hand)


@since(11)
@pytest.mark.torch
def test_adam_as_in_torch(engine: Any, rng: np.random.Generator) -> None:
    import torch

    start, target = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    ours, theirs = engine.Value(start), torch.tensor(start, requires_grad=True)
    adam = engine.Adam([ours], alpha=0.1, beta1=0.8, beta2=0.9)
    reference = torch.optim.Adam([theirs], lr=0.1, betas=(0.8, 0.9))
    for _ in range(20):
        adam.zero_grad()
        ((ours - target) ** 4).sum().backward()
        adam.step()
        reference.zero_grad()
        ((theirs - torch.tensor(target)) ** 4).sum().backward()
        reference.step()
    np.testing.assert_allclose(ours.data, theirs.detach(), rtol=1e-7)


@since(12)
def test_the_drawings_come_nearer_to_the_real_ones(engine: Any, rng: np.random.Generator) -> None:
    draw, judge = engine.Draw(rng), engine.Judge(rng)
    learn_to_draw = engine.Adam(draw.parameters(), 0.002, beta1=0.5)
    learn_to_judge = engine.Adam(judge.parameters(), 0.002, beta1=0.5)
    real = engine.plus_signs(500, rng)

    def distance() -> float:
        made = draw(rng.normal(size=(50, 16))).data
        return float(((made[:, None] - real) ** 2).sum((2, 3, 4)).min(1).mean())

    before = distance()
    for _ in range(150):
        drawn = draw(rng.normal(size=(32, 16)))
        learn_to_judge.zero_grad()
        some = real[rng.integers(len(real), size=32)]
        (engine.softplus(-judge(some)) + engine.softplus(judge(drawn.data))).sum().backward()
        learn_to_judge.step()
        learn_to_draw.zero_grad()
        engine.softplus(-judge(drawn)).sum().backward()
        learn_to_draw.step()
    assert distance() < before / 2


# -- Step 13: the real files -------------------------------------------------------------------------------------------


def test_the_table_of_the_last_page_names_what_there_is() -> None:
    """Each link of the table leads to something that the file defines: a function, a class, a method, a name."""
    page = (CODE.parent / "13-the-real-files.md").read_text("utf-8")
    links = re.findall(r"\{source\}`([^`:]+):([^`]+)`", page)
    assert {int(each) for each in re.findall(r"code/step(\d\d)\.py", page)} == set(STEPS)
    for file, name in links:
        found = ast.parse((CODE.parents[2] / file).read_text("utf-8"))
        for part in name.split("."):
            named = [each for each in ast.iter_child_nodes(found) if part in names_made_by(each)]
            assert named, f"{file} does not define {name}"
            found = named[0]


def names_made_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [each.id for each in targets if isinstance(each, ast.Name)]
