"""The graph: what an operation leaves behind so that its derivative can be found later.

A Variable is an array that knows the Node that made it. A Node has one edge for each argument that needs a gradient:
the node of that argument, the rule that carries the gradient across, and the values that this rule asked for. Nothing
else is kept: no output unless a rule reads it, no reference from a node to its consumers, hence no cycle, and Python
frees a graph as soon as nobody holds its end.

Every node takes a number from one counter when it is made. Arguments exist before results do, so the numbers are a
topological order of the graph, for free.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np

from minigrad.dtypes import Array, DType
from minigrad.engine.elsewhere import LEAF, Name, saved_under
from minigrad.engine.hooks import Hook, Hooks, RemovableHandle
from minigrad.errors import GraphError

if TYPE_CHECKING:
    from minigrad.engine.primitive import Operation, Rule
    from minigrad.engine.views import Origin

tick: Callable[[], int] = itertools.count(1).__next__
"""The clock that orders nodes by age: each call returns a larger number."""

NONE_GIVEN: dict[str, Any] = {}
"""The static arguments where there are none: one dict for all nodes, which nobody changes, for less to collect."""

Edge: TypeAlias = "tuple[Node, Rule, tuple[Any, ...] | None]"


class Variable:
    """An array with a history: what the engine knows of a Tensor.

    `array` is the value; `node` made it, and is None where no gradient is wanted.
    """

    array: Array
    node: Node | None = None
    origin: Origin | None = None
    """Where the memory comes from, if this is a view of another Variable."""
    views: list[weakref.ref[Variable]] | None = None
    """The views of this one that may still be alive."""
    inference: Any = None
    """The mark of what was made in inference mode, from `engine.inference`."""
    watched: bool = True
    """Whether changes in place are noted. Those through `.data` are not."""

    result_type: ClassVar[type[Variable]]
    """The class of the results of operations; the Tensor enters itself here."""

    into: ClassVar[Callable[..., Any]]
    """How a result is written into the tensor given as `out`; `minigrad.door` enters it here."""

    @classmethod
    def wrap(cls, array: Array, node: Node | None = None) -> Any:
        """A result: `array` as made by `node`."""
        result = cls.result_type.__new__(cls.result_type)
        result.array = array
        if node is not None:
            result.node = node
        return result


def plain(value: Any) -> Any:
    """The array of a Variable; anything else as it is."""
    return value.array if isinstance(value, Variable) else value


def array_of(value: Any) -> Array:
    """The array of a Variable; anything else as an array."""
    if isinstance(value, Variable):
        return value.array
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        kind = f" of {array.dtype}" if hasattr(value, "dtype") else ""
        raise TypeError(f"expected a Tensor or an array of numbers, not {type(value).__name__}{kind}")
    return array


class Node:
    """One operation that was carried out, as the backward pass sees it.

    `operation` is the primitive, None for a leaf, and `static` the keywords it was called with; `shape` and `dtype` are
    those of its result. Each of the `edges` leads to an argument that wants a gradient, with the rule that carries it
    there and the values which that has saved.
    """

    outputs: Sequence[Any] = ()
    """Where an operation made several results, what they are; each then has a node of its own beside this one."""
    number: int = 0
    """Which of several results this node stands for."""

    __slots__ = ("__weakref__", "dtype", "edges", "hooks", "operation", "order", "shape", "static")

    def __init__(
        self,
        operation: Operation | None,
        edges: list[Edge],
        shape: tuple[int, ...],
        dtype: DType,
        static: dict[str, Any],
    ) -> None:
        self.operation = operation
        self.edges = edges
        self.shape = shape
        self.dtype = dtype
        self.static = static or NONE_GIVEN
        self.order = tick()
        self.hooks: Hooks | None = None

    @property
    def name(self) -> Name:
        """The operation's plain name, such as 'matmul'."""
        return self.operation.name if self.operation is not None else LEAF

    def __getattr__(self, name: str) -> Any:
        """What is saved, under PyTorch's names, such as `_saved_self`."""
        found = saved_under(self, name)
        return Variable.wrap(found) if isinstance(found, np.ndarray | np.generic) else found

    @property
    def next_functions(self) -> tuple[tuple[Node, int], ...]:
        """The nodes of the arguments that want a gradient, in PyTorch's form: pairs of a node and 0."""
        return tuple((target, 0) for target, _, _ in self.edges)

    def hooked(self) -> Hooks:
        """The tables of hooks, made when the first is entered."""
        self.hooks = self.hooks or Hooks()
        return self.hooks

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(grad_inputs, grad_outputs)`, two tuples, when gradients have passed; it may return the former."""
        return RemovableHandle(self.hooked().after, hook)

    def register_prehook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(grad_outputs)` before gradients pass; what it returns, if not None, replaces them."""
        return RemovableHandle(self.hooked().before, hook)

    def pull(self, g: Any, wanted: set[Node] | None = None) -> Iterator[tuple[Node, Any]]:
        """Carry the gradient `g` of the output across each edge: pairs of argument node and contribution.

        An array for `g` makes the rules run on arrays. A Variable makes them run on Variables, and so be recorded:
        that is all there is to higher derivatives. With `wanted`, other arguments are passed over.
        """
        lift = isinstance(g, Variable)
        together = None
        for target, rule, values in self.edges:
            if wanted is None or target in wanted:
                if values is None:
                    raise GraphError(
                        f"backward through {self.name} a second time: the values that its derivative needs were "
                        "freed by the first backward. Specify retain_graph=True when calling backward the first time."
                    )
                if rule.part is None:
                    yield target, rule.formula(g, *(self.lifted(rule, values) if lift else values))
                else:
                    if together is None:
                        together = rule.formula(g, *(self.lifted(rule, values) if lift else values))
                    yield target, together[rule.part]

    def lifted(self, rule: Rule, values: tuple[Any, ...]) -> list[Any]:
        """The saved values as Variables with the history they had when they were saved."""
        origin = {each.argument: target for target, each, _ in self.edges}
        origin["y"] = self
        return [
            Variable.wrap(value, origin[need]) if need in origin else value
            for need, value in zip(rule.needs, values, strict=True)
        ]

    def unpacked(self) -> list[Edge]:
        """The edges with the values as the rules take them."""
        return self.edges

    def saved(self) -> Iterator[tuple[str, Any]]:
        """What the rules have saved: pairs of name and value."""
        for _, rule, values in self.edges:
            yield from zip(rule.needs, values or ())

    def free(self) -> None:
        """Let go of saved arrays. An edge that had none stays passable."""
        for position, (target, rule, values) in enumerate(self.edges):
            if rule.keeps_arrays and values is not None:
                for value in values:
                    if hasattr(value, "dtype"):
                        self.edges[position] = (target, rule, None)
                        break
        self.static = NONE_GIVEN

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Leaf(Node):
    """Where a gradient comes to rest: the node of a Variable that the user made, its `owner`."""

    __slots__ = ("after", "owner")

    def __init__(self, owner: Variable) -> None:
        super().__init__(None, [], owner.array.shape, owner.array.dtype, {})
        self.after: dict[int, Hook] = {}
        """Called with the owner and the gradient when this has been added to what the owner holds."""
        self.owner = weakref.ref(owner)  # the owner holds this node; a strong reference back would be a cycle

    def register_hook(self, hook: Hook) -> RemovableHandle:
        return RemovableHandle(self.after, lambda _, g: hook((), (g if isinstance(g, Variable) else Variable.wrap(g),)))

    @property
    def variable(self) -> Variable | None:
        """The tensor whose gradient rests here, or None where nobody holds it any more."""
        return self.owner()
