"""The documentation: Sphinx reads the pages of this folder (MyST Markdown), and `make docs` writes build/docs.

Nothing is fetched, neither to build nor to read: mathematics becomes MathML while the pages are made, and type, style
and scripts are files of the build. What a page needs beyond Sphinx is in `extensions/`, an idea a file; how a page is
written is told in CONTRIBUTING.md, under "Adding a page".
"""

from __future__ import annotations

import sys
from pathlib import Path

import minigrad

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "tutorial" / "code")]  # the extensions, and what the tutorial's pages import

project = "minigrad"
author = "the minigrad authors"
version = release = minigrad.__version__
copyright = "the minigrad authors"

extensions = [
    "myst_parser",
    "sphinx_design",
    "extensions.mathml",
    "extensions.benchmarks",
    "extensions.derivatives",
    "extensions.reference",
    "extensions.shown",
    "extensions.engine",
    "extensions.language",
    "extensions.line_breaks",
    "extensions.notebooks",
    "extensions.plots",
    "extensions.sources",
]
exclude_patterns = ["extensions", "_static"]
nitpicky = True

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
myst_dmath_double_inline = True

html_theme = "furo"
html_title = "minigrad"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_js_files = [("derivatives.js", {"defer": "defer"}), ("frames.js", {"defer": "defer"})]
html_use_index = False
html_domain_indices = False
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # it would be fetched, which browsers refuse for pages on a disk
html_theme_options = {"navigation_with_keys": True}
pygments_style = "a11y-light"
pygments_dark_style = "a11y-dark"
