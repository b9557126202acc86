"""The directive `reference`: all public names of a module, from their docstrings, each in one place of the whole.

    ```{reference} minigrad.optim
    ```

An entry has the signatures under all names, the docstring, the methods of a class, the line of the source, and, where
the function differentiates, the rows in the table of derivatives. The module itself must stand in `catalogue.PAGES`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from extensions import table
from extensions.catalogue import Entry, addresses, entries, public, source_of, text
from extensions.docstrings import inline, nodes_of
from extensions.sources import address, made_again_with_the_package

UP = "../"
"""The way from a page of the reference to the root of the build."""


class Reference(SphinxDirective):
    """The entries of a module."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """The entries, and last the names that are told of elsewhere."""
        module = self.arguments[0]
        made_again_with_the_package(self.env)
        own = [each for each in entries() if each.section == module]
        made: list[nodes.Node] = []
        for title, group in by_subject(own) if module == "minigrad: operations" else [("", own)]:
            target = made
            if title:
                section = nodes.section(ids=[nodes.make_id(title)])
                section += nodes.title(title, title)
                made.append(section)
                target = section.children
            for entry in group:
                target += self.entry(entry)
        return made + list(elsewhere(module))

    def entry(self, entry: Entry) -> list[nodes.Node]:
        """The description of one thing."""
        kind = kind_of(entry)
        described = addnodes.desc(domain="py", objtype=kind, desctype=kind, classes=["py", kind], no_index=False)
        for name in entry.names:
            described += signature(name, entry.value, kind)
            self.note(name, kind)
        content = addnodes.desc_content()
        content += nodes_of(text(entry.value), functools.partial(resolved, entry))
        if inspect.isclass(entry.value):
            content += of_class(entry.value, functools.partial(resolved, entry))
        elif kind == "data":
            content += nodes.paragraph("", "", nodes.Text("Its value: "), nodes.literal("", repr(entry.value)))
        content += self.forms(entry)
        content += list(links(entry))
        described += content
        return [described]

    def note(self, name: str, kind: str) -> None:
        """Let the search and references find a name."""
        kind = "method" if name.startswith("minigrad.Tensor.") and kind == "function" else kind
        self.env.domains.python_domain.note_object(name, kind, name, location=self.state_machine.node)

    def forms(self, entry: Entry) -> list[nodes.Node]:
        """The names of methods and of forms in place, which say the same as the function."""
        if not (entry.methods or entry.in_place):
            return []
        line = nodes.paragraph("", "", classes=["forms"])
        for label, names in (("As a method: ", entry.methods), ("In place: ", entry.in_place)):
            for i, name in enumerate(names):
                self.note(name, "function")
                short = name.removeprefix("minigrad.")
                line += [nodes.Text(label if i == 0 else ", "), nodes.literal("", short, ids=[name])]
            if names:
                line += nodes.Text(". ")
        return [line]


def by_subject(own: list[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Operations by the page of the table that they stand on, which has a title."""
    files: dict[str, list[Entry]] = {}
    for entry in own:
        place = source_of(entry.value)
        files.setdefault(str(place[0]) if place else "", []).append(entry)
    for file, group in sorted(files.items()):
        yield table.title_of(file) if file else "Others", group


def kind_of(entry: Entry) -> str:
    """The word of Python's domain for what it is."""
    value = entry.value
    if inspect.isclass(value):
        return "exception" if issubclass(value, BaseException) else "class"
    if isinstance(value, property) or inspect.isdatadescriptor(value):
        return "property"
    if callable(value) or callable(getattr(value, "__func__", None)):
        return "method" if entry.home == "minigrad.Tensor" else "function"
    return "data"


def signature(name: str, value: Any, kind: str) -> addnodes.desc_signature:
    """A name with its arguments."""
    home, _, last = name.rpartition(".")
    made = addnodes.desc_signature("", "", ids=[name], module=home, fullname=name)
    if kind in ("class", "exception", "property"):
        made += addnodes.desc_annotation("", kind + " ")
    made += [addnodes.desc_addname("", home + "."), addnodes.desc_name("", last)]
    if kind not in ("data", "property"):
        made += arguments_of(value)
    return made


def arguments_of(value: Any) -> list[nodes.Node]:
    """The arguments and the result of a function, as its signature has them."""
    try:
        found = inspect.signature(getattr(value, "__func__", value))
    except (TypeError, ValueError):
        return [addnodes.desc_parameterlist("", "", addnodes.desc_parameter("", "…"))]
    listed = addnodes.desc_parameterlist()
    parameters = [each for each in found.parameters.values() if each.name not in ("self", "cls")]
    for i, each in enumerate(parameters):
        keyword_only = each.kind is inspect.Parameter.KEYWORD_ONLY
        before = parameters[i - 1].kind if i else inspect.Parameter.POSITIONAL_OR_KEYWORD
        if keyword_only and before not in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_POSITIONAL):
            listed += addnodes.desc_parameter("", "*")
        listed += addnodes.desc_parameter("", written(each))
    made: list[nodes.Node] = [listed]
    if found.return_annotation is not found.empty and not inspect.isclass(value):
        made.append(addnodes.desc_returns("", plain_type(found.return_annotation)))
    return made


def written(parameter: inspect.Parameter) -> str:
    """A parameter as in a `def`."""
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    said = parameter.annotation is not parameter.empty
    typed = f": {plain_type(parameter.annotation)}" if said else ""
    default = parameter.default
    if default is parameter.empty:
        return f"{stars}{parameter.name}{typed}"
    shown = default.__name__ if callable(default) else repr(default)
    return f"{parameter.name}{typed} = {shown}" if said else f"{parameter.name}={shown}"


