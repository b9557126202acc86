"""Every layer over its options: derivatives by differences, and everything that PyTorch says about the same layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from layer_cases import LAYERS

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck, gradgradcheck

every_layer = pytest.mark.parametrize(
    ("name", "args", "kwargs", "shapes"),
    LAYERS,
    ids=[f"{name}-{args}-{kwargs}".replace(" ", "") for name, args, kwargs, _ in LAYERS],
)


def inputs_of(shapes: list[tuple[int, ...]], rng: np.random.Generator) -> list[Any]:
    """Numbers whose gaps, and distances from every kink of the layers above, are far larger than a gradcheck step."""
    inputs = []
    for shape in shapes:
        numbers = np.linspace(-2.03, 2.07, int(np.prod(shape)) + 1)[:-1] + 0.0123
        inputs.append(rng.permutation(numbers).reshape(shape))
    return inputs


@every_layer
def test_derivatives_agree_with_differences(
    name: str, args: Any, kwargs: Any, shapes: Any, rng: np.random.Generator
) -> None:
    layer = getattr(nn, name)(*args, **kwargs).double()
    inputs = [mg.tensor(x, requires_grad=True) for x in inputs_of(shapes, rng)]
    everything = [*inputs, *layer.parameters()]

    def function(*arguments: Any) -> Any:
        return layer(*arguments[: len(inputs)])

    assert gradcheck(function, everything)
    assert gradgradcheck(function, everything)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:Using padding='same'")  # of a copy that PyTorch makes
@every_layer
def test_agrees_with_torch(
    name: str,
    args: Any,
    kwargs: Any,
    shapes: Any,
    rng: np.random.Generator,
    agrees_with_torch: Callable[..., None],
) -> None:
    torch = pytest.importorskip("torch")
    layer, reference = getattr(nn, name)(*args, **kwargs), getattr(torch.nn, name)(*args, **kwargs)
    inputs = inputs_of(shapes, rng)
    if name == "Hardsigmoid":
        pytest.skip("PyTorch multiplies by 1/6 in float32 here")
    agrees_with_torch(layer, reference, *inputs)
    agrees_with_torch(layer, reference, *inputs)  # running statistics have moved
    agrees_with_torch(layer.eval(), reference.eval(), *inputs)


@pytest.mark.torch
@every_layer
def test_has_the_names_and_the_text_of_torch(name: str, args: Any, kwargs: Any, shapes: Any) -> None:
    torch = pytest.importorskip("torch")
    layer, reference = getattr(nn, name)(*args, **kwargs), getattr(torch.nn, name)(*args, **kwargs)
    assert repr(layer) == repr(reference)
    assert [(key, tuple(value.shape)) for key, value in layer.named_parameters()] == [
        (key, tuple(value.shape)) for key, value in reference.named_parameters()
    ]
    assert {key: (tuple(value.shape), value.dtype.name) for key, value in layer.state_dict().items()} == {
        key: (tuple(value.shape), str(value.dtype).removeprefix("torch."))
        for key, value in reference.state_dict().items()
    }


@pytest.mark.parametrize(
    ("layer", "bound"),
    [
        (nn.Linear(50, 400), 50**-0.5),
        (nn.Bilinear(30, 40, 20), 30**-0.5),
        (nn.Conv1d(8, 60, 5), 40**-0.5),
        (nn.Conv2d(8, 40, 5, groups=2), 100**-0.5),
        (nn.Conv3d(4, 40, 3), 108**-0.5),
        (nn.ConvTranspose1d(8, 60, 5), 300**-0.5),
        (nn.ConvTranspose2d(8, 40, 5, groups=2), 500**-0.5),
        (nn.ConvTranspose3d(8, 20, 3), 540**-0.5),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
def test_starts_uniform_within_one_over_the_root_of_fan_in(layer: Any, bound: float) -> None:
    layer.reset_parameters()
    for parameter in layer.parameters():
        values = parameter.detach().numpy()
        assert np.abs(values).max() <= bound
        assert np.abs(values).max() > 0.9 * bound
    weight = layer.weight.detach().numpy()
    assert abs(weight.mean()) < 4 * bound / (3 * weight.size) ** 0.5  # four standard errors
    assert weight.std() == pytest.approx(bound / 3**0.5, rel=0.05)


def test_a_dtype_can_be_given() -> None:
    for layer in (
        nn.Linear(2, 3, dtype=mg.float64),
        nn.Bilinear(2, 3, 4, dtype=mg.float64),
        nn.Conv2d(1, 2, 3, dtype=mg.float64),
        nn.ConvTranspose2d(1, 2, 3, dtype=mg.float64),
        nn.BatchNorm2d(3, dtype=mg.float64),
        nn.PReLU(dtype=mg.float64),
    ):
        kinds = {value.dtype.name for value in layer.state_dict().values()}
        assert kinds <= {"float64", "int64"}
        assert "float64" in kinds


# -- batch normalization ----------------------------------------------------------------------------------------------


def test_batch_norm_standardizes_and_tracks(rng: np.random.Generator) -> None:
    x = rng.standard_normal((5, 3, 4)) * 3 + 1
    layer = nn.BatchNorm1d(3, momentum=0.25).double()
    y = layer(mg.tensor(x)).numpy(force=True)
    mean, var = x.mean((0, 2)), x.var((0, 2))
    np.testing.assert_allclose(y, (x - mean[:, None]) / np.sqrt(var[:, None] + 1e-5), rtol=1e-12)
    unbiased = x.var((0, 2), ddof=1)
    np.testing.assert_allclose(layer.running_mean.numpy(), 0.25 * mean, rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), 0.75 + 0.25 * unbiased, rtol=1e-12)
    assert layer.num_batches_tracked.item() == 1
    layer.eval()
    y = layer(mg.tensor(x)).numpy(force=True)
    expected = (x - 0.25 * mean[:, None]) / np.sqrt(0.75 + 0.25 * unbiased[:, None] + 1e-5)
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    assert layer.num_batches_tracked.item() == 1


def test_batch_norm_without_momentum_averages_all_batches(rng: np.random.Generator) -> None:
    batches = rng.standard_normal((4, 6, 2))
    layer = nn.BatchNorm1d(2, momentum=None).double()
    for batch in batches:
        layer(mg.tensor(batch))
    np.testing.assert_allclose(layer.running_mean.numpy(), batches.mean((0, 1)), rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), batches.var(1, ddof=1).mean(0), rtol=1e-12)
    assert layer.num_batches_tracked.item() == 4
    layer.reset_running_stats()
    assert layer.running_mean.tolist() == [0, 0]
    assert layer.running_var.tolist() == [1, 1]
    assert layer.num_batches_tracked.item() == 0


def test_a_batch_that_batch_norm_refuses_leaves_no_trace() -> None:
    layer = nn.BatchNorm1d(3)
    before = {name: value.numpy().copy() for name, value in layer.state_dict().items()}
    for wrong in (mg.ones(1, 3), mg.ones(2, 4), mg.ones(2, 3, 4, 5)):
        with pytest.raises(ValueError):
            layer(wrong)
    for name, value in layer.state_dict().items():
        assert (value.numpy() == before[name]).all()


# -- random layers ----------------------------------------------------------------------------------------------------


def test_rrelu_draws_a_slope_for_each_negative_element() -> None:
    layer = nn.RReLU(0.1, 0.3)
    x = mg.tensor([-1.0] * 1000 + [2.0] * 10, requires_grad=True)
    y = layer(x)
    slopes = -y.numpy(force=True)[:1000]
    assert slopes.min() >= np.float32(0.1)
    assert slopes.max() < np.float32(0.3)
    assert slopes.mean() == pytest.approx(0.2, abs=0.01)
    assert (y.numpy(force=True)[1000:] == 2).all()
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy()[:1000], slopes)
    layer.eval()
    np.testing.assert_allclose(layer(x).numpy(force=True)[:1000], -0.2, rtol=1e-6)
    assert repr(layer) == "RReLU(lower=0.1, upper=0.3)"


# -- kinks, limits and errors -----------------------------------------------------------------------------------------

KINKED = {
    "relu": (),
    "relu6": (),
    "hardtanh": (),
    "hardswish": (),
    "hardshrink": (),
    "softshrink": (),
    "threshold": (1.0, 7.0),
    "elu": (),
    "celu": (),
    "selu": (),
    "leaky_relu": (0.2,),
    "logsigmoid": (),
    "softplus": (),
    "mish": (),
}


@pytest.mark.torch
@pytest.mark.parametrize("name", KINKED)
def test_at_kinks_and_far_out_as_torch(name: str) -> None:
    torch = pytest.importorskip("torch")
    x = np.array([-800.0, -6, -3, -1, -0.5, 0, 0.5, 1, 3, 6, 800])
    ours, theirs = getattr(nn.functional, name), getattr(torch.nn.functional, name)
    a, b = mg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, z = ours(a, *KINKED[name]), theirs(b, *KINKED[name])
    y.sum().backward()
    z.sum().backward()
    np.testing.assert_allclose(y.numpy(force=True), z.detach().numpy(), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=1e-10, atol=1e-10)


def test_hardsigmoid_is_made_of_lines() -> None:
    x = mg.tensor([-4.0, -3.0, -1.5, 0.0, 2.0, 3.0, 5.0], dtype=mg.float64, requires_grad=True)
    y = nn.Hardsigmoid()(x)
    y.sum().backward()
    np.testing.assert_allclose(y.numpy(force=True), [0, 0, 1 / 4, 1 / 2, 5 / 6, 1, 1], rtol=1e-15)
    np.testing.assert_allclose(x.grad.numpy(), [0, 0, 1 / 6, 1 / 6, 1 / 6, 0, 0], rtol=1e-15)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.Linear(3, 4)(mg.ones(2, 5)), RuntimeError, r"cannot be multiplied \(2x5 and 3x4\)"),
        (lambda: nn.Linear(3, 4)(mg.ones(2, 3).double()), RuntimeError, "same dtype"),
        (lambda: nn.Bilinear(2, 3, 4)(mg.ones(5, 2), mg.ones(5, 2)), RuntimeError, "bilinear"),
        (lambda: nn.Conv2d(3, 4, 1)(mg.ones(2, 4, 2, 2)), RuntimeError, "to have 3 channels, but got 4"),
        (lambda: nn.Conv2d(3, 4, 1)(mg.ones(2, 4)), RuntimeError, r"Expected 3D \(unbatched\) or 4D"),
        (lambda: nn.Conv2d(3, 4, 1, groups=2), ValueError, "divisible by groups=2"),
        (lambda: nn.Conv2d(3, 4, 1, padding="around"), ValueError, "'around'"),
        (lambda: nn.Conv2d(3, 4, 1, padding="same", stride=2), ValueError, "strided"),
        (lambda: nn.Conv2d(3, 4, 1, padding_mode="around"), ValueError, "'around'"),
        (lambda: nn.Conv2d(3, 4, (1, 2, 3)), RuntimeError, "kernel_size must be an int or 2 of them"),
        (lambda: nn.ConvTranspose2d(3, 4, 1, padding_mode="reflect"), ValueError, 'Only "zeros" padding mode'),
        (lambda: nn.ConvTranspose2d(3, 4, 1, padding="same"), ValueError, "'same'"),
        (lambda: nn.BatchNorm2d(3)(mg.ones(2, 3)), ValueError, r"expected 4D input \(got 2D input\) with 3 channels"),
        (lambda: nn.BatchNorm2d(3)(mg.ones(2, 4, 2, 2)), RuntimeError, r"not \(2, 4, 2, 2\)"),
        (lambda: nn.Unflatten(1, "ab"), TypeError, "tuple of ints"),
        (lambda: nn.Unflatten(1, (2, 2))(mg.ones(2, 6)), RuntimeError, "unflatten"),
        (lambda: nn.PReLU(3)(mg.ones(2, 2)), RuntimeError, "one for each of 2 channels"),
        (lambda: nn.GLU()(mg.ones(2, 3)), RuntimeError, "even"),
        (lambda: nn.Softshrink(-1)(mg.ones(2)), RuntimeError, "negative"),
        (lambda: nn.Hardtanh(2, 1), AssertionError, "larger"),
        (lambda: nn.RReLU(2, 1)(mg.ones(2)), RuntimeError, "Lower bound should be less"),
        (lambda: nn.Dropout1d()(mg.ones(2, 3, 4, 5)), ValueError, r"dropout1d: Expected 2D or 3D input"),
        (lambda: nn.FeatureAlphaDropout()(mg.ones(2)), ValueError, r"feature_alpha_dropout: expected an input \(N, C"),
        (lambda: nn.AdaptiveAvgPool2d((1, 2, 3))(mg.ones(1, 1, 2, 2)), ValueError, "output_size must be a number or 2"),
        (lambda: nn.AdaptiveMaxPool2d(2)(mg.ones(2, 2)), ValueError, "adaptive_max_pool2d: expected a 3D"),
        (lambda: nn.ReflectionPad2d((1, 2, 3)), RuntimeError, "ReflectionPad2d: padding must be an int or 4 of them"),
        (lambda: nn.ReflectionPad2d(1)(mg.ones(2, 2)), ValueError, "ReflectionPad2d: expected a 3D"),
        (lambda: nn.ReflectionPad1d(3)(mg.ones(2, 2)), RuntimeError, "size 2 in mode .* at most 1"),
        (lambda: nn.PixelShuffle(2)(mg.ones(1, 3, 2, 2)), RuntimeError, r"pixel_shuffle: 3 channels.* by 2 \*\* 2"),
        (lambda: nn.PixelShuffle(2)(mg.ones(4, 2)), RuntimeError, r"pixel_shuffle: expected an input \(\*, C, H, W\)"),
        (lambda: nn.PixelUnshuffle(2)(mg.ones(1, 3, 2)), RuntimeError, "the image 3 x 2"),
        (lambda: nn.PixelUnshuffle(0)(mg.ones(1, 3, 2)), RuntimeError, "factor must be positive, got 0"),
        (lambda: nn.ChannelShuffle(2)(mg.ones(1, 3, 2)), RuntimeError, "3 channels.* are not 2 equal groups"),
        (lambda: nn.ChannelShuffle(1)(mg.ones(1, 3)), RuntimeError, "channel_shuffle: expected"),
        (lambda: nn.Unfold(4)(mg.ones(1, 1, 3, 3)), RuntimeError, r"an image of size \(3, 3\).* has no window of 4"),
        (lambda: nn.Unfold(2)(mg.ones(3, 3)), RuntimeError, "unfold: expected an input"),
        (lambda: nn.Fold(3, 2)(mg.ones(1, 4, 5)), RuntimeError, r"\(N, C \* 4, 2 \* 2\), got \(1, 4, 5\)"),
        (lambda: nn.Fold(3, 2)(mg.ones(4)), RuntimeError, "fold: expected"),
        (
            lambda: nn.MaxUnpool1d(2)(mg.ones(1, 1, 2), mg.tensor([[[0, 9]]])),
            RuntimeError,
            r"indices reach from 0 to 9, the output \(4,\) has only 4 places",
        ),
        (lambda: nn.MaxUnpool1d(2)(mg.ones(1, 1, 2), mg.ones(1, 1, 2)), RuntimeError, "indices should be integers"),
        (
            lambda: nn.MaxUnpool1d(2)(mg.ones(1, 1, 2), mg.tensor([[[0, 1]]]), output_size=(6,)),
            ValueError,
            r"nearer than the stride \(2,\) to \(4,\); got \(6,\)",
        ),
        (lambda: nn.Softmax2d()(mg.ones(2, 3)), ValueError, "3D or 4D"),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


def test_output_size_chooses_the_output_padding(rng: np.random.Generator) -> None:
    layer = nn.ConvTranspose2d(1, 2, 3, stride=2, padding=1)
    x = mg.tensor(rng.standard_normal((2, 1, 4, 5)), dtype=mg.float32)
    assert layer(x).shape == (2, 2, 7, 9)
    assert layer(x, output_size=(8, 9)).shape == (2, 2, 8, 9)
    whole = layer(x, (2, 2, 8, 10))
    padded = nn.ConvTranspose2d(1, 2, 3, stride=2, padding=1, output_padding=1)
    padded.load_state_dict(layer.state_dict())
    assert whole.equal(padded(x))
    with pytest.raises(ValueError, match=r"valid sizes reach from \(7, 9\) to \(8, 10\)"):
        layer(x, output_size=(9, 9))
    with pytest.raises(ValueError, match="output_size must have 2 or 4 elements"):
        layer(x, output_size=(9,))
