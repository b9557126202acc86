"""Step 11: Adam. The size of a step is learned from the gradients themselves."""

import heapq
import itertools
import weakref
from collections import namedtuple
from functools import partial

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

clock = itertools.count()  # next(clock) is the time: larger whenever it is asked
Rule = namedtuple("Rule", "argument formula needs")
written = {}  # by the id of an array: when it was last changed in place


class Node:
    """An operation that was carried out. Edges: the argument's node, rule, saved."""

    def __init__(self, shape, edges=(), operation=None, static=None, owner=None):
        self.shape, self.owner = shape, owner
        self.edges, self.operation, self.static = edges, operation, static
        self.order = next(clock)

    def pull(self, g):
        """Carry the gradient g across each edge: pairs of an argument and its share."""
        origin = {rule.argument: argument for argument, rule, _ in self.edges}
        origin["y"] = self
        for argument, rule, saved in self.edges:
            for name, x in zip(rule.needs, saved):
                if written.get(id(x), 0) > self.order:
                    raise RuntimeError(f"{name!r} was changed after it had been saved")
            if isinstance(g, Value):  # the rule shall be recorded: Values throughout
                saved = [
                    Value(x, origin[name]) if name in origin else x
                    for name, x in zip(rule.needs, saved)
                ]
            yield argument, rule.formula(g, *saved)


class Value:
    """An array, and the node that made it; or, for a leaf, one that it owns."""

    __array_ufunc__ = None  # NumPy's arrays leave `array + value` to the methods below

    def __init__(self, data, node=None):
        self.data = np.asarray(data, dtype=float)
        self.node = node or Node(self.data.shape, owner=self)
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

    def backward(self):
        """Add to the `grad` of each leaf the derivative of this value, one number."""
        for node, g in propagate(self.node, np.ones(())).items():
            if node.owner:
                node.owner.grad = node.owner.grad + g

    def write(self, array):
        """Put numbers into the memory of this value, and note the time."""
        if id(self.data) not in written:
            weakref.finalize(self.data, written.pop, id(self.data))
        self.data[...] = array
        written[id(self.data)] = next(clock)

    def mul_(self, other):
        """Multiply in place: new numbers in the same memory, and a new history."""
        if self.node.owner:
            raise RuntimeError("a leaf has no history to go on with; use write")
        before = Value(self.data.copy(), self.node)
        after = before * other
        self.write(after.data)
        self.node = after.node
        return self


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
    found = propagate(output.node, Value(g) if create_graph else g)
    return [found.get(each.node, np.zeros(each.shape)) for each in inputs]


def history(node):
    """All nodes that led to this one, oldest first."""
    found, stack = {node}, [node]
    while stack:
        for argument, _, _ in stack.pop().edges:
            if argument not in found:
                found.add(argument)
                stack.append(argument)
    return sorted(found, key=lambda node: node.order)


def jvp(output, tangents):
    """How the output changes when some values change as their `tangents` say."""
    known = {value.node: t for value, t in tangents.items()}
    for node in history(output.node):
        for argument, rule, saved in node.edges:
            if argument in known:
                share = push(node, rule, saved, known[argument])
                known[node] = known.get(node, np.zeros(node.shape)) + share
    return known[output.node]


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
            (each.node, rule, [known[need] for need in rule.needs])
            for each, rule in zip(args, rules)
            if isinstance(each, Value)
        ]
        return Value(y, Node(y.shape, edges, operation, static)) if edges else y

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


def windows(x, kernel, stride):
    """All windows of images (n, c, H, W), a view of shape (n, c, i, j, k, m)."""
    return sliding_window_view(x, kernel, (2, 3))[:, :, ::stride, ::stride]


def run_conv(x, w, stride):
    """u[n, o, i, j] = sum over c, k, m of x[n, c, s*i + k, s*j + m] * w[o, c, k, m]"""
    x = windows(x, w.shape[2:], stride)
    return np.einsum("ncijkm, ockm -> noij", x, w, optimize=True)


