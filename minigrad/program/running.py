"""The text of a program that runs: a line a step, for nobody to read, in functions that Python compiles well.

What Python takes to compile a function grows faster than its length, and a chain of ten thousand layers is a long one.
So a long program is cut into functions that are called one after another. What one makes and another needs is kept in a
list between them, and is let go of where it is read for the last time.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from minigrad.kernels.pieces import update_pieces
from minigrad.program.buffers import last_reads
from minigrad.program.in_pieces import groups
from minigrad.program.kernel_text import Kernels
from minigrad.program.patterns import Patterns
from minigrad.program.steps import Program, Value
from minigrad.program.write import Writer

LENGTH = 1000
"""So many steps a function has at most."""


class Running(Writer):
    """The functions of a program, the last of which, `program`, is the program itself and returns a tuple."""

    def __init__(self, program: Program) -> None:
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
        arguments = self.named_arguments()
        self.kernels.avoid([*arguments, "kept"])
        fixed = {name: value.constant for name, value in arguments.items() if value.constant is not None}
        given = [name for name in arguments if name not in fixed]
        steps = self.program.steps
        if len(steps) <= LENGTH:
            lines = [*self._lines(0, len(steps)), self._end()]
            return {**self._updates, "program": _function("program", given, lines)}, fixed, self.kernels
        texts: dict[str, str] = {}
        for start in range(0, len(steps), LENGTH):
            name = f"part_{start // LENGTH + 1}"
            texts[name] = _function(name, ["kept", *given], self._part(start, min(start + LENGTH, len(steps))))
        calls = [f"{name}({', '.join(['kept', *given])})" for name in texts]
        last = [
            self._loaded([each for each in dict.fromkeys(self.program.outputs) if each in self._slots]),
            self._end(),
        ]
        texts["program"] = _function("program", given, [f"kept = [None] * {self._count}", *calls, *last])
        return {**self._updates, **texts}, fixed, self.kernels

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

    def _part(self, start: int, stop: int) -> list[str]:
        """The lines of one function among several: what it takes out of the list, its steps, what it puts there."""
        steps = self.program.steps[start:stop]
        read = dict.fromkeys(each for step in steps for each in (*step.reads(), *step.writes) if each in self._slots)
        gone: set[Value] = set()
        for position in range(start, stop):
            gone.update(*self._lets_go.get(position, ()))
        first = self._loaded(list(read), gone)
        lines = self._lines(start, stop)
        left = [each for step in steps for each in step.results if each not in gone]
        stored = []
        for value in left:
            slot = self._free.pop() if self._free else self._count
            self._count = max(self._count, slot + 1)
            self._slots[value] = slot
            stored.append((slot, self.names[value]))
        for value in (*left, *(each for each in read if each not in gone)):
            self.names.free(value)
        return [first, *lines, _assigned([f"kept[{slot}]" for slot, _ in stored], [name for _, name in stored])]

    def _loaded(self, values: Sequence[Value], gone: Sequence[Value] | set[Value] = ()) -> str:
        """A line that gives names to what is in the list, and takes it out if it is `gone` after this."""
        places = [f"kept[{self._slots[each]}]" for each in values]
        line = _assigned([self.names.temporary(each) for each in values], places)
        emptied = [place for place, each in zip(places, values) if each in gone]
        for each in values:
            if each in gone:
                self._free.append(self._slots.pop(each))
        return "\n    ".join([line, f"{' = '.join(emptied)} = None" if emptied else "pass"])


def _assigned(names: Sequence[str], values: Sequence[str]) -> str:
    return f"{', '.join(names)} = {', '.join(values)}" if names else "pass"


def _function(name: str, parameters: Sequence[str], lines: Sequence[str]) -> str:
    return "\n    ".join([f"def {name}({', '.join(parameters)}):", *(each for each in lines if each != "pass")])
