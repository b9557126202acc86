"""The backward pass: order, accumulation, what is walked and what is freed, and what `.grad` holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import backward, grad
from minigrad.errors import GraphError, ShapeError


def leaf(*values: float, dtype: Any = mg.float64) -> Any:
    return mg.tensor(list(values), dtype=dtype, requires_grad=True)


def equal(found: Any, *values: Any) -> None:
    np.testing.assert_allclose(found.numpy(force=True), np.array(values), rtol=1e-12)


# -- order and accumulation --------------------------------------------------------------------------------------------


def test_chain() -> None:
    x = leaf(1, 2)
    ((x * 3 + 1) ** 2).sum().backward()
    equal(x.grad, 24, 42)  # 2 (3x + 1) 3


def test_a_result_used_twice_is_passed_once_with_its_whole_gradient() -> None:
    seen = []
    x = leaf(2)
    h = x * x
    h.register_hook(lambda g: seen.append(g.tolist()))
    (h * 3 + h * h).sum().backward()
    assert seen == [[3 + 2 * 4]]
    equal(x.grad, 11 * 4)


def test_diamond_whose_sides_have_different_lengths() -> None:
    """The short side's node is young or old depending on when it is made; either order gives the same."""
    for long_first in (True, False):
        x = leaf(0.5)
        h = x * 2
        if long_first:
            long = h.exp().sin().exp()
            short = h * 5
        else:
            short = h * 5
            long = h.exp().sin().exp()
        (long * short).sum().backward()
        e, s = np.exp(1.0), np.sin(np.exp(1.0))
        expected = 2 * (np.exp(s) * np.cos(e) * e * 5 + np.exp(s) * 5)
        equal(x.grad, expected)


def test_many_diamonds_cost_no_exponential_time() -> None:
    x = leaf(1)
    y = x
    for _ in range(60):
        y = y * 0.5 + y * 0.5
    y.sum().backward()
    equal(x.grad, 1)


def test_the_same_tensor_as_both_arguments() -> None:
    x = leaf(3)
    (x * x).sum().backward()
    equal(x.grad, 6)
    m = mg.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=mg.float64, requires_grad=True)
    (m @ m).sum().backward()
    a, ones = m.detach().numpy(), np.ones((2, 2))
    np.testing.assert_allclose(m.grad.numpy(), ones @ a.T + a.T @ ones)


def test_two_passes_accumulate() -> None:
    x = leaf(1, 2)
    (x * 2).sum().backward()
    (x * x).sum().backward()
    equal(x.grad, 4, 6)
    x.grad = None
    (x * 5).sum().backward()
    equal(x.grad, 5, 5)


def test_accumulation_into_a_gradient_that_was_set() -> None:
    x = leaf(1, 2)
    x.grad = mg.tensor([10.0, 20.0], dtype=mg.float64)
    (x * 2).sum().backward()
    equal(x.grad, 12, 22)


def test_a_leaf_is_its_own_end() -> None:
    x = mg.tensor(3.0, requires_grad=True)
    x.backward()
    assert x.grad.item() == 1.0
    v = leaf(1, 2)
    v.backward(mg.tensor([5.0, 6.0], dtype=mg.float64))
    equal(v.grad, 5, 6)


def test_several_ends() -> None:
    x = leaf(1, 2)
    backward([(x * 2).sum(), x * 3], [None, mg.tensor([1.0, 10.0], dtype=mg.float64)])
    equal(x.grad, 5, 32)
    y = leaf(1)
    end = y * 2
    backward([end, end], [mg.ones(1, dtype=mg.float64), mg.ones(1, dtype=mg.float64)])
    equal(y.grad, 4)


def test_an_end_inside_the_graph_of_another() -> None:
    x = leaf(2)
    h = x * x
    y = h * 3
    backward([y.sum(), h.sum()])
    equal(x.grad, 16)


STEPS = [
    lambda a, b: a + b,
    lambda a, b: a * b.sin(),
    lambda a, b: (a - b).tanh(),
    lambda a, b: a.exp() * 0.1,
    lambda a, b: a / (b * b + 1),
]


