"""`minigrad.compile`: what runs as a program is what the function does, and what cannot is refused."""

from __future__ import annotations

import threading
import tracemalloc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from double import Double

import minigrad as mg
import minigrad.nn.functional as F
from minigrad import autograd, func, nn, optim
from minigrad.program.trace import CannotCompileError


def same(found: Any, expected: Any, tolerance: float = 1e-6) -> None:
    np.testing.assert_allclose(found.array, expected.array, rtol=tolerance, atol=tolerance)
    assert found.dtype == expected.dtype


def agree(make: Callable[[], Any], inputs: Callable[[], tuple[Any, ...]], calls: int = 6) -> Any:
    """Two copies of a step with state, one of them compiled, go the same way; the state of both at the end."""
    mg.manual_seed(0)
    step, state = make()
    mg.manual_seed(0)
    other, other_state = make()
    compiled = mg.compile(other)
    for call in range(calls):
        mg.manual_seed(100 + call)
        given = inputs()
        mg.manual_seed(200 + call)
        expected = step(*given)
        mg.manual_seed(200 + call)
        found = compiled(*given)
        for ours, theirs in zip(flat(found), flat(expected), strict=True):
            same(ours, theirs)
    for ours, theirs in zip(other_state(), state(), strict=True):
        same(ours, theirs)
    assert compiled.traces < calls, "the program itself has never run"
    return compiled


def flat(tree: Any) -> list[Any]:
    return [each for part in tree for each in flat(part)] if isinstance(tree, (tuple, list)) else [tree]


# -- what it is for ----------------------------------------------------------------------------------------------------


def test_the_function_itself_runs_twice_and_then_no_more() -> None:
    f = mg.compile(lambda x: (x * 2 + 1).tanh())
    for seed in range(5):
        x = mg.tensor(np.random.default_rng(seed).standard_normal(4))
        same(f(x), (x * 2 + 1).tanh())
    assert f.traces == 2
    assert "np.tanh(x * 2 + 1)" in f.source


def test_gradients_pass_through_a_single_node() -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    compiled = mg.compile(model)
    for seed in range(4):
        rng = np.random.default_rng(seed)
        x = mg.tensor(rng.standard_normal((5, 4)).astype("float32"), requires_grad=True)
        found = autograd.grad((compiled(x * 2) ** 2).sum(), [x, *model.parameters()])
        expected = autograd.grad((model(x * 2) ** 2).sum(), [x, *model.parameters()])
        for ours, theirs in zip(found, expected, strict=True):
            same(ours, theirs)
    y = compiled(x)
    assert len(y.grad_fn.next_functions) == 5


def test_under_no_grad_there_is_no_node() -> None:
    model = mg.compile(nn.Linear(3, 2))
    with mg.no_grad():
        for _ in range(3):
            assert not model(mg.ones(1, 3)).requires_grad
    assert model(mg.ones(1, 3)).requires_grad


def test_value_and_grad() -> None:
    f = mg.compile(func.value_and_grad(lambda w, x: ((x @ w) ** 2).mean()))
    eager = func.value_and_grad(lambda w, x: ((x @ w) ** 2).mean())
    for seed in range(4):
        rng = np.random.default_rng(seed)
        w, x = mg.tensor(rng.standard_normal(3)), mg.tensor(rng.standard_normal((5, 3)))
        for ours, theirs in zip(f(w, x), eager(w, x), strict=True):
            same(ours, theirs)


def test_a_function_that_takes_gradients_itself_is_differentiated() -> None:
    """A gradient penalty, of which the gradient is taken outside."""
    critic = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))

    def penalty(x: Any) -> Any:
        x = x.detach().requires_grad_()
        (slope,) = autograd.grad(critic(x).sum(), x, create_graph=True)
        return ((slope.norm(dim=1) - 1) ** 2).mean()

    compiled = mg.compile(penalty)
    weights = [critic[0].weight, critic[2].weight]
    for seed in range(4):
        x = mg.tensor(np.random.default_rng(seed).standard_normal((5, 2)).astype("float32"))
        found, expected = autograd.grad(compiled(x), weights), autograd.grad(penalty(x), weights)
        for ours, theirs in zip(found, expected, strict=True):
            same(ours, theirs)
    assert compiled.traces == 2


