"""Step 6: derivatives of derivatives. The rules are handed Values, and are recorded like everything else."""

import heapq
import itertools
from collections import namedtuple

import numpy as np

clock = itertools.count()  # each next(clock) is larger than all before: the time at which a value was made
Rule = namedtuple("Rule", "argument formula needs")


class Value:
    """An array, with an edge to each value it was computed from: that value, the rule, and what the rule asked for."""

    __array_ufunc__ = None  # NumPy's arrays leave `array + value` to the methods below

    def __init__(self, data, edges=()):
        self.data = np.asarray(data, dtype=float)
        self.edges = edges
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
        origin = {rule.argument: argument for argument, rule, _ in self.edges} | {"y": self}
        for argument, rule, saved in self.edges:
            if isinstance(g, Value):  # then the rule shall be recorded, so it gets Values throughout
                saved = [origin.get(need, known) for need, known in zip(rule.needs, saved)]
            yield argument, rule.formula(g, *saved)

    def backward(self):
        """Add to every `grad` the derivative of this value, a single number, in the array it belongs to."""
        for node, g in propagate(self, np.ones(())).items():
            node.grad = node.grad + g


def propagate(start, g):
    """Carry the gradient g of a node back through the graph: the complete gradient of each node on the way."""
    pending = {start: g}  # what nodes that wait for their turn have received so far
    queue = [(-start.order, start)]  # a heap gives the smallest first, and so the largest order
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
    """The derivatives of the output, weighted by g, in each of the inputs; with `create_graph` as Values."""
    g = np.broadcast_to(g, output.shape)
    found = propagate(output, Value(g) if create_graph else g)
    return [found.get(each, np.zeros(each.shape)) for each in inputs]


def primitive(run, **formulas):
    """An operation on arrays. Each keyword names an argument; its formula carries the gradient g back to it."""
    rules = [Rule(argument, formula, names_of(formula)[1:]) for argument, formula in formulas.items()]

    def operation(*args, **static):
        arrays = [each.data if isinstance(each, Value) else np.asarray(each) for each in args]
        y = run(*arrays, **static)
        known = {"y": y, **static}
        for argument, array in zip(formulas, arrays):
            known |= {argument: array, f"{argument}_shape": array.shape}
        edges = [
            (each, rule, [known[need] for need in rule.needs])
            for each, rule in zip(args, rules)
            if isinstance(each, Value)
        ]
        return Value(y, edges) if edges else y

    return operation


def names_of(function):
    """The names of a function's parameters, in order."""
    return function.__code__.co_varnames[: function.__code__.co_argcount]


def unbroadcast(g, shape):
    """The array g, summed over the axes along which broadcasting had stretched an array of this shape."""
    added = g.ndim - len(shape)
    stretched = tuple(axis for axis in range(g.ndim) if axis < added or shape[axis - added] == 1)
    return g.sum(stretched).reshape(shape)


elementwise = linear = bilinear = primitive  # three names for one thing, so far: step 7 will tell them apart

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
transpose = linear(np.transpose, x=lambda g: g.T)
sum_to = linear(unbroadcast, x=lambda g, x_shape: expand(g, shape=x_shape))
expand = linear(np.broadcast_to, x=lambda g: g)

Value.__add__ = Value.__radd__ = add
Value.__mul__ = Value.__rmul__ = mul
Value.__sub__, Value.__neg__, Value.__matmul__ = sub, neg, matmul
Value.__rsub__ = lambda self, other: sub(other, self)
Value.__pow__ = lambda self, n: power(self, n=n)
Value.__rmatmul__ = lambda self, other: matmul(other, self)
