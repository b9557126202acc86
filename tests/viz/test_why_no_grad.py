"""viz.why_no_grad: each reason for an empty .grad is told apart, with its line."""

from __future__ import annotations

import contextlib
import inspect
from pathlib import Path
from typing import Any

import pytest

import minigrad as mg
from minigrad import viz
from minigrad.errors import GraphError


def leaf(*values: float) -> Any:
    return mg.tensor(list(values), dtype=mg.float32, requires_grad=True)


def place(mark: str) -> str:
    """The line of this file that ends with a mark, as sentences write it."""
    lines = Path(__file__).read_text("utf-8").splitlines()
    (number,) = [i for i, line in enumerate(lines, 1) if line.endswith(f"# {mark}")]
    return f"test_why_no_grad.py:{number}"


def test_there_is_one() -> None:
    x = leaf(1, 2)
    x.sum().backward()
    assert viz.why_no_grad(x) == "The .grad of `x` is not None: it holds a gradient of shape (2,)."


def test_integers() -> None:
    n = mg.tensor([1, 2])
    assert viz.why_no_grad(n).startswith("`n` holds int64, and only floating point numbers have derivatives")
    assert ".float()" in viz.why_no_grad(n)


def test_a_result_is_no_leaf() -> None:
    x = leaf(1, 2)
    y = x * 2
    y.sum().backward()
    said = viz.why_no_grad(y)
    assert said.startswith("`y` is not a leaf: mul made it,")
    assert "retain_grad()" in said


def test_a_recorded_result_is_no_leaf_and_its_line_is_known() -> None:
    x = leaf(1, 2)
    with viz.record():
        y = x.exp()  # a result
        y.sum().backward()
    assert viz.why_no_grad(y).startswith(f"`y` is not a leaf: exp made it at {place('a result')},")


def test_a_retained_result_waits_for_backward() -> None:
    x = leaf(1, 2)
    y = x * 2
    y.retain_grad()
    loss = y.sum()
    assert viz.why_no_grad(y).startswith("`loss` depends on `y`, but backward() has not been run on it")
    loss.backward()
    assert "is not None" in viz.why_no_grad(y)


def test_requires_grad_is_false() -> None:
    x = mg.ones(2)
    said = viz.why_no_grad(x)
    assert said.startswith("`x` does not require grad (its requires_grad is False)")
    assert "requires_grad_()" in said


def test_a_frozen_parameter_is_called_by_its_qualified_name() -> None:
    model = mg.nn.Sequential(mg.nn.Linear(2, 2))
    model[0].weight.requires_grad_(False)
    assert viz.why_no_grad(model[0].weight).startswith("`model.0.weight` does not require grad")


def test_made_of_what_requires_none() -> None:
    x = mg.ones(2)
    with viz.record():
        y = x * 2  # nobody asked
    said = viz.why_no_grad(y)
    assert said.startswith(f"`y` was made by mul at {place('nobody asked')} from values of which none requires grad")


def test_made_under_no_grad() -> None:
    x = leaf(1, 2)
    with viz.record(), mg.no_grad():
        y = x * 2  # under no_grad
    assert viz.why_no_grad(y).startswith(f"`y` was made under no_grad at {place('under no_grad')}")


def test_detached_with_its_line() -> None:
    x = leaf(1, 2)
    with viz.record():
        y = x.exp()
        z = y * 2
        d = y.detach()  # detached
        (d * z).sum().backward()
    said = viz.why_no_grad(d)
    assert said.startswith(f"`d` was detached at {place('detached')}: it shows the numbers of `y`")


def test_detached_without_a_recording() -> None:
    x = leaf(1, 2)
    y = x.exp()
    d = y.detach()
    assert viz.why_no_grad(d).startswith("`d` was detached: it shows the numbers of `y`")


def test_the_way_to_the_loss_is_detached() -> None:
    x, w = leaf(1, 2), leaf(3, 4)
    with viz.record():
        h = x.exp()
        h = h.detach()  # the cut
        loss = (h * w).sum()
        loss.backward()
    said = viz.why_no_grad(x)
    assert said.startswith("The way from `x` to `loss` is cut:")
    assert f"was detached at {place('the cut')} before mul used it" in said
    assert "not None" in viz.why_no_grad(w)


def test_the_way_to_the_loss_leads_through_no_grad() -> None:
    x, w = leaf(1, 2), leaf(3, 4)
    with viz.record():
        with mg.no_grad():
            h = x.exp()  # not recorded
        loss = (h * w).sum()
        loss.backward()
    said = viz.why_no_grad(x)
    assert said.startswith(f"The way from `x` to `loss` is cut: exp ran under no_grad at {place('not recorded')}.")


def test_one_whole_way_is_enough() -> None:
    x = leaf(1, 2)
    with viz.record():
        loss = (x.detach() * x).sum()
    assert viz.why_no_grad(x, loss).startswith("`loss` depends on `x`, but backward() has not been run on it")


