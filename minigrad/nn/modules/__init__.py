"""The layers, a kind a file under PyTorch's names; `minigrad.nn` has them all.

The Module itself is in `module`, on top of what it is made of: `registry` sorts its attributes into tables, `tree`
walks over the modules below it, `hooks` calls the user's functions around `forward`, `state` loads what was saved.
"""

__all__: list[str] = []
