"""What stands beside tensors and is none: arrays of dtypes that are not computed with, subclasses, huge integers.

Each is taken for the numbers that it holds, or refused by name; none is taken for other numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.nn import functional as F

x = mg.tensor([1.0, 2.0])
dates, texts = np.array(["2020", "2021"], "datetime64[Y]"), np.array(["1", "2"])
complex_numbers, objects = np.array([1j, 2j], np.complex64), np.array([1, None])

USES: list[Callable[[Any], Any]] = [
    lambda a: x + a,
    lambda a: x < a,
    lambda a: mg.where(x > 0, x, a),
    lambda a: mg.cat([x, a]),
    lambda a: mg.einsum("i,i->", x, a),
    lambda a: F.mse_loss(x, a),
    lambda a: mg.isclose(x, a),
    lambda a: mg.tensor(a),
    lambda a: mg.tensor(a, dtype=mg.float32),
    lambda a: mg.as_tensor(a, dtype=mg.float64),
    lambda a: mg.zeros(2).copy_(a),
    lambda a: mg.zeros(2).__setitem__(..., a),
    lambda a: mg.zeros(2).fill_(a[0]),
    lambda a: mg.full((2,), a[0]),
    lambda a: mg.linspace(0, a[0], 3),
]


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("values", [dates, texts, complex_numbers, objects], ids=lambda each: str(each.dtype))
def test_what_is_no_number_here_is_refused(use: Callable[[Any], Any], values: Any) -> None:
    if values is objects and use in USES[-3:]:
        values = values[::-1]  # None first: 1 is a number
    with pytest.raises((TypeError, RuntimeError)):
        use(values)


def test_a_longdouble_has_no_tensor() -> None:
    with pytest.raises(TypeError, match=r"add: dtype (float128|float96|longdouble) is not supported"):
        x + np.ones(2, np.longdouble)


@pytest.mark.parametrize(
    "array",
    [np.array([[1.0, 2.0], [3.0, 4.0]]).view(np.matrix), np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[0, 1], [0, 0]])],
    ids=["matrix", "masked"],
)
def test_of_a_subclass_the_numbers_count(array: Any) -> None:
    a = mg.ones(2, 2, dtype=mg.float64, requires_grad=True)
    (a * array).sum().backward()
    assert a.grad.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    for made in (mg.from_numpy(array), mg.tensor(array), mg.ones(2, 2) + array, mg.maximum(array, a.detach())):
        assert type(made.array) is np.ndarray
    shared = mg.from_numpy(array)
    shared[0, 0] = 7
    assert array[0, 0] == 7
    array[0, 0] = 1


@pytest.mark.parametrize("number", [2**63, 10**20, 10**400, 10**5000], ids=["2**63", "1e20", "1e400", "1e5000"])
def test_an_integer_beyond_int64_makes_no_tensor(number: int) -> None:
    for call in (lambda: mg.tensor(number), lambda: mg.tensor([1, number]), lambda: mg.tensor([1]) + number):
        with pytest.raises(RuntimeError, match=r"Overflow when unpacking long|without overflow"):
            call()


def test_an_integer_beyond_all_floats_is_written_nowhere() -> None:
    y = mg.ones(2)
    for call in (lambda: y.fill_(10**400), lambda: y.__setitem__(0, 10**400), lambda: mg.full((2,), 10**400)):
        with pytest.raises(RuntimeError, match=r"overflow|Overflow"):
            call()
    assert y.tolist() == [1, 1]


def test_lists_deeper_than_dimensions_go() -> None:
    deep: Any = 1.0
    for _ in range(5000):
        deep = [deep]
    ring: list[Any] = []
    ring.append(ring)
    for data in (deep, ring):
        with pytest.raises(ValueError, match="up to 64 dimensions"):
            mg.tensor(data)


def test_what_cannot_be_shown_is_still_named() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise ValueError("not me")

    with pytest.raises(TypeError, match=r"exp\(\): argument 'input' .* must be Tensor, not Shy"):
        mg.exp(Shy())


def test_a_module_is_no_tensor_though_it_has_a_dtype() -> None:
    with pytest.raises(TypeError, match="must be Tensor, not module"):
        mg.exp(np)


def test_a_tuple_for_one_tensor_is_called_a_tuple() -> None:
    with pytest.raises(TypeError, match=r"position 1\) must be Tensor, not tuple"):
        mg.absolute((x, None))


def test_rounding_to_more_places_than_a_number_has() -> None:
    assert mg.round(mg.tensor([1.25, 3e38]), decimals=400).tolist() == [1.25, mg.tensor(3e38).item()]
    assert mg.round(mg.tensor([1.25, 3e38]), decimals=20).tolist() == [1.25, mg.tensor(3e38).item()]
    assert mg.round(mg.tensor([1.25, -3e38]), decimals=-400).tolist() == [0, 0]


@pytest.mark.torch
def test_tensors_of_pytorch_are_written_as_arrays_are() -> None:
    import torch

    y = mg.zeros(2)
    y[:] = torch.tensor([1.0, 2.0])
    y[0] = torch.tensor(3.0)
    assert y.tolist() == [3, 2]


def test_what_cannot_be_written_is_told_with_the_place() -> None:
    y = mg.zeros(2)
    for index in (2**63, 10**30):
        with pytest.raises(RuntimeError, match=r"setitem: "):
            y[index] = 1
    with pytest.raises(TypeError, match=r"setitem: "):
        y[0] = type("Odd", (), {"dtype": np.dtype("f4"), "shape": ()})()
