"""Write the stubs: what type checkers and editors see of names that the running package makes by rule.

    make stubs

`minigrad/__init__.pyi` names everything public of the package, `minigrad/special.pyi` the special functions, and
`minigrad/tensor/methods.pyi` every method. A function
that is written out in a source file is imported from there, with its types; a primitive, a function that takes sizes
one by one, and a form in place get a signature here. A test holds the files against the package.
"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
import minigrad.types
from minigrad.tensor.methods import IN_PLACE, Methods

PACKAGE = Path(mg.__file__).parent
HEADER = '"""Made by `make stubs` from the running package; see tests/types/stubs.py."""\n\n'
TYPES = {"Tensor", "Number", "Indices", "Ints", "Dims", "DTypeLike"}
BINARY = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split()  # noqa: SIM905
COMPARISONS = "eq ne lt le gt ge".split()  # noqa: SIM905


class Signature:
    """A signature as a stub writes it, and the names that it needs."""

    def __init__(self, function: Any, first: str | None = None, *, out: bool = False) -> None:
        self.needs = set[str]()
        self.out = out
        """Whether `out=` is taken, beside the function's own arguments."""
        source = inspect.unwrap(function)
        self.scope = getattr(source, "__globals__", {})
        self.forms: list[tuple[str, str]] = []
        """The arguments and the type of the result, for each way to call the function."""
        sizes = getattr(function, "takes_one_by_one", "")
        for form in typing.get_overloads(source) or [function]:
            signature = inspect.signature(form)
            parameters, returns = list(signature.parameters.values()), self._type(signature.return_annotation)
            if sizes:
                self.needs.add("Ints")
                for text in (f"*{sizes}: Ints", f"*, {sizes}: Ints"):
                    self.forms.append((self._arguments(parameters[:1], first, text), returns))
            else:
                self.forms.append((self._arguments(parameters, first, ""), returns))
        if len(self.forms) > 1:
            self.needs.add("overload")

    def _arguments(self, parameters: list[inspect.Parameter], first: str | None, more: str) -> str:
        written, keyword_only = [], False
        for i, each in enumerate(parameters):
            if each.kind is each.KEYWORD_ONLY and not keyword_only:
                keyword_only = True
                written.append("*")
            if i == 0 and first is not None:
                written.append(first)
                continue
            star = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
            keyword_only = keyword_only or star == "*"
            text = f"{star}{each.name}: {self._type(each.annotation)}"
            if each.default is not each.empty:
                plain = isinstance(each.default, (int, float, str, bool, type(None)))
                text += f" = {each.default!r}" if plain and each.default == each.default else " = ..."
            written.append(text)
        if self.out and not more:  # before whatever other keywords there may be
            place = next((i for i, each in enumerate(written) if each.startswith("**")), len(written))
            written[place:place] = [*([] if keyword_only else ["*"]), "out: Any = None"]
            self.needs.add("Any")
        return ", ".join([*written, *([more] if more else [])])

    def _type(self, annotation: Any) -> str:
        text = "Any" if annotation is inspect.Parameter.empty else str(annotation)
        self.needs |= set(re.findall(r"\b[A-Za-z_][\w.]*", text))
        return text

    def lines(self, name: str) -> list[str]:
        """`def name(...) -> ...: ...`, once for each way to call it."""
        found = []
        for arguments, returns in self.forms:
            found += ["@overload"] * (len(self.forms) > 1)
            found.append(f"def {name}({arguments}) -> {returns}: ...")
        return found


def imports_for(signatures: Iterable[Signature]) -> list[str]:
    """What the names in signatures are imported from."""
    found = set()
    for signature in signatures:
        for name in signature.needs:
            head = name.partition(".")[0]
            value = signature.scope.get(head)
            if head in vars(minigrad.types) and head in TYPES:
                found.add(f"from minigrad.types import {head} as {head}")
            elif head in ("Any", "Literal", "overload"):
                found.add(f"from typing import {head}")
            elif head in ("Sequence", "Callable", "Iterator", "Iterable"):
                found.add(f"from collections.abc import {head}")
            elif head == "np":
                found.add("import numpy as np")
            elif isinstance(value, type) and value.__module__.startswith("minigrad"):
                found.add(f"from {value.__module__} import {head} as {head}")
            elif value is not None and head[0].isupper():
                found.add(f"from {signature.scope['__name__']} import {head} as {head}")
    return sorted(found)


