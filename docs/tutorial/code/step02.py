"""Step 2: youngest first. Each value is visited once, after all that used it."""

import heapq
import itertools
import math

clock = itertools.count()  # next(clock) is the time: larger whenever it is asked


class Value:
    """A number, and edges to those it was made of, each with a local derivative."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = edges
        self.order = next(clock)
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:.4f}, grad={self.grad:.4f})"

    def __add__(self, other):
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def backward(self):
        """Pass on the gradient of the youngest value that waits, until none waits."""
        self.grad = 1.0
        queue = [(-self.order, self)]  # a heap: the smallest first, so the youngest
        seen = {self}
        while queue:
            node = heapq.heappop(queue)[1]
            for argument, local in node.edges:
                argument.grad = node.grad * local
                if argument not in seen:
                    seen.add(argument)
                    heapq.heappush(queue, (-argument.order, argument))


def sin(x):
    return Value(math.sin(x.data), [(x, math.cos(x.data))])


def tanh(x):
    y = math.tanh(x.data)
    return Value(y, [(x, 1 - y * y)])
