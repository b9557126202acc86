"""Look at every link and every file that the pages of a build refer to: is it there, and is it here?

    python docs/check_links.py build/docs

Part of `make docs`. A link within the build must lead to a file, and with a `#` to an element of it. No page may load
anything from elsewhere: what a browser fetches by itself must lie in the build.
"""

from __future__ import annotations

import functools
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("embed", "src")}


class Page(HTMLParser):
    """What a page refers to, and which of its elements can be led to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note the identity of an element, and where it leads."""
        given = {name: value or "" for name, value in attributes}
        self.ids |= {given[each] for each in ("id", "name") if each in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and "href" in given and given.get("rel") not in ("canonical", "author"):
            self.loads.append(given["href"])
        self.loads += [given[name] for element, name in LOADED if element == tag and name in given]


@functools.cache
def page_at(file: Path) -> Page:
    """A page, read once."""
    return Page(file)


def problems(build: Path) -> list[str]:
    """Every reference that leads nowhere, and every one that loads from elsewhere."""
    found = []
    for file in sorted(build.rglob("*.html")):
        page, name = page_at(file), file.relative_to(build).as_posix()
        found += [f"{name} loads {each}" for each in page.loads if urlsplit(each).scheme in ("http", "https")]
        found += [f"{name} loads {each}" for each in page.loads if each.startswith("//")]
        for reference in page.links + page.loads:
            parts = urlsplit(reference)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            if not target.is_file():
                found.append(f"{name} leads to {reference}, which is not there")
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in page_at(target).ids:
                found.append(f"{name} leads to {reference}, where no element has this name")
    return found


def main(build: Path) -> int:
    """Print what is wrong; the number of such references."""
    found = problems(build)
    print("\n".join(found))
    files = [each for each in build.rglob("*") if each.is_file()]
    pages = sum(each.suffix == ".html" for each in files)
    size = sum(each.stat().st_size for each in files) / 2**20
    print(f"{pages} pages, {len(files)} files, {size:.1f} MiB; {len(found)} references are wrong")
    return len(found)


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1]).resolve())))
