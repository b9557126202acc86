"""Graphs as such: hooks of nodes and of several tensors, gradient edges, batches of passes, values saved as copies."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import grad, graph
from minigrad.errors import ShapeError


def leaf(*values: float, lib: Any = mg) -> Any:
    return lib.tensor(values, dtype=lib.float64, requires_grad=True)


def numbers(value: Any) -> Any:
    """Tensors as lists, in whatever holds them."""
    if isinstance(value, (list, tuple)):
        return [numbers(each) for each in value]
    return value.tolist() if hasattr(value, "tolist") else value


# -- programs that PyTorch runs too ------------------------------------------------------------------------------------


def two_outputs(lib: Any) -> Any:
    class Both(lib.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, y: Any) -> Any:
            return x * 2, y * 3

        @staticmethod
        def backward(ctx: Any, g: Any, h: Any) -> Any:
            return g * 2, h * 3

    return Both.apply


def node_hooks_see(lib: Any) -> Any:
    x, w, seen = leaf(1.0, 2.0, lib=lib), leaf(3.0, 4.0, lib=lib), []
    y = x * w
    y.grad_fn.register_hook(lambda *given: seen.append(numbers(given)))
    y.grad_fn.register_prehook(lambda given: seen.append(numbers(given)))
    (y * y).sum().backward()
    return seen


def node_hooks_replace(lib: Any) -> Any:
    x, w = leaf(1.0, 2.0, lib=lib), leaf(3.0, 4.0, lib=lib)
    y = x * w
    y.register_hook(lambda g: g + 1)
    y.retain_grad()
    y.grad_fn.register_prehook(lambda given: (given[0] * 10,))
    y.grad_fn.register_prehook(lambda given: (given[0] + 5,))
    y.grad_fn.register_hook(lambda gi, go: (gi[0] - go[0], gi[1] * 2))
    y.grad_fn.register_hook(lambda gi, go: None)
    y.sum().backward()
    return x.grad, w.grad, y.grad


def node_hooks_of_a_function(lib: Any) -> Any:
    x, w, seen = leaf(1.0, 2.0, lib=lib), leaf(3.0, 4.0, lib=lib), []
    a, b = two_outputs(lib)(x, w)
    a.grad_fn.register_prehook(lambda given: tuple(each * 10 for each in given))
    b.grad_fn.register_hook(lambda gi, go: seen.append(numbers((gi, go))))
    (a * b).sum().backward()
    return seen, x.grad, w.grad


def node_hooks_of_a_broadcast(lib: Any) -> Any:
    x, w, seen = leaf(1.0, 2.0, lib=lib), leaf(3.0, lib=lib), []
    y = x * w
    y.grad_fn.register_hook(lambda gi, go: seen.append(numbers(gi)))
    y.sum().backward()
    return seen


def node_hooks_in_a_recorded_pass(lib: Any) -> Any:
    x = leaf(1.0, 2.0, lib=lib)
    y = x**3
    y.grad_fn.register_hook(lambda gi, go: (gi[0] * x,))
    (g,) = lib.autograd.grad(y.sum(), x, create_graph=True)
    return g, lib.autograd.grad(g.sum(), x)


def hooks_of_the_node_of_a_leaf(lib: Any) -> Any:
    x, seen = leaf(1.0, 2.0, lib=lib), []
    accumulate = x.expand_as(x).grad_fn.next_functions[0][0]
    assert accumulate.variable is x
    accumulate.register_prehook(lambda given: (given[0] * 2,))
    accumulate.register_hook(lambda gi, go: seen.append((numbers(gi), numbers(go), x.grad.tolist())))
    (x * x).sum().backward()
    (x * x).sum().backward()
    return seen


def removed_hooks(lib: Any) -> Any:
    x, seen = leaf(1.0, 2.0, lib=lib), []
    y = x * x
    for handle in (y.grad_fn.register_hook(lambda *given: 1 / 0), y.grad_fn.register_prehook(lambda given: 1 / 0)):
        handle.remove()
    with y.grad_fn.register_prehook(lambda given: seen.append(numbers(given))):
        y.sum().backward(retain_graph=True)
    y.sum().backward()
    return seen


def hooks_of_several(lib: Any) -> Any:
    a, b, seen = leaf(1.0, 2.0, lib=lib), leaf(3.0, 4.0, lib=lib), []
    c, d = a * b, a * b * b
    several = lib.autograd.graph.register_multi_grad_hook
    handle = several((a, b, c, d), lambda grads: seen.append(numbers(grads)))
    c.sum().backward(retain_graph=True)
    c.sum().backward(inputs=(a,), retain_graph=True)
    (c + d).sum().backward(retain_graph=True)
    handle.remove()
    with several([a, c], lambda g: seen.append(numbers(g)), mode="any"):
        c.sum().backward(retain_graph=True)
        c.sum().backward(retain_graph=True)
    c.sum().backward(retain_graph=True)
    return seen


def edges(lib: Any) -> Any:
    x, w = leaf(1.0, 2.0, lib=lib), leaf(3.0, 4.0, lib=lib)
    edge = lib.autograd.graph.get_gradient_edge
    y = x * w
    z = y * y
    ends = edge(z)
    found = [
        lib.autograd.grad(z.sum(), (edge(y), edge(x), w), retain_graph=True),
        lib.autograd.grad(ends, x, lib.ones(2, dtype=lib.float64), retain_graph=True),
        lib.autograd.grad([ends], [edge(w)], [lib.ones(2, dtype=lib.float64)], retain_graph=True, create_graph=True),
    ]
    lib.autograd.backward(z.sum(), inputs=[edge(w)])
    assert x.grad is None
    return found, w.grad


def batches(lib: Any) -> Any:
    x, w = leaf(1.0, 2.0, lib=lib), leaf(3.0, 4.0, lib=lib)
    y, z = x * w, (x * x).sum()
    rows, ones = lib.eye(2, dtype=lib.float64), lib.ones(2, dtype=lib.float64)
    jacobian = lib.autograd.grad(y, (x, w), rows, is_grads_batched=True, retain_graph=True)
    both = lib.autograd.grad([y, z], [x], (rows, ones), is_grads_batched=True, retain_graph=True, create_graph=True)
    unused = lib.autograd.grad(z, (x, w), ones, is_grads_batched=True, allow_unused=True, retain_graph=True)
    return jacobian, both, unused, lib.autograd.grad((both[0] ** 2).sum(), x)


def mutation(lib: Any) -> Any:
    x = leaf(1.0, 2.0, lib=lib)
    with lib.autograd.graph.allow_mutation_on_saved_tensors():
        y = x * 1
        z = y * y + y.exp()
        y.sin_()
        y.view(2, 1).mul_(y.view(2, 1))
        (z + y).sum().backward()
    return y, z, x.grad


PROGRAMS = [
    node_hooks_see, node_hooks_replace, node_hooks_of_a_function, node_hooks_of_a_broadcast,
    node_hooks_in_a_recorded_pass, hooks_of_the_node_of_a_leaf, removed_hooks, hooks_of_several, edges, batches,
    mutation,
]  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)
def test_agreement_with_pytorch(program: Any) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = numbers(program(mg)), numbers(program(torch))
    assert _close(ours, theirs), f"{ours} != {theirs}"


def _close(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(_close, ours, theirs))
    return ours == theirs or bool(np.isclose(ours, theirs, rtol=1e-13))


# -- closed forms and errors -------------------------------------------------------------------------------------------


def test_hooks_of_a_node_in_closed_form() -> None:
    assert node_hooks_see(mg) == [[[6.0, 16.0]], [[[18.0, 64.0], [6.0, 32.0]], [[6.0, 16.0]]]]


def test_what_a_hook_of_a_node_returns_is_checked() -> None:
    x = leaf(1.0, 2.0)
    for answer, error, message in (
        (lambda gi, go: (gi[0],) * 3, RuntimeError, r"incorrect number of values \(got 3, but expected 1\)"),
        (lambda gi, go: (gi[0][:1],), ShapeError, r"shape \(1,\) for a tensor of shape \(2,\)"),
        (lambda gi, go: (1.0,), TypeError, "not float"),
    ):
        y = x * 3
        y.grad_fn.register_hook(answer)
        with pytest.raises(error, match=message):
            y.sum().backward()
    assert x.grad is None


def test_a_hook_of_several_tensors_knows_its_modes() -> None:
    with pytest.raises(ValueError, match="Expects mode to be one of"):
        graph.register_multi_grad_hook([leaf(1.0)], print, mode="some")


def test_an_edge_needs_a_graph_and_keeps_it_without_the_tensor() -> None:
    with pytest.raises(RuntimeError, match="does not require grad"):
        graph.get_gradient_edge(mg.ones(1))
    x = leaf(3.0)
    y = x * 2
    edge, array = graph.get_gradient_edge(y), weakref.ref(y.array)
    del y
    assert array() is None
    assert grad(edge, x)[0].tolist() == [2.0]


def test_batches_have_one_size() -> None:
    x = leaf(1.0, 2.0)
    with pytest.raises(ShapeError, match="one first dimension, got \\[1, 2\\]"):
        grad([x * 1, x * 2], x, [mg.ones(1, 2), mg.ones(2, 2)], is_grads_batched=True)


def test_a_version_is_incremented_by_hand() -> None:
    x = leaf(1.0, 2.0)
    y = x * x
    graph.increment_version(x)
    assert x._version == 1
    with pytest.raises(RuntimeError, match="was changed by increment_version"):
        y.sum().backward()


def test_a_node_names_the_arguments_that_want_a_gradient_and_no_others() -> None:
    x, seen = leaf(1.0, 2.0), []
    y = 3 * x
    assert y.grad_fn.next_functions == ((x.node, 0),)
    y.grad_fn.register_hook(lambda *given: seen.append(numbers(given)))
    y.sum().backward()
    assert seen == [[[[3.0, 3.0]], [[1.0, 1.0]]]]
    a, b = two_outputs(mg)(x, mg.ones(2))
    assert a.grad_fn.next_functions == b.grad_fn.next_functions == ((x.node, 0),)


class TestNamesOfPyTorch:
    def test_a_name_is_an_attribute_and_a_method(self) -> None:
        x = mg.ones(2, requires_grad=True)
        node = (x * 2).grad_fn
        assert node is not None
        assert node.name == node.name() == "mul"
        assert type(node.name()) is str

    def test_what_a_node_has_saved(self) -> None:
        a, b = mg.tensor([2.0, 3.0], requires_grad=True), mg.tensor([4.0, 5.0])
        y: Any = (a * b).grad_fn
        assert y._saved_other.tolist() == [4.0, 5.0]
        z: Any = a.exp()
        assert z.grad_fn._saved_result.tolist() == z.tolist()
        z.grad_fn._saved_result.sum().backward()  # it has its history
        assert a.grad is not None
        assert a.grad.tolist() == z.tolist()
        assert mg.narrow(a, 0, 1, 1).grad_fn._saved_start == 1  # type: ignore[union-attr]
        with pytest.raises(AttributeError, match="'Node' object, of mul, has no attribute '_saved_self'"):
            _ = y._saved_self  # b wants no gradient
        z = (a * a).grad_fn
        mg.autograd.backward((a * a).sum())
        assert z._saved_self.tolist() == [2.0, 3.0]

    def test_what_was_saved_is_freed_by_a_backward_pass(self) -> None:
        a = mg.tensor([2.0], requires_grad=True)
        y: Any = a.exp()
        y.backward()
        with pytest.raises(RuntimeError, match="'result' was saved, and freed by a backward pass"):
            _ = y.grad_fn._saved_result

    def test_a_function_leaves_its_attributes_at_its_node(self) -> None:
        class Double(mg.autograd.Function):
            @staticmethod
            def forward(ctx: Any, x: Any) -> Any:
                ctx.factor = 2
                ctx.save_for_backward(x)
                return x * 2

            @staticmethod
            def vjp(ctx: Any, g: Any) -> Any:
                return g * ctx.factor

        x = mg.ones(2, requires_grad=True)
        y: Any = Double.apply(x)
        assert y.grad_fn.factor == 2
        assert y.grad_fn.saved_tensors[0].tolist() == [1.0, 1.0]
        y.sum().backward()
        assert x.grad is not None
        assert x.grad.tolist() == [2.0, 2.0]

    def test_backward_under_both_of_its_names_is_refused(self) -> None:
        class Both(mg.autograd.Function):
            @staticmethod
            def backward(ctx: Any, g: Any) -> Any:
                return g

            vjp = backward

        with pytest.raises(RuntimeError, match="Implementing both 'backward' and 'vjp' for a custom Function"):
            Both.apply(mg.ones(1))

    def test_what_is_queued_is_called_when_the_pass_has_ended(self) -> None:
        engine, x = mg.autograd.Variable._execution_engine, mg.ones(2, requires_grad=True)
        called: list[Any] = []

        def again() -> None:
            called.append("again")

        def first() -> None:
            called.append(None if x.grad is None else x.grad.tolist())
            engine.queue_callback(again)

        y = x * 2
        y.register_hook(lambda g: engine.queue_callback(first))
        y.sum().backward(retain_graph=True)
        assert called == [[2.0, 2.0], "again"]
        mg.autograd.grad(y.sum(), x)
        assert called[2:] == [[2.0, 2.0], "again"]
        with pytest.raises(RuntimeError, match="Final callbacks can only be installed during backward pass"):
            engine.queue_callback(first)

    def test_hooks_after_accumulation_return_nothing(self) -> None:
        x = mg.ones(2, requires_grad=True)
        x.register_post_accumulate_grad_hook(lambda leaf: leaf)
        with pytest.raises(RuntimeError, match="hooks should return None"):
            x.sum().backward()


def test_a_node_keeps_what_users_note_of_it() -> None:
    x = mg.ones(1, requires_grad=True)
    y = x.exp()
    y.grad_fn.metadata["noted"] = 1
    assert y.grad_fn.metadata == {"noted": 1}
    assert y.exp().grad_fn.metadata == {}
