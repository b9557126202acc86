"""Trees of tensors under the names by which libraries take PyTorch's: a tree is what `minigrad.func` takes for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minigrad.func.tree import leaves_of, map_tree, tree_like

TreeSpec = Any


def tree_map(func: Callable[..., Any], tree: Any, *rests: Any) -> Any:
    """`func` of every leaf, and of those in the same places of other trees, in the same tree."""
    others = [iter(leaves_of(rest)) for rest in rests]
    return map_tree(lambda leaf: func(leaf, *map(next, others)), tree)


def tree_map_only(kind: Any, func: Callable[[Any], Any], tree: Any) -> Any:
    """`func` of every leaf of a type; the others as they are."""
    return map_tree(lambda leaf: func(leaf) if isinstance(leaf, kind) else leaf, tree)


def tree_leaves(tree: Any) -> list[Any]:
    """The leaves, in order."""
    return leaves_of(tree)


def tree_flatten(tree: Any) -> tuple[list[Any], TreeSpec]:
    """The leaves, and what `tree_unflatten` needs to put others in their places."""
    return leaves_of(tree), map_tree(lambda leaf: None, tree)


def tree_unflatten(leaves: Iterable[Any], treespec: TreeSpec) -> Any:
    """The tree of that form with these leaves."""
    return tree_like(treespec, leaves)


def tree_any(pred: Callable[[Any], bool], tree: Any) -> bool:
    """Whether `pred` holds for a leaf."""
    return any(map(pred, leaves_of(tree)))


def tree_all(pred: Callable[[Any], bool], tree: Any) -> bool:
    """Whether `pred` holds for every leaf."""
    return all(map(pred, leaves_of(tree)))
