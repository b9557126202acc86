"""Pictures of graphs: how they look, what is written in them, and the description that Graphviz lays out."""
