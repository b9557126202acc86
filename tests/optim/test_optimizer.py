"""Groups, forms of parameters, state dicts and every error of an Optimizer."""

from __future__ import annotations

import copy
import itertools
import operator
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import optim

NAMES = [name for name in optim.__all__ if name not in ("LBFGS", "Optimizer", "lr_scheduler", "swa_utils")]


def leaf(*values: float) -> mg.Tensor:
    return mg.tensor(values or [1.0, 2.0], requires_grad=True)


def with_gradients(*tensors: mg.Tensor) -> tuple[mg.Tensor, ...]:
    for each in tensors:
        each.grad = mg.ones_like(each)
    return tensors


def snapshot(optimizer: optim.Optimizer) -> Any:
    """Everything about an optimizer that can be compared."""
    state = {id(p): {k: v.array.tolist() for k, v in each.items()} for p, each in optimizer.state.items() if each}
    groups = [{**group, "params": [id(p) for p in group["params"]]} for group in optimizer.param_groups]
    return copy.deepcopy((state, groups))


def test_forms_of_parameters() -> None:
    p, q = leaf(), leaf()
    for given in (
        [p, q],
        (p, q),
        (each for each in (p, q)),
        itertools.chain([p], [q]),
        [{"params": [p, q]}],
        [{"params": (each for each in (p, q))}],
        {"p": p, "q": q}.values(),
    ):
        (group,) = optim.SGD(given).param_groups
        assert all(a is b for a, b in zip(group["params"], [p, q], strict=True))
        assert "param_names" not in group
    for named in ([("p", p), ("q", q)], {"p": p, "q": q}.items(), [{"params": iter([("p", p), ("q", q)])}]):
        (group,) = optim.SGD(named).param_groups
        assert group["param_names"] == ["p", "q"]
        assert group["params"][1] is q
    (group,) = optim.SGD([{"params": p}]).param_groups
    assert group["params"] == [p]


