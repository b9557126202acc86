"""The state of an optimizer as plain data, in PyTorch's layout, and back.

{'state': {index: {name: tensor}}, 'param_groups': [{option: value, ..., 'params': [index, ...]}]}: parameters are replaced
by numbers, counted through all groups, for the tensors themselves are kept elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.tensor import Tensor

if TYPE_CHECKING:
    from minigrad.optim.optimizer import Optimizer


def packed(optimizer: Optimizer) -> dict[str, Any]:
    """What `optimizer` remembers, as a dict that can be saved. Tensors are shared, not copied."""
    numbers = count()
    index: dict[Tensor, int] = {}
    groups = []
    for group in optimizer.param_groups:
        index |= dict(zip(group["params"], numbers))  # noqa: B905  numbers never end
        groups.append({**_options(group), "params": [index[p] for p in group["params"]]})
    state = {index.get(p, p): each for p, each in optimizer.state.items()}
    return {"state": state, "param_groups": groups}
