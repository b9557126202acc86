"""Changes in place: values, history, views, and the watch on what rules have saved. PyTorch is the reference."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg


def leaf(lib, *values):
    return lib.tensor(values, dtype=lib.float64, requires_grad=True)


def arithmetic(lib):
    x = leaf(lib, 1.0, 2.0, 3.0)
    y = x * 2
    y.mul_(x)
    y.add_(1)
    y -= x
    y.div_(x + 1).pow_(2)
    y.sum().backward()
    return y, x.grad


def assignment(lib):
    x = leaf(lib, 1.0, 2.0, 3.0)
    z = lib.zeros(3, dtype=lib.float64)
    z[0] = x[1] * 2
    z[1:] = x[:2] ** 2
    (z * z).sum().backward()
    return z, x.grad


def assignment_over_history(lib):
    x = leaf(lib, 1.0, 2.0, 3.0)
    y = x.clone()
    y[y > 1.5] = 0
    y[0] *= 5
    (y * y).sum().backward()
    return y, x.grad


def assignment_with_repeated_index(lib):
    x = leaf(lib, 1.0, 2.0, 3.0)
    y = x * 1
    y[[0, 0, 1]] = x * 2
    (y[1:] * lib.tensor([10.0, 100.0], dtype=lib.float64)).sum().backward()
    return y[1:], x.grad


def broadcast_assignment(lib):
    x = leaf(lib, 1.0, 2.0)
    y = lib.ones(3, 2, dtype=lib.float64)
    y[1:] = x
    (y**3).sum().backward()
    return y, x.grad


def through_a_view(lib):
    w = leaf(lib, 2.0, 3.0)
    x = lib.ones(4, dtype=lib.float64)
    v = x[1:3]
    v.mul_(w)
    (x * x).sum().backward()
    return x, v, w.grad


def sibling_views_follow(lib):
    w = leaf(lib, 2.0, 3.0)
    x = lib.ones(4, dtype=lib.float64)
    v, u = x[1:3], x[2:]
    v.mul_(w)
    (u * 3).sum().backward()
    return u, w.grad


def views_follow_their_source(lib):
    w = leaf(lib, 2.0, 3.0, 4.0, 5.0)
    x = lib.ones(2, 2, dtype=lib.float64)
    v = x.t()[0]
    x.mul_(w.view(2, 2))
    (v * v).sum().backward()
    return v, w.grad


def views_of_views(lib):
    x = lib.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=lib.float64, requires_grad=True)
    y = x * 1
    y.t()[0].mul_(3)
    y.view(-1)[1:3].mul_(y.view(-1)[1:3] * 1.0)
    (y**2).sum().backward()
    return y, x.grad


def one_element(lib):
    x = leaf(lib, 1.0, 2.0)
    y = x * 3
    y[1].add_(10)
    (y * y).sum().backward()
    return y, x.grad


def overwritten_history_is_forgotten(lib):
    x = leaf(lib, 1.0, 2.0)
    y = x * 5
    y.zero_()
    y += x * 3
    y.sum().backward()
    return y, x.grad


def under_no_grad(lib):
    x = leaf(lib, 1.0, 2.0)
    with lib.no_grad():
        x.add_(1)
        x[0] = 5
        x.clamp_(max=4)
    (x * x).sum().backward()
    return x.detach(), x.grad


def integer_and_bool(lib):
    x = lib.tensor([1, 2, 3])
    x += 2
    x[x > 3] = 0
    x.copy_(lib.tensor([1.9, 2.9, x[2].item() + 0.9]))
    return (x,)


def shapes_changed(lib):
    x = lib.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=lib.float64, requires_grad=True)
    y = x * 1
    part, turned = y[0], y.t()
    part.unsqueeze_(1)
    y.t_()
    y.mul_(x)
    part.mul_(10)
    (turned**2 * x).sum().backward()
    return y, part, turned, x.grad


def numbers_beside_arrays(lib):
    x = leaf(lib, 1.0, 2.0, 3.0)
    y = lib.zeros(2, 3, 2, dtype=lib.float64)
    y[1, :, [1, 0]] = lib.stack([x, 2 * x], 1)
    y[0, 0, 0] = x[:1]
    (y * y).sum().backward()
    return y, x.grad


def constants_over_history(lib):
    x = leaf(lib, 1.0, 2.0)
    filled = [(x * 2).zero_(), (x * 2).fill_(3), (x * 2).copy_(lib.ones(2, dtype=lib.float64))]
    assert all(each.requires_grad for each in filled)
    sum(each.sum() for each in filled).backward()
    return x.grad, *filled


def diagonal_and_windows(lib):
    x = lib.ones(3, 3, dtype=lib.float64)
    w = leaf(lib, 2.0, 3.0, 4.0)
    x.diagonal().mul_(w)
    rows = x.unfold(0, 2, 1)
    x.mul_(2)
    (rows * rows).sum().backward()
    return x, w.grad


def a_quotient(lib):
    a, b = leaf(lib, 1.0, 2.0), leaf(lib, 3.0, 4.0)
    y = a / b
    y.add_(1)
    (y * y).sum().backward()
    return y, a.grad, b.grad


def expanded_to_the_same(lib):
    x = leaf(lib, 1.0, 2.0)
    y = x * 1
    y.expand(2).mul_(3)
    z = y.expand_as(y)
    z += 1
    y.expand(1, 2)[0, 1].mul_(x[0])
    (y * y).sum().backward()
    return y, z, x.grad


def one_element_of_an_expanded_tensor(lib):
    x, w = leaf(lib, 1.0), leaf(lib, 3.0)
    y = x * 1
    many = y.expand(3)
    many[0].mul_(2)
    many[1:2].add_(w)
    many[2] *= w[0]
    weights = lib.tensor([1.0, 10.0, 100.0], dtype=lib.float64)
    (many * weights * y).sum().backward()
    return y, many, x.grad, w.grad


def one_element_of_constants_expanded(lib):
    w = leaf(lib, 3.0)
    y = lib.ones(1, dtype=lib.float64).expand(2, 3)
    y[1, 2] = w[0]
    (y * y).sum().backward()
    return y, w.grad


def parts_without_history(lib):
    x = lib.ones(4, dtype=lib.float64)
    for row in x.view(2, 2):
        row.add_(1)
    x.split(2)[0].mul_(2)
    y = leaf(lib, 1.0, 2.0) * 2
    with lib.no_grad():
        y.unbind()[0].add_(1)
    return x, y


def changed_through_data(lib):
    x, w = leaf(lib, 1.0, 2.0), leaf(lib, 3.0, 4.0)
    y = x * w
    z = x.exp()
    x.data[...] = 7
    w.data.add_(1)
    w.data.detach()[0] = 10
    z.data.view(1, 2)[0].mul_(2)
    assert x._version == w._version == z._version == 0
    (y + z).sum().backward()
    return x, w, z, x.grad, w.grad


def changed_after_what_keeps_its_input(lib):
    """Results that PyTorch's derivatives do not need, so that ReLU(inplace=True) may come after them."""
    x = lib.tensor([[[0.5, 0.25, 0.75], [0.1, -0.6, 0.2]]], dtype=lib.float64, requires_grad=True)
    f = lib.nn.functional
    for function in (
        f.instance_norm,
        lambda x: f.group_norm(x, 1),
        lambda x: f.layer_norm(x, (3,)),
        lambda x: f.layer_norm(x, (3,), *lib.ones(2, 3, dtype=lib.float64)),
        lambda x: f.batch_norm(x, None, None, training=True),
        lib.sinc,
        lib.erfinv,
        lambda x: lib.cumsum(x, 2),
    ):
        y = function(x)
        y += x
        (y * y * y).sum().backward()
    return x.grad, y


