"""Steps that are part of the graph: their gradients are those of differences, their numbers those of other steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import optim

OPTIONS: dict[str, list[dict[str, Any]]] = {
    "SGD": [{}, {"momentum": 0.9, "weight_decay": 0.1}, {"momentum": 0.9, "nesterov": True, "maximize": True}],
    "Adam": [{"weight_decay": 0.1}, {"amsgrad": True, "maximize": True}],
    "AdamW": [{}],
    "Adamax": [{}],
    "NAdam": [{}],
    "RAdam": [{}, {"betas": (0.9, 0.5)}],
    "RMSprop": [{}, {"momentum": 0.9, "centered": True}],
    "Rprop": [{}],
    "Adagrad": [{"lr_decay": 0.1}],
    "Adadelta": [{}],
    "ASGD": [{"t0": 1}],
}
CASES = [(name, options) for name, several in OPTIONS.items() for options in several]


def tensor(numbers: Any, requires_grad: bool = True) -> mg.Tensor:
    return mg.tensor(numbers, dtype=mg.float64, requires_grad=requires_grad)


def trained(name: str, options: dict[str, Any], w: mg.Tensor, x: mg.Tensor, steps: int = 3) -> mg.Tensor:
    """What becomes of a clone of `w` in a few steps along gradients that depend on `x` and on the clone itself."""
    p = w.clone()
    optimizer = getattr(optim, name)([p], differentiable=True, **{"lr": 0.1} | options)
    for step in range(steps):
        loss = ((p * x).sin() + (p * p) * (0.3 + step)).sum()
        (p.grad,) = mg.autograd.grad(loss, [p], create_graph=True)
        optimizer.step()
    return p


@pytest.mark.parametrize(("name", "options"), CASES)
def test_gradients_through_steps_are_those_of_differences(name: str, options: dict[str, Any]) -> None:
    w, x = tensor([0.4, -1.1, 0.7]), tensor([1.3, 0.2, -0.5])
    assert mg.autograd.gradcheck(lambda w, x: trained(name, options, w, x), (w, x))


@pytest.mark.parametrize(("name", "options"), CASES)
def test_the_numbers_are_those_of_a_step_that_is_not_recorded(name: str, options: dict[str, Any]) -> None:
    for dtype in (mg.float32, mg.float16):
        w = mg.tensor([[0.4, -1.1], [0.7, 2.0]], dtype=dtype)
        gradients = [mg.tensor([[0.3, 0.1], [-2.0, 0.5]], dtype=dtype) * (step - 1.5) for step in range(4)]
        kept, p = w.clone().requires_grad_(), w.clone()
        plain = getattr(optim, name)([kept], **{"lr": 0.1} | options)
        recorded = getattr(optim, name)([p], differentiable=True, **{"lr": 0.1} | options)
        for gradient in gradients:
            kept.grad = p.grad = gradient
            plain.step()
            recorded.step()
        tolerance = 1e-6 if dtype == mg.float32 else 2e-3
        np.testing.assert_allclose(p.detach().numpy(), kept.detach().numpy(), rtol=tolerance)
        assert p.dtype == dtype
        for state, other in zip(recorded.state[p].items(), plain.state[kept].items()):
            assert (state[0], state[1].dtype) == (other[0], other[1].dtype)


def test_gradients_of_what_is_remembered() -> None:
    w, g, m, v = (tensor(numbers) for numbers in ([0.4, -1.1], [1.3, 0.2], [0.1, 0.6], [0.9, 0.3]))

    def step(*tensors: mg.Tensor) -> tuple[mg.Tensor, ...]:
        p, gradient, first, second = (each.clone() for each in tensors)
        p.grad = gradient
        optimizer = optim.NAdam([p], lr=0.1, differentiable=True)
        product = first[0] * 0.1
        optimizer.state[p].update(step=mg.tensor(3.0), mu_product=product, exp_avg=first, exp_avg_sq=second)
        optimizer.step()
        return p, *(optimizer.state[p][name] for name in ("exp_avg", "exp_avg_sq", "mu_product"))

    assert mg.autograd.gradcheck(step, (w, g, m, v))


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSprop", "Adagrad", "Adadelta"])
def test_the_gradient_of_a_learning_rate(name: str) -> None:
    w, x, rate = tensor([0.4, -1.1]), tensor([1.3, 0.2], False), tensor(0.1)
    assert mg.autograd.gradcheck(lambda lr: trained(name, {"lr": lr}, w, x), (rate,))


def test_what_was_saved_of_a_parameter_before_the_step_stays() -> None:
    w = tensor([2.0, 3.0])
    p = w.clone()
    (p.grad,) = mg.autograd.grad((p**3).sum(), [p], create_graph=True)
    optim.SGD([p], lr=0.1, differentiable=True).step()  # w − 0.3 w²
    p.sum().backward()
    np.testing.assert_allclose(w.grad.numpy(), 1 - 0.6 * w.detach().numpy())


def test_a_parameter_in_the_memory_of_another_is_written_to() -> None:
    flat = tensor([2.0, 3.0, 4.0]) * 1
    p = flat[:2]
    p.grad = tensor([1.0, 10.0], False)
    optim.SGD([p], lr=0.1, differentiable=True).step()
    assert flat.tolist() == [1.9, 2.0, 4.0]


def test_a_leaf_is_refused_before_anything_is_written() -> None:
    leaf, result = tensor([1.0]), tensor([1.0]) * 1
    leaf.grad = result.grad = tensor([1.0], False)
    optimizer = optim.Adam([result, leaf], differentiable=True)
    with pytest.raises(
        RuntimeError, match=r"Adam.step: a leaf Variable that requires grad is being used in an in-place"
    ):
        optimizer.step()
    assert result.tolist() == [1.0]
    assert not optimizer.state
