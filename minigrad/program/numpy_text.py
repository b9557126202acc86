"""How each primitive is written in NumPy: a table of expressions in the arguments' names.

What has no line here is called by its name, and the source of the function that runs goes into the program with it
(`kernel_text`). An expression here computes what the primitive's own function computes, to the bit.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Mapping
from typing import Any

from minigrad.program import literal
from minigrad.program.steps import Kernel, Step, Value

ARITHMETIC = {
    "add": "a + b",
    "sub": "a - b",
    "mul": "a * b",
    "div": "a / b",
    "neg": "-x",
    "square": "x * x",
    "reciprocal": "1 / x",
    "rsqrt": "1 / np.sqrt(x)",
    "sigmoid": "1 / (1 + np.exp(-x))",
    "abs": "np.abs(x)",
    "sign": "np.sign(x)",
    "relu": "np.maximum(x, 0)",
    "maximum": "np.maximum(a, b)",
    "minimum": "np.minimum(a, b)",
    "clamp_min": "np.maximum(x, low)",
    "clamp_max": "np.minimum(x, high)",
    "where": "np.where(condition, a, b)",
    "mask": "np.where(keep, g, 0)",
    "eq": "a == b",
    "ne": "a != b",
    "lt": "a < b",
    "le": "a <= b",
    "gt": "a > b",
    "ge": "a >= b",
    "logical_not": "~x",
    "bitwise_not": "~x",
    "bitwise_and": "a & b",
    "bitwise_or": "a | b",
    "bitwise_xor": "a ^ b",
    "matmul": "a @ b",
    "linear": "x @ weight.T",
    "affine": "x @ weight.T + bias",
    "clone": "x.copy()",
    "contiguous": "x.copy()",
    "squared_error": "(x - target) ** 2",
}
"""Expressions that hold for all arguments, but see `_exceptions`."""

FUNCTIONS = {
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
} | {
    name: name
    for name in """exp exp2 expm1 log log2 log10 log1p sqrt sin cos tan sinh cosh tanh hypot logaddexp logaddexp2 isnan
    isinf isfinite logical_and logical_or logical_xor signbit copysign fmax fmin""".split()  # noqa: SIM905
}
"""The functions that NumPy has, and what it calls them."""


SIGNS = {"np.add(": "a + b", "np.subtract(": "a - b", "np.multiply(": "a * b", "np.divide(": "a / b"}
SIGNS |= {"np.greater_equal(": "a >= b", "np.greater(": "a > b", "np.less(": "a < b", "np.less_equal(": "a <= b"}
SIGNS |= {"np.equal(": "a == b", "np.not_equal(": "a != b"}
"""NumPy's functions that have a sign."""


def expression(step: Step, text: Callable[[Any], ast.expr]) -> ast.expr | None:
    """What a step computes, in NumPy; None where NumPy has no such thing. `text` writes an argument."""
    if isinstance(step.operation, str):
        return _numpys_own(step, text)
    if isinstance(step.operation, Kernel):
        return None
    special = SPECIAL.get(step.name)
    if special is not None:
        return special(step, text)
    if _exceptions(step):
        return None
    if step.name in FUNCTIONS:
        return call(f"np.{FUNCTIONS[step.name]}", [text(each) for each in step.args])
    template = ARITHMETIC.get(step.name)
    if template is None:
        return None
    return filled(template, dict(zip(step.operation.parameters, map(text, step.args), strict=True)))


def _exceptions(step: Step) -> bool:
    """Whether the arguments are such that the primitive does more than its line in the table says."""
    values = [each for each in step.args if isinstance(each, Value) and each.dtype is not None]
    kinds = {each.dtype for each in values}
    if step.family == "elementwise" and step.name not in ("where", "mask") and len(kinds) > 1:
        return True  # NumPy's promotion is not PyTorch's
    if step.name == "sigmoid" and any(each.dtype == "float16" for each in values):
        return True
    if step.name in ("square", "rsqrt", "sigmoid", "neg", "affine", "squared_error", "sign", "reciprocal", "relu"):
        return any(each.dtype.kind != "f" for each in values)
    return step.name == "logical_not" and any(each.dtype.kind != "b" for each in values)


