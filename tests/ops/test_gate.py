"""Whatever is handed to a method: the error names it and what it was given, in words that are not Python's or NumPy's.

(That of operations and of functions is held by `test_arguments` and `test_refused`; here are methods, and changes in
place.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg

x = mg.ones(2, 3)

CALLS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: x.kthvalue("a"), TypeError, r"kthvalue\(\): .* k: str 'a'"),
    (lambda: x.quantile("a"), ValueError, r"quantile\(\): .* q: str 'a'"),
    (lambda: x.gather(0, [[1, 2], [3]]), ValueError, r"gather\(\): .* index: list"),
    (
        lambda: x.diagonal_scatter(None),
        TypeError,
        r"diagonal_scatter\(\): argument 'src' .* must be Tensor",
    ),
    (lambda: x.roll(None), TypeError, "roll: sizes must be integers"),
    (lambda: x.add_(1, alpha=None), TypeError, r"add_\(\): .* alpha: NoneType None"),
    (lambda: x.index_put_(0, None), TypeError, r"index_put_\(\): argument 'values' \(position 3\) must be Tensor"),
    (lambda: x.fill_(mg.float32), TypeError, r"fill_\(\): .* value: dtype"),
    (lambda: x.log_normal_("a"), ValueError, r"log_normal_\(\): .* mean: str 'a'"),
    (lambda: x.lerp_(0, None), TypeError, r"lerp_\(\): argument 'end' .* must be Tensor, not int"),
    (lambda: x.squeeze_("a"), TypeError, "squeeze_?: dim must be an int"),
    (lambda: x.std(correction="a"), TypeError, r"std\(\): .* correction: str 'a'"),
    (lambda: mg.abs_(None), TypeError, r"abs_\(\): argument 'input' \(position 1\) must be Tensor, not NoneType"),
    (lambda: mg.squeeze_(), TypeError, r"squeeze_\(\): argument 'input' \(position 1\) must be Tensor"),
    (lambda: x.new_zeros(10**30), ValueError, r"new_zeros\(\): .* size: tuple"),
    (lambda: x.type_as(None), TypeError, r"type_as\(\): argument 'other' .* must be Tensor"),
    (lambda: x.to(dtype=x), TypeError, "is not a dtype"),
    (lambda: mg.rand(10**30), ValueError, "rand: Storage size calculation overflowed"),
    (lambda: mg.celu(x, 0), RuntimeError, r"celu\(\): .* alpha: int 0"),
    (lambda: mg.isin(1j, x), TypeError, r"isin\(\): .* elements: complex"),
]


@pytest.mark.parametrize(("call", "kind", "message"), CALLS)
def test_the_error_names_what_was_called(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
    np.testing.assert_array_equal(x.numpy(), np.ones((2, 3), np.float32))  # and nothing was changed
