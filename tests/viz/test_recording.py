"""A recording knows what ran: values as they were, the line, the module, the name; and it costs little."""

from __future__ import annotations

import gc
import inspect
import threading
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.engine.observers import observers
from minigrad.viz import Recording, record, recording_of


def line() -> int:
    """The line of the caller."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def operations(recording: Recording) -> list[str]:
    return [call.operation.name for call in recording.calls]


def names(recording: Recording) -> list[str]:
    return [call.result.name for call in recording.calls]


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
        self.register_buffer("scale", mg.full((), 2.0))

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        hidden = self.body(x)
        return hidden * self.scale


def test_operations_arguments_and_results() -> None:
    a = mg.tensor([1.0, 2.0], requires_grad=True)
    b = mg.tensor([3.0, 5.0])
    with record() as recording:
        c = a * b
        d = c.sum()
    assert operations(recording) == ["mul", "sum"]
    product, total = recording.calls
    assert [value.name for value in product.arguments] == ["a", "b"]
    assert product.traced == (True, False)
    np.testing.assert_array_equal(product.result.array, [3.0, 10.0])
    assert total.arguments[0] is product.result
    assert total.static == {"dim": (0,), "keepdim": False}
    assert recording.value_of(c) is product.result
    assert recording.value_of(d) is total.result
    assert product.result.node is c.node
    assert product.order < total.order


def test_nothing_is_recorded_outside_and_nobody_looks_on() -> None:
    x = mg.ones(2)
    with record() as recording:
        pass
    x + x
    assert recording.calls == []
    assert observers == []


def test_an_exception_ends_the_recording() -> None:
    recording = record()
    with pytest.raises(RuntimeError, match="cannot be multiplied"), recording:
        mg.ones(2).exp() @ mg.ones(3)
    assert operations(recording) == ["exp"]
    assert observers == []


def test_a_recording_is_used_once() -> None:
    with record() as recording:
        pass
    with pytest.raises(RuntimeError, match="used"), recording:
        pass


def test_values_are_kept_as_they_were() -> None:
    weight = mg.tensor([1.0, 2.0], requires_grad=True)
    with record() as recording:
        loss = (weight * weight).sum()
        loss.backward()
        with mg.no_grad():
            weight -= weight.grad
        again = weight * 1.0
    np.testing.assert_array_equal(recording.calls[0].arguments[0].array, [1.0, 2.0])
    np.testing.assert_array_equal(recording.calls[-1].arguments[0].array, [-1.0, -2.0])
    assert recording.value_of(again).name == "again"


def test_without_values_only_single_numbers_are_kept() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    with record(values=False) as recording:
        (x * 3.0).sum()
    product, total = recording.calls
    assert product.result.array is None
    assert product.result.shape == (2,)
    assert product.arguments[1].array == 3.0
    assert total.result.array == 9.0


def test_the_line_is_the_users() -> None:
    model = nn.Linear(3, 2)
    x = mg.ones(1, 3)
    with record() as recording:
        y = model(x).tanh()
        here = line() - 1
    assert {(call.place.file, call.place.line) for call in recording.calls} == {(__file__, here)}
    assert recording.calls[0].place.function == "test_the_line_is_the_users"
    assert recording.calls[0].place.text.startswith("y = model(x).tanh()")
    assert str(recording.calls[0].place) == f"test_recording.py:{here}"
    assert y.shape == (1, 2)


def test_module_scopes_nest_and_have_names() -> None:
    net = Net()
    with record() as recording:
        net(mg.ones(5, 4))
        net.body[1](mg.ones(3))
    paths = [call.scope.path for call in recording.calls]
    assert paths == ["net.body.0", "net.body.1", "net.body.2", "net", "net.body.1"]
    first = recording.calls[0].scope
    assert (first.kind, first.name, first.parent.name, first.parent.kind) == ("Linear", "0", "body", "Sequential")
    assert first.parent.parent.parent is None
    assert [scope.turn for scope in recording.scopes if scope.path == "net.body.1"] == [0, 1]
    assert recording.calls[-1].scope.parent is None


def test_a_failing_module_is_left() -> None:
    model = nn.Linear(3, 2)
    with record() as recording:
        with pytest.raises(RuntimeError):
            model(mg.ones(1, 4))
        mg.ones(2).exp()
    assert recording.calls[-1].scope is None


def test_hooks_run_within_the_scope() -> None:
    model = nn.Linear(3, 2)
    model.register_forward_hook(lambda module, args, output: output.exp())
    with record() as recording:
        model(mg.ones(1, 3))
    assert recording.calls[-1].operation.name == "exp"
    assert recording.calls[-1].scope.path == "model"


def test_names_of_parameters_and_buffers() -> None:
    net = Net()
    images = mg.ones(5, 4)
    with record() as recording:
        net(images)
    found = [value.name for call in recording.calls for value in call.arguments if value.made_by is None]
    assert found == [
        "images",
        "net.body.0.weight",
        "net.body.0.bias",
        "net.body.2.weight",
        "net.body.2.bias",
        "net.scale",
    ]
    learned = [value.is_parameter for call in recording.calls for value in call.arguments if value.made_by is None]
    assert learned == [False, True, True, True, True, False]


def test_a_module_is_called_by_its_place_in_the_whole() -> None:
    """Not by the variable of a loop that it went through."""

    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(2, 2)
            self.layers = nn.ModuleList([self.first, nn.Tanh(), self.first])

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            for m in self.layers:
                x = m(x) * 1
            return x

    def made_inside() -> None:
        m = Twice()
        m(mg.ones(1, 2))

    m = Twice()
    for run in (lambda: m(mg.ones(1, 2)), made_inside):
        with record() as recording:
            run()
        root = recording.scopes[0].path
        assert [scope.path.removeprefix(root).strip(".") for scope in recording.scopes] == [
            "", "first", "layers.1", "first",
        ]  # fmt: skip
        names = {value.name for call in recording.calls for value in call.arguments if value.is_parameter}
        assert names == {f"{root}.first.weight".strip("."), f"{root}.first.bias".strip(".")}


def test_names_of_attributes_of_self() -> None:
    class Trainer:
        def __init__(self) -> None:
            self.generator = nn.Sequential(nn.Linear(2, 2))

        def step(self) -> Recording:
            with record() as recording:
                self.generator(mg.ones(1, 2))
            return recording

    assert Trainer().step().calls[0].arguments[1].name == "generator.0.weight"


def test_a_name_that_is_used_again_stays_with_each_value() -> None:
    h = mg.ones(2)
    with record() as recording:
        for _ in range(3):
            h = h.tanh()
        out = h * 2
    assert names(recording) == ["h", "h", "h", "out"]
    assert out.shape == (2,)


def test_a_name_of_its_own_comes_before_a_place_in_a_list() -> None:
    both = [mg.ones(2), mg.zeros(2)]
    first = both[0]
    with record() as recording:
        first + both[1]
    assert [value.name for value in recording.calls[0].arguments] == ["first", "both[1]"]


def test_names_in_functions_that_have_returned() -> None:
    def inner(x: mg.Tensor) -> mg.Tensor:
        doubled = x * 2
        return doubled + 1

    start = mg.ones(2)
    with record() as recording:
        result = inner(start)
    assert names(recording) == ["doubled", "result"]
    assert recording.calls[0].arguments[0].name == "start"
    assert result.shape == (2,)


def test_in_place_operations_continue_the_history() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    with record() as recording:
        y = x * 3
        y.add_(1.0)
        z = y * y
    assert operations(recording) == ["mul", "add", "mul"]
    assert [call.in_place for call in recording.calls] == [False, True, False]
    assert recording.calls[2].arguments[0] is recording.calls[1].result
    assert names(recording) == ["y", "y", "z"]
    np.testing.assert_array_equal(recording.calls[0].result.array, [3.0, 6.0])
    np.testing.assert_array_equal(z.detach().numpy(), [16.0, 49.0])


def test_in_place_operations_without_a_gradient() -> None:
    x = mg.ones(2)
    with record() as recording:
        y = x * 3
        y.add_(1.0)
        y * y
    assert recording.calls[2].arguments[0] is recording.calls[1].result


def test_views_and_detach() -> None:
    x = mg.ones(2, 3, requires_grad=True)
    with record() as recording:
        row = x[0]
        cut = row.detach()
        out = row * cut
    view, product = recording.calls
    assert view.operation.name == "getitem"
    assert product.arguments == (view.result, view.result)
    assert product.traced == (True, False)
    assert out.requires_grad


def test_no_grad_is_noted() -> None:
    x = mg.ones(2, requires_grad=True)
    with record() as recording, mg.no_grad():
        x * 2
    assert not recording.calls[0].recording
    assert recording.calls[0].traced == (True, False)
    assert recording.calls[0].result.node is None


def test_the_backward_pass_youngest_first() -> None:
    a = mg.tensor(3.0, requires_grad=True)
    with record() as recording:
        b = a + a
        c = b + b
        c.backward()
    nodes = [call.result.node for call in recording.calls]
    assert [step.node for step in recording.steps] == [nodes[1], nodes[0], a.node]
    assert [float(step.gradient) for step in recording.steps] == [1.0, 2.0, 4.0]
    assert [(target, float(share)) for target, share in recording.steps[1].contributions] == [(a.node, 2.0)] * 2
    assert recording.passes[0].place.text == "c.backward()"


def test_passes_are_numbered_and_gradients_are_copies() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    with record() as recording:
        for factor in (2.0, 3.0):
            (x * factor).sum().backward()
    assert [step.turn for step in recording.steps] == [0, 0, 0, 1, 1, 1]
    leaf = [step.gradient for step in recording.steps if step.node is x.node]
    np.testing.assert_array_equal(leaf, [[2.0, 2.0], [3.0, 3.0]])
    np.testing.assert_array_equal(x.grad.numpy(), [5.0, 5.0])


def test_contributions_are_as_the_rule_gave_them() -> None:
    bias = mg.zeros(3, requires_grad=True)
    with record() as recording:
        (mg.ones(4, 3) + bias).sum().backward()
    share = next(share for step in recording.steps for target, share in step.contributions if target is bias.node)
    assert share.shape == (4, 3)
    assert bias.grad.shape == (3,)


def test_other_threads_are_not_recorded() -> None:
    with record() as recording:
        thread = threading.Thread(target=lambda: nn.ReLU()(mg.ones(2)))
        thread.start()
        thread.join()
    assert recording.calls == []
    assert recording.scopes == []


def test_a_tensor_keeps_its_recording_and_no_longer() -> None:
    x = mg.ones(2, requires_grad=True)

    def recorded() -> mg.Tensor:  # what a function's locals hold, Python lets go of when it returns
        with record():
            return x.exp()

    kept = [recorded()]
    known = weakref.ref(recording_of(kept[0]))
    assert recording_of(kept[0]).calls[0].operation.name == "exp"
    assert recording_of(x) is known()
    assert recording_of(mg.ones(2)) is None
    kept.clear()
    gc.collect()
    assert known() is None
    assert recording_of(x) is None