CASES = [
    changed_after_what_keeps_its_input,
    changed_through_data,
    expanded_to_the_same,
    one_element_of_an_expanded_tensor,
    one_element_of_constants_expanded,
    parts_without_history,
    diagonal_and_windows,
    a_quotient,
    arithmetic,
    assignment,
    assignment_over_history,
    assignment_with_repeated_index,
    broadcast_assignment,
    through_a_view,
    sibling_views_follow,
    views_follow_their_source,
    views_of_views,
    one_element,
    overwritten_history_is_forgotten,
    under_no_grad,
    integer_and_bool,
    shapes_changed,
    numbers_beside_arrays,
    constants_over_history,
]


@pytest.mark.torch
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_in_place_agrees_with_pytorch(case):
    torch = pytest.importorskip("torch")
    for ours, theirs in zip(case(mg), case(torch), strict=True):
        assert np.allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-14)


def test_gradient_through_a_view_in_closed_form():
    x, v, g = through_a_view(mg)
    assert x.tolist() == [1, 2, 3, 1]
    assert v.tolist() == [2, 3]
    assert g.tolist() == [4, 6]  # d(w * w)/dw


@pytest.mark.parametrize(
    ("change", "by"),
    [
        (lambda y: y.add_(1), "add_"),
        (lambda y: y[:1].mul_(2), "mul_"),
        (lambda y: y.__setitem__(0, 3.0), "setitem"),
        (lambda y: y.detach().zero_(), "zero_"),
        (lambda y: y.detach().normal_(), "normal_"),
    ],
)
def test_backward_names_the_operation_and_the_change(change, by):
    x = leaf(mg, 1.0, 2.0)
    y = x.exp()  # the rule of exp reads its output
    change(y)
    with pytest.raises(RuntimeError, match=rf"'y' of exp, .* changed by {by}"):
        y.sum().backward()
    assert x.grad is None


