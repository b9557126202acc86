"""Random numbers: the generators whose state can be set, and what is drawn from them.

Here are the names of `torch.random`; what draws tensors of random numbers is in `draws` and `factories` beside this.
"""

from minigrad.random.generator import (
    Generator,
    default_generator,
    fork_rng,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
    stream,
)

__all__ = [
    "Generator",
    "default_generator",
    "fork_rng",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "seed",
    "set_rng_state",
    "stream",
]
