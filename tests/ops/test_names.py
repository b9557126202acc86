"""Every word of PyTorch that minigrad promises is there, and is one of PyTorch's."""

from __future__ import annotations

import pytest
from names import PROMISED, exists, missing
from samples import table


def test_every_promised_name_exists() -> None:
    table()  # imports all modules of the package
    assert not missing()


@pytest.mark.torch
@pytest.mark.parametrize("group", PROMISED)
def test_the_names_are_pytorchs(group: str) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("torch.utils.checkpoint")
    assert not [name for name in PROMISED[group].split() if not exists(name, torch)]
