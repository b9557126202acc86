"""Trees under PyTorch's names: taken apart, put together, mapped and written down as PyTorch does."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque, namedtuple
from typing import Any

import pytest

import minigrad as mg
from minigrad.func import tree_nodes
from minigrad.utils import _pytree

Point = namedtuple("Point", ["x", "y"])

TREES = [
    1,
    (),
    [1, (2, {"b": 3, "a": [None, "x"]})],
    OrderedDict(b=1, a=(2,)),
    defaultdict(list, a=[1], b={}),
    deque([1, [2]], maxlen=3),
    [Point(1, (2, 3)), 4],
]


def test_the_functions_of_lists_and_dicts_have_names() -> None:
    from minigrad.utils import _pytree

    parts, keys = _pytree._dict_flatten({"a": 1, "b": 2})
    assert (parts, _pytree._dict_unflatten(parts, keys)) == ([1, 2], {"a": 1, "b": 2})
    assert [str(key) for key, _ in _pytree._list_flatten_with_keys([5])[0]] == ["[0]"]


@pytest.mark.torch
@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_agrees_with_torch(tree: Any) -> None:
    from torch.utils import _pytree as theirs

    def run(lib: Any) -> list[Any]:
        leaves, spec = lib.tree_flatten(tree)
        pairs, same = lib.tree_flatten_with_path(tree)
        near = lib.tree_leaves(tree, is_leaf=lambda x: isinstance(x, (list, dict)))
        doubled = lib.tree_map(lambda a, b: (a, b), tree, tree)
        found = [leaves, repr(spec), spec == same, spec.num_leaves, spec.num_nodes, spec.num_children, near, doubled]
        found += [lib.tree_unflatten(leaves, spec), [lib.keystr(path) for path, _ in pairs]]
        found += [[lib.key_get(tree, path) for path, _ in pairs], lib._broadcast_to_and_flatten(0, spec)]
        found += [lib.tree_map_only(int, lambda x: x + 1, tree), lib.tree_any(lambda x: x == 2, tree)]
        return found

    ours, other = run(_pytree), run(theirs)
    assert ours == other
    assert str(ours[-3]) == str(other[-3])  # types of containers too


@pytest.mark.torch
@pytest.mark.parametrize("tree", TREES[:4], ids=repr)
def test_what_is_written_of_a_form_is_pytorchs(tree: Any) -> None:
    from torch.utils import _pytree as theirs

    written = _pytree.treespec_dumps(_pytree.tree_structure(tree))
    assert written == theirs.treespec_dumps(theirs.tree_structure(tree))
    assert _pytree.treespec_loads(written) == _pytree.tree_structure(tree)


class Pair:
    def __init__(self, one: Any, two: Any, name: str) -> None:
        self.one, self.two, self.name = one, two, name


def test_a_container_of_ones_own_is_a_node_for_transforms_too() -> None:
    _pytree.register_pytree_node(
        Pair, lambda p: ([p.one, p.two], p.name), lambda parts, name: Pair(*parts, name), serialized_type_name="pair"
    )
    try:
        pair = Pair(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]), "p")
        found = mg.func.grad(lambda p: (p.one * p.one * p.two).sum())(pair)
        assert (found.name, found.one.tolist(), found.two.tolist()) == ("p", [6.0, 16.0], [1.0, 4.0])
        mapped = mg.func.vmap(lambda p: Pair(p.one + p.two, p.two, "q"))(pair)
        assert (mapped.name, mapped.one.tolist()) == ("q", [4.0, 6.0])
        spec = _pytree.tree_structure(pair)
        assert _pytree.treespec_loads(_pytree.treespec_dumps(spec)) == spec
        with pytest.raises(ValueError, match="already registered"):
            _pytree.register_pytree_node(Pair, lambda p: ([], None), lambda parts, name: pair)
        with pytest.raises(ValueError, match="flatten_with_keys_fn"):
            _pytree.tree_flatten_with_path(pair)
    finally:
        del tree_nodes.NODES[Pair]


def test_what_does_not_fit_is_refused() -> None:
    spec = _pytree.tree_structure([1, 2])
    for call, error, words in (
        (lambda: _pytree.tree_unflatten([1], spec), ValueError, "holds 2 items"),
        (lambda: _pytree.tree_unflatten([1], "spec"), TypeError, "to be a TreeSpec"),
        (lambda: _pytree.tree_map(max, [1, 2], (1, 2)), ValueError, "mismatch"),
        (lambda: _pytree.treespec_dumps(spec, 7), ValueError, "Unknown protocol"),
        (lambda: _pytree.treespec_dumps(_pytree.tree_structure(Point(1, 2))), NotImplementedError, "No registered"),
    ):
        with pytest.raises(error, match=words):
            call()