@pytest.mark.torch
def test_random_graphs_against_pytorch() -> None:
    """Graphs of 30 operations, each on two earlier results drawn at random."""
    torch = pytest.importorskip("torch")
    for seed in range(20):
        results = []
        for package in (mg, torch):
            rng = np.random.default_rng(seed)
            start = rng.uniform(0.5, 1.5, (3, 2))
            leaves = [package.tensor(row, dtype=package.float64, requires_grad=True) for row in start]
            values = list(leaves)
            for _ in range(30):
                a, b = values[rng.integers(len(values))], values[rng.integers(len(values))]
                values.append(STEPS[rng.integers(len(STEPS))](a, b))
            total = sum((v * v.cos()).sum() for v in values[-5:])
            first = package.autograd.grad(total, leaves, create_graph=True, allow_unused=True, materialize_grads=True)
            sum((g * g).sum() for g in first).backward()
            results.append([g.detach().numpy() for g in first] + [x.grad.numpy() for x in leaves if x.grad is not None])
        for mine, theirs in zip(*results, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


# -- higher orders -----------------------------------------------------------------------------------------------------


def test_three_orders_by_create_graph() -> None:
    x = leaf(0.3, -1.2)
    orders = [x.sin() * x]
    for _ in range(3):
        orders.append(grad(orders[-1].sum(), x, create_graph=True)[0])
    v = x.detach().numpy()
    for found, expected in zip(
        orders,
        (v * np.sin(v), np.sin(v) + v * np.cos(v), 2 * np.cos(v) - v * np.sin(v), -3 * np.sin(v) - v * np.cos(v)),
        strict=True,
    ):
        np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-12)


@pytest.mark.filterwarnings("ignore:Using backward")
def test_backward_with_create_graph_leaves_a_gradient_that_can_be_differentiated() -> None:
    x = leaf(2, 3)
    (x**3).sum().backward(create_graph=True)
    first = x.grad
    assert first.requires_grad
    equal(first, 12, 27)
    x.grad = None
    first.sum().backward()
    equal(x.grad, 12, 18)


def test_without_create_graph_the_gradient_is_a_constant() -> None:
    x = leaf(2)
    (g,) = grad((x * x).sum(), x)
    assert not g.requires_grad
    (x * x).sum().backward()
    assert not x.grad.requires_grad


def test_the_gradient_penalty_of_a_norm() -> None:
    """d/dw of |d f/d x|^2, as in Wasserstein networks with a penalty."""
    w, x = leaf(1.5), leaf(2)
    (g,) = grad((w * x**2).sum(), x, create_graph=True)
    (g**2).sum().backward()
    equal(w.grad, 2 * 1.5 * (2 * 2) ** 2)
    equal(x.grad, 8 * 1.5**2 * 2)


def test_second_derivative_through_grad_outputs() -> None:
    x, v = leaf(1, 2), leaf(3, 4)
    (g,) = grad(x**2, x, v, create_graph=True)
    equal(grad(g.sum(), v)[0], 2, 4)


# -- grad --------------------------------------------------------------------------------------------------------------


def test_grad_leaves_every_grad_alone() -> None:
    x, w = leaf(1), leaf(2)
    (g,) = grad((x * w).sum(), x)
    equal(g, 2)
    assert x.grad is None
    assert w.grad is None


def test_grad_returns_a_tuple_in_the_order_of_the_inputs() -> None:
    x, w = leaf(1), leaf(2)
    y = (x * w).sum()
    result = grad(y, [w, x])
    assert isinstance(result, tuple)
    equal(result[0], 1)
    equal(result[1], 2)
    assert len(grad((x * w).sum(), x)) == 1


def test_grad_of_an_inner_result() -> None:
    x = leaf(2)
    h = x * x
    y = (h * h).sum()
    g_h, g_x = grad(y, [h, x])
    equal(g_h, 8)
    equal(g_x, 32)


def test_grad_of_the_end_itself_is_its_weight() -> None:
    x = leaf(2, 3)
    y = x * x
    (g,) = grad(y, y, mg.tensor([5.0, 7.0], dtype=mg.float64))
    equal(g, 5, 7)


