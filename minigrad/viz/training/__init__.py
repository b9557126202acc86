"""Training watched: what layers, gradients and weights are like as a run goes on, and a page that shows it."""
