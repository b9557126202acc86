"""The graph holds what derivatives need, no longer than they need it, at any length."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

import minigrad as mg
from minigrad.autograd import grad

LONG = 200_000


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Without the cycle collector only reference counts free: what is still there is in a cycle, or held."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def chain(x: Any, length: int) -> Any:
    for _ in range(length):
        x = x + 1.0
    return x


def test_a_long_chain_and_its_backward() -> None:
    x = mg.ones(1, requires_grad=True)
    y = chain(x, LONG)
    y.backward()
    assert y.item() == LONG + 1
    assert x.grad.item() == 1


def test_a_long_chain_that_saves_arrays() -> None:
    x, w = (mg.ones(1, dtype=mg.float64, requires_grad=True) for _ in range(2))
    y = x
    for _ in range(LONG):
        y = y * w
    y.backward()
    assert x.grad.item() == 1
    assert w.grad.item() == LONG


def test_a_long_chain_is_freed_without_recursion() -> None:
    y = chain(mg.ones(1, requires_grad=True), LONG)
    alive = weakref.ref(y.grad_fn)
    del y
    assert alive() is None


def test_a_long_chain_under_create_graph() -> None:
    x = mg.ones(1, dtype=mg.float64, requires_grad=True)
    y = x
    for _ in range(20_000):
        y = y * 1.00001
    (g,) = grad((y * y).sum(), x, create_graph=True)
    g.sum().backward()
    assert x.grad.item() == pytest.approx(2 * 1.00001**40_000, rel=1e-9)


def test_a_graph_dies_with_its_end(no_collector: None) -> None:
    x = mg.ones(3, requires_grad=True)
    h = x.exp()
    y = (h * h).sum()
    nodes = [weakref.ref(h.grad_fn), weakref.ref(y.grad_fn)]
    arrays = weakref.ref(h.array)
    del h
    assert arrays() is not None  # the derivative of the product needs it
    del y
    assert [node() for node in nodes] == [None, None]
    assert arrays() is None


def test_a_graph_of_gradients_dies_too(no_collector: None) -> None:
    x = mg.ones(3, requires_grad=True)
    y = (x.exp() * x).sum()
    (g,) = grad(y, x, create_graph=True)
    node = weakref.ref(g.grad_fn)
    del g, y
    assert node() is None


def test_a_leaf_dies_with_its_gradient_and_hooks(no_collector: None) -> None:
    x = mg.ones(3, requires_grad=True)
    x.register_hook(lambda g: None)
    (x * 2).sum().backward()
    tensor, node, gradient = weakref.ref(x), weakref.ref(x.node), weakref.ref(x.grad)
    del x
    assert (tensor(), node(), gradient()) == (None, None, None)


def test_backward_frees_saved_arrays_although_the_end_is_held(no_collector: None) -> None:
    x = mg.ones(3, requires_grad=True)
    h = x.exp()
    array = weakref.ref(h.array)
    y = (h * h).sum()
    del h
    y.backward()
    assert array() is None


def test_arrays_are_freed_as_the_pass_goes(no_collector: None) -> None:
    """When the first operation's turn comes, what the later ones saved is gone."""
    x = mg.ones(3, requires_grad=True)
    first = x.exp()
    middle = first.exp()
    array = weakref.ref(middle.array)
    end = (middle * middle).sum()
    del middle
    alive = []
    first.register_hook(lambda g: alive.append(array() is not None))
    end.backward()
    assert alive == [False]


def test_with_retain_graph_the_arrays_stay(no_collector: None) -> None:
    x = mg.ones(3, requires_grad=True)
    h = x.exp()
    array = weakref.ref(h.array)
    y = (h * h).sum()
    del h
    y.backward(retain_graph=True)
    assert array() is not None
    y.backward()
    assert array() is None


def test_an_operation_saves_only_what_its_rules_ask_for(no_collector: None) -> None:
    x = mg.ones(3, requires_grad=True)
    for unneeded in (
        lambda h: h + 1,
        lambda h: h * 2,
        lambda h: h.sum(),
        lambda h: h.reshape(1, 3),
        lambda h: h[1:].clone(),
        lambda h: h.mean(),
    ):
        h = x * 3
        array = weakref.ref(h.array)
        y = unneeded(h)
        del h
        shared = y.array.base is not None
        assert shared or array() is None
        assert y.requires_grad


def test_an_argument_is_kept_only_for_the_other_arguments_gradient(no_collector: None) -> None:
    x = mg.ones(3, requires_grad=True)
    constant = mg.ones(3)
    h = x * 3
    array = weakref.ref(h.array)
    y = h * constant  # the constant needs no gradient, so nobody needs h
    del h
    assert array() is None
    assert y.requires_grad


def test_nothing_is_kept_where_nothing_is_recorded(no_collector: None) -> None:
    x = mg.ones(3, requires_grad=True)
    with mg.no_grad():
        h = x.exp()
        array = weakref.ref(h.array)
        y = h * h
        del h
    assert array() is None
    assert y.grad_fn is None


def test_hooks_entered_while_unpacking_end_with_it() -> None:
    """A hook that unpacks and enters its context again leaves nothing behind."""

    def unpack(saved: Any) -> Any:
        hooks.__enter__()
        return saved

    seen: list[Any] = []
    hooks = mg.autograd.graph.saved_tensors_hooks(lambda saved: seen.append(1) or saved, unpack)
    x = mg.ones(2, requires_grad=True)
    with hooks:
        x.sin().sum().backward()
    count = len(seen)
    x.exp().sum().backward()
    assert len(seen) == count > 0
