"""Shapes, parts and products as methods: each is a function of `ops`, under PyTorch's name."""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.engine.node import Variable
from minigrad.errors import ShapeError
from minigrad.ops.dims import sizes


class Arrangement(Variable):
    """How a Tensor can be arranged, taken apart, put together, and multiplied as a matrix."""

    T = property(ops.T)
    mT = property(ops.mT)
    H = property(ops.H)
    mH = property(ops.adjoint)

    clone = ops.clone
    reshape = ops.reshape
    view = ops.view
    ravel = ops.ravel
    flatten = ops.flatten
    unflatten = ops.unflatten
    unsqueeze = ops.unsqueeze
    squeeze = ops.squeeze
    expand = ops.expand
    broadcast_to = ops.broadcast_to
    reshape_as = ops.reshape_as
    view_as = ops.view_as
    expand_as = ops.expand_as
    repeat = ops.repeat
    tile = ops.tile
    repeat_interleave = ops.repeat_interleave
    permute = ops.permute
    transpose = swapdims = ops.transpose
    swapaxes = ops.swapaxes
    movedim = moveaxis = ops.movedim
    t = ops.t
    adjoint = ops.adjoint
    flip = ops.flip
    fliplr = ops.fliplr
    flipud = ops.flipud
    roll = ops.roll
    rot90 = ops.rot90
    narrow = ops.narrow
    select = ops.select
    split = ops.split
    split_with_sizes = ops.split_with_sizes
    tensor_split = ops.tensor_split
    hsplit = ops.hsplit
    vsplit = ops.vsplit
    dsplit = ops.dsplit
    chunk = ops.chunk
    unbind = ops.unbind
    unfold = ops.unfold
    diag = ops.diag
    diagonal = ops.diagonal
    diag_embed = ops.diag_embed
    diagflat = ops.diagflat
    tril = ops.tril
    triu = ops.triu
    trace = ops.trace
    gather = ops.gather
    take = ops.take
    take_along_dim = ops.take_along_dim
    index_select = ops.index_select
    masked_select = ops.masked_select
    nonzero = ops.nonzero
    argwhere = ops.argwhere
    scatter = ops.scatter
    scatter_add = ops.scatter_add
    scatter_reduce = ops.scatter_reduce
    index_reduce = ops.index_reduce
    index_add = ops.index_add
    index_copy = ops.index_copy
    index_fill = ops.index_fill
    index_put = ops.index_put
    put = ops.put
    select_scatter = ops.select_scatter
    slice_scatter = ops.slice_scatter
    diagonal_scatter = ops.diagonal_scatter
    masked_fill = ops.masked_fill
    masked_scatter = ops.masked_scatter
    sort = ops.sort
    argsort = ops.argsort
    msort = ops.msort
    topk = ops.topk
    kthvalue = ops.kthvalue
    unique = ops.unique
    unique_consecutive = ops.unique_consecutive
    matmul = ops.matmul
    mm = ops.mm
    bmm = ops.bmm
    mv = ops.mv
    dot = ops.dot
    vdot = ops.vdot
    inner = ops.inner
    outer = ger = ops.outer
    kron = ops.kron
    cross = ops.cross
    addmm = ops.addmm
    addmv = ops.addmv
    addr = ops.addr
    addbmm = ops.addbmm
    baddbmm = ops.baddbmm
    det = ops.det
    logdet = ops.logdet
    slogdet = ops.slogdet
    inverse = ops.inverse
    pinverse = ops.pinverse
    matrix_power = ops.matrix_power
    matrix_exp = ops.matrix_exp
    cholesky = ops.cholesky
    cholesky_inverse = ops.cholesky_inverse
    cholesky_solve = ops.cholesky_solve
    qr = ops.qr
    svd = ops.svd

    def sum_to_size(self, *size: Any) -> Any:
        """The sum over what broadcasting from `size` to this shape would repeat: a tensor of shape `size`."""
        shape, wanted = self.array.shape, sizes(size, "sum_to_size")
        extra = len(shape) - len(wanted)
        if extra < 0 or any(n not in (1, m) for n, m in zip(wanted, shape[extra:])):
            raise ShapeError(f"sum_to_size: shape {shape} is no broadcast of {wanted}")
        repeated = [*range(extra), *(extra + i for i, n in enumerate(wanted) if n != shape[extra + i])]
        return ops.sum(self, repeated, keepdim=True).reshape(wanted) if repeated else self
