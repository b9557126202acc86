"""The tables of derivatives, a family a file, and under each table what is composed of it.

Names in these files are PyTorch's. `__all__` of a page lists its public operations: these are the functions of the
package and, where the first argument is a tensor, its methods. A primitive whose arguments differ from the public
function's (a tuple of counted axes where users may write -1) stands beside it with the ending _p: sum_p is the
primitive of sum.
"""

from minigrad.ops.functions import *