def test_groups_have_options_of_their_own() -> None:
    p, q, r = with_gradients(leaf(), leaf(), leaf())
    given = {"params": [q], "lr": 0.5, "name": "head"}
    optimizer = optim.SGD([{"params": [p]}, given], lr=0.1)
    optimizer.add_param_group({"params": r, "momentum": 0.9})
    assert [group["lr"] for group in optimizer.param_groups] == [0.1, 0.5, 0.1]
    assert [group["momentum"] for group in optimizer.param_groups] == [0, 0, 0.9]
    assert optimizer.param_groups[1]["name"] == "head"
    assert given == {"params": [q], "lr": 0.5, "name": "head"}
    optimizer.param_groups[0]["lr"] = 1.0
    optimizer.step()
    np.testing.assert_allclose(p.array, [0, 1])
    np.testing.assert_allclose(q.array, [0.5, 1.5])
    assert list(optimizer.state_dict()["state"]) == [2]


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        (list, ValueError, "empty"),
        (lambda: iter(()), ValueError, "empty"),
        (leaf, TypeError, "iterable of Tensors.* got Tensor"),
        (lambda: None, TypeError, "NoneType"),
        (lambda: 3, TypeError, "int"),
        (lambda: "weights", TypeError, "str"),
        (lambda: [leaf(), 1.0], TypeError, "one of them is float"),
        (lambda: [np.ones(3)], TypeError, "one of them is ndarray"),
        (lambda: {leaf()}, TypeError, "set"),
        (lambda: [{"params": {leaf()}}], TypeError, "set"),
        (lambda: [{"params": 4}], TypeError, "int"),
        (lambda: [leaf() * 2], ValueError, r"can't optimize a non-leaf Tensor.*\(2,\)"),
        (
            lambda: [{"params": [p]} for p in [leaf()] * 2],
            ValueError,
            "more than one .*group.* 0 of group 1",
        ),
        (lambda: [("a", leaf()), leaf()], ValueError, "1 of 2 parameters have names"),
        (lambda: [{"params": [("a", leaf())]}, {"params": [leaf()]}], ValueError, "name all"),
        (lambda: [{"lr": 1.0}], KeyError, "params"),
        (lambda: [{"params": [leaf()]}, leaf()], TypeError, "must be a dict, got Tensor"),
    ],
)
def test_parameters_that_are_none(params: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        optim.SGD(params(), lr=0.1)


def test_a_parameter_that_is_there_twice_is_updated_twice_with_a_warning() -> None:
    (p,) = with_gradients(leaf())
    before = p.array.copy()
    with pytest.warns(UserWarning, match="group with duplicate parameters"):
        optimizer = optim.SGD([p, p], lr=0.5, momentum=0.0)
    optimizer.step()
    np.testing.assert_allclose(p.array, before - 2 * 0.5 * p.grad.array)
    assert optimizer.state_dict()["param_groups"][0]["params"] == [0, 0]


def test_a_count_of_steps_that_was_saved_as_a_number_is_loaded() -> None:
    (p,) = with_gradients(leaf())
    optimizer = optim.Adam([p])
    optimizer.step()
    saved = optimizer.state_dict()
    saved["state"][0]["step"] = 1.0
    other = optim.Adam([p])
    other.load_state_dict(saved)
    other.step()
    assert other.state[p]["step"].item() == 2


def test_what_a_user_puts_into_the_state_is_saved_and_loaded() -> None:
    (p,) = with_gradients(leaf())
    optimizer = optim.SGD([p], momentum=0.9)
    optimizer.step()
    optimizer.state["note"] = {"epoch": 3}  # type: ignore[index]  # as PyTorch allows
    saved = optimizer.state_dict()
    assert saved["state"]["note"] == {"epoch": 3}
    other = optim.SGD([leaf()], momentum=0.9)
    other.load_state_dict(saved)
    assert other.state_dict()["state"]["note"] == {"epoch": 3}


@pytest.mark.parametrize("bad", [-1, float("nan"), "0.1", None])
def test_learning_rates_that_are_none(bad: Any) -> None:
    error = ValueError if isinstance(bad, (int, float)) else TypeError
    for name in NAMES:
        with pytest.raises(error, match=f"{name}: lr must be"):
            getattr(optim, name)([leaf()], lr=bad)


def test_a_gradient_of_another_shape_is_refused_before_anything_is_written() -> None:
    p, q = leaf(), leaf()
    optimizer = optim.SGD([p, q], lr=0.1)
    (p.sum() + q.sum()).backward()
    before = p.tolist()
    q.data = mg.ones(5)
    with pytest.raises(RuntimeError, match=r"SGD.step: a parameter of shape \(5,\) has a gradient of shape \(2,\)"):
        optimizer.step()
    assert p.tolist() == before


def test_a_tensor_of_one_element_is_its_number() -> None:
    """PyTorch takes learning rates and betas as tensors, and its state dicts then hold tensors."""
    optimizer = optim.Adam([leaf()], lr=mg.tensor(0.5), betas=(0.5, mg.tensor([0.25])))
    group = optimizer.param_groups[0]
    assert (group["lr"], group["betas"]) == (0.5, (0.5, 0.25))
    assert type(group["lr"]) is float
    saved = optimizer.state_dict()
    saved["param_groups"][0]["lr"] = mg.tensor(0.25)
    optimizer.load_state_dict(saved)
    assert optimizer.param_groups[0]["lr"] == 0.25
    with pytest.raises(ValueError, match=r"SGD: Tensor lr must be 1-element, got shape \(2,\)"):
        optim.SGD([leaf()], lr=mg.tensor([0.1, 0.2]))


@pytest.mark.parametrize(
    ("name", "option", "values"),
    [
        *[(name, "betas", [(1.0, 0.9), (0.9, 1.0), (-0.1, 0.9)]) for name in NAMES if "Adam" in name],
        *[(name, "eps", [-1e-9]) for name in NAMES if name not in ("SGD", "ASGD", "Rprop", "Adafactor")],
        ("Adafactor", "eps", [(-1e-9, 0.1), (None, -0.1), (0.1, None)]),
        ("Adafactor", "beta2_decay", [0.1]),
        ("Adafactor", "d", [0.9]),
        *[(name, "weight_decay", [-0.1]) for name in NAMES if name != "Rprop"],
        ("SGD", "momentum", [-0.1]),
        ("SGD", "nesterov", [True]),
        ("RMSprop", "momentum", [-0.1]),
        ("RMSprop", "alpha", [-0.1]),
        ("NAdam", "momentum_decay", [-0.1]),
        ("Adagrad", "lr_decay", [-0.1]),
        ("Adagrad", "initial_accumulator_value", [-0.1]),
        ("Adadelta", "rho", [-0.1, 1.1]),
        ("Rprop", "etas", [(0.0, 1.2), (0.5, 1.0)]),
    ],
)
def test_options_out_of_range(name: str, option: str, values: list[Any]) -> None:
    make = getattr(optim, name)
    for value in values:
        with pytest.raises(ValueError, match=option if option != "nesterov" else "Nesterov"):
            make([leaf()], **{option: value})
        optimizer = make([leaf()])
        with pytest.raises(ValueError):
            optimizer.add_param_group({"params": [leaf()], option: value})
        assert len(optimizer.param_groups) == 1


def test_options_of_a_wrong_form() -> None:
    for betas in (0.9, (0.9,), (0.9, 0.9, 0.9)):
        with pytest.raises(TypeError, match="betas must be two numbers"):
            optim.Adam([leaf()], betas=betas)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="momentum"):
        optim.Adam([leaf()], momentum=0.9)  # type: ignore[call-arg]