OPTIMIZERS = {
    "SGD": {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
    "Adam": {"lr": 0.01, "amsgrad": True},
    "AdamW": {},
    "RMSprop": {"momentum": 0.5},
    "Adagrad": {},
    "Adadelta": {},
    "Adamax": {},
    "Adafactor": {},
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_whole_step_with_its_optimizer(name: str) -> None:
    """With a learning rate that changes with every step."""

    def make() -> Any:
        model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
        optimizer = getattr(optim, name)(model.parameters(), **OPTIMIZERS[name])
        schedule = optim.lr_scheduler.ExponentialLR(optimizer, 0.9)

        def step(x: Any, y: Any) -> Any:
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            return loss

        def state() -> list[Any]:
            return [*model.parameters(), *(p.grad for p in model.parameters())]

        def scheduled(x: Any, y: Any) -> Any:
            return step(x, y)

        scheduled.schedule = schedule
        return step, state

    agree(make, lambda: (mg.randn(16, 2), mg.randn(16, 1)))


def test_a_learning_rate_is_read_at_each_call() -> None:
    w = mg.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=1.0)

    @mg.compile
    def step() -> None:
        optimizer.zero_grad()
        (w * 1).sum().backward()
        optimizer.step()

    for rate in (1.0, 0.5, 0.25, 0.125):
        optimizer.param_groups[0]["lr"] = rate
        step()
    assert w.item() == 1 - 1 - 0.5 - 0.25 - 0.125
    assert step.traces == 3  # in the first call there was no gradient to forget


def test_a_gan_step() -> None:
    """Two optimizers, batch normalization in training, noise drawn within, transposed convolutions."""

    def make() -> Any:
        generator = nn.Sequential(
            nn.Linear(4, 4 * 9), nn.Unflatten(1, (4, 3, 3)), nn.BatchNorm2d(4), nn.ReLU(),
            nn.ConvTranspose2d(4, 1, 4, 2, 1), nn.Tanh(),
        )  # fmt: skip
        critic = nn.Sequential(nn.Conv2d(1, 4, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(36, 1))
        og, od = optim.Adam(generator.parameters(), 1e-2), optim.Adam(critic.parameters(), 1e-2)
        bce = nn.BCEWithLogitsLoss()

        def step(real: Any) -> Any:
            fake = generator(mg.randn(6, 4))
            od.zero_grad()
            d = bce(critic(real), mg.ones(6, 1)) + bce(critic(fake.detach()), mg.zeros(6, 1))
            d.backward()
            od.step()
            og.zero_grad()
            g = bce(critic(fake), mg.ones(6, 1))
            g.backward()
            og.step()
            return d, g

        modules = (generator, critic)
        return step, lambda: [t for m in modules for t in (*m.parameters(), *m.buffers())]

    agree(make, lambda: (mg.randn(6, 1, 6, 6),))


def test_dropout_draws_anew() -> None:
    def make() -> Any:
        model = nn.Sequential(nn.Linear(4, 50), nn.Dropout(0.5))
        return model, lambda: list(model.parameters())

    compiled = agree(make, lambda: (mg.randn(3, 4),))
    x = mg.ones(3, 4)
    assert (compiled(x).array != compiled(x).array).any()
    assert "rng.random(" in compiled.source


def test_targets_and_indices_are_read_at_each_call() -> None:
    model = nn.Linear(4, 3)
    step = mg.compile(lambda x, t: F.cross_entropy(model(x), t))
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x, t = mg.tensor(rng.standard_normal((5, 4)).astype("float32")), mg.tensor(rng.integers(0, 3, 5))
        same(step(x, t), F.cross_entropy(model(x), t))
    with pytest.raises(IndexError, match="class"):
        step(x, mg.tensor([0, 1, 2, 3, 9]))


def test_layer_norm_and_max_pooling_follow_their_input() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.Flatten(), nn.LayerNorm(8))
    compiled = mg.compile(model)
    for seed in range(4):
        x = mg.tensor(np.random.default_rng(seed).standard_normal((2, 1, 6, 6)).astype("float32"))
        found = autograd.grad((compiled(x) ** 3).sum(), list(model.parameters()))
        expected = autograd.grad((model(x) ** 3).sum(), list(model.parameters()))
        for ours, theirs in zip(found, expected, strict=True):
            same(ours, theirs, 1e-4)


# -- what makes another program ----------------------------------------------------------------------------------------


def test_other_shapes_dtypes_and_options_trace_anew() -> None:
    f = mg.compile(lambda x, power=2: x**power)
    for given, options in (((3,), {}), ((4,), {}), ((3,), {"power": 3}), ((3,), {})):
        for _ in range(3):
            same(f(mg.full(given, 2.0), **options), mg.full(given, 2.0) ** options.get("power", 2))
    assert f.traces == 6
    same(f(mg.tensor([2.0], dtype=mg.float64)), mg.tensor([4.0], dtype=mg.float64))
    assert f.traces == 7


def test_train_and_eval_are_two_programs() -> None:
    model = nn.BatchNorm1d(3)
    compiled = mg.compile(model)
    for training in (True, False, True, False, True, False):
        model.train(training)
        x = mg.randn(8, 3)
        before = model.running_mean.clone()
        y = compiled(x)
        assert (model.running_mean.array != before.array).any() == training
        if not training:
            same(y, model(x))


def test_a_name_that_stands_for_something_else() -> None:
    scale = mg.tensor([2.0])
    factor = 3.0

    def f(x: Any) -> Any:
        return x * scale * factor

    compiled = mg.compile(f)
    for _ in range(3):
        same(compiled(mg.tensor([1.0])), mg.tensor([6.0]))
    factor = 5.0
    same(compiled(mg.tensor([1.0])), mg.tensor([10.0]))
    scale = mg.tensor([1.0])
    same(compiled(mg.tensor([1.0])), mg.tensor([5.0]))
    scale.mul_(4)
    for _ in range(3):
        same(compiled(mg.tensor([1.0])), mg.tensor([20.0]))


class Layer:
    """An object with tensors that is no module."""

    def __init__(self) -> None:
        self.weight = mg.tensor([2.0], requires_grad=True)
        self.shift = mg.tensor([1.0])

    @mg.compile
    def __call__(self, x: Any) -> Any:
        return x * self.weight + self.shift


def test_a_method() -> None:
    layers = [Layer(), Layer()]
    layers[1].weight.data.mul_(5)
    for _ in range(4):
        for layer in layers:
            layer.weight.grad = None
            y = layer(mg.tensor([3.0]))
            y.backward()
            same(y, layer.weight * 3 + layer.shift)
            assert layer.weight.grad.item() == 3
    layers[0].shift = mg.tensor([7.0])
    same(layers[0](mg.tensor([3.0])), mg.tensor([13.0]))


def test_an_array_that_is_reached_unseen_is_read_at_each_call() -> None:
    hidden = {"scale": mg.tensor([2.0])}
    f = mg.compile(lambda x, get=hidden.get: x * get("scale"))
    for scale in (2.0, 2.0, 2.0, 3.0, 4.0):
        hidden["scale"].fill_(scale)
        same(f(mg.tensor([1.0])), mg.tensor([scale]))
    assert f.traces == 3
    weight = {"w": mg.tensor([2.0], requires_grad=True)}
    with pytest.raises(CannotCompileError, match="not seen from the function"):
        mg.compile(lambda x, get=weight.get: x * get("w"))(mg.tensor([1.0]))


def test_the_same_tensor_twice() -> None:
    f = mg.compile(lambda a, b: a * 2 + b)
    x, y = mg.tensor([1.0]), mg.tensor([10.0])
    for _ in range(3):
        same(f(x, x), mg.tensor([3.0]))
        same(f(x, y), mg.tensor([12.0]))
    with pytest.raises(CannotCompileError, match="pass it one way"):
        mg.compile(lambda a: a * y)(y)


def test_clipped_gradients() -> None:
    def make() -> Any:
        model = nn.Linear(3, 1)
        optimizer = optim.SGD(model.parameters(), lr=0.1)

        def step(x: Any) -> Any:
            optimizer.zero_grad()
            loss = model(x).square().sum()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            nn.utils.clip_grad_value_(model.parameters(), 0.3)
            optimizer.step()
            return loss

        return step, lambda: list(model.parameters())

    agree(make, lambda: (mg.randn(4, 3),))


def test_gradients_are_returned_and_cleared() -> None:
    w = mg.tensor([1.0, 2.0, 3.0], requires_grad=True)

    def own(x: Any) -> Any:
        ((w * x) ** 2).sum().backward()
        gradient, w.grad = w.grad, None
        return gradient, gradient * 2

    compiled = mg.compile(own)
    for seed in range(4):
        x = mg.tensor(np.random.default_rng(seed).standard_normal(3).astype("float32"))
        for ours, theirs in zip(compiled(x), own(x), strict=True):
            same(ours, theirs)
            assert not ours.requires_grad
        assert w.grad is None
    assert compiled.traces == 2


def test_what_a_backward_pass_has_freed_has_no_gradient() -> None:
    w = mg.tensor([1.0, 2.0], requires_grad=True)

    @mg.compile
    def f(x: Any) -> Any:
        y = (w * x).exp()
        autograd.grad(y.sum(), w)
        return (y * 2).sum(), (w * x).sum()

    for _ in range(3):
        freed, kept = f(mg.ones(2))
        assert freed.item() == pytest.approx(2 * (np.e + np.e**2), rel=1e-6)
        assert not freed.requires_grad
        assert autograd.grad(kept, w)[0].tolist() == [1, 1]


def test_gradients_are_accumulated_over_two_batches() -> None:
    def make() -> Any:
        model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.3), nn.Linear(4, 2))
        optimizer = optim.Adam(model.parameters())

        def step(x: Any, t: Any) -> Any:
            loss = F.cross_entropy(model(x), t)
            loss.backward()
            loss = F.cross_entropy(model(x + 1), t)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            return loss

        return step, lambda: [*model.parameters(), *model.buffers()]

    agree(make, lambda: (mg.randn(6, 3), mg.randint(0, 2, (6,))))


