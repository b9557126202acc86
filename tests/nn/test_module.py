"""Modules as trees: what they find, save, load, convert and print, and what they refuse."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.nn import Module, Parameter


class Block(Module):
    def __init__(self, width: int = 3) -> None:
        super().__init__()
        self.scale = Parameter(mg.ones(width))
        self.register_buffer("count", mg.tensor(0))
        self.register_buffer("cache", mg.zeros(2), persistent=False)
        self.inner = nn.Linear(width, width, bias=False)

    def forward(self, x: Any) -> Any:
        return self.inner(x) * self.scale


class Net(Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = Block()
        self.rest = nn.Sequential(nn.ReLU(), Block(), nn.BatchNorm1d(3))
        self.shared = self.first
        self.nothing = None
        self.register_parameter("absent", None)

    def forward(self, x: Any) -> Any:
        return self.rest(self.shared(self.first(x)))


PARAMETERS = [
    "first.scale",
    "first.inner.weight",
    "rest.1.scale",
    "rest.1.inner.weight",
    "rest.2.weight",
    "rest.2.bias",
]

STATE = [
    "first.scale",
    "first.count",
    "first.inner.weight",
    "rest.1.scale",
    "rest.1.count",
    "rest.1.inner.weight",
    "rest.2.weight",
    "rest.2.bias",
    "rest.2.running_mean",
    "rest.2.running_var",
    "rest.2.num_batches_tracked",
    "shared.scale",
    "shared.count",
    "shared.inner.weight",
]


# -- Parameter --------------------------------------------------------------------------------------------------------


def test_a_parameter_is_a_leaf_on_the_memory_of_its_data() -> None:
    data = mg.ones(3)
    parameter = Parameter(data)
    assert parameter.requires_grad
    assert parameter.is_leaf
    assert parameter.numpy(force=True) is data.numpy()
    assert not data.requires_grad
    assert Parameter(mg.ones(2, requires_grad=True) * 2).is_leaf
    assert not Parameter(mg.tensor([1, 2]), requires_grad=False).requires_grad
    assert Parameter().shape == (0,)


def test_results_on_parameters_are_plain_tensors() -> None:
    parameter = Parameter(mg.ones(3))
    for result in (parameter * 2, parameter.detach(), parameter.data, parameter[0], parameter.clone()):
        assert type(result) is mg.Tensor


def test_a_parameter_prints_what_it_is() -> None:
    assert repr(Parameter(mg.ones(2))) == "Parameter containing:\ntensor([1., 1.], requires_grad=True)"
    assert repr(Parameter(mg.ones(2), requires_grad=False)) == "Parameter containing:\ntensor([1., 1.])"


def test_a_parameter_refuses_what_cannot_learn() -> None:
    with pytest.raises(TypeError, match="expected a Tensor, not list"):
        Parameter([1.0])
    with pytest.raises(RuntimeError, match="floating point"):
        Parameter(mg.tensor([1]))


# -- finding ----------------------------------------------------------------------------------------------------------


def test_parameters_and_modules_are_found_once_each() -> None:
    net = Net()
    assert [name for name, _ in net.named_parameters()] == PARAMETERS
    assert len(list(net.parameters())) == len(PARAMETERS)
    assert len(list(net.named_parameters(remove_duplicate=False))) == len(PARAMETERS) + 2
    assert [name for name, _ in net.named_parameters(prefix="net", recurse=False)] == []
    assert [name for name, _ in net.first.named_parameters(prefix="net", recurse=False)] == ["net.scale"]
    assert [name for name, _ in net.named_modules()] == [
        "", "first", "first.inner", "rest", "rest.0", "rest.1", "rest.1.inner", "rest.2",
    ]  # fmt: skip
    assert [name for name, _ in net.named_modules(remove_duplicate=False)][-2:] == ["shared", "shared.inner"]
    assert [name for name, _ in net.named_children()] == ["first", "rest"]
    assert list(net.children()) == [net.first, net.rest]
    assert next(iter(net.modules())) is net
    assert [name for name, _ in net.named_buffers()][:2] == ["first.count", "first.cache"]
    assert len(list(net.buffers())) == 7


def test_a_parameter_of_two_modules_counts_once() -> None:
    net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    net[1].weight = net[0].weight
    assert [name for name, _ in net.named_parameters()] == ["0.weight", "0.bias", "1.bias"]
    assert list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    net.double()
    assert net[1].weight is net[0].weight
    x = mg.ones(1, 3, dtype=mg.float64)
    net(x).sum().backward()
    by_hand = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3)).double()
    by_hand.load_state_dict(net.state_dict())
    by_hand(x).sum().backward()
    expected = by_hand[0].weight.grad + by_hand[1].weight.grad
    np.testing.assert_allclose(net[0].weight.grad.numpy(), expected.numpy(), rtol=1e-14)


def test_paths_lead_to_modules_parameters_and_buffers() -> None:
    net = Net()
    assert net.get_submodule("") is net
    assert net.get_submodule("rest.1.inner") is net.rest[1].inner
    assert net.get_parameter("rest.1.inner.weight") is net.rest[1].inner.weight
    assert net.get_buffer("first.count") is net.first.count
    for call in (
        lambda: net.get_submodule("rest.7"),
        lambda: net.get_parameter("first.count"),
        lambda: net.get_parameter("absent"),
        lambda: net.get_buffer("first.scale"),
        lambda: net.no_such_thing,
    ):
        with pytest.raises(AttributeError):
            call()


def test_apply_visits_children_before_parents() -> None:
    net, seen = Net(), []
    assert net.apply(lambda module: seen.append(type(module).__name__)) is net
    assert seen == ["Linear", "Block", "ReLU", "Linear", "Block", "BatchNorm1d", "Sequential", "Net"]


# -- attributes -------------------------------------------------------------------------------------------------------


def test_attributes_move_between_the_tables() -> None:
    module = Module()
    module.thing = 3
    del module.thing
    assert not hasattr(module, "thing")
    module.thing = 3
    module.thing = Parameter(mg.ones(2))
    assert list(module.state_dict()) == ["thing"]
    module.thing = None
    assert list(module.state_dict()) == []
    module.thing = Parameter(mg.ones(2))
    del module.thing
    assert not hasattr(module, "thing")
    module.thing = nn.ReLU()
    module.thing = Parameter(mg.ones(2))
    assert list(module.children()) == []
    module.register_buffer("state", mg.ones(1), persistent=False)
    module.state = mg.zeros(4)
    assert module.get_buffer("state").shape == (4,)
    assert list(module.state_dict()) == ["thing"]
    del module.state
    module.state = mg.ones(1)
    assert list(module.buffers()) == []
    assert {"thing", "state", "training", "forward"} <= set(dir(module))
    assert "0" not in dir(nn.Sequential(nn.ReLU()))


def test_attributes_of_the_wrong_kind_are_refused() -> None:
    layer = nn.BatchNorm1d(2)
    with pytest.raises(TypeError, match="cannot assign 'int' as parameter 'weight'"):
        layer.weight = 3
    with pytest.raises(TypeError, match="cannot assign 'Tensor' as parameter 'weight'"):
        layer.weight = mg.ones(2)
    with pytest.raises(TypeError, match="cannot assign 'int' as buffer 'running_mean'"):
        layer.running_mean = 3
    net = Net()
    with pytest.raises(TypeError, match="cannot assign 'int' as child module 'first'"):
        net.first = 3
    with pytest.raises(TypeError, match="parameter 'p'"):
        net.register_parameter("p", mg.ones(1))
    with pytest.raises(TypeError, match="buffer 'b'"):
        net.register_buffer("b", 3)
    with pytest.raises(TypeError, match="child module 'm'"):
        net.add_module("m", 3)
    for name in ("first", "train", "a.b", ""):
        with pytest.raises(KeyError):
            net.register_buffer(name, mg.ones(1))
    with pytest.raises(KeyError, match="train"):
        net.train = Parameter(mg.ones(1))
    with pytest.raises(TypeError, match="name should be a string"):
        net.register_module(3, nn.ReLU())
    assert [name for name, _ in net.named_parameters()] == PARAMETERS


def test_a_class_that_forgets_to_call_init_is_told_so() -> None:
    class Forgetful(Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(1, 1)

    class Late(Module):
        def __init__(self) -> None:
            self.size = 3

    with pytest.raises(AttributeError, match=r"before Module.__init__\(\) call"):
        Forgetful()
    with pytest.raises(AttributeError, match=r"super\(\).__init__\(\)"):
        Late()(1)


def test_a_module_without_forward_says_so() -> None:
    with pytest.raises(NotImplementedError, match="ModuleList has no forward"):
        nn.ModuleList()(1)


# -- modes and gradients ----------------------------------------------------------------------------------------------


def test_train_and_eval_reach_every_module() -> None:
    net = Net()
    assert all(module.training for module in net.modules())
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    assert net.train().rest[2].training
    with pytest.raises(ValueError, match="boolean"):
        net.train(3)


def test_gradients_are_forgotten_or_zeroed() -> None:
    layer = nn.Linear(2, 1)
    layer(mg.tensor([[1.0, np.inf]])).sum().backward()
    held = layer.weight.grad
    layer.zero_grad(set_to_none=False)
    assert layer.weight.grad is held
    assert held.tolist() == [[0, 0]]
    layer.zero_grad()
    assert layer.weight.grad is None
    assert layer.requires_grad_(False) is layer
    assert not layer(mg.ones(1, 2)).requires_grad


# -- state ------------------------------------------------------------------------------------------------------------


def test_state_dict_shares_memory_and_has_no_history() -> None:
    net = Net()
    state = net.state_dict()
    assert list(state) == STATE
    assert all(type(value) is mg.Tensor and not value.requires_grad for value in state.values())
    assert state["first.scale"].numpy() is net.first.scale.numpy(force=True)
    assert net.state_dict(keep_vars=True)["first.scale"] is net.first.scale
    held = {"before": 1}
    assert net.first.state_dict(destination=held, prefix="a.b.") is held
    assert list(held) == ["before", "a.b.scale", "a.b.count", "a.b.inner.weight"]


def test_a_state_goes_from_one_net_to_another() -> None:
    net, other = Net(), Net()
    net(mg.randn(5, 3))
    weight, array = other.first.inner.weight, other.first.inner.weight.numpy(force=True)
    answer = other.load_state_dict(net.state_dict())
    assert answer == ([], [])
    assert repr(answer) == "<All keys matched successfully>"
    assert other.first.inner.weight is weight
    assert weight.numpy(force=True) is array
    for name, value in other.state_dict().items():
        assert value.equal(net.state_dict()[name])
        assert value.numpy() is not net.state_dict()[name].numpy()
    x = mg.randn(4, 3)
    assert net.eval()(x).equal(other.eval()(x))


def test_arrays_load_and_are_cast_to_the_dtypes_of_the_module() -> None:
    net, rng = Net(), np.random.default_rng(1)
    arrays = {name: rng.standard_normal(value.shape) for name, value in net.state_dict().items()}
    arrays["first.count"] = arrays["shared.count"] = np.array(5)
    net.load_state_dict(arrays)
    assert net.first.scale.dtype == mg.float32
    assert net.first.count.item() == 5
    np.testing.assert_array_equal(net.rest[1].scale.numpy(force=True), arrays["rest.1.scale"].astype(np.float32))


def test_one_error_lists_all_that_does_not_fit_and_nothing_changes() -> None:
    net = Net()
    state = {name: value.numpy() + 1 for name, value in net.state_dict().items()}
    del state["first.scale"], state["rest.2.bias"]
    state["first.more"] = np.ones(1)
    state["first.inner.weight"] = np.ones((3, 4))
    state["rest.1.scale"] = ["a"]
    state["rest.2.weight"] = np.ones(3, complex)
    before = {name: value.numpy().copy() for name, value in net.state_dict().items()}
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(state)
    assert str(caught.value).split("\n\t") == [
        "Error(s) in loading state_dict for Net:",
        'Missing key(s) in state_dict: "first.scale", "rest.2.bias".',
        'Unexpected key(s) in state_dict: "first.more".',
        "size mismatch for first.inner.weight: copying a param with shape (3, 4) from checkpoint, "
        "the shape in current model is (3, 3).",
        "rest.1.scale must be a Tensor or an array of real numbers, not list.",
        "rest.2.weight must be a Tensor or an array of real numbers, not ndarray of complex128.",
    ]
    with pytest.raises(RuntimeError, match="size mismatch"):
        net.load_state_dict(state, strict=False)
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[name])
    with pytest.raises(TypeError, match="Expected state_dict to be dict-like"):
        net.load_state_dict([1])


def test_loading_loosely_reports_what_was_left_out() -> None:
    layer = nn.Linear(2, 2)
    answer = layer.load_state_dict({"weight": np.full((2, 2), 7.0), "more": np.ones(1)}, strict=False)
    assert answer.missing_keys == ["bias"]
    assert answer.unexpected_keys == ["more"]
    assert repr(answer) == "_IncompatibleKeys(missing_keys=['bias'], unexpected_keys=['more'])"
    assert (layer.weight.numpy(force=True) == 7).all()


# -- dtypes, copies ---------------------------------------------------------------------------------------------------


def test_conversion_keeps_the_parameters_and_leaves_integers() -> None:
    net = Net()
    net(mg.randn(5, 3)).sum().backward()
    scale = net.first.scale
    for call, dtype in (
        (lambda: net.double(), mg.float64),
        (lambda: net.float(), mg.float32),
        (lambda: net.half(), mg.float16),
        (lambda: net.to(mg.float64), mg.float64),
        (lambda: net.to("cpu", mg.float32), mg.float32),
        (lambda: net.to(mg.ones(1, dtype=mg.float64)), mg.float64),
        (lambda: net.to(dtype=mg.float32, device="cpu"), mg.float32),
    ):
        assert call() is net
        assert {parameter.dtype for parameter in net.parameters()} == {dtype}
        assert net.first.scale is scale
        assert scale.is_leaf
        assert scale.grad.dtype == dtype
        assert net.first.count.dtype == mg.int64
        assert net.rest[2].running_mean.dtype == dtype
    assert net.to("cpu") is net.cpu()
    assert net.type(mg.float64).first.count.dtype == mg.float64
    with pytest.raises(TypeError, match="floating point"):
        net.to(mg.int64)
    with pytest.raises(RuntimeError, match="not available"):
        net.to("cuda")


def test_training_goes_on_after_a_conversion() -> None:
    layer = nn.Linear(2, 1).double()
    layer(mg.ones(1, 2, dtype=mg.float64)).sum().backward()
    assert layer.weight.grad.tolist() == [[1, 1]]
    assert layer.weight.grad.dtype == mg.float64


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_copies_are_independent_and_keep_sharing(duplicate: Any) -> None:
    net = Net()
    other = duplicate(net)
    assert repr(other) == repr(net)
    assert other.shared is other.first
    assert list(other.state_dict()) == STATE
    assert isinstance(other.first.scale, Parameter)
    x = mg.randn(4, 3)
    assert net.eval()(x).equal(other.eval()(x))
    other.first.scale.data.numpy()[...] = 9
    assert net.first.scale.tolist() == [1, 1, 1]


# -- printing ---------------------------------------------------------------------------------------------------------


def test_a_tree_prints_indented() -> None:
    class Extra(Module):
        def extra_repr(self) -> str:
            return "one\ntwo"

    net = Net()
    net.rest.append(Extra())
    assert repr(net) == (
        "Net(\n"
        "  (first): Block(\n"
        "    (inner): Linear(in_features=3, out_features=3, bias=False)\n"
        "  )\n"
        "  (rest): Sequential(\n"
        "    (0): ReLU()\n"
        "    (1): Block(\n"
        "      (inner): Linear(in_features=3, out_features=3, bias=False)\n"
        "    )\n"
        "    (2): BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)\n"
        "    (3): Extra(\n"
        "      one\n"
        "      two\n"
        "    )\n"
        "  )\n"
        "  (shared): Block(\n"
        "    (inner): Linear(in_features=3, out_features=3, bias=False)\n"
        "  )\n"
        ")"
    )


# -- hooks ------------------------------------------------------------------------------------------------------------


def test_forward_hooks_see_and_replace() -> None:
    layer, seen = nn.Linear(2, 1), []
    first = layer.register_forward_pre_hook(lambda module, args: seen.append(("pre", module, args[0].tolist())))
    second = layer.register_forward_pre_hook(lambda module, args: args[0] * 0)
    third = layer.register_forward_hook(lambda module, args, output: seen.append(("post", args[0].tolist())))
    fourth = layer.register_forward_hook(lambda module, args, output: output + 100)
    y = layer(mg.ones(1, 2))
    assert seen == [("pre", layer, [[1, 1]]), ("post", [[0, 0]])]
    np.testing.assert_allclose(y.numpy(force=True), layer.bias.numpy(force=True)[None] + 100)
    for handle in (first, second, third, fourth):
        handle.remove()
    layer(mg.ones(1, 2))
    assert len(seen) == 2


def test_backward_hooks_see_both_gradients_and_may_replace_those_of_the_inputs() -> None:
    class Product(Module):
        def forward(self, a: Any, b: Any, note: str) -> tuple[Any, str, Any]:
            return a * b, note, a.sum()

    module, seen = Product(), []

    def hook(owner: Module, grad_input: Any, grad_output: Any) -> Any:
        seen.append(
            (
                owner,
                [g if g is None else g.tolist() for g in grad_input],
                [None if g is None else g.tolist() for g in grad_output],
            )
        )
        return (grad_input[0] * 10, grad_input[1], None)

    handle = module.register_full_backward_hook(hook)
    a, b = mg.tensor([1.0, 2.0], requires_grad=True), mg.tensor([[3.0, 4.0]], requires_grad=True)
    product, note, total = module(a, b, "note")
    assert note == "note"
    (product.sum() * 2 + total).backward()
    assert seen == [(module, [[7, 9], [[2, 4]], None], [[[2, 2]], None, 1])]
    assert a.grad.tolist() == [70, 90]
    assert b.grad.tolist() == [[2, 4]]
    handle.remove()
    module(a, b, "note")[0].sum().backward()
    assert len(seen) == 1


def test_backward_hooks_are_called_where_only_parameters_need_gradients() -> None:
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(
        lambda module, grad_input, grad_output: seen.append((grad_input, grad_output[0].tolist()))
    )
    layer(mg.ones(1, 2)).sum().backward()
    assert seen == [((None,), [[1]])]
    with mg.no_grad():
        layer(mg.ones(1, 2))
    assert len(seen) == 1


@pytest.mark.torch
def test_hooks_agree_with_torch() -> None:
    torch = pytest.importorskip("torch")
    logs: list[list[Any]] = []
    for library in (mg, torch):
        log: list[Any] = []
        net = library.nn.Sequential(library.nn.Linear(2, 3), library.nn.Tanh(), library.nn.Linear(3, 1))
        for parameter in net.parameters():
            parameter.data = library.ones(tuple(parameter.shape)) * 0.5
        for layer in net:
            layer.register_full_backward_hook(
                lambda module, grad_input, grad_output, log=log: log.extend(
                    [type(module).__name__, grad_input[0].tolist(), grad_output[0].tolist()]
                )
            )
        x = library.tensor([[1.0, -2.0]], requires_grad=True)
        net(x).sum().backward()
        log.append(x.grad.tolist())
        logs.append(log)
    for ours, theirs in zip(*logs, strict=True):
        if isinstance(ours, str):
            assert ours == theirs
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_a_backward_pass_does_not_use_values_that_were_loaded_or_filled_over() -> None:
    for change in (
        lambda layer: layer.load_state_dict({"weight": np.ones((1, 2)), "bias": np.ones(1)}),
        lambda layer: nn.init.ones_(layer.weight),
        lambda layer: nn.init.normal_(layer.weight.detach()),
    ):
        layer, x = nn.Linear(2, 1), mg.ones(1, 2, requires_grad=True)
        y = layer(x)
        change(layer)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.backward()


def test_a_module_may_read_its_state_by_itself() -> None:
    """PyTorch leaves to it which of the keys under its name are too many."""

    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.value = nn.Parameter(mg.zeros(1))
            self.inner = nn.Linear(1, 1)

        def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
            destination[prefix + "written"] = self.value.detach() + 1

        def _load_from_state_dict(self, state_dict: Any, prefix: str, *rest: Any) -> None:
            self.value.data.copy_(state_dict[prefix + "written"] - 1)

    saved = nn.Sequential(Own()).state_dict()
    saved["0.written"] = mg.tensor([8.0])
    model = nn.Sequential(Own())
    model.load_state_dict(saved)
    assert model[0].value.item() == 7
    for key in ("0.inner.extra", "extra"):
        with pytest.raises(RuntimeError, match=f'Unexpected key.*"{key}"'):
            model.load_state_dict({**saved, key: mg.ones(1)})


def test_a_function_of_all_tensors_of_a_module() -> None:
    norm = nn.BatchNorm1d(2)
    norm.weight.grad = mg.ones(2)
    weight = norm.weight
    assert norm._apply(lambda each: each + 1) is norm
    assert (norm.weight is weight, norm.weight.tolist(), norm.weight.grad.tolist()) == (True, [2, 2], [2, 2])
    assert norm.running_mean.tolist() == [1, 1]


def test_a_module_is_set_at_a_path() -> None:
    net = nn.Sequential(nn.Sequential(nn.ReLU()))
    layer = nn.Tanh()
    net.set_submodule("0.0", layer)
    assert net[0][0] is layer
    net.set_submodule("head", layer)
    assert net.head is layer
    with pytest.raises(AttributeError, match="no module 'tail'"):
        net.set_submodule("tail", layer, strict=True)
    for target, module in (("", layer), ("0.0", 3)):
        with pytest.raises(ValueError, match="set_submodule"):
            net.set_submodule(target, module)  # type: ignore[arg-type]


class Renamed(nn.Linear):
    """A layer that was pickled under another attribute once."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({"scale": 2.0} | state)