def filled(template: str, arguments: Mapping[str, ast.expr]) -> ast.expr:
    """An expression with others in the places of its names; parentheses come when it is written."""
    return _put(_parsed(template), arguments)  # type: ignore[no-any-return]


@functools.cache
def _parsed(template: str) -> ast.expr:
    return ast.parse(template, mode="eval").body


def _put(node: Any, arguments: Mapping[str, ast.expr]) -> Any:
    if isinstance(node, ast.Name):
        return arguments.get(node.id, node)
    if isinstance(node, list):
        return [_put(each, arguments) for each in node]
    if not isinstance(node, ast.expr):
        return node
    return type(node)(*[_put(getattr(node, field), arguments) for field in node._fields])


def call(function: str, args: list[ast.expr], **keywords: ast.expr) -> ast.Call:
    """A call of a function by its name."""
    named = [ast.keyword(name, value) for name, value in keywords.items()]
    return ast.Call(_parsed(function), args, named)


def method(source: ast.expr, name: str, *args: ast.expr, **keywords: ast.expr) -> ast.Call:
    """A call of a method."""
    named = [ast.keyword(each, value) for each, value in keywords.items()]
    return ast.Call(ast.Attribute(source, name, ast.Load()), list(args), named)


# -- those whose text depends on their keywords ------------------------------------------------------------------------

Text = Callable[[Any], ast.expr]


def _reduction(name: str) -> Callable[[Step, Text], ast.expr | None]:
    def write(step: Step, text: Text) -> ast.expr | None:
        x, (dim, keepdim) = step.args[0], (step.static["dim"], step.static["keepdim"])
        if not isinstance(x, Value) or (name == "mean" and x.dtype.itemsize < 4) or x.dtype.kind not in "fi" or not dim:
            return None
        if x.dtype.kind == "i" and x.dtype.itemsize < 8:
            return None
        every = tuple(dim) == tuple(range(len(x.shape)))
        axis = {} if every else {"axis": text(dim[0] if len(dim) == 1 else tuple(dim))}
        return method(text(x), name, **axis, **({"keepdims": text(True)} if keepdim else {}))

    return write


def _reshape(step: Step, text: Text) -> ast.expr | None:
    return method(text(step.args[0]), "reshape", text(tuple(step.static["size"])))


def _expand(step: Step, text: Text) -> ast.expr | None:
    x, size = step.args[0], tuple(step.static["size"])
    if isinstance(x, Value) and x.number is not None:
        return literal.full(size, x.number, x.dtype)
    return call("np.broadcast_to", [text(x), text(size)])


def _add_bias(step: Step, text: Text) -> ast.expr | None:
    y, bias = step.args
    across = (*bias.shape, *(1,) * (len(y.shape) - 2))
    column = text(bias) if len(y.shape) == 2 else method(text(bias), "reshape", text(across))
    return filled("y + bias", {"y": text(y), "bias": column})


def _astype(step: Step, text: Text) -> ast.expr | None:
    return method(text(step.args[0]), "astype", text(step.static["dtype"]))


def _permute(step: Step, text: Text) -> ast.expr | None:
    x, dims = step.args[0], tuple(step.static["dims"])
    if dims == tuple(range(len(dims)))[::-1]:
        return ast.Attribute(text(x), "T", ast.Load())
    swapped = [i for i, axis in enumerate(dims) if i != axis]
    if len(swapped) == 2:
        count = len(dims)
        last = swapped == [count - 2, count - 1]
        return method(text(x), "swapaxes", *map(text, (-2, -1) if last else swapped))
    return method(text(x), "transpose", *map(text, dims))


def _outer_sum(step: Step, text: Text) -> ast.expr | None:
    a, x = step.args
    rows = [
        text(each) if len(each.shape) == 2 else method(text(each), "reshape", text(-1), text(each.shape[-1]))
        for each in (a, x)
    ]
    return filled("a.T @ x", {"a": rows[0], "x": rows[1]})


