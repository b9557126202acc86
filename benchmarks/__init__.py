"""minigrad beside PyTorch, MyGrad and HIPS autograd: `python -m benchmarks` (or `make bench`) prints the ratios."""