def test_a_change_before_saving_or_of_what_no_rule_reads_is_fine():
    x = leaf(mg, 1.0, 2.0)
    y = x + 1
    y.mul_(2)
    z = y.exp()
    y.detach().add_(5)  # exp saved its output, not y
    z.sum().backward()
    assert x.grad.tolist() == pytest.approx([2 * 54.598150033144236, 2 * 403.4287934927351])


def test_a_parameter_changed_between_forward_and_backward_is_noticed():
    w, x = leaf(mg, 2.0), leaf(mg, 3.0)
    y = w * x
    with mg.no_grad():
        w.add_(1)
    with pytest.raises(RuntimeError, match="inplace operation: 'a' of mul"):
        y.backward()


@pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: x.add_(1), "a leaf Variable that requires grad"),
        (lambda x: x.__setitem__(0, 1.0), "a leaf Variable that requires grad"),
        (lambda x: x[0].add_(1), "a view of a leaf Variable that requires grad"),
        (lambda x: x.detach().add_(mg.ones(3, 2)), "output with shape"),
        (lambda x: mg.ones(1).expand(3).add_(1), "more than one element of the written-to tensor"),
        (lambda x: mg.ones(3).expand(2, 3)[:, 1].add_(1), "more than one element of the written-to tensor"),
        (lambda x: mg.arange(4).unfold(0, 2, 1).zero_(), "more than one element of the written-to tensor"),
        (lambda x: mg.from_numpy(np.broadcast_to(1.0, 2)[:1]).zero_(), "cannot be written"),
        (lambda x: mg.tensor([1, 2]).add_(1.5), "can't be cast"),
        (lambda x: x.detach().__setitem__(slice(0, 2), mg.ones(3)), "setitem"),
    ],
)
def test_illegal_changes_are_refused_and_change_nothing(change, message):
    x = leaf(mg, 1.0, 2.0)
    with pytest.raises(RuntimeError, match=message):
        change(x)
    assert x.tolist() == [1, 2]


def test_random_fills_are_repeatable_and_have_no_history():
    mg.manual_seed(3)
    first = mg.empty(4).normal_(2, 0.5).tolist()
    mg.manual_seed(3)
    y = leaf(mg, 1.0, 2.0, 3.0, 4.0).float() * 2
    y.normal_(2, 0.5)
    assert y.tolist() == first


def test_a_random_fill_cuts_the_gradient():
    x = leaf(mg, 1.0, 2.0)
    y = x * 2
    y.normal_()
    y.sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_an_infinite_gradient_stays_where_it_is():
    x = leaf(mg, 1.0, 2.0)
    y = x * 1
    y[1:].mul_(3)
    y.backward(mg.tensor([1.0, np.inf], dtype=mg.float64))
    assert x.grad.tolist() == [1, np.inf]


def test_a_leaf_that_changes_its_shape_without_recording_stays_a_leaf():
    x = leaf(mg, 1.0, 2.0)
    with mg.no_grad():
        x.unsqueeze_(0)
    (x * x).sum().backward()
    assert x.is_leaf
    assert x.grad.tolist() == [[2, 4]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: x.copy_(mg.ones(1, 2)), "copy_: output with shape"),
        (lambda x: x.fill_(mg.ones(1)), "fill_: only supports a 0-dimensional value"),
    ],
)
def test_values_that_do_not_fit_are_refused(change, message):
    x = mg.zeros(2)
    with pytest.raises(RuntimeError, match=message):
        change(x)
    assert x.tolist() == [0, 0]


# -- views that cannot follow ----------------------------------------------------------------------------------------


