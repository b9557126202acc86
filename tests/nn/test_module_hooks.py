"""Hooks of modules, of one and of all, around calls, gradients and states: next to PyTorch's, and what they refuse."""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn

torch_module = pytest.mark.torch


def machinery(library: Any) -> Any:
    """Where the hooks of all modules are registered."""
    name = "torch.nn.modules.module" if library is not mg else "minigrad.nn.modules.module"
    return importlib.import_module(name)


def shown(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [shown(each) for each in value]
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    return value.tolist() if hasattr(value, "tolist") else getattr(value, "_get_name", lambda: value)()


def calls(library: Any) -> list[Any]:
    """A diary of the hooks around the call of a module, with every option."""
    diary: list[Any] = []

    class Scaled(library.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any, scale: float = 1.0) -> Any:
            diary.append("forward")
            return x * scale

    def note(name: str, change: Any = None) -> Any:
        def hook(module: Any, *seen: Any) -> Any:
            diary.append([name, shown(module), shown(seen)])
            return None if change is None else change(*seen)

        return hook

    net = Scaled()
    everywhere = machinery(library)
    handles = [
        net.register_forward_hook(note("after 1", lambda args, output: output + 1)),
        net.register_forward_hook(
            note("after 0", lambda args, kwargs, output: output * 10), prepend=True, with_kwargs=True
        ),
        net.register_forward_pre_hook(note("before 1", lambda args: args[0] * 2)),
        net.register_forward_pre_hook(
            note("before 0", lambda args, kwargs: (args, {"scale": kwargs["scale"] + 1})),
            prepend=True,
            with_kwargs=True,
        ),
        net.register_full_backward_pre_hook(note("gradient 1", lambda g: (g[0] * 2,))),
        net.register_full_backward_pre_hook(note("gradient 0", lambda g: (g[0] + 1,)), prepend=True),
        net.register_full_backward_hook(note("passed 1", lambda g_in, g_out: (g_in[0] * 100,))),
        net.register_full_backward_hook(note("passed 0"), prepend=True),
        everywhere.register_module_forward_pre_hook(note("all before")),
        everywhere.register_module_forward_hook(note("all after")),
        everywhere.register_module_forward_hook(note("all after with"), with_kwargs=True),
        everywhere.register_module_full_backward_pre_hook(note("all gradient")),
        everywhere.register_module_full_backward_hook(note("all passed")),
    ]
    x = library.tensor([1.0, 2.0], requires_grad=True)
    try:
        y = net(x, scale=2.0)
        diary.append(shown(y))
        y.sum().backward()
        diary.append(shown(x.grad))
    finally:
        for handle in handles:
            handle.remove()
    diary.append(shown(net(x, scale=2.0)))
    return diary


@torch_module
def test_calls_as_in_pytorch() -> None:
    torch = pytest.importorskip("torch")
    for ours, theirs in zip(calls(mg), calls(torch), strict=True):
        assert ours == theirs


@pytest.mark.parametrize("place", ["forward", "before", "after"])
def test_always_called_hooks(place: str) -> None:
    class Failing(nn.Module):
        def forward(self, x: Any) -> Any:
            if place == "forward":
                raise ValueError("forward failed")
            return x

    def fail(*seen: Any) -> Any:
        raise ValueError(f"{place} failed")

    net, seen = Failing(), []
    if place == "before":
        net.register_forward_pre_hook(fail)
    if place == "after":
        net.register_forward_hook(fail)
    net.register_forward_hook(lambda module, args, output: seen.append("never"))
    net.register_forward_hook(lambda module, args, output: seen.append(output), always_call=True)
    net.register_forward_hook(
        lambda module, args, kwargs, output: seen.append((kwargs, output)), always_call=True, with_kwargs=True
    )
    with pytest.raises(ValueError, match=f"{place} failed"):
        net(1)
    output = 1 if place == "after" else None
    assert seen == [output, ({}, output)]
    net.register_forward_hook(lambda *seen: 1 / 0, always_call=True)
    with pytest.warns(UserWarning, match="silenced as another error"), pytest.raises(ValueError, match="failed"):
        net(1)


def test_a_hook_that_is_always_called_is_called_once() -> None:
    net, seen = nn.Identity(), []
    net.register_forward_hook(lambda module, args, output: seen.append(output), always_call=True)
    net.register_forward_hook(lambda *seen: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        net(1)
    assert seen == [1]


def test_hooks_that_return_nonsense() -> None:
    net = nn.Identity()
    nonsense = net.register_forward_pre_hook(lambda module, args, kwargs: args, with_kwargs=True)
    with pytest.raises(RuntimeError, match=r"must return None or a tuple of \(new_args, new_kwargs\)"):
        net(1)
    nonsense.remove()
    x = mg.ones(1, requires_grad=True)
    with net.register_full_backward_hook(lambda module, g_in, g_out: (g_in[0], None)):
        y = net(x)
        with pytest.raises(RuntimeError, match="invalid number of gradients, got 2, but expected 1"):
            y.backward()

    class ToDict(nn.Module):
        def forward(self, x: Any) -> Any:
            return {"x": x}

    net = ToDict()
    net.register_full_backward_hook(lambda module, g_in, g_out: None)
    with pytest.warns(UserWarning, match="output should be a Tensor or a tuple of Tensors but received <class 'dict'>"):
        net(x)


def test_registration_hooks_see_and_replace() -> None:
    seen = []

    def note(kind: str) -> Any:
        return lambda module, name, value: seen.append((kind, name))

    everywhere = machinery(mg)
    other = nn.Parameter(mg.zeros(2))
    with (
        everywhere.register_module_parameter_registration_hook(note("parameter")),
        everywhere.register_module_buffer_registration_hook(note("buffer")),
        everywhere.register_module_module_registration_hook(note("module")),
        everywhere.register_module_parameter_registration_hook(lambda module, name, value: other),
    ):
        net = nn.Module()
        net.w = nn.Parameter(mg.ones(2))
        net.register_buffer("b", mg.ones(1))
        net.child = nn.Identity()
    net.later = nn.Parameter(mg.ones(2))
    assert seen == [("parameter", "w"), ("buffer", "b"), ("module", "child")]
    assert net.w is other


def test_older_backward_hooks() -> None:
    seen = []
    layer = nn.Linear(2, 1)
    layer.register_backward_hook(lambda module, grad_input, grad_output: seen.append(grad_output[0].tolist()))
    layer(mg.ones(1, 2)).sum().backward()
    assert seen == [[[1]]]


# -- states ------------------------------------------------------------------------------------------------------------


def states(library: Any) -> list[Any]:
    diary: list[Any] = []
    net = library.nn.Sequential(library.nn.Linear(1, 1, bias=False), library.nn.Sequential(library.nn.Linear(1, 1)))
    for name, module in net.named_modules():
        module.register_state_dict_pre_hook(lambda m, prefix, keep, n=name: diary.append(["saving", n, prefix, keep]))
        module.register_state_dict_post_hook(
            lambda m, state, prefix, local, n=name: diary.append(["saved", n, list(state), prefix, dict(local)])
        )
        module.register_load_state_dict_pre_hook(
            lambda m, state, prefix, local, strict, missing, unexpected, errors, n=name: diary.append(
                ["loading", n, prefix, dict(local), strict, list(missing), list(unexpected), list(errors)]
            )
        )
        module.register_load_state_dict_post_hook(lambda m, keys, n=name: diary.append(["loaded", n, *map(list, keys)]))
    state = net.state_dict()
    diary.append([list(state), {key: dict(value) for key, value in state._metadata.items()}])
    net.load_state_dict(state)
    del state["1.0.bias"]
    net.load_state_dict(state, strict=False)
    net.load_state_dict(net.state_dict(), assign=True)
    return diary


@torch_module
def test_states_as_in_pytorch() -> None:
    torch = pytest.importorskip("torch")
    both = states(mg), states(torch)
    # PyTorch calls the hooks after loading in between, when it does not know yet what will be missing later.
    for ours, theirs in zip(*([each for each in diary if each[0] != "loaded"] for diary in both), strict=True):
        assert ours == theirs
    loaded = [[each[1] for each in diary if each[0] == "loaded"] for diary in both]
    assert loaded[0] == loaded[1]
    assert ["loaded", "", ["1.0.bias"], []] in both[0]


def test_a_hook_may_rename_what_is_loaded() -> None:
    layer = nn.Linear(2, 2, bias=False)

    def rename(module: Any, state: Any, prefix: str, *rest: Any) -> None:
        if prefix + "w" in state:
            state[prefix + "weight"] = state.pop(prefix + "w")

    layer.register_load_state_dict_pre_hook(rename)
    given = {"0.w": np.full((2, 2), 7.0)}
    nn.Sequential(layer).load_state_dict(given)
    assert layer.weight.tolist() == [[7, 7], [7, 7]]
    assert list(given) == ["0.w"], "what the user gave stays as it is"


def test_a_hook_may_forgive_what_is_missing() -> None:
    layer = nn.Linear(2, 1)
    handle = layer.register_load_state_dict_post_hook(lambda module, keys: keys.missing_keys.clear())
    layer.load_state_dict({"weight": np.ones((1, 2))})
    assert layer.weight.tolist() == [[1, 1]]
    with pytest.raises(RuntimeError, match="Unexpected key"):
        layer.load_state_dict({"weight": np.ones((1, 2)), "more": np.ones(1)})
    with pytest.raises(RuntimeError, match="size mismatch"):
        layer.load_state_dict({"weight": np.zeros((2, 2))})
    assert layer.weight.tolist() == [[1, 1]]
    handle.remove()
    layer.register_load_state_dict_post_hook(lambda module, keys: keys)
    with pytest.raises(RuntimeError, match="not expected to return new"):
        layer.load_state_dict(layer.state_dict())
    layer.register_state_dict_post_hook(lambda module, *seen: {})
    with pytest.raises(RuntimeError, match="post-hook must return None"):
        layer.state_dict()


class Counting(nn.Module):
    """A module whose state changed its form, with something else in it."""

    _version = 3

    def __init__(self) -> None:
        super().__init__()
        self.count = nn.Buffer(mg.zeros(1))
        self.seen: list[Any] = []
        self.extra: Any = None

    def _load_from_state_dict(self, state_dict: Any, prefix: str, local_metadata: Any, *rest: Any) -> None:
        self.seen.append(local_metadata.get("version"))
        if local_metadata.get("version", 0) < 3:
            state_dict[prefix + "count"] = state_dict.pop(prefix + "counter")
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)

    def get_extra_state(self) -> Any:
        return {"extra": self.extra}

    def set_extra_state(self, state: Any) -> None:
        self.extra = state["extra"]


def test_versions_and_extra_states() -> None:
    assert list(nn.Sequential(nn.ModuleList(), nn.Tanh()).state_dict()._metadata) == ["", "0", "1"]
    net, other = nn.Sequential(Counting()), nn.Sequential(Counting())
    net[0].extra = "more"
    state = net.state_dict()
    assert list(state) == ["0.count", "0._extra_state"]
    assert state._metadata == {"": {"version": 1}, "0": {"version": 3}}
    other.load_state_dict(state)
    assert (other[0].seen, other[0].extra) == ([3], "more")
    other.load_state_dict({"0.counter": np.ones(1), "0._extra_state": {"extra": 1}})
    assert (other[0].seen, other[0].count.item(), other[0].extra) == ([3, None], 1, 1)
    with pytest.raises(RuntimeError, match=r'Missing key\(s\) in state_dict: "0._extra_state"'):
        other.load_state_dict({"0.counter": np.zeros(1)})
    assert other[0].count.item() == 1
    for call in (nn.Module().get_extra_state, lambda: nn.Module().set_extra_state(1)):
        with pytest.raises(RuntimeError, match="define get_extra_state and set_extra_state"):
            call()


def test_a_state_dict_of_ones_own_is_asked() -> None:
    class Own(nn.Module):
        def state_dict(self, **options: Any) -> Any:
            options["destination"][options["prefix"] + "own"] = mg.ones(1)

    own = Own()
    own.child = nn.Linear(1, 1)
    assert list(nn.Sequential(own, nn.Linear(1, 1)).state_dict()) == ["0.own", "1.weight", "1.bias"]


def test_assigned_tensors_take_the_places_of_the_old() -> None:
    layer = nn.BatchNorm1d(2)
    layer.bias.requires_grad_(False)
    state = {name: mg.ones_like(each, dtype=mg.float64) for name, each in layer.state_dict().items()}
    state["weight"] = np.full(2, 3.0)
    layer.load_state_dict(state, assign=True)
    assert layer.running_mean is state["running_mean"]
    assert layer.weight.dtype == mg.float64
    assert isinstance(layer.weight, nn.Parameter)
    assert layer.weight.array is state["weight"]
    assert layer.bias.array is state["bias"].array
    assert (layer.weight.requires_grad, layer.bias.requires_grad) == (True, False)
    parameter = nn.Parameter(mg.zeros(2))
    layer.load_state_dict({**state, "weight": parameter}, assign=True)
    assert layer.weight is parameter
    with pytest.raises(RuntimeError, match="size mismatch for weight"):
        layer.load_state_dict({**state, "weight": mg.zeros(3)}, assign=True)


def test_a_module_loads_from_a_dict_of_ones_own_at_once() -> None:
    layer = nn.Linear(1, 1, bias=False)
    layer._load_from_state_dict({"a.weight": mg.full((1, 1), 5.0)}, "a.", {}, True, [], [], [])
    assert layer.weight.item() == 5


def test_buffers() -> None:
    net = nn.Module()
    kept, passing = nn.Buffer(mg.ones(2)), nn.Buffer(mg.zeros(1), persistent=False)
    net.kept, net.passing = kept, passing
    assert dict(net.named_buffers()) == {"kept": kept, "passing": passing}
    assert list(net.state_dict()) == ["kept"]
    assert isinstance(kept, mg.Tensor)
    assert not kept.requires_grad
    net.kept = mg.zeros(2)
    assert list(net.state_dict()) == ["kept"]
    assert nn.Buffer().shape == (0,)
    with pytest.raises(TypeError, match="expected a Tensor, not list"):
        nn.Buffer([1.0])


# -- depth -------------------------------------------------------------------------------------------------------------


def test_two_thousand_modules_deep() -> None:
    net: Any = nn.Linear(1, 1)
    for _ in range(2000):
        net = nn.Sequential(net)
    assert len(list(net.parameters())) == 2
    assert len(list(net.modules())) == 2001
    assert len(list(net.named_buffers())) == 0
    state = net.state_dict()
    assert len(state) == 2
    assert net.load_state_dict(state) == ([], [])
    net.eval()
    visited = []
    net.double().requires_grad_(False).apply(lambda module: visited.append(module.training))
    net.zero_grad()
    assert visited == [False] * 2001
    assert next(net.parameters()).dtype == mg.float64


def test_apply_goes_from_children_to_parents_once_each() -> None:
    shared = nn.Identity()
    net = nn.Sequential(nn.Sequential(nn.Tanh(), shared), shared, shared)
    seen: list[str] = []
    net.apply(lambda module: seen.append(type(module).__name__ + str(len(list(module.children())))))
    assert seen == ["Tanh0", "Identity0", "Sequential2", "Identity0", "Sequential2"]


def test_sequentials_are_multiplied() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    for three in (net * 3, 3 * net):
        assert len(three) == 6
        assert three[4] is net[0]
    assert len(net) == 2
    same = net
    net *= 2
    assert net is same
    assert [net[2], net[3]] == [net[0], net[1]]
    x = mg.ones(1, 2)
    np.testing.assert_array_equal(net(x).numpy(force=True), net[:2](net[:2](x)).numpy(force=True))
    for wrong, error, message in ((1.5, TypeError, "Sequential and float"), (0, ValueError, "Non-positive .* 0")):
        with pytest.raises(error, match=message):
            net * wrong
        with pytest.raises(error, match=message):
            net *= wrong


def test_packed_sequences_are_converted() -> None:
    packed = nn.utils.rnn.pack_sequence([mg.ones(2), mg.zeros(3)], enforce_sorted=False)
    for name, dtype in {"double": mg.float64, "half": mg.float16, "int": mg.int32, "long": mg.int64}.items():
        converted = getattr(packed, name)()
        assert converted.data.dtype == dtype
        assert isinstance(converted, nn.utils.rnn.PackedSequence)
        assert converted.sorted_indices is packed.sorted_indices
    assert packed.to("cpu") is packed.cpu() is packed.pin_memory() is packed.float() is packed
    assert packed.to(mg.float64).data.dtype == mg.float64
    assert not packed.is_cuda


def test_hooks_are_seen_cleared_and_replaced_by_kind() -> None:
    """As programs do that look into PyTorch's tables."""
    seen: list[str] = []
    layer = nn.Linear(2, 2)
    layer.register_forward_hook(lambda *_: seen.append("after"))
    handle = layer.register_forward_pre_hook(lambda *_: seen.append("before"))
    assert (len(layer._forward_hooks), len(layer._forward_pre_hooks), len(layer._backward_hooks)) == (1, 1, 0)
    assert list(layer._forward_pre_hooks) == [handle.id]
    layer._forward_hooks.clear()
    layer(mg.ones(2))
    assert seen == ["before"]
    layer._forward_pre_hooks = {7: lambda *_: seen.append("other")}
    layer(mg.ones(2))
    assert seen == ["before", "other"]


def test_backward_hooks_keep_a_named_tuple() -> None:
    class Pair(NamedTuple):
        first: mg.Tensor
        second: mg.Tensor

    class Layer(nn.Module):
        def forward(self, x: mg.Tensor) -> Pair:
            return Pair(x * 2, x * 3)

    grads: list[Any] = []
    layer = Layer()
    layer.register_full_backward_hook(lambda module, into, out: grads.append(out))
    output = layer(mg.ones(1, requires_grad=True))
    assert isinstance(output, Pair)
    (output.first + output.second).sum().backward()
    assert [each.tolist() for each in grads[0]] == [[1.0], [1.0]]


def test_the_gradient_of_a_gradient_does_not_call_backward_hooks_again() -> None:
    loss, calls = nn.MSELoss(), []
    loss.register_full_backward_hook(lambda module, grad_input, grad_output: calls.append(module))
    x = mg.tensor([3.0], requires_grad=True)
    (first,) = mg.autograd.grad(loss(x, mg.zeros(1)), x, create_graph=True)
    assert len(calls) == 1
    assert mg.autograd.grad(first, x)[0].item() == 2
    assert len(calls) == 1


def test_backward_hooks_leave_the_output_where_it_lies() -> None:
    layer, kept = nn.Sigmoid(), []
    layer.register_forward_hook(lambda module, into, out: kept.append(out))
    layer.register_full_backward_hook(lambda module, into, out: None)
    output = layer(mg.ones(2, requires_grad=True))
    assert output.data_ptr() == kept[0].data_ptr()
    with pytest.raises(RuntimeError, match="inplace"):
        output += 1
