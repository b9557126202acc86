"""Looking at graphs: pictures, a page that steps, and explanations in words."""

from minigrad.types import show_types
from minigrad.viz.drawing.draw import Picture, draw
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.elements import Box, Edge, Graph, Vertex
from minigrad.viz.page.explore import explore
from minigrad.viz.page.file import Page
from minigrad.viz.recording.recorder import Recording, record, recording_of
from minigrad.viz.reports.explain import Explanation, explain
from minigrad.viz.reports.memory import Memory, memory
from minigrad.viz.reports.program import program
from minigrad.viz.reports.why import why_no_grad
from minigrad.viz.training.compare import compare
from minigrad.viz.training.watch import Watch, watch

__all__ = [
    "Box",
    "Edge",
    "Explanation",
    "Graph",
    "Memory",
    "Page",
    "Picture",
    "Recording",
    "Vertex",
    "Watch",
    "compare",
    "draw",
    "explain",
    "explore",
    "graph_of",
    "memory",
    "program",
    "record",
    "recording_of",
    "watch",
    "why_no_grad",
]

show_types(globals(), __all__)
