"""Inference mode: what is made inside is in no graph, now or later. PyTorch is the reference."""

from __future__ import annotations

import gc
from typing import Any

import pytest

import minigrad as mg
from minigrad.engine.observers import observers


def leaf(lib: Any, *values: float) -> Any:
    return lib.tensor(values, dtype=lib.float64, requires_grad=True)


def made_inside(lib: Any) -> Any:
    with lib.inference_mode():
        return lib.ones(2, dtype=lib.float64)


def flags(lib: Any) -> Any:
    outside = lib.ones(2)
    with lib.inference_mode():
        inside, view, result = lib.zeros(2), outside[:1], outside * 2
        with lib.inference_mode(False):
            normal = lib.ones(2) * 2
        on = lib.is_inference_mode_enabled()
        part = result[:1].detach()
    later = [inside[:1], inside.view(1, 2), inside.detach(), inside * 2, inside.clone(), inside + outside]
    every = [outside, inside, view, result, normal, part, *later]
    return [*(each.is_inference() for each in every), lib.is_inference(inside), on, lib.is_inference_mode_enabled()]


def allowed(lib: Any) -> Any:
    x, t, normal = leaf(lib, 1.0, 2.0), made_inside(lib), lib.ones(2, dtype=lib.float64)
    with lib.inference_mode():
        t.add_(1)
        t[0] = 5
        normal.mul_(3)
    y = (x + t) * t.clone() + lib.stack([x[0], t[1]])
    y.sum().backward()
    return [t.tolist(), normal.tolist(), x.grad.tolist()]


@pytest.mark.torch
@pytest.mark.parametrize("program", [flags, allowed])
def test_agreement_with_pytorch(program: Any) -> None:
    torch = pytest.importorskip("torch")
    assert program(mg) == program(torch)


def test_what_is_allowed_in_closed_form() -> None:
    assert allowed(mg) == [[5.0, 2.0], [3.0, 3.0], [6.0, 2.0]]


def function_that_saves(lib: Any) -> Any:
    class Times(lib.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, t: Any) -> Any:
            ctx.save_for_backward(t)
            return x * t

    return Times.apply


REFUSED = {
    "a factor": (lambda lib, t: leaf(lib, 1.0, 2.0) * t, "cannot be saved for backward"),
    "a view of one": (lambda lib, t: leaf(lib, 1.0) * t[:1], "cannot be saved for backward"),
    "an input of a layer": (lambda lib, t: lib.nn.Linear(2, 1).double()(t), "cannot be saved for backward"),
    "saved by a Function": (lambda lib, t: function_that_saves(lib)(leaf(lib, 1.0, 2.0), t), "cannot be saved"),
    "changed": (lambda lib, t: t.add_(1), "Inplace update to inference tensor outside InferenceMode"),
    "an element changed": (lambda lib, t: t.__setitem__(0, 1.0), "Inplace update to inference tensor"),
    "reshaped": (lambda lib, t: t.unsqueeze_(0), "Inplace update|inference tensor"),
    "requires grad": (lambda lib, t: t.requires_grad_(), "Setting requires_grad=True on inference tensor outside"),
    "version": (lambda lib, t: t._version, "Inference tensors do not track version counter"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    change, message = REFUSED[name]
    with pytest.raises(RuntimeError, match=message):
        change(mg, made_inside(mg))


@pytest.mark.torch
@pytest.mark.parametrize("name", sorted(REFUSED.keys() - {"reshaped"}))
def test_pytorch_refuses_it_too(name: str) -> None:
    torch = pytest.importorskip("torch")
    change, message = REFUSED[name]
    with pytest.raises(RuntimeError, match=message):
        change(torch, made_inside(torch))


def test_programs_pay_for_it_only_while_a_tensor_of_it_lives() -> None:
    gc.collect()  # errors of other tests keep theirs
    before = len(observers)
    t = made_inside(mg)
    part = t[:1]
    assert len(observers) == before + 1
    del t
    assert len(observers) == before + 1
    del part
    assert len(observers) == before
    with mg.inference_mode():
        assert len(observers) == before + 1
        _ = mg.ones(2) * 2
    del _
    assert len(observers) == before


def test_it_decorates_and_is_left_by_exceptions() -> None:
    @mg.inference_mode()
    def double(x: Any) -> Any:
        return x * 2

    @mg.inference_mode
    def fails() -> None:
        raise KeyError

    assert double(mg.ones(1)).is_inference()
    with pytest.raises(KeyError):
        fails()
    assert not mg.is_inference_mode_enabled()
    assert mg.is_grad_enabled()