def run_conv_t(u, w, size, stride):
    """x[n, c, s*i + k, s*j + m] += sum over o of u[n, o, i, j] * w[o, c, k, m]"""
    x = np.zeros((len(u), w.shape[1], *size))
    products = np.einsum("noij, ockm -> ncijkm", u, w, optimize=True)
    for k, m in np.ndindex(w.shape[2:]):
        places = x[:, :, k::stride, m::stride][:, :, : u.shape[2], : u.shape[3]]
        places += products[..., k, m]
    return x


def run_conv_w(x, u, kernel, stride):
    """w[o, c, k, m] = sum over n, i, j of x[n, c, s*i + k, s*j + m] * u[n, o, i, j]"""
    x = windows(x, kernel, stride)
    return np.einsum("ncijkm, noij -> ockm", x, u, optimize=True)


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

conv = bilinear(
    run_conv,
    x=lambda g, w, x_shape, stride: conv_t(g, w, size=x_shape[2:], stride=stride),
    w=lambda g, x, w_shape, stride: conv_w(x, g, kernel=w_shape[2:], stride=stride),
)
conv_t = bilinear(
    run_conv_t,
    u=lambda g, w, stride: conv(g, w, stride=stride),
    w=lambda g, u, w_shape, stride: conv_w(g, u, kernel=w_shape[2:], stride=stride),
)
conv_w = bilinear(
    run_conv_w,
    x=lambda g, u, x_shape, stride: conv_t(u, g, size=x_shape[2:], stride=stride),
    u=lambda g, x, stride: conv(x, g, stride=stride),
)

Value.__add__ = Value.__radd__ = add
Value.__mul__ = Value.__rmul__ = mul
Value.__sub__, Value.__neg__, Value.__matmul__ = sub, neg, matmul
Value.__rsub__ = lambda self, other: sub(other, self)
Value.__pow__ = lambda self, n: power(self, n=n)
Value.__rmatmul__ = lambda self, other: matmul(other, self)


class Module:
    """Something that has parameters: the Values among its attributes and its parts."""

    def parameters(self):
        parts = list(vars(self).values())
        while parts:
            part = parts.pop(0)
            if isinstance(part, Value):
                yield part
            elif isinstance(part, Module):
                yield from part.parameters()
            elif isinstance(part, (list, tuple)):
                parts[:0] = part


class Sequential(Module):
    """One layer after the other. A layer may be any function."""

    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Linear(Module):
    """x w + b: the rows x have as many numbers as there are inputs."""

    def __init__(self, inputs, outputs, rng):
        self.weight = Value(rng.normal(0, inputs**-0.5, (inputs, outputs)))
        self.bias = Value(np.zeros(outputs))

    def __call__(self, x):
        return x @ self.weight + self.bias


class Adam:
    """Algorithm 1 of Kingma and Ba (2015), in their letters."""

    def __init__(self, parameters, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.parameters = list(parameters)
        self.alpha, self.beta1, self.beta2 = alpha, beta1, beta2
        self.epsilon, self.t = epsilon, 0
        self.m = [np.zeros(theta.shape) for theta in self.parameters]
        self.v = [np.zeros(theta.shape) for theta in self.parameters]

    def zero_grad(self):
        for theta in self.parameters:
            theta.grad = 0.0

    def step(self):
        self.t += 1
        for theta, m, v in zip(self.parameters, self.m, self.v):
            g = theta.grad
            m[...] = self.beta1 * m + (1 - self.beta1) * g
            v[...] = self.beta2 * v + (1 - self.beta2) * g**2
            m_hat = m / (1 - self.beta1**self.t)
            v_hat = v / (1 - self.beta2**self.t)
            theta.write(
                theta.data - self.alpha * m_hat / (np.sqrt(v_hat) + self.epsilon)
            )
