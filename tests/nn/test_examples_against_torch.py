"""The examples in the docstrings of layers, functions, optimizers and schedules give in PyTorch what they give here."""

import doctest
import importlib
import pkgutil
import re

import pytest

import minigrad

torch = pytest.importorskip("torch")
# PyTorch warns of its older names, and of options that matter for speed.
pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")]

EXAMPLES = [
    each
    for package in (minigrad.nn, minigrad.optim)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    for each in doctest.DocTestFinder().find(importlib.import_module(module.name))
    if each.examples
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.name.removeprefix("minigrad."))
def test_examples_hold_in_pytorch(example):
    names = {"mg": torch, "nn": torch.nn, "F": torch.nn.functional, "optim": torch.optim}
    example.globs = names
    said = []
    doctest.DocTestRunner(Checker(), verbose=False).run(example, out=said.append, clear_globs=False)
    assert not said, "".join(said)


class Checker(doctest.OutputChecker):
    """Compares what is printed but for names of the package and of recorded functions."""

    def check_output(self, want, got, optionflags):
        return super().check_output(plain(want), plain(got), optionflags)


def plain(text):
    return re.sub(r", grad_fn=<\w+>", "", text.replace("minigrad.Size", "torch.Size"))
