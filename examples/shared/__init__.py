"""What the examples share: the frame of a run, options, pictures, digits, and how a network is trained and judged."""