def test_an_unused_input() -> None:
    x, w = leaf(1), leaf(2)
    y = (x * 2).sum()
    with pytest.raises(GraphError, match="input 1 was not used"):
        grad(y, [x, w], retain_graph=True)
    g_x, g_w = grad(y, [x, w], allow_unused=True, retain_graph=True)
    equal(g_x, 2)
    assert g_w is None
    g_x, g_w = grad(y, [x, w], materialize_grads=True)
    equal(g_w, 0)
    assert g_w.dtype == mg.float64


def test_grad_of_the_same_input_twice() -> None:
    x = leaf(1)
    a, b = grad((x * 3).sum(), [x, x])
    equal(a, 3)
    equal(b, 3)


def test_grad_outputs() -> None:
    x = leaf(1, 2)
    (g,) = grad([x * x, x * 3], x, [mg.tensor([1.0, 10.0], dtype=mg.float64), mg.tensor([1.0, 1.0], dtype=mg.float64)])
    equal(g, 5, 43)
    (g,) = grad(x * x, x, grad_outputs=np.array([1.0, 0.0]))
    equal(g, 2, 0)


def test_only_inputs_must_stay_true() -> None:
    x = leaf(1)
    with pytest.raises(ValueError, match="only_inputs"):
        grad((x * 2).sum(), x, only_inputs=False)


# -- inputs= and pruned paths ------------------------------------------------------------------------------------------


def test_backward_with_inputs_touches_only_them() -> None:
    x, w = leaf(1), leaf(2)
    (x * w).sum().backward(inputs=[x])
    equal(x.grad, 2)
    assert w.grad is None


def test_backward_with_an_inner_result_as_input() -> None:
    x = leaf(2)
    h = x * x
    (h * 3).sum().backward(inputs=[h])
    equal(h.grad, 3)
    assert x.grad is None


def test_paths_that_lead_to_no_input_are_not_evaluated() -> None:
    def fail(g: Any) -> None:
        raise AssertionError("evaluated")

    x, w = leaf(1), leaf(2)
    side = w * w
    side.register_hook(fail)
    equal(grad((x * side).sum(), x)[0], 4)

    deep = side.exp()
    deep.register_hook(fail)
    (x * deep).sum().backward(inputs=x)
    equal(x.grad, np.exp(4))


def test_a_backward_in_two_parts() -> None:
    """First to a cut, then from the cut: what the first part did not walk is still there."""
    x = leaf(1, 2)
    cut = x.exp()
    loss = (cut * cut).sum()
    (g,) = grad(loss, cut)
    cut.backward(g)
    np.testing.assert_allclose(x.grad.numpy(), 2 * np.exp([2.0, 4.0]), rtol=1e-12)


def test_an_end_that_leads_to_no_input_is_not_freed() -> None:
    x, w = leaf(1), leaf(2)
    a, b = (x * x).sum(), (w * w).sum()
    grad([a, b], [x])
    b.backward()
    equal(w.grad, 4)


def test_a_freed_graph_that_is_not_on_the_way_does_no_harm() -> None:
    x, w = leaf(1), leaf(2)
    h = x.exp()
    h.sum().backward()
    equal(grad((h * w).sum(), w)[0], np.exp(1))


# -- what is freed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", ["backward", "grad"])
def test_the_second_pass_over_a_freed_graph_says_what_to_do(again: str) -> None:
    x = leaf(1)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(GraphError, match=r"second time.*retain_graph=True"):
        y.backward() if again == "backward" else grad(y, x)
    equal(x.grad, 2)


def test_retain_graph() -> None:
    x = leaf(2)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    equal(x.grad, 8)
    with pytest.raises(GraphError):
        y.backward()


def test_create_graph_retains_unless_told_otherwise() -> None:
    x = leaf(2)
    y = (x**3).sum()
    grad(y, x, create_graph=True)
    grad(y, x, create_graph=True, retain_graph=False)
    with pytest.raises(GraphError):
        grad(y, x)


def test_a_shared_part_that_was_freed() -> None:
    x = leaf(2)
    h = x.exp()
    a, b = (h * 2).sum(), (h * 3).sum()
    a.backward()
    with pytest.raises(GraphError, match="exp a second time"):
        b.backward()


