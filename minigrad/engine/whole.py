"""Changes that are made together: Ctrl-C may come between any two lines, and must not leave half of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def made_whole(changes: Sequence[Callable[[], object]]) -> None:
    """Make all `changes`, each of which may be made twice: Ctrl-C on the way is heard when they are made."""
    try:
        for change in changes:
            change()
    except KeyboardInterrupt:
        for change in changes:
            change()
        raise
