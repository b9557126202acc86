"""Hooks on gradients, and retain_grad."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import grad
from minigrad.errors import GraphError, ShapeError


def leaf(*values: float) -> Any:
    return mg.tensor(list(values), dtype=mg.float64, requires_grad=True)


def test_a_hook_sees_the_gradient_of_a_leaf_and_of_a_result() -> None:
    seen = {}
    x = leaf(3)
    y = x * x
    x.register_hook(lambda g: seen.update(x=g.tolist()))
    y.register_hook(lambda g: seen.update(y=g.tolist()))
    (y * 2).sum().backward()
    assert seen == {"x": [12.0], "y": [2.0]}
    assert x.grad.tolist() == [12.0]


def test_hooks_run_in_the_order_they_were_registered_although_nobody_holds_the_handles() -> None:
    seen = []
    x = leaf(1)
    for number in range(5):
        x.register_hook(lambda g, number=number: seen.append(number))
    (x * 2).sum().backward()
    assert seen == [0, 1, 2, 3, 4]


def test_a_hook_replaces_the_gradient_for_the_next_hook_and_for_what_lies_behind() -> None:
    x = leaf(3)
    y = x * x
    y.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: g + 1)
    y.sum().backward()
    assert x.grad.tolist() == [11 * 6]


def test_hooks_see_one_tensor_and_what_the_last_has_left_on_it() -> None:
    x = mg.ones(2, requires_grad=True)
    y, seen = x * 2, []

    def mark(g: Any) -> None:
        g.mark = "left here"

    def replace(g: Any) -> Any:
        seen.append(g.mark)
        other = g * 3
        other.mark = "another"
        return other

    for hook in (mark, replace, lambda g: seen.append(g.mark)):
        y.register_hook(hook)
    y.sum().backward()
    assert seen == ["left here", "another"]
    assert x.grad.tolist() == [6, 6]


def test_a_removed_hook_is_gone() -> None:
    seen = []
    x = leaf(1)
    first = x.register_hook(lambda g: seen.append("first"))
    x.register_hook(lambda g: seen.append("second"))
    first.remove()
    first.remove()
    (x * 2).sum().backward()
    assert seen == ["second"]


def test_a_handle_is_a_context_manager() -> None:
    x = leaf(1)
    with x.register_hook(lambda g: g * 5):
        (x * 2).sum().backward()
    (x * 2).sum().backward()
    assert x.grad.tolist() == [12.0]


def test_a_hook_may_remove_itself() -> None:
    seen = []
    x = leaf(1)

    def once(g: Any) -> None:
        seen.append(g)
        handle.remove()

    handle = x.register_hook(once)
    for _ in range(3):
        (x * 2).sum().backward()
    assert len(seen) == 1


def test_hooks_run_in_grad_too() -> None:
    x = leaf(1)
    x.register_hook(lambda g: g * 5)
    assert grad((x * 2).sum(), x)[0].tolist() == [10.0]


def test_hooks_survive_new_data() -> None:
    x = leaf(1, 2)
    seen = []
    x.register_hook(seen.append)
    x.data = mg.zeros(2, dtype=mg.float64)
    (x * 2).sum().backward()
    assert len(seen) == 1


def test_with_create_graph_a_hook_is_part_of_what_is_differentiated() -> None:
    x = leaf(2)
    x.register_hook(lambda g: g * g)
    (g,) = grad((x**2).sum(), x, create_graph=True)  # (2x)^2
    assert g.tolist() == [16.0]
    x2 = leaf(2)
    h = x2 * 1
    h.register_hook(lambda g: g * g)
    (g,) = grad((h**2).sum(), x2, create_graph=True)
    (again,) = grad(g.sum(), x2)
    # d/dx of (2x)^2, through the hook once more: the gradient that comes back to h is squared.
    assert again.tolist() == [(8 * 2.0) ** 2]


def test_answers_that_cannot_be() -> None:
    x = leaf(1, 2)
    with x.register_hook(lambda g: g.sum()), pytest.raises(ShapeError, match=r"\(\).*\(2,\)"):
        (x * 2).sum().backward()
    with x.register_hook(lambda g: 5), pytest.raises(TypeError, match="None or a Tensor"):
        (x * 2).sum().backward()
    with x.register_hook(lambda g: g.float()), pytest.raises((TypeError, RuntimeError), match="float32"):
        (x * 2).sum().backward()
    assert x.grad is None


def test_no_hook_where_no_gradient_comes_by() -> None:
    with pytest.raises((GraphError, RuntimeError), match="does not require grad"):
        mg.ones(1).register_hook(print)
    with pytest.raises((GraphError, RuntimeError), match="does not require grad"):
        mg.ones(1).retain_grad()


# -- retain_grad -------------------------------------------------------------------------------------------------------


def test_results_keep_no_gradient_unless_asked() -> None:
    x = leaf(3)
    a, b = x * x, x * 2
    b.retain_grad()
    b.retain_grad()
    assert b.retains_grad
    assert not a.retains_grad
    assert not x.retains_grad
    (a * b).sum().backward()
    with pytest.warns(UserWarning, match="not a leaf"):
        assert a.grad is None
    assert b.grad.tolist() == [9.0]
    assert x.grad.tolist() == [54.0]


def test_retained_gradients_accumulate_and_see_what_hooks_have_made() -> None:
    x = leaf(1)
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda g: g * 10)
    z = (y * 3).sum()
    z.backward(retain_graph=True)
    assert y.grad.tolist() == [30.0]
    z.backward()
    assert y.grad.tolist() == [60.0]


def test_a_retained_gradient_is_memory_of_its_own() -> None:
    x = leaf(1, 2)
    y = x + 0
    y.retain_grad()
    y.sum().backward()
    y.grad.array[:] = 7
    assert x.grad.tolist() == [1.0, 1.0]


def test_retain_grad_makes_no_cycle() -> None:
    gc.disable()
    try:
        y = leaf(1) * 2
        y.retain_grad()
        y.sum().backward()
        alive = weakref.ref(y)
        del y
        assert alive() is None
    finally:
        gc.enable()


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:Using backward:UserWarning")  # PyTorch advises against create_graph here
@pytest.mark.parametrize("create_graph", [False, True])
def test_hooks_and_retained_gradients_against_pytorch(create_graph: bool) -> None:
    torch = pytest.importorskip("torch")
    results = []
    for package in (mg, torch):
        x = package.tensor([0.5, -1.0], dtype=package.float64, requires_grad=True)
        seen: list[Any] = []
        h = x.exp()
        k = h * x
        k.retain_grad()
        h.register_hook(lambda g, seen=seen: seen.append(g.detach().numpy().copy()))
        k.register_hook(lambda g: g * 2)
        x.register_hook(lambda g, seen=seen: seen.append(g.detach().numpy().copy()))
        (k.sin() + h).sum().backward(create_graph=create_graph)
        results.append([*seen, k.grad.detach().numpy(), x.grad.detach().numpy()])
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)


def test_a_hook_after_the_gradient_has_been_added():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    seen = []
    handle = x.register_post_accumulate_grad_hook(lambda leaf: seen.append((leaf is x, leaf.grad.tolist())))
    (x * x).sum().backward()
    (x * x).sum().backward()
    assert seen == [(True, [2, 4]), (True, [4, 8])]
    handle.remove()
    x.sum().backward()
    assert len(seen) == 2
    with pytest.raises(RuntimeError, match="only leaves"):
        (x * 2).register_post_accumulate_grad_hook(print)


def test_a_hook_after_accumulation_may_change_the_parameter() -> None:
    x = leaf(3)

    def step(parameter: Any) -> None:
        parameter -= 0.5 * parameter.grad
        parameter.grad = None

    x.register_post_accumulate_grad_hook(step)
    (x * x).sum().backward()
    assert x.tolist() == [0.0]
    assert x.is_leaf
    assert x.grad is None


@pytest.mark.torch
def test_hooks_of_a_leafs_node_are_called_where_its_gradient_is_added() -> None:
    import torch

    def run(lib: Any) -> list[Any]:
        a, log = lib.tensor(1.0, requires_grad=True), []
        b = a.clone()
        (accumulator, _), *_ = b.grad_fn.next_functions
        a.register_hook(lambda g: log.append("tensor"))
        accumulator.register_prehook(lambda grads: log.append("before") or (grads[0] * 3,))
        accumulator.register_hook(lambda *grads: log.append("after"))
        log.append(lib.autograd.grad(b * 1, a)[0].item())
        (b * 1).backward()
        log.append(a.grad.item())
        (b * 1).backward(inputs=[a])
        return [*log, a.grad.item()]

    assert run(mg) == run(torch)
