"""Functions of functions, forward mode, Function, saved-tensor hooks and checkpoints."""

from __future__ import annotations

import contextlib
import gc
import math
import threading
import weakref
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import func, nn
from minigrad.autograd import Function, functional, gradcheck, gradgradcheck
from minigrad.autograd.graph import saved_tensors_hooks
from minigrad.engine.function import Context
from minigrad.errors import ShapeError
from minigrad.utils.checkpoint import checkpoint, checkpoint_sequential, set_checkpoint_early_stop

F64 = mg.float64


def point(*values):
    return mg.tensor(values, dtype=F64)


def test_gradients_nest_to_any_order():
    f = mg.sin
    expected = [math.cos(0.7), -math.sin(0.7), -math.cos(0.7), math.sin(0.7)]
    for value in expected:
        f = func.grad(f)
        found = f(mg.tensor(0.7, dtype=F64))
        assert found.item() == pytest.approx(value, rel=1e-14)
        assert not found.requires_grad


def test_inner_and_outer_derivatives_are_not_confused():
    # d/dx (x * d/dy (x + y)) = 1, not 2
    nested = func.grad(lambda x: x * func.grad(lambda y: x + y)(mg.tensor(1.0)))
    assert nested(mg.tensor(2.0)).item() == 1


def test_hessian_in_closed_form_and_its_products():
    x = point(1.0, -2.0, 0.5)
    f = lambda v: (v**3).sum() + v.prod()  # noqa: E731
    a, b, c = x.tolist()
    expected = [[6 * a, c, b], [c, 6 * b, a], [b, a, 6 * c]]
    assert np.allclose(func.hessian(f)(x).numpy(), expected, rtol=1e-13)
    assert np.allclose(functional.hessian(f, x).numpy(), expected, rtol=1e-13)
    v = point(1.0, 2.0, 3.0)
    _, product = func.hvp(f, (x,), (v,))
    assert np.allclose(product.numpy(), np.array(expected) @ v.numpy(), rtol=1e-13)


