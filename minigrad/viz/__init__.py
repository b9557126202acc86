"""Looking at graphs: pictures, a page that steps, and explanations in words."""

from minigrad.viz.building import graph_of
from minigrad.viz.draw import Picture, draw
from minigrad.viz.explain import Explanation, explain
from minigrad.viz.explore import explore
from minigrad.viz.memory import Memory, memory
from minigrad.viz.model import Box, Edge, Graph, Vertex
from minigrad.viz.recording import Recording, record, recording_of
from minigrad.viz.why import why_no_grad

__all__ = [
    "Box",
    "Edge",
    "Explanation",
    "Graph",
    "Memory",
    "Picture",
    "Recording",
    "Vertex",
    "draw",
    "explain",
    "explore",
    "graph_of",
    "memory",
    "record",
    "recording_of",
    "why_no_grad",
]
