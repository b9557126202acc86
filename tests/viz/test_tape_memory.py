"""viz.memory: bytes counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

import minigrad as mg
from minigrad import viz
from minigrad.autograd import Function
from minigrad.errors import GraphError
from minigrad.utils.checkpoint import checkpoint


def leaf(*shape: int) -> Any:
    return mg.ones(*shape, requires_grad=True)


def test_each_array_once_for_the_oldest_operation() -> None:
    x = leaf(10)  # 40 bytes, held by the code
    y = (x * x).exp().sigmoid().sum()
    told = viz.memory(y)
    # mul keeps x for both arguments, exp its output, sigmoid its output; sum keeps a shape.
    assert told.bytes == 40 * 3
    assert told.by_operation == {"mul": 40, "exp": 40, "sigmoid": 40}
    assert told.freed_by_backward == 80
    assert {each.keepers[0].operation: each.elsewhere for each in told.arrays} == {"mul": "x", "exp": "", "sigmoid": ""}


def test_an_array_that_several_operations_keep_counts_once() -> None:
    x = leaf(100)
    h = x.exp()
    loss = (h * h + h.sqrt() * h).sum()
    held = viz.memory(loss)
    # exp, both factors of the first product, and one of the second keep h; sqrt and the second product its root.
    assert held.bytes == 2 * 400
    assert held.by_operation == {"exp": 400, "sqrt": 400}
    by_first = {each.keepers[0].operation: each for each in held.arrays}
    assert [str(each) for each in by_first["exp"].keepers] == ["exp (y)", "mul (b)", "mul (a)", "mul (b)"]
    assert by_first["exp"].elsewhere == "h"
    assert by_first["sqrt"].elsewhere == ""


def test_views_of_the_same_memory_count_once_and_in_full() -> None:
    x = leaf(6, 4)
    h = x * 2.0
    loss = (h[0] * h[1] + h.T[:, 2].exp()).sum()
    (base, *rest) = viz.memory(loss).arrays
    assert base.bytes == 6 * 4 * 4
    assert [str(each) for each in base.keepers] == ["mul (b)", "mul (a)"]
    assert [each.bytes for each in rest] == [4 * 4]


def test_a_linear_operation_keeps_nothing() -> None:
    x = leaf(1000)
    assert viz.memory((x + x).sum()).bytes == 0


def test_modules_and_what_a_checkpoint_frees() -> None:
    batch, width = 8, 32
    net = mg.nn.Sequential(mg.nn.Tanh(), mg.nn.Sigmoid(), mg.nn.Linear(width, 1))
    scale = leaf(width)
    data = mg.ones(batch, width)
    with viz.record():
        out = net(data * scale).sum()
    told = viz.memory(out)
    activation = batch * width * 4
    # Tanh keeps its output, Sigmoid its own, Linear its input (Sigmoid's output) and its weight, the product data.
    assert told.by_module == {"": activation, "net.0": activation, "net.1": activation, "net.2": width * 4}
    assert told.bytes == 3 * activation + width * 4
    # Tanh's output is kept by it alone; Sigmoid's is also the Linear layer's; data and the weight live on elsewhere.
    assert told.freed_by_checkpoint == {"net": 2 * activation, "net.0": activation, "net.1": 0, "net.2": 0}
    assert {each.elsewhere for each in told.arrays} == {"data", "net.2.weight", ""}


def test_a_checkpoint_frees_what_was_foretold() -> None:
    net = mg.nn.Sequential(mg.nn.Linear(16, 64), mg.nn.Tanh(), mg.nn.Linear(64, 64), mg.nn.ReLU())
    x = mg.ones(4, 16)
    with viz.record():
        plain = (net(x) ** 2).sum()
    foretold = viz.memory(plain).freed_by_checkpoint["net"]
    saved = (checkpoint(net, x) ** 2).sum()
    assert foretold == viz.memory(plain).freed_by_backward - viz.memory(saved).freed_by_backward
    assert foretold == 4 * 64 * 4  # Tanh's output; ReLU's is kept by the square too


def test_the_input_of_a_module_stays_with_a_checkpoint() -> None:
    net = mg.nn.Sequential(mg.nn.Linear(8, 8, bias=False))
    x = leaf(4, 8)
    with viz.record():
        out = net(x + 1.0).sum()
    told = viz.memory(out)
    assert told.by_module == {"net.0": 8 * 8 * 4 + 4 * 8 * 4}
    assert told.freed_by_checkpoint == {"net": 0, "net.0": 0}


def test_a_module_that_is_called_twice() -> None:
    tanh = mg.nn.Tanh()
    x = leaf(10)
    with viz.record():
        out = (tanh(tanh(x) + 1.0) * 2.0).sum()
    assert viz.memory(out).freed_by_checkpoint == {"tanh": 40, "tanh (call 2)": 40}


def test_what_a_function_saved() -> None:
    class Square(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            y = x * x
            ctx.save_for_backward(x, y)
            return y

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2 * ctx.saved_tensors[0]

    x = leaf(10)
    out = Square.apply(x)
    told = viz.memory(out.sum())
    assert told.by_operation == {"Square": 80}
    assert {each.elsewhere for each in told.arrays} == {"x", "out"}


def test_text_and_html() -> None:
    net = mg.nn.Sequential(mg.nn.Tanh())
    x = leaf(256)
    with viz.record():
        loss = net(x).sum()
    told = viz.memory(loss)
    text = str(told)
    assert text.startswith("The tape of loss holds 1.0 KiB in 1 array. 1.0 KiB of it the tape alone keeps alive")
    assert "tanh (y) in net.0" in text
    assert "checkpoint frees" in text
    assert repr(told) == text
    shown = told._repr_html_()
    assert shown.count("<table>") == shown.count("</table>") == 3
    assert "1.0 KiB" in shown
    assert "viz.record()" in str(viz.memory((x * x).sum()))


def test_looking_keeps_nothing_alive_and_frees_nothing() -> None:
    x = leaf(4)
    loss = (x * x).sum()
    viz.memory(loss)
    loss.backward()
    assert x.grad.tolist() == [2, 2, 2, 2]


def test_bad_input() -> None:
    with pytest.raises(TypeError, match="memory: expected a tensor, not int"):
        viz.memory(1)  # type: ignore[arg-type]
    with pytest.raises(GraphError, match="no graph"):
        viz.memory(mg.ones(2))
    loss = leaf(2).exp().sum()
    loss.backward()
    with pytest.raises(GraphError, match="memory: a backward pass has freed"):
        viz.memory(loss)
