"""What pairs of integers have in common."""

from __future__ import annotations

import numpy as np

from minigrad.engine.primitive import elementwise

gcd = elementwise("gcd(a, b)", np.gcd, a=None, b=None)
lcm = elementwise("lcm(a, b)", np.lcm, a=None, b=None)
