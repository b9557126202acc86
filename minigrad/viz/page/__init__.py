"""The page that steps through a graph: one file of HTML, with its data, its style and its script."""
