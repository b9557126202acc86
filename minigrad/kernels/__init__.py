"""Plain numerics on arrays: sliding windows, convolution, pooling and resampling, for any number of spatial axes.

Nothing here knows a Tensor or a derivative rule, and nothing here checks what a user typed. Arrays go in and arrays
come out; their gradients are other functions of the same files, for the layers above to connect.
"""