OPERATIONS = {
    "elementwise": lambda x: mg.exp(x) * x / (1 + x * x),
    "broadcast": lambda x: x[:, None] * x[None, :] + x,
    "linear": lambda x: mg.cat([x.flip(0), x.reshape(3, 1).sum(1), x[[0, 0, 2]]]),
    "bilinear": lambda x: mg.matmul(x[:, None] * mg.ones(3, dtype=F64), x),
    "same argument twice": lambda x: mg.einsum("i,j->ij", x, x),
    "general": lambda x: mg.softmax(x, 0) * mg.logsumexp(x, 0),
    "maximum": lambda x: mg.stack([x.max(0).values, x.amin()]),
    "convolution": lambda x: nn.functional.conv1d(x[None, None], x[:2][None, None]),
    "batch norm": lambda x: nn.functional.batch_norm(mg.stack([x, x * x], 1), None, None, training=True),
    "joint rule": lambda x: nn.functional.batch_norm(mg.stack([x, x.exp()], 1), None, None, x[:2], x[1:], True),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_forward_mode_is_the_transpose_of_reverse_mode(name):
    f, x = OPERATIONS[name], point(0.3, -1.2, 2.0)
    step = 1e-6
    columns = [(f(x + step * e).numpy() - f(x - step * e).numpy()) / (2 * step) for e in mg.eye(3, dtype=F64)]
    assert np.allclose(func.jacfwd(f)(x).numpy(), np.stack(columns, -1), atol=1e-8)
    assert np.allclose(func.jacrev(f)(x).numpy(), np.stack(columns, -1), atol=1e-8)
    assert np.allclose(func.jacfwd(func.jacrev(f))(x).numpy(), func.jacrev(func.jacfwd(f))(x).numpy(), atol=1e-12)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # PyTorch's vmap warns of its own parts
def test_transforms_agree_with_pytorch():
    torch = pytest.importorskip("torch")
    w = np.random.default_rng(0).standard_normal((3, 4))

    def run(lib, transforms):
        weight = lib.from_numpy(w)
        f = lambda v: lib.tanh(weight.T @ v).prod() + (v**2).sum()  # noqa: E731
        x = lib.tensor([0.3, -0.2, 0.9], dtype=lib.float64)
        g = lambda v: lib.tanh(weight.T @ v) * v.sum()  # noqa: E731
        value, back = transforms.vjp(g, x)
        return [
            transforms.grad(f)(x),
            transforms.grad_and_value(f)(x)[1],
            transforms.jacrev(g)(x),
            transforms.jacfwd(g)(x),
            transforms.hessian(f)(x),
            transforms.jvp(g, (x,), (x,))[1],
            value,
            back(value)[0],
            transforms.vmap(transforms.grad(f))(lib.stack([x, 2 * x])),
            transforms.vmap(g, in_dims=1, out_dims=1)(lib.stack([x, 2 * x], 1)),
        ]

    for ours, theirs in zip(run(mg, func), run(torch, torch.func), strict=True):
        assert np.allclose(ours.numpy(), theirs.numpy(), rtol=1e-12)


def test_closures_keep_their_history():
    w = mg.tensor(3.0, requires_grad=True)
    found = func.grad(lambda x: w * x * x)(mg.tensor(2.0))
    found.backward()  # d/dw (2 w x)
    assert w.grad.item() == 4


def test_aux_and_several_arguments():
    f = lambda a, b: ((a * b).sum(), a + b)  # noqa: E731
    a, b = point(1.0, 2.0), point(3.0, 4.0)
    (da, db), aux = func.grad(f, argnums=(0, 1), has_aux=True)(a, b)
    assert (da.tolist(), db.tolist(), aux.tolist()) == ([3, 4], [1, 2], [4, 6])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: func.grad(lambda x: x)(mg.ones(2)), RuntimeError, "scalar"),
        (lambda: func.grad(lambda x: x)(1.0), TypeError, "expected a tensor"),
        (lambda: func.jvp(mg.exp, (mg.ones(2),), (mg.ones(3),)), RuntimeError, r"\(2,\), not \(3,\)"),
        (lambda: func.jvp(mg.exp, (mg.ones(2),), ()), RuntimeError, "the same python structure"),
        (lambda: func.vmap(mg.add)(mg.ones(2), mg.ones(3)), ValueError, r"\[2, 3\]"),
    ],
)
def test_wrong_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()


class Exp(Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g * y


class ProductAndSum(Function):
    @staticmethod
    def forward(ctx, x, y, scale=1.0):
        ctx.save_for_backward(x, y)
        ctx.scale = scale
        index = mg.argmax(x)
        ctx.mark_non_differentiable(index)
        return scale * x * y, x + y, index

    @staticmethod
    def backward(ctx, g, h, _):
        x, y = ctx.saved_tensors
        return ctx.scale * g * y + h, ctx.scale * g * x + h, None


def test_function_to_second_order():
    a, b = point(0.5, 1.0).requires_grad_(), point(2.0, -1.0).requires_grad_()
    assert gradcheck(Exp.apply, a)
    assert gradgradcheck(Exp.apply, a)
    for k in (0, 1):
        f = lambda x, y, k=k: ProductAndSum.apply(x, y, 3.0)[k]  # noqa: E731
        assert gradcheck(f, (a, b))
        assert gradgradcheck(f, (a, b))
    assert not ProductAndSum.apply(a, b)[2].requires_grad


def test_forward_mode_through_a_function():
    x = point(0.5, 1.0)
    f = lambda v: ProductAndSum.apply(v, Exp.apply(v), 3.0)[0]  # noqa: E731
    expected = np.diag(3 * np.exp(x.numpy()) * (1 + x.numpy()))
    assert np.allclose(func.jacfwd(f)(x).numpy(), expected, rtol=1e-13)


def test_a_function_is_watched_like_any_operation():
    a = point(1.0, 2.0).requires_grad_()
    y = Exp.apply(a)
    mg.zeros(1).add_(1)  # a change elsewhere
    y.sum().backward()
    assert a.grad.tolist() == pytest.approx([math.exp(1), math.exp(2)])
    y = Exp.apply(a)
    y.mul_(2)  # a change of what it saved
    with pytest.raises(RuntimeError, match=r"'saved tensor 0' of Exp, .* changed by mul_"):
        y.sum().backward()


def test_function_frees_and_says_so():
    a = point(1.0).requires_grad_()
    y = Exp.apply(a).sum()
    y.backward()
    with pytest.raises(RuntimeError, match=r"backward through Exp a second time.*retain_graph"):
        y.backward()
    kept = weakref.ref(Exp.apply(a))
    gc.disable()
    try:
        assert kept() is None  # no cycle from the saved output to its node
    finally:
        gc.enable()


def test_function_errors():
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x, y):
            return x + y

        @staticmethod
        def backward(ctx, g):
            return g

    a = point(1.0).requires_grad_()
    with pytest.raises(RuntimeError, match=r"Wrong.backward returned 1 gradients for the 2 arguments"):
        Wrong.apply(a, a).backward()


