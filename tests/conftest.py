"""What all tests share: one seed each, and markers that say why a test cannot run here.

Every test starts from the same random state, so none depends on which ran before it. A test marked `torch`,
`browser` or `gpu` needs something that minigrad itself does not; where that is missing the test is skipped,
with the reason.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import Any

# The arrays of the tests are small, and the processes of `pytest -n` many: each does its sums in one thread.
for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

import hypothesis
import numpy as np
import pytest

import minigrad

SEED = 0

# The machine that runs the tests may be busy: how long one example takes is no property of the code.
hypothesis.settings.register_profile("minigrad", deadline=None)
hypothesis.settings.load_profile("minigrad")


def installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def chromium() -> str | None:
    """The path of the system's Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def torch_is_missing() -> str | None:
    return None if installed("torch") else "PyTorch is not installed"


def browser_is_missing() -> str | None:
    if not installed("playwright"):
        return "Playwright is not installed"
    return None if chromium() else "Chromium is not installed"


@functools.cache
def gpu_is_missing() -> str | None:
    if not installed("cupy"):
        return "CuPy is not installed"
    import cupy

    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return f"CuPy finds no device: {error}"
    return None if count else "CuPy finds no device"


MISSING: dict[str, Callable[[], str | None]] = {
    "torch": torch_is_missing,
    "browser": browser_is_missing,
    "gpu": gpu_is_missing,
}


THRESHOLDS = {"LARGE": 1, "WORTH": 1, "PIECE": 7, "BLOCK": 64, "SUMS": 64, "BUFFER": 16, "UNPACKED": 8192}
"""The constants of the package that say from which size on arrays are worked on in another way, and small values."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--everything-large",
        action="store_true",
        help="treat the small arrays of the tests as large ones: cut into pieces and shared among three threads",
    )


def lower_thresholds(change: Callable[[Any, str, Any], None]) -> None:
    for name, module in list(sys.modules.items()):
        for each in THRESHOLDS.keys() & vars(module).keys() if name.startswith("minigrad.") else ():
            change(module, each, THRESHOLDS[each])


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--everything-large"):
        minigrad.set_num_threads(3)
        lower_thresholds(setattr)


@pytest.fixture
def everything_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays of a few numbers are shared and cut into pieces, as large ones are."""
    lower_thresholds(monkeypatch.setattr)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, reason_it_is_missing in MISSING.items():
        if item.get_closest_marker(marker) and (reason := reason_it_is_missing()):
            pytest.skip(reason)


@pytest.fixture(autouse=True)
def _seed() -> None:
    minigrad.manual_seed(SEED)
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.manual_seed(SEED)  # torch.manual_seed writes down the stack, too


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium, driven by Playwright, for tests marked `browser`."""
    from playwright.sync_api import sync_playwright

    flags = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium's sandbox does not start as root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield browser
        browser.close()
