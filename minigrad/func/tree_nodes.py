"""What is a node of a tree and what a leaf: a table of the containers that have children, which users may extend.

A kind of node says how to take a container apart, into children and what else is to be known of it (its context: the
keys of a dict), and how to put one together.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class SequenceKey(NamedTuple):
    """The place of a child in a sequence."""

    idx: int

    def __str__(self) -> str:
        return f"[{self.idx!r}]"

    def get(self, parent: Any) -> Any:
        """The child of `parent` at this place."""
        return parent[self.idx]


class MappingKey(NamedTuple):
    """The place of a child in a mapping."""

    key: Any

    def __str__(self) -> str:
        return f"[{self.key!r}]"

    def get(self, parent: Any) -> Any:
        """The child of `parent` at this place."""
        return parent[self.key]


class GetAttrKey(NamedTuple):
    """The place of a child that is an attribute."""

    name: str

    def __str__(self) -> str:
        return f".{self.name}"

    def get(self, parent: Any) -> Any:
        """The child of `parent` at this place."""
        return getattr(parent, self.name)


class Kind(NamedTuple):
    """How the containers of one type are taken apart and put together."""

    flatten_fn: Callable[[Any], tuple[Iterable[Any], Any]]
    unflatten_fn: Callable[[list[Any], Any], Any]
    flatten_with_keys_fn: Callable[[Any], tuple[Iterable[tuple[Any, Any]], Any]] | None = None
    """As `flatten_fn`, each child beside its place."""
    name: str | None = None
    """What the type is called in files."""
    to_file: Callable[[Any], Any] = lambda context: context
    from_file: Callable[[Any], Any] = lambda context: context


def _of_sequence(make: Callable[[list[Any], Any], Any], context: Callable[[Any], Any], name: str) -> Kind:
    return Kind(
        lambda node: (list(node), context(node)),
        make,
        lambda node: ([(SequenceKey(i), each) for i, each in enumerate(node)], context(node)),
        name,
    )


def _of_mapping(make: Callable[[list[Any], Any], Any], context: Callable[[Any], Any], name: str) -> Kind:
    return Kind(
        lambda node: (list(node.values()), context(node)),
        make,
        lambda node: ([(MappingKey(key), each) for key, each in node.items()], context(node)),
        name,
    )


NODES: dict[Any, Kind] = {
    tuple: _of_sequence(lambda parts, _: tuple(parts), lambda node: None, "builtins.tuple"),
    list: _of_sequence(lambda parts, _: list(parts), lambda node: None, "builtins.list"),
    dict: _of_mapping(lambda parts, keys: dict(zip(keys, parts)), list, "builtins.dict"),
    OrderedDict: _of_mapping(lambda parts, keys: OrderedDict(zip(keys, parts)), list, "collections.OrderedDict"),
    defaultdict: _of_mapping(
        lambda parts, known: defaultdict(known[0], zip(known[1], parts)),
        lambda node: [node.default_factory, list(node)],
        "collections.defaultdict",
    ),
    deque: _of_sequence(deque, lambda node: node.maxlen, "collections.deque"),
    namedtuple: Kind(
        lambda node: (list(node), type(node)),
        lambda parts, cls: cls(*parts),
        lambda node: ([(GetAttrKey(name), each) for name, each in zip(node._fields, node)], type(node)),
    ),
}
"""The kinds of nodes by their types, in the order in which they were registered."""
_BUILT_IN = frozenset(NODES)


def node_type(tree: Any) -> Any:
    """The type under which `tree` stands in the table; None for a leaf."""
    own = type(tree)
    if own in NODES:
        return own
    return namedtuple if isinstance(tree, tuple) and hasattr(tree, "_fields") else None


def registered(tree: Any) -> Kind | None:
    """The kind of a node whose type a user has registered; None for all others."""
    own = type(tree)
    return NODES.get(own) if own not in _BUILT_IN else None


def register_pytree_node(
    cls: type,
    flatten_fn: Callable[[Any], tuple[Iterable[Any], Any]],
    unflatten_fn: Callable[[Iterable[Any], Any], Any],
    *,
    serialized_type_name: str | None = None,
    to_dumpable_context: Callable[[Any], Any] | None = None,
    from_dumpable_context: Callable[[Any], Any] | None = None,
    flatten_with_keys_fn: Callable[[Any], tuple[Iterable[tuple[Any, Any]], Any]] | None = None,
) -> None:
    """Let containers of type `cls` be nodes: for the functions here, and for the transforms of `minigrad.func`.

    `flatten_fn` gives the children of one and its context, from which `unflatten_fn` makes one again. ValueError for a
    type that is there already.
    """
    if cls in NODES:
        raise ValueError(f"register_pytree_node: {cls} is already registered as pytree node")
    if (to_dumpable_context is None) != (from_dumpable_context is None):
        raise ValueError(
            f"register_pytree_node: Both to_dumpable_context and from_dumpable_context for {cls} must be given, or none"
        )
    extra = (to_dumpable_context, from_dumpable_context) if to_dumpable_context and from_dumpable_context else ()
    NODES[cls] = Kind(flatten_fn, unflatten_fn, flatten_with_keys_fn, serialized_type_name, *extra)
