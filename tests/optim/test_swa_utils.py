"""Averages of weights next to PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, optim
from minigrad.optim import swa_utils

AVERAGES: dict[str, dict[str, Any]] = {
    "equal": {},
    "avg_fn": {"avg_fn": ("get_ema_avg_fn", 0.7)},
    "multi_avg_fn": {"multi_avg_fn": ("get_ema_multi_avg_fn", 0.7)},
    "equal, of lists": {"multi_avg_fn": ("get_swa_multi_avg_fn",)},
    "buffers": {"use_buffers": True},
}


def model(library: Any, start: list[np.ndarray]) -> Any:
    made = library.nn.Sequential(library.nn.Linear(3, 4), library.nn.BatchNorm1d(4), library.nn.Linear(4, 2))
    with library.no_grad():
        for parameter, values in zip(made.parameters(), start, strict=True):
            parameter.copy_(library.tensor(values))
    return made


@pytest.mark.torch
@pytest.mark.parametrize("name", AVERAGES)
def test_an_average_of_weights(name: str, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    shapes = [(4, 3), (4,), (4,), (4,), (2, 4), (2,)]
    start = [rng.standard_normal(shape).astype("f") for shape in shapes]
    batches = [rng.standard_normal((8, 3)).astype("f") for _ in range(5)]
    found = []
    for library, utils in ((mg, swa_utils), (torch, torch.optim.swa_utils)):
        options = {
            key: getattr(utils, value[0])(*value[1:]) if isinstance(value, tuple) else value
            for key, value in AVERAGES[name].items()
        }
        net = model(library, start)
        averaged = utils.AveragedModel(net, **options)
        optimizer = library.optim.SGD(net.parameters(), lr=0.01)
        for batch in batches:
            optimizer.zero_grad()
            (net(library.tensor(batch)) ** 2).mean().backward()
            optimizer.step()
            averaged.update_parameters(net)
        state = {key: value.detach().numpy().copy() for key, value in averaged.state_dict().items()}
        utils.update_bn([(library.tensor(batch), None) for batch in batches], averaged)
        assert averaged.module[1].momentum == 0.1
        assert averaged.training
        state |= {f"then {key}": value.detach().numpy() for key, value in averaged.state_dict().items()}
        found.append(state)
    assert found[0].keys() == found[1].keys()
    for key, expected in found[1].items():
        np.testing.assert_allclose(found[0][key], expected, rtol=2e-4, atol=2e-5, err_msg=key)


@pytest.mark.torch
@pytest.mark.parametrize("strategy", ["cos", "linear"])
@pytest.mark.parametrize("epochs", [0, 1, 6])
def test_swalr(strategy: str, epochs: int) -> None:
    torch = pytest.importorskip("torch")
    seen, states = [], []
    for library, utils in ((mg, swa_utils), (torch, torch.optim.swa_utils)):
        p, q = (library.zeros(2, requires_grad=True) for _ in range(2))
        optimizer = library.optim.SGD([{"params": [p]}, {"params": [q], "lr": 0.5}], lr=0.1)
        scheduler = utils.SWALR(optimizer, [0.02, 0.05], epochs, strategy)
        rates = []
        for _ in range(10):
            rates.append([group["lr"] for group in optimizer.param_groups])
            optimizer.step()
            scheduler.step()
        seen.append(rates)
        states.append(scheduler.state_dict())
    np.testing.assert_allclose(*seen, rtol=1e-12)
    theirs = set(states[1]) - {"_is_initial", "_get_lr_called_within_step"}
    assert set(states[0]) == theirs


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(ValueError, match="decay must be in"):
        swa_utils.get_ema_avg_fn(1.5)
    with pytest.raises(ValueError, match="not both"):
        swa_utils.AveragedModel(nn.Linear(1, 1), avg_fn=min, multi_avg_fn=min)
    optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=0.1)
    with pytest.raises(ValueError, match="anneal_strategy must be"):
        swa_utils.SWALR(optimizer, 0.1, anneal_strategy="sin")
    with pytest.raises(ValueError, match="anneal_epochs must be"):
        swa_utils.SWALR(optimizer, 0.1, anneal_epochs=-1)


def test_a_model_without_batch_normalization_is_left_alone() -> None:
    swa_utils.update_bn(iter(()), nn.Linear(2, 2).eval())


def test_an_error_among_the_batches_changes_nothing() -> None:
    layer = nn.BatchNorm1d(2).eval()
    layer(mg.ones(3, 2))
    with mg.no_grad():
        layer.running_mean += 3
    before = {name: value.tolist() for name, value in layer.state_dict().items()}
    for batches in ([mg.ones(3, 2), mg.ones(3, 5)], 5):
        with pytest.raises((RuntimeError, TypeError), match=r"BatchNorm1d|update_bn\(\): argument 'loader'"):
            swa_utils.update_bn(batches, layer)  # type: ignore[arg-type]
        assert {name: value.tolist() for name, value in layer.state_dict().items()} == before
        assert (layer.momentum, layer.training) == (0.1, False)


@pytest.mark.parametrize("other", [nn.Linear(1, 1), nn.Linear(2, 2, bias=False), nn.Sequential()])
def test_another_model_is_no_update(other: nn.Module) -> None:
    averaged = swa_utils.AveragedModel(nn.Linear(2, 2))
    before = {name: value.tolist() for name, value in averaged.state_dict().items()}
    with pytest.raises(RuntimeError, match="update_parameters: the model must have parameters like"):
        averaged.update_parameters(other)
    assert {name: value.tolist() for name, value in averaged.state_dict().items()} == before
