"""Embeddings: rows by their numbers, gradients added where a row is used twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn import functional as F

WORDS = np.array([[0, 3, 1], [3, 3, 2]])


def test_gradient_adds_up_where_a_row_is_used_again(rng: np.random.Generator) -> None:
    table = mg.tensor(rng.standard_normal((5, 2)), requires_grad=True)
    y = F.embedding(mg.tensor(WORDS), table)
    np.testing.assert_array_equal(y.detach().numpy(), table.detach().numpy()[WORDS])
    g = rng.standard_normal((2, 3, 2))
    y.backward(mg.tensor(g))
    expected = np.zeros((5, 2))
    for place in np.ndindex(WORDS.shape):
        expected[WORDS[place]] += g[place]
    np.testing.assert_allclose(table.grad.numpy(), expected)


def test_derivatives_agree_with_differences(rng: np.random.Generator) -> None:
    table = mg.tensor(rng.standard_normal((5, 2)), requires_grad=True)
    assert gradcheck(lambda w: F.embedding(mg.tensor(WORDS), w) ** 2, [table])
    assert gradgradcheck(lambda w: F.embedding(mg.tensor(WORDS), w) ** 2, [table])
    weights = mg.tensor(rng.standard_normal((2, 3)), requires_grad=True)
    for mode in ("sum", "mean", "max"):
        assert gradcheck(lambda w, mode=mode: F.embedding_bag(mg.tensor(WORDS), w, mode=mode), [table])
    function = lambda w, p: F.embedding_bag(mg.tensor(WORDS), w, mode="sum", per_sample_weights=p)  # noqa: E731
    assert gradcheck(function, [table, weights])
    assert gradgradcheck(function, [table, weights])


OPTIONS: list[dict[str, Any]] = [
    {},
    {"padding_idx": 3},
    {"padding_idx": -5},
    {"scale_grad_by_freq": True},
    {"max_norm": 0.7},
    {"max_norm": 0.7, "norm_type": 1.0, "padding_idx": 1},
]


@pytest.mark.torch
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_agrees_with_torch(
    options: dict[str, Any], rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    layer, reference = nn.Embedding(5, 2, **options), torch.nn.Embedding(5, 2, **options)
    if "max_norm" not in options:
        agrees_with_torch(layer, reference, WORDS)
        return
    table = rng.standard_normal((5, 2))  # it is changed in place, and only the gradient of the first order is defined
    for module, make in ((layer, mg.tensor), (reference, torch.tensor)):
        module.double()
        module.weight.data = make(table)
        module(make(WORDS)).sum().backward()
    np.testing.assert_allclose(layer.weight.detach().numpy(), reference.weight.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(layer.weight.grad.numpy(), reference.weight.grad.numpy(), rtol=1e-12)
    untouched = [row for row in range(5) if row not in WORDS]
    np.testing.assert_array_equal(layer.weight.detach().numpy()[untouched], table[untouched])


BAGS: list[tuple[dict[str, Any], Any, list[int] | None]] = [
    ({"mode": "sum"}, WORDS, None),
    ({}, WORDS, None),
    ({"mode": "max"}, WORDS, None),
    ({"mode": "sum"}, WORDS.ravel(), [0, 2, 2, 5]),
    ({"mode": "mean"}, WORDS.ravel(), [0, 2, 2, 5]),
    ({"mode": "max"}, WORDS.ravel(), [0, 2, 2, 5]),
    ({"mode": "mean", "padding_idx": 3}, WORDS, None),
    ({"mode": "sum", "padding_idx": 3}, WORDS.ravel(), [0, 3]),
    ({"mode": "max", "padding_idx": 3}, WORDS.ravel(), [0, 1, 2]),
    ({"mode": "sum", "include_last_offset": True}, WORDS.ravel(), [0, 2, 6]),
    ({"mode": "sum", "include_last_offset": True}, WORDS.ravel(), [0, 2, 3]),
]


@pytest.mark.torch
@pytest.mark.parametrize(("options", "words", "offsets"), BAGS, ids=str)
def test_bags_agree_with_torch(
    options: dict[str, Any],
    words: Any,
    offsets: list[int] | None,
    rng: np.random.Generator,
    agrees_with_torch: Callable[..., None],
) -> None:
    torch = pytest.importorskip("torch")
    layer, reference = nn.EmbeddingBag(5, 2, **options), torch.nn.EmbeddingBag(5, 2, **options)
    assert repr(layer) == repr(reference)
    agrees_with_torch(layer, reference, *([words] if offsets is None else [words, np.array(offsets)]))
    if options.get("mode") == "sum":
        weights = rng.standard_normal(words.shape)
        more = {} if offsets is None else {"offsets": offsets}
        found = layer(mg.tensor(words), per_sample_weights=mg.tensor(weights), **more)
        if offsets is not None:
            more = {"offsets": torch.tensor(offsets)}
        expected = reference(torch.tensor(words), per_sample_weights=torch.tensor(weights), **more)
        np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), rtol=1e-12)


@pytest.mark.torch
@pytest.mark.parametrize("options", [*OPTIONS, {"sparse": True}], ids=str)
def test_has_the_text_of_torch(options: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    layer, reference = nn.Embedding(5, 2, **options), torch.nn.Embedding(5, 2, **options)
    assert repr(layer) == repr(reference)
    assert {k: tuple(v.shape) for k, v in layer.state_dict().items()} == {
        k: tuple(v.shape) for k, v in reference.state_dict().items()
    }


def test_starts_standard_normal_with_zeros_for_padding() -> None:
    weight = nn.Embedding(200, 50, padding_idx=-3).weight.detach().numpy()
    assert not weight[197].any()
    drawn = np.delete(weight, 197, 0)
    assert abs(drawn.mean()) < 0.04
    assert drawn.std() == pytest.approx(1, rel=0.02)


def test_from_pretrained_shares_memory_and_is_frozen() -> None:
    table = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    layer = nn.Embedding.from_pretrained(table)
    assert not layer.weight.requires_grad
    table.array[1, 0] = 9
    assert layer(mg.tensor([1])).tolist() == [[9.0, 4.0]]
    assert nn.Embedding.from_pretrained(table, freeze=False).weight.requires_grad
    assert nn.EmbeddingBag.from_pretrained(table, mode="sum")(mg.tensor([[0, 1]])).tolist() == [[10.0, 6.0]]


def test_one_hot() -> None:
    found = F.one_hot(mg.tensor([[0, 2], [1, 0]]), 4)
    assert found.dtype == mg.int64
    assert found.tolist() == [[[1, 0, 0, 0], [0, 0, 1, 0]], [[0, 1, 0, 0], [1, 0, 0, 0]]]
    assert F.one_hot(mg.tensor([2, 0])).tolist() == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: nn.Embedding(3, 2)(mg.tensor([0, 3])),
            IndexError,
            "embedding: index out of range in self: 3, .* 3 rows",
        ),
        (
            lambda: nn.Embedding(3, 2)(mg.tensor([0.5])),
            RuntimeError,
            "embedding: Expected tensor .* Long, Int; but got float32",
        ),
        (
            lambda: nn.Embedding(3, 2, padding_idx=3),
            AssertionError,
            "padding_idx must be within num_embeddings, 3",
        ),
        (lambda: nn.Embedding.from_pretrained(mg.ones(3)), RuntimeError, r"from_pretrained: .*2-dimensional.*\(3,\)"),
        (lambda: nn.Embedding(3, 2, _weight=mg.ones(2, 2)), RuntimeError, r"Embedding: .*\(2, 2\).*\(3, 2\)"),
        (lambda: F.embedding(mg.tensor([0]), mg.ones(3)), RuntimeError, r"'weight' must be 2-D.*\(3,\)"),
        (lambda: F.embedding_bag(mg.tensor([0]), mg.ones(3, 2)), RuntimeError, r"shape \(1,\) without offsets"),
        (lambda: F.embedding_bag(mg.tensor([[0]]), mg.ones(3, 2), mode="min"), ValueError, "not 'min'"),
        (
            lambda: F.embedding_bag(mg.tensor([0]), mg.ones(3, 2), mg.tensor([1])),
            ValueError,
            r"offsets\[0\] has to be 0",
        ),
        (lambda: F.one_hot(mg.tensor([0, 4]), 3), RuntimeError, "from 0 to 2, found 0 to 4"),
        (lambda: F.one_hot(mg.tensor([0.0])), RuntimeError, "index tensors"),
    ],
)
def test_errors_say_what_was_seen(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()
