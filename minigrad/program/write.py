"""A program as text: sections by module, forward and then backward, each line with its shape and its rule."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from minigrad.kernels.products import WORTH
from minigrad.program import literal
from minigrad.program.buffers import reused, ufunc_of
from minigrad.program.kernel_text import Kernels
from minigrad.program.names import Names, identifier
from minigrad.program.numpy_text import call, expression
from minigrad.program.steps import Program, Step, Value

WIDTH = 44
"""The column where comments begin."""

LONGEST = 72
"""An expression that takes in another does not get longer than this."""

AUGMENTED: dict[str, ast.operator] = {
    "np.add(": ast.Add(),
    "np.subtract(": ast.Sub(),
    "np.multiply(": ast.Mult(),
    "np.divide(": ast.Div(),
}
"""NumPy's functions that an operator with `=` stands for, where they write into their first argument."""

FASTER = frozenset({"mask", "affine", "add_bias", "squared_error", "vecdot", "mean"})
"""Primitives whose own function is faster than what a person would write."""

COLUMNS = {"matmul": -1, "linear": 0, "outer_sum": -1}
"""Products, large ones of which threads share, and the axis of their second argument that tells the columns of the
result."""

LIGHT = frozenset(
    """eq ne lt le gt ge neg reshape permute add sub mul div exp sqrt astype getitem narrow squared_error square pow
    expand mask where sum .item( .reshape( .T np.add( np.subtract( np.multiply( np.divide( np.square( np.sqrt(
    np.greater_equal( np.greater( np.less( np.less_equal( np.not_equal( .astype( .min( .max( .all( .any(
    """.split()  # noqa: SIM905
)
"""Steps that may stand within the line of the step that uses them."""


class ChangedError(Exception):
    """A branch would be taken the other way than when the program was written."""


def check(found: Any, expected: bool) -> None:
    """Raise ChangedError unless the truth of an array is what it was."""
    if bool(found) != expected:
        raise ChangedError


@dataclass
class Written:
    """A program that has been written: its text, and what it is given."""

    body: list[str]
    arguments: dict[str, Value]
    """What it needs, by name: inputs, and fixed arrays that are too large for the text."""
    parameters: list[str]
    returns: list[str]
    kernels: Kernels
    notes: list[str] = field(default_factory=list)

    def function(self, name: str = "program") -> str:
        """The function alone."""
        head = f"def {name}({', '.join(self.parameters)}):"
        if len(head) > 110:
            head = f"def {name}(\n    {', '.join(self.parameters)}\n):"
        notes = (
            ['    """' + self.notes[0], *("    " + each for each in self.notes[1:]), '    """'] if self.notes else []
        )
        return "\n".join([head, *notes, *self.body, f"    return {', '.join(self.returns)}"])

    def file(self) -> str:
        """A file that runs with NumPy alone."""
        kernels = "" if self.kernels.empty else f"\n\n{self.kernels.text()}\n"
        return f"import numpy as np\n{kernels}\n\n{self.function()}\n"


def write(program: Program) -> Written:
    """The text of a program to read: light steps that are used once stand within the line that uses them."""
    return Writer(program).written()


