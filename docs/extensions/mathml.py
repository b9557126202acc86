"""Mathematics as MathML: `$x$` and `$$x$$` are LaTeX in the page's source, and elements of HTML when it is made.

Browsers set MathML themselves, so that a page needs no script for its formulas and no network for a script. The letters
are those of `_static/math.woff2`, since many phones have no font for mathematics.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from docutils import nodes
from font import lacking
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

LINES = re.compile(r"\s*\\begin\{(aligned|align\*?|split|gathered)\}(.*)\\end\{\1\}\s*", re.DOTALL)
PRIMES = re.compile(r"<msup>(<(mi|mo)[^>]*>[^<]*</\2>)<mi>(&#x0203[234];)</mi></msup>")
COMMA = re.compile(r"(?<=\d)</mn><mrow><mo>&#x0002C;</mo></mrow><mn>(?=\d)")
SPACE = '<mspace width="0.17em"/>'
NAME = r"<mi>[a-z]{2,}</mi>"
BEFORE = re.compile(rf"(</(?:mi|mn|msub|msup|msubsup|mfrac)>)({NAME})")
AFTER = re.compile(
    rf"((?<!<msub>)(?<!<msup>)(?<!<msubsup>){NAME}|<(msub|msup)>{NAME}<(m[in])>[^<]*</\3></\2>)"
    r"(?=<(?:mi|mn|msub|msup|mfrac|msqrt|mover)>)"
)
TOKEN = re.compile(r"\\begin\{\w+\*?\}|\\end\{\w+\*?\}|\\\\|\\.|[{}&]", re.DOTALL)
log = logging.getLogger(__name__)


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as a <math> element. Lines that are aligned become a table, as the columns of a page are."""
    lines = LINES.fullmatch(latex)
    if lines is None:
        made = str(convert(latex, display=display))
    else:
        rows = "".join(f"<mtr>{''.join(cells(row))}</mtr>" for row in split_at(lines[2], "\\\\") if row.strip())
        made = f'<math display="{display}"><mtable displaystyle="true">{rows}</mtable></math>'
    if "<mi>&</mi>" in made or "<mi>\\" in made:
        log.warning("a formula that cannot be set: %s", latex)
    made = COMMA.sub(",", made)  # 0{,}5 is one number
    letters = html.unescape(re.sub(r"<mtext>.*?</mtext>|<[^>]*>", "", made))
    if lacking(letters):
        log.warning("characters that docs/font.py leaves out: %s, in %s", " ".join(sorted(lacking(letters))), latex)
    made = AFTER.sub(rf"\1{SPACE}", BEFORE.sub(rf"\1{SPACE}\2", made))  # a function's name keeps its distance
    return PRIMES.sub(r'<mrow>\1<mo lspace="0" rspace="0">\3</mo></mrow>', made)


def cells(row: str) -> Iterator[str]:
    """The cells of a line, by turns set to the right and to the left, so that they meet at their signs."""
    for i, cell in enumerate(split_at(row, "&")):
        inner = re.sub(r"^<math[^>]*>|</math>$", "", str(convert(cell or " "))) if cell.strip() else ""
        side, gap = ("left", "0.2em") if i % 2 else ("right", "2em" if i else "0")
        yield f'<mtd style="text-align: {side}; padding: 0.3em 0 0.3em {gap}">{inner}</mtd>'


def split_at(latex: str, mark: str) -> list[str]:
    """The parts between marks, but for those within braces or an environment."""
    parts, start, depth = [], 0, 0
    for token in TOKEN.finditer(latex):
        if token[0] == "{" or token[0].startswith("\\begin"):
            depth += 1
        elif token[0] == "}" or token[0].startswith("\\end"):
            depth -= 1
        elif token[0] == mark and depth == 0:
            parts.append(latex[start : token.start()])
            start = token.end()
    return [*parts, latex[start:]]


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line."""
    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def block(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula that stands alone, with its number if it has one."""
    number = f'<span class="eqno">({html.escape(str(node["number"]))})</span>' if node.get("number") else ""
    formula = mathml(node.astext(), display="block")
    self.body.append(self.starttag(node, "div", CLASS="math") + f"{formula}{number}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make it the renderer that conf.py names."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))  # type: ignore[arg-type]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
