"""Functions that make derivatives of functions: what `grad` is to a tensor, these are to a Python function.

Each transform gives the function fresh tensors in the place of its arguments, lets it record, and asks the graph:
backward for products with the Jacobian from the left, forward for those from the right. They nest in any order and to
any depth. Arguments and results are tensors, or tuples, lists and dicts of them.
"""

from minigrad.engine.gate import gate
from minigrad.func.batching import chunk_vmap, vmap
from minigrad.func.gradients import grad, grad_and_value, hvp, value_and_grad
from minigrad.func.jacobians import hessian, jacfwd, jacrev
from minigrad.func.module_state import (
    functional_call,
    make_functional,
    make_functional_with_buffers,
    stack_module_state,
)
from minigrad.func.products import jvp, linearize, vjp
from minigrad.types import show_types

__all__ = [
    "chunk_vmap",
    "functional_call",
    "grad",
    "grad_and_value",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "make_functional",
    "make_functional_with_buffers",
    "stack_module_state",
    "value_and_grad",
    "vjp",
    "vmap",
]

show_types(globals(), __all__)
gate(globals(), __all__)