def test_arguments_that_choose_an_implementation_change_nothing() -> None:
    (p,), (q,) = with_gradients(leaf()), with_gradients(leaf())
    optim.Adam([p]).step()
    optimizer = optim.Adam([q], foreach=False, fused=True, capturable=True)
    optimizer.step()
    np.testing.assert_array_equal(p.array, q.array)
    assert optimizer.param_groups[0]["fused"] is True


def test_zero_grad() -> None:
    p, q = leaf(), leaf()
    with_gradients(p)
    optimizer = optim.SGD([p, q])
    kept = p.grad.array
    optimizer.zero_grad(set_to_none=False)
    assert p.grad is not None
    assert not p.grad.array.any()
    assert kept.all(), "who holds the old gradient keeps it"
    assert q.grad is None
    optimizer.zero_grad()
    assert p.grad is None


def test_a_users_own_optimizer() -> None:
    class SignSGD(optim.Optimizer):
        def __init__(self, params: Any, lr: float) -> None:
            super().__init__(params, {"lr": lr})

        def update(self, p: Any, grad: Any, state: Any, group: Any) -> None:
            p.array -= group["lr"] * np.sign(grad.array)

    (p,) = with_gradients(leaf())
    SignSGD([p], lr=1.0).step()
    np.testing.assert_array_equal(p.array, [0, 1])
    with pytest.raises(NotImplementedError, match="update"):
        optim.Optimizer([p], {}).step()


