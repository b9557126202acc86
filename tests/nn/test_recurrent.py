"""Recurrent layers and cells: the equations in loops, differences, PyTorch; packed sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn.utils import rnn

CELLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("RNNCell", (2, 3), {}),
    ("RNNCell", (2, 2), {"nonlinearity": "relu", "bias": False}),
    ("LSTMCell", (2, 3), {}),
    ("LSTMCell", (2, 2), {"bias": False}),
    ("GRUCell", (2, 3), {}),
    ("GRUCell", (2, 2, False), {}),
]
LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("RNN", (2, 3), {}),
    ("RNN", (2, 2, 2, "relu"), {"bidirectional": True}),
    ("RNN", (2, 2), {"bias": False, "batch_first": True}),
    ("LSTM", (2, 3), {}),
    ("LSTM", (2, 2, 2), {"bidirectional": True, "batch_first": True}),
    ("LSTM", (2, 2), {"bias": False}),
    ("LSTM", (2, 3), {"proj_size": 2, "bidirectional": True}),
    ("GRU", (2, 3), {}),
    ("GRU", (2, 2, 2), {"bidirectional": True, "bias": False}),
    ("GRU", (2, 2), {"batch_first": True}),
]
every_cell = pytest.mark.parametrize(("name", "args", "kwargs"), CELLS, ids=str)
every_layer = pytest.mark.parametrize(("name", "args", "kwargs"), LAYERS, ids=str)
everything = pytest.mark.parametrize(("name", "args", "kwargs"), [*CELLS, *LAYERS], ids=str)


def leaves(value: Any) -> list[Any]:
    """The tensors in nested tuples."""
    return [each for part in value for each in leaves(part)] if isinstance(value, tuple) else [value]


def states_of(module: Any, batch: tuple[int, ...], rng: np.random.Generator) -> list[Any]:
    """Initial states at random: one, or two for LSTM."""
    size = (*batch, module.hidden_size)
    if not isinstance(module, (nn.RNNCell, nn.LSTMCell, nn.GRUCell)):
        size = (module.num_layers * (1 + module.bidirectional), *size)
    states = [rng.standard_normal(size) for _ in range(1 + type(module).__name__.startswith("LSTM"))]
    if getattr(module, "proj_size", 0):
        states[0] = states[0][..., : module.proj_size]
    return states


def flat(module: Any, cat: Any) -> Callable[..., Any]:
    """The module as a function of the input and the states, its outputs in one vector."""

    def call(x: Any, *states: Any) -> Any:
        more = (states if len(states) == 2 else states[0],) if states else ()
        return cat([each.reshape(-1) for each in leaves(module(x, *more))])

    return call


def input_of(module: Any, rng: np.random.Generator, batch: int = 2, steps: int = 3) -> Any:
    shape = (batch, 2) if type(module).__name__.endswith("Cell") else (steps, batch, 2)
    x = rng.standard_normal(shape)
    return x.swapaxes(0, 1) if getattr(module, "batch_first", False) else x


@every_cell
def test_derivatives_of_cells_agree_with_differences(
    name: str, args: Any, kwargs: Any, rng: np.random.Generator
) -> None:
    cell = getattr(nn, name)(*args, **kwargs).double()
    arrays = [input_of(cell, rng, 1), *states_of(cell, (1,), rng)]
    inputs = [mg.tensor(each, requires_grad=True) for each in arrays]

    def function(*arguments: Any) -> Any:
        return flat(cell, mg.cat)(*arguments[: len(inputs)])

    assert gradcheck(function, [*inputs, *cell.parameters()])
    assert gradgradcheck(function, [*inputs, *cell.parameters()])


@every_layer
def test_derivatives_of_layers_agree_with_differences(
    name: str, args: Any, kwargs: Any, rng: np.random.Generator
) -> None:
    """Of a weighted sum of the outputs; the second ones in the inputs, for there are many parameters."""
    layer = getattr(nn, name)(*args, **kwargs).double()
    arrays = [input_of(layer, rng, 1, 2), *states_of(layer, (1,), rng)]
    inputs = [mg.tensor(each, requires_grad=True) for each in arrays]

    def function(*arguments: Any) -> Any:
        y = flat(layer, mg.cat)(*arguments[: len(inputs)])
        return (y * mg.linspace(-1, 2, len(y), dtype=mg.float64)).sum()

    assert gradcheck(function, [*inputs, *layer.parameters()])
    layer.requires_grad_(False)
    assert gradgradcheck(function, inputs)


@pytest.mark.torch
@everything
def test_agrees_with_torch(
    name: str, args: Any, kwargs: Any, rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")

    class Flat(nn.Module):
        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, *inputs: Any) -> Any:
            return flat(self.inner, mg.cat)(*inputs)

    class TorchFlat(torch.nn.Module):
        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, *inputs: Any) -> Any:
            return flat(self.inner, torch.cat)(*inputs)

    module, reference = getattr(nn, name)(*args, **kwargs), getattr(torch.nn, name)(*args, **kwargs)
    x = input_of(module, rng)
    agrees_with_torch(Flat(module), TorchFlat(reference), x)
    agrees_with_torch(Flat(module), TorchFlat(reference), x, *states_of(module, (2,), rng))
    single = x.take(0, 0 if name.endswith("Cell") or module.batch_first else 1)
    agrees_with_torch(Flat(module), TorchFlat(reference), single)
    agrees_with_torch(Flat(module), TorchFlat(reference), single, *states_of(module, (), rng))


@pytest.mark.torch
@pytest.mark.parametrize("sorted_", [True, False])
@every_layer
def test_packed_sequences_agree_with_torch(
    name: str,
    args: Any,
    kwargs: Any,
    sorted_: bool,
    rng: np.random.Generator,
    agrees_with_torch: Callable[..., None],
) -> None:
    torch = pytest.importorskip("torch")
    module, reference = getattr(nn, name)(*args, **kwargs).double(), getattr(torch.nn, name)(*args, **kwargs).double()
    reference.load_state_dict({key: torch.tensor(value.numpy()) for key, value in module.state_dict().items()})
    lengths = [4, 2, 1] if sorted_ else [2, 4, 1]
    states = states_of(module, (3,), rng)

    def run(layer: Any, utils: Any, cat: Any) -> Callable[..., Any]:
        def call(x: Any, *starts: Any) -> Any:
            packed = utils.pack_padded_sequence(x, lengths, enforce_sorted=sorted_)
            output, last = layer(packed, starts if len(starts) == 2 else starts[0])
            padded, _ = utils.pad_packed_sequence(output)
            return cat([each.reshape(-1) for each in (output.data, padded, *leaves(last))])

        return call

    ours, theirs = run(module, rnn, mg.cat), run(reference, torch.nn.utils.rnn, torch.cat)
    agrees_with_torch(ours, theirs, rng.standard_normal((4, 3, 2)), *states)


@pytest.mark.torch
@everything
def test_has_the_names_and_the_text_of_torch(name: str, args: Any, kwargs: Any) -> None:
    torch = pytest.importorskip("torch")
    module, reference = getattr(nn, name)(*args, **kwargs), getattr(torch.nn, name)(*args, **kwargs)
    assert repr(module) == repr(reference)
    state = [(key, tuple(value.shape)) for key, value in module.state_dict().items()]
    assert state == [(key, tuple(value.shape)) for key, value in reference.state_dict().items()]
    if not name.endswith("Cell"):
        shapes = [[tuple(each.shape) for each in group] for group in module.all_weights]
        assert shapes == [[tuple(each.shape) for each in group] for group in reference.all_weights]


@pytest.mark.parametrize(
    "module", [nn.LSTM(20, 36, 2), nn.GRUCell(20, 36), nn.RNN(20, 36, bidirectional=True)], ids=str
)
def test_starts_uniform_within_one_over_the_root_of_the_hidden_size(module: Any) -> None:
    values = np.concatenate([each.detach().numpy().ravel() for each in module.parameters()])
    assert np.abs(values).max() <= 1 / 6
    assert np.abs(values).max() > 0.99 / 6
    assert abs(values.mean()) < 4 / (6 * 3**0.5 * values.size**0.5)  # four standard errors
    assert values.std() == pytest.approx(1 / (6 * 3**0.5), rel=0.05)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def test_lstm_follows_its_equations(rng: np.random.Generator) -> None:
    layer = nn.LSTM(2, 3).double()
    w_ih, w_hh, b_ih, b_hh = (each.detach().numpy() for each in layer.parameters())
    x = rng.standard_normal((4, 2, 2))
    output, (h_n, c_n) = layer(mg.tensor(x))
    for n in range(2):
        h, c = np.zeros(3), np.zeros(3)
        for t in range(4):
            i, f, z, o = np.split(w_ih @ x[t, n] + b_ih + w_hh @ h + b_hh, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(z)
            h = sigmoid(o) * np.tanh(c)
            np.testing.assert_allclose(output.detach().numpy()[t, n], h, rtol=1e-12)
        np.testing.assert_allclose(h_n.detach().numpy()[0, n], h, rtol=1e-12)
        np.testing.assert_allclose(c_n.detach().numpy()[0, n], c, rtol=1e-12)


def test_gru_follows_its_equations(rng: np.random.Generator) -> None:
    layer = nn.GRU(2, 3, bidirectional=True).double()
    x = rng.standard_normal((4, 2, 2))
    output, h_n = layer(mg.tensor(x))
    for direction, suffix in enumerate(("", "_reverse")):
        names = (f"{name}_l0{suffix}" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        w_ih, w_hh, b_ih, b_hh = (getattr(layer, name).detach().numpy() for name in names)
        for n in range(2):
            h = np.zeros(3)
            for t in range(4)[:: -1 if direction else 1]:
                x_r, x_z, x_n = np.split(w_ih @ x[t, n] + b_ih, 3)
                h_r, h_z, h_n_ = np.split(w_hh @ h + b_hh, 3)
                z = sigmoid(x_z + h_z)
                h = (1 - z) * np.tanh(x_n + sigmoid(x_r + h_r) * h_n_) + z * h
                found = output.detach().numpy()[t, n, 3 * direction : 3 * direction + 3]
                np.testing.assert_allclose(found, h, rtol=1e-12)
            np.testing.assert_allclose(h_n.detach().numpy()[direction, n], h, rtol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_layer_is_its_cell_step_by_step(kind: str, rng: np.random.Generator) -> None:
    """Two ways to the same numbers and gradients: the loop over arrays, and the composition."""
    layer, cell = getattr(nn, kind)(2, 3), getattr(nn, f"{kind}Cell")(2, 3)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in layer.state_dict().items()})
    x = mg.tensor(rng.standard_normal((5, 2, 2)), dtype=mg.float32)
    state = None
    total = mg.tensor(0.0)
    for step in x:
        state = cell(step, state)
        total = total + leaves(state)[0].sum()
    total.backward()
    layer(x)[0].sum().backward()
    for a, b in zip(layer.parameters(), cell.parameters(), strict=True):
        assert a.grad.dtype == mg.float32
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=1e-4, atol=1e-5)


def test_dropout_acts_between_layers_in_training_only() -> None:
    layer = nn.GRU(2, 3, 2, dropout=1.0)
    x = mg.randn(4, 1, 2)
    other = mg.randn(4, 1, 2)
    np.testing.assert_array_equal(layer(x)[0].detach().numpy(), layer(other)[0].detach().numpy())
    layer.eval()
    assert not np.array_equal(layer(x)[0].detach().numpy(), layer(other)[0].detach().numpy())
    with pytest.warns(UserWarning, match="does nothing for num_layers=1"):
        nn.LSTM(2, 3, dropout=0.5)


def test_large_preactivations_do_not_overflow() -> None:
    """float32: e ** 200 is beyond it."""
    for layer in (nn.LSTM(1, 2), nn.GRU(1, 2)):
        x = mg.tensor([[[1e4]], [[-1e4]]]).requires_grad_()
        output = layer(x)[0]
        output.sum().backward()
        assert np.isfinite(output.detach().numpy()).all()
        assert np.isfinite(x.grad.numpy()).all()


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.LSTM(2, 3)(mg.ones(4, 1, 5)), RuntimeError, r"LSTM: .*input_size=2.*\(4, 1, 5\)"),
        (lambda: nn.GRU(2, 3)(mg.ones(0, 1, 2)), RuntimeError, "GRU: Expected sequence length to be larger than 0"),
        (lambda: nn.RNN(2, 3)(mg.ones(2)), RuntimeError, r"RNN: expected input of 2 or 3 dimensions, got \(2,\)"),
        (lambda: nn.GRU(2, 3)(mg.ones(4, 1, 2), mg.ones(1, 2, 3)), RuntimeError, r"GRU: .*\(1, 1, 3\).*\(1, 2, 3\)"),
        (lambda: nn.GRU(2, 3)(mg.ones(4, 2), mg.ones(1, 1, 3)), RuntimeError, r"GRU: .*\(1, 3\).*\(1, 1, 3\)"),
        (lambda: nn.LSTM(2, 3)(mg.ones(4, 1, 2), (mg.ones(1, 1, 3),)), RuntimeError, "LSTM: .* of 2 states, got 1"),
        (
            lambda: nn.LSTMCell(2, 3)(mg.ones(1, 3)),
            RuntimeError,
            "LSTMCell: input has inconsistent input_size: got 3 expected 2",
        ),
        (
            lambda: nn.GRUCell(2, 3)(mg.ones(1, 2), mg.ones(2, 3)),
            RuntimeError,
            "GRUCell: Input batch size 1 doesn't match hidden0 batch size 2",
        ),
        (
            lambda: nn.RNN(2, 3, nonlinearity="sin"),
            ValueError,
            "RNN: Unknown nonlinearity 'sin'. Select from 'tanh' or 'relu'",
        ),
        (lambda: nn.RNNCell(2, 3, nonlinearity="sin"), ValueError, "not 'sin'"),
        (lambda: nn.LSTM(2, 3, proj_size=3), ValueError, "proj_size must be less than hidden_size, 3, not 3"),
        (lambda: nn.LSTM(2, 0), ValueError, "LSTM: hidden_size must be greater than zero, got 0"),
        (lambda: nn.LSTM(2, 3, dropout=2), ValueError, r"dropout should be a number in range \[0, 1\]"),
    ],
)
def test_errors_say_what_was_seen(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


@pytest.mark.torch
@pytest.mark.parametrize(
    ("name", "gates"), [("lstm_cell", 4), ("gru_cell", 3), ("rnn_tanh_cell", 1), ("rnn_relu_cell", 1)]
)
def test_steps_as_functions_of_the_package(name: str, gates: int) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    shapes = [(2, 3), (2, 4), (2, 4), (gates * 4, 3), (gates * 4, 4), (gates * 4,), (gates * 4,)]
    x, h, c, *weights = (rng.standard_normal(shape) for shape in shapes)
    found = []
    for package in (mg, torch):
        tensors = [package.tensor(each, requires_grad=True) for each in (x, h, c, *weights)]
        state = tuple(tensors[1:3]) if name == "lstm_cell" else tensors[1]
        for biases in (0, 2):
            made = getattr(package, name)(tensors[0], state, *tensors[3 : 5 + biases])
            sum((each**2).sum() for each in (made if isinstance(made, tuple) else (made,))).backward()
        found.append([each.grad.numpy() for each in tensors if each.grad is not None])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)
    if name == "lstm_cell":
        with pytest.raises(TypeError, match=r"lstm_cell\(\): argument 'hx' \(position 2\) must be tuple of Tensors"):
            mg.lstm_cell(mg.ones(2, 3), mg.ones(2, 4), mg.ones(16, 3), mg.ones(16, 4))  # type: ignore[arg-type]
