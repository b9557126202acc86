"""Every public operation, gathered from the pages of the table, each of which lists its own in `__all__`."""

from minigrad.ops.activation import *
from minigrad.ops.arithmetic import *
from minigrad.ops.arrangement import *
from minigrad.ops.bessel import *
from minigrad.ops.choice import *
from minigrad.ops.comparison import *
from minigrad.ops.contraction import *
from minigrad.ops.convolution import *
from minigrad.ops.copied_parts import *
from minigrad.ops.cumulative import *
from minigrad.ops.distance import *
from minigrad.ops.elementary import *
from minigrad.ops.extremum import *
from minigrad.ops.formats import *
from minigrad.ops.indexing import *
from minigrad.ops.joining import *
from minigrad.ops.linalg.factorization import *
from minigrad.ops.linalg.matrix_functions import *
from minigrad.ops.linalg.older import *
from minigrad.ops.linalg.rank import *
from minigrad.ops.linalg.solve import *
from minigrad.ops.memory import *
from minigrad.ops.normalization import *
from minigrad.ops.pooling import *
from minigrad.ops.probability import *
from minigrad.ops.product import *
from minigrad.ops.public import publish as _publish
from minigrad.ops.quantile import *
from minigrad.ops.reduction import *
from minigrad.ops.repetition import *
from minigrad.ops.replacing import *
from minigrad.ops.rounding import *
from minigrad.ops.scattering import *
from minigrad.ops.shape import *
from minigrad.ops.sorting import *
from minigrad.ops.spatial import *
from minigrad.ops.special import *
from minigrad.ops.splitting import *
from minigrad.ops.statistics import *
from minigrad.ops.triangular import *
from minigrad.random.draws import *

_publish()
