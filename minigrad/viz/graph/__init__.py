"""What was computed, as vertices, edges and boxes: built from a recording or from nodes, folded and walked."""
