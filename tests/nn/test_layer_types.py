"""What a type checker sees of layers, losses and their functions: tensors in, tensors out."""

import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import minigrad
from minigrad import nn
from minigrad.nn import functional as F

# They take and return what others do.
FREE = {"Sequential", "DataParallel", "Module", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "RNNBase"}
LAYERS = [each for name, each in vars(nn).items() if inspect.isclass(each) and issubclass(each, nn.Module)]
# Those of `ops` have the types that are declared there.
FUNCTIONS = [
    getattr(F, name) for name in F.__all__ if getattr(F, name).__module__.startswith("minigrad.nn") and name[-1] != "_"
]


@pytest.mark.parametrize(
    "layer", [each for each in LAYERS if each.__name__ not in FREE], ids=lambda each: each.__name__
)
def test_forward_is_annotated(layer):
    if "forward" in dir(layer) and layer.forward is not nn.Module.forward:
        hints = get_type_hints(layer.forward)
        assert hints
        assert Any not in hints.values()


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.__name__)
def test_functions_are_annotated(function):
    hints = get_type_hints(function)
    hints.pop("dtype", None)
    assert set(inspect.signature(function).parameters) - {"dtype"} <= set(hints)
    assert Any not in hints.values()


PROGRAM = """
import minigrad as mg
from minigrad import nn
from minigrad.nn import functional as F

x = mg.ones(4, 2)
reveal_type(nn.Linear(2, 3)(x))
reveal_type(nn.Conv2d(1, 2, 3)(x))
reveal_type(nn.ConvTranspose2d(2, 3, 2)(x, output_size=(3, 3)))
reveal_type(nn.MSELoss()(x, x))
reveal_type(nn.HingeEmbeddingLoss()(x, x))
reveal_type(nn.TripletMarginLoss()(x, x, x))
reveal_type(nn.Embedding(2, 3)(x))
reveal_type(nn.TransformerEncoderLayer(2, 1)(x))
reveal_type(F.cross_entropy(x, x))
reveal_type(nn.LSTM(2, 3)(x)[0])
reveal_type(nn.MultiheadAttention(2, 1)(x, x, x)[0])
nn.Linear(2, 3)(x, x)
nn.MSELoss()(x)
"""


def test_a_users_program_is_checked(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "program.py").write_text(PROGRAM)
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", "program.py"]
    where = {**os.environ, "MYPYPATH": str(Path(minigrad.__file__).parents[1])}
    said = subprocess.run(command, cwd=tmp_path, env=where, capture_output=True, text=True, check=False).stdout
    revealed = [line.split('"')[1] for line in said.splitlines() if "Revealed type" in line]
    assert revealed == ["minigrad.tensor.tensor.Tensor"] * 11, said
    assert said.count("error: ") == 2, said
    assert "Too many arguments" in said
    assert "Missing positional argument" in said