def test_a_module_may_complete_what_it_is_restored_from() -> None:
    layer = copy.deepcopy(Renamed(2, 3))
    assert layer.scale == 2.0
    assert layer(mg.ones(1, 2)).shape == (1, 3)


def test_arguments_are_handed_on_to_the_next_base() -> None:
    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

    class Both(nn.Module, Named):
        call_super_init = True

    class Module(nn.Module, Named):
        pass

    assert Both(name="x").name == "x"
    with pytest.raises(TypeError, match="got an unexpected keyword argument 'name'"):
        Module(name="x")
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given"):
        Module("x")


def test_deep_trees() -> None:
    deep: nn.Module = nn.Linear(1, 1)
    for _ in range(5000):
        deep = nn.Sequential(deep)
    assert len(list(deep.modules())) == 5001
    assert len(deep.to(mg.float64).state_dict()) == 2
    deep.load_state_dict(deep.state_dict())
    seen = []
    deep.apply(seen.append).eval().zero_grad()
    assert len(seen) == 5001


@pytest.mark.parametrize(
    "call",
    [
        lambda module: module.state_dict(),
        lambda module: module.load_state_dict({}),
        lambda module: module.apply(print),
        lambda module: list(module.named_modules(remove_duplicate=False)),
        lambda module: mg.func.functional_call(module, {}, (mg.ones(1),)),
    ],
)
def test_a_module_within_itself_is_told(call: Any) -> None:
    module = nn.Sequential(nn.Linear(1, 1))
    module[0].add_module("again", module)
    with pytest.raises(RecursionError, match=r"the module at '0\.again' contains itself"):
        call(module)
    assert len(list(module.modules())) == 2


