"""Transforms of functions that take and return trees, and what belongs to autograd.Function, beside PyTorch's.

Each program is run twice, on minigrad and on PyTorch, and must give the same numbers in the same tree.
"""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad.func.tree import leaves_of, map_tree

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.torch,
    # PyTorch's transforms warn of its own parts.
    pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Attempted to insert a get_attr Node:UserWarning"),
]


def plain(tree):
    """Every tensor as a nested list, everything else as it is."""
    return map_tree(lambda each: each.tolist() if hasattr(each, "tolist") else each, tree)


def assert_alike(ours, theirs):
    ours, theirs = plain(ours), plain(theirs)
    assert map_tree(lambda _: None, ours) == map_tree(lambda _: None, theirs)
    for a, b in zip(leaves_of(ours), leaves_of(theirs), strict=True):
        assert a == pytest.approx(b, rel=1e-10, abs=1e-12)


def point(lib):
    return lib.tensor([0.3, -1.2, 2.0], dtype=lib.float64)


def pair(lib):
    return {"w": lib.tensor([[0.5, -1.0, 2.0], [1.5, 0.1, -0.3]], dtype=lib.float64), "b": point(lib)[:2]}


def affine(lib):
    return lambda p, x: lib.tanh(p["w"] @ x + p["b"])


def both_ways(lib, f):
    return [transform(f)(point(lib)) for transform in (lib.func.jacrev, lib.func.jacfwd)]


PROGRAMS = {
    "a function that returns a tuple": lambda lib: both_ways(lib, lambda x: (x * x, x.sum())),
    "a function that returns a dict": lambda lib: both_ways(lib, lambda x: {"a": x.exp(), "b": [x.prod()]}),
    "a function that takes a dict": lambda lib: [
        lib.func.jacrev(affine(lib))(pair(lib), point(lib)),
        lib.func.jacfwd(affine(lib))(pair(lib), point(lib)),
        lib.func.jacrev(affine(lib), argnums=(0, 1))(pair(lib), point(lib)),
        lib.func.jacfwd(affine(lib), argnums=(1,))(pair(lib), point(lib)),
    ],
    "has_aux": lambda lib: [
        lib.func.jacrev(lambda x: (x * x, x + 1), has_aux=True)(point(lib)),
        lib.func.jacfwd(lambda x: (x * x, x + 1), has_aux=True)(point(lib)),
        lib.func.jvp(lambda x: (x * x, x + 1), (point(lib),), (point(lib),), has_aux=True),
        lib.func.vjp(lambda x: (x.sum(), x + 1), point(lib), has_aux=True)[2],
        lib.func.grad_and_value(lambda x: (x.prod(), {"x": x}), has_aux=True)(point(lib)),
    ],
    "hessian in several arguments": lambda lib: lib.func.hessian(
        lambda a, b: (a * a * b).sum() + b.prod(), argnums=(0, 1)
    )(point(lib), point(lib)),
    "hessian in a dict": lambda lib: lib.func.hessian(lambda p: affine(lib)(p, point(lib)).sum())(pair(lib)),
    "an output that does not depend": lambda lib: both_ways(lib, lambda x: (x * 2, lib.ones(2, dtype=lib.float64))),
    "negative argnums": lambda lib: lib.func.grad(lambda a, b: (a * b * b).sum(), argnums=-1)(point(lib), point(lib)),
    "keywords": lambda lib: lib.func.grad(lambda x, k: (x * k).prod())(point(lib), k=3.0),
    "vmap over a dict": lambda lib: lib.vmap(affine(lib), in_dims=({"w": None, "b": None}, 0))(
        pair(lib), lib.stack([point(lib), 2 * point(lib)])
    ),
    "vmap over parts of a dict": lambda lib: lib.vmap(lambda p: p["a"] @ p["b"], in_dims=({"a": 1, "b": None},))(
        {"a": lib.stack([point(lib), 2 * point(lib)], 1), "b": point(lib)}
    ),
    "vmap that returns trees": lambda lib: lib.vmap(lambda x: {"a": x * 2, "b": (x.sum(), x)}, chunk_size=1)(
        lib.stack([point(lib), 2 * point(lib)])
    ),
    "vmap with out_dims": lambda lib: lib.vmap(lambda x: (x, x * x), out_dims=(1, 0))(
        lib.stack([point(lib), 2 * point(lib)])
    ),
    "gradients by sample": lambda lib: lib.vmap(lib.func.grad(lambda p, x: affine(lib)(p, x).sum()), in_dims=(None, 0))(
        pair(lib), lib.stack([point(lib), 2 * point(lib)])
    ),
    "linearize": lambda lib: lib.func.linearize(lambda x: x.exp() * x, point(lib))[1](point(lib)),
    "functional jacobian": lambda lib: [
        tuple(map(tuple, table))
        for table in (
            lib.autograd.functional.jacobian(lambda a, b: (a * b, a.sum()), (point(lib), point(lib)), **how)
            for how in ({}, {"vectorize": True}, {"strategy": "forward-mode", "vectorize": True})
        )
    ],
    "functional products": lambda lib: [
        lib.autograd.functional.vjp(lambda x: x.exp(), point(lib), point(lib)),
        lib.autograd.functional.jvp(lambda x: x.exp(), point(lib), point(lib)),
        lib.autograd.functional.hvp(lambda x: x.exp().prod(), point(lib), point(lib)),
        lib.autograd.functional.vhp(lambda x: x.exp().prod(), point(lib), point(lib)),
        lib.autograd.functional.hessian(lambda x: x.exp().prod(), point(lib)),
    ],
}


