"""Gradients clipped, parameters as a vector, weights under a hook."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn import utils


def with_gradients(*arrays: list[float]) -> list[Any]:
    parameters = []
    for each in arrays:
        parameter = mg.zeros(len(each), requires_grad=True)
        parameter.grad = mg.tensor(each)
        parameters.append(parameter)
    return parameters


def test_clip_grad_norm() -> None:
    parameters = [*with_gradients([3.0, 0.0], [-4.0]), mg.zeros(2, requires_grad=True)]
    assert utils.get_total_norm([each.grad for each in parameters[:2]]).item() == 5.0
    assert utils.clip_grad_norm_(iter(parameters), 10.0).item() == 5.0
    assert parameters[0].grad.tolist() == [3.0, 0.0]
    assert utils.clip_grad_norm_(parameters, 0.5).item() == 5.0
    np.testing.assert_allclose(parameters[0].grad.numpy(), [0.3, 0.0], rtol=1e-6)
    np.testing.assert_allclose(parameters[1].grad.numpy(), [-0.4], rtol=1e-6)
    assert parameters[2].grad is None
    assert utils.clip_grad_norm_([parameters[2]], 1.0).item() == 0.0


def test_clip_grad_norm_of_other_orders() -> None:
    for order, expected in ((1.0, 8.0), (math.inf, 4.0), (3.0, (1 + 27 + 64) ** (1 / 3))):
        parameters = with_gradients([1.0, -3.0], [4.0])
        assert utils.clip_grad_norm_(parameters, 1.0, order).item() == pytest.approx(expected)
        assert parameters[1].grad.item() == pytest.approx(4 / expected)


def test_a_norm_that_is_not_finite_changes_nothing_if_asked() -> None:
    parameters = with_gradients([1.0, math.nan], [2.0])
    with pytest.raises(RuntimeError, match="non-finite"):
        utils.clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)
    assert parameters[1].grad.item() == 2.0


def test_clip_grad_value() -> None:
    (parameter,) = with_gradients([-3.0, 0.5, 2.0])
    utils.clip_grad_value_(parameter, 1.0)
    assert parameter.grad.tolist() == [-1.0, 0.5, 1.0]


def test_parameters_as_a_vector_and_back() -> None:
    layer = nn.Linear(2, 3)
    vector = utils.parameters_to_vector(layer.parameters())
    expected = np.concatenate([layer.weight.detach().numpy().ravel(), layer.bias.detach().numpy()])
    np.testing.assert_array_equal(vector.detach().numpy(), expected)
    memory = layer.weight.detach().numpy()
    utils.vector_to_parameters(mg.arange(9.0), layer.parameters())
    assert memory.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert layer.bias.tolist() == [6, 7, 8]
    with pytest.raises(RuntimeError, match=r"9 elements.*\(8,\)"):
        utils.vector_to_parameters(mg.ones(8), layer.parameters())
    assert layer.bias.tolist() == [6, 7, 8]


LAYERS: list[tuple[str, tuple[Any, ...], tuple[int, ...]]] = [
    ("Linear", (3, 2), (4, 3)),
    ("Conv2d", (2, 3, 2), (1, 2, 3, 3)),
    ("ConvTranspose1d", (2, 3, 2), (1, 2, 3)),
]
NORMS: list[tuple[str, str, dict[str, Any]]] = [
    ("utils", "weight_norm", {}),
    ("utils", "weight_norm", {"dim": None}),
    ("utils", "weight_norm", {"dim": 1}),
    ("utils", "spectral_norm", {}),
    ("utils", "spectral_norm", {"n_power_iterations": 3, "dim": 1}),
    ("parametrizations", "weight_norm", {}),
    ("parametrizations", "weight_norm", {"dim": 1}),
    ("parametrizations", "spectral_norm", {}),
    ("parametrizations", "spectral_norm", {"n_power_iterations": 2, "dim": 1}),
]


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated")
@pytest.mark.parametrize(("place", "norm", "options"), NORMS, ids=str)
@pytest.mark.parametrize(("name", "args", "shape"), LAYERS, ids=str)
def test_normalized_weights_agree_with_torch(
    place: str,
    norm: str,
    options: Any,
    name: str,
    args: Any,
    shape: Any,
    rng: np.random.Generator,
) -> None:
    """Keys, values, gradients, and the vectors of the power method after each step."""
    torch = pytest.importorskip("torch")

    def normalized(package: Any) -> Any:
        home = package.utils if place == "utils" else package.utils.parametrizations
        return getattr(home, norm)(getattr(package, name)(*args).double(), **options)

    layer, reference = normalized(nn), normalized(torch.nn)
    state, expected = layer.state_dict(), reference.state_dict()
    assert {key: tuple(value.shape) for key, value in state.items()} == {
        key: tuple(value.shape) for key, value in expected.items()
    }
    assert list(state) == list(expected)
    reference.load_state_dict({key: torch.tensor(value.numpy()) for key, value in state.items()})
    x = rng.standard_normal(shape)
    for training in (True, True, False):
        results = []
        for module, make in ((layer, mg.tensor), (reference, torch.tensor)):
            module.train(training)
            module.zero_grad()
            y = module(make(x))
            (y * y).sum().backward()
            grads = [(key, each.grad.numpy()) for key, each in module.named_parameters()]
            buffers = [(key, each.numpy()) for key, each in module.named_buffers()]
            results.append([("y", y.detach().numpy()), *sorted(grads), *sorted(buffers)])
        for (key, a), (other, b) in zip(*results, strict=True):
            assert key == other
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("norm", ["weight_norm", "spectral_norm"])
def test_derivatives_agree_with_differences(norm: str, rng: np.random.Generator) -> None:
    """Second ones as well. (Those of PyTorch's weight_norm fail its own gradgradcheck, so they are no reference.)"""
    layer = getattr(utils.parametrizations, norm)(nn.Linear(3, 2).double()).eval()
    x = mg.tensor(rng.standard_normal((2, 3)), requires_grad=True)
    inputs = [x, *layer.parameters()]
    assert gradcheck(lambda x, *parameters: layer(x), inputs)
    assert gradgradcheck(lambda x, *parameters: layer(x), inputs)


def test_weight_norm_parts_length_from_direction() -> None:
    layer = nn.Linear(3, 2)
    before = layer.weight.detach().numpy().copy()
    utils.weight_norm(layer)
    lengths = [math.sqrt(sum(x * x for x in row)) for row in before.tolist()]
    np.testing.assert_allclose(layer.weight_g.detach().numpy()[:, 0], lengths, rtol=1e-6)
    np.testing.assert_allclose(layer(mg.eye(3)).detach().numpy() - layer.bias.detach().numpy(), before.T, rtol=1e-5)
    layer.weight_g.array[...] = 1
    layer(mg.ones(3))
    np.testing.assert_allclose(np.linalg.norm(layer.weight.detach().numpy(), axis=1), 1, rtol=1e-6)
    with pytest.raises(RuntimeError, match="has one on 'weight' already"):
        utils.weight_norm(layer)
    utils.remove_weight_norm(layer)
    assert sorted(layer.state_dict()) == ["bias", "weight"]
    np.testing.assert_allclose(np.linalg.norm(layer.weight.detach().numpy(), axis=1), 1, rtol=1e-6)
    with pytest.raises(ValueError, match="no weight_norm of 'weight'"):
        utils.remove_weight_norm(layer)


def test_spectral_norm_divides_by_the_largest_singular_value() -> None:
    layer = utils.spectral_norm(nn.Linear(4, 3), n_power_iterations=200)
    original = layer.weight_orig.detach().numpy()
    layer(mg.ones(4))
    expected = original / np.linalg.svd(original)[1][0]
    np.testing.assert_allclose(layer.weight.detach().numpy(), expected, rtol=1e-4)
    utils.remove_spectral_norm(layer)
    assert sorted(layer.state_dict()) == ["bias", "weight"]
    np.testing.assert_allclose(layer.weight.detach().numpy(), expected, rtol=1e-4)
    with pytest.raises(ValueError, match="no spectral_norm of 'weight'"):
        utils.remove_spectral_norm(layer)


@pytest.mark.torch
def test_a_layer_and_its_normalization_are_fused_as_in_pytorch() -> None:
    import torch

    for kind, shape, transpose in (("Conv2d", (2, 3, 4, 4), False), ("ConvTranspose2d", (2, 3, 4, 4), True)):
        layer, norm = getattr(nn, kind)(3, 5, 3, bias=transpose).eval(), nn.BatchNorm2d(5).eval()
        norm.running_mean.copy_(mg.arange(5.0))
        norm.running_var.copy_(mg.arange(5.0) + 1)
        fused = nn.utils.fusion.fuse_conv_bn_eval(layer, norm, transpose)
        x = mg.ones(*shape)
        np.testing.assert_allclose(fused(x).numpy(force=True), norm(layer(x)).numpy(force=True), atol=1e-5)
        theirs = getattr(torch.nn, kind)(3, 5, 3, bias=transpose).eval(), torch.nn.BatchNorm2d(5).eval()
        for ours, other in zip((layer, norm), theirs):
            other.load_state_dict(
                {key: torch.tensor(each.numpy(force=True)) for key, each in ours.state_dict().items()}
            )
        expected = torch.nn.utils.fusion.fuse_conv_bn_eval(*theirs, transpose).state_dict()
        assert list(fused.state_dict()) == list(expected)
        for key, each in fused.state_dict().items():
            np.testing.assert_allclose(each.numpy(), expected[key].numpy(), atol=1e-6)
    linear, norm = nn.Linear(3, 5), nn.BatchNorm1d(5)
    with pytest.raises(AssertionError, match="only for eval"):
        nn.utils.fusion.fuse_linear_bn_eval(linear, norm)
    fused = nn.utils.fusion.fuse_linear_bn_eval(linear.eval(), norm.eval())
    x = mg.ones(2, 3)
    np.testing.assert_allclose(fused(x).numpy(force=True), norm(linear(x)).numpy(force=True), atol=1e-6)


def test_modules_without_initial_values() -> None:
    mg.manual_seed(1)
    expected = mg.rand(2)
    mg.manual_seed(1)
    layer = nn.utils.skip_init(nn.Linear, 2, 3, bias=False)
    assert layer.weight.shape == (3, 2)
    assert layer.bias is None
    assert mg.equal(mg.rand(2), expected)
    with pytest.raises(RuntimeError, match="Expected a Module; got <class 'int'>"):
        nn.utils.skip_init(int)  # type: ignore[type-var]


def test_a_weight_norm_along_a_dimension_that_is_not_there_leaves_the_layer() -> None:
    layer = nn.Linear(3, 2)
    with pytest.raises(IndexError, match="weight_norm: Dimension out of range"):
        nn.utils.weight_norm(layer, dim=7)
    assert list(layer.state_dict()) == ["weight", "bias"]
    assert layer(mg.ones(1, 3)).shape == (1, 2)