def test_saved_tensors_hooks_see_what_is_saved():
    packed, unpacked = [], []

    def pack(tensor):
        packed.append(tensor.tolist())
        return tensor.numpy().tobytes()

    def unpack(data):
        unpacked.append(data)
        return mg.from_numpy(np.frombuffer(data, np.float64).copy())

    x = point(1.0, 2.0).requires_grad_()
    with saved_tensors_hooks(pack, unpack):
        y = (x * x).exp()
    z = y.sum()
    z.backward()
    assert packed == [[1, 2], [math.exp(1), math.exp(4)]]  # x once for both its rules, and the output of exp
    assert len(unpacked) == 3
    assert x.grad.tolist() == pytest.approx([2 * math.exp(1), 4 * math.exp(4)])


def net(seed):
    mg.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(0.5), nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 2))


@pytest.mark.parametrize("wrap", [lambda f, x: checkpoint(f, x), lambda f, x: checkpoint_sequential(f, 3, x)])
def test_checkpoint_changes_no_number(wrap):
    found = []
    for run in (lambda f, x: f(x), wrap):
        model = net(0)
        x = mg.ones(3, 4, requires_grad=True)
        run(model, x).square().sum().backward()
        found.append([x.grad.tolist(), *(p.grad.tolist() for p in model.parameters())])
    assert found[0] == found[1]


def test_checkpoint_differentiates_twice_and_keeps_less():
    w = mg.randn(3, 3, dtype=F64, requires_grad=True)
    f = lambda v: mg.tanh(w @ v).exp().tanh()  # noqa: E731
    x = point(0.1, 0.2, 0.3).requires_grad_()
    assert gradgradcheck(lambda v: checkpoint(f, v), x)

    def saved_bytes(y):
        seen, stack, total = set(), [y.node], 0
        while stack:
            node = stack.pop()
            for target, _, values in node.edges:
                stack.append(target)
                for value in values:
                    if isinstance(value, np.ndarray) and id(value) not in seen:
                        seen.add(id(value))
                        total += value.nbytes
        return total

    assert saved_bytes(checkpoint(f, x)) == 0 < saved_bytes(f(x))


def test_checkpoint_notices_a_function_that_changes():
    calls = []

    def fickle(x):
        calls.append(0)
        return x.exp().exp() if len(calls) == 1 else x.exp()

    y = checkpoint(fickle, point(1.0).requires_grad_())
    with pytest.raises(RuntimeError, match="same operations both times"):
        y.sum().backward()


def test_a_backward_that_can_be_differentiated_once():
    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        @mg.autograd.function.once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return mg.from_numpy(g.numpy() * 3 * x.detach().numpy() ** 2)

    x = point(2.0).requires_grad_()
    Cube.apply(x).backward()
    assert x.grad.tolist() == [12]
    (slope,) = mg.autograd.grad(Cube.apply(x), x, create_graph=True)
    with pytest.raises(RuntimeError, match=r"Cube: trying to differentiate twice.*@once_differentiable"):
        slope.backward()


