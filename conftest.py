"""The names that examples in docstrings take for granted: mg, nn, F and optim."""

from typing import Any

import pytest


@pytest.fixture(autouse=True, scope="session")
def _names(doctest_namespace: dict[str, Any]) -> None:
    import minigrad  # here, since tests/conftest.py says how many threads before NumPy is imported

    nn = minigrad.nn
    doctest_namespace.update(mg=minigrad, nn=nn, F=nn.functional, optim=minigrad.optim)