def test_backward_has_not_been_run() -> None:
    x = leaf(1, 2)
    loss = (x * x).sum()
    assert viz.why_no_grad(x).startswith("`loss` depends on `x`, but backward() has not been run on it")
    assert "loss.backward()" in viz.why_no_grad(x)
    assert viz.why_no_grad(x, loss) == viz.why_no_grad(x)


def test_the_gradient_has_been_cleared() -> None:
    x = leaf(1, 2)
    optimizer = mg.optim.SGD([x], lr=0.1)
    with viz.record():
        loss = (x * x).sum()
        loss.backward()  # it came here
        optimizer.zero_grad()
    said = viz.why_no_grad(x)
    assert said.startswith(f"The backward pass at {place('it came here')} did reach `x`, and its .grad has been clear")


def test_the_gradient_was_asked_for_others() -> None:
    x, w = leaf(1, 2), leaf(3, 4)
    with viz.record():
        loss = (x * w).sum()
        loss.backward(inputs=[w])
    assert viz.why_no_grad(x).startswith("The gradient of `loss` was asked for, but not with respect to `x`")


def test_never_used() -> None:
    x, w = leaf(1, 2), leaf(3, 4)
    loss = (w * w).sum()
    loss.backward()
    assert viz.why_no_grad(x).startswith("`x` was never used in computing `loss`")
    assert viz.why_no_grad(x, loss).startswith("`x` was never used in computing `loss`")
    alone = leaf(1)
    del loss
    assert viz.why_no_grad(alone).startswith("`alone` was never used in computing anything that the code still holds")


def test_used_but_not_on_the_way_to_the_loss() -> None:
    x, w = leaf(1, 2), leaf(3, 4)
    with viz.record():
        aside = x * 2  # aside
        loss = (w * w).sum()
        loss.backward()
    said = viz.why_no_grad(x)
    assert said.startswith(f"`x` was used at {place('aside')}, but `loss` does not depend on that")
    assert aside.requires_grad


def test_a_parameter_that_forward_leaves_out() -> None:
    class Net(mg.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused = mg.nn.Linear(2, 1), mg.nn.Linear(2, 1)

        def forward(self, x: Any) -> Any:
            return self.used(x)

    net = Net()
    loss = net(mg.ones(3, 2)).sum()
    loss.backward()
    assert viz.why_no_grad(net.unused.weight).startswith("`net.unused.weight` was never used in computing `loss`")


def test_bad_input() -> None:
    x = leaf(1)
    with pytest.raises(TypeError, match="tensor must be a tensor, not list"):
        viz.why_no_grad([1.0])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="loss must be a tensor, not float"):
        viz.why_no_grad(x, 1.0)  # type: ignore[arg-type]
    with pytest.raises(GraphError, match="no graph"):
        viz.why_no_grad(x, mg.ones(1))


# -- numbers that leave the graph --------------------------------------------------------------------------------------


def test_an_index_has_no_derivative() -> None:
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    with viz.record():
        i = w.argmax()
        loss = i * 2.0
    line = inspect.currentframe().f_lineno - 2  # type: ignore[union-attr]
    said = viz.why_no_grad(w)
    assert said.startswith(f"`w` is used at {Path(__file__).name}:{line}, but argmax gives an index")
    assert said == viz.why_no_grad(w, loss)
    assert "within `with viz.record():`" not in said
    assert f":{line} argmax gives an index" in viz.why_no_grad(loss)


@pytest.mark.parametrize("recorded", [True, False])
def test_numbers_taken_out_of_the_graph(recorded: bool) -> None:
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    with viz.record() if recorded else contextlib.nullcontext():
        loss = mg.tensor(w.sum().item()) * 2
    for said in (viz.why_no_grad(w), viz.why_no_grad(w, loss), viz.why_no_grad(loss)):
        assert ".item() takes the numbers out of the graph" in said
        assert "call requires_grad_()" not in said


def test_numpy_takes_numbers_out_too() -> None:
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    with viz.record():
        half = w.detach().numpy() / 2
        loss = mg.tensor(half).sum()
    assert ".numpy() takes the numbers out of the graph" in viz.why_no_grad(loss)
    assert ".numpy() takes the numbers out of the graph" in viz.why_no_grad(w, loss)


def test_a_recorded_answer_does_not_ask_for_a_recording() -> None:
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    with viz.record():
        loss = mg.ones(2) * mg.tensor(3.0, requires_grad=True)
    assert "viz.record" not in viz.why_no_grad(w, loss)


def test_a_leaf_that_is_frozen_is_not_detached() -> None:
    w = leaf(1, 2)
    with viz.record():
        (w * 2).sum()
        w.requires_grad_(False)
        loss = (w * leaf(3, 4)).sum()  # frozen
        loss.backward()
    assert viz.why_no_grad(w).startswith("`w` is frozen: its requires_grad was True, and is False now.")
    w.requires_grad_()
    assert f"requires_grad of `w` was False when mul used it at {place('frozen')}" in viz.why_no_grad(w, loss)
