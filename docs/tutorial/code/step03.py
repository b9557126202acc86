"""Step 3: what arrives is added up. A gradient is a sum over all paths."""

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
        """Add to every `grad` the derivative of this value in its number."""
        pending = {self: 1.0}  # what each value that waits has received so far
        queue = [(-self.order, self)]  # a heap: the smallest first, so the youngest
        complete = {}
        while queue:
            node = heapq.heappop(queue)[1]
            g = complete[node] = pending.pop(node)
            for argument, local in node.edges:
                if argument in pending:
                    pending[argument] += g * local
                else:
                    pending[argument] = g * local
                    heapq.heappush(queue, (-argument.order, argument))
        for node, g in complete.items():
            node.grad += g


def sin(x):
    return Value(math.sin(x.data), [(x, math.cos(x.data))])


def tanh(x):
    y = math.tanh(x.data)
    return Value(y, [(x, 1 - y * y)])
