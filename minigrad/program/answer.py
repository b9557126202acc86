"""The answer of a function: which of its tensors a program computes, and which are there when it has run.

A function may return what it was given, a parameter, or a gradient that it has left in one. Such a tensor is returned
itself, as the function would, and not a copy of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from minigrad.engine.node import Variable
from minigrad.program.runnable import Source, tensors_of
from minigrad.program.steps import leaves_of, mapped


class Answer:
    """The tensors of an answer; `there` says, by identity, where those are found that are not computed."""

    def __init__(self, tree: Any, there: Mapping[int, Source]) -> None:
        self.tree = tree
        unique = {id(each): each for each in leaves_of(tree) if isinstance(each, Variable)}
        self.ends: list[Any] = [each for each in unique.values() if id(each) not in there]
        """Those that are computed, each once."""
        self._found: dict[int, Source] = {each: there[each] for each in unique if each in there}

    @property
    def kept(self) -> Any:
        """The answer without its tensors."""
        return mapped(lambda leaf: None if isinstance(leaf, Variable) else leaf, self.tree)

    def rebuild(self) -> Callable[[list[Any], Sequence[Any]], Any]:
        """A function that puts the leaves and the results of a program where the answer has its tensors."""
        tensors = tensors_of(list(self._found.values())) if self._found else None
        places = {id(each): _Place(number) for number, each in enumerate(self.ends)}
        places |= {each: _Place(len(self.ends) + number) for number, each in enumerate(self._found)}
        plan = mapped(lambda leaf: places[id(leaf)] if isinstance(leaf, Variable) else leaf, self.tree)

        def rebuilt(leaves: list[Any], results: Sequence[Any]) -> Any:
            found = results if tensors is None else [*results, *tensors(leaves)]
            if type(plan) is _Place:
                return found[plan.number]
            return mapped(lambda leaf: found[leaf.number] if type(leaf) is _Place else leaf, plan)

        return rebuilt


class _Place:
    """Where in an answer a tensor stands."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number
