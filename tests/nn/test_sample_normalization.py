"""Layer, group, instance and local response normalization: loops over rows, differences, and PyTorch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn import functional as F

# name, arguments, keyword arguments, shape of the input
LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("LayerNorm", (3,), {}, (4, 3)),
    ("LayerNorm", ((2, 3),), {"eps": 0.1}, (2, 2, 3)),
    ("LayerNorm", ([3],), {"bias": False}, (2, 2, 3)),
    ("LayerNorm", (4,), {"elementwise_affine": False}, (3, 4)),
    ("LayerNorm", ((2, 3),), {}, (2, 3)),
    ("RMSNorm", (3,), {}, (4, 3)),
    ("RMSNorm", ((2, 3),), {"eps": 0.1}, (2, 2, 3)),
    ("RMSNorm", (4,), {"elementwise_affine": False}, (4,)),
    ("GroupNorm", (2, 4), {}, (2, 4, 3)),
    ("GroupNorm", (1, 3), {"eps": 0.2}, (2, 3)),
    ("GroupNorm", (3, 3), {"bias": False}, (2, 3, 2, 2)),
    ("GroupNorm", (2, 2), {"affine": False}, (1, 2, 1, 2, 2)),
    ("InstanceNorm1d", (3,), {}, (2, 3, 4)),
    ("InstanceNorm1d", (3,), {"affine": True}, (3, 4)),
    ("InstanceNorm2d", (2,), {"affine": True, "track_running_stats": True}, (2, 2, 2, 3)),
    ("InstanceNorm2d", (2,), {"track_running_stats": True, "momentum": 0.3, "eps": 0.2}, (2, 3, 2)),
    ("InstanceNorm3d", (2,), {"affine": True, "bias": False}, (1, 2, 2, 1, 2)),
    ("LocalResponseNorm", (2,), {}, (2, 3, 2)),
    ("LocalResponseNorm", (3,), {"alpha": 0.5, "beta": 1.5, "k": 2.0}, (1, 4, 2, 2)),
    ("LocalResponseNorm", (5, 0.2), {}, (1, 2, 1, 2, 2)),
]

every_layer = pytest.mark.parametrize(
    ("name", "args", "kwargs", "shape"),
    LAYERS,
    ids=[f"{name}-{args}-{kwargs}".replace(" ", "") for name, args, kwargs, _ in LAYERS],
)


def started(layer: Any, rng: np.random.Generator) -> Any:
    """The layer in float64, its parameters no longer 0 and 1."""
    layer.double()
    for parameter in layer.parameters():
        parameter.data = mg.tensor(rng.uniform(-2, 2, tuple(parameter.shape)))
    return layer


@every_layer
def test_derivatives_agree_with_differences(
    name: str, args: Any, kwargs: Any, shape: Any, rng: np.random.Generator
) -> None:
    layer = started(getattr(nn, name)(*args, **kwargs), rng)
    inputs = [mg.tensor(rng.standard_normal(shape), requires_grad=True), *layer.parameters()]
    assert gradcheck(lambda x, *parameters: layer(x), inputs)
    assert gradgradcheck(lambda x, *parameters: layer(x), inputs)


@pytest.mark.torch
@every_layer
def test_agrees_with_torch(
    name: str, args: Any, kwargs: Any, shape: Any, rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    layer, reference = started(getattr(nn, name)(*args, **kwargs), rng), getattr(torch.nn, name)(*args, **kwargs)
    x = 3 * rng.standard_normal(shape) + 1
    agrees_with_torch(layer, reference, x)
    agrees_with_torch(layer, reference, x)  # running statistics have moved
    agrees_with_torch(layer.eval(), reference.eval(), x)


@pytest.mark.torch
@every_layer
def test_has_the_names_and_the_text_of_torch(name: str, args: Any, kwargs: Any, shape: Any) -> None:
    torch = pytest.importorskip("torch")
    layer, reference = getattr(nn, name)(*args, **kwargs), getattr(torch.nn, name)(*args, **kwargs)
    assert repr(layer) == repr(reference)
    state, expected = layer.state_dict(), reference.state_dict()
    assert list(state) == list(expected)
    for key, value in expected.items():
        assert tuple(state[key].shape) == tuple(value.shape)
        assert f"torch.{state[key].dtype.name}" == str(value.dtype)
        np.testing.assert_array_equal(state[key].numpy(), value.numpy())  # the same start, too


def by_rows(rows: Any, eps: float) -> Any:
    """Each row of a matrix with mean 0 and variance 1, one number at a time."""
    out = np.empty_like(rows)
    for row, target in zip(rows, out, strict=True):
        mean = math.fsum(row) / len(row)
        variance = math.fsum((x - mean) ** 2 for x in row) / len(row)
        target[:] = [(x - mean) / math.sqrt(variance + eps) for x in row]
    return out


def test_values_are_those_of_loops_over_rows(rng: np.random.Generator) -> None:
    x = rng.standard_normal((2, 4, 3))
    t = mg.tensor(x)
    layer = by_rows(x.reshape(2, 12), 0.1).reshape(x.shape)
    np.testing.assert_allclose(F.layer_norm(t, (4, 3), eps=0.1).numpy(), layer, rtol=1e-12)
    group = by_rows(x.reshape(4, 6), 0.1).reshape(x.shape)
    np.testing.assert_allclose(F.group_norm(t, 2, eps=0.1).numpy(), group, rtol=1e-12)
    instance = by_rows(x.reshape(8, 3), 0.1).reshape(x.shape)
    np.testing.assert_allclose(F.instance_norm(t, eps=0.1).numpy(), instance, rtol=1e-12)
    local = np.empty_like(x)
    for c in range(4):
        squares = (x[:, max(c - 1, 0) : c + 2] ** 2).sum(1) / 3
        local[:, c] = x[:, c] / (1.5 + 0.2 * squares) ** 0.6
    np.testing.assert_allclose(F.local_response_norm(t, 3, 0.2, 0.6, 1.5).numpy(), local, rtol=1e-12)


def test_running_statistics_of_instances_are_means_over_the_batch(rng: np.random.Generator) -> None:
    x = rng.standard_normal((3, 2, 5))
    layer = nn.InstanceNorm1d(2, track_running_stats=True, momentum=0.25).double()
    layer(mg.tensor(x))
    means = [[np.mean(x[n, c]) for c in range(2)] for n in range(3)]
    variances = [[np.var(x[n, c], ddof=1) for c in range(2)] for n in range(3)]
    np.testing.assert_allclose(layer.running_mean.numpy(), 0.25 * np.mean(means, 0))
    np.testing.assert_allclose(layer.running_var.numpy(), 0.75 + 0.25 * np.mean(variances, 0))
    assert layer.num_batches_tracked.item() == 0


def test_a_dtype_is_kept() -> None:
    x = mg.ones(2, 4, 3).requires_grad_()
    for layer in (nn.LayerNorm(3), nn.RMSNorm(3), nn.GroupNorm(2, 4), nn.InstanceNorm1d(4), nn.LocalResponseNorm(2)):
        y = layer(x)
        assert y.dtype == mg.float32
        assert mg.autograd.grad(y.sum(), x)[0].dtype == mg.float32


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.LayerNorm(3)(mg.ones(2, 4)), RuntimeError, r"layer_norm: .*\[3\].*\[2, 4\]"),
        (lambda: F.layer_norm(mg.ones(2, 3), 3, mg.ones(2)), RuntimeError, r"layer_norm: .*weight.*\(3,\).*\(2,\)"),
        (lambda: nn.RMSNorm((2, 3))(mg.ones(3)), RuntimeError, r"rms_norm: .*\[2, 3\].*\[3\]"),
        (
            lambda: nn.GroupNorm(2, 3),
            ValueError,
            r"GroupNorm: num_channels \(3\) must be divisible by num_groups \(2\)",
        ),
        (lambda: nn.GroupNorm(2, 4)(mg.ones(2, 6)), RuntimeError, r"GroupNorm: .*\(N, 4, \.\.\.\).*\(2, 6\)"),
        (lambda: F.group_norm(mg.ones(2, 3), 2), RuntimeError, "group_norm: .*num_groups=2, got 3 channels"),
        (lambda: F.group_norm(mg.ones(1, 3), 3), ValueError, "group_norm: expected more than 1 value"),
        (lambda: nn.InstanceNorm2d(3)(mg.ones(3, 4)), RuntimeError, r"InstanceNorm2d: expected 3D or 4D .*\(3, 4\)"),
        (lambda: nn.InstanceNorm1d(3)(mg.ones(2, 4, 5)), RuntimeError, r"InstanceNorm1d: .*3 channels.*\(2, 4, 5\)"),
        (lambda: F.instance_norm(mg.ones(2, 3, 1)), ValueError, "more than 1 spatial element"),
        (lambda: F.instance_norm(mg.ones(2, 3, 2), use_input_stats=False), ValueError, "running_mean"),
        (lambda: nn.CrossMapLRN2d(2)(mg.ones(2, 3, 4)), ValueError, "Expected input to be 4D, got 3D instead"),
        (lambda: F.local_response_norm(mg.ones(2, 3), 2), RuntimeError, r"3D or higher.*\(2, 3\)"),
    ],
)
def test_errors_say_what_was_seen(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


@pytest.mark.torch
def test_float16_sums_are_made_in_float32() -> None:
    """Of numbers around 60 the squares of a row sum to more than float16 holds."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    rows, images = (60 * rng.standard_normal(shape).astype(np.float16) for shape in ((8, 512), (4, 6, 8, 8)))

    def results(lib: Any) -> list[Any]:
        F = lib.nn.functional
        x, y = (lib.from_numpy(each.copy()).requires_grad_() for each in (rows, images))
        found = [
            F.normalize(x),
            F.layer_norm(x, (512,)),
            F.rms_norm(9 * x, (512,)),
            F.batch_norm(y, None, None, training=True),
            F.group_norm(y, 2),
        ]
        found += [F.pairwise_distance(x[:4], x[4:]), F.cosine_similarity(x[:4], x[4:] + x[:4])]
        sum((each * lib.linspace(-1, 1, each.numel()).reshape(each.shape)).sum() for each in found).backward()
        bias = lib.zeros(2, dtype=lib.float16, requires_grad=True)
        (lib.ones(5000, 2, dtype=lib.float16) + bias).sum(0).float().sum().backward()
        return [each.detach().float().numpy() for each in (*found, x.grad, y.grad, bias.grad)]

    for ours, theirs in zip(results(mg), results(torch), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=4e-3, atol=4e-3 * np.abs(theirs).max())


@pytest.mark.torch
@pytest.mark.parametrize("size", [3, 4, 5])
def test_responses_across_maps(size: int) -> None:
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(0).normal(size=(2, 6, 1, 2))
    expected = torch.nn.CrossMapLRN2d(size, 0.5, 1.5, 2.0)(torch.tensor(x))
    layer = nn.CrossMapLRN2d(size, 0.5, 1.5, 2.0)
    np.testing.assert_allclose(layer(mg.tensor(x)).numpy(), expected.numpy(), rtol=1e-12)
    assert mg.autograd.gradcheck(layer, mg.tensor(x, requires_grad=True))
