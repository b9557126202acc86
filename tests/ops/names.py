"""The words of PyTorch that minigrad promises: each a function, method or class under the same name."""

from __future__ import annotations

import minigrad as mg

PROMISED: dict[str, str] = {
    "elementwise": """
        add sub subtract rsub mul multiply div divide true_divide floor_divide remainder fmod neg negative positive
        abs absolute pow float_power exp exp2 expm1 log log2 log10 log1p logit xlogy logaddexp logaddexp2 sqrt rsqrt
        square reciprocal sin cos tan asin acos atan arcsin arccos arctan sinh cosh tanh asinh acosh atanh arcsinh
        arccosh arctanh atan2 arctan2 sinc hypot deg2rad rad2deg erf erfc lgamma floor ceil round trunc fix frac sign
        sgn copysign heaviside ldexp nan_to_num maximum minimum fmax fmin clamp clip clamp_min clamp_max where lerp
        addcmul addcdiv sigmoid relu softmax log_softmax eq ne lt le gt ge equal greater greater_equal less less_equal
        not_equal isclose allclose isnan isinf isfinite logical_and logical_or logical_xor logical_not
        gcd lcm mvlgamma special.entr special.ndtr special.xlog1py special.multigammaln
        special.erfcx special.log_ndtr special.ndtri special.i0 special.i0e special.i1 special.i1e i0 nextafter frexp
        celu selu prelu rrelu
        threshold hardshrink dropout alpha_dropout""",
    "reductions": """
        sum mean prod var std var_mean std_mean amax amin aminmax max min median norm logsumexp nansum nanmean all any
        argmax argmin count_nonzero cumsum cumprod cummax cummin logcumsumexp diff trapezoid trapz dist quantile
        cov corrcoef renorm cdist pdist cosine_similarity pairwise_distance nanmedian nanquantile mode
        cumulative_trapezoid""",
    "linear algebra": """
        matmul mm bmm mv dot vdot inner outer ger addmm addmv addr addbmm baddbmm einsum tensordot kron cross trace
        chain_matmul matrix_power linalg.norm linalg.vector_norm linalg.matrix_norm linalg.inv linalg.det
        linalg.slogdet linalg.solve linalg.cholesky linalg.eigh linalg.svd linalg.qr linalg.pinv linalg.multi_dot
        linalg.matrix_power linalg.vecdot
        matrix_exp cholesky_solve cholesky_inverse svd qr vander linalg.matrix_exp linalg.tensorinv linalg.tensorsolve
        linalg.vander linalg.lstsq linalg.solve_triangular linalg.eigvalsh linalg.svdvals linalg.matrix_rank
        linalg.cond linalg.cross linalg.diagonal""",
    "shape": """
        reshape Tensor.view Tensor.view_as flatten unflatten ravel squeeze unsqueeze transpose swapaxes swapdims
        permute movedim moveaxis Tensor.expand Tensor.expand_as broadcast_to Tensor.repeat tile repeat_interleave cat
        concat concatenate stack hstack vstack dstack row_stack column_stack chunk split tensor_split hsplit vsplit
        dsplit unbind flip fliplr flipud roll rot90 t diag diagonal diag_embed diagflat tril triu tril_indices
        triu_indices narrow select Tensor.unfold meshgrid broadcast_tensors broadcast_shapes atleast_1d atleast_2d
        atleast_3d block_diag cartesian_prod combinations clone Tensor.contiguous
        split_with_sizes unsafe_split unsafe_chunk unsafe_split_with_sizes narrow_copy Tensor.sum_to_size
        select_scatter slice_scatter diagonal_scatter""",
    "indexing": """
        gather scatter scatter_add scatter_reduce index_select index_add index_copy index_fill index_put masked_fill
        masked_select masked_scatter take take_along_dim sort argsort msort topk kthvalue nonzero argwhere
        searchsorted bucketize unique unique_consecutive bincount histc Tensor.__getitem__ Tensor.__setitem__
        index_reduce unravel_index isin""",
    "in place": """
        Tensor.__iadd__ Tensor.__isub__ Tensor.__imul__ Tensor.__itruediv__ Tensor.__ipow__ Tensor.add_ Tensor.sub_
        Tensor.mul_ Tensor.div_ Tensor.pow_ Tensor.neg_ Tensor.abs_ Tensor.exp_ Tensor.log_ Tensor.sqrt_ Tensor.rsqrt_
        Tensor.square_ Tensor.reciprocal_ Tensor.sin_ Tensor.cos_ Tensor.tanh_ Tensor.sigmoid_ Tensor.relu_
        Tensor.floor_ Tensor.ceil_ Tensor.round_ Tensor.trunc_ Tensor.clamp_ Tensor.clamp_min_ Tensor.clamp_max_
        Tensor.clip_ Tensor.lerp_ Tensor.addcmul_ Tensor.addcdiv_ Tensor.addmm_ Tensor.zero_ Tensor.fill_ Tensor.copy_
        Tensor.normal_ Tensor.uniform_ Tensor.bernoulli_ Tensor.exponential_ Tensor.random_ Tensor.masked_fill_
        Tensor.masked_scatter_ Tensor.index_add_ Tensor.index_copy_ Tensor.index_fill_ Tensor.index_put_
        Tensor.scatter_ Tensor.scatter_add_ Tensor.scatter_reduce_ Tensor.cumsum_ Tensor.tril_ Tensor.triu_ Tensor.t_
        Tensor.transpose_ Tensor.squeeze_ Tensor.unsqueeze_ Tensor.detach_ Tensor.requires_grad_
        Tensor.fill_diagonal_ Tensor.index_reduce_ Tensor.renorm_ Tensor.nan_to_num_ relu_ clip_ clamp_ exp_ sigmoid_
        tanh_ zero_ fill_""",
    "types and factories": """
        bool uint8 int8 int16 int32 int64 float16 float32 float64 half float double int long short get_default_dtype
        set_default_dtype tensor as_tensor from_numpy zeros ones empty full eye arange linspace zeros_like ones_like
        empty_like full_like rand randn randint randperm rand_like randn_like normal bernoulli multinomial manual_seed
        Tensor.to Tensor.type Tensor.float Tensor.double Tensor.half Tensor.int Tensor.long Tensor.bool
        Tensor.new_zeros Tensor.new_ones Tensor.new_full Tensor.new_empty Tensor.new_tensor FloatTensor DoubleTensor
        LongTensor IntTensor ByteTensor BoolTensor Tensor.cuda Tensor.cpu Tensor.item Tensor.tolist Tensor.numpy
        Tensor.size Tensor.dim Tensor.data Tensor.detach device Size cuda.is_available save load no_grad enable_grad
        set_grad_enabled is_tensor
        logspace asarray scalar_tensor frombuffer poisson numel is_floating_point is_complex is_nonzero is_signed
        is_same_size resize_as_ promote_types result_type can_cast set_printoptions set_default_device
        set_default_tensor_type set_num_threads get_num_threads use_deterministic_algorithms
        set_float32_matmul_precision channels_last legacy_contiguous_format
        hann_window hamming_window blackman_window bartlett_window kaiser_window Tensor.set_ Tensor.is_set_to
        Tensor.as_subclass Tensor.to_dense UntypedStorage TypedStorage gru_cell lstm_cell rnn_relu_cell rnn_tanh_cell
        newaxis dtype seed random.fork_rng Tensor.new Tensor.is_floating_point Tensor.data_ptr Tensor.multinomial
        Tensor.bernoulli range finfo iinfo""",
    "activations": """
        nn.ReLU nn.ReLU6 nn.LeakyReLU nn.PReLU nn.RReLU nn.ELU nn.SELU nn.CELU nn.GELU nn.SiLU nn.Mish nn.GLU
        nn.Sigmoid nn.Tanh nn.Hardtanh nn.Hardsigmoid nn.Hardswish nn.Hardshrink nn.Softshrink nn.Tanhshrink
        nn.Softsign nn.Softplus nn.Softmin nn.Softmax nn.Softmax2d nn.LogSoftmax nn.LogSigmoid nn.Threshold
        nn.functional.relu nn.functional.relu6 nn.functional.leaky_relu nn.functional.prelu nn.functional.rrelu
        nn.functional.elu nn.functional.selu nn.functional.celu nn.functional.gelu nn.functional.silu
        nn.functional.mish nn.functional.glu nn.functional.sigmoid nn.functional.tanh nn.functional.hardtanh
        nn.functional.hardsigmoid nn.functional.hardswish nn.functional.hardshrink nn.functional.softshrink
        nn.functional.tanhshrink nn.functional.softsign nn.functional.softplus nn.functional.softmin
        nn.functional.softmax nn.functional.log_softmax nn.functional.logsigmoid nn.functional.threshold
        nn.functional.gumbel_softmax""",
    "layers": """
        nn.Module nn.Sequential nn.ModuleList nn.ModuleDict nn.ParameterList nn.ParameterDict nn.Parameter nn.Identity
        nn.Linear nn.Bilinear nn.Flatten nn.Unflatten nn.Conv1d nn.Conv2d nn.Conv3d nn.ConvTranspose1d
        nn.ConvTranspose2d nn.ConvTranspose3d nn.Dropout nn.Dropout1d nn.Dropout2d nn.Dropout3d nn.AlphaDropout
        nn.FeatureAlphaDropout nn.BatchNorm1d nn.BatchNorm2d nn.BatchNorm3d nn.LayerNorm nn.GroupNorm
        nn.SyncBatchNorm
        nn.InstanceNorm1d nn.InstanceNorm2d nn.InstanceNorm3d nn.RMSNorm nn.LocalResponseNorm nn.CrossMapLRN2d
        nn.MaxPool1d
        nn.MaxPool2d nn.MaxPool3d nn.MaxUnpool1d nn.MaxUnpool2d nn.MaxUnpool3d nn.AvgPool1d nn.AvgPool2d nn.AvgPool3d
        nn.LPPool1d nn.LPPool2d nn.LPPool3d nn.AdaptiveAvgPool1d nn.AdaptiveAvgPool2d nn.AdaptiveAvgPool3d
        nn.AdaptiveMaxPool1d nn.AdaptiveMaxPool2d nn.AdaptiveMaxPool3d nn.ZeroPad1d nn.ZeroPad2d nn.ZeroPad3d
        nn.ConstantPad1d nn.ConstantPad2d nn.ConstantPad3d nn.ReflectionPad1d nn.ReflectionPad2d nn.ReflectionPad3d
        nn.ReplicationPad1d nn.ReplicationPad2d nn.ReplicationPad3d nn.CircularPad1d nn.CircularPad2d nn.CircularPad3d
        nn.Upsample nn.UpsamplingNearest2d nn.UpsamplingBilinear2d nn.PixelShuffle nn.PixelUnshuffle nn.ChannelShuffle
        nn.Fold nn.Unfold nn.Embedding nn.EmbeddingBag nn.CosineSimilarity nn.PairwiseDistance nn.RNN nn.LSTM nn.GRU
        nn.RNNCell nn.LSTMCell nn.GRUCell nn.MultiheadAttention nn.TransformerEncoderLayer nn.TransformerDecoderLayer
        nn.TransformerEncoder nn.TransformerDecoder nn.Transformer nn.functional.linear nn.functional.bilinear
        nn.functional.interpolate nn.functional.grid_sample nn.functional.affine_grid nn.functional.fold
        nn.functional.unfold nn.functional.pad nn.functional.embedding nn.functional.embedding_bag
        nn.functional.one_hot nn.functional.normalize nn.functional.dropout nn.functional.batch_norm
        nn.functional.layer_norm nn.functional.group_norm nn.functional.instance_norm nn.functional.rms_norm
        nn.functional.local_response_norm nn.functional.lp_pool1d nn.functional.lp_pool2d nn.functional.max_pool2d
        nn.functional.adaptive_avg_pool2d nn.functional.adaptive_max_pool2d nn.functional.cosine_similarity
        nn.functional.pairwise_distance nn.functional.pixel_shuffle nn.functional.scaled_dot_product_attention
        nn.functional.multi_head_attention_forward
        nn.RNNBase nn.RNNCellBase nn.DataParallel nn.functional.upsample nn.functional.upsample_nearest
        nn.functional.upsample_bilinear nn.functional.pdist""",
    "losses": """
        nn.L1Loss nn.MSELoss nn.CrossEntropyLoss nn.NLLLoss nn.BCELoss nn.BCEWithLogitsLoss nn.SmoothL1Loss
        nn.HuberLoss nn.KLDivLoss nn.PoissonNLLLoss nn.GaussianNLLLoss nn.HingeEmbeddingLoss nn.MarginRankingLoss
        nn.SoftMarginLoss nn.CosineEmbeddingLoss nn.TripletMarginLoss nn.TripletMarginWithDistanceLoss
        nn.MultiLabelMarginLoss nn.MultiLabelSoftMarginLoss nn.MultiMarginLoss nn.CTCLoss nn.functional.l1_loss
        nn.functional.mse_loss nn.functional.cross_entropy nn.functional.nll_loss nn.functional.binary_cross_entropy
        nn.functional.binary_cross_entropy_with_logits nn.functional.smooth_l1_loss nn.functional.huber_loss
        nn.functional.kl_div nn.functional.poisson_nll_loss nn.functional.gaussian_nll_loss
        nn.functional.hinge_embedding_loss nn.functional.margin_ranking_loss nn.functional.soft_margin_loss
        nn.functional.cosine_embedding_loss nn.functional.triplet_margin_loss
        nn.functional.triplet_margin_with_distance_loss nn.functional.multilabel_margin_loss
        nn.functional.multilabel_soft_margin_loss nn.functional.multi_margin_loss nn.functional.ctc_loss
        nn.NLLLoss2d binary_cross_entropy_with_logits cosine_embedding_loss ctc_loss hinge_embedding_loss kl_div
        margin_ranking_loss poisson_nll_loss triplet_margin_loss""",
    "nn.utils": """
        nn.utils.clip_grad_norm_ nn.utils.clip_grad_value_ nn.utils.parameters_to_vector nn.utils.vector_to_parameters
        nn.utils.weight_norm nn.utils.remove_weight_norm nn.utils.spectral_norm nn.utils.remove_spectral_norm
        nn.utils.skip_init nn.utils.parametrizations.weight_norm nn.utils.parametrizations.spectral_norm
        nn.utils.parametrize.register_parametrization nn.utils.rnn.pad_sequence nn.utils.rnn.pack_padded_sequence
        nn.utils.rnn.pad_packed_sequence nn.init.xavier_uniform_ nn.init.xavier_normal_ nn.init.kaiming_uniform_
        nn.init.kaiming_normal_ nn.init.uniform_ nn.init.normal_ nn.init.constant_ nn.init.zeros_ nn.init.ones_
        nn.init.orthogonal_ nn.init.trunc_normal_ nn.init.eye_ nn.init.calculate_gain
        nn.init.dirac_ nn.init.sparse_ nn.init.xavier_uniform nn.init.constant nn.utils.clip_grad_norm""",
    "optimizers": """
        optim.Optimizer optim.SGD optim.Adam optim.AdamW optim.Adamax optim.NAdam optim.RAdam optim.RMSprop
        optim.Adagrad optim.Adadelta optim.Adafactor
        optim.ASGD optim.Rprop optim.swa_utils.AveragedModel optim.swa_utils.SWALR optim.swa_utils.update_bn
        optim.swa_utils.get_ema_avg_fn optim.swa_utils.get_swa_avg_fn optim.swa_utils.get_ema_multi_avg_fn
        optim.swa_utils.get_swa_multi_avg_fn""",
    "schedules": """
        optim.lr_scheduler.StepLR optim.lr_scheduler.MultiStepLR optim.lr_scheduler.ConstantLR
        optim.lr_scheduler.LinearLR optim.lr_scheduler.ExponentialLR optim.lr_scheduler.PolynomialLR
        optim.lr_scheduler.CosineAnnealingLR optim.lr_scheduler.CosineAnnealingWarmRestarts
        optim.lr_scheduler.CyclicLR optim.lr_scheduler.OneCycleLR optim.lr_scheduler.LambdaLR
        optim.lr_scheduler.MultiplicativeLR optim.lr_scheduler.ReduceLROnPlateau optim.lr_scheduler.SequentialLR
        optim.lr_scheduler.ChainedScheduler""",
    "data": """
        utils.data.Dataset utils.data.IterableDataset utils.data.TensorDataset utils.data.ConcatDataset
        utils.data.ChainDataset utils.data.StackDataset utils.data.Subset utils.data.random_split utils.data.DataLoader
        utils.data.Sampler utils.data.SequentialSampler utils.data.RandomSampler utils.data.SubsetRandomSampler
        utils.data.WeightedRandomSampler utils.data.BatchSampler utils.data.default_collate utils.data.default_convert
        utils.data.get_worker_info""",
    "derivatives": """
        autograd.grad autograd.backward autograd.gradcheck autograd.gradgradcheck autograd.Function autograd.Variable
        autograd.functional.jacobian autograd.functional.hessian autograd.functional.vjp autograd.functional.jvp
        autograd.functional.hvp autograd.functional.vhp autograd.graph.saved_tensors_hooks autograd.set_detect_anomaly
        autograd.detect_anomaly utils.checkpoint.checkpoint utils.checkpoint.checkpoint_sequential func.grad
        func.grad_and_value func.vjp func.jvp func.jacrev func.jacfwd func.hessian func.vmap func.linearize""",
}

OURS = "func.value_and_grad func.hvp autograd.elementwise autograd.linear autograd.bilinear autograd.general"
"""Promised too, but no words of PyTorch."""


def lookup(name: str, package: object = mg) -> object:
    """What `name`, such as "nn.Linear", is in a package; AttributeError where it is nothing."""
    for part in name.split("."):
        package = getattr(package, part)
    return package


def missing() -> list[str]:
    """The promised names that do not exist."""
    names = [name for group in PROMISED.values() for name in group.split()] + OURS.split()
    return [name for name in names if not exists(name)]


def exists(name: str, package: object = mg) -> bool:
    try:
        lookup(name, package)
    except AttributeError:
        return False
    return True