def function_returning(lib, forward):
    """A Function of one tensor whose backward multiplies by 10."""

    class Given(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return forward(x)

        @staticmethod
        def backward(ctx, g):
            return g * 10

    return Given.apply


def unrecorded(lib, view):
    with lib.no_grad():
        return view()


VIEWS = {
    "unbind": lambda lib, y: y.unbind(0)[0],
    "a view of a part": lambda lib, y: y.unbind(0)[1].view(1),
    "split": lambda lib, y: y.split(1)[0],
    "split into sizes": lambda lib, y: lib.split(y, [1, 1])[1],
    "chunk": lambda lib, y: y.chunk(2)[0],
    "iteration": lambda lib, y: next(iter(y)),
    "no_grad": lambda lib, y: unrecorded(lib, lambda: y[:1]),
    "a view of one under no_grad": lambda lib, y: unrecorded(lib, lambda: y[:1])[0],
    "a Function's view": lambda lib, y: function_returning(lib, lambda x: x.view(2, 1))(y),
    "a Function's input": lambda lib, y: function_returning(lib, lambda x: x)(y),
    "a Function's view of its own": lambda lib, y: function_returning(lib, lambda x: (x * 2).view(-1))(y),
}


def refused_change(lib, name):
    y = leaf(lib, 1.0, 2.0) * 1
    VIEWS[name](lib, y).add_(1)


def refused_change_of_constants(lib, name):
    w, constants = leaf(lib, 1.0), lib.ones(2, dtype=lib.float64)
    VIEWS[name](lib, constants).mul_(w[0])


def refused_use(lib, name):
    y = leaf(lib, 1.0, 2.0) * 1
    v = VIEWS[name](lib, y)
    y.mul_(2)
    v.sum().backward()


@pytest.mark.parametrize("name", VIEWS)
def test_views_that_cannot_follow_say_so(name):
    with pytest.raises(RuntimeError, match=r"view .*is being modified inplace"):
        refused_change(mg, name)
    if not name.startswith("a Function"):
        with pytest.raises(RuntimeError, match=r"view .*is being modified inplace"):
            refused_change_of_constants(mg, name)
    if name != "a Function's view of its own":
        with pytest.raises(RuntimeError, match="its base or another view of its base has been modified inplace"):
            refused_use(mg, name)


@pytest.mark.torch
@pytest.mark.parametrize("name", VIEWS)
def test_pytorch_refuses_the_same_views(name):
    torch = pytest.importorskip("torch")
    for program in (refused_change, refused_use):
        if (program, name) != (refused_use, "a Function's view of its own"):
            with pytest.raises(RuntimeError, match="modified inplace"):
                program(torch, name)


def test_a_refused_change_changes_nothing():
    y = leaf(mg, 1.0, 2.0) * 1
    with pytest.raises(RuntimeError, match="Output 0 of unbind is a view and is being modified inplace"):
        y.unbind()[0].add_(1)
    assert y.tolist() == [1, 2]


def test_inputs_of_a_path_to_a_stale_view_are_refused_as_well():
    x = leaf(mg, 1.0, 2.0)
    y = x * 1
    part, _ = y.split(1)
    y.mul_(2)
    with pytest.raises(RuntimeError, match="Output 0 of split"):
        mg.autograd.grad((part * y).sum(), x)


def test_what_was_changed_through_data_is_not_noticed():
    x = leaf(mg, 1.0, 2.0)
    y = x * x
    x.data[...] = mg.tensor([5.0, 6.0])
    y.sum().backward()
    assert x.grad.tolist() == [10, 12]


def test_a_backward_pass_uses_the_values_from_before_data_was_replaced():
    """As spectral normalizations do that write `u.data = ...` between two passes; PyTorch uses the new ones."""
    x, u = leaf(mg, 1.0, 2.0), mg.nn.Parameter(mg.tensor([3.0, 4.0], dtype=mg.float64), requires_grad=False)
    y = x @ u
    u.data = mg.tensor([5.0, 6.0], dtype=mg.float64)
    y.backward()
    assert x.grad.tolist() == [3, 4]


def test_a_leaf_on_the_memory_of_another_tensor_is_a_leaf():
    """`requires_grad_` on a view makes it a leaf; what it is a view of wants no gradient, and is written."""
    base = mg.tensor([1.0, 2.0])
    leaf = base.reshape(2, 1).requires_grad_()
    for changed in (leaf, leaf[0]):
        with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
            changed.mul_(2)
    assert leaf.tolist() == [[1.0], [2.0]]


def test_what_lies_in_a_step_inside_an_operation_is_no_view():
    """The last step of many operations is a reshape of something that nobody sees."""
    x, factor = mg.arange(12.0).reshape(4, 3), mg.ones((), requires_grad=True) * 2
    calls = (
        lambda: mg.nn.functional.layer_norm(x, (3,)),
        lambda: mg.put(x, mg.tensor([1]), mg.tensor([5.0])),
        lambda: mg.quantile(x, 0.5, 1),
        lambda: x.tile(2, 1),
    )
    for call in calls:
        with mg.no_grad():
            y = call()
        before = y.clone()
        y.mul_(factor)
        assert y.requires_grad
        np.testing.assert_array_equal(y.detach().numpy(), 2 * before.numpy())
        call().detach_()
    with mg.no_grad():
        row, matrix = x[0], x.reshape(2, 6)
    for view in (row, matrix):
        with pytest.raises(RuntimeError, match="no_grad mode"):
            view.mul_(factor)
        with pytest.raises(RuntimeError, match="view"):
            view.detach_()


def test_views_of_views_may_be_as_many_as_one_likes() -> None:
    x = mg.ones(2, 3, requires_grad=True)
    y = views = x * 1
    for _ in range(3000):
        views = views.t()
    views.add_(1)
    assert y.tolist() == [[2, 2, 2], [2, 2, 2]]
    y.sum().backward()
    assert x.grad.tolist() == [[1, 1, 1], [1, 1, 1]]
