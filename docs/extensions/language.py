"""The language of a page: pages under `ru/` are in Russian, and so is what the build and its theme add to them.

A browser reads the language from the page, for hyphens, search and reading aloud.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

RUSSIAN = {
    "Step by step": "Шаг за шагом",
    "The files that this page imports:": "Файлы, которые импортирует эта страница:",
    "This page as a notebook": "Эта страница как блокнот Jupyter",
    "open the page alone": "открыть на отдельной странице",
}
THEME = {
    "Back to top": "К началу страницы",
    "Next": "Дальше",
    "On this page": "На этой странице",
    "Previous": "Назад",
    "Search": "Поиск",
    "Skip to content": "К тексту страницы",
}


def is_russian(docname: str) -> bool:
    """Whether a page is in Russian."""
    return docname.startswith("ru/")


def said(text: str, docname: str) -> str:
    """A phrase of the build, in the language of the page that it is put into."""
    return RUSSIAN[text] if is_russian(docname) else text


def name_language(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Tell the theme the language of a page that is not in English, and the words of its own on it."""
    if is_russian(pagename):
        context["language"] = "ru"
        context["gettext"] = lambda text: THEME.get(text.strip(), text)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Name the language of each page."""
    app.connect("html-page-context", name_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
