"""The transformer against PyTorch's: values, derivatives, names; and what its masks are for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck
from minigrad.nn import functional as F

OPTIONS: list[dict[str, Any]] = [
    {},
    {"norm_first": True, "activation": "gelu"},
    {"batch_first": True, "bias": False, "layer_norm_eps": 0.1},
]
every_option = pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options) or "plain")

CAUSAL = np.triu(np.full((3, 3), -np.inf), 1)
PADDING = np.array([[False, False, False, True], [False, False, True, True]])


def sequences(options: dict[str, Any], rng: np.random.Generator) -> list[Any]:
    """A source of 4 steps and a target of 3, for a batch of 2."""
    arrays = [rng.standard_normal((length, 2, 4)) for length in (4, 3)]
    return [x.swapaxes(0, 1) for x in arrays] if options.get("batch_first") else arrays


def layer_of(package: Any, kind: str, options: dict[str, Any]) -> Any:
    """An encoder or decoder of two layers, or a transformer of two and one."""
    sizes = {"dim_feedforward": 5, "dropout": 0.0, **options}
    if kind == "transformer":
        return package.Transformer(4, 2, 2, 1, **sizes)
    if kind == "encoder":
        layer = package.TransformerEncoderLayer(4, 2, **sizes)
        return package.TransformerEncoder(layer, 2, package.LayerNorm(4), enable_nested_tensor=False)
    return package.TransformerDecoder(package.TransformerDecoderLayer(4, 2, **sizes), 2)


def call(layer: Any, kind: str, make: Any) -> Callable[..., Any]:
    """The layer as a function of source and target, with masks."""
    if kind == "encoder":
        return lambda src, tgt: layer(src, src_key_padding_mask=make(PADDING))
    if kind == "decoder":
        return lambda src, tgt: layer(tgt, src, make(CAUSAL), memory_key_padding_mask=make(PADDING))
    masks = {"tgt_mask": make(CAUSAL), "memory_key_padding_mask": make(PADDING)}
    return lambda src, tgt: layer(src, tgt, **masks)


every_kind = pytest.mark.parametrize("kind", ["encoder", "decoder", "transformer"])


@every_kind
@every_option
def test_gradients_agree_with_differences(kind: str, options: Any, rng: np.random.Generator) -> None:
    layer = layer_of(nn, kind, options).double()
    inputs = [mg.tensor(x, requires_grad=True) for x in sequences(options, rng)]
    weights = mg.tensor(rng.standard_normal(tuple(inputs[kind != "encoder"].shape)))
    run = call(layer, kind, mg.tensor)
    chosen = [inputs[0], *list(layer.parameters())[::5]]
    assert gradcheck(lambda src, *parameters: (weights * run(src, inputs[1])).sum(), chosen)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@every_kind
@every_option
def test_agrees_with_torch(
    kind: str, options: Any, rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    from torch.nn.attention import SDPBackend, sdpa_kernel

    layer, reference = layer_of(nn, kind, options), layer_of(torch.nn, kind, options)

    class Ours(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = layer

        def forward(self, *inputs: Any) -> Any:
            return call(layer, kind, mg.tensor)(*inputs)

    class Theirs(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = reference

        def forward(self, *inputs: Any) -> Any:
            with sdpa_kernel(SDPBackend.MATH):  # the one that can be differentiated twice
                return call(reference, kind, torch.tensor)(*inputs)

    agrees_with_torch(Ours(), Theirs(), *sequences(options, rng))


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@every_kind
@every_option
def test_has_the_names_and_the_text_of_torch(kind: str, options: Any) -> None:
    torch = pytest.importorskip("torch")
    layer, reference = layer_of(nn, kind, options), layer_of(torch.nn, kind, options)
    state = [(key, tuple(value.shape)) for key, value in layer.state_dict().items()]
    assert state == [(key, tuple(value.shape)) for key, value in reference.state_dict().items()]
    assert repr(layer) == repr(reference)


def test_layers_of_an_encoder_are_copies() -> None:
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 5), 2)
    first, second = encoder.layers
    np.testing.assert_array_equal(first.linear1.weight.detach().numpy(), second.linear1.weight.detach().numpy())
    assert first.linear1.weight is not second.linear1.weight
    assert not np.shares_memory(first.linear1.weight.detach().numpy(), second.linear1.weight.detach().numpy())


def test_a_causal_mask_hides_what_comes_later(rng: np.random.Generator) -> None:
    mask = nn.Transformer.generate_square_subsequent_mask(4)
    assert mask.tolist() == [[0.0 if j <= i else -math.inf for j in range(4)] for i in range(4)]
    assert nn.Transformer.generate_square_subsequent_mask(2, dtype=mg.float64).dtype == mg.float64
    layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0)
    x = rng.standard_normal((4, 1, 4)).astype(np.float32)
    changed = x.copy()
    changed[3] += 1
    before, after = (layer(mg.tensor(each), mask).detach().numpy() for each in (x, changed))
    np.testing.assert_allclose(before[:3], after[:3], rtol=1e-5, atol=1e-6)
    assert not np.allclose(before[3], after[3])


def test_a_transformer_starts_by_xavier() -> None:
    model = nn.Transformer(20, 2, 1, 1, 60)
    weight = model.encoder.layers[0].linear1.weight.detach().numpy()
    bound = math.sqrt(6 / 80)
    assert 0.98 * bound < np.abs(weight).max() <= bound


def test_dropout_is_at_work_in_training_only() -> None:
    layer = nn.TransformerDecoderLayer(4, 2, 8, dropout=0.5)
    x, memory = mg.randn(3, 1, 4), mg.randn(2, 1, 4)
    assert not np.allclose(layer(x, memory).detach().numpy(), layer(x, memory).detach().numpy())
    layer.eval()
    np.testing.assert_array_equal(layer(x, memory).detach().numpy(), layer(x, memory).detach().numpy())


def test_an_activation_may_be_any_function() -> None:
    layer = nn.TransformerEncoderLayer(4, 2, 8, activation=F.silu)
    assert layer(mg.randn(3, 4)).shape == (3, 4)
    with pytest.raises(RuntimeError, match="should be 'relu' or 'gelu', not 'silu'"):
        nn.TransformerEncoderLayer(4, 2, 8, activation="silu")
    with pytest.raises(RuntimeError, match=r"same batch size, got \(3, 2, 4\) and \(3, 1, 4\)"):
        nn.Transformer(4, 2, 1, 1, 8)(mg.ones(3, 2, 4), mg.ones(3, 1, 4))


def test_the_number_of_layers_may_be_one_of_numpys() -> None:
    stack = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), np.int8(3))  # type: ignore[arg-type]
    assert len(stack.layers) == 3
