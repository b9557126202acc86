"""What viz takes from the engine, all in one place: whoever moves a part of the engine changes a line here.

Everything else in these rooms looks at graphs through these names, and through the modules of `nn`.
"""

from minigrad.autograd.place import Place, caller, place_of
from minigrad.engine.backward import propagate
from minigrad.engine.broadcast import unbroadcast
from minigrad.engine.function import Function
from minigrad.engine.function_node import FunctionNode, OutputNode
from minigrad.engine.grad import accumulate
from minigrad.engine.mode import mode
from minigrad.engine.node import Leaf, Node, Variable, plain, tick
from minigrad.engine.observers import Observer, announced, observers, observing
from minigrad.engine.primitive import PRIMITIVES, Operation, Rule
from minigrad.engine.views import owner_of
from minigrad.engine.walk import Pass

__all__ = [
    "PRIMITIVES",
    "Function",
    "FunctionNode",
    "Leaf",
    "Node",
    "Observer",
    "Operation",
    "OutputNode",
    "Pass",
    "Place",
    "Rule",
    "Variable",
    "accumulate",
    "announced",
    "caller",
    "mode",
    "observers",
    "observing",
    "owner_of",
    "place_of",
    "plain",
    "propagate",
    "tick",
    "unbroadcast",
]
