"""Samples: the nonlinearities between layers."""

from __future__ import annotations

import math

import numpy as np
from samples import BINARY, UNARY, Row, by_element, case, each, integers, real

import minigrad as mg

bent = real(-2, 2, away_from=(0,), gap=0.1)


def rowwise(function):
    """A function of a list of numbers to a list, along `dim`; a tensor without axes is a list of one."""

    def loop(x, dim, dtype=None):
        if x.ndim == 0:
            return np.asarray(function([x.item()])[0])
        moved = np.moveaxis(x, dim, -1)
        out = np.empty(moved.shape)
        for place in np.ndindex(moved.shape[:-1]):
            out[place] = function(moved[place].tolist())
        return np.moveaxis(out, -1, dim)

    return loop


def softmax(row):
    total = math.fsum(map(math.exp, row))
    return [math.exp(x) / total for x in row]


def through_jacobian(u, p, dim):
    """u times the Jacobian of softmax where it is p, diag(p) - p p.T, row by row."""
    rows, given = np.moveaxis(p, dim, -1), np.moveaxis(u, dim, -1)
    out = np.empty(rows.shape)
    for place in np.ndindex(rows.shape[:-1]):
        out[place] = given[place] @ (np.diag(rows[place]) - np.outer(rows[place], rows[place]))
    return np.moveaxis(out, -1, dim)


def log_softmax(row):
    total = math.fsum(map(math.exp, row))
    return [x - math.log(total) for x in row]


def softplus(x, beta=1.0, threshold=20.0):
    return x if x * beta > threshold else math.log1p(math.exp(beta * x)) / beta


def gelu(x, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x * 0.5 * math.erfc(-x / math.sqrt(2))


along = [case((3,), dim=0), case((2, 3), dim=0), case((2, 3), dim=1), case((2, 3, 2), dim=1), case((1, 2, 1, 3), dim=3)]
empty = [case((0,), dim=0), case((2, 0), dim=0), case((2, 0), dim=1), case((0, 3), dim=1)]
counted_back = [case((), dim=0), case((), dim=-1), case((3,), dim=-1), case((2, 3), dim=-2), case((2, 3, 2), dim=-1)]

ROWS = [
    Row("relu", by_element(lambda x: max(x, 0.0)), torch="relu", domain=bent),
    Row("relu", by_element(lambda x: max(x, 0), "q"), torch="relu", domain=integers(-3, 4), call=mg.relu),
    Row(
        "leaky_relu",
        by_element(lambda x, slope: x if x > 0 else slope * x),
        torch=lambda x, slope: functional().leaky_relu(x, slope),
        domain=bent,
        cases=each(UNARY, {"slope": 0.1}) + [case((2, 3), slope=s) for s in (0.0, 1.0, 2.0, -0.5)],
    ),
    Row(
        "leaky_relu",
        by_element(lambda x, negative_slope=0.01: x if x > 0 else negative_slope * x),
        torch="leaky_relu",
        domain=bent,
        cases=[*each(UNARY), case((2, 3), negative_slope=0.3)],
        call=mg.leaky_relu,
    ),
    Row(
        "leak",
        by_element(lambda g, x, slope: g if x > 0 else slope * g),
        domain=(real(), bent),
        cases=each(BINARY, {"slope": 0.1}),
    ),
    Row(
        "softplus",
        by_element(softplus),
        torch="softplus",
        domain=real(-3, 3),
        cases=each(UNARY, {"beta": 1.0, "threshold": 20.0}),
    ),
    Row(
        "softplus",
        by_element(softplus),
        torch="softplus",
        domain=real(-40, 40, away_from=(10.0, 20.0), gap=0.5),
        cases=[case((3, 3)), case((3, 3), beta=2.0), case((3, 3), beta=0.5, threshold=5.0)],
        call=mg.softplus,
    ),
    Row(
        "hardshrink",
        by_element(lambda x, lambd=0.5: x if abs(x) > lambd else 0.0),
        torch="hardshrink",
        domain=real(-2, 2, away_from=(-0.5, 0.5, -1.0, 1.0)),
        cases=[*each(UNARY), case((2, 3), lambd=1.0)],
        call=mg.hardshrink,
    ),
    Row("silu", by_element(lambda x: x / (1 + math.exp(-x))), torch="silu", call=mg.silu),
    Row(
        "elu",
        by_element(lambda x, alpha, rate: x if x > 0 else alpha * math.expm1(rate * x)),
        torch=lambda x, alpha, rate: functional().elu(x * 1, alpha) if rate == 1 else functional().celu(x, alpha),
        domain=bent,
        cases=[*each(UNARY, {"alpha": 0.3, "rate": 1.0}), case((2, 3), alpha=2.0, rate=0.5)],
    ),
    Row(
        "elu_slope",
        by_element(lambda x, alpha, rate: 1.0 if x > 0 else alpha * rate * math.exp(rate * x)),
        domain=bent,
        cases=each(UNARY, {"alpha": 0.3, "rate": 2.0}),
    ),
    Row(
        "elu",
        by_element(lambda x, alpha=1.0: x if x > 0 else alpha * math.expm1(x)),
        torch="elu",
        domain=bent,
        cases=[*each(UNARY), case((2, 3), alpha=0.3)],
        call=mg.elu,
    ),
    Row(
        "gelu",
        by_element(gelu),
        torch="gelu",
        domain=real(-4, 4),
        cases=[*each(UNARY), *each(UNARY, {"approximate": "tanh"})],
        call=mg.gelu,
        covers=("gelu_back",),
    ),
    Row("softmax", rowwise(softmax), torch="softmax", cases=along + empty),
    Row("softmax", rowwise(softmax), torch="softmax", cases=counted_back, call=mg.softmax),
    Row(
        "vecdot",
        lambda a, b, dim: np.einsum("ij,ij->i" if dim else "ij,ij->j", a, b).reshape((-1, 1) if dim else (1, -1)),
        torch=lambda a, b, dim: __import__("torch").linalg.vecdot(a, b, dim=dim).unsqueeze(dim),
        cases=[case((3, 4), (3, 4), dim=dim) for dim in (0, 1)] + [case((2, 0), (2, 0), dim=1)],
    ),
    Row(
        "softmax_back",
        through_jacobian,
        cases=[case((3, 4), (3, 4), dim=dim) for dim in (0, 1)] + [case((2, 3, 2), (2, 3, 2), dim=1)],
    ),
    Row("log_softmax", rowwise(log_softmax), torch="log_softmax", cases=along + empty),
    Row("log_softmax", rowwise(log_softmax), torch="log_softmax", cases=counted_back, call=mg.log_softmax),
]


def functional():
    import torch

    return torch.nn.functional
