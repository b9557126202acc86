"""Where PyTorch fetches models: the names are here, since files of models import them; nothing is fetched."""

from __future__ import annotations

import importlib.util
import os
import re
from typing import Any
from urllib.parse import urlparse as urlparse

HASH_REGEX = re.compile(r"-([a-f0-9]*)\.")
"""How a file of weights has a part of its hash in its name: `resnet18-5c106cde.pth`."""


def _get_torch_home() -> str:
    """The folder where PyTorch keeps what it has fetched, and programs look for files of weights."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    return os.path.expanduser(os.environ.get("TORCH_HOME", os.path.join(cache, "torch")))


_dir: list[str] = []


def get_dir() -> str:
    """The folder of fetched models within it, or what `set_dir` has said."""
    return _dir[0] if _dir else os.path.join(_get_torch_home(), "hub")


def set_dir(d: str | os.PathLike[str]) -> None:
    """Say another folder."""
    _dir[:] = [os.path.expanduser(d)]


def load_state_dict_from_url(url: str, *args: Any, **options: Any) -> Any:
    """RuntimeError: nothing is downloaded here."""
    raise RuntimeError(
        f"hub: {url!r} is not fetched: minigrad downloads no models. Load weights from a file with minigrad.load, or "
        "as arrays with minigrad.from_numpy"
    )


def load(repo_or_dir: str, model: str, *args: Any, **options: Any) -> Any:
    """RuntimeError: nothing is downloaded here."""
    return load_state_dict_from_url(f"{repo_or_dir}:{model}")


load_url = download_url_to_file = load_state_dict_from_url

tqdm: Any = importlib.import_module("tqdm").tqdm if importlib.util.find_spec("tqdm") else None
"""The bar that shows how a download goes, where its package is installed: programs take it from here."""