def test_an_argument_is_changed_in_place() -> None:
    f = mg.compile(lambda x: x.add_(1).mul_(2))
    for _ in range(4):
        x = mg.tensor([1.0])
        assert f(x) is x
        assert x.item() == 4


def test_a_branch_goes_the_other_way() -> None:
    f = mg.compile(lambda x: x * 2 if x.sum() > 0 else x * 3)
    for value in (1.0, 2.0, 3.0, -1.0, -2.0, -3.0, 4.0):
        same(f(mg.tensor([value])), mg.tensor([value * 2 if value > 0 else value * 3]))
    assert f.traces == 4


def test_too_many_programs() -> None:
    f = mg.compile(lambda x: x * 2, limit=3)
    for size in range(3):
        f(mg.ones(size + 1))
    with pytest.raises(CannotCompileError, match=r"3 programs .* shapes, dtypes or options"):
        f(mg.ones(9))


# -- what it changes, and what it must not -----------------------------------------------------------------------------


def test_in_place_changes_happen_at_each_call() -> None:
    count = mg.zeros(1)

    @mg.compile
    def f(x: Any) -> Any:
        count.add_(1)
        return x + count

    for call in range(5):
        same(f(mg.zeros(1)), mg.tensor([call + 1.0]))
    assert count.item() == 5