def methods() -> str:
    """The stub of `minigrad.tensor.methods`."""
    lines, signatures = [], []
    for name, value in vars(Methods).items():
        if isinstance(value, property):
            lines += ["@property", f"def {name}(self) -> Tensor: ..."]
        elif callable(value) and not name.startswith("__"):
            signatures.append(Signature(value, "self"))
            lines += signatures[-1].lines(name)
    for each in BINARY:
        lines.append(f"def __{each}__(self, other: Any) -> Tensor: ...")
        lines.append(f"def __r{each}__(self, other: Any) -> Tensor: ...")
        if f"__i{each}__" in vars(Methods):
            lines.append(f"def __i{each}__(self, other: Any) -> Self: ...")
    for each in COMPARISONS:
        ignored = "  # type: ignore[override]" if each in ("eq", "ne") else ""
        lines.append(f"def __{each}__(self, other: Any) -> Tensor: ...{ignored}")
    lines += [f"def __{each}__(self) -> Tensor: ..." for each in ("neg", "abs", "pos", "invert")]
    lines += ["def __hash__(self) -> int: ...", "def __getitem__(self, index: Any) -> Tensor: ..."]
    lines += ["def __setitem__(self, index: Any, value: Any) -> None: ..."]
    imports = [
        *imports_for(signatures),
        "from typing_extensions import Self",
        "from minigrad.engine.node import Variable",
    ]
    functions = "\n".join(f"    {line}" for line in lines)
    others = "IN_PLACE: dict[str, Callable[..., Any]]\n"
    return "\n".join(
        [*imports, "from collections.abc import Callable", "", "class Methods(Variable):", functions, "", others]
    )


BUILTIN = re.compile(r"\b(int|float|bool)\b")
"""Types of Python that are names of dtypes in the package, where `builtins` must be said."""


def package() -> str:
    """The stub of `minigrad` itself."""
    return gathered(mg, [name for name in dir(mg) if not name.startswith("_")], "__version__")


def special() -> str:
    """The stub of `minigrad.special`."""
    return gathered(mg.special, mg.special.__all__)


def gathered(module: types.ModuleType, public: list[str], *texts: str) -> str:
    """The stub of a module that gathers functions under its own names; `texts` are the names of what are strings."""
    imports, lines, signatures = set[str](), [], []
    for name in public:
        value = getattr(module, name)
        if isinstance(value, types.ModuleType):
            imports.add(f"from {value.__name__.rpartition('.')[0]} import {name} as {name}")
        elif name in IN_PLACE or any(hasattr(value, each) for each in ("family", "takes_one_by_one", "has_door")):
            signatures.append(Signature(value, out=name not in IN_PLACE))
            lines += [BUILTIN.sub(r"builtins.\1", line) for line in signatures[-1].lines(name)]
        elif name in ("detach", "detach_"):
            lines.append(f"def {name}(input: Tensor) -> Tensor: ...")
        else:
            imports.add(_import(name, value))
    listed = "__all__ = [\n" + "".join(f'    "{name}",\n' for name in sorted([*public, *texts])) + "]"
    taken = {each.rpartition(" ")[2] for each in imports}
    needed = [each for each in imports_for(signatures) if each.rpartition(" ")[2] not in taken]
    top = ["import builtins", *sorted(imports), *needed]
    return "\n".join([*top, "", listed, "", *(f"{name}: str" for name in texts), *lines, ""])


def _import(name: str, value: Any) -> str:
    """Where a name of the package comes from."""
    module = getattr(value, "__module__", None)
    if module is not None and getattr(sys.modules.get(module), name, None) is value and module != "numpy":
        return f"from {module} import {name} as {name}"
    if name in vars(np) and getattr(np, name) is value:
        return f"from numpy import {name} as {name}"
    for home in [each for each in sys.modules.values() if (each.__name__ or "").startswith("minigrad.")]:
        if vars(home).get(name) is value:
            return f"from {home.__name__} import {name} as {name}"
    raise LookupError(f"nobody knows where minigrad.{name} comes from")


STUBS = {
    PACKAGE / "__init__.pyi": package,
    PACKAGE / "special.pyi": special,
    PACKAGE / "tensor" / "methods.pyi": methods,
}


def text_of(make: Any) -> str:
    """The text of a stub as ruff formats it."""
    command = [sys.executable, "-m", "ruff"]
    config = ["--config", str(PACKAGE.parent / "pyproject.toml"), "--stdin-filename", "stub.pyi", "-"]
    text = HEADER + make()
    for step in (["check", "--fix-only", "--quiet", "--select", "I,RUF022"], ["format", "--quiet"]):
        text = subprocess.run([*command, *step, *config], input=text, capture_output=True, text=True, check=True).stdout
    return text


if __name__ == "__main__":
    for path, make in STUBS.items():
        path.write_text(text_of(make))
        print(path.relative_to(PACKAGE.parent))
