"""A program in both libraries: where they part in values, dtypes, shapes, shared memory, derivatives or errors."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from alike import agree, close, like, moved, plain, same, widened
from differences import ours_is_true
from known import OURS, THEIRS, Parting, known
from library import Failed, Library

import minigrad as mg


def memory(tensor: Any) -> int:
    """Where the memory that a tensor lies in begins."""
    if isinstance(tensor, torch.Tensor):
        return int(tensor.untyped_storage().data_ptr())
    array = tensor.array
    while hasattr(array.base, "base") and not isinstance(array.base, np.generic):
        array = array.base
    return int(array.ctypes.data)


def copied(library: Library) -> Library:
    """The numbers of a library, in ours."""
    copy = Library(mg)
    copy.names |= {name: like(plain(each), each) for name, each in library.tensors().items()}
    return copy


class Comparison:
    """A program carried out line by line in both libraries."""

    def __init__(self) -> None:
        self.ours, self.theirs = Library(mg), Library(torch)
        self.count, self.line = 0, ""
        self.lines: list[str] = []
        self.over = False
        """Whether nothing more can be compared."""
        self.before: list[Library] = []
        """What there was before the line, theirs too in ours."""
        self.finest = 8
        """The size of the coarsest floats that the program has made: nothing after them is more precise."""

    def step(self, line: str) -> Parting | None:
        """Carry out one line; where the libraries part, or None. A line that both refuse changes nothing."""
        self.count += 1
        self.line = line
        self.lines.append(line)
        self.before = before = [copied(self.ours), copied(self.theirs)]
        a, b = self.ours.run(line), self.theirs.run(line)
        if isinstance(a, Failed) or isinstance(b, Failed):
            parting = self._of_errors(a, b)
            self.over |= parting is not None and isinstance(before[1].run(line), Failed) == isinstance(b, Failed)
            return None if self.over else parting  # over: from their arguments it is the same here, but for a rounding
        self.over |= "vector_to_parameters" in line  # which makes views of them in PyTorch
        written = " = " not in line
        if not isinstance(a, mg.Tensor) or not isinstance(b, torch.Tensor):
            if not same(a, b) and not self._rounded(line, a, b, before):
                return Parting(self.count, "kind", f"{type(a)} {a}", f"{type(b)} {b}")
            if not written:
                return None
        elif a.is_floating_point():
            self.finest = min(self.finest, a.dtype.itemsize)
        if written and (self._own_memory() or self._bits_of_nan()):
            self.over = True
            return None
        names = self.ours.tensors() if written else {line.partition(" = ")[0]: a}
        for name in names:
            parting = self._of_tensors(name)
            if parting:
                made = self.ours.names[name], self.theirs.names[name]
                apart = parting.what.startswith(("values", "infinities", "shape"))
                return None if apart and self._rounded(line, *made, before, name) else parting
        if written:
            return None
        name = line.partition(" = ")[0]
        order = self._of_order(name)
        return self._of_memory(name) or (None if order is None or known(order, line, self.lines) else order)

    def _rounded(self, line: str, ours: Any, theirs: Any, before: list[Library], name: str = "") -> bool:
        """Whether rounding alone decides what comes out, or what is written lies in the memory of what is read.

        The first is so where we have their result from their arguments, or another one from arguments that are moved
        by no more than rounding does, or where ours is what PyTorch has from doubles. There is then no answer to agree
        on, and the program ends.
        """
        near = [before[1]]
        for seed in range(12):
            rng = np.random.default_rng(seed)
            near.append(Library(mg))
            near[-1].names |= {each: moved(x, rng, self.finest) for each, x in before[0].tensors().items()}
        for library, expected, alike in zip(near, [theirs] + 12 * [ours], [True] + 12 * [False], strict=True):
            result = library.run(line)
            answer = library.names.get(name) if name else result
            if agree(answer, expected) == alike:
                self.over = True
        finer = Library(torch)
        finer.names |= {each: like(widened(x), x, torch) for each, x in before[1].tensors().items()}
        result = finer.run(line)
        answer = finer.names.get(name) if name else result
        if self.finest < 8 and isinstance(answer, torch.Tensor) and isinstance(ours, mg.Tensor):
            with np.errstate(all="ignore"):
                self.over |= close(plain(ours), plain(answer).astype(ours.array.dtype), 1, self.finest)
        names = set(re.findall(r"\bt\d+\b", line.partition(" = ")[2] or line))
        read = [each for name, each in self.theirs.tensors().items() if name in names]
        own = line.count(line.partition(".")[0]) > 1 and re.search(r"out=|masked_scatter_|put_", line)
        self.over |= " = " not in line and (bool(own) or len({memory(each) for each in read}) < len(read))
        return self.over

    def _of_errors(self, a: Any, b: Any) -> Parting | None:
        if isinstance(a, Failed) and isinstance(b, Failed):
            self.over |= " = " not in self.line  # PyTorch may have written half of it
            return None
        if isinstance(a, Failed):
            return Parting(self.count, OURS, a, f"none{shape_of(b)}")
        return Parting(self.count, THEIRS, f"none{shape_of(a)}", b)

    def _of_tensors(self, name: str) -> Parting | None:
        a, b = self.ours.names[name], self.theirs.names[name]
        if tuple(a.shape) != tuple(b.shape):
            return Parting(self.count, f"shape of {name}", tuple(a.shape), tuple(b.shape))
        if str(a.dtype).rpartition(".")[2] != str(b.dtype).rpartition(".")[2]:
            return Parting(self.count, f"dtype of {name}", a.dtype, b.dtype)
        if not close(plain(a), plain(b), 1, self.finest):
            both = np.isfinite(plain(a)) & np.isfinite(plain(b))
            alike = close(plain(a)[both], plain(b)[both], 1, self.finest)
            kind = "infinities" if self._reads(lambda x: not np.isfinite(x).all()) else "infinities of finite numbers"
            if not alike:
                kind = "values beside uint8" if self._reads(lambda x: x.dtype == np.uint8) else "values"
            return Parting(self.count, f"{kind} of {name}", plain(a), plain(b))
        if a.requires_grad != b.requires_grad and not self._constant(name):
            return Parting(self.count, f"requires_grad of {name}", a.requires_grad, b.requires_grad)
        return None

    def _constant(self, name: str) -> bool:
        """Whether what only one of the libraries has a history for does not depend on anything: the program ends."""
        library = self.ours if self.ours.names[name].requires_grad else self.theirs
        with contextlib.suppress(RuntimeError):  # of views that PyTorch has given up
            leaves = [each for each, x in library.tensors().items() if x.is_leaf and x.requires_grad]
            found = library.gradients([library.names[name]], leaves)
            self.over |= not isinstance(found, Failed) and not any(plain(g).any() for g in found if g is not None)
        return self.over

    def _reads(self, what: Callable[[np.ndarray], Any]) -> bool:
        """Whether the line reads a tensor of which that is so."""
        names = re.findall(r"\bt\d+\b", self.line.partition(" = ")[2] or self.line)
        read = [self.before[1].tensors().get(each) for each in names]
        return any(each is not None and bool(what(plain(each))) for each in read)

    def _of_memory(self, name: str) -> Parting | None:
        a, b = self.ours.names[name], self.theirs.names[name]
        own = self._own_memory()
        for other, x in self.ours.tensors().items():
            y = self.theirs.names[other]
            apart = (a is x) != (b is y) or (memory(a) == memory(x)) != (memory(b) == memory(y))
            if own and apart:
                self.over = True
                return None
            if (a is x) != (b is y):
                return Parting(self.count, f"identity of {name} and {other}", a is x, b is y)
            if other != name and a.numel() and x.numel() and (memory(a) == memory(x)) != (memory(b) == memory(y)):
                seen = memory(a) == memory(x), memory(b) == memory(y)
                return Parting(self.count, f"shared memory of {name} and {other}", *seen)
        return None

    def _of_order(self, name: str) -> Parting | None:
        """What is made of tensors that lie in C's order in memory lies so, where PyTorch's does.

        Of what does not, `view(-1)` is a copy here, and what is written to it is written nowhere.
        """
        made, there = self.ours.names[name], self.theirs.names[name]
        if made.is_contiguous() or not there.is_contiguous():
            return None
        read = set(re.findall(r"\bt\d+\b", self.line.partition(" = ")[2]))
        given = [
            library.names[each] for library in (self.ours, self.theirs) for each in read & library.tensors().keys()
        ]
        if all(each.is_contiguous() for each in given):
            return Parting(self.count, f"order in memory of {name}", made.stride(), there.stride())
        return None

    def _own_memory(self) -> bool:
        """Whether a tensor lies in memory in another order in the two: that of decompositions, of convolutions.

        What is then a view in one library and a copy in the other changes with it here, and not there.
        """
        theirs = self.theirs.names
        return any(x.is_contiguous() != theirs[name].is_contiguous() for name, x in self.ours.tensors().items())

    def _bits_of_nan(self) -> bool:
        """Whether integers lie in the memory of a NaN: which bits it has there, each library has for itself."""
        made = self.theirs.tensors().values()
        of_nan = {memory(x) for x in made if x.is_floating_point() and x.isnan().any()}
        return any(memory(x) in of_nan for x in made if not x.is_floating_point())

    def derivatives(self) -> Parting | None:
        """Compare first and second derivatives of all that was made."""
        made = self.theirs.tensors()
        try:
            leaves = list(
                {id(each): name for name, each in made.items() if each.is_leaf and each.requires_grad}.values()
            )
        except RuntimeError as error:  # a view that PyTorch has given up
            return Parting(self.count, THEIRS, "none", Failed(error))
        if self.over or not leaves or any(np.isnan(plain(each)).any() for each in made.values()):
            return None
        ours, theirs = self.ours.slopes(leaves), self.theirs.slopes(leaves)
        parting = self._of_slopes(ours, theirs, leaves)
        if parting is not None and parting.what.startswith("derivative"):
            if self._of_slopes(self._again(follow)[0].slopes(leaves), theirs, leaves) is None:
                return None  # ours are theirs where the numbers are theirs to the last bit
            if any(self._of_slopes(theirs, self._again(shake)[1].slopes(leaves), leaves) for _ in range(4)):
                return None  # theirs have no digit that rounding does not reach
            order = int(parting.what.split()[1])
            if ours_is_true(self.lines, leaves, order, ours[order - 1], theirs[order - 1]):
                return None
        return parting

    def _of_slopes(self, ours: list[Any], theirs: list[Any], leaves: list[str]) -> Parting | None:
        left = False
        for order, a, b in zip((1, 2), ours, theirs):
            if left:
                break
            if isinstance(a, Failed) or isinstance(b, Failed):
                parting = self._of_errors(a, b)
                return parting and parting._replace(what=f"{parting.what}, derivative {order}")
            for leaf, x, y in zip(leaves, a, b, strict=True):
                nothing = np.zeros(tuple(self.ours.names[leaf].shape))
                p, q = (nothing if each is None else plain(each) for each in (x, y))
                if not np.isfinite(q).all() or float(np.abs(q).max(initial=0)) > 1e8:
                    left = True  # what has left the numbers says nothing
                    continue
                if order == 2:  # a second derivative of what has no first one is infinite, or nothing
                    p = np.where(np.isfinite(p), p, q)
                if not close(p, q, 10.0 if order == 1 else 1000.0, self.finest):
                    return Parting(self.count, f"derivative {order} in {leaf}", p, q)
        return None

    def _again(self, change: Any) -> tuple[Library, Library]:
        """The program once more in both, with a change of the numbers after each line that computes some."""
        ours, theirs = Library(mg), Library(torch)
        for line in self.lines:
            known = {memory(each) for each in theirs.tensors().values()}
            ours.run(line), theirs.run(line)
            if " = m.tensor([" not in line:
                with contextlib.suppress(RuntimeError, KeyError):
                    change(ours, theirs, line.partition(" = ")[0], known)
        return ours, theirs


def follow(ours: Library, theirs: Library, name: str, known: set[int]) -> None:
    """Give our floats the numbers of theirs."""
    for each, tensor in theirs.tensors().items():
        if tensor.is_floating_point():
            ours.names[each].data.copy_(mg.tensor(plain(tensor)))


def shake(ours: Library, theirs: Library, name: str, known: set[int]) -> None:
    """Move what a line has made, unless it lies in the memory of something before it."""
    tensor = theirs.names[name]
    if isinstance(tensor, torch.Tensor) and tensor.is_floating_point() and memory(tensor) not in known:
        tensor.data.copy_(torch.tensor(plain(moved(tensor, np.random.default_rng(), 8))))


def shape_of(result: Any) -> str:
    return f": a result of shape {tuple(result.shape)}" if isinstance(result, (mg.Tensor, torch.Tensor)) else ""


def first_parting(lines: list[str]) -> Parting | None:
    """Where a whole program first parts, past what is known."""
    comparison = Comparison()
    for line in lines:
        parting = comparison.step(line)
        if parting:
            return None if known(parting, line, comparison.lines) else parting
        if comparison.over:
            return None
    return of_derivatives(comparison, lines)


def of_derivatives(comparison: Comparison, lines: list[str]) -> Parting | None:
    """Where the derivatives of a program part, past what is known, and past the lines that this speaks of."""
    parting = comparison.derivatives()
    entry = None if parting is None else known(parting, "\n".join(lines), lines)
    if entry is None:
        return parting
    others = [line for line in lines if not re.search(entry.line, line)]
    return first_parting(others) if 0 < len(others) < len(lines) else None