# -- nothing is half changed -------------------------------------------------------------------------------------------


def test_a_rule_that_fails_midway_leaves_every_grad() -> None:
    x, w = leaf(1), leaf(2)
    x.grad = mg.tensor([7.0], dtype=mg.float64)
    inner = x * 2
    inner.register_hook(_failing)  # by then w has received its gradient
    end = ((inner * 3) + w * 5).sum()
    with pytest.raises(ArithmeticError, match="on purpose"):
        end.backward()
    equal(x.grad, 7)
    assert w.grad is None


def _failing(g: Any) -> None:
    raise ArithmeticError("on purpose")


def test_recording_is_back_on_after_a_pass_that_failed() -> None:
    x = leaf(1)
    y = x * 2
    y.register_hook(_failing)
    with pytest.raises(ArithmeticError):
        y.sum().backward()
    assert mg.is_grad_enabled()
    assert (x * 2).requires_grad


# -- `.grad` belongs to its tensor alone -------------------------------------------------------------------------------


def shares(a: Any, b: Any) -> bool:
    return np.shares_memory(a.array, b.array)


@pytest.mark.filterwarnings("ignore:Using backward")
@pytest.mark.parametrize("create_graph", [False, True])
def test_gradients_of_several_leaves_share_no_memory(create_graph: bool) -> None:
    a, b, c = leaf(1, 2), leaf(3, 4), leaf(5, 6)
    (a + b + c).backward(mg.ones(2, dtype=mg.float64), create_graph=create_graph)
    assert not shares(a.grad, b.grad)
    assert not shares(a.grad, c.grad)
    (a * 10).sum().backward()
    equal(a.grad, 11, 11)
    equal(b.grad, 1, 1)
    equal(c.grad, 1, 1)


@pytest.mark.filterwarnings("ignore:Using backward")
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_gradient_shares_no_memory_with_the_weights_given(create_graph: bool) -> None:
    for through in (lambda x: x, lambda x: x + 0, lambda x: x.reshape(1, 2), lambda x: x.T, lambda x: x.clone()):
        x = leaf(1, 2)
        y = through(x)
        g = mg.ones(*y.shape, dtype=mg.float64)
        y.backward(g, create_graph=create_graph)
        assert not shares(x.grad, g)
        (x * 2).sum().backward()
        assert (g.numpy() == 1).all()


def test_a_gradient_shares_no_memory_with_saved_values() -> None:
    x, w = leaf(1, 2), leaf(3, 4)
    y = x * w
    y.backward(mg.ones(2, dtype=mg.float64), retain_graph=True)
    x.grad.array[:] = 100
    w.grad.array[:] = 100
    (g,) = grad(y, x, mg.ones(2, dtype=mg.float64))
    equal(g, 3, 4)
    equal(x, 1, 2)


@pytest.mark.parametrize(
    "view", [lambda x: x.reshape(4), lambda x: x.expand(3, 2, 2), lambda x: x[:, 0], lambda x: x.sum(0), lambda x: x.mT]
)
def test_gradients_are_contiguous_memory_of_their_own_that_can_be_written(view: Any) -> None:
    x = mg.ones(2, 2, requires_grad=True)
    view(x).sum().backward()
    assert x.grad.array.flags.writeable
    x.grad.array += 1
    (x * 1).sum().backward()


def test_a_gradient_that_a_hook_keeps_or_gives_is_not_written_later() -> None:
    x = leaf(1, 2)
    kept = []
    handle = x.register_hook(kept.append)
    (x * 2).sum().backward()
    handle.remove()
    (x * 2).sum().backward()
    equal(kept[0], 2, 2)

    x, mine = leaf(1, 2), mg.tensor([5.0, 6.0], dtype=mg.float64)
    x.register_hook(lambda g: mine)
    (x * 2).sum().backward()
    (x * 2).sum().backward()
    equal(x.grad, 10, 12)
    equal(mine, 5, 6)


# -- dtypes and shapes -------------------------------------------------------------------------------------------------


