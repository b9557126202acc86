"""Operators of one's own: called by their names, differentiated as they were told, and absent where they are in C++."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import library


@pytest.fixture(autouse=True)
def _no_operators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_operators", {})


def made() -> Any:
    @library.custom_op("mine::scaled_sine", mutates_args=())
    def scaled_sine(x: mg.Tensor, scale: float = 1.0) -> mg.Tensor:
        return mg.from_numpy(scale * np.sin(x.numpy()))

    return scaled_sine


def test_an_operator_is_found_by_its_name_and_computes() -> None:
    sine, x = made(), mg.tensor([0.5, 1.0])
    sine.register_fake(lambda x, scale=1.0: mg.empty_like(x))
    assert library.mine.scaled_sine is library.mine.scaled_sine.default is sine
    np.testing.assert_allclose(sine(x, scale=2.0), 2 * np.sin([0.5, 1.0]), rtol=1e-6)
    with pytest.raises(AttributeError, match=r"no 'ops\.mine\.cosine'"):
        _ = library.mine.cosine
    with pytest.raises(AttributeError, match=r"no 'ops\.theirs'"):
        _ = library.theirs
    with pytest.raises(NotImplementedError, match=r"no 'ops\.aten\.add\.Tensor'"):
        library.aten.add.Tensor(x, x)


def test_its_derivative_is_what_was_registered() -> None:
    sine, x = made(), mg.tensor([0.5, 1.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="mine::scaled_sine but no autograd formula was registered"):
        sine(x).sum().backward()

    def keep(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(inputs[0])
        ctx.scale = inputs[1]

    def backward(ctx: Any, g: Any) -> Any:
        return g * ctx.scale * ctx.saved_tensors[0].cos(), None

    library.register_autograd("mine::scaled_sine", backward, setup_context=keep)
    sine(x, scale=3.0).sum().backward()
    np.testing.assert_allclose(x.grad, 3 * np.cos([0.5, 1.0]), rtol=1e-6)


def test_one_that_changes_its_argument_records_nothing() -> None:
    @library.custom_op("mine::double_", mutates_args={"x"})
    def double_(x: mg.Tensor) -> None:
        x.numpy()[...] *= 2

    x = mg.ones(2)
    assert double_(x) is None
    assert x.tolist() == [2, 2]


def test_a_library_declares_and_implements() -> None:
    part = library.Library("theirs", "DEF")
    assert part.define("twice(Tensor x) -> Tensor") == "twice"
    x = mg.tensor(3.0, requires_grad=True)
    with pytest.raises(NotImplementedError, match="theirs::twice: no function"):
        library.theirs.twice(x)
    part.impl("twice", lambda x: x * 0, "CUDA")
    part.impl("twice", lambda x: x * 2, "CompositeImplicitAutograd")
    library.theirs.twice(x).backward()
    assert x.grad.item() == 2
    library.define("theirs::thrice", "(Tensor x) -> Tensor")
    library.impl("theirs::thrice", ("cpu", "cuda"))(lambda x: x * 3)
    assert library.theirs.thrice(mg.tensor(2.0)).item() == 6


def test_a_library_in_another_language_is_as_if_it_were_not_there() -> None:
    with pytest.raises(OSError, match=r"'_C\.so' is written in C\+\+"):
        library.load_library("_C.so")
