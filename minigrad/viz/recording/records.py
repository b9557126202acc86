"""What a recording is made of: the calls of operations and of modules, the values between them, the steps back.

Plain records, without behaviour. They refer to nodes and arrays but to no tensor, so a tensor can hold its recording.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from minigrad.nn.modules.module import Module
from minigrad.viz.engine import Leaf, Node, Operation, Place
from minigrad.viz.recording.public import PublicCall


@dataclass(eq=False, slots=True)
class Scope:
    """One call of a module. A module that is called twice has two."""

    module: Module
    parent: Scope | None
    turn: int
    """0 for the first call of this module in the recording, 1 for the second, and so on."""
    path: str = ""
    """The module's qualified name, such as generator.3, found when the recording ends."""

    @property
    def kind(self) -> str:
        """The name of the class."""
        return type(self.module).__name__

    @property
    def name(self) -> str:
        """The name within the parent: '3' for generator.3."""
        above = self.parent.path + "." if self.parent is not None and self.parent.path else ""
        return self.path[len(above) :] if self.path.startswith(above) else self.path


@dataclass(eq=False, slots=True)
class Value:
    """What went into an operation or came out of it."""

    array: Any
    """A copy made at the time, for memory may change; a Python number as it is; None if values are not kept."""
    shape: tuple[int, ...]
    dtype: Any
    """None for a Python number, which takes the dtype of its neighbour."""
    node: Node | None = None
    made_by: Call | None = None
    name: str = ""
    """What the code calls it; empty if it has no name."""
    is_parameter: bool = False
    is_tensor: bool = False
    """Whether it came as a tensor, and not as an array or a number."""
    source: Any = None
    """The memory itself."""


@dataclass(eq=False, slots=True)
class Call:
    """One operation that was carried out."""

    order: int
    """Its place in time, on the same clock as the nodes."""
    operation: Operation
    arguments: tuple[Value, ...]
    traced: tuple[bool, ...]
    """Which of the arguments came with a history."""
    frozen: tuple[bool, ...]
    """Which of them are leaves that had one before, and whose `requires_grad` has been switched off since."""
    static: dict[str, Any]
    result: Value
    place: Place | None
    scope: Scope | None
    recording: bool
    """Whether gradients were being recorded; False under no_grad."""
    in_place: bool
    """Whether it is part of an operation that overwrites its first argument, such as add_."""
    public: tuple[PublicCall, ...] = ()
    """The public functions on whose behalf it ran, from outside inwards; none for an operator."""
    walk: Any = None
    """The backward pass that carried it out, where that is itself recorded: it belongs to a derivative."""

    @property
    def title(self) -> str:
        """The name that the program called it by."""
        return self.public[0].name if self.public else self.operation.name


@dataclass(eq=False, slots=True)
class Application:
    """One call of a Function. It is no operation, and knows its arguments and results by their nodes alone."""

    place: Place | None
    scope: Scope | None


@dataclass(eq=False, slots=True)
class Aside:
    """What the package has computed beside the graph, such as the statistics of a batch, to give it to operations."""

    function: Any
    arguments: tuple[Any, ...]
    """Values, and whatever is no array."""
    keywords: dict[str, Any]
    answer: Any
    """An array, or a tuple of arrays."""


@dataclass(eq=False, slots=True)
class Step:
    """One step of a backward pass: the gradient of a node, and what it gave to the nodes of its arguments."""

    node: Node
    gradient: Any
    contributions: tuple[tuple[Node, Any], ...]
    """As the rules gave them: where an argument was broadcast, before that is summed back."""
    turn: int
    """The position of its pass in the recording."""


@dataclass(eq=False, slots=True)
class Pass:
    """One backward pass."""

    place: Place | None
    """The line that asked for it."""
    adds: bool
    """Whether it was `backward`, which adds to `.grad`; `autograd.grad` returns the gradients."""
    held: dict[Leaf, Any] = field(default_factory=dict)
    """What `.grad` of each leaf that it reached held before: an array, or None for nothing."""
