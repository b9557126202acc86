"""Derivatives checked against differences, with a report that says where they part.

The analytic side is the backward pass, one column of the Jacobian at a time; the numeric side moves one element of one
input by `eps` in both directions (central differences, whose error is of order eps**2). A failure names the input, the
element, both values, what the step did to the output, and the likeliest cause.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.forward import push_forward
from minigrad.engine.gate import gate
from minigrad.engine.grad import as_sequence, grad
from minigrad.engine.node import Leaf, Variable


class GradcheckError(RuntimeError):
    """The analytic derivative and the numeric one differ."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    **checks: bool | float,
) -> bool:
    """True if the gradients of `func` at `inputs` agree with central differences.

    `inputs` are the arguments of `func`, those that require grad being float64 leaves (anything less precise drowns in
    rounding, of which there is a warning). `func` returns a tensor or several; those of integers are not looked at.
    |analytic - numeric| may be at most atol + rtol * |numeric|, else GradcheckError, or False without
    `raise_exception`. With `check_forward_ad` forward mode is compared, too, and with `check_backward_ad=False` it
    alone. PyTorch's other switches, such as `fast_mode` and `check_batched_grad`, change nothing: derivatives are
    always compared in full.

    >>> x = mg.tensor([0.5, 2.0], dtype=mg.float64, requires_grad=True)
    >>> mg.autograd.gradcheck(mg.sin, [x])
    True
    """
    _known("gradcheck", checks)
    try:
        _check(func, tuple(as_sequence(inputs)), eps, atol, rtol, checks)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    **checks: bool | float,
) -> bool:
    """gradcheck of the backward pass of `func`: second derivatives in the inputs and in `grad_outputs`.

    `grad_outputs` weigh the outputs; by default they are drawn at random, from a fixed seed.

    >>> x = mg.tensor([0.5, 2.0], dtype=mg.float64, requires_grad=True)
    >>> mg.autograd.gradgradcheck(mg.sin, [x])
    True
    """
    _known("gradgradcheck", checks)
    arguments = tuple(as_sequence(inputs))
    outputs = _outputs(func(*arguments))
    if grad_outputs is None:
        draw = np.random.default_rng(0)
        weights = [Variable.wrap(draw.standard_normal(each.array.shape).astype(each.array.dtype)) for each in outputs]
    else:
        weights = [Variable.wrap(np.array(each.array)) for each in as_sequence(grad_outputs)]
    for weight in weights:
        weight.node = Leaf(weight)

    def first_derivative(*both: Any) -> tuple[Any, ...]:
        args, ws = both[: len(arguments)], both[len(arguments) :]
        chosen = [each for each in args if _differentiable(each)]
        return grad(
            [each for each in _outputs(func(*args)) if each.node is not None],
            chosen,
            list(ws),
            create_graph=True,
            materialize_grads=True,
        )

    return gradcheck(
        first_derivative, (*arguments, *weights), eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception
    )


SWITCHES = frozenset(
    """
    check_backward_ad check_batched_forward_grad check_batched_grad check_forward_ad check_fwd_over_rev
    check_grad_dtypes check_rev_over_rev check_sparse_nnz check_undefined_grad fast_mode
    gen_non_contig_grad_outputs masked nondet_tol
    """.split()  # noqa: SIM905  a list would take a line for each
)
"""What PyTorch's checks can be told besides."""


def _known(name: str, checks: dict[str, bool | float]) -> None:
    for each in checks:
        if each not in SWITCHES:
            raise TypeError(f"{name}() got an unexpected keyword argument {each!r}")


def _differentiable(value: Any) -> bool:
    return isinstance(value, Variable) and value.node is not None


def _outputs(result: Any) -> list[Any]:
    """The outputs that can have a derivative: an output whose history is cut is looked at too, its derivative is 0."""
    return [each for each in as_sequence(result) if isinstance(each, Variable) and each.array.dtype.kind == "f"]


def _check(
    func: Callable[..., Any], inputs: tuple[Any, ...], eps: float, atol: float, rtol: float, checks: dict[str, Any]
) -> None:
    chosen = [i for i, each in enumerate(inputs) if _differentiable(each)]
    if not chosen:
        raise ValueError("none of the inputs requires grad, so there is nothing to check")
    for i in chosen:
        if inputs[i].array.dtype != np.float64:
            warnings.warn(
                f"gradcheck: Input #{i} requires gradient and is not a double precision floating point, but "
                f"{inputs[i].array.dtype}. This check will likely fail; use .double() before requires_grad_(), or a "
                "larger eps and tolerance",
                UserWarning,
                stacklevel=5,
            )
    outputs = _outputs(func(*inputs))
    for k, output in enumerate(outputs):
        moving = [inputs[i] for i in chosen]
        ways = [_analytic(output, moving)] if checks.get("check_backward_ad", True) else []
        ways += [_pushed(output, moving)] if checks.get("check_forward_ad") else []
        for i, *tables in zip(chosen, *ways, strict=True):
            numeric = _numeric(func, inputs, i, k, eps, output.array.size)
            for table in tables:
                _compare(table, numeric, i, k, inputs[i], output, eps, atol, rtol, func, inputs)


