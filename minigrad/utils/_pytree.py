"""Trees of tensors under the names by which libraries take PyTorch's: what is a node, `func.tree_nodes` says.

A tree is a tuple, a list, a dict or another container that is known as a node, of trees; what is none is a leaf.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minigrad.func.tree_nodes import (
    NODES,
    GetAttrKey,
    MappingKey,
    SequenceKey,
    node_type,
    register_pytree_node,
)

__all__ = [
    "GetAttrKey",
    "LeafSpec",
    "MappingKey",
    "SequenceKey",
    "TreeSpec",
    "key_get",
    "keystr",
    "register_pytree_node",
    "tree_all",
    "tree_all_only",
    "tree_any",
    "tree_any_only",
    "tree_flatten",
    "tree_flatten_with_path",
    "tree_leaves",
    "tree_leaves_with_path",
    "tree_map",
    "tree_map_",
    "tree_map_only",
    "tree_map_only_",
    "tree_map_with_path",
    "tree_structure",
    "tree_unflatten",
    "treespec_dumps",
    "treespec_loads",
]

SUPPORTED_NODES, PyTree, _get_node_type = NODES, Any, node_type
_list_flatten, _list_unflatten, _list_flatten_with_keys = NODES[list][:3]
_dict_flatten, _dict_unflatten, _dict_flatten_with_keys = NODES[dict][:3]
IsLeaf = Callable[[Any], bool]


class TreeSpec:
    """The form of a tree: the type and the context of its root, and the forms of its children."""

    def __init__(self, type: Any, context: Any, children_specs: list[TreeSpec]) -> None:
        self.type, self.context, self.children_specs = type, context, children_specs
        self.num_children = len(children_specs)
        self.num_nodes: int = 1 + sum(each.num_nodes for each in children_specs)
        self.num_leaves: int = sum(each.num_leaves for each in children_specs) if type is not None else 1

    def is_leaf(self) -> bool:
        """Whether this is the form of a leaf."""
        return self.type is None

    def unflatten(self, leaves: Iterable[Any]) -> Any:
        """The tree of this form with these leaves; ValueError for another number of them."""
        given = list(leaves)
        if len(given) != self.num_leaves:
            raise ValueError(
                f"treespec.unflatten(leaves): `leaves` has length {len(given)} but the spec refers to a pytree that "
                f"holds {self.num_leaves} items ({self})."
            )
        return self._filled(iter(given))

    def _filled(self, leaves: Iterator[Any]) -> Any:
        if self.type is None:
            return next(leaves)
        return NODES[self.type].unflatten_fn([each._filled(leaves) for each in self.children_specs], self.context)

    def flatten_up_to(self, tree: Any) -> list[Any]:
        """What stands in `tree` in the places of the leaves; ValueError where it has another form above them."""
        if self.type is None:
            return [tree]
        kind = node_type(tree)
        children, context = ([], None) if kind is None else NODES[kind].flatten_fn(tree)
        found = list(children)
        if kind is not self.type or len(found) != self.num_children or context != self.context:
            raise ValueError(f"Type mismatch, or node arity or context mismatch: expected {self}, got {tree!r:.200}")
        return [leaf for spec, child in zip(self.children_specs, found) for leaf in spec.flatten_up_to(child)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TreeSpec) and (
            (self.type, self.context, self.children_specs) == (other.type, other.context, other.children_specs)
        )

    def __hash__(self) -> int:
        return hash((self.type, self.num_nodes, self.num_leaves))

    def __repr__(self) -> str:
        if self.type is None:
            return "*"
        children = ",\n".join(map(repr, self.children_specs)).replace("\n", "\n  ")
        return f"TreeSpec({self.type.__name__}, {self.context}, [{children}])"


class LeafSpec(TreeSpec):
    """The form of a leaf."""

    def __init__(self) -> None:
        super().__init__(None, None, [])


def _walk(tree: Any, is_leaf: IsLeaf | None, path: tuple[Any, ...] | None, found: list[Any]) -> TreeSpec:
    """Note the leaves, with `path` as pairs of path and leaf; the form of the tree."""
    kind = None if is_leaf is not None and is_leaf(tree) else node_type(tree)
    if kind is None:
        found.append(tree if path is None else (path, tree))
        return LeafSpec()
    node = NODES[kind]
    if path is None:
        children, context = node.flatten_fn(tree)
        return TreeSpec(kind, context, [_walk(each, is_leaf, None, found) for each in children])
    if node.flatten_with_keys_fn is None:
        raise ValueError(f"Did not find a flatten_with_keys_fn for type: {kind}. Please pass one when registering it.")
    pairs, context = node.flatten_with_keys_fn(tree)
    return TreeSpec(kind, context, [_walk(each, is_leaf, (*path, key), found) for key, each in pairs])


def tree_flatten(tree: Any, is_leaf: IsLeaf | None = None) -> tuple[list[Any], TreeSpec]:
    """The leaves, and the form, from which `tree_unflatten` makes a tree again. What `is_leaf` holds for is a leaf."""
    found: list[Any] = []
    return found, _walk(tree, is_leaf, None, found)


def tree_unflatten(leaves: Iterable[Any], treespec: TreeSpec) -> Any:
    """The tree of that form with these leaves."""
    if not isinstance(treespec, TreeSpec):
        raise TypeError(f"tree_unflatten: expected `treespec` to be a TreeSpec, but got {type(treespec)}")
    return treespec.unflatten(leaves)


def tree_leaves(tree: Any, is_leaf: IsLeaf | None = None) -> list[Any]:
    """The leaves, in order."""
    return tree_flatten(tree, is_leaf)[0]


def tree_structure(tree: Any, is_leaf: IsLeaf | None = None) -> TreeSpec:
    """The form of a tree."""
    return tree_flatten(tree, is_leaf)[1]


def tree_map(func: Callable[..., Any], tree: Any, *rests: Any, is_leaf: IsLeaf | None = None) -> Any:
    """`func` of every leaf, and of what stands in its place in other trees, in the same tree."""
    leaves, spec = tree_flatten(tree, is_leaf)
    return spec.unflatten(map(func, leaves, *map(spec.flatten_up_to, rests)))


def tree_map_(func: Callable[..., Any], tree: Any, *rests: Any, is_leaf: IsLeaf | None = None) -> Any:
    """Call `func` with every leaf, and with what stands in its place in other trees; the tree."""
    tree_map(func, tree, *rests, is_leaf=is_leaf)
    return tree


def _chosen(kinds: Any) -> Callable[[Any], bool]:
    """Whether a leaf is of a type, or of one of several, or what a function says of it."""
    if isinstance(kinds, (type, tuple)) or not callable(kinds):
        return lambda leaf: isinstance(leaf, kinds)
    return kinds  # type: ignore[no-any-return]


def tree_map_only(kinds: Any, func: Callable[[Any], Any], tree: Any, is_leaf: IsLeaf | None = None) -> Any:
    """`func` of every leaf of a type, or that a function chooses; the others as they are."""
    chosen = _chosen(kinds)
    return tree_map(lambda leaf: func(leaf) if chosen(leaf) else leaf, tree, is_leaf=is_leaf)


def tree_map_only_(kinds: Any, func: Callable[[Any], Any], tree: Any, is_leaf: IsLeaf | None = None) -> Any:
    """Call `func` with every leaf of a type, or that a function chooses; the tree."""
    tree_map_only(kinds, func, tree, is_leaf)
    return tree


def tree_all(pred: Callable[[Any], bool], tree: Any, is_leaf: IsLeaf | None = None) -> bool:
    """Whether `pred` holds for every leaf."""
    return all(map(pred, tree_leaves(tree, is_leaf)))


def tree_any(pred: Callable[[Any], bool], tree: Any, is_leaf: IsLeaf | None = None) -> bool:
    """Whether `pred` holds for a leaf."""
    return any(map(pred, tree_leaves(tree, is_leaf)))


def tree_all_only(kinds: Any, pred: Callable[[Any], bool], tree: Any, is_leaf: IsLeaf | None = None) -> bool:
    """Whether `pred` holds for every leaf of a type."""
    return all(pred(leaf) for leaf in tree_leaves(tree, is_leaf) if _chosen(kinds)(leaf))


def tree_any_only(kinds: Any, pred: Callable[[Any], bool], tree: Any, is_leaf: IsLeaf | None = None) -> bool:
    """Whether `pred` holds for a leaf of a type."""
    return any(pred(leaf) for leaf in tree_leaves(tree, is_leaf) if _chosen(kinds)(leaf))


# -- paths: where a leaf stands ----------------------------------------------------------------------------------------


def tree_flatten_with_path(
    tree: Any, is_leaf: IsLeaf | None = None
) -> tuple[list[tuple[tuple[Any, ...], Any]], TreeSpec]:
    """Pairs of path and leaf, and the form: a path is a tuple of keys, from the root to the leaf."""
    found: list[Any] = []
    return found, _walk(tree, is_leaf, (), found)


def tree_leaves_with_path(tree: Any, is_leaf: IsLeaf | None = None) -> list[tuple[tuple[Any, ...], Any]]:
    """Pairs of path and leaf."""
    return tree_flatten_with_path(tree, is_leaf)[0]


def tree_map_with_path(func: Callable[..., Any], tree: Any, *rests: Any, is_leaf: IsLeaf | None = None) -> Any:
    """As `tree_map`, with the path of the leaf as the first argument of `func`."""
    pairs, spec = tree_flatten_with_path(tree, is_leaf)
    others = map(spec.flatten_up_to, rests)
    return spec.unflatten(func(path, leaf, *rest) for (path, leaf), *rest in zip(pairs, *others))


def keystr(kp: Iterable[Any]) -> str:
    """A path as Python writes it."""
    return "".join(map(str, kp))


def key_get(obj: Any, kp: Iterable[Any]) -> Any:
    """What stands at a path."""
    for key in kp:
        obj = key.get(obj)
    return obj


# -- forms written down ------------------------------------------------------------------------------------------------

PROTOCOL = 1
"""The version of what `treespec_dumps` writes, which is PyTorch's."""