def within_no_grad(lib, transform):
    """The gradient of x times what a transform called under `no_grad` makes of x: a constant."""

    def scaled(x):
        with lib.no_grad():
            s = transform(x)
        return (s * x).sum()

    return lib.func.grad(scaled)(point(lib))


def cube(x):
    return (x**3).sum()


def no_grad_around(lib, f):
    with lib.no_grad():
        return f(point(lib).requires_grad_())


PROGRAMS |= {
    "grad under no_grad": lambda lib: within_no_grad(lib, lib.func.grad(cube)),
    "vjp under no_grad": lambda lib: within_no_grad(
        lib, lambda x: lib.func.vjp(lambda z: z**3, x)[1](point(lib))[0] + lib.func.vjp(cube, x)[0]
    ),
    "jvp under no_grad": lambda lib: within_no_grad(lib, lambda x: lib.func.jvp(lambda z: z**3, (x,), (x,))[1]),
    "a closure under no_grad": lambda lib: within_no_grad(lib, lambda x: lib.func.grad(lambda z: cube(z * x))(x)),
    "no_grad around": lambda lib: no_grad_around(lib, lib.func.grad(cube)),
    "no_grad around two": lambda lib: no_grad_around(
        lib, lib.func.grad(lambda x: lib.func.grad(lambda z: (z**4).sum())(x).sum())
    ),
    "no_grad around requires no grad": lambda lib: lib.tensor(no_grad_around(lib, lib.func.grad(cube)).requires_grad),
    "the auxiliary value requires grad": lambda lib: lib.tensor(
        [
            lib.func.grad(lambda x: (x.sum(), x * 2), has_aux=True)(x)[1].requires_grad
            for x in (point(lib), point(lib).requires_grad_())
        ]
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_transforms(name):
    assert_alike(PROGRAMS[name](mg), PROGRAMS[name](torch))


def perceptron(lib, seed):
    rng = np.random.default_rng(seed)
    model = lib.nn.Sequential(lib.nn.Linear(3, 4), lib.nn.BatchNorm1d(4), lib.nn.Tanh(), lib.nn.Linear(4, 1)).double()
    with lib.no_grad():
        for parameter in model.parameters():
            parameter.copy_(lib.from_numpy(rng.standard_normal(tuple(parameter.shape))))
    return model.eval()


def test_a_module_as_a_function_of_its_parameters():
    def run(lib):
        model = perceptron(lib, 0)
        x = lib.stack([point(lib), 2 * point(lib), -point(lib)])
        given = {name: each.detach() * 2 for name, each in model.named_parameters()}
        loss = lambda p: lib.func.functional_call(model, (p, dict(model.named_buffers())), (x,)).square().sum()  # noqa: E731
        models = [perceptron(lib, k) for k in range(3)]
        parameters, buffers = lib.func.stack_module_state(models)
        ensemble = lambda p, b: lib.func.functional_call(models[0], (p, b), (x,))  # noqa: E731
        return [lib.func.grad(loss)(given), model(x), lib.vmap(ensemble)(parameters, buffers)]

    assert_alike(run(mg), run(torch))


def test_dual_numbers():
    def run(lib):
        from importlib import import_module

        forward_ad = import_module(f"{lib.__name__}.autograd.forward_ad")
        with forward_ad.dual_level():
            dual = forward_ad.make_dual(point(lib), lib.ones(3, dtype=lib.float64))
            values = [forward_ad.unpack_dual(each) for each in (dual.exp() * dual, dual.sum(), dual)]
            constant = forward_ad.unpack_dual(point(lib))
        return [[*each] for each in values], constant.tangent is None

    assert_alike(run(mg), run(torch))


def functions(lib):
    class Scale(lib.autograd.Function):
        @staticmethod
        def forward(x, factor):
            return x * factor, x.detach().clone()

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, factor = inputs
            ctx.save_for_backward(x)
            ctx.factor = factor

        @staticmethod
        def backward(ctx, g, _):
            (x,) = ctx.saved_tensors
            return g * ctx.factor + 0 * x, None

    class DoubleInPlace(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            x.mul_(2)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx, g):
            return 2 * g

    return Scale, DoubleInPlace


def test_context_set_up_apart_from_forward():
    def run(lib):
        x = point(lib).requires_grad_()
        y, copy = functions(lib)[0].apply(x, 3.0)
        (y * y).sum().backward()
        return y, copy, x.grad

    assert_alike(run(mg), run(torch))


def test_a_function_that_works_in_place():
    def run(lib):
        x = point(lib).requires_grad_()
        y = x * 1
        view = y[:2]
        same = functions(lib)[1].apply(y) is y
        (y * y).sum().backward(retain_graph=True)
        first = x.grad.clone()
        view.sum().backward()
        part = x * 1
        functions(lib)[1].apply(part[1:])
        return same, first, x.grad, lib.autograd.grad((part * part).sum(), x), y._version

    assert_alike(run(mg), run(torch))


def test_what_is_retained_follows_a_change_in_place():
    def run(lib):
        found = []
        x = point(lib).requires_grad_()
        seen = []
        y = x * 2
        y.retain_grad()
        y.register_hook(lambda g: seen.append(g.tolist()))
        y.mul_(3)
        (y * y).sum().backward()
        found += [y.grad, x.grad, seen]
        y = x * 2
        y.retain_grad()
        y[:2].mul_(5)
        (y * y).sum().backward()
        found.append(y.grad)
        y = x * 2
        view = y[1:]
        view.retain_grad()
        y.add_(1)
        (view * y[1:]).sum().backward()
        found += [view.grad, y.retains_grad, view.retains_grad]
        return found

    assert_alike(run(mg), run(torch))


def test_versions_count_changes():
    def run(lib):
        x = lib.zeros(3)
        view = x[1:]
        counts = [x._version]
        x.add_(1)
        view.mul_(2)
        x[0] = 5
        return [*counts, x._version, view._version, x.clone()._version]

    assert run(mg) == run(torch)


def pushed(lib):
    """A Function with a forward mode of its own, which is ten times the truth: it is this one that is used."""

    class Pushed(lib.autograd.Function):
        @staticmethod
        def forward(x, w, k):
            y = x * w * k
            return y, w + 1, y.detach() > 0

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_forward(*inputs[:2], output[0])
            ctx.save_for_backward(*inputs[:2])
            ctx.mark_non_differentiable(output[2])
            ctx.k = inputs[2]

        @staticmethod
        def backward(ctx, g, h, _):
            x, w = ctx.saved_tensors
            return g * w * ctx.k, g * x * ctx.k + h, None

        @staticmethod
        def jvp(ctx, x_t, w_t, k_t):
            assert k_t is None
            x, w, y = ctx.saved_tensors
            return (x_t * w + x * w_t) * ctx.k * 10, w_t * 10 + y * 0, None

    return Pushed.apply


def test_a_function_may_have_a_forward_mode_of_its_own():
    def run(lib):
        ad = lib.autograd.forward_ad
        f, x, w, t = pushed(lib), point(lib), point(lib) + 1, point(lib) - 2
        with ad.dual_level():
            y, v, _ = f(ad.make_dual(x, t), w, 3.0)
            one = [ad.unpack_dual(y).tangent, ad.unpack_dual(v).tangent, ad.unpack_dual(y * v).tangent]
        both = lib.func.jvp(lambda x, w: f(x, w, 2.0)[0] ** 2, (x, w), (t, t))
        given = x.clone().requires_grad_()
        y, _, _ = f(given, w, 3.0)
        return [one, both, lib.autograd.grad(y.sum(), given)]

    assert_alike(run(mg), run(torch))


def test_functions_of_functions_make_a_graph_under_no_grad_too():
    def run(lib):
        x = lib.tensor([1.0, 2.0], requires_grad=True)
        ones, cube = lib.ones(2), lambda x: x**3
        of = lib.autograd.functional
        with lib.no_grad():
            found = [of.jacobian(cube, x, create_graph=True), of.hessian(lambda x: cube(x).sum(), x, create_graph=True)]
            found += [*of.vjp(cube, x, ones, create_graph=True), *of.jvp(cube, x, ones, create_graph=True)]
            found += [*of.vhp(lambda x: cube(x).sum(), x, ones, create_graph=True)]
        found += [of.jacobian(cube, x)]
        for call in (of.jacobian, lambda *a, **k: of.vjp(*a, ones, **k), lambda *a, **k: of.jvp(*a, ones, **k)):
            with pytest.raises(RuntimeError, match=r"jacobian of the user-provided function is independent of input 0"):
                call(lambda x: x * 2, x, create_graph=True, strict=True)
        return [(each.requires_grad, each.tolist()) for each in found]

    assert run(mg) == run(torch)