def test_ctrl_c_does_not_part_what_is_loaded() -> None:
    class Stopped(nn.Linear):
        def set_extra_state(self, state: Any) -> None:
            if state.pop() == 0:
                raise KeyboardInterrupt

        def get_extra_state(self) -> Any:
            return []

    model = nn.Sequential(Stopped(1, 1), nn.Linear(1, 1))
    state = {key: [1, 0] if "extra" in key else mg.full_like(value, 7) for key, value in model.state_dict().items()}
    with pytest.raises(KeyboardInterrupt):
        model.load_state_dict(state)
    assert all(bool((each == 7).all()) for each in model.parameters())


def test_what_follows_the_tree_by_calls_goes_as_deep_as_in_pytorch() -> None:
    def nested(depth: int) -> nn.Module:
        deep: nn.Module = nn.Linear(1, 1)
        for _ in range(depth):
            deep = nn.Sequential(deep)
        return deep

    with ThreadPoolExecutor(1) as fresh:  # a stack without the calls of the test runner; of Python's 1,000
        printed = fresh.submit(repr, nested(300))  # PyTorch's repr takes three each
        passed = fresh.submit(nested(240), mg.ones(1, 1))  # and its forward four
        assert printed.result().count("Sequential") == 300
        assert passed.result().shape == (1, 1)
