"""Trees of tensors: what the transforms take and return.

The leaves are anything but a tuple, a list, a dict, or a container that was registered as a node.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from minigrad.func.tree_nodes import registered


def map_tree(function: Callable[[Any], Any], tree: Any) -> Any:
    """`function` of every leaf, in the same tree."""
    kind = registered(tree)
    if kind is not None:
        children, context = kind.flatten_fn(tree)
        return kind.unflatten_fn([map_tree(function, each) for each in children], context)
    if isinstance(tree, dict):
        pairs = {key: map_tree(function, each) for key, each in tree.items()}
        return type(tree)(pairs) if type(tree) in (dict, OrderedDict) else pairs
    if isinstance(tree, (tuple, list)):
        parts = [map_tree(function, each) for each in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    return function(tree)


def leaves_of(tree: Any) -> list[Any]:
    """The leaves, in order."""
    found: list[Any] = []
    map_tree(found.append, tree)
    return found


def tree_like(tree: Any, leaves: Iterable[Any]) -> Any:
    """`tree` with others in the places of its leaves."""
    rest = iter(leaves)
    return map_tree(lambda _: next(rest), tree)


def spread(prefix: Any, tree: Any, name: str) -> list[Any]:
    """One entry of `prefix` for each leaf of `tree`: an entry that stands where a subtree is counts for all of it."""
    if not isinstance(prefix, (tuple, list, dict)):
        return [prefix] * len(leaves_of(tree))
    kind = next(each for each in (dict, list, tuple) if isinstance(prefix, each))
    if not isinstance(tree, kind) or len(prefix) != len(tree):
        what = "inputs" if name.endswith("in_dims") else "outputs"
        raise ValueError(
            f"{name} is not compatible with the structure of `{what}`: {prefix!r} does not fit {_outline(tree)}"
        )
    pairs = [(prefix[key], tree[key]) for key in tree] if isinstance(tree, dict) else list(zip(prefix, tree))
    return [entry for pair in pairs for entry in spread(*pair, name)]


def _outline(tree: Any) -> str:
    if isinstance(tree, dict):
        return f"a dict with the keys {', '.join(map(repr, tree))}"
    return f"a {type(tree).__name__} of {len(tree)}" if isinstance(tree, (tuple, list)) else f"a {type(tree).__name__}"
