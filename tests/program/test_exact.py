"""Compiled functions beside the same functions eager, where they once parted: random programs have found these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import minigrad.nn.functional as F
from minigrad.program import running
from minigrad.program.trace import CannotCompileError


def numbers(*shape: int, seed: int = 0) -> Any:
    return mg.tensor(np.random.default_rng(seed).standard_normal(shape))


def agree(f: Callable[..., Any], *shapes: tuple[int, ...]) -> None:
    """Results and arguments are the same to the bit, over several calls."""
    compiled = mg.compile(f)
    for seed in range(4):
        ours, theirs = ([numbers(*shape, seed=seed) for shape in shapes] for _ in range(2))
        mg.manual_seed(seed)
        expected = f(*theirs)
        mg.manual_seed(seed)
        found = compiled(*ours)
        for a, b in zip([found, *ours], [expected, *theirs], strict=True):
            np.testing.assert_array_equal(a.array, b.array)
            assert a.dtype == b.dtype
    assert compiled.traces == 2


def test_two_lines_that_differ_in_a_number_alone() -> None:
    def f(x: Any) -> Any:
        x = x.detach().requires_grad_()
        loss = F.poisson_nll_loss(x, x, reduction="sum") * 0.7 + (x * 0.7).sum()
        return mg.autograd.grad(loss, x)[0]

    agree(f, (3,))


def test_an_array_beside_the_tensors_is_cast_as_they_are() -> None:
    agree(lambda x: mg.linalg.vander(x.float()), (3,))


def test_a_number_that_is_changed_in_place() -> None:
    agree(lambda x: x.sum().neg_().add_(1), (3,))
    agree(lambda x: F.selu(x.mean(), inplace=True), (3,))


def test_a_number_that_is_drawn() -> None:
    def f(x: Any) -> Any:
        return mg.binomial((x.sum() * 0 + 5).round(), x.sum().sigmoid())

    agree(f, (3,))


def test_a_power_of_numbers_is_rounded_as_that_of_arrays() -> None:
    for exponent in np.linspace(0.3, 2.3, 9):
        agree(lambda x, exponent=exponent: mg.pow(2, x[0] + exponent), (3,))


def test_a_view_through_strides_is_written_to() -> None:
    def f(x: Any) -> Any:
        x.as_strided((3,), (1,)).add_(1)
        return mg.hstack([x, x])

    agree(f, (3, 2))


def test_a_view_without_elements_is_written_to() -> None:
    agree(lambda x: x.expand(2, 0).add_(1), (0,))


@pytest.mark.parametrize("view", [lambda x: x.view(-1), lambda x: x.detach(), lambda x: x[1:]])
def test_a_view_that_is_returned_shares_the_memory_of_the_argument(view: Any) -> None:
    f = mg.compile(view)
    for _ in range(4):
        x = mg.zeros(3)
        f(x).add_(1)
        assert x.sum().item() == view(x).numel()


def test_a_copy_that_is_returned_has_memory_of_its_own() -> None:
    f = mg.compile(lambda x: (x.clone()[1:], x.clone()))
    for _ in range(4):
        x = mg.zeros(3)
        for each in f(x):
            each.add_(1)
        assert x.tolist() == [0, 0, 0]


def test_a_leaf_that_the_function_makes_is_refused() -> None:
    with pytest.raises(CannotCompileError, match="requires grad and that it has made itself"):
        mg.compile(lambda x: (mg.zeros(3).requires_grad_(), x))(mg.ones(1))


def test_a_backward_pass_that_would_go_on_outside_is_refused() -> None:
    f = mg.compile(lambda x: x.sum().backward())
    w = mg.ones(2, requires_grad=True)
    with pytest.raises(CannotCompileError, match="argument has a history"):
        f(w * 2)
    assert w.grad is None
    for _ in range(3):
        f(w)
    assert w.grad.tolist() == [3, 3]


def test_a_long_program_is_cut_into_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LENGTH", 7)
    first, second = [], []

    def f(x: Any, w: Any) -> Any:
        y, kept = x, []
        for i in range(9):
            y = (y @ w).tanh() + i
            kept.append(y.sum())
        return y * kept[0] + kept[5] * x

    compiled = mg.compile(f)
    for seed in range(4):
        for function, grads in ((f, first), (compiled, second)):
            w = numbers(3, 3, seed=seed).requires_grad_()
            function(numbers(2, 3, seed=seed), w).sum().backward()
            grads.append(w.grad.numpy())
    np.testing.assert_allclose(first, second, rtol=1e-13)
    assert compiled.traces == 2


@pytest.mark.parametrize("options", [{}, {"amsgrad": True, "weight_decay": 0.1}])
def test_a_large_parameter_is_updated_in_pieces(options: dict[str, Any]) -> None:
    """In any memory order; and what is read has whole arrays."""
    made = []
    for compiling in (False, True):
        w = [numbers(300, 300).mul(0.01).requires_grad_(), numbers(300, 300).mul(0.01).t().clone().requires_grad_()]
        w[1].data = mg.tensor(np.asfortranarray(w[1].numpy(force=True)))
        optimizer = mg.optim.Adam(w, **options)

        def step(x: Any, w: Any = w, optimizer: Any = optimizer) -> None:
            optimizer.zero_grad()
            (x @ w[0] @ w[1]).square().mean().backward()
            optimizer.step()

        run = mg.compile(step) if compiling else step
        for seed in range(5):
            run(numbers(2, 300, seed=seed))
        made.append([each.numpy(force=True) for each in w])
    np.testing.assert_array_equal(*made)
    assert run.traces == 3
    assert "65536" not in run.source


def test_an_element_is_changed_in_place() -> None:
    def f(x: Any) -> Any:
        y = x.round()
        y[0].zero_()
        y[1:][0].add_(3)
        return y

    agree(f, (3,))


def test_a_number_is_cast_as_the_tensors_are() -> None:
    agree(lambda x: mg.special.xlog1py(x.sum().int(), 0.3), (3,))


def test_a_numpy_scalar_is_cast_as_the_tensors_are() -> None:
    agree(lambda x: F.cross_entropy(x.float(), x.softmax(1).float()), (2, 3))


@pytest.mark.parametrize("dtype", [mg.float16, mg.float32, mg.float64, mg.int32], ids=str)
def test_numbers_beside_arrays_have_the_array_s_dtype(dtype: Any) -> None:
    whole = [0, -3, 2**24 + 1] if dtype != mg.float16 else [0, -3, 2**11 + 1]
    for number in [*whole, 0.1, -0.0, 1e-8, 1e300, float("inf"), float("nan"), True]:

        def f(x: Any, number: Any = number) -> Any:
            x = x.mul(8).to(dtype)
            return number - x, x * number, number / x, mg.stack([x + number, x.div_(3) if x.is_floating_point() else x])

        with np.errstate(all="ignore"):
            for i in range(4):
                agree(lambda x, i=i: f(x)[i], (3,))
