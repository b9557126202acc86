"""What is remarkable about a graph is found, in words, and at the place where it is."""

from __future__ import annotations

import inspect

import numpy as np

import minigrad as mg
from minigrad import nn, viz
from minigrad.viz.graph.findings import findings_of
from minigrad.viz.graph.passes import gradients_of


def found(output: mg.Tensor, backward: bool = True) -> list[tuple[str, str | None]]:
    graph = viz.graph_of(output)
    gradients = gradients_of(graph, [output]) if backward and output.requires_grad else None
    return [(each.text, each.vertex.title if each.vertex else None) for each in findings_of(graph, gradients)]


def test_nothing_is_said_of_a_graph_that_is_well() -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
    with viz.record():
        loss = model(mg.randn(5, 4)).square().mean()
    assert found(loss) == []
    assert viz.draw(loss).findings == []
    assert "!" not in str(viz.explain(loss))


def test_a_parameter_that_is_cut_off() -> None:
    a, b = nn.Linear(4, 4), nn.Linear(4, 2)
    with viz.record():
        h = a(mg.randn(5, 4)).detach()
        loss = b(h).square().mean()
    line = inspect.currentframe().f_lineno - 2  # type: ignore[union-attr]
    texts = [text for text, _ in found(loss)]
    assert len(texts) == 2
    assert texts[0].startswith("a.weight gets no gradient: detached")
    assert f":{line}" in texts[0]
    assert texts[0] in str(viz.explain(loss))
    assert texts[0] in viz.draw(loss).dot
    assert viz.draw(loss, backward=True).findings[0].text == texts[0]


def test_a_parameter_that_is_not_used() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(3, 3), nn.Linear(3, 3)

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            return self.a(x)

    u = Two()
    with viz.record():
        loss = u(mg.randn(2, 3)).sum()
    assert found(loss) == [("unused: u.b.weight", None), ("unused: u.b.bias", None)]


def test_dead_units() -> None:
    x = mg.ones(4, 10, requires_grad=True)
    bias = mg.tensor(np.r_[np.full(7, -5.0), np.ones(3)].astype(np.float32))
    with viz.record():
        y = (x + bias).relu().sum()
    ((text, where),) = found(y)
    assert text == "relu: 70% of its units are dead"
    assert where == "relu"


def test_the_first_value_that_is_no_number() -> None:
    x = mg.tensor([1.0, -1.0], requires_grad=True)
    with viz.record(), np.errstate(all="ignore"):
        y = x.log()
        z = (y * 2).sum()
    text, where = found(z, backward=False)[0]
    assert text.startswith("first NaN: log (y) at test_findings.py:")
    assert where == "log"


def test_a_gradient_that_vanishes() -> None:
    a, b = nn.Linear(4, 4), nn.Linear(4, 4)
    with viz.record():
        x = mg.randn(5, 4)
        loss = (b(x) + a(x) * 1e-7).square().mean()
    ((text, where),) = found(loss)
    assert text.startswith(f"{where} gets a gradient of 10⁻")
    assert "a." in text.partition(" of that of ")[0]
    assert "b." in text.partition(" of that of ")[2]


def test_who_keeps_most_of_the_memory() -> None:
    x = mg.randn(1000, 600, requires_grad=True)
    with viz.record():
        y = (x.exp().sum(1) * 2).sin().sum()
    assert found(y) == [("exp keeps 100% of the memory", "exp")]


def test_what_is_frozen_is_so_on_purpose() -> None:
    judge = nn.Linear(4, 1)
    with viz.record():
        judge(mg.randn(5, 4)).mean().backward()
        judge.requires_grad_(False)
        loss = judge(nn.Linear(3, 4)(mg.randn(5, 3))).mean()
    assert found(loss) == []
    graph = viz.graph_of(loss)
    assert {edge.source.title: edge.dead for edge in graph.edges if edge.dead} == dict.fromkeys(
        ("judge.weight", "judge.bias"), "frozen"
    )


def test_of_many_parameters_the_same_is_said_once() -> None:
    model = nn.Sequential(*[nn.Linear(3, 3) for _ in range(3)])
    with viz.record():
        loss = nn.Linear(3, 1)(model(mg.randn(2, 3)).detach()).sum()
    ((text, where),) = found(loss)
    assert text.startswith("model.0.weight and 5 more get no gradient: detached at ")
    assert where == "model.0.weight"


def test_operations_have_the_names_that_the_program_called_them_by() -> None:
    layer = nn.Linear(3, 2)
    with viz.record():
        with mg.no_grad():
            y = layer(mg.randn(4, 3))
        loss = (y * mg.ones(2, requires_grad=True)).sum()
    assert found(loss)[0][0].startswith("layer.weight gets no gradient: linear ran under no_grad at ")
