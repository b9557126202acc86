"""Looking at graphs: pictures, a page that steps, and explanations in words."""

from minigrad.viz.drawing.draw import Picture, draw
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.elements import Box, Edge, Graph, Vertex
from minigrad.viz.page.explore import Page, explore
from minigrad.viz.recording.recorder import Recording, record, recording_of
from minigrad.viz.reports.explain import Explanation, explain
from minigrad.viz.reports.memory import Memory, memory
from minigrad.viz.reports.program import program
from minigrad.viz.reports.why import why_no_grad

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
    "draw",
    "explain",
    "explore",
    "graph_of",
    "memory",
    "program",
    "record",
    "recording_of",
    "why_no_grad",
]
