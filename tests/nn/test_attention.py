"""Attention: the formula in loops, masks of both kinds, differences, PyTorch."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import grad, gradcheck, gradgradcheck
from minigrad.nn import functional as F

SHAPES = [(2, 3, 2), (2, 4, 2), (2, 4, 3)]
"""Query, key and value: a batch of 2, 3 queries, 4 keys."""

BOOLS = np.array([[True, False, True, True], [False, True, False, False], [True, True, True, True]])
NUMBERS = np.array([[0.5, -math.inf, 0.0, 1.0], [0.0, 0.1, 0.2, -0.3], [-math.inf, -math.inf, 2.0, -1.0]])
MASKS: list[dict[str, Any]] = [
    {},
    {"attn_mask": BOOLS},
    {"attn_mask": np.stack([BOOLS, ~BOOLS])},
    {"attn_mask": NUMBERS},
    {"is_causal": True},
    {"scale": 0.3},
]
every_mask = pytest.mark.parametrize("options", MASKS, ids=lambda options: "-".join(options) or "plain")


def by_loops(q: Any, k: Any, v: Any, attn_mask: Any = None, is_causal: bool = False, scale: float | None = None) -> Any:
    """One query at a time."""
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    out = np.zeros((*q.shape[:-1], v.shape[-1]))
    for n, i in itertools.product(range(q.shape[0]), range(q.shape[1])):
        weights = []
        for j in range(k.shape[1]):
            score = scale * math.fsum(a * b for a, b in zip(q[n, i], k[n, j], strict=True))
            allowed = 0.0
            if attn_mask is not None:
                allowed = np.broadcast_to(attn_mask, (q.shape[0], q.shape[1], k.shape[1]))[n, i, j]
                if attn_mask.dtype == bool:
                    allowed = 0.0 if allowed else -math.inf
            if is_causal and j > i:
                allowed = -math.inf
            weights.append(math.exp(score + allowed))
        if sum(weights):
            out[n, i] = sum(w * v[n, j] for j, w in enumerate(weights)) / math.fsum(weights)
    return out


def masks_as(options: dict[str, Any], make: Callable[[Any], Any]) -> dict[str, Any]:
    return {key: make(value) if isinstance(value, np.ndarray) else value for key, value in options.items()}


@every_mask
def test_values_are_those_of_loops(options: Any, rng: np.random.Generator) -> None:
    arrays = [rng.standard_normal(shape) for shape in SHAPES]
    found = F.scaled_dot_product_attention(*map(mg.tensor, arrays), **masks_as(options, mg.tensor))
    np.testing.assert_allclose(found.numpy(), by_loops(*arrays, **options), rtol=1e-12, atol=1e-15)


@every_mask
def test_derivatives_agree_with_differences(options: Any, rng: np.random.Generator) -> None:
    inputs = [mg.tensor(rng.standard_normal(shape), requires_grad=True) for shape in SHAPES]
    options = masks_as(options, mg.tensor)
    assert gradcheck(lambda *xs: F.scaled_dot_product_attention(*xs, **options), inputs)
    assert gradgradcheck(lambda *xs: F.scaled_dot_product_attention(*xs, **options), inputs)


@pytest.mark.torch
@every_mask
def test_agrees_with_torch(options: Any, rng: np.random.Generator, agrees_with_torch: Callable[..., None]) -> None:
    torch = pytest.importorskip("torch")
    from torch.nn.attention import SDPBackend, sdpa_kernel

    def theirs(*xs: Any) -> Any:
        with sdpa_kernel(SDPBackend.MATH):  # the one that can be differentiated twice
            return torch.nn.functional.scaled_dot_product_attention(*xs, **masks_as(options, torch.tensor))

    def ours(*xs: Any) -> Any:
        return F.scaled_dot_product_attention(*xs, **masks_as(options, mg.tensor))

    agrees_with_torch(ours, theirs, *(rng.standard_normal(shape) for shape in SHAPES))


@pytest.mark.torch
def test_groups_of_heads_agree_with_torch(rng: np.random.Generator, agrees_with_torch: Callable[..., None]) -> None:
    torch = pytest.importorskip("torch")
    from torch.nn.attention import SDPBackend, sdpa_kernel

    def theirs(*xs: Any) -> Any:
        with sdpa_kernel(SDPBackend.MATH):
            return torch.nn.functional.scaled_dot_product_attention(*xs, enable_gqa=True)

    arrays = [rng.standard_normal(shape) for shape in ((2, 4, 3, 2), (2, 2, 3, 2), (2, 2, 3, 2))]
    agrees_with_torch(lambda *xs: F.scaled_dot_product_attention(*xs, enable_gqa=True), theirs, *arrays)


def test_a_query_that_may_look_at_nothing_gets_zeros_and_gives_none() -> None:
    q, k, v = (mg.randn(1, 2, 2).requires_grad_() for _ in range(3))
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mg.tensor([[True, True], [False, False]]))
    assert y[0, 1].tolist() == [0.0, 0.0]
    found = grad(y.sum(), [q, k, v])
    assert all(np.isfinite(g.numpy()).all() for g in found)
    assert found[0][0, 1].tolist() == [0.0, 0.0]


def test_dropout_keeps_the_mean_of_weights() -> None:
    q, k, v = mg.zeros(1, 2000, 1), mg.zeros(1, 50, 1), mg.ones(1, 50, 1)
    y = F.scaled_dot_product_attention(q, k, v, dropout_p=0.4).numpy()
    assert y.std() == pytest.approx(math.sqrt(0.4 / 0.6 / 50), rel=0.1)
    assert y.mean() == pytest.approx(1, abs=0.02)


# -- MultiheadAttention ------------------------------------------------------------------------------------------------

LAYERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"bias": False}, {"average_attn_weights": False}),
    ({"batch_first": True}, {"attn_mask": ~BOOLS}),
    ({"kdim": 3, "vdim": 5}, {"key_padding_mask": np.array([[False, False, True, True], [True, False, False, False]])}),
    ({"add_bias_kv": True, "add_zero_attn": True}, {"attn_mask": NUMBERS}),
    ({"add_zero_attn": True, "kdim": 3}, {"attn_mask": np.stack([~BOOLS] * 4), "average_attn_weights": False}),
    ({}, {"attn_mask": NUMBERS, "key_padding_mask": np.array([[0.0, 0.3, -math.inf, 0.1], [0.0, 1.0, 0.0, 0.5]])}),
]
every_layer = pytest.mark.parametrize(("kwargs", "options"), LAYERS, ids=lambda each: "-".join(each) or "plain")


def inputs_of(layer: Any, rng: np.random.Generator) -> list[Any]:
    arrays = [rng.standard_normal((length, 2, size)) for length, size in ((3, 4), (4, layer.kdim), (4, layer.vdim))]
    return [x.swapaxes(0, 1) for x in arrays] if layer.batch_first else arrays


@every_layer
def test_derivatives_of_layers_agree_with_differences(kwargs: Any, options: Any, rng: np.random.Generator) -> None:
    layer = nn.MultiheadAttention(4, 2, **kwargs).double()
    inputs = [mg.tensor(x, requires_grad=True) for x in inputs_of(layer, rng)]
    options = masks_as(options, mg.tensor)
    assert gradcheck(lambda *xs: layer(*xs[:3], **options), [*inputs, *layer.parameters()])


@pytest.mark.torch
@every_layer
def test_layers_agree_with_torch(
    kwargs: Any, options: Any, rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")

    def both(module: Any, make: Any, cat: Any) -> type:
        class Both(module):
            """Output and weights in one vector."""

            def forward(self, *inputs: Any) -> Any:
                y, weights = super().forward(*inputs, **masks_as(options, make))
                return cat([y.reshape(-1), weights.reshape(-1)])

        return Both

    layer = both(nn.MultiheadAttention, mg.tensor, mg.cat)(4, 2, **kwargs)
    reference = both(torch.nn.MultiheadAttention, torch.tensor, torch.cat)(4, 2, **kwargs)
    agrees_with_torch(layer, reference, *inputs_of(layer, rng))
    if kwargs.get("kdim") is None and "attn_mask" not in options and "key_padding_mask" not in options:
        agrees_with_torch(layer, reference, *(rng.standard_normal((3, 4)) for _ in range(3)))


@pytest.mark.torch
@every_layer
def test_has_the_names_of_torch(kwargs: Any, options: Any) -> None:
    torch = pytest.importorskip("torch")
    layer, reference = nn.MultiheadAttention(4, 2, **kwargs), torch.nn.MultiheadAttention(4, 2, **kwargs)
    state = [(key, tuple(value.shape)) for key, value in layer.state_dict().items()]
    assert state == [(key, tuple(value.shape)) for key, value in reference.state_dict().items()]
    assert repr(layer) == repr(reference)


@pytest.mark.torch
def test_all_weights_given_agree_with_torch(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    q, k, v = (rng.standard_normal(shape) for shape in ((3, 2, 4), (5, 2, 4), (5, 2, 4)))
    mask, padding = rng.random((3, 5)) < 0.3, np.array([[0, 0, 0, 0, 1], [0, 0, 0, 0, 0]], bool)
    weights = [rng.standard_normal((4, 4)) for _ in range(4)]
    biases = [rng.standard_normal(shape) for shape in ((12,), (1, 1, 4), (1, 1, 4))]
    own = rng.standard_normal((4, 5, 2))

    def run(lib: Any, apart: bool, static: bool) -> list[Any]:
        leaves = [lib.tensor(each, requires_grad=True) for each in (q, k, v, *weights, *biases, own)]
        a, b, c, *w, o, bias, bk, bv, s = leaves
        bk, bv = (None, None) if static else (bk, bv)
        split = dict(zip(("q_proj_weight", "k_proj_weight", "v_proj_weight"), w, strict=True)) if apart else {}
        y, seen = lib.nn.functional.multi_head_attention_forward(
            *(a, b, c, 4, 2, None if apart else lib.cat(w), bias, bk, bv, True, 0.0, o, None),
            key_padding_mask=lib.tensor(padding),
            attn_mask=lib.tensor(mask),
            use_separate_proj_weight=apart,
            static_v=s if static else None,
            average_attn_weights=False,
            **split,
        )
        ((y * y).sum() + (seen**3).sum()).backward()
        return [each.detach().numpy() for each in (y, seen, *(each.grad for each in leaves if each.grad is not None))]

    for options in ((True, False), (False, False), (False, True)):
        for ours, theirs in zip(run(mg, *options), run(torch, *options), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    x = mg.ones(3, 4)
    with pytest.raises(ValueError, match=r"was expecting embedding dimension of 6, .* got a query of shape"):
        F.multi_head_attention_forward(x, x, x, 6, 2, mg.eye(4), None, None, None, False, 0.0, mg.eye(4), None)
    for shapes in ((4,), (4,)), ((1, 3, 2, 4), (1, 3, 2, 4)), ((3, 2, 4), (3, 1, 4)):  # nor does a key broadcast
        query, key = map(mg.ones, shapes)
        with pytest.raises(ValueError, match=r"^multi_head_attention_forward: expected query, key and value as"):
            F.multi_head_attention_forward(
                query, key, key, 4, 2, mg.ones(12, 4), None, None, None, False, 0.0, mg.eye(4), None
            )


def test_starts_by_xavier() -> None:
    layer = nn.MultiheadAttention(60, 3, add_bias_kv=True)
    weight = layer.in_proj_weight.detach().numpy()
    bound = math.sqrt(6 / (180 + 60))
    assert 0.99 * bound < np.abs(weight).max() <= bound
    assert weight.std() == pytest.approx(bound / 3**0.5, rel=0.03)
    assert not layer.in_proj_bias.detach().numpy().any()
    assert not layer.out_proj.bias.detach().numpy().any()
    assert np.abs(layer.out_proj.weight.detach().numpy()).max() <= 60**-0.5
    assert layer.bias_k.detach().numpy().std() == pytest.approx(math.sqrt(2 / 120), rel=0.35)


def test_self_attention_is_attention_of_three_equal_inputs(rng: np.random.Generator) -> None:
    layer = nn.MultiheadAttention(4, 2).double()
    x = mg.tensor(rng.standard_normal((3, 2, 4)))
    together, weights = layer(x, x, x, need_weights=False)
    assert weights is None
    apart, _ = layer(x, x.clone(), x.clone())
    np.testing.assert_allclose(together.detach().numpy(), apart.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: F.scaled_dot_product_attention(mg.ones(2, 3), mg.ones(4, 2), mg.ones(4, 2)),
            RuntimeError,
            r"scaled_dot_product_attention: .*\(2, 3\), \(4, 2\) and \(4, 2\)",
        ),
        (
            lambda: F.scaled_dot_product_attention(
                mg.ones(2, 3), mg.ones(2, 3), mg.ones(2, 3), mg.ones(2, 2), is_causal=True
            ),
            RuntimeError,
            "not both",
        ),
        (
            lambda: F.scaled_dot_product_attention(
                mg.ones(3, 2, 2), mg.ones(2, 2, 2), mg.ones(2, 2, 2), enable_gqa=True
            ),
            RuntimeError,
            "3 heads of the query must be a multiple of 2",
        ),
        (lambda: nn.MultiheadAttention(5, 2), ValueError, "divisible by num_heads, got 5 and 2"),
        (
            lambda: nn.MultiheadAttention(4, 2)(mg.ones(3, 2, 4), mg.ones(3, 1, 4), mg.ones(3, 1, 4)),
            RuntimeError,
            r"MultiheadAttention: .*\[4, 4, 4\].*\(3, 2, 4\), \(3, 1, 4\)",
        ),
        (
            lambda: nn.MultiheadAttention(4, 2)(*[mg.ones(3, 2, 4)] * 3, attn_mask=mg.ones(2, 2)),
            RuntimeError,
            r"attn_mask of shape \(3, 3\) or \(4, 3, 3\), got \(2, 2\)",
        ),
        (
            lambda: nn.MultiheadAttention(4, 2)(*[mg.ones(3, 2, 4)] * 3, key_padding_mask=mg.ones(3, 2)),
            RuntimeError,
            r"key_padding_mask of shape \(2, 3\), got \(3, 2\)",
        ),
        (
            lambda: nn.MultiheadAttention(4, 2)(*[mg.ones(3, 2, 4)] * 3, is_causal=True),
            RuntimeError,
            "need attn_mask",
        ),
    ],
)
def test_errors_say_what_was_seen(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()
