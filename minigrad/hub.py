"""Where PyTorch fetches models: the names are here, since files of models import them; nothing is fetched."""

from __future__ import annotations

from typing import Any


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