class Writer:
    """The names and expressions of one program. To one that is `running` all fixed arrays are given."""

    def __init__(self, program: Program, running: bool = False) -> None:
        self.program, self.running = program, running
        self.kernels = Kernels(read=not running)
        self.names = Names()
        self.uses = {} if running else program.uses()
        self.first_use: dict[Value, int] = {}
        """The position of the step that reads a value first."""
        for position, step in enumerate(() if running else program.steps):
            for value in step.reads():
                self.first_use.setdefault(value, position)
        self.wanted = {each.of for step in program.steps for each in step.results}
        """The values whose gradients are computed."""
        self.said = ""
        self.inner: dict[Value, ast.expr] = {}
        """What stands within the line that uses it,"""
        self.inner_roots: dict[Value, set[Value]] = {}
        """and the memory that it reads."""
        self.written_memory = program.written()
        self.reused = reused(program) if running else {}

    def written(self) -> Written:
        """The lines of all steps, and what they need."""
        arguments = self.named_arguments()
        self.kernels.avoid(arguments)
        for step in self.program.steps:  # functions take their names first
            slow = self._by_its_function(step)
            known = isinstance(step.operation, str) or (not slow and expression(step, lambda leaf: ast.Constant(0)))
            if not known and not isinstance(step.operation, str):
                self.names.functions.add(self.kernels.name_of(step.operation.run, step.operation.name))
        body: list[str] = []
        part = scope = ""
        for position, step in enumerate(self.program.steps):
            tree = self.tree(step)
            if self._goes_inside(position, step, tree):
                self.inner[step.results[0]] = tree  # type: ignore[assignment]
                self.inner_roots[step.results[0]] = self._roots(step)
                continue
            if step.part != part and (part or step.part != "forward"):
                body += ["", f"    # {step.part}"]
                scope = ""
            if step.scope != scope and step.scope:
                body += ([""] if body and body[-1].splitlines()[-1].strip()[:1] != "#" else []) + [
                    f"    # {step.scope}"
                ]
            part, scope = step.part, step.scope
            body.append(self._line(step, tree))
        notes = [f"{name}: {each.says}".strip() for name, each in arguments.items() if each.says]
        return Written(body, arguments, list(arguments), self.returns(), self.kernels, notes)

    def returns(self) -> list[str]:
        """What stands behind `return`."""
        return [ast.unparse(self._value(each, None)) for each in self.program.outputs]

    def named_arguments(self) -> dict[str, Value]:
        """What the program is given, by name."""
        found: dict[str, Value] = {}
        if any(step.draws for step in self.program.steps):
            found["rng"] = Value((), None, says="np.random.default_rng(seed)")
            self.names.taken.add("rng")
        found |= self.names.arguments(self.program.inputs)
        for value in self._fixed():
            found[self.names.give(value, identifier(value.name) or "constant")] = value
        return found

    def _fixed(self) -> list[Value]:
        """The constants too large to be written out."""
        return [
            value
            for value in dict.fromkeys(each for step in self.program.steps for each in step.reads())
            if isinstance(value.constant, np.ndarray)
            and np.size(value.constant) > (0 if self.running and value.shape else literal.SMALL)
            and (self.running or not literal.uniform(value.constant))
        ]

    # -- expressions ---------------------------------------------------------------------------------------------

    def _by_its_function(self, step: Step) -> bool:
        """Whether a program that is to run calls the primitive's own function, where there is also an expression."""
        if not self.running or step.name not in COLUMNS:
            return self.running and step.name in FASTER
        rows, other = step.args
        return prod(rows.shape) * other.shape[COLUMNS[step.name]] >= 2 * WORTH  # type: ignore[no-any-return]

    def tree(self, step: Step) -> ast.AST:
        """A step as the statement or the expression that it becomes."""
        if step.name == "[]=":
            array, index, value = (literal.literal(each, lambda v: self._value(v, step)) for each in step.args)
            return ast.Assign([ast.Subscript(array, index, ast.Store())], value, lineno=0)
        augmented = self._augmented(step)
        if augmented is not None:
            return augmented
        if self.running:
            over = self.reused.get(id(step))
            if over is not None:
                return self._over(step, over)
        if step.name == "check":
            self.kernels.name_of(check)
        slow = self._by_its_function(step)
        if self._must_be_array(step):
            step = literal.with_ellipsis(step)
        tree = (
            None
            if slow
            else expression(step, lambda leaf: literal.literal(leaf, lambda value: self._value(value, step)))
        )
        if tree is None:
            assert not isinstance(step.operation, str)
            name = self.kernels.name_of(step.operation.run, step.operation.name)
            args = [literal.literal(each, lambda value: self._value(value, step, True)) for each in step.args]
            static = {key: literal.literal(each, lambda v: self._value(v, step)) for key, each in step.static.items()}
            tree = call(name, args, **static)
        tree = literal.with_slices(tree) if isinstance(tree, ast.Call) else tree
        return call("np.asarray", [tree]) if self._must_be_array(step) else tree

    def _must_be_array(self, step: Step) -> bool:
        """Whether a result without axes, which NumPy may answer as a scalar or a number, is changed, or drawn."""
        if len(step.results) != 1 or step.results[0].shape or step.results[0].dtype is None:
            return False
        return step.draws or step.results[0].root in self.written_memory

    def _over(self, step: Step, over: Value) -> ast.AST:
        """A step that writes its result over an argument."""
        ufunc = ufunc_of(step)
        assert ufunc is not None
        args = [literal.literal(each, lambda value: self._value(value, step)) for each in step.args]
        return call(f"np.{ufunc.__name__}", args, out=self._value(over, step))

    def _augmented(self, step: Step) -> ast.AST | None:
        """`np.add(a, b, out=a)` as `a += b`."""
        operator = AUGMENTED.get(step.name)
        out = step.static.get("out")
        if operator is None or len(step.static) > 1 or len(step.args) != 2 or out is not step.args[0]:
            return None
        if not isinstance(out, Value) or (not out.shape and out not in self.program.inputs):
            return None  # of a number it would make another
        value = literal.literal(step.args[1], lambda each: self._value(each, step))
        return ast.AugAssign(ast.Name(self.names[out], ast.Store()), operator, value)

    def _value(self, value: Value, step: Step | None, in_call: bool = False) -> ast.expr:
        if value in self.inner:
            return self.inner[value]
        if value in self.names:
            return ast.Name(self.names[value], ast.Load())
        if value.constant is not None:
            if np.size(value.constant) == 1 and value.shape == ():
                alone = step is None or in_call or not literal.weak(step, value)
                return literal.number(value.number, value.dtype, alone)
            return literal.array(np.asarray(value.constant))
        raise KeyError(f"a value of shape {value.shape} ({value.name}) is used before it is made")

    def _goes_inside(self, position: int, step: Step, tree: ast.AST) -> bool:
        number = step.name.startswith("number:")
        if not (step.name in LIGHT or number) or step.writes or step.draws:
            return False
        if number or step.name == ".item(":
            return self.uses.get(step.results[0], 0) == 1 and not self._written_before_use(position, step)
        result = step.results[0]
        if self.uses.get(result, 0) != 1 or result.name or result in self.program.outputs:
            return False
        if result in self.wanted and step.name == "add":
            return False  # its gradient is called by its name
        if result.root in self.written_memory or self._written_before_use(position, step):
            return False
        if result.of is not None and (result.of.name or step.part == "backward") and step.name in ("add",):
            return False
        if self.program.steps[self.first_use[result]].part != step.part:
            return False
        return len(ast.unparse(tree)) <= (24 if result.of is not None else 40)

    def _written_before_use(self, position: int, step: Step) -> bool:
        """Whether what a step reads is changed in place before its result is used."""
        roots = self._roots(step)
        until = self.program.steps[position + 1 : self.first_use.get(step.results[0])]
        return any(each.root in roots for later in until for each in later.writes)

    def _roots(self, step: Step) -> set[Value]:
        """The memory that the line of a step reads, with what stands within it."""
        roots: set[Value] = set()
        for each in step.reads():
            roots |= self.inner_roots.get(each) or {each.root}
        return roots

    # -- lines ---------------------------------------------------------------------------------------------------

    def _line(self, step: Step, tree: ast.AST) -> str:
        text = ast.unparse(tree)
        shape = ""
        if step.results:
            names = [self.names.result(step, each) for each in step.results]
            text = f"{', '.join(names)}{',' * (step.unpacks and len(names) == 1)} = {text}"
            shape = str(step.results[0].shape) if step.results[0].shape else ""
        why = step.rule if isinstance(step.rule, str) else step.rule()
        why, self.said = ("" if why == self.said else why), why or self.said  # once for all lines of a rule
        comment = "  ".join(each for each in (shape, why) if each)
        line = f"    {text:<{WIDTH - 1}} # {comment}" if comment else f"    {text}"
        return line if len(line) <= 120 else f"    # {comment}\n    {text}"
