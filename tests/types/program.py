"""A program as a user writes it, for type checkers: mypy and pyright, in their default settings, find no mistake in it.

It is checked and run: `assert_type` says what a checker must know, and does nothing when the program runs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from typing_extensions import assert_type

import minigrad as mg
import minigrad.nn.functional as F
from minigrad import Tensor, nn, optim
from minigrad.autograd import Function
from minigrad.func import grad, value_and_grad, vmap
from minigrad.utils.data import DataLoader, TensorDataset

# -- tensors and operations --------------------------------------------------------------------------------------------

x = mg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
assert_type(x, Tensor)
assert_type(mg.sum(x), Tensor)
assert_type(x.sum(), Tensor)
assert_type(x.sum(dim=0, keepdim=True), Tensor)
assert_type(x * x, Tensor)
assert_type(2 - x, Tensor)
assert_type(x @ x.T, Tensor)
assert_type(x[0], Tensor)
assert_type(mg.sin(x), Tensor)
assert_type(mg.special.erf(x), Tensor)
assert_type(x.reshape(4).exp().add_(1), Tensor)
assert_type(mg.reshape(x, (4,)), Tensor)
assert_type(mg.where(x > 0, x, 0.0), Tensor)
assert_type(mg.cat([x, x], dim=1), Tensor)
assert_type(x.grad, Tensor | None)
assert_type(mg.zeros(2, 3, dtype=mg.float64), Tensor)
assert_type(mg.randn(2, 3), Tensor)
assert_type(x.size(), mg.Size)
assert_type(x.size(0), int)
assert_type(x.shape[0], int)
assert_type(F.relu_(mg.zeros(2)), Tensor)
assert_type(mg.relu_(mg.zeros(2)), Tensor)
assert_type(mg.arcsin(x * 0), Tensor)
assert_type(mg.FloatTensor([1, 2]).sum(), Tensor)
assert_type(x.sum().sin(), Tensor)
assert_type(mg.autograd.grad(x.sum(), x)[0], Tensor)
values, places = x.max(dim=1)
assert_type(values, Tensor)
assert_type(x.detach().numpy(), np.ndarray[Any, Any])
assert_type(x[0, 0].item(), bool | int | float)
assert_type(x.tolist(), list[Any])


# -- a module of one's own ---------------------------------------------------------------------------------------------


class Net(nn.Module):
    """A classifier with one hidden layer."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(2, hidden)
        self.scale = nn.Parameter(mg.ones(hidden))
        self.out = nn.Linear(hidden, 2)

    def forward(self, inputs: Tensor) -> Tensor:
        h = F.relu(self.hidden(inputs)) * self.scale
        assert_type(h, Tensor)
        return self.out(h)


class Pair(nn.Module):
    """A module of two inputs and two outputs: its call has the types of its forward."""

    def forward(self, first: Tensor, second: Tensor, scale: float = 1.0) -> tuple[Tensor, float]:
        return first * scale + second, scale


assert_type(Net(3)(x), Tensor)
assert_type(Net(3).eval()(inputs=x), Tensor)
assert_type(Pair()(x, x, scale=2.0), tuple[Tensor, float])
assert_type(nn.Sequential(nn.Linear(2, 3), nn.ReLU())(x), Tensor)
assert_type(mg.compile(Pair())(x, x), tuple[Tensor, float])
assert_type(nn.GRU(2, 3)(x), tuple[Tensor, Tensor])
assert_type(nn.LSTM(2, 3)(x)[1][0], Tensor)
assert_type(nn.MultiheadAttention(2, 1)(x, x, x)[0], Tensor)
assert_type(nn.Linear(2, 3)(x), Tensor)
assert_type(nn.Conv2d(1, 4, 3, padding=1)(mg.zeros(2, 1, 8, 8)), Tensor)
assert_type(nn.CrossEntropyLoss()(mg.zeros(2, 3), mg.tensor([0, 1])), Tensor)

# -- a function with a backward of its own -----------------------------------------------------------------------------


class Cube(Function):
    """x ** 3 with its derivative."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return g * 3 * x**2


# -- a training script -------------------------------------------------------------------------------------------------


def train(epochs: int = 2) -> float:
    mg.manual_seed(0)
    inputs = mg.randn(64, 2)
    labels = (inputs[:, 0] > 0).long()
    loader = DataLoader(TensorDataset(inputs, labels), batch_size=16, shuffle=True)
    model = Net(8)
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1)
    loss = mg.zeros(())
    for _ in range(epochs):
        for batch, target in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(batch), target)
            loss.backward()
            optimizer.step()
        scheduler.step()
    with mg.no_grad():
        scores = model(inputs)
        accuracy = (scores.argmax(1) == labels).float().mean()
    assert_type(accuracy, Tensor)
    return float(accuracy)


def squared(v: Tensor) -> Tensor:
    return (v * v).sum()


assert_type(vmap(squared)(x), Tensor)

if __name__ == "__main__":
    train()
    Cube.apply(x).sum().backward()
    gradient = grad(squared)(x)
    value, slope = value_and_grad(squared)(x)
