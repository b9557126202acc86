"""The examples in docstrings give in PyTorch what they give here, to the letter."""

import doctest
import importlib
import pkgutil
import re

import numpy as np
import pytest

import minigrad

torch = pytest.importorskip("torch")
importlib.import_module("torch.nn.utils.prune")
# PyTorch warns of its older names, of options that matter for speed, and of what its own forward mode calls.
pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"),
]

OWN = {"datasets", "io", "profiler", "program", "viz"}
"""Packages that PyTorch has not, or, as the profiler, under names of operations that are its own."""

DEPARTURES = {
    "autograd.profiler.profile": "PyTorch's operations have names of their own",
    "distributions.constraint_registry.ConstraintRegistry": "the example imports constraints from here",
    "distributions.independent.Independent": "the example imports a class from here",
    "distributions.mixture.MixtureSameFamily": "the example imports a class from here",
    "distributions.relaxed.ExpRelaxedCategorical": "not among the names of torch.distributions",
    "distributions.relaxed.LogitRelaxedBernoulli": "not among the names of torch.distributions",
    "distributions.transformed_distribution.TransformedDistribution": "the example imports classes from here",
    "func.gradients.hvp": "not in torch.func",
    "func.gradients.value_and_grad": "not in torch.func",
    "func.batching.chunk_vmap": "not in torch.func: functorch's",
    "func.module_state.make_functional": "not in torch.func: functorch's",
    "func.module_state.make_functional_with_buffers": "not in torch.func: functorch's",
    "settings.get_num_interop_threads": "here operations run one after the other",
    "settings.is_autocast_cache_enabled": "there is nothing to keep",
    "settings.set_flush_denormal": "NumPy keeps the smallest numbers",
    "tensor.conversion.Conversions.astype": "NumPy's name for it",
    "tensor.conversion.Conversions.type": "the name of a type is the package's",
}
"""What the rest has of its own."""

FOUND = {
    (each.docstring, each.name.rpartition(".")[2]): each
    for module in pkgutil.walk_packages(minigrad.__path__, "minigrad.")
    if module.name.split(".")[1] not in OWN
    for each in doctest.DocTestFinder().find(importlib.import_module(module.name))
    if each.examples
}
"""Each once: a function of a package is found where it is offered, and again in the module that it stands in."""

EXAMPLES = [each for each in FOUND.values() if each.name.removeprefix("minigrad.") not in DEPARTURES]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.name.removeprefix("minigrad."))
def test_examples_hold_in_pytorch(example):
    names = {"mg": torch, "np": np, "nn": torch.nn, "F": torch.nn.functional, "optim": torch.optim}
    example.globs = names | {each: getattr(torch.distributions, each) for each in torch.distributions.__all__}
    said = []
    doctest.DocTestRunner(Checker(), verbose=False).run(example, out=said.append, clear_globs=False)
    assert not said, "".join(said)


class Checker(doctest.OutputChecker):
    """Compares what is printed but for names of the package and of recorded functions."""

    def check_output(self, want, got, optionflags):
        return super().check_output(plain(want), plain(got), optionflags)


def plain(text):
    return re.sub(r", grad_fn=<\w+>", "", text.replace("minigrad.", "torch."))
