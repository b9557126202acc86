"""Step 6: derivatives of derivatives. Rules get Values, and are recorded too."""

import heapq
import itertools
from collections import namedtuple

import numpy as np

clock = itertools.count()  # next(clock) is the time: larger whenever it is asked
Rule = namedtuple("Rule", "argument formula needs")


class Value:
    """An array, and edges to those it was made of: each a rule, and what it saved."""

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


def primitive(run, **formulas):
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
        return Value(y, edges) if edges else y

    return operation


def names_of(function):
    """The names of a function's parameters, in order."""
    return function.__code__.co_varnames[: function.__code__.co_argcount]


def unbroadcast(g, shape):
    """The array g, summed over the axes along which this shape was stretched."""
    added = g.ndim - len(shape)
    stretched = [i for i in range(g.ndim) if i < added or shape[i - added] == 1]
    return g.sum(tuple(stretched)).reshape(shape)


elementwise = linear = bilinear = primitive  # step 7 will tell them apart

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