class Overwrites(Function):
    @staticmethod
    def forward(ctx, x, give_back=True):
        x.zero_()
        ctx.mark_dirty(x)
        return x if give_back else x + 1

    @staticmethod
    def backward(ctx, g):
        return 0 * g


def test_a_function_in_place_obeys_the_rules_of_changes_in_place():
    with pytest.raises(RuntimeError, match="Overwrites: a leaf Variable that requires grad"):
        Overwrites.apply(point(1.0).requires_grad_())
    with pytest.raises(RuntimeError, match="must return the tensors that it has marked as dirty"):
        Overwrites.apply(point(1.0) + 0, False)
    x = point(1.0).requires_grad_()
    y = x * 1
    z = y.exp() * y  # saves y
    Overwrites.apply(y)
    with pytest.raises(RuntimeError, match="changed by Overwrites"):
        z.backward()


def test_saved_tensors_hooks_that_misbehave():
    x = point(1.0, 2.0).requires_grad_()
    with saved_tensors_hooks(lambda t: t, lambda t: "no tensor"):
        y = x.exp()
    with pytest.raises(TypeError, match="must return a tensor, got str"):
        y.sum().backward()
    with saved_tensors_hooks(lambda t: t.mul_(2), lambda t: t), pytest.raises(RuntimeError, match="in place"):
        (x + 0).exp()
    with mg.autograd.graph.disable_saved_tensors_hooks("not here"), pytest.raises(RuntimeError, match="not here"):
        saved_tensors_hooks(lambda t: t, lambda t: t).__enter__()
    with mg.autograd.graph.save_on_cpu(pin_memory=True):
        y = (x * x).exp()
    y.sum().backward()
    assert np.allclose(x.grad.numpy(), 2 * x.detach().numpy() * y.detach().numpy())


