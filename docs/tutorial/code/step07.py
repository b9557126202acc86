"""Step 7: forward mode. Of what kind an operation is says how tangents go through."""

import heapq
import itertools
from collections import namedtuple
from functools import partial

import numpy as np

clock = itertools.count()  # next(clock) is the time: larger whenever it is asked
Rule = namedtuple("Rule", "argument formula needs")


class Value:
    """An array, and edges to those it was made of: each a rule, and what it saved."""

    __array_ufunc__ = None  # NumPy's arrays leave `array + value` to the methods below

    def __init__(self, data, edges=(), operation=None, static=None):
        self.data = np.asarray(data, dtype=float)
        self.edges, self.operation, self.static = edges, operation, static
        self.order = next(clock)
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data})"

    def sum(self):
        return sum_to(self, shape=())

    @property
    def shape(self):
        return self.data.shape

    @property
    def T(self):
        return transpose(self)

    def pull(self, g):
        """Carry the gradient g across each edge: pairs of an argument and its share."""
        origin = {rule.argument: argument for argument, rule, _ in self.edges}
        origin["y"] = self
        for argument, rule, saved in self.edges:
            if isinstance(g, Value):  # the rule shall be recorded: Values throughout
                saved = [origin.get(name, x) for name, x in zip(rule.needs, saved)]
            yield argument, rule.formula(g, *saved)

    def backward(self):
        """Add to every `grad` the derivative of this value, which is one number."""
        for node, g in propagate(self, np.ones(())).items():
            node.grad = node.grad + g


def propagate(start, g):
    """Carry the gradient g of a node back: the gradients of all nodes on the way."""
    pending = {start: g}  # what each node that waits has received so far
    queue = [(-start.order, start)]  # a heap: the smallest first, so the youngest
    complete = {}
    while queue:
        node = heapq.heappop(queue)[1]
        complete[node] = pending.pop(node)
        for argument, share in node.pull(complete[node]):
            if share.shape != argument.shape:
                share = sum_to(share, shape=argument.shape)
            if argument in pending:
                pending[argument] = pending[argument] + share
            else:
                pending[argument] = share
                heapq.heappush(queue, (-argument.order, argument))
    return complete


def grad(output, inputs, g=1.0, create_graph=False):
    """The derivatives of the output in each input. `create_graph`: as Values."""
    g = np.broadcast_to(g, output.shape)
    found = propagate(output, Value(g) if create_graph else g)
    return [found.get(each, np.zeros(each.shape)) for each in inputs]


def history(output):
    """All values that led to the output, oldest first."""
    found, stack = {output}, [output]
    while stack:
        for argument, _, _ in stack.pop().edges:
            if argument not in found:
                found.add(argument)
                stack.append(argument)
    return sorted(found, key=lambda node: node.order)


def jvp(output, tangents):
    """How the output changes when some values change as their `tangents` say."""
    known = dict(tangents)
    for node in history(output):
        for argument, rule, saved in node.edges:
            if argument in known:
                share = push(node, rule, saved, known[argument])
                known[node] = known.get(node, np.zeros(node.shape)) + share
    return known[output]


def push(node, rule, saved, t):
    """What the tangent t of one argument adds to that of the node, by family."""
    operation = node.operation
    if operation.family == "elementwise":
        return rule.formula(t, *saved)
    if operation.family == "linear":
        return operation(t, **node.static)
    if operation.family == "bilinear":
        given = {**dict(zip(rule.needs, saved)), rule.argument: t}
        return operation(*(given[name] for name in operation.arguments), **node.static)
    g = Value(np.zeros(node.shape))
    return grad(rule.formula(g, *saved), [g], t)[0]


def primitive(family, run, **formulas):
    """An operation on arrays, and for each argument the way of the gradient g to it."""
    rules = [Rule(name, rule, names_of(rule)[1:]) for name, rule in formulas.items()]

    def operation(*args, **static):
        arrays = [x.data if isinstance(x, Value) else np.asarray(x) for x in args]
        y = run(*arrays, **static)
        known = {"y": y, **static}
        for argument, array in zip(formulas, arrays):
            known |= {argument: array, f"{argument}_shape": array.shape}
        edges = [
            (each, rule, [known[need] for need in rule.needs])
            for each, rule in zip(args, rules)
            if isinstance(each, Value)
        ]
        return Value(y, edges, operation, static) if edges else y

    operation.family, operation.arguments = family, tuple(formulas)
    return operation


def names_of(function):
    """The names of a function's parameters, in order."""
    return function.__code__.co_varnames[: function.__code__.co_argcount]


def unbroadcast(g, shape):
    """The array g, summed over the axes along which this shape was stretched."""
    added = g.ndim - len(shape)
    stretched = [i for i in range(g.ndim) if i < added or shape[i - added] == 1]
    return g.sum(tuple(stretched)).reshape(shape)


families = "elementwise", "linear", "bilinear", "general"
elementwise, linear, bilinear, general = (partial(primitive, each) for each in families)

add = elementwise(np.add, a=lambda g: g, b=lambda g: g)
sub = elementwise(np.subtract, a=lambda g: g, b=lambda g: -g)
neg = elementwise(np.negative, x=lambda g: -g)
mul = elementwise(np.multiply, a=lambda g, b: g * b, b=lambda g, a: g * a)
power = elementwise(lambda x, n: x**n, x=lambda g, x, n: g * (n * x ** (n - 1)))
exp = elementwise(np.exp, x=lambda g, y: g * y)
sin = elementwise(np.sin, x=lambda g, x: g * cos(x))
cos = elementwise(np.cos, x=lambda g, x: -g * sin(x))
tanh = elementwise(np.tanh, x=lambda g, y: g * (1 - y * y))
matmul = bilinear(np.matmul, a=lambda g, b: g @ b.T, b=lambda g, a: a.T @ g)
inv = general(np.linalg.inv, x=lambda g, y: -y.T @ g @ y.T)
transpose = linear(np.transpose, x=lambda g: g.T)
sum_to = linear(unbroadcast, x=lambda g, x_shape: expand(g, shape=x_shape))
expand = linear(np.broadcast_to, x=lambda g: g)

Value.__add__ = Value.__radd__ = add
Value.__mul__ = Value.__rmul__ = mul
Value.__sub__, Value.__neg__, Value.__matmul__ = sub, neg, matmul
Value.__rsub__ = lambda self, other: sub(other, self)
Value.__pow__ = lambda self, n: power(self, n=n)
Value.__rmatmul__ = lambda self, other: matmul(other, self)
