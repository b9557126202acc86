"""Programs: forward and backward written out as straight-line NumPy, to read (`viz.program`) and to run (`compile`)."""
