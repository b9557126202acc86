"""Step 4: arrays. An edge has a function, and what was stretched is summed back."""

import heapq
import itertools

import numpy as np

clock = itertools.count()  # next(clock) is the time: larger whenever it is asked


class Value:
    """An array, and edges to those it was made of, each with a way for gradients."""

    __array_ufunc__ = None  # NumPy's arrays leave `array + value` to the methods below

    def __init__(self, data, edges=()):
        self.data = np.asarray(data, dtype=float)
        self.edges = edges
        self.order = next(clock)
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data})"

    def __add__(self, other):
        other = lift(other)
        edges = [(self, lambda g: g), (other, lambda g: g)]
        return Value(self.data + other.data, edges)

    def __mul__(self, other):
        other = lift(other)
        a, b = self.data, other.data
        return Value(a * b, [(self, lambda g: g * b), (other, lambda g: g * a)])

    def __matmul__(self, other):
        other = lift(other)
        a, b = self.data, other.data
        return Value(a @ b, [(self, lambda g: g @ b.T), (other, lambda g: a.T @ g)])

    def __rmatmul__(self, other):
        return lift(other) @ self

    __radd__, __rmul__ = __add__, __mul__

    def sum(self):
        shape = self.data.shape
        return Value(self.data.sum(), [(self, lambda g: np.broadcast_to(g, shape))])

    def backward(self):
        """Add to every `grad` the derivative of this value, which is one number."""
        pending = {self: np.ones(())}  # what each value that waits has received so far
        queue = [(-self.order, self)]  # a heap: the smallest first, so the youngest
        complete = {}
        while queue:
            node = heapq.heappop(queue)[1]
            g = complete[node] = pending.pop(node)
            for argument, pull in node.edges:
                share = unbroadcast(pull(g), argument.data.shape)
                if argument in pending:
                    pending[argument] = pending[argument] + share
                else:
                    pending[argument] = share
                    heapq.heappush(queue, (-argument.order, argument))
        for node, g in complete.items():
            node.grad = node.grad + g


def lift(x):
    """A number or an array as a Value."""
    return x if isinstance(x, Value) else Value(x)


def unbroadcast(g, shape):
    """The array g, summed over the axes along which this shape was stretched."""
    added = g.ndim - len(shape)
    stretched = [i for i in range(g.ndim) if i < added or shape[i - added] == 1]
    return g.sum(tuple(stretched)).reshape(shape)


def sin(x):
    a = x.data
    return Value(np.sin(a), [(x, lambda g: g * np.cos(a))])


def tanh(x):
    y = np.tanh(x.data)
    return Value(y, [(x, lambda g: g * (1 - y * y))])
