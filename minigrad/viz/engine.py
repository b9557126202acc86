"""What viz takes from the engine, all in one place: whoever moves a part of the engine changes a line here.

Everything else in these rooms looks at graphs through these names, and through the modules of `nn`.
"""

from minigrad.autograd.backward import accumulate, backward, fitted, propagate
from minigrad.autograd.function import Function
from minigrad.autograd.function_node import FunctionNode, OutputNode, Parts, RefusingNode
from minigrad.autograd.mode import mode
from minigrad.autograd.node import Leaf, Node, Variable, owner_of, plain, tick
from minigrad.autograd.observe import Observer, observers, observing
from minigrad.autograd.place import Place, is_own, place_of, user_frame
from minigrad.autograd.primitive import PRIMITIVES, Operation, Rule

__all__ = [
    "PRIMITIVES",
    "Function",
    "FunctionNode",
    "Leaf",
    "Node",
    "Observer",
    "Operation",
    "OutputNode",
    "Parts",
    "Place",
    "RefusingNode",
    "Rule",
    "Variable",
    "accumulate",
    "backward",
    "fitted",
    "is_own",
    "mode",
    "observers",
    "observing",
    "owner_of",
    "place_of",
    "plain",
    "propagate",
    "tick",
    "user_frame",
]
