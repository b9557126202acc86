"""The names that examples in docstrings take for granted: mg, np, nn, F and optim."""

from typing import Any

import pytest


@pytest.fixture(autouse=True, scope="session")
def _names(doctest_namespace: dict[str, Any]) -> None:
    import numpy as np  # here, since tests/conftest.py says how many threads before NumPy is imported

    import minigrad

    nn = minigrad.nn
    doctest_namespace.update(bool=bool, float=float, int=int)  # in the package these are names of dtypes
    doctest_namespace.update(mg=minigrad, np=np, nn=nn, F=nn.functional, optim=minigrad.optim)
