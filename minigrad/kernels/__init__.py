"""Plain numerics on arrays: sliding windows, convolution, pooling, resampling, for any number of spatial
axes.

Nothing here knows a Tensor or a derivative rule, and nothing here checks what a user typed. Arrays go in and
arrays come out; the gradient of each function is another function of the same file, for others to connect.
"""

from minigrad.kernels import memory as memory  # which it prepares