def test_a_result_has_memory_of_its_own() -> None:
    f = mg.compile(lambda x: (x.clone(), x * 1))
    x = mg.tensor([1.0])
    for _ in range(4):
        for y in f(x):
            y.mul_(7)
    assert x.item() == 1


def test_a_saved_value_that_is_overwritten_is_noticed() -> None:
    w = mg.tensor([2.0], requires_grad=True)
    f = mg.compile(lambda x: x * w)
    for _ in range(3):
        x = mg.tensor([3.0])
        y = f(x)
        x.mul_(2)
    with pytest.raises(RuntimeError, match="inplace"):
        y.sum().backward()


def test_gradients_add_up_where_they_did() -> None:
    w = mg.tensor([2.0], requires_grad=True)
    f = mg.compile(lambda x: (x * w).sum())
    for _ in range(4):
        f(mg.tensor([3.0])).backward()
    assert w.grad.item() == 12


def test_a_trace_leaves_no_traces() -> None:
    model = nn.Linear(2, 2)
    optimizer = optim.Adam(model.parameters())

    @mg.compile
    def step(x: Any) -> Any:
        optimizer.zero_grad()
        loss = model(x).sum()
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(4):
        loss = step(mg.ones(1, 2))
        held = [loss, *model.parameters(), *(p.grad for p in model.parameters())]
        held += [each for state in optimizer.state.values() for each in state.values()]
        assert all(type(each.array) is np.ndarray for each in held)
        assert all(p.is_leaf and p.grad.is_leaf for p in model.parameters())
    assert type(np.zeros) is type(np.array) is type(np.asarray) is not type(mg.compile), "NumPy is as it was"


def test_a_trace_keeps_no_arrays() -> None:
    alive = []

    @mg.compile
    def f(x: Any) -> Any:
        y = x * 2
        array = weakref.ref(y.array)
        y = y + 1
        y = y * 3
        alive.append(array() is not None)
        return y

    f(mg.ones(3))
    assert alive == [False]


