"""What the scripts draw from NumPy instead of the library, so that both libraries compute from the same numbers."""

import numpy as np


class Numbers:
    """Random arrays, the same in every run."""

    def __init__(self, lib, seed=0):
        self.lib, self.rng = lib, np.random.default_rng(seed)

    def normal(self, *shape):
        return self.lib.from_numpy(self.rng.standard_normal(shape))

    def uniform(self, *shape):
        return self.lib.from_numpy(self.rng.random(shape))

    def integers(self, high, *shape):
        return self.lib.from_numpy(self.rng.integers(0, high, shape))

    def weights(self, *modules):
        """Give every parameter numbers that do not depend on the library's initialization."""
        for module in modules:
            for p in module.parameters():
                scale = 1 / np.sqrt(max(1, np.prod(p.shape[1:]))) if p.dim() > 1 else 0.1
                p.data.copy_(self.lib.from_numpy(self.rng.standard_normal(tuple(p.shape)) * scale))
        return modules[0] if len(modules) == 1 else modules
