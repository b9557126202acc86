"""Where things stand: Graphviz is run here, and the cards of the stepping page get their places."""
