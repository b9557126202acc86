"""The text of a program that runs: a line a step, for nobody to read, in functions that Python compiles well.

What Python takes to compile a function grows faster than its length, and a chain of ten thousand layers is a long one.
So a long program is cut into functions that are called one after another. What one makes and another needs is kept in a
list between them, and is let go of where it is read for the last time. A function is told which places of the list are
its own, so that the same function serves wherever the same steps come again.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from minigrad.kernels.pieces import update_pieces
from minigrad.program.buffers import last_reads
from minigrad.program.in_pieces import groups
from minigrad.program.kernel_text import Kernels
from minigrad.program.numbers_given import with_arrays
from minigrad.program.patterns import Patterns
from minigrad.program.steps import Program, Value
from minigrad.program.write import Writer

LENGTH = 1000
"""So many steps a function has at most."""

PLACES = ("taken", "cleared", "left")
"""What a function among several is told of the list."""

OWN = ("kept", "i", "each", *PLACES)
"""The names of the functions' own."""


class Running(Writer):
    """The functions of a program, the last of which, `program`, is the program itself and returns a tuple."""

    def __init__(self, program: Program) -> None:
        program, self._numbers = with_arrays(program)
        super().__init__(program, running=True)
        self._patterns = Patterns(self.names, self.written_memory, lambda step: ast.unparse(self.tree(step)))
        self._lets_go = last_reads(program)
        self._together = groups(program, self._last())
        self._updates: dict[str, str] = {}
        self._slots: dict[Value, int] = {}
        """Where in the list between the functions a value is kept."""
        self._free: list[int] = []
        self._count = 0

    def functions(self) -> tuple[dict[str, str], dict[str, Any], Kernels]:
        """The texts by their names, the fixed arrays that they name, and the functions that they call."""
        self.names.taken.update(OWN)
        arguments = self.named_arguments()
        self.kernels.avoid([*arguments, *OWN])
        fixed = {name: value.constant for name, value in arguments.items() if value.constant is not None}
        given = [name for name in arguments if name not in fixed]
        steps = self.program.steps
        if len(steps) <= LENGTH:
            lines = [*self._lines(0, len(steps)), self._end()]
            return {**self._updates, "program": _function("program", given, lines)}, fixed, self.kernels
        names: dict[str, str] = {}  # by what a function does
        calls: list[str] = []
        for start in range(0, len(steps), LENGTH):
            body, places = self._part(start, min(start + LENGTH, len(steps)))
            name = names.setdefault("\n    ".join(body), f"part_{len(names) + 1}")
            fixed[f"places_{len(calls)}"] = places
            calls.append(f"{name}({', '.join(['kept', f'*places_{len(calls)}', *given])})")
        texts = {name: _function(name, ["kept", *PLACES, *given], [body]) for body, name in names.items()}
        outputs = [each for each in dict.fromkeys(self.program.outputs) if each in self._slots]
        last = _assigned(self._named(outputs), [f"kept[{self._slots[each]}]" for each in outputs])
        lines = [f"kept = [None] * {self._count}", *calls, last, self._end()]
        texts["program"] = _function("program", given, lines)
        return {**self._updates, **texts}, fixed, self.kernels

    def _fixed(self) -> list[Value]:
        return [*super()._fixed(), *self._numbers]

    def _named(self, values: Sequence[Value]) -> list[str]:
        return [self.names.temporary(each) for each in values]

    def _end(self) -> str:
        return f"return ({''.join(f'{each}, ' for each in self.returns())})"

    def _last(self) -> dict[Value, int]:
        """Where each result is read for the last time; the end of the program for an output."""
        last = {each: position for position, (read, _) in self._lets_go.items() for each in read}
        return last | dict.fromkeys(self.program.outputs, len(self.program.steps))

    def _lines(self, start: int, stop: int) -> list[str]:
        """All lines from a step to another."""
        lines: list[str] = []
        while start < stop:
            end = self._together.get(start, stop + 1)
            if end <= stop:
                lines.append(self._update(start, end))
            else:
                end = start + 1
                lines += self._plain(start, end)
            start = end
        return lines

    def _update(self, start: int, stop: int) -> str:
        """A line that calls a function of its own for pieces of arrays."""
        steps = self.program.steps[start:stop]
        made = {each for step in steps for each in step.results}
        given = [each for each in dict.fromkeys(v for step in steps for v in step.reads()) if each in self.names]
        given = [each for each in given if each not in made]
        arrays = [self.names[each] for each in given if each.shape]
        numbers = [self.names[each] for each in given if not each.shape]
        name = f"update_{len(self._updates) + 1}"
        self._updates[name] = _function(name, [*arrays, *numbers], self._plain(start, stop))
        over = self.kernels.name_of(update_pieces)
        return f"{over}({name}, ({', '.join(arrays)},), ({''.join(f'{each}, ' for each in numbers)}))"

    def _plain(self, start: int, stop: int) -> list[str]:
        """A line a step. A value that has been read for the last time is let go, as its name is given to another."""
        lines = []
        for position in range(start, stop):
            step = self.program.steps[position]
            line = self._patterns.line(step, self.reused.get(id(step)))
            read, unread = self._lets_go.get(position, ((), ()))
            for value in read:  # before the results have names: they may take these
                self.names.free(value)
            if step.results:
                names = ", ".join([self.names.temporary(each) for each in step.results])
                line = f"{names}{',' * (step.unpacks and len(step.results) == 1)} = {line}"
            lines.append(line)
            for value in unread:
                self.names.free(value)
        return lines

    def _part(self, start: int, stop: int) -> tuple[list[str], tuple[list[int], list[int], list[int]]]:
        """The lines of one function among several, and its places in the list: those that it reads, those of them that
        it clears, and those that it fills."""
        self.names.start_again()
        steps = self.program.steps[start:stop]
        read = dict.fromkeys(each for step in steps for each in (*step.reads(), *step.writes) if each in self._slots)
        gone: set[Value] = set()
        for position in range(start, stop):
            gone.update(*self._lets_go.get(position, ()))
        taken = [self._slots[each] for each in read]
        cleared = [self._slots.pop(each) for each in read if each in gone]
        self._free += cleared
        named = self._named(list(read))
        lines = self._lines(start, stop)
        left = [each for step in steps for each in step.results if each not in gone]
        for value in left:
            self._slots[value] = self._free.pop() if self._free else self._count
            self._count = max(self._count, self._slots[value] + 1)
        first, last = "", ""
        if named:
            first = f"{', '.join(named)}, = [kept[i] for i in taken]"
        if left:
            last = f"for i, each in zip(left, ({''.join(f'{self.names[each]}, ' for each in left)})): kept[i] = each"
        clear = "for i in cleared: kept[i] = None" if cleared else ""
        body = [each for each in (first, clear, *lines, last) if each]
        return body or ["pass"], (taken, cleared, [self._slots[each] for each in left])


def _assigned(names: Sequence[str], values: Sequence[str]) -> str:
    return f"{', '.join(names)} = {', '.join(values)}" if names else "pass"


def _function(name: str, parameters: Sequence[str], lines: Sequence[str]) -> str:
    return "\n    ".join([f"def {name}({', '.join(parameters)}):", *(each for each in lines if each != "pass")])
