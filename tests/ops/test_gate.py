"""Whatever is handed to a method: the error names it and what it was given, in words that are not Python's or NumPy's.

(That of operations and of functions is held by `test_arguments` and `test_refused`; here are methods, and changes in
place.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, optim, viz
from minigrad.profiler import profile

x = mg.ones(2, 3)

CALLS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: x.kthvalue("a"), TypeError, r"kthvalue\(\): argument 'k' \(position 2\) must be int, not str"),
    (lambda: x.quantile("a"), TypeError, r"quantile\(\): argument 'q' .* must be float | Tensor, not str"),
    (lambda: x.gather(0, [[1, 2], [3]]), ValueError, r"gather\(\): .* index: list"),
    (
        lambda: x.diagonal_scatter(None),
        TypeError,
        r"diagonal_scatter\(\): argument 'src' .* must be Tensor",
    ),
    (lambda: x.roll(None), TypeError, "roll: sizes must be integers"),
    (lambda: x.add_(1, alpha=None), TypeError, r"add_\(\): argument 'alpha' .* must be float, not NoneType"),
    (lambda: x.index_put_(0, None), TypeError, r"index_put_\(\): argument 'values' \(position 3\) must be Tensor"),
    (lambda: x.fill_(mg.float32), TypeError, "fill_: expected a number or a tensor, not dtype"),
    (lambda: x.log_normal_("a"), TypeError, r"log_normal_\(\): argument 'mean' .* must be float, not str"),
    (lambda: x.lerp_(0, None), TypeError, r"lerp_\(\): argument 'end' .* must be Tensor, not int"),
    (lambda: x.squeeze_("a"), TypeError, "squeeze_?: dim must be an int"),
    (lambda: x.std(correction="a"), TypeError, r"std\(\): argument 'correction' .* must be float | None, not str"),
    (lambda: mg.abs_(None), TypeError, r"abs_\(\): argument 'input' \(position 1\) must be Tensor, not NoneType"),
    (lambda: mg.squeeze_(), TypeError, r"squeeze_\(\): argument 'input' \(position 1\) must be Tensor"),
    (lambda: x.new_zeros(10**30), ValueError, r"new_zeros\(\): .* size: tuple"),
    (lambda: x.type_as(None), TypeError, r"type_as\(\): argument 'other' .* must be Tensor"),
    (lambda: x.to(dtype=x), TypeError, "is not a dtype"),
    (lambda: mg.rand(10**30), ValueError, "rand: Storage size calculation overflowed"),
    (lambda: mg.celu(x, 0), RuntimeError, r"celu\(\): .* alpha: int 0"),
    (lambda: mg.isin(1j, x), TypeError, "isin: expected a Tensor or an array of numbers, not complex"),
]


@pytest.mark.parametrize(("call", "kind", "message"), CALLS)
def test_the_error_names_what_was_called(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
    np.testing.assert_array_equal(x.numpy(), np.ones((2, 3), np.float32))  # and nothing was changed


def test_an_error_from_inside_names_what_was_called() -> None:
    calls: list[tuple[Callable[[], Any], str]] = [
        (lambda: mg.addbmm(x, x, x), "addbmm: bmm: expects a batch"),
        (lambda: x.addbmm(x, x), "addbmm: bmm: expects a batch"),
        (lambda: mg.split_with_sizes(x, [1, 1], 7), "split_with_sizes: split: Dimension out of range"),
        (lambda: x.clip_(), "clip_: .*[Aa]t least one of"),
        (lambda: x.moveaxis(0, (0, 1)), "moveaxis: Invalid source or destination dims"),
        (lambda: mg.clip(x), "clip: [Aa]t least one of"),
        (lambda: x.subtract_(mg.ones(4, 4)), "subtract_: .*must match the size"),
        (lambda: mg.nn.functional.mse_loss(x, x, reduction="no"), "mse_loss: no is not a valid value for reduction"),
        (lambda: mg.nn.Linear(3, 2)(x, x), r"Linear\(\) takes 2 positional arguments but 3 were given"),
        (lambda: mg.nn.Sequential(mg.nn.Linear(5, 2))(x), "linear: mat1 and mat2"),
        (lambda: mg.add(x), r"add\(\) missing 1 required positional argument: 'other'"),
        (lambda: mg.numel(None), r"numel\(\): argument 'input' \(position 1\) must be Tensor"),
        (lambda: mg.as_tensor(x, device="moon"), "as_tensor: device: expected 'cpu'"),
        (lambda: mg.result_type(), "result_type: needs at least one operand"),
        (lambda: x.apply_(None), r"apply_"),
    ]
    for call, message in calls:
        with pytest.raises((RuntimeError, ValueError, TypeError, IndexError), match=f"^{message}"):
            call()


def test_what_the_user_raises_inside_a_call_is_left_alone() -> None:
    def callback(each: Any) -> Any:
        raise ValueError("mine")

    class Own(mg.nn.Module):
        def forward(self, each: Any) -> Any:
            return callback(each)

    for call in (lambda: mg.func.grad(callback)(x), lambda: mg.nn.Sequential(Own())(x), lambda: x.apply_(callback)):
        with pytest.raises(ValueError, match=r"^mine$"):
            call()


def test_a_constructor_names_what_it_makes_and_what_it_was_given() -> None:
    from minigrad import distributions, nn, optim

    class Own(nn.Dropout):
        pass

    parameters = [mg.ones(2, requires_grad=True)]
    calls: list[tuple[Callable[[], Any], str]] = [
        (lambda: nn.Linear("a", 2), "Linear: empty: sizes must be integers"),
        (lambda: nn.Dropout(None), r"Dropout\(\): argument 'p' \(position 1\) must be float, not NoneType"),
        (lambda: Own("a"), r"Own\(\): .*p.* str"),
        (
            lambda: nn.Conv1d(None, 2, 1),
            r"Conv1d\(\): argument 'in_channels' .* must be int, not NoneType",
        ),
        (lambda: nn.Linear(3), r"Linear\(\) missing 1 required positional argument: 'out_features'"),
        (lambda: nn.LazyLinear(3)(None), r"LazyLinear\(\): argument 'input' \(position 1\) must be Tensor"),
        (lambda: optim.Rprop(parameters, etas=None), "Rprop: etas must be two numbers .*, got None"),
        (
            lambda: optim.lr_scheduler.StepLR(optim.SGD(parameters), None),
            r"StepLR\(\): argument 'step_size' .* must be int",
        ),
        (lambda: distributions.Bernoulli(), "Bernoulli: Either `probs` or `logits` must be specified"),
        (lambda: distributions.Independent(None, 1), r"Independent\(\): .* base_distribution: NoneType None"),
    ]
    for call, message in calls:
        with pytest.raises((RuntimeError, ValueError, TypeError), match=f"^{message}"):
            call()


def hooked(layer: nn.Module) -> nn.Module:
    layer.register_forward_hook(lambda *_: None)
    return layer


EVERYWHERE: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (
        lambda: nn.init.constant("a", 1),
        TypeError,
        r"constant\(\): argument .tensor. .* must be Tensor, not str",
    ),
    (
        lambda: nn.init.trunc_normal_(mg.ones(2), None, [1]),
        TypeError,
        r"trunc_normal_\(\): argument .mean.* NoneType",
    ),
    (lambda: nn.init.normal_(mg.ones(2), generator=5), TypeError, "normal_: generator must be a"),
    (lambda: nn.utils.rnn.pad_packed_sequence("a"), TypeError, r"pad_packed_sequence\(\): "),
    (lambda: nn.utils.rnn.unpad_sequence(mg.ones(2, 3), range(5)), ValueError, r"unpad_sequence"),
    (lambda: nn.utils.prune.is_pruned(5), TypeError, r"is_pruned\(\): argument 'module' .* must be Module, not int"),
    (lambda: nn.utils.parametrizations.orthogonal(nn.Linear(1, 1), 5), TypeError, "orthogonal.* must be str, not int"),
    (
        lambda: nn.grad.conv1d_input(3.0, mg.ones(1, 1, 1), mg.ones(1, 1, 1)),
        TypeError,
        r"conv1d_input\(\): ",
    ),
    (lambda: mg.autograd.functional.jacobian(5, mg.ones(2)), TypeError, r"jacobian\(\): "),
    (
        lambda: mg.func.functional_call(None, {}, ()),
        TypeError,
        r"functional_call\(\): argument 'module' .* not NoneType",
    ),
    (lambda: mg.utils.data.random_split([1], ["x"]), TypeError, r"random_split\(\): "),
    (lambda: mg.utils.data.default_collate(5), TypeError, r"default_collate\(\): "),
    (lambda: hooked(nn.Linear(3, 2))(None), TypeError, r"Linear\(\): argument 'input' \(position 1\) must be Tensor"),
    (lambda: nn.Linear(3, 2).apply(5), TypeError, "apply: fn must be a function"),  # type: ignore[arg-type]
    (
        lambda: nn.Embedding.from_pretrained([1]),
        TypeError,
        r"from_pretrained\(\): argument 'embeddings' .* must be Tensor",
    ),
    (lambda: mg.hann_window(None), TypeError, r"hann_window\(\): argument 'window_length' .* must be int"),
    (lambda: mg.hann_window(-1), RuntimeError, "^hann_window requires non-negative window_length"),
    (lambda: x["a"], TypeError, "a tensor has places, .* no names: got 'a'"),
    (
        lambda: mg.utils.checkpoint.checkpoint(5, x),
        TypeError,
        r"checkpoint\(\): argument 'function' .* must be Callable",
    ),
    (
        lambda: mg.utils.checkpoint.checkpoint_sequential([mg.sin], "a", x),
        TypeError,
        "'segments' .* must be int, not str",
    ),
    (
        lambda: mg.autograd.graph.saved_tensors_hooks(5, 6),
        TypeError,
        "saved_tensors_hooks: pack_hook must be a function",
    ),
    (lambda: mg.func.grad(5)(x), TypeError, "grad: func must be a function, not int"),
    (lambda: mg.func.jacrev(5)(x), TypeError, "jacrev: func must be a function, not int"),
    (lambda: mg.func.vjp(5, x), TypeError, "vjp: func must be a function, not int"),
    (lambda: mg.func.vmap(5)(x), TypeError, "vmap: func must be a function, not int"),
    (lambda: mg.io.atomic_write(5).__enter__(), TypeError, "atomic_write: path must be a string or a Path, not int"),
    (lambda: mg.io.atomic_write("x", "r").__enter__(), ValueError, "atomic_write: mode must be 'w' or 'wb', not 'r'"),
    (lambda: viz.recording_of(5), TypeError, "recording_of: expected a tensor, not int"),  # type: ignore[arg-type]
    (lambda: viz.program(True), TypeError, "program: expected a tensor, or several, not bool"),
    (
        lambda: optim.swa_utils.AveragedModel(nn.Linear(1, 1)).update_parameters(5),
        TypeError,
        "'model' .* must be Module",
    ),
    (lambda: nn.Transformer.generate_square_subsequent_mask("a"), TypeError, "'sz' .* must be int, not str"),
    (lambda: profile(activities=5), TypeError, "profile: activities must be several of ProfilerActivity, not int"),
    (lambda: mg.set_printoptions(profile=[]), ValueError, r"set_printoptions: profile is one of .*, not \[\]"),
    (lambda: mg.from_dlpack(np.array([None])), BufferError, "from_dlpack: DLPack only supports"),
    (lambda: mg.to_dlpack([]), TypeError, r"to_dlpack\(\): argument 'tensor' \(position 1\) must be Tensor, not list"),
    (lambda: mg.LongTensor(-1), RuntimeError, "LongTensor: Trying to create tensor with negative dimension"),
    (lambda: mg.ones(2, 3) in mg.ones(2, 2), RuntimeError, r"The size of tensor a \(2\) must match"),
    (lambda: mg.lt(mg.ones(2), np.array("q")), TypeError, "numbers are needed, not values of dtype <U1"),
    (lambda: nn.Conv1d([None], 2, (1.5, 2)), TypeError, r"Conv1d\(\): argument 'in_channels' .* must be int, not list"),
    (lambda: mg.acos(10**30), TypeError, r"acos\(\): argument 'input' \(position 1\) must be Tensor, not int"),
]


@pytest.mark.parametrize(("call", "kind", "message"), EVERYWHERE)
def test_the_gate_stands_before_every_room(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
