"""Answers in words and tables: the chain rule of a graph, what its tape holds, why a tensor has no gradient."""
