"""Several processes, of which there is one: rank 0 of a world of size 1.

In such a world a sum over all processes is what this one has, a broadcast comes from itself, and nobody waits at a
barrier: programs that count their processes run, with the numbers of one. A larger world is refused.
"""

from __future__ import annotations

from typing import Any

from minigrad.tensor import Tensor


class ReduceOp:
    """How the tensors of all processes become one: of a single one all are the same."""

    SUM, AVG, PRODUCT, MIN, MAX = "sum", "avg", "product", "min", "max"
    BAND, BOR, BXOR = "band", "bor", "bxor"
    RedOpType = str


class Backend(str):
    """The name of what carries tensors between processes; there is nothing to carry."""

    GLOO, MPI, NCCL, UCC, XCCL, UNDEFINED = "gloo", "mpi", "nccl", "ucc", "xccl", "undefined"


class ProcessGroup:
    """Some of the processes: this one."""


class group:  # noqa: N801  PyTorch's name
    """The group of all processes."""

    WORLD: ProcessGroup | None = None


def is_available() -> bool:
    """True: for a world of one."""
    return True


def is_initialized() -> bool:
    """Whether `init_process_group` was called."""
    return group.WORLD is not None


def is_nccl_available() -> bool:
    """False: there is no GPU."""
    return False


def is_gloo_available() -> bool:
    """False: there is nothing to carry between processes."""
    return False


is_mpi_available = is_ucc_available = is_gloo_available


def init_process_group(
    backend: Any = None, init_method: Any = None, timeout: Any = None, world_size: int = -1, rank: int = -1, **more: Any
) -> None:
    """Begin; RuntimeError unless the world has size 1 and this is rank 0 (or neither is said)."""
    if world_size not in (-1, 1) or rank not in (-1, 0):
        raise RuntimeError(f"init_process_group: there is one process here, not rank {rank} of {world_size}")
    group.WORLD = ProcessGroup()


def destroy_process_group(group: Any = None) -> None:
    """End."""
    globals()["group"].WORLD = None


def new_group(ranks: Any = None, *args: Any, **options: Any) -> ProcessGroup:
    """A group of some of the processes: of this one."""
    return ProcessGroup()


def get_rank(group: Any = None) -> int:
    """0."""
    return 0


def get_world_size(group: Any = None) -> int:
    """1."""
    return 1


def get_backend(group: Any = None) -> str:
    """The name of what would carry tensors."""
    return Backend.UNDEFINED


def is_torchelastic_launched() -> bool:
    """False: nobody has started several processes."""
    return False


class Work:
    """What an operation is waited for by that goes on beside the program: it is done."""

    def wait(self, timeout: Any = None) -> bool:
        """True."""
        return True

    is_completed = is_success = wait


def _work(async_op: bool) -> Work | None:
    return Work() if async_op else None


def barrier(group: Any = None, async_op: bool = False, *args: Any, **options: Any) -> Work | None:
    """Nothing: all are here."""
    return _work(async_op)


def monitored_barrier(group: Any = None, timeout: Any = None, wait_all_ranks: bool = False) -> None:
    """Nothing: all are here."""


def all_reduce(tensor: Tensor, op: Any = ReduceOp.SUM, group: Any = None, async_op: bool = False) -> Work | None:
    """Nothing: the sum, the mean, the largest over one process is what it has."""
    return _work(async_op)


def reduce(
    tensor: Tensor, dst: int = 0, op: Any = ReduceOp.SUM, group: Any = None, async_op: bool = False
) -> Work | None:
    """Nothing: the sum over one process is what it has."""
    return _work(async_op)


def broadcast(tensor: Tensor, src: int = 0, group: Any = None, async_op: bool = False) -> Work | None:
    """Nothing: the tensor comes from here."""
    return _work(async_op)


def all_gather(tensor_list: list[Tensor], tensor: Tensor, group: Any = None, async_op: bool = False) -> Work | None:
    """The tensor, copied into the only one of the list."""
    tensor_list[0].copy_(tensor)
    return _work(async_op)


def all_gather_into_tensor(
    output_tensor: Tensor, input_tensor: Tensor, group: Any = None, async_op: bool = False
) -> Work | None:
    """The tensor, copied into the other, of as many elements."""
    output_tensor.copy_(input_tensor.view(output_tensor.shape))
    return _work(async_op)


def gather(
    tensor: Tensor, gather_list: list[Tensor] | None = None, dst: int = 0, group: Any = None, async_op: bool = False
) -> Work | None:
    """The tensor, copied into the only one of the list."""
    if gather_list is None:
        raise ValueError("gather: Argument ``gather_list`` must be specified on destination rank.")
    return all_gather(gather_list, tensor, group, async_op)


def scatter(
    tensor: Tensor, scatter_list: list[Tensor] | None = None, src: int = 0, group: Any = None, async_op: bool = False
) -> Work | None:
    """The only tensor of the list, copied into the other."""
    if scatter_list is None:
        raise ValueError("scatter: Argument ``scatter_list`` must be specified on source rank.")
    return all_gather([tensor], scatter_list[0], group, async_op)


def reduce_scatter(
    output: Tensor, input_list: list[Tensor], op: Any = ReduceOp.SUM, group: Any = None, async_op: bool = False
) -> Work | None:
    """The only tensor of the list, copied into the other."""
    return all_gather([output], input_list[0], group, async_op)


def all_gather_object(object_list: list[Any], obj: Any, group: Any = None) -> None:
    """The object, in the only place of the list."""
    object_list[0] = obj


def gather_object(obj: Any, object_gather_list: list[Any] | None = None, dst: int = 0, group: Any = None) -> None:
    """The object, in the only place of the list."""
    if object_gather_list is not None:
        object_gather_list[0] = obj


def broadcast_object_list(object_list: list[Any], src: int = 0, group: Any = None, device: Any = None) -> None:
    """Nothing: the objects come from here."""
