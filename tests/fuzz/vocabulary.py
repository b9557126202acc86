"""What random programs are made of: the public operations, a line each, with places for what a program draws.

{x} {f} {i} {b}   any tensor; one of floats, integers, bools; {x2} and so on another one
{o}               an operand that broadcasts against the first tensor of the line: a tensor or a number
{same}            a tensor of the first one's shape
{dim} {dims}      a dimension of the first tensor, several of them
{k} {n} {c}       a small number from 0, from 1; a float
{flag}            True or False
{perm} {size} {wide} {index}   an order of the dimensions, a shape of as many elements, one it expands to, an index
still(f) nested(f)  f() within no_grad, and within enable_grad within that
hooked(x) cubed(x)  x, with a hook that doubles its gradient; x ** 3 as a Function of the user's
slope(f, x)       the gradient of the sum of f(x), with a history
{places} {row}    integers within dimension {dim}, in the shape of the first tensor, as a vector
{square} {matrix} expressions that make a well conditioned square matrix, or a matrix, of a tensor
{image} {series}  expressions that make an image (N, C, H, W), a series (N, C, L), of a tensor
"""

from __future__ import annotations

FUNCTIONS_OF_ONE = """
abs neg sign floor ceil round trunc frac sin cos tan asin acos atan sinh cosh tanh asinh exp exp2 expm1 log log1p log2
log10 sqrt rsqrt reciprocal square sigmoid erf erfc sinc isnan isinf isfinite relu logical_not deg2rad rad2deg positive
nan_to_num bitwise_not lgamma signbit
""".split()  # noqa: SIM905

FUNCTIONS_OF_TWO = """
add sub mul div pow maximum minimum fmax fmin atan2 hypot remainder fmod floor_divide xlogy logaddexp copysign eq ne lt
le gt ge logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor heaviside true_divide
""".split()  # noqa: SIM905

ACTIVATIONS = """
relu relu6 elu selu celu gelu silu mish softplus hardtanh hardswish hardsigmoid leaky_relu softsign tanhshrink
logsigmoid hardshrink softshrink
""".split()  # noqa: SIM905

LOSSES = [
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "kl_div",
    "binary_cross_entropy_with_logits",
    "poisson_nll_loss",
]

