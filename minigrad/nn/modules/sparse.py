"""Tables of vectors: what stands for a word, a user, or anything else that has a number."""

from __future__ import annotations

from typing import Any

from minigrad.creation import empty
from minigrad.engine.refusal import not_a_tensor
from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module, changed
from minigrad.nn.parameter import Parameter
from minigrad.tensor import Tensor


class _Table(Module):
    """`weight` (num_embeddings, embedding_dim), and how its rows are looked up."""

    weight: Parameter

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        max_norm: float | None,
        norm_type: float,
        scale_grad_by_freq: bool,
        sparse: bool,
        weight: Tensor | None,
        device: Any,
        dtype: Any,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise AssertionError(
                    f"{name}: padding_idx must be within num_embeddings, {num_embeddings}, not {padding_idx}"
                )
            padding_idx %= num_embeddings
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.sparse = sparse
        if weight is None:
            self.weight = Parameter(empty(num_embeddings, embedding_dim, device=device, dtype=dtype))
            self.reset_parameters()
        else:
            if tuple(weight.shape) != (num_embeddings, embedding_dim):
                raise ShapeError(
                    f"{name}: the weight given has shape {tuple(weight.shape)}, "
                    f"num_embeddings and embedding_dim say {(num_embeddings, embedding_dim)}"
                )
            self.weight = Parameter(weight)

    def reset_parameters(self) -> None:
        """Draw the table anew, standard normal, with zeros in row `padding_idx`."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.array[self.padding_idx] = 0

    @classmethod
    def _of(cls, embeddings: Tensor, freeze: bool, **options: Any) -> Any:
        if not isinstance(embeddings, Tensor):
            raise not_a_tensor("from_pretrained", "embeddings", 1, embeddings)
        if embeddings.ndim != 2:
            raise ShapeError(
                "from_pretrained: embeddings should be 2-dimensional (rows, length of a row), "
                f"got {tuple(embeddings.shape)}"
            )
        rows, columns = embeddings.shape
        made = cls(rows, columns, _weight=embeddings, **options)  # type: ignore[call-arg]  # that of subclasses
        made.weight.requires_grad_(not freeze)
        return made

    def extra_repr(self) -> str:
        return f"{self.num_embeddings}, {self.embedding_dim}"


class Embedding(_Table, Module):
    """The rows of a learned table that integers name: (*) to (*, embedding_dim); see F.embedding.

    Args:
        num_embeddings: how many rows there are.
        embedding_dim: the length of a row.
        padding_idx: a row that starts at 0 and gets no gradient (default None).
        max_norm: rows that are used and longer are shortened to this norm (default None).
        norm_type: the order of that norm (default 2).
        scale_grad_by_freq: divides the gradient of a row by how often it is used (default False).
        sparse: accepted; gradients are dense (default False).
        _weight: a table in the place of a new one; see from_pretrained.
        _freeze: whether the table does not learn.
        device, dtype: of the table; the CPU, and the default dtype unless given.

    `weight` (num_embeddings, embedding_dim) starts standard normal. IndexError for numbers that name no row.

    >>> nn.Embedding(10, 3)(mg.tensor([[1, 2], [4, 9]])).shape
    minigrad.Size([2, 2, 3])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = (padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse)
        super().__init__(num_embeddings, embedding_dim, *options, _weight, device, dtype)
        self.weight.requires_grad_(not _freeze)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """An Embedding on the memory of a given table.

        Args:
            embeddings: the table, (rows, length of a row).
            freeze: whether it does not learn (default True).
            padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse: those of the constructor.

        >>> nn.Embedding.from_pretrained(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))(mg.tensor(1))
        tensor([3., 4.])
        """
        return cls._of(
            embeddings,
            freeze,
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
        )

    def forward(self, input: Tensor) -> Tensor:
        return F.embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq, self.sparse
        )

    def extra_repr(self) -> str:
        usual = {"padding_idx": None, "max_norm": None, "norm_type": 2, "scale_grad_by_freq": False, "sparse": False}
        return super().extra_repr() + changed(self, **usual)


class EmbeddingBag(_Table):
    """The sum, mean or maximum of the rows of a learned table over each bag of integers; see F.embedding_bag.

    Args:
        num_embeddings: how many rows there are.
        embedding_dim: the length of a row.
        max_norm: rows that are used and longer are shortened to this norm (default None).
        norm_type: the order of that norm (default 2).
        scale_grad_by_freq: divides the gradient of a row by how often it is used (default False).
        mode: "sum", "mean" or "max" (default "mean").
        sparse: accepted; gradients are dense (default False).
        _weight: a table in the place of a new one; see from_pretrained.
        include_last_offset: whether `offsets` also says where the last bag ends (default False).
        padding_idx: a row that counts nowhere, starts at 0 and gets no gradient (default None).
        device, dtype: of the table; the CPU, and the default dtype unless given.

    `weight` (num_embeddings, embedding_dim) starts standard normal.

    >>> nn.EmbeddingBag(10, 3, mode="sum")(mg.tensor([[1, 2], [4, 9]])).shape
    minigrad.Size([2, 3])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = (padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse)
        super().__init__(num_embeddings, embedding_dim, *options, _weight, device, dtype)
        self.mode = mode
        self.include_last_offset = include_last_offset

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> EmbeddingBag:
        """An EmbeddingBag on the memory of a given table.

        Args:
            embeddings: the table, (rows, length of a row).
            freeze: whether it does not learn (default True).
            max_norm, norm_type, scale_grad_by_freq, mode, sparse, include_last_offset, padding_idx: those of the
                constructor.
        """
        return cls._of(
            embeddings,
            freeze,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            mode=mode,
            sparse=sparse,
            include_last_offset=include_last_offset,
            padding_idx=padding_idx,
        )

    def forward(self, input: Tensor, offsets: Tensor | None = None, per_sample_weights: Tensor | None = None) -> Tensor:
        """The sum, mean or maximum of the rows of each bag.

        Args:
            input: integers (bags, N), or all bags in one row (N,) with `offsets`.
            offsets: (bags,), where each bag starts.
            per_sample_weights: in the shape of the input, multiply the rows; with mode "sum" only.

        The result is (bags, embedding_dim).
        """
        return F.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        text = super().extra_repr() + changed(self, max_norm=None, norm_type=2, scale_grad_by_freq=False)
        return f"{text}, mode={self.mode!r}" + changed(self, padding_idx=None)