def test_gradients_have_the_dtype_and_shape_of_their_leaf() -> None:
    half = mg.tensor([1.0, 2.0], dtype=mg.float16, requires_grad=True)
    single = mg.tensor([[1.0], [2.0]], dtype=mg.float32, requires_grad=True)
    double = mg.tensor(3.0, dtype=mg.float64, requires_grad=True)
    y = half * single * double
    assert y.dtype == mg.float32
    (y.double() * 2).sum().backward()
    for each in (half, single, double):
        assert each.grad.dtype == each.dtype
        assert each.grad.shape == each.shape
    assert double.grad.item() == 2 * 3 * 3
    equal(single.grad, [18], [18])
    equal(half.grad, 18, 18)


def test_a_weight_of_another_dtype_is_cast() -> None:
    x = leaf(1, 2, dtype=mg.float32)
    (x * 2).backward(np.array([1, 2]))
    assert x.grad.dtype == mg.float32
    equal(x.grad, 2, 4)


def test_empty_tensors_have_gradients() -> None:
    x = mg.zeros(0, 3, requires_grad=True)
    w = mg.ones(3, requires_grad=True)
    (x * w).sum().backward()
    assert x.grad.shape == (0, 3)
    equal(w.grad, 0, 0, 0)


# -- wrong calls -------------------------------------------------------------------------------------------------------


def test_backward_without_a_graph() -> None:
    for end in (mg.ones(()), mg.tensor(2), mg.ones((), requires_grad=True).detach() * 2):
        with pytest.raises(GraphError, match="does not require grad"):
            end.backward()
    with mg.no_grad():
        end = leaf(1).sum()
    with pytest.raises(GraphError, match="does not require grad"):
        end.backward()


def test_backward_from_more_than_one_number_needs_a_weight() -> None:
    with pytest.raises(GraphError, match=r"scalar outputs.*shape \(2,\)"):
        (leaf(1, 2) * 2).backward()
    y = mg.ones(1, 1, requires_grad=True)
    (y * 2).backward()
    assert y.grad.item() == 2
    with pytest.raises(GraphError, match="scalar outputs"):
        (mg.zeros(0, requires_grad=True) * 2).backward()


def test_a_weight_of_another_shape() -> None:
    x = leaf(1, 2)
    for wrong in (mg.ones(3), mg.ones(()), mg.ones(1, 2)):
        with pytest.raises(ShapeError, match=r"shape.*\(2,\)"):
            (x * 2).backward(wrong)
    assert x.grad is None


def test_wrong_numbers_of_weights() -> None:
    x = leaf(1)
    with pytest.raises(ShapeError, match="2 tensors, but 1"):
        backward([x * 1, x * 2], [None])
    with pytest.raises(ShapeError, match="1 outputs, but 2"):
        grad([x * 1], [x], [None, None])


def test_inputs_that_cannot_be() -> None:
    x = leaf(1)
    with pytest.raises(GraphError, match="does not require grad"):
        grad((x * 2).sum(), mg.ones(1))
    with pytest.raises(GraphError, match="does not require grad"):
        (x * 2).sum().backward(inputs=[mg.ones(1)])
    with pytest.raises(TypeError, match="inputs are tensors"):
        grad((x * 2).sum(), np.ones(1))
    with pytest.raises(GraphError, match="`inputs` argument cannot be empty"):
        (x * 2).sum().backward(inputs=[])
    with pytest.raises(GraphError, match="`inputs` argument to `grad\\(\\)` cannot be empty"):
        grad((x * 2).sum(), [])
    with pytest.raises(TypeError, match="starts at a tensor"):
        backward(np.ones(1))


def test_only_floating_point_tensors_can_require_grad() -> None:
    for wrong in (mg.tensor([1, 2]), mg.tensor([True]), mg.zeros(2, dtype=mg.uint8)):
        with pytest.raises(RuntimeError, match="floating point"):
            wrong.requires_grad_()
        assert not wrong.requires_grad
    with pytest.raises(RuntimeError, match="floating point"):
        mg.tensor([1, 2], requires_grad=True)


@pytest.mark.parametrize("cast", ["int", "long", "bool", "short", "byte"])
def test_a_cast_to_integers_ends_the_graph(cast: str) -> None:
    y = getattr(leaf(1.5, 2.5), cast)()
    assert not y.requires_grad
    assert y.is_leaf


