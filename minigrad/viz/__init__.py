"""Looking at graphs: pictures, a page that steps, and explanations in words."""

from minigrad.viz.draw import Picture, draw
from minigrad.viz.model import Box, Edge, Graph, Vertex, graph_of
from minigrad.viz.recording import Recording, record, recording_of

__all__ = ["Box", "Edge", "Graph", "Picture", "Recording", "Vertex", "draw", "graph_of", "record", "recording_of"]