def plain_type(annotation: Any) -> str:
    """A type as people write it."""
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def of_class(cls: type, resolve: Any) -> list[nodes.Node]:
    """What a constructor says, and the public methods and attributes that a class defines itself."""
    made: list[nodes.Node] = []
    told = constructor_docstring(cls)
    if told and told != cls.__doc__:
        made += nodes_of(told, resolve)
    members = [
        (name, value)
        for name, value in vars(cls).items()
        if not name.startswith("_") and cls.__name__ != "Tensor" and own_doc(value)
    ]
    if not members:
        return made
    listed = nodes.definition_list(classes=["members"])
    for name, value in members:
        term = nodes.term("", "", nodes.literal("", name))
        if not isinstance(value, property):
            parameters = ", ".join(each.astext() for each in arguments_of(value)[0].children)
            term = nodes.term("", "", nodes.literal("", f"{name}({parameters})"))
        listed += nodes.definition_list_item("", term, nodes.definition("", *nodes_of(own_doc(value), resolve)))
    return [*made, listed]


def constructor_docstring(cls: type) -> str:
    """What the constructor says, or the one that it is inherited from."""
    for base in cls.__mro__:
        constructor = vars(base).get("__init__")
        if inspect.isfunction(constructor):
            return constructor.__doc__ or "" if base.__module__.startswith("minigrad") else ""
    return ""


def own_doc(value: Any) -> str:
    """The docstring of a method or a property; nothing of other values."""
    inner = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    return inspect.getdoc(inner) or "" if inspect.isfunction(inner) else ""


def resolved(entry: Entry, word: str) -> str:
    """The address of what a word in backquotes means in a docstring; nothing for an argument, or for itself."""
    bare = word.removesuffix("()")
    inner = entry.plain
    code = getattr(vars(inner).get("__init__") if inspect.isclass(inner) else inner, "__code__", None)
    if code is not None and bare in code.co_varnames:
        return ""
    if bare.startswith("F."):
        found = addresses().get(bare.replace("F.", "minigrad.nn.functional."))
        return UP + found if found else ""
    for home in (entry.home, "minigrad", "minigrad.nn"):
        name = f"{home}.{bare}" if bare.isidentifier() else bare.replace("mg.", "minigrad.")
        found = addresses().get(name)
        if found and name not in entry.names and (len(bare) > 4 or home == entry.home):
            return UP + found
    return ""


@functools.cache
def rows() -> dict[str, table.Row]:
    """The rows of the table of derivatives by every public name."""
    return {name: row for _, group in table.groups() for row in group for name in row.names}


def links(entry: Entry) -> Iterator[nodes.Node]:
    """The way to the source, and to the derivative."""
    line = nodes.paragraph("", "", classes=["entry-links"])
    place = source_of(entry.value)
    if place is not None and "minigrad" in place[0].parts:
        shown = place[0].as_posix().rpartition("minigrad/")[2]
        line += nodes.reference("", f"{shown}:{place[1]}", refuri=UP + address(*place), classes=["source-link"])
    found = {row.name: row for name in entry.names if (row := rows().get(name)) is not None}
    derived = list(found) or used_by(entry)
    if derived:
        line += nodes.Text(" · derivative: ")
        for i, name in enumerate(derived):
            line += [nodes.Text(", ")] * bool(i)
            line += nodes.reference("", name, refuri=f"{UP}derivatives.html#{name}")
    if line.children:
        yield line


def used_by(entry: Entry) -> list[str]:
    """The primitives that a function of `nn.functional` calls."""
    if entry.section != "minigrad.nn.functional" or not inspect.isfunction(entry.plain):
        return []
    return table.made_of(entry.value, [name.rpartition(".")[2] for name in entry.names])


def elsewhere(module: str) -> Iterator[nodes.Node]:
    """The names of a module that are told of on another page."""
    home = module.partition(": ")[0]
    if home == "minigrad.Tensor":
        yield from as_functions()
        return
    told = {name: each for each in entries() if each.section != module for name in each.names}
    names = [name for name, _ in public(module) if f"{home}.{name}" in told] if home != "minigrad" else []
    if names:
        line = nodes.paragraph("", "", nodes.Text("Told of elsewhere: "))
        for i, name in enumerate(names):
            where = nodes.reference("", "", nodes.literal("", name), refuri=UP + addresses()[f"{home}.{name}"])
            line += [nodes.Text(", "), where] if i else [where]
        yield line


def as_functions() -> Iterator[nodes.Node]:
    """The methods of the Tensor that are functions too, with the first sentence of each."""
    section = nodes.section(ids=["methods-that-are-functions"])
    section += nodes.title("", "Methods that are functions")
    listed = nodes.bullet_list(bullet="-", classes=["compact"])
    for entry in sorted(entries(), key=lambda each: each.names[0].lower()):
        for name in entry.methods:
            code = nodes.literal("", name.rpartition(".")[2])
            where = nodes.reference("", "", code, refuri=UP + addresses()[entry.names[0]])
            said = text(entry.value).partition("\n")[0]
            listed += nodes.list_item("", nodes.paragraph("", "", where, nodes.Text(" "), *inline(said, lambda _: "")))
    section += listed
    yield section


def address_of(name: str) -> str:
    """Where a public name stands, from the root of the build."""
    return addresses()[name]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the directive known."""
    app.add_directive("reference", Reference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
