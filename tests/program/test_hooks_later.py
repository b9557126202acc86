"""Hooks that come after a function was compiled: a program cannot call them, and says so; none is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import minigrad as mg
from minigrad import nn, optim
from minigrad.errors import GraphError
from minigrad.nn.modules.module import register_module_forward_hook


def nothing(*args: Any) -> None:
    pass


LATER: dict[str, Callable[[nn.Linear, optim.Optimizer], Any]] = {
    "of a module": lambda module, optimizer: module.register_forward_hook(nothing),
    "of all modules": lambda module, optimizer: register_module_forward_hook(nothing),
    "of a tensor": lambda module, optimizer: module.weight.register_hook(nothing),
    "after a gradient": lambda module, optimizer: module.weight.register_post_accumulate_grad_hook(nothing),
    "of an optimizer": lambda module, optimizer: optimizer.register_step_pre_hook(nothing),
    "of all optimizers": lambda module, optimizer: optim.optimizer.register_optimizer_step_pre_hook(nothing),
}


@pytest.mark.parametrize("register", LATER.values(), ids=LATER)
def test_a_hook_that_comes_later_is_not_left_out(register: Callable[..., Any]) -> None:
    module = nn.Linear(2, 1)
    optimizer = optim.SGD(module.parameters(), lr=0.1)

    @mg.compile
    def step(x: mg.Tensor) -> mg.Tensor:
        optimizer.zero_grad()
        loss = module(x).sum()
        loss.backward()
        optimizer.step()
        return loss

    x = mg.ones(3, 2)
    for _ in range(3):
        step(x)
    handle = register(module, optimizer)
    try:
        with pytest.raises(GraphError, match=r"compile: .*hook"):
            step(x)
    finally:
        handle.remove()
    before = module.weight.tolist()
    step(x)
    assert module.weight.tolist() != before
