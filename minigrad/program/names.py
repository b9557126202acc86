"""What the values of a program are called: as the user's code calls them, or as a hand would."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

from minigrad.program.steps import Step, Value

LETTERS = {"weight": "w", "bias": "b", "running_mean": "mean", "running_var": "var"}
"""What a hand writes for the parameters of a module."""

STATES = {"exp_avg": "m", "exp_avg_sq": "v", "momentum_buffer": "m", "square_avg": "v", "step": "step"}
"""What papers call the state that an optimizer keeps of a parameter."""

RESULTS = dict.fromkeys(("affine", "linear", "matmul"), "h") | dict.fromkeys(
    """relu relu6 tanh sigmoid leaky_relu softplus gelu silu elu selu celu mish hardtanh hardswish hardsigmoid softsign
    logsigmoid""".split(),  # noqa: SIM905
    "a",
)
RESULTS |= dict.fromkeys(("cross_entropy", "binary_cross_entropy", "binary_cross_entropy_with_logits"), "losses")
RESULTS |= {"add": "s", "sub": "d", "mul": "m", "div": "q", "reshape": "r", "permute": "turned", "norm": "length"}
RESULTS |= {"convolve": "c", "convolve_transposed": "c", "softmax": "p", "log_softmax": "log_p", "sum": "total"}
RESULTS |= {"batch_norm": "n", "layer_norm": "n", "add_bias": "s", "flip": "flipped", "cat": "joined"}
RESULTS |= {"stack": "stacked", "narrow": "part", "getitem": "part", "exp": "e", "square": "squares", "sqrt": "root"}
RESULTS |= {"rnn": "states", "rnn_back": "g_h", "lstm_back": "g_gates", "gru_back": "g_gates", "pad": "padded"}
RESULTS |= {"max_pool_indices": "winner", "adaptive_max_indices": "winner", "avg_pool": "pooled"}
RESULTS |= {"rng.random(": "u", "rng.standard_normal(": "noise"}
"""What the results of some operations are called, where the user has no name for them."""

ASIDE = {
    "statistics": ("mean", "r", "variance"),
    "standardize_rows": ("z", "r"),
    "max_pool": ("largest", "winner"),
    "cross_entropy": ("losses", "exps", "sums"),
    "layer_norm": ("y", "z", "r"),
    "gelu": ("y", "cdf"),
    "lstm": ("states", "gates"),
    "gru": ("states", "gates"),
}
"""What the results of kernels are called that give several."""


class Names:
    """A name for each value, each once."""

    def __init__(self) -> None:
        self._of: dict[Value, str] = {}
        self.taken = {"np", *keyword.kwlist}
        self.functions: set[str] = set()
        """What functions are called that the program calls."""
        self._count: dict[str, int] = {}
        """By wanted name: up to which number all are taken."""
        self._called: dict[str, str] = {}
        """By the qualified names of inputs: their names."""
        self.holes: dict[Value, str] = {}
        """What stands for some names while a line is written that others will be like."""
        self._free: list[str] = []
        """The names of temporaries that nobody reads any more."""
        self._temporaries: list[str] = []

    def give(self, value: Value, wanted: str) -> str:
        """The name of a value, or the first free one like `wanted`."""
        if value not in self._of:
            name, count = wanted, self._count.get(wanted, 1)
            while name in self.taken or name in self.functions:
                count += 1
                name = f"{wanted}{count}" if not wanted[-1].isdigit() else f"{wanted}_{count}"
            self._count[wanted] = count
            self.taken.add(name)
            self._of[value] = name
        return self._of[value]

    def temporary(self, value: Value) -> str:
        """The name of a value in a program that only runs: one that is free, so that what it stood for is let go."""
        self._of.pop(value, None)  # the name that it had elsewhere
        if not self._free:
            self._temporaries.append(self.give(value, "_"))
            return self._temporaries[-1]
        self._of[value] = self._free.pop()
        return self._of[value]

    def start_again(self) -> None:
        """All temporaries are free, and are given in the order in which they were first."""
        self._free = self._temporaries[::-1]

    def free(self, value: Value) -> None:
        """A temporary is not read any more."""
        self._free.append(self._of[value])

    def __getitem__(self, value: Value) -> str:
        return self.holes.get(value) or self._of[value]

    def __contains__(self, value: Value) -> bool:
        return value in self._of

    def arguments(self, inputs: Sequence[Value]) -> dict[str, Value]:
        """The inputs of a program by the names that they get."""
        numbered: dict[str, int] = {}  # the modules that have parameters
        for value in sorted(inputs, key=lambda each: not each.name):  # the names of the user's code first
            if not value.says and value.dtype is not None:
                value.says = says(value)
            self.give(value, self._argument(value, numbered))
            self._called[value.name] = self[value]
        return {self[value]: value for value in inputs}

    def _argument(self, value: Value, numbered: dict[str, int]) -> str:
        """What an input should be called."""
        owner, _, last = value.name.rpartition(".")
        if last in LETTERS and owner:
            return f"{LETTERS[last]}{numbered.setdefault(owner, len(numbered) + 1)}"
        for word in ("weight", "bias") if owner else ():  # such as weight_ih_l0 or in_proj_weight
            if word in last:
                return f"{LETTERS[word]}_{last.replace(word, '').strip('_').replace('__', '_')}"
        if owner.endswith(".state"):  # of an optimizer: what it remembers of a parameter
            return f"{STATES.get(last, last)}_{self._of_owner(owner.removesuffix('.state'))}"
        if last == "grad" and owner:
            return f"grad_{self._of_owner(owner)}"
        return identifier(value.name) or "given"

    def _of_owner(self, name: str) -> str:
        return self._called.get(name, identifier(name))

    def result(self, step: Step, value: Value) -> str:
        """The name of one of the results of a step."""
        if step.name in ASIDE and len(step.results) > 1 and not value.name:
            return self.give(value, ASIDE[step.name][step.results.index(value)])
        if value.of is not None:
            of = self[value.of] if value.of in self else identifier(value.of.name) or "t"
            return self.give(value, f"g_{of}")
        if value.name.endswith(".grad"):
            return self.give(value, f"new_grad_{self._of_owner(value.name.removesuffix('.grad'))}")
        if value.name:
            return self.give(value, identifier(value.name))
        wanted = RESULTS.get(step.name, "" if isinstance(step.operation, str) else identifier(step.name))
        if step.part == "backward" and not step.name.endswith("_back"):
            wanted = ""
        return self.give(value, wanted if wanted and wanted not in self.functions else "t")


def says(value: Value) -> str:
    """What a person should know of an argument: its qualified name, if it has one, and its shape."""
    shape = "×".join(map(str, value.shape)) or "a number"
    return f"{value.name} ({shape})" if "." in value.name else f"({shape})"


def identifier(name: str) -> str:
    """A qualified name as one word: model.0.weight is model_0_weight."""
    word = re.sub(r"\W+", "_", name).strip("_")
    return f"x{word}" if word[:1].isdigit() else word