def test_only_leaves_can_stop_requiring_grad() -> None:
    x = leaf(1)
    y = x * 2
    with pytest.raises(RuntimeError, match="leaf"):
        y.requires_grad_(False)
    y.requires_grad_()
    assert not y.is_leaf
    x.requires_grad = False
    assert not x.requires_grad
    assert not (x * 2).requires_grad


def test_a_graph_can_be_walked():
    x = mg.tensor(2.0, requires_grad=True)
    y = x * x.exp()
    (first, _), (second, _) = y.grad_fn.next_functions
    assert first.variable is x
    assert second.name == "exp"
    assert second.next_functions == ((first, 0),)


# -- leaves that change their mind -----------------------------------------------------------------------------------


def test_a_leaf_that_has_stopped_requiring_grad_collects_none() -> None:
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = x * w
    x.requires_grad_(False)
    y.sum().backward()
    assert x.grad is None
    assert w.grad.tolist() == [1.0, 2.0]


def test_a_leaf_that_requires_grad_again_is_the_same_leaf_with_its_hooks() -> None:
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g * 10)
    y = x * x
    x.detach_().requires_grad_()
    (y + x).sum().backward()
    assert x.grad.tolist() == [30.0, 50.0]


def test_a_leaf_of_another_shape_is_another_leaf() -> None:
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = x * w
    x.data = mg.zeros(3, dtype=mg.float64)
    with pytest.raises(ShapeError, match="a leaf of shape \\(2,\\) has become a tensor of shape \\(3,\\)"):
        y.sum().backward()
    assert w.grad is None
    x.requires_grad_(False)
    x.requires_grad_()
    x.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 1.0]


def test_the_gradient_can_be_deleted() -> None:
    x = leaf(1.0)
    x.sum().backward()
    del x.grad
    assert x.grad is None


# -- what is given and asked for ---------------------------------------------------------------------------------------


def test_any_iterable_of_tensors_will_do() -> None:
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    z = x * y
    parts = [z[0], z[1]]
    found = grad(iter(parts), {"x": x, "y": y}.values(), (np.array(2.0) for _ in parts))
    assert [each.tolist() for each in found] == [[6.0, 8.0], [2.0, 4.0]]
    mg.autograd.backward((each * 1 for each in (x, y)), iter([x, y]), inputs=(each for each in [x]))
    assert x.grad.tolist() == [1.0, 2.0]
    assert y.grad is None


def test_one_array_is_one_gradient() -> None:
    x = leaf(1.0, 2.0)
    assert grad(x * 3, x, np.array([1.0, 10.0]))[0].tolist() == [3.0, 30.0]


# -- warnings ----------------------------------------------------------------------------------------------------------


def test_the_gradient_of_a_result_is_asked_for_with_a_warning() -> None:
    x = leaf(1.0)
    y = x * 2
    with pytest.warns(UserWarning, match="not a leaf Tensor is being accessed"):
        assert y.grad is None
    y.retain_grad()
    assert y.grad is None
    y.sum().backward()
    assert y.grad.tolist() == [1.0]
    assert (x.detach() * 2).grad is None


def test_backward_that_creates_a_graph_warns_of_the_cycle() -> None:
    x = leaf(1.0, 2.0)
    with pytest.warns(UserWarning, match=r"backward\(\) with create_graph=True .*reference cycle"):
        (x**3).sum().backward(create_graph=True)
    assert grad(x.grad.sum(), x)[0].tolist() == [6.0, 12.0]


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ([1, [2]], ShapeError, r"rows of nested lists must have equal lengths: \[1, \[2\]\]"),
        (["a", "b"], TypeError, "expected a Tensor or an array of numbers, not list"),
        ({}, TypeError, "expected a Tensor or an array of numbers, not dict"),
    ],
)
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_gradient_that_is_no_array_is_refused(given: Any, kind: Any, message: str, create_graph: bool) -> None:
    x = leaf(1, 2)
    with pytest.raises(kind, match=message):
        (x * 2).backward(given)
    with pytest.raises(kind, match=message):
        grad(x * 2, x, [given], create_graph=create_graph)