LINES = [
    *(f"m.{name}({{x}})" for name in FUNCTIONS_OF_ONE),
    *(f"m.{name}({{x}}, {{o}})" for name in FUNCTIONS_OF_TWO),
    *(f"F.{name}({{f}})" for name in ACTIVATIONS),
    *(f"F.{name}({{f}}, {{same}}, reduction={{reduction}})" for name in LOSSES),
    *"""
{x} + {o}
{x} - {o}
{x} * {o}
{x} / {o}
{f} ** {c}
{f} ** {k}
{c} ** {f}
{c} - {x}
{c} / {x}
-{x}
{x} // {o}
{x} % {o}
{x} > {o}
{x} == {o}
~{b}
{b} & {b2}
{x}.sum()
{x}.sum({dims})
{x}.sum({dim}, keepdim={flag})
{x}.mean()
{f}.mean({dims}, {flag})
{x}.prod()
{x}.prod({dim})
{f}.var({dim})
{f}.std({dim}, correction={k})
{f}.std()
{f}.var()
{x}.amax({dims})
{x}.amin({dim}, {flag})
{x}.max()
{x}.min()
{f}.norm()
{f}.norm({n}, {dim})
m.max({x}, {dim})[{k2}]
m.min({x}, {dim})[{k2}]
m.median({x}, {dim})[{k2}]
m.median({x})
m.logsumexp({f}, {dims})
m.nansum({f}, {dim})
m.nanmean({f})
m.count_nonzero({x}, {dim})
m.argmax({x}, {dim})
m.argmin({x})
m.all({x})
m.any({x}, {dim})
m.aminmax({x})[{k2}]
m.cumsum({x}, {dim})
m.cumprod({x}, {dim})
m.logcumsumexp({f}, {dim})
m.cummax({x}, {dim})[0]
m.cummin({x}, {dim})[0]
m.diff({x}, {n}, {dim})
m.softmax({f}, {dim})
m.log_softmax({f}, {dim})
{x}.reshape({size})
{x}.flatten()
{x}.permute({perm})
{x}.transpose({dim}, {dim2})
{x}.unsqueeze(0)
{x}.squeeze()
{x}.squeeze({dim})
{x}.expand({wide})
{x}.T
{x}.mT
{x}.movedim({dim}, {dim2})
{x}[{index}]
{x}[{x} > 0]
{x}[{row}]
{x}[..., {row}]
{x}.narrow({dim}, 0, {k})
{x}.select({dim}, {k})
{x}.flip({dim})
{x}.roll({k}, {dim})
m.rot90({x}, {k})
{x}.repeat(2, {x}.ndim * [1])
m.cat([{x}, {same}], {dim})
m.stack([{x}, {same}], {dim})
m.hstack([{x}, {same}])
m.vstack([{x}, {same}])
{x}.chunk(2, {dim})[0]
{x}.split({n}, {dim})[-1]
{x}.unbind({dim})[0]
m.tile({x}, (2,))
m.repeat_interleave({x}, {n}, {dim})
m.tril({x}, {k})
m.triu({x})
m.diagonal({x})
m.diag_embed({x})
m.gather({x}, {dim}, {places})
m.scatter({x}, {dim}, {places}, {same})
{x}.index_select({dim}, {row})
m.scatter_add({x}, {dim}, {places}, {same})
m.take_along_dim({x}, {places}, {dim})
m.take({x}, {row})
m.scatter_reduce({f}, {dim}, {places}, {same}, {reduce})
{x}.index_fill({dim}, {row}, {k})
{x}.masked_fill({x} > 0, {c})
m.where({x} > 0, {x}, {o})
m.masked_select({x}, {x} > 0)
{x}.unfold({dim}, 1, 1)
m.sort({x}, {dim})[0]
m.topk({x}, 1, {dim})[{k2}]
m.kthvalue({x}, 1, {dim})[0]
{x}.clamp({c}, {c2})
{x}.clamp(min={o})
m.lerp({f}, {same}, {c})
m.addcmul({f}, {same}, {same2})
m.quantile({f}, 0.3, {dim})
m.add({x}, {o}, alpha={n})
m.div({x}, {o}, rounding_mode='floor')
m.div({x}, {o}, rounding_mode='trunc')
{x}.double()
{x}.float()
{x}.long()
{x}.bool()
{x}.to(m.uint8)
{x}.half()
{x}.int()
{x}.clone()
{x}.detach()
{x}.contiguous()
m.zeros_like({x})
m.ones_like({x})
m.full_like({x}, {k})
{f} @ {f}.mT
{f} @ {f2}
m.matmul({f}, {f2})
m.outer({f}.flatten(), {f2}.flatten())
m.einsum('...i->...', {x})
m.einsum('...i,...i->...', {f}, {same})
m.einsum('i...,j...->ij', {f}, {f2})
m.kron({f}, {f2})
m.tensordot({f}, {f2}, {k})
m.linalg.inv({square})
m.linalg.det({square})
m.linalg.slogdet({square})[1]
m.linalg.solve({square}, {square})
m.linalg.matrix_power({square}, {k})
m.linalg.qr({square})[1].abs()
m.linalg.cholesky({square} @ {square}.mT)
m.linalg.svdvals({square})
m.trace({square})
m.linalg.pinv({square})
m.linalg.matrix_norm({square})
m.linalg.vector_norm({f}, {n})
m.matrix_exp({square})
m.cdist({matrix}, {matrix})
F.layer_norm({f}, {f}.shape[-1:])
F.normalize({f}, dim={dim})
F.cosine_similarity({f}, {same}, {dim})
F.batch_norm({image}, None, None, training=True)
F.instance_norm({image})
F.group_norm({image}, 1)
F.conv2d({image}, {image}, padding={n})
F.conv_transpose2d({image}, {image}, stride={n})
F.glu({f}, {dim})
F.conv1d({series}, {series}, padding={n}, dilation={n})
F.max_pool2d({image}, {n})
F.avg_pool2d({image}, {n})
F.conv_transpose1d({series}, {series}, stride={n}, dilation={n2}, output_padding={k})
F.adaptive_avg_pool2d({image}, {n})
F.adaptive_max_pool2d({image}, {n})
F.lp_pool1d({series}, 2, {n})
F.unfold({image}, {n})
F.pixel_shuffle({image}, {n})
F.pad({f}, ({k}, {n}))
F.pad({series}, ({k}, {k2}), {padding})
F.interpolate({image}, scale_factor={n}, mode={scaling})
F.local_response_norm({series}, {n})
F.embedding({row}, {matrix})
F.one_hot({row}, 7)
F.softmin({f}, {dim})
F.cross_entropy({matrix}, {row} * 0)
F.nll_loss(m.log_softmax({matrix}, 1), {row} * 0)
F.pixel_unshuffle({image}, {n})
F.scaled_dot_product_attention({matrix}, {matrix}, {matrix})
F.threshold({f}, {c}, {c2})
F.linear({matrix}, {matrix})
m.bincount({row})
m.unique({x})
m.nonzero({x})
m.meshgrid({row}, {row}, indexing='ij')[0]
m.cross({f}, {same}, {dim})
m.atleast_2d({x})
m.swapaxes({x}, {dim}, {dim2})
m.broadcast_to({x}, {wide})
m.flatten({x}, {dim}, -1)
m.ravel({x})
m.nanmedian({f})
m.mode({x}, {dim})[0]
m.cov({matrix})
m.corrcoef({matrix})
m.renorm({matrix}, 2, 0, {c})
m.cartesian_prod({row}, {row})
m.combinations({row})
m.searchsorted(m.sort({f}.flatten())[0], {f})
m.isclose({x}, {same})
m.index_add({x}, {dim}, {row}, {x}.index_select({dim}, {row}))
m.index_copy({x}, {dim}, {row}, {x}.index_select({dim}, {row}))
m.select_scatter({x}, {x}.select({dim}, 0), {dim}, 0)
m.trapezoid({f}, dim={dim})
m.tensor_split({x}, 2, {dim})[0]
m.add({x}, {o}, out=m.zeros(0))
m.mul({x}, {o}, out=m.zeros({x}.shape, dtype=m.float64))
m.sum({x}, {dim}, out=m.zeros(0, dtype=m.float64))
m.cat([{x}, {same}], {dim}, out=m.zeros(0, dtype=m.float64))
still(lambda: {x} * 2)
still(lambda: {x}.exp())
nested(lambda: {f} * {o})
hooked({x})
cubed({f})
slope(lambda x: x.sin() * x, {f})
slope(lambda x: x.exp(), {x})
{x}.detach().requires_grad_()
{x}.data
m.func.grad(lambda x: (x * x.cos()).sum())({f})
m.func.grad(lambda x: (x * {o}).sum())({f})
m.func.vjp(lambda x: x.tanh(), {f})[1]({same})[0]
m.func.jvp(lambda x: x.sin() * x, ({f},), ({same},))[1]
m.func.jvp(lambda x: x * {o}, ({f},), ({same},))[1]
m.func.vmap(lambda x: x.sum() * 2)({f})
m.func.vmap(lambda x: x * x.mean(), {dim})({f})
m.func.jacrev(lambda x: x.sin().sum())({f})
m.func.hessian(lambda x: (x ** 3).sum())({f})
m.utils.checkpoint.checkpoint(lambda x: x.sin(), {f}, use_reentrant=False)
{x}[None]
{x}[..., None]
{x}[{x} > 0, None]
{x}[[0]]
{x}[[0, -1], ...]
{x}[True]
{x}[m.tensor(0)]
{x}[{row}, {row}]
{x}[:, None, {row}]
{x}[{row}, :, {row}]
{x}[{index}][{index}]
{x}.view(-1)
{x}.swapdims({dim}, {dim2})[0]
{x}.diagonal(0, {dim}, {dim2})
{x}.detach().contiguous().as_strided((2,), (1,))
{x}.new_zeros({x}.shape)
{x}.type_as({x2})
{x} @ {x2}
m.minimum({x}, {x2})
m.where({b}, {x}, {x2})
m.sum({x}, {dims}, {flag}, dtype=m.float32)
m.linalg.norm({f}, {n}, {dim}, {flag})
m.var({f}, {dims}, correction={k}, keepdim={flag})
m.std_mean({f}, {dim})[{k2}]
m.prod({x}, {dim}, {flag})
m.amax({x}, {dims}, {flag})
F.gelu({x})
F.silu({x})
F.softplus({x})
F.elu({x})
F.leaky_relu({x})
F.hardtanh({x})
F.relu6({x})
F.mish({x})
F.softsign({x})
F.hardswish({x})
F.logsigmoid({x})
F.tanhshrink({x})
F.celu({x})
F.selu({x})
F.hardsigmoid({x})
F.softshrink({x})
F.softmax({x}, {dim})
F.threshold({x}, {c}, {c2})
""".strip().splitlines(),
]
"""Expressions that make a tensor."""