def _getitem(step: Step, text: Text) -> ast.expr | None:
    return ast.Subscript(text(step.args[0]), text(step.static["index"]), ast.Load())


def _narrow(step: Step, text: Text) -> ast.expr | None:
    dim, start, stop = (step.static[each] for each in ("dim", "start", "stop"))
    length = step.args[0].shape[dim]
    part = slice(None if start == 0 else start, None if stop == length else stop)
    return ast.Subscript(text(step.args[0]), text((*[slice(None)] * dim, part) if dim else part), ast.Load())


def _pow(step: Step, text: Text) -> ast.expr | None:
    if _exceptions(step):
        return None
    a, b = map(text, step.args)
    if step.results[0].shape:
        return filled("a ** b", {"a": a, "b": b})
    return call("np.power", [a, b])  # of two scalars ** is Python's, and may round the other way


def _joined(function: str) -> Callable[[Step, Text], ast.expr | None]:
    def write(step: Step, text: Text) -> ast.expr | None:
        if len({each.dtype for each in step.args if isinstance(each, Value)}) > 1:
            return None
        args = ast.List([text(each) for each in step.args], ast.Load())
        return call(function, [args], axis=text(step.static["dim"]))

    return write


def _einsum(step: Step, text: Text) -> ast.expr | None:
    left, right, out = step.static["terms"]
    return call("np.einsum", [text(f"{left},{right}->{out}"), *map(text, step.args)], optimize=text(True))


def _vecdot(step: Step, text: Text) -> ast.expr | None:
    a, b = map(text, step.args)
    if step.static["dim"] == len(step.args[0].shape) - 1:
        return filled("np.vecdot(a, b)[..., None]", {"a": a, "b": b})
    product = filled("a * b", {"a": a, "b": b})
    return method(product, "sum", axis=text(step.static["dim"]), keepdims=text(True))


def _extreme(name: str) -> Callable[[Step, Text], ast.expr | None]:
    def write(step: Step, text: Text) -> ast.expr | None:
        dim = tuple(step.static["dim"])
        keepdims = {"keepdims": text(True)} if step.static["keepdim"] else {}
        return method(text(step.args[0]), name, axis=text(dim[0] if len(dim) == 1 else dim), **keepdims)

    return write


SPECIAL: dict[str, Callable[[Step, Text], ast.expr | None]] = {
    "sum": _reduction("sum"),
    "mean": _reduction("mean"),
    "amax": _extreme("max"),
    "amin": _extreme("min"),
    "reshape": _reshape,
    "expand": _expand,
    "add_bias": _add_bias,
    "astype": _astype,
    "permute": _permute,
    "outer_sum": _outer_sum,
    "vecdot": _vecdot,
    "getitem": _getitem,
    "narrow": _narrow,
    "pow": _pow,
    "cat": _joined("np.concatenate"),
    "stack": _joined("np.stack"),
    "einsum": _einsum,
}


def _numpys_own(step: Step, text: Text) -> ast.expr:
    """A call of NumPy's that came by as such: '.name(' is a method, '.name' an attribute, '[]' an index."""
    name = str(step.operation)
    if name.startswith("number:"):
        return filled(name.removeprefix("number:"), dict(zip("ab", map(text, step.args))))
    if name == "[]":
        return ast.Subscript(text(step.args[0]), text(step.args[1]), ast.Load())
    if name.startswith(".") and not name.endswith("("):
        return ast.Attribute(text(step.args[0]), name[1:], ast.Load())
    if name in SIGNS and len(step.args) == 2 and not step.static:
        return filled(SIGNS[name], dict(zip("ab", map(text, step.args))))
    keywords = {key: text(each) for key, each in step.static.items()}
    if name.startswith("."):
        return method(text(step.args[0]), name[1:-1], *map(text, step.args[1:]), **keywords)
    return call(name.rstrip("("), [text(each) for each in step.args], **keywords)
