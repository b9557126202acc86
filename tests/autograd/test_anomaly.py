"""detect_anomaly: the first operation at fault is named, forward and backward, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import Function, detect_anomaly, grad, set_detect_anomaly
from minigrad.engine.observers import observers
from minigrad.utils.checkpoint import checkpoint


def leaf(*values: float, dtype: Any = mg.float64) -> Any:
    return mg.tensor(list(values), dtype=dtype, requires_grad=True)


def place(mark: str) -> str:
    """The line of this file that ends with a mark, as messages write it."""
    lines = Path(__file__).read_text("utf-8").splitlines()
    (number,) = [i for i, line in enumerate(lines, 1) if line.endswith(f"# {mark}")]
    return f"test_anomaly.py:{number}"


def complaint(caught: pytest.ExceptionInfo[RuntimeError]) -> dict[str, str]:
    """The message by the names of its lines; the headline under ''."""
    first, *rest = str(caught.value).splitlines()
    return {"": first} | {line[2:].split("  ")[0].strip(): line[2:].split("  ", 1)[1].strip() for line in rest}


def test_the_first_operation_of_several_is_named_and_not_those_that_hand_the_nan_on() -> None:
    x = leaf(-4, 1, 9)

    def compute() -> Any:
        shifted = x + 1
        root = shifted.sqrt()  # the root
        return (root * 2).sum()

    with detect_anomaly(), pytest.raises(RuntimeError) as caught:
        compute()
    said = complaint(caught)
    assert said[""] == "detect_anomaly: sqrt gave NaN in the forward pass."
    assert said["line"].startswith(place("the root") + ", in compute")
    assert "root = shifted.sqrt()" in said["line"]
    assert said["x"] == "float64 of shape (3,), from -3 to 10"
    assert said["result"] == "float64 of shape (3,), from 1.414 to 3.162, 1 of 3 NaN"
    assert said["path"] == "leaf → add → sqrt (the loss is not reached yet)"


def test_an_infinity_made_of_finite_numbers_is_named() -> None:
    x = leaf(0, 1)
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"log gave an infinite value in the forward pass"):
        x.log()
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"div gave an infinite value"):
        mg.tensor([1.0]) / 0.0
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"pow gave an infinite value"):
        leaf(1e30, dtype=mg.float32) ** 2.0


def test_an_infinity_that_was_given_is_let_through() -> None:
    scores = mg.zeros(3, 3, requires_grad=True)
    mask = mg.full((3, 3), -mg.inf).triu(1)
    with detect_anomaly():
        by_sum = (scores + mask).softmax(-1)
        by_fill = scores.masked_fill(mask < 0, -mg.inf).softmax(-1)
        (by_sum * by_fill).sum().backward()
    assert np.isfinite(scores.grad.numpy()).all()


def test_a_given_infinity_is_named_when_it_becomes_nan() -> None:
    with detect_anomaly(), pytest.raises(RuntimeError) as caught:
        mg.tensor([mg.inf, 1.0]) - mg.tensor([mg.inf, 1.0])
    said = complaint(caught)
    assert said[""] == "detect_anomaly: sub gave NaN in the forward pass."
    assert said["a"] == "float32 of shape (2,), from 1 to 1, 1 of 2 infinite"


def test_nan_in_the_data_is_named_where_it_is_first_used() -> None:
    with detect_anomaly(), pytest.raises(RuntimeError) as caught:
        mg.tensor([mg.nan, 2.0, 5.0]) * 2
    assert complaint(caught)["a"] == "float32 of shape (3,), from 2 to 5, 1 of 3 NaN"


def test_zero_times_infinity_in_the_backward_pass() -> None:
    x = leaf(0, 4)
    with detect_anomaly():
        root = x.sqrt()  # where it ran
        kept = root * mg.tensor([0.0, 1.0], dtype=mg.float64)  # times nought
        loss = kept.sum()  # the end
        with pytest.raises(RuntimeError) as caught:
            loss.backward()
    said = complaint(caught)
    assert said[""] == "detect_anomaly: the derivative of sqrt with respect to x gave NaN in the backward pass."
    assert said["line"].startswith(place("where it ran"))
    assert said["g"] == "float64 of shape (2,), from 0 to 1"
    assert said["y"] == "float64 of shape (2,), from 0 to 2"
    assert said["share of x"] == "float64 of shape (2,), from 0.25 to 0.25, 1 of 2 NaN"
    steps = f"sqrt ({place('where it ran')}) → mul ({place('times nought')}) → sum ({place('the end')})"
    assert said["path"].startswith(steps)
    assert "0 · ∞: where the incoming gradient is 0, the derivative of sqrt is infinite" in str(caught.value)
    assert x.grad is None


def test_where_after_a_function_is_zero_times_infinity_too() -> None:
    x = leaf(0, 4)
    with detect_anomaly(), pytest.raises(RuntimeError, match="0 · ∞"):
        mg.where(x > 0, x.sqrt(), mg.zeros_like(x)).sum().backward()


def test_an_infinite_derivative_alone_is_not_called_zero_times_infinity() -> None:
    x = leaf(0, 4)
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"sqrt .*gave an infinite value in the back") as caught:
        x.sqrt().sum().backward()
    assert "0 · ∞" not in str(caught.value)


def test_a_graph_from_before_the_block_is_followed_without_its_lines() -> None:
    x = leaf(0)
    loss = (x.sqrt() * 0).sum()
    with detect_anomaly(), pytest.raises(RuntimeError) as caught:
        loss.backward()
    said = complaint(caught)
    assert "line" not in said
    assert said["path"].startswith("sqrt → mul → sum")


def test_the_modules_that_were_at_work_are_named() -> None:
    class Root(mg.nn.Module):
        def forward(self, x: Any) -> Any:
            return x.sqrt()

    with detect_anomaly(), pytest.raises(RuntimeError) as caught:
        mg.nn.Sequential(mg.nn.Identity(), Root())(leaf(-1))
    assert complaint(caught)["module"] == "Sequential > Root"


def test_gradients_that_are_fine_alone_and_infinite_together() -> None:
    x = leaf(0.1, dtype=mg.float32)
    with detect_anomaly():
        loss = (x * 3e38 + x * 2e38).sum()  # 5e37, but the gradient 5e38 is more than a float32 can be
        with pytest.raises(RuntimeError, match="the sum of all shares in the gradient of leaf is an infinite value"):
            loss.backward()


def test_a_gradient_that_backward_was_given() -> None:
    y = leaf(1, 2) * 2
    with detect_anomaly(), pytest.raises(RuntimeError, match="the gradient that backward was given for mul is NaN"):
        y.backward(mg.tensor([1.0, mg.nan], dtype=mg.float64))


def test_the_backward_of_a_function_is_named_by_its_class() -> None:
    class Broken(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 1

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return mg.full_like(g, mg.nan)

    x = leaf(1, 2)
    with detect_anomaly(), pytest.raises(RuntimeError) as caught:
        (Broken.apply(x) * 3).sum().backward()
    said = complaint(caught)
    assert said[""].startswith("detect_anomaly: the derivative of Broken with respect to input 0 gave NaN")
    assert said["g of output 0"] == "float64 of shape (2,), all 3"
    assert said["path"].startswith("Broken → mul")


def test_second_derivatives_are_looked_at_as_they_are_computed() -> None:
    x = leaf(0)
    with detect_anomaly():
        (first,) = grad((x**1.5).sum(), x, create_graph=True)
        assert first.tolist() == [0]
        with pytest.raises(RuntimeError, match="gave an infinite value in the backward pass"):
            first.sum().backward()


@pytest.mark.filterwarnings("ignore:Using backward")
def test_a_rule_that_is_recorded_is_named_as_one_that_is_not() -> None:
    said = []
    for create_graph in (False, True):
        x = leaf(0, 4)
        loss = (x.sqrt() * 0).sum()
        with detect_anomaly(), pytest.raises(RuntimeError) as caught:
            loss.backward(create_graph=create_graph)
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_a_line_in_the_backward_of_a_function() -> None:
    class Root(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 1

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return (g - 2).sqrt()  # in the backward of a Function

    y = Root.apply(leaf(1, 2)).sum()
    with detect_anomaly(), pytest.raises(RuntimeError) as caught:
        y.backward()
    said = complaint(caught)
    assert said[""] == "detect_anomaly: sqrt gave NaN in the backward pass."
    assert said["line"].startswith(place("in the backward of a Function"))


def test_through_a_checkpoint() -> None:
    x = leaf(0)
    with detect_anomaly(), pytest.raises(RuntimeError, match="0 · ∞"):
        (checkpoint(mg.sqrt, x) * 0).sum().backward()


def test_memory_that_was_not_initialized_is_no_fault_while_it_is_being_filled() -> None:
    w = leaf(1, 2)
    memory = mg.full((3,), mg.nan, dtype=mg.float64)  # as mg.empty may find it
    with detect_anomaly():
        memory[0] = w[0]
        memory[1:] = w
        memory.sum().backward()
    assert w.grad.tolist() == [2, 1]


def test_nothing_changes_where_nothing_is_wrong() -> None:
    x = leaf(2, 3)
    with detect_anomaly():
        (x * x).sum().backward()
    assert x.grad.tolist() == [4, 6]


def test_the_watch_ends_with_the_block_also_by_an_exception() -> None:
    with pytest.raises(KeyError), detect_anomaly():
        raise KeyError
    assert not observers
    assert np.isnan(leaf(-1).sqrt().detach().numpy()).all()


def test_check_nan_false_takes_a_part_out_of_the_block() -> None:
    x = leaf(-1)
    with detect_anomaly():
        with detect_anomaly(check_nan=False):
            x.sqrt()
        with set_detect_anomaly(False):
            x.sqrt()
        with set_detect_anomaly(True, check_nan=False):
            x.sqrt()
        with pytest.raises(RuntimeError):
            x.sqrt()
    assert not observers


def test_the_switch_holds_at_once_and_as_a_context() -> None:
    x = leaf(-1)
    set_detect_anomaly(True)
    try:
        set_detect_anomaly(True)
        assert len(observers) == 1
        with pytest.raises(RuntimeError, match="sqrt gave NaN"):
            x.sqrt()
    finally:
        set_detect_anomaly(False)
    x.sqrt()
    with set_detect_anomaly(True), pytest.raises(RuntimeError):
        x.sqrt()
    assert not observers


def test_blocks_of_several_threads_may_end_in_any_order() -> None:
    first, second = detect_anomaly(), detect_anomaly()
    first.__enter__()
    second.__enter__()
    first.__exit__()
    with pytest.raises(RuntimeError, match="detect_anomaly"):
        mg.log(mg.tensor(-1.0))
    second.__exit__()
    assert not observers


def test_a_long_path_is_shortened() -> None:
    x = leaf(1)
    y = x
    for _ in range(2000):
        y = y * 1.0
    y = y - 2
    with detect_anomaly(), pytest.raises(RuntimeError) as caught:
        y.sqrt()
    path = complaint(caught)["path"]
    assert "… 1991 more …" in path  # leaf, 2000 mul, sub, sqrt: 2003, of which 12 are named
    assert path.startswith("leaf → mul")
    assert path.count("→") == 12


@pytest.mark.torch
def test_errors_are_raised_where_torch_raises_them() -> None:
    torch = pytest.importorskip("torch")
    for package in (mg, torch):
        x = package.tensor([0.0, 4.0], requires_grad=True)
        with package.autograd.set_detect_anomaly(True):
            loss = (x.sqrt() * 0).sum()
            with pytest.raises(RuntimeError):
                loss.backward()
        with package.autograd.set_detect_anomaly(True, check_nan=False):
            (x.sqrt() * 0).sum().backward()
        assert np.isnan(x.grad.numpy()).tolist() == [True, False]
