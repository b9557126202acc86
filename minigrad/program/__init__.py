"""Programs: forward and backward written out as straight-line NumPy, to read (`viz.program`) and to run (`compile`).

Read `steps` (what a program is), `trace` (how one is made of a run), `simplify`, `write`, and then `compiled`.
"""