def _analytic(output: Any, inputs: Sequence[Any]) -> list[Array]:
    """For each input the Jacobian (elements of the input, elements of the output) by the backward pass."""
    size = output.array.size
    tables = [np.zeros((each.array.size, size)) for each in inputs]
    for column in range(size if output.node is not None else 0):
        pick = np.zeros(size)
        pick[column] = 1
        found = grad([output], inputs, [pick.reshape(output.array.shape)], retain_graph=True, allow_unused=True)
        for table, g, each in zip(tables, found, inputs, strict=True):
            if g is not None:
                if g.array.shape != each.array.shape:
                    raise GradcheckError(f"a gradient has shape {g.array.shape} where the input has {each.array.shape}")
                table[:, column] = g.array.ravel()
    return tables


def _pushed(output: Any, inputs: Sequence[Any]) -> list[Array]:
    """The same by forward mode."""
    tables = [np.zeros((each.array.size, output.array.size)) for each in inputs]
    for table, each in zip(tables, inputs, strict=True):
        for row, unit in enumerate(np.eye(each.array.size) if output.node is not None else ()):
            known = push_forward([output.node], {each.node: unit.reshape(each.array.shape)})
            if output.node in known:
                table[row] = np.asarray(known[output.node]).ravel()
    return tables


def _numeric(func: Callable[..., Any], inputs: tuple[Any, ...], i: int, k: int, eps: float, size: int) -> Array:
    """The same Jacobian by central differences."""
    x = inputs[i].array
    rows = [
        (_moved(func, inputs, x, place, eps, k) - _moved(func, inputs, x, place, -eps, k)) / (2 * eps)
        for place in np.ndindex(x.shape)
    ]
    return np.array(rows).reshape(x.size, size)


def _moved(
    func: Callable[..., Any], inputs: tuple[Any, ...], x: Array, place: tuple[int, ...], step: float, k: int
) -> Array:
    """Output `k` with one element of `x` moved; `x` is put back whatever happens."""
    before = x[place]
    x[place] = before + step
    try:
        return np.array(_outputs(func(*inputs))[k].array, dtype=np.float64).ravel()
    finally:
        x[place] = before


def _compare(
    analytic: Array,
    numeric: Array,
    i: int,
    k: int,
    x: Any,
    output: Any,
    eps: float,
    atol: float,
    rtol: float,
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
) -> None:
    wrong = ~np.isclose(analytic, numeric, rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return
    gap = np.where(wrong, np.nan_to_num(np.abs(analytic - numeric), nan=np.inf), -1.0)
    row, column = np.unravel_index(np.argmax(gap), gap.shape)
    place = tuple(int(p) for p in np.unravel_index(row, x.array.shape))
    where = list(place)
    at = [int(p) for p in np.unravel_index(column, output.array.shape)]
    centre = output.array.ravel()[column]
    right = (_moved(func, inputs, x.array, place, eps, k)[column] - centre) / eps
    left = (centre - _moved(func, inputs, x.array, place, -eps, k)[column]) / eps
    raise GradcheckError(
        f"gradcheck: Jacobian mismatch for output {k} with respect to input {i}: the derivative of output {k} at {at} "
        f"in input {i} at {where} is {analytic[row, column]:.9g} "
        f"by the backward pass and {numeric[row, column]:.9g} by differences "
        f"({int(wrong.sum())} of {wrong.size} entries differ).\n"
        f"  there the input is {x.array[place]:.9g}, the output {centre:.9g}; "
        f"a step of {eps:g} changes it at the rate {right:.9g} to the right and {left:.9g} to the left\n"
        f"  likely cause: {_cause(analytic, numeric, row, column, left, right, output, atol, rtol)}"
    )


def _cause(
    analytic: Array,
    numeric: Array,
    row: Any,
    column: Any,
    left: float,
    right: float,
    output: Any,
    atol: float,
    rtol: float,
) -> str:
    a, n = analytic[row, column], numeric[row, column]
    if not np.isfinite(a):
        return "the rule divides by zero or overflows here"
    if not np.isfinite(n):
        return "the function is not finite next to this point: it is at the edge of its domain"
    if output.array.dtype != np.float64:
        return f"the output is {output.array.dtype}: something on the way computes in less than float64"
    if abs(right - left) > 100 * (atol + rtol * abs(n)):
        return "a kink: the slopes to the left and to the right differ; move the input away from it"
    if not analytic.any():
        return "no gradient arrives at all: the path is cut (detach, no_grad, or a rule missing)"
    if abs(a + n) <= atol + rtol * abs(n):
        return "the sign of the rule"
    if n and analytic.shape[0] > 1 and np.allclose(analytic, (a / n) * numeric, rtol=rtol, atol=atol):
        return f"a factor: every entry is {a / n:.6g} times what it should be"
    return "the rule: a wrong formula, or a wrong axis"


gate(globals(), ["gradcheck", "gradgradcheck"])