def treespec_dumps(treespec: TreeSpec, protocol: int | None = None) -> str:
    """A form as JSON; NotImplementedError for a type that was registered without `serialized_type_name`."""
    if not isinstance(treespec, TreeSpec):
        raise TypeError(f"treespec_dumps: expected `treespec` to be a TreeSpec, but got {type(treespec)}")
    if protocol not in (None, PROTOCOL):
        raise ValueError(f"treespec_dumps: Unknown protocol {protocol}. Available protocols: [{PROTOCOL}]")
    return json.dumps([PROTOCOL, _written(treespec)])


def _written(spec: TreeSpec) -> dict[str, Any]:
    if spec.type is None:
        return {"type": None, "context": None, "children_spec": []}
    kind = NODES[spec.type]
    if kind.name is None:
        raise NotImplementedError(
            f"treespec_dumps: No registered serialization name for {spec.type}: register it with a serialized_type_name"
        )
    context = json.dumps(kind.to_file(spec.context))
    return {"type": kind.name, "context": context, "children_spec": [*map(_written, spec.children_specs)]}


def treespec_loads(serialized: str) -> TreeSpec:
    """The form that `treespec_dumps` has written."""
    protocol, form = json.loads(serialized)
    if protocol != PROTOCOL:
        raise ValueError(f"treespec_loads: Unknown protocol {protocol}. Available protocols: [{PROTOCOL}]")
    return _read(form, {kind.name: cls for cls, kind in NODES.items()})


def _read(form: Any, types: dict[Any, Any]) -> TreeSpec:
    if form["type"] is None:
        return LeafSpec()
    if form["type"] not in types:
        raise NotImplementedError(f"treespec_loads: no node is registered under the name {form['type']!r}")
    cls = types[form["type"]]
    context = NODES[cls].from_file(json.loads(form["context"]))
    return TreeSpec(cls, context, [_read(each, types) for each in form["children_spec"]])


def _broadcast_to_and_flatten(tree: Any, treespec: TreeSpec) -> list[Any] | None:
    """One leaf of `tree` for each leaf of the form, where that has leaves below; None where the forms differ."""
    kind = node_type(tree)
    if kind is None:
        return [tree] * treespec.num_leaves
    if treespec.type is not kind:
        return None
    children, context = NODES[kind].flatten_fn(tree)
    parts = list(children)
    if len(parts) != treespec.num_children or context != treespec.context:
        return None
    found = [_broadcast_to_and_flatten(*each) for each in zip(parts, treespec.children_specs)]
    return None if None in found else [leaf for part in found if part is not None for leaf in part]