class Later(optim.SGD):
    """An optimizer that has got an option since its states were saved."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            group.setdefault("amount", 3)


def test_what_was_saved_before_there_was_an_option_is_completed() -> None:
    """As optimizers in PyTorch have done in `__setstate__` since its first releases."""
    p = mg.ones(2, requires_grad=True)
    saved = optim.SGD([p], lr=0.5).state_dict()
    optimizer = Later([p], lr=0.1)
    optimizer.load_state_dict(saved)
    assert (optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["amount"]) == (0.5, 3)
    assert copy.deepcopy(Later([p], lr=0.1)).param_groups[0]["amount"] == 3


def test_text() -> None:
    text = repr(optim.SGD([leaf()], lr=0.5))
    assert text.splitlines()[:2] == ["SGD (", "Parameter Group 0"]
    assert "    lr: 0.5" in text
    assert "params" not in text


def test_state_is_copied_when_loaded_and_typed_as_the_parameter() -> None:
    (p,), (q,) = with_gradients(leaf()), with_gradients(mg.tensor([1.0, 2.0], dtype=mg.float64, requires_grad=True))
    first, second = optim.Adam([("w", p)], lr=0.5), optim.Adam([q])
    first.step()
    second.load_state_dict(first.state_dict())
    assert second.param_groups[0]["lr"] == 0.5
    assert second.param_groups[0]["params"] == [q]
    assert second.param_groups[0]["param_names"] == ["w"]
    assert second.state[q]["exp_avg"].dtype == mg.float64
    assert second.state[q]["step"].dtype == mg.float32
    before = first.state[p]["exp_avg"].array.copy()
    second.step()
    np.testing.assert_array_equal(first.state[p]["exp_avg"].array, before)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda d: 3, TypeError, "expected a dict, got int"),
        (lambda d: {"state": {}}, ValueError, "'param_groups'"),
        (lambda d: {**d, "param_groups": []}, ValueError, r"\[\] parameters, those of this optimizer \[2\]"),
        (lambda d: {**d, "param_groups": [{**d["param_groups"][0], "params": [0]}]}, ValueError, r"\[1\] .* \[2\]"),
        (lambda d: {**d, "param_groups": [{"params": [0, 1], "lr": 1.0}]}, ValueError, "no betas, eps"),
        (lambda d: {**d, "param_groups": [{**d["param_groups"][0], "lr": -1}]}, ValueError, "lr must be"),
        (lambda d: {**d, "state": {**d["state"], 7: {}}}, ValueError, r"state for \[7\]"),
        (lambda d: {**d, "state": {0: {"momentum_buffer": mg.ones(2)}}}, ValueError, "lacks step, exp_avg"),
        (lambda d: {**d, "state": {1: {**d["state"][1], "exp_avg": mg.ones(3)}}}, ValueError, r"shape \(3,\)"),
        (lambda d: optim.SGD([leaf(), leaf()]).state_dict(), ValueError, "did another optimizer save it"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change: Any, error: type[Exception], message: str) -> None:
    p, q = with_gradients(leaf(), leaf())
    optimizer = optim.Adam([p, q])
    optimizer.step()
    before = snapshot(optimizer)
    with pytest.raises(error, match=message):
        optimizer.load_state_dict(change(optimizer.state_dict()))
    assert snapshot(optimizer) == before


def test_a_state_from_before_there_were_flags_takes_their_defaults() -> None:
    p, q = with_gradients(leaf(), leaf())
    optimizer = optim.Adam([p, q])
    optimizer.step()
    saved = optimizer.state_dict()
    for name in ("amsgrad", "maximize", "foreach", "capturable", "differentiable", "fused", "decoupled_weight_decay"):
        del saved["param_groups"][0][name]
    optimizer.load_state_dict(saved)
    assert optimizer.param_groups[0]["amsgrad"] is False
    assert optimizer.param_groups[0]["foreach"] is None
    optimizer.step()


def test_options_are_looked_at_before_parameters() -> None:
    with pytest.raises(ValueError, match="Invalid learning rate"):
        optim.SGD(None, lr=-1.0)  # type: ignore[arg-type]


def test_deepcopy_goes_its_own_way() -> None:
    (p,) = with_gradients(leaf())
    optimizer = optim.Adam([p])
    optimizer.step()
    twin = copy.deepcopy(optimizer)
    before = p.array.copy()
    (twin_p,) = twin.param_groups[0]["params"]
    with_gradients(twin_p)
    twin.step()
    np.testing.assert_array_equal(p.array, before)
    assert twin.state[twin_p]["step"].item() == 2
    assert optimizer.state[p]["step"].item() == 1


@pytest.mark.torch
def test_tensors_in_groups_by_dtype_are_those_of_pytorch() -> None:
    import torch
    from torch.utils._foreach_utils import _group_tensors_by_device_and_dtype as expected

    from minigrad.utils._foreach_utils import _group_tensors_by_device_and_dtype as found

    def groups(lib: Any, function: Any) -> dict[str, Any]:
        columns = [[lib.ones(2), lib.ones(3, dtype=lib.float64), lib.ones(1)], [None, lib.zeros(3), lib.zeros(1)], []]
        return {
            str(dtype).split(".")[-1]: ([[each is None or each.tolist() for each in part] for part in lists], places)
            for (_, dtype), (lists, places) in function(columns, True).items()
        }

    assert groups(mg, found) == groups(torch, expected)


def test_an_optimizer_of_ones_own_remembers_arrays_of_any_shape() -> None:
    class Own(optim.Optimizer):
        def __init__(self, params: Any) -> None:
            super().__init__(params, {"lr": 1.0})

        def step(self, closure: Any = None) -> None:
            for p in self.param_groups[0]["params"]:
                self.state[p].update(factor=mg.ones(7), step=3)

    optimizer = Own([leaf()])
    optimizer.step()
    optimizer.load_state_dict(optimizer.state_dict())
    (state,) = optimizer.state.values()
    assert (state["factor"].shape, state["step"]) == ((7,), 3)
    assert type(state["step"]) is int


@pytest.mark.torch
def test_operations_on_many_tensors_agree_with_pytorch() -> None:
    import torch

    def course(lib: Any) -> list[Any]:
        xs, ys = ([lib.tensor(each) for each in rows] for rows in (([1.0, 2.0], [[3.0]]), ([0.5, 4.0], [[2.0]])))
        found = [lib._foreach_add(xs, ys, alpha=2), lib._foreach_sub(xs, [1, 2]), lib._foreach_pow(2.0, ys)]
        found += [lib._foreach_maximum(xs, 2.0), lib._foreach_minimum(xs, ys), lib._foreach_sqrt(xs)]
        found += [lib._foreach_addcmul(xs, xs, ys, [1.0, 2.0]), lib._foreach_addcdiv(xs, xs, ys, 0.5)]
        found += [lib._foreach_norm(xs), lib._foreach_norm(xs, 1), lib._foreach_lerp(xs, ys, 0.25)]
        found += [lib._foreach_addcdiv(xs, xs, ys, lib.tensor([1.0, 3.0]))]
        assert all(map(operator.is_, lib._foreach_mul_(xs, ys), xs))
        lib._foreach_addcdiv_(xs, ys, ys, value=0.5)
        lib._foreach_lerp_(xs, ys, weight=0.1)
        return [[each.tolist() for each in every] for every in (*found, xs)]

    for found, expected in zip(course(mg), course(torch), strict=True):
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)
    with pytest.raises(RuntimeError, match="same number of tensors"):
        mg._foreach_add([mg.ones(1)], [mg.ones(1), mg.ones(1)])
    with pytest.raises(TypeError, match=r"_foreach_add.*must be tuple of Tensors, not generator"):
        mg._foreach_add((mg.ones(1) for _ in range(2)), 1)
    with pytest.raises(AttributeError):
        mg._foreach_unknown  # noqa: B018


def test_what_a_step_is_given() -> None:
    optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=0.1)
    with pytest.raises(TypeError, match="step: closure must be a function that computes the loss, not int"):
        optimizer.step(5)  # type: ignore[call-overload]
    schedule = optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    for metrics in ("a", mg.ones(3), None):
        with pytest.raises(TypeError, match="step: metrics must be a number, not"):
            schedule.step(metrics)
    assert schedule.last_epoch == 0
