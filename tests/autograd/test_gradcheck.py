"""gradcheck must fail on what is wrong, and say where and why; a check that cannot fail proves nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import PRIMITIVES, GradcheckError, elementwise, general, gradcheck, gradgradcheck


def leaf(*values: float, dtype: Any = mg.float64) -> Any:
    return mg.tensor(list(values), dtype=dtype, requires_grad=True)


@pytest.fixture
def cubed() -> Any:
    """Makes primitives x ** 3 with a rule to try; they are taken out of the registry afterwards."""
    before = dict(PRIMITIVES)

    def make(rule: Any, family: Any = elementwise) -> Any:
        return family(f"cubed{len(PRIMITIVES)}(x)", lambda x: x**3, x=rule)

    yield make
    PRIMITIVES.clear()
    PRIMITIVES.update(before)


def test_right_rules_pass(cubed: Any) -> None:
    right = cubed(lambda g, x: g * (3 * x * x))
    assert gradcheck(right, leaf(1, -2)) is True
    assert gradcheck(right, (leaf(1, -2),)) is True
    assert gradgradcheck(right, [leaf(1, -2)]) is True


@pytest.mark.parametrize(
    ("rule", "cause"),
    [
        (lambda g, x: -g * (3 * x * x), "sign"),
        (lambda g, x: g * (6 * x * x), r"factor.*2 times"),
        (lambda g, x: g * (3 * x), "wrong formula"),
        (lambda g, x: 0 * g, "no gradient"),
        (lambda g, x: g / (x - x), "divides by zero"),
        (lambda g, x: (g * (3 * x * x))[::-1], "rule"),
    ],
)
def test_wrong_rules_fail_with_their_cause(cubed: Any, rule: Any, cause: str) -> None:
    wrong = cubed(rule, general)
    with pytest.raises(GradcheckError, match=rf"(?s)input 0 at \[\d\].*cause: .*{cause}"):
        gradcheck(wrong, leaf(1, -2, 3))
    assert gradcheck(wrong, leaf(1, -2, 3), raise_exception=False) is False


def test_the_report_names_input_element_and_values() -> None:
    def func(a: Any, b: Any) -> Any:
        return a * 2, a[:, 0].detach() * 0 + (b * b.detach()).sum()

    a = mg.tensor([[1.0, 2.0]], dtype=mg.float64, requires_grad=True)
    b = leaf(3, 5)
    with pytest.raises(GradcheckError) as caught:
        gradcheck(func, (a, b))
    text = str(caught.value)
    assert "output 1 at [0] in input 1 at [1]" in text  # the largest gap: 5 where 10 is right
    assert "is 5 by the" in text
    assert "the input is 5" in text


def test_a_kink_is_named() -> None:
    with pytest.raises(GradcheckError, match="kink"):
        gradcheck(lambda x: x.relu(), leaf(1, 0))
    with pytest.raises(GradcheckError, match="kink"):
        gradcheck(lambda x: mg.clamp(x, min=0.5), leaf(0.5))


def test_the_edge_of_a_domain_is_named() -> None:
    with np.errstate(all="ignore"), pytest.raises(GradcheckError, match=r"edge of its domain|kink|overflows"):
        gradcheck(mg.sqrt, leaf(0.0))


def test_float32_inputs_are_warned_of() -> None:
    with pytest.warns(UserWarning, match=r"Input #1 requires gradient and is not a double.*\.double\(\)"):
        assert gradcheck(lambda a, b: a * b, (leaf(1), leaf(1, dtype=mg.float32)), eps=1e-2, atol=1e-3)
    with pytest.warns(UserWarning, match="Input #0"), pytest.raises(GradcheckError):
        gradcheck(mg.exp, leaf(1.3, dtype=mg.float32))


def test_float32_inside_is_named() -> None:
    with pytest.raises(GradcheckError, match="less than float64"):
        gradcheck(lambda x: x.float().exp(), leaf(1.3, 0.4))


def test_an_output_cut_from_its_input_fails() -> None:
    with pytest.raises(GradcheckError, match="no gradient arrives"):
        gradcheck(lambda x: x.detach() * 2, leaf(1, 2))
    with pytest.raises(GradcheckError, match="no gradient arrives"):
        gradcheck(lambda x: (x * 2, x.detach() * 2), leaf(1, 2))

    @mg.no_grad()
    def silent(x: Any) -> Any:
        return x * 2

    with pytest.raises(GradcheckError, match="no gradient arrives"):
        gradcheck(silent, leaf(1, 2))


def test_a_missing_gradient_for_one_of_two_inputs_fails() -> None:
    with pytest.raises(GradcheckError, match=r"input 1.*(?s:.*)no gradient arrives"):
        gradcheck(lambda a, b: a * b.detach(), (leaf(1, 2), leaf(3, 4)))


def test_an_output_that_does_not_depend_on_the_input_passes() -> None:
    assert gradcheck(lambda x: (x * 2, mg.ones(2, dtype=mg.float64)), leaf(1, 2))
    assert gradcheck(lambda a, b: (a * 2, b * 2), (leaf(1, 2), leaf(3)))


def test_integer_outputs_are_not_looked_at() -> None:
    assert gradcheck(lambda x: x.max(0), leaf(1, 3, 2))


def test_inputs_without_grad_are_constants() -> None:
    assert gradcheck(lambda x, w, k: x * w * k, (leaf(1, 2), mg.ones(2), 3.0))
    with pytest.raises(ValueError, match="none of the inputs requires grad"):
        gradcheck(lambda x: x * 2, (mg.ones(2),))


def test_empty_inputs_and_outputs() -> None:
    empty = mg.zeros(0, 2, dtype=mg.float64, requires_grad=True)
    assert gradcheck(mg.exp, empty)
    assert gradcheck(lambda x: x[:0] * 2, leaf(1, 2))
    assert gradgradcheck(lambda x: x.exp().sum(), empty)


def test_all_layouts_and_ranks() -> None:
    square = mg.from_numpy(np.arange(6.0).reshape(2, 3).T).requires_grad_()
    assert gradcheck(lambda x: x * x, square)
    assert gradcheck(lambda x: x * x, mg.tensor(2.0, dtype=mg.float64, requires_grad=True))


def test_inputs_are_put_back_even_when_the_function_fails() -> None:
    x = leaf(1, 2)
    calls = []

    def fragile(v: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise KeyError("fourth call")
        return v * 2

    with pytest.raises(KeyError):
        gradcheck(fragile, x)
    assert x.tolist() == [1.0, 2.0]
    gradcheck(mg.exp, x)
    assert x.tolist() == [1.0, 2.0]
    assert x.grad is None


def test_tolerances_are_used(cubed: Any) -> None:
    nearly = cubed(lambda g, x: g * (3 * x * x) * 1.01)
    with pytest.raises(GradcheckError):
        gradcheck(nearly, leaf(1))
    assert gradcheck(nearly, leaf(1), rtol=0.02)
    assert gradcheck(nearly, leaf(1), atol=0.05)


# -- second order ------------------------------------------------------------------------------------------------------


def test_a_rule_that_is_right_to_first_order_only(cubed: Any) -> None:
    frozen = cubed(lambda g, x: g * (3 * (x.detach() if isinstance(x, mg.Tensor) else x) ** 2))
    assert gradcheck(frozen, leaf(1, 2))
    with pytest.raises(GradcheckError, match="no gradient arrives"):
        gradgradcheck(frozen, leaf(1, 2))


def test_a_rule_cut_off_altogether_in_the_second_order(cubed: Any) -> None:
    def cut(g: Any, x: Any) -> Any:
        raw = [each.detach() if isinstance(each, mg.Tensor) else each for each in (g, x)]
        return raw[0] * 3 * raw[1] ** 2

    frozen = cubed(cut)
    assert gradcheck(frozen, leaf(1, 2))
    with pytest.raises(GradcheckError):
        gradgradcheck(frozen, leaf(1, 2))


def test_a_wrong_derivative_of_the_derivative(cubed: Any) -> None:
    slope = cubed(lambda g, x: g * x)  # claims to be x ** 3 with derivative x
    outer = general("outer_of_test(x)", lambda x: x**4 / 4, x=lambda g, x: g * slope(x))
    assert gradcheck(outer, leaf(1, 2))
    with pytest.raises(GradcheckError):
        gradgradcheck(outer, leaf(1, 2))


def test_second_derivatives_with_weights_of_ones_own() -> None:
    assert gradgradcheck(lambda a, b: (a * b.exp(), a.sin()), (leaf(1, 2), leaf(0.5, 0.1)))
    w = mg.tensor([1.0, -1.0], dtype=mg.float64)
    assert gradgradcheck(mg.exp, leaf(1, 2), w)
    assert gradgradcheck(mg.exp, leaf(1, 2), [w])
    assert w.tolist() == [1.0, -1.0]
    assert not w.requires_grad


def test_linear_functions_have_zero_second_derivatives() -> None:
    assert gradgradcheck(lambda x: x * 2, leaf(1, 2))
    assert gradgradcheck(lambda x: x.sum(), leaf(1, 2))


def test_other_switches_of_pytorchs_are_taken():
    x = mg.tensor([0.5, 2.0], dtype=mg.float64, requires_grad=True)
    assert gradcheck(mg.sin, [x], fast_mode=True, check_batched_grad=True)
    assert gradgradcheck(mg.sin, [x], nondet_tol=1e-6)
    with pytest.raises(TypeError, match="unexpected keyword argument 'fast'"):
        gradcheck(mg.sin, [x], fast=True)


def test_forward_mode_is_checked_where_that_is_asked_for():
    class Doubled(mg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def jvp(ctx: Any, t: Any) -> Any:
            return t * Doubled.slope

    x = mg.tensor([0.5, 2.0], dtype=mg.float64, requires_grad=True)
    for Doubled.slope, right in ((2.0, True), (3.0, False)):
        assert (
            gradcheck(Doubled.apply, [x], check_forward_ad=True, check_backward_ad=False, raise_exception=False)
            == right
        )
    assert gradcheck(lambda v: mg.sin(v) * v, [x], check_forward_ad=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: gradcheck(5, x), r"gradcheck\(\): argument 'func' .* must be Callable.*, not int"),
        (lambda x: gradgradcheck("sin", x), r"gradgradcheck\(\): argument 'func' .* must be Callable.*, not str"),
        (lambda x: gradcheck(mg.sin, x, eps="a"), r"gradcheck\(\): argument 'eps' .* must be float, not str"),
        (lambda x: gradcheck(mg.sin, x, atol=None), r"gradcheck\(\): argument 'atol' .* must be float, not NoneType"),
        (lambda x: gradgradcheck(mg.sin, x, 5), r"gradgradcheck\(\): argument 'grad_outputs' .* must be Tensor"),
    ],
)
def test_arguments_of_a_wrong_kind_are_named(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call(leaf(1, 2))