def test_a_view_cannot_be_detached_in_place():
    x = point(1.0, 2.0).requires_grad_() * 1
    with pytest.raises(RuntimeError, match="use detach"):
        x[:1].detach_()
    assert not x.detach_().requires_grad


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: func.jacrev(lambda x: 3.0)(mg.ones(2)), RuntimeError, "jacrev: .* to return only tensors"),
        (lambda: func.jacrev(mg.exp)(mg.arange(2)), RuntimeError, "only floating point"),
        (lambda: func.jacfwd(mg.exp, argnums=1)(mg.ones(2)), IndexError, "argnum=1, but only 1 positional"),
        (lambda: func.jacrev(mg.exp, has_aux=True)(mg.ones(2)), RuntimeError, "should be a tuple"),
        (
            lambda: func.vmap(mg.exp, in_dims=1)(mg.ones(2)),
            ValueError,
            r"in_dim=1 .* dimensionality 1, of shape \(2,\)",
        ),
        (lambda: func.vmap(mg.add)(mg.ones(2), 1.0), ValueError, "in_dim=0 .* of type float"),
        (lambda: func.vmap(mg.add, in_dims=(0,))(mg.ones(2), 1.0), ValueError, r"\(0,\) does not fit a tuple of 2"),
        (lambda: func.vmap(lambda x: 1.0)(mg.ones(2)), ValueError, "must return tensors, .* got type <class 'float'>"),
        (lambda: func.vmap(lambda x: x, out_dims=None)(mg.arange(2)), ValueError, "when out_dim is None"),
        (lambda: func.vmap(lambda x: x, out_dims="0")(mg.ones(2)), ValueError, "must be an int, None or a .* of ints"),
        (lambda: func.vmap(sum, ((0, 0),))([mg.ones(2)] * 2), ValueError, "not compatible with the structure"),
        (lambda: func.vmap(mg.exp, chunk_size=0)(mg.ones(2)), ValueError, "chunk_size should be None or greater"),
        (lambda: func.vmap(mg.exp)(mg.ones(0)), ValueError, "empty"),
        (lambda: func.stack_module_state([]), RuntimeError, "at least one model"),
        (
            lambda: func.functional_call(nn.Linear(1, 1), {"x": 1}, (1,), strict=True),
            RuntimeError,
            "unexpected key 'x'",
        ),
        (
            lambda: functional.jacobian(lambda x, y: x * 2, (mg.ones(1),) * 2, strict=True),
            RuntimeError,
            "input 1",
        ),
        (lambda: mg.autograd.forward_ad.make_dual(mg.ones(1), mg.ones(1)), RuntimeError, "dual_level"),
    ],
)
def test_wrong_calls_of_transforms(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_functional_call_leaves_the_module_as_it_was():
    model = nn.Linear(2, 1)
    before = dict(model.named_parameters())
    with pytest.raises(RuntimeError):
        func.functional_call(model, {"weight": mg.ones(1, 2)}, (mg.ones(3),))
    assert all(each is before[name] for name, each in model.named_parameters())


def test_the_direction_left_out_is_one_whatever_the_point():
    x = mg.tensor(math.inf, dtype=F64)
    assert functional.jvp(lambda v: 2 * v, x)[1].item() == 2
    assert functional.vjp(lambda v: 2 * v, x)[1].item() == 2


def test_a_gradient_taken_under_no_grad_is_a_constant_to_what_is_around() -> None:
    def scaled(x: Any) -> Any:
        with mg.no_grad():
            s = mg.func.grad(lambda z: z**3)(x)
        return s * x

    assert mg.func.grad(scaled)(mg.tensor(2.0)).item() == 12


def test_forward_mode_of_values_that_are_packed():
    packed = mg.autograd.graph.saved_tensors_hooks(lambda t: t.tolist(), lambda kept: mg.tensor(kept, dtype=mg.float64))

    def f(x):
        with packed:
            return x.sin() * x

    x = mg.tensor([0.5, 2.0], dtype=mg.float64)
    _, tangent = mg.func.jvp(f, (x,), (mg.ones(2, dtype=mg.float64),))
    np.testing.assert_allclose(tangent.numpy(), np.sin(x.numpy()) + x.numpy() * np.cos(x.numpy()), rtol=1e-12)


def test_forward_mode_of_what_can_be_differentiated_once_is_refused():
    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        @mg.autograd.function.once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * 3 * x**2

    slope = mg.func.grad(lambda x: Cube.apply(x).sum())
    with pytest.raises(RuntimeError, match="once_differentiable"):
        mg.func.jvp(slope, (mg.ones(2),), (mg.ones(2),))


class Power(Function):
    """x ** k, with its output kept in every way there is."""

    @staticmethod
    def forward(ctx: Any, x: Any, k: int) -> Any:
        y, other = x**k, x + 0
        ctx.save_for_backward(x, y)
        ctx.save_for_forward(x, y)
        ctx.y, ctx.k, ctx.other = y, k, other
        return y, other

    @staticmethod
    def backward(ctx: Any, g: Any, h: Any) -> Any:
        _, y = ctx.saved_tensors
        assert y.tolist() == ctx.y.tolist()
        return g * ctx.k * ctx.y / ctx.other + h, None

    @staticmethod
    def jvp(ctx: Any, t: Any, k: None) -> Any:
        x, y = ctx.saved_tensors
        return t * ctx.k * y / x, t


def test_a_function_that_keeps_its_outputs_is_no_cycle_and_can_be_differentiated_again() -> None:
    x = mg.tensor([2.0, 3.0], dtype=mg.float64, requires_grad=True)
    gc.collect()
    gc.disable()
    try:
        y, other = Power.apply(x, 4)
        there = [weakref.ref(each) for each in (y, other, y.grad_fn)]
        del other  # its node goes with it, and is made again where backward asks for the output
        (first,) = mg.autograd.grad(y.sum(), x, create_graph=True)
        (second,) = mg.autograd.grad(first.sum(), x, create_graph=True)
        (third,) = mg.autograd.grad(second.sum(), x)
        assert [each.tolist() for each in (first, second, third)] == [[32, 108], [48, 108], [48, 72]]
        del y, first, second
        assert [each() for each in there] == [None, None, None]
    finally:
        gc.enable()


def test_the_forward_mode_of_a_function_is_recorded_too() -> None:
    def f(x: Any) -> Any:
        return Power.apply(x, 3)[0].sum()

    x = mg.tensor([2.0, 3.0], dtype=mg.float64)
    assert func.jacfwd(f)(x).tolist() == [12, 27]
    assert func.jacrev(func.jacfwd(f))(x).tolist() == [[12, 0], [0, 18]]
    assert func.jacfwd(func.jacfwd(f))(x).tolist() == [[12, 0], [0, 18]]


def test_what_a_forward_mode_deletes_is_there_the_next_time() -> None:
    class Exp(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.result, ctx.factor = x.exp(), 2.0
            return ctx.result

        @staticmethod
        def jvp(ctx: Any, t: Any) -> Any:
            answer = t * ctx.result * ctx.factor
            del ctx.result, ctx.factor
            return answer

    with mg.autograd.forward_ad.dual_level():
        y = Exp.apply(mg.autograd.forward_ad.make_dual(mg.zeros(2), mg.ones(2)))
        for _ in range(2):
            assert mg.autograd.forward_ad.unpack_dual(y).tangent.tolist() == [2, 2]


def test_what_a_forward_mode_returns_is_checked() -> None:
    class Wrong(Function):
        @staticmethod
        def forward(ctx: Any, x: Any, answer: Any) -> Any:
            ctx.answer = answer
            return x * 2

        @staticmethod
        def jvp(ctx: Any, t: Any, _: None) -> Any:
            return ctx.answer

    x = mg.ones(2)
    for answer, message in ((x[:1], r"returned shape \(1,\)"), (3.0, "returned float"), ((x, x), "2 tangents for 1")):
        with pytest.raises(ShapeError, match=message):
            func.jvp(lambda x, answer=answer: Wrong.apply(x, answer), (x,), (x,))
    with pytest.raises(AttributeError, match="ctx has no attribute 'missing'"):
        _ = Context().missing


@pytest.mark.parametrize(("enable", "runs"), [(True, 1), (False, 2)])
def test_the_second_run_of_a_checkpoint_ends_when_all_is_there(enable: bool, runs: int) -> None:
    ended = []

    def f(x: Any) -> Any:
        try:
            y = x.exp().sin() + 1  # what an addition needs is nothing
        except Exception:
            y = None
        ended.append(y)
        return y

    x = mg.tensor([1.0, 2.0], requires_grad=True)
    expected = (x.exp() * x.exp().cos()).tolist()
    checkpoint(f, x, early_stop=enable).sum().backward()
    assert len(ended) == runs
    with set_checkpoint_early_stop(enable):
        y = checkpoint(f, x, early_stop=not enable)
    y.sum().backward()
    assert len(ended) == 2 * runs
    assert (x.grad / 2).tolist() == pytest.approx(expected)


def test_a_checkpoint_runs_in_the_contexts_it_is_given_and_compares_shapes() -> None:
    log, sizes = [], iter([2, 3])

    @contextlib.contextmanager
    def noted(name: str) -> Any:
        log.append(name)
        yield

    def fickle(x: Any) -> Any:
        return (x * mg.ones(next(sizes))).sum()

    y = checkpoint(fickle, mg.ones(1, requires_grad=True), context_fn=lambda: (noted("first"), noted("second")))
    assert log == ["first"]
    with pytest.raises(RuntimeError, match=r"value 0 was .*float32 of shape \(2,\), and is .*float32 of shape \(3,\)"):
        y.backward()
    assert log == ["first", "second"]


JOINED = {
    "cat": lambda parts: mg.cat(parts, 1),
    "cat of some that are constant": lambda parts: mg.cat([mg.ones(2, 1), parts[0], mg.ones(2, 2), *parts[1:]], -1),
    "stack": lambda parts: mg.stack(parts, 1),
    "stack of some that are constant": lambda parts: mg.stack([parts[0], mg.ones(2, 3).double(), parts[1]]),
    "stack of numbers": lambda parts: mg.stack([each.sum() for each in parts]),
    "the same twice": lambda parts: mg.cat([parts[0], parts[1], parts[0]]),
}


@pytest.mark.parametrize("name", JOINED)
def test_tangents_of_what_is_joined_are_joined(name: str) -> None:
    rng = np.random.default_rng(0)
    x, y, s, t = (mg.tensor(rng.standard_normal((2, 3))) for _ in range(4))
    value, tangent = func.jvp(lambda x, y: JOINED[name]([x * x, y]), (x, y), (s, t))
    zero = JOINED[name]([x * 0, x * 0])
    assert np.allclose(tangent.numpy(), (JOINED[name]([2 * x * s, t]) - zero).numpy())
    assert np.allclose(value.numpy(), JOINED[name]([x * x, y]).numpy())
    along = func.jvp(lambda x: func.jvp(lambda x: JOINED[name]([x**3, y]), (x,), (s,))[1], (x,), (t,))[1]
    assert np.allclose(along.numpy(), (JOINED[name]([6 * x * s * t, x * 0]) - zero).numpy())


def test_the_tangent_of_what_is_joined_costs_as_much_as_joining(monkeypatch: Any) -> None:
    from minigrad.engine import forward

    monkeypatch.setattr(forward, "_transposed", None)
    x = mg.ones(50)
    given = tuple(x * i for i in range(100))
    _, tangent = func.jvp(lambda *parts: mg.cat([mg.stack(parts), mg.ones(1, 50)]), given, given)
    assert tangent[:-1].tolist() == mg.stack(given).tolist()
    assert tangent[-1].tolist() == [0.0] * 50


def test_calls_of_one_map_draw_the_same_from_any_generator():
    generator = mg.Generator().manual_seed(1)
    draw = func.vmap(lambda x: x + mg.rand(2, generator=generator) + mg.rand(2), randomness="same")
    twice = func.vmap(lambda x: func.vmap(lambda y: y + mg.rand(2), randomness="different")(x), randomness="same")
    assert len(set(map(tuple, draw(mg.zeros(3, 2)).tolist()))) == 1
    rows = twice(mg.zeros(2, 2, 2)).tolist()
    assert rows[0] == rows[1]
    assert rows[0][0] != rows[0][1]


def test_jvp_takes_tuples_of_one_structure():
    x = mg.ones(2)
    for primals, tangents, words in (
        (x, (x,), "to be a tuple"),
        ((x,), [x], "the same python structure"),
        ((x,), (x, x), "the same python structure"),
        ((), (), "at least one Tensor"),
        ((1.0,), (x,), "to only contain Tensors"),
    ):
        with pytest.raises(RuntimeError, match=words):
            func.jvp(mg.sin, primals, tangents)
    with pytest.raises(RuntimeError, match="strict"):
        func.jvp(lambda v: (v, x), (x,), (x,), strict=True)


def test_a_map_is_a_loop():
    x = mg.tensor([-1.0, 2.0])
    assert func.vmap(lambda v: -v if v < 0 else v)(x).tolist() == [1.0, 2.0]
    noise = func.vmap(mg.bernoulli, randomness="same")(mg.full((4, 50), 0.5))
    assert len(set(map(tuple, noise.tolist()))) == 1


def test_transforms_allow_more():
    x, seen = mg.tensor([1.0, 2.0]), mg.zeros(2)

    def f(v):
        seen.copy_(v.detach())
        return (v * v).sum(), "words"

    with mg.autograd.graph.saved_tensors_hooks(lambda t: t * 2, lambda t: t / 2):
        assert func.grad(f, has_aux=True)(x)[1] == "words"
        assert func.grad(lambda v: f(v)[0])(x).tolist() == [2.0, 4.0]
    assert seen.tolist() == [1.0, 2.0]


def test_a_functional_call_tells_what_the_module_has_replaced():
    class Steps(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("steps", mg.tensor(0))

        def forward(self, x):
            self.steps = self.steps + 1
            return x * self.steps

    model, state = Steps(), {"steps": mg.tensor(4)}
    assert func.functional_call(model, state, mg.tensor(2.0)).item() == 10
    assert state["steps"].item() == 5
    assert model.steps.item() == 0


def test_what_a_vmap_says_of_random_numbers_it_says_to_its_own_thread() -> None:
    inside, drawn = threading.Event(), threading.Event()

    def waiting(a: mg.Tensor) -> mg.Tensor:
        inside.set()
        assert drawn.wait(10)
        return a * 2

    thread = threading.Thread(target=lambda: mg.func.vmap(waiting)(mg.ones(1)))
    thread.start()
    assert inside.wait(10)
    try:
        assert mg.rand(2).shape == (2,)
    finally:
        drawn.set()
        thread.join()


def test_duals_may_be_changed_in_place_and_give_back_their_tangent() -> None:
    tangent = mg.tensor([5.0, 5.0])
    forward_ad = mg.autograd.forward_ad
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(mg.tensor([2.0, 3.0]), tangent)
        assert forward_ad.unpack_dual(dual).tangent is tangent
        dual[:1].mul_(3)
        dual += 1
        value, slope = forward_ad.unpack_dual(dual * dual)
        assert (value.tolist(), slope.tolist()) == ([49, 16], [2 * 7 * 15, 2 * 4 * 5])


@pytest.mark.torch
def test_a_map_of_views_is_a_view() -> None:
    torch = pytest.importorskip("torch")

    def run(lib: Any, vmap: Any) -> list[Any]:
        x = lib.arange(24.0, dtype=lib.float64).reshape(2, 3, 4).clone().requires_grad_()
        y = x * 2
        turned = vmap(lambda v: v.T[1:], in_dims=1, out_dims=-1)(y)
        diagonals, whole, detached, fixed = vmap(lambda v: (v.diagonal(), v, v.detach(), y[0]))(y)
        nested = vmap(vmap(lambda v: v[::2], 1, 1), 0, 2)(y)
        shared = [each.data_ptr() == y.data_ptr() for each in (diagonals, whole, fixed, nested)]
        sum((each * each).sum() for each in (turned, diagonals, whole, detached, fixed, nested)).backward()
        vmap(lambda v: v[1:].sin_())(y)
        before = whole.detach() * 1
        vmap(lambda v: v.mul_(2), in_dims=1)(y)
        return [
            *shared,
            turned.shape,
            nested.shape,
            x.grad.numpy(),
            y.detach().numpy(),
            (whole.detach() - before).numpy(),
        ]

    ours, theirs = run(mg, func.vmap), run(torch, torch.func.vmap)
    assert [np.allclose(a, b, rtol=1e-12) for a, b in zip(ours, theirs, strict=True)] == [True] * len(ours)


def test_what_a_map_fills_is_filled_once() -> None:
    x, beside = mg.zeros(4, 3), mg.zeros(3)
    assert len(set(func.vmap(lambda v: v.normal_(), randomness="different")(x).ravel().tolist())) == 12
    assert func.vmap(lambda v: mg.empty(3).normal_(), randomness="different")(x).shape == (4, 3)
    with pytest.raises(RuntimeError, match="different inplace randomness on an unbatched tensor"):
        func.vmap(lambda v: beside.normal_(), randomness="different")(x)


def test_what_is_no_batch_comes_out_as_it_is() -> None:
    assert func.vmap(lambda v: (v + 1, "words"), out_dims=(0, None))(mg.zeros(2))[1] == "words"
    assert func.vmap(lambda v: mg.arange(3), out_dims=None)(mg.zeros(2)).tolist() == [0, 1, 2]