def test_a_program_lets_go_of_what_is_read_no_more() -> None:
    w = mg.eye(500)  # a megabyte

    @mg.compile
    def f(x: Any) -> Any:
        for _ in range(20):
            x = x @ w
        return x

    with mg.no_grad():
        for _ in range(3):
            f(mg.eye(500))
        tracemalloc.start()
        f(mg.eye(500))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 5e6


def test_an_argument_with_the_name_of_a_kernel() -> None:
    @mg.compile
    def f(affine: Any, w: Any, b: Any) -> Any:
        return F.linear(affine, w, b)

    for _ in range(3):
        assert f(mg.ones(1, 2), mg.ones(1, 2), mg.ones(1)).tolist() == [[3]]


def test_other_threads_are_no_part_of_a_trace() -> None:
    w = mg.ones(3, requires_grad=True)
    g = mg.compile(lambda x: (x * w).exp())
    for _ in range(3):
        g(mg.ones(3))
    inside, done = threading.Event(), threading.Event()
    found: list[Any] = []

    def elsewhere() -> None:
        assert inside.wait(10)
        found.append(g(mg.ones(3)))  # a program
        found.append(g(mg.ones(2, 3)))  # what would be traced
        found.append(mg.compile(lambda: w.detach() * mg.randn(3))())
        found.append(mg.Tensor(np.array([np.float32(1)]) + np.zeros(1, np.float32)))
        done.set()

    @mg.compile
    def f(x: Any) -> Any:
        y = x * w
        inside.set()
        assert done.wait(10)
        return y + np.ones(3, np.float32)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    f(mg.ones(3))
    thread.join(10)
    assert all(type(each.array) is np.ndarray for each in found)
    same(found[0], mg.full((3,), np.e))
    same(found[1], mg.full((2, 3), np.e))
    f(mg.ones(3))
    assert "exp" not in f.source
    assert "zeros" not in f.source
    same(f(mg.full((3,), 2.0)), mg.full((3,), 3.0))


# -- what is refused ---------------------------------------------------------------------------------------------------


def hooked() -> Any:
    x = mg.ones(1, requires_grad=True)
    x.register_hook(lambda g: g * 2)
    return x


hooked_leaf = hooked()
hooked_module = nn.Linear(1, 1)
hooked_module.register_forward_hook(lambda module, args, output: None)

REFUSALS: dict[str, tuple[Callable[..., Any], str]] = {
    "item": (lambda x: x * x.sum().item(), r"test_compile.py:\d+, `.*item\(\).*`: .item\(\) takes a value out"),
    "float": (lambda x: x * float(x.sum()), "takes a value out"),
    "tolist": (lambda x: mg.tensor(x.tolist()), r"tolist\(\) takes"),
    "range": (lambda x: [x for _ in range(int(x.sum()))], "takes a value out"),
    "nonzero": (lambda x: x.nonzero(), "shape depends on values"),
    "mask": (lambda x: x[x > 0], "mask as index"),
    "Function": (lambda x: Double.apply(x.detach().requires_grad_()), "Double is an autograd.Function"),
    "hook of a leaf": (lambda x: x * hooked_leaf, "hook"),
    "hook of a module": (lambda x: hooked_module(x), "hooks"),
    "an array": (lambda x: x.numpy() * 2, "return tensors"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refused(name: str) -> None:
    function, message = REFUSALS[name]
    with pytest.raises((CannotCompileError, RuntimeError), match=message):
        mg.compile(function)(mg.ones(1))


def test_numbers_from_nowhere_are_refused() -> None:
    rng = np.random.default_rng(0)
    f = mg.compile(lambda x: x + mg.from_numpy(rng.standard_normal(1)))
    f(mg.zeros(1))
    f(mg.zeros(1))  # other numbers, which may have come from another branch
    with pytest.raises(CannotCompileError, match=r"test_compile.py:\d+, .*not the same at each call"):
        f(mg.zeros(1))


def test_a_list_that_grows_is_refused() -> None:
    kept: list[Any] = []

    @mg.compile
    def f(x: Any) -> Any:
        kept.append(x)
        return x * 2

    for _ in range(4):
        f(mg.ones(1))
    with pytest.raises(CannotCompileError, match="the length of kept"):
        f(mg.ones(1))


def test_the_state_is_as_it_was_after_an_error() -> None:
    model = nn.Linear(1, 1)
    with pytest.raises(CannotCompileError):
        mg.compile(lambda x: model(x) * model.weight.item())(mg.ones(1, 1))
    assert type(model.weight.array) is np.ndarray
    assert model(mg.ones(1, 1)).requires_grad
