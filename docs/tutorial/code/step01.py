"""Step 1: numbers that remember how they were made, and the chain rule."""

import math


class Value:
    """A number, and edges to those it was made of, each with a local derivative."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = edges
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:.4f}, grad={self.grad:.4f})"

    def __add__(self, other):
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def backward(self, g=1.0):
        """Keep the gradient g, and pass it on along every edge."""
        self.grad = g
        for argument, local in self.edges:
            argument.backward(g * local)


def sin(x):
    return Value(math.sin(x.data), [(x, math.cos(x.data))])


def tanh(x):
    y = math.tanh(x.data)
    return Value(y, [(x, 1 - y * y)])
