"""How pictures look: colours for light pages, dark pages and print, the shapes of vertices, and one typeface.

What a vertex is can be read from its shape alone, so a picture says the same without colours. Every text keeps a
contrast of at least 4.5 to 1 against what is behind it (WCAG 2.2, level AA).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

FONT = "Helvetica,Arial,DejaVu Sans,sans-serif"


@dataclass(frozen=True)
class Paint:
    """The inside of a vertex and its outline."""

    fill: str
    line: str


@dataclass(frozen=True)
class Theme:
    """The colours of one kind of page."""

    page: str
    text: str
    muted: str
    """Text of second rank: dtypes, formulas, bytes."""
    edge: str
    backward: str
    dead: str
    box: str
    """The outline of a module."""
    tints: tuple[str, str]
    """The insides of modules, in turns by depth."""
    operation: Paint
    module: Paint
    parameter: Paint
    input: Paint
    constant: Paint
    output: Paint
    dark: Theme | None = None
    """The colours that an SVG takes on where the page is dark."""

    def tint(self, depth: int) -> str:
        """The inside of a module's box, where the outermost has depth 1."""
        return self.tints[(depth - 1) % 2]

    def paint(self, kind: str) -> Paint:
        """The colours of a kind of vertex."""
        paint: Paint = getattr(self, {"omitted": "module"}.get(kind, kind))
        return paint


THEMES = {
    "light": Theme(
        page="#FFFFFF",
        text="#1B2130",
        muted="#596273",
        edge="#7A8496",
        backward="#B3261E",
        dead="#6B7280",
        box="#C3CAD9",
        tints=("#F6F8FC", "#EDF1F9"),
        operation=Paint("#FFFFFF", "#4459C9"),
        module=Paint("#E3E8FF", "#4459C9"),
        parameter=Paint("#FFF1D6", "#A65F00"),
        input=Paint("#DDF4E7", "#17774A"),
        constant=Paint("#FFFFFF", "#6B7280"),
        output=Paint("#FCE3EC", "#AD2357"),
    ),
    "dark": Theme(
        page="#10141F",
        text="#EEF1F8",
        muted="#AAB3C5",
        edge="#8791A6",
        backward="#FF8A7A",
        dead="#99A2B3",
        box="#465069",
        tints=("#171D2B", "#1E2637"),
        operation=Paint("#10141F", "#93A4FF"),
        module=Paint("#2A3463", "#93A4FF"),
        parameter=Paint("#3D2E12", "#F0B050"),
        input=Paint("#12382A", "#5FD39A"),
        constant=Paint("#10141F", "#99A2B3"),
        output=Paint("#431E30", "#F58AB3"),
    ),
    "print": Theme(
        page="#FFFFFF",
        text="#000000",
        muted="#404040",
        edge="#404040",
        backward="#000000",
        dead="#606060",
        box="#808080",
        tints=("#FFFFFF", "#FFFFFF"),
        operation=Paint("#FFFFFF", "#000000"),
        module=Paint("#EBEBEB", "#000000"),
        parameter=Paint("#EBEBEB", "#000000"),
        input=Paint("#FFFFFF", "#000000"),
        constant=Paint("#FFFFFF", "#606060"),
        output=Paint("#FFFFFF", "#000000"),
    ),
}

THEMES["auto"] = replace(THEMES["light"], dark=THEMES["dark"])

SHAPES = {
    "operation": {"shape": "box", "style": "rounded,filled", "penwidth": "1.2"},
    "module": {"shape": "box", "style": "rounded,filled", "penwidth": "2.2"},
    "omitted": {"shape": "box", "style": "rounded,filled,dashed", "penwidth": "1.2"},
    "parameter": {"shape": "cylinder", "style": "filled", "penwidth": "1.2"},
    "input": {"shape": "oval", "style": "filled", "penwidth": "1.2"},
    "constant": {"shape": "box", "style": "filled,dotted", "penwidth": "1.2"},
    "output": {"shape": "oval", "style": "filled", "penwidth": "3.2"},
}
"""The outline of each kind of vertex, in Graphviz's words."""


def changes(light: Theme, dark: Theme) -> dict[str, str]:
    """Which colour of a light theme becomes which of a dark one."""
    found: dict[str, str] = {}
    for each in fields(Theme):
        before, after = getattr(light, each.name), getattr(dark, each.name)
        if isinstance(before, Paint):
            found |= {before.fill: after.fill, before.line: after.line}
        elif isinstance(before, (str, tuple)):
            found |= {before: after} if isinstance(before, str) else dict(zip(before, after))
    return found


def theme_of(name: str) -> Theme:
    """The theme of a name; ValueError if there is none."""
    if name not in THEMES:
        raise ValueError(f"draw: theme is one of {', '.join(map(repr, THEMES))}, not {name!r}")
    return THEMES[name]