WRITES = """
{x}.add_({o})
{x}.mul_({o})
{x}.sub_({k})
{f}.div_({o})
{f}.exp_()
{f}.sigmoid_()
{x}.zero_()
{x}.fill_({k})
{x}.clamp_({c}, {c2})
{x}.copy_({same})
{x}.masked_fill_({x} > 0, {k})
{x}.neg_()
{x}.__setitem__({index}, {k})
{x}.__setitem__({row}, {k})
{x}.__setitem__({index}, {c})
{f}.tanh_()
{x}.index_fill_({dim}, {row}, {k})
{x}.unsqueeze_(0)
{x}.squeeze_()
{x}.t_()
{f}.pow_({k})
F.relu({f}, inplace=True)
F.elu({f}, inplace=True)
F.dropout({f}, 0.0, inplace=True)
{f}.sqrt_()
{x}.scatter_({dim}, {places}, {k})
{x}.index_add_({dim}, {row}, {x}.index_select({dim}, {row}))
{x}.abs_()
{x}.fill_diagonal_({k})
{x}.tril_()
{x}.cumsum_({dim})
{x}.transpose_({dim}, {dim2})
{x}.add_({x2})
{x}[{index}].mul_({k})
{x}[{index}].add_({o})
{x}.view(-1).mul_({o})
{x}.T.add_({k})
{x}.flatten().sub_({o})
{x}.detach().mul_({k})
{x}.data.add_({k})
still(lambda: {x}.add_({k}))
still(lambda: {x}.copy_({same}))
still(lambda: {x}.mul_({o}))
{x}.unbind({dim})[0].add_({k})
{x}.chunk(2, {dim})[-1].mul_({k})
{x}.select({dim}, 0).copy_({x}.select({dim}, -1))
{x}.expand({wide}).add_({k})
{x}.__setitem__({x} > 0, {k})
{x}.__setitem__(({row}, {row}), {k})
{x}.__setitem__((..., None), {c})
{x}.__setitem__([0, -1], {o})
{x}.index_put_(({row},), {x}.index_select(0, {row}), accumulate={flag})
{x}.clamp_(min={o})
{x}.lerp_({same}, {c})
{x}.addcmul_({same}, {same2})
{x}.requires_grad_({flag})
{x}.floor_divide_({o})
{x}.remainder_({o})
{x}.logical_not_()
{x}.eq_({o})
{x}.relu_()
{x}.round_()
""".strip().splitlines()
"""Statements that change a tensor."""
