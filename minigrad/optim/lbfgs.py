"""L-BFGS: Newton's method with a Hessian that is guessed from the last few steps, for losses without noise.

Nocedal and Wright 2006, Numerical Optimization, 2nd edition, section 7.2, Algorithms 7.4 and 7.5; the comments below
are their lines. One step of this optimizer is several iterations, and each evaluates the loss: so it needs a closure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import array_of
from minigrad.engine.versions import writes
from minigrad.optim.line_search import Point, strong_wolfe
from minigrad.optim.optimizer import Optimizer, Params, evaluated
from minigrad.optim.options import COUNT, NONNEGATIVE, REAL, check_numbers, given
from minigrad.tensor import Tensor


class LBFGS(Optimizer):
    """The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno: x ← x - t H ∇f.

    All parameters are one vector x. H is the inverse of the Hessian as the last steps and changes of the gradient
    suggest it (Nocedal and Wright 2006, section 7.2). Each `step(closure)` makes several iterations.

    Args:
        params: what is optimized, one group; ValueError for several.
        lr: t, the length of an iteration, or where a line search begins (default 1).
        max_iter: how many iterations a step has at most (default 20).
        max_eval: how many evaluations of the loss; 1.25 max_iter unless given.
        tolerance_grad: a step ends where no element of the gradient is above it (default 1e-7).
        tolerance_change: a step ends where neither x nor the loss changes by more (default 1e-9), never if below 0.
        history_size: how many pairs of steps and changes of the gradient are remembered (default 100).
        line_search_fn: "strong_wolfe" to search for t; RuntimeError for another (default None).

    >>> w = mg.tensor([3.0], requires_grad=True)
    >>> optimizer = optim.LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (w - 1).square().sum()
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure).item(), round(w.item(), 4)
    (4.0, 1.0)
    """

    ranges: ClassVar = {
        "lr": NONNEGATIVE,
        "max_iter": NONNEGATIVE,
        "max_eval": NONNEGATIVE,
        "tolerance_grad": REAL,
        "tolerance_change": REAL,
        "history_size": COUNT,
    }
    joint_state = True

    def __init__(
        self,
        params: Params,
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        max_eval = max_iter * 5 // 4 if max_eval is None else max_eval
        super().__init__(params, given(locals()))

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        if self.param_groups:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups): give it one group")
        super().add_param_group(param_group)

    def check(self, group: dict[str, Any]) -> None:
        super().check(group)
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise RuntimeError(
                f"LBFGS: only 'strong_wolfe' is supported as line_search_fn, got {group['line_search_fn']!r}"
            )

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Iterate. `closure` clears the gradients, computes the loss, calls `backward` and returns the loss.

        Returns the loss before the first iteration. TypeError without a closure.
        """
        if not callable(closure):
            seen = "" if closure is None else f", not {type(closure).__name__}"
            raise TypeError(
                f"LBFGS.step: needs a closure that computes loss and gradients anew{seen}: a step evaluates them often"
            )
        (group,) = self.param_groups
        check_numbers("LBFGS", group, self.ranges)
        state = self.state[group["params"][0]]  # of all parameters, under the first, where PyTorch has it
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        last = state["func_evals"] + group["max_eval"]

        def evaluate() -> tuple[Any, Array]:
            loss = evaluated(closure)
            state["func_evals"] += 1
            return loss, self._gradient()

        loss, g = evaluate()
        if _largest(g) > group["tolerance_grad"]:
            self._iterate(evaluate, float(loss), g, group, state, last)
        return loss

    def _iterate(
        self,
        evaluate: Callable[[], tuple[Any, Array]],
        f: float,
        g: Array,
        group: dict[str, Any],
        state: dict[str, Any],
        last: int,
    ) -> None:
        """Algorithm 7.5, from where the loss is `f` and its gradient `g`, up to evaluation number `last`."""
        memory = Memory(state, group["history_size"])
        for k in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            # p_k ← −H_k ∇f_k
            p = memory.direction(g)
            t = min(1.0, 1.0 / np.abs(g).sum()) * group["lr"] if state["n_iter"] == 1 else group["lr"]
            memory.note(p, t, g, f)
            slope = g.dot(p)
            if slope > -group["tolerance_change"]:
                break

            # x_{k+1} ← x_k + t_k p_k, where t_k satisfies the Wolfe conditions
            x, before = [each.array.copy() for each in group["params"]], f
            if group["line_search_fn"] is None:
                self._move(x, t, p)
                if k == group["max_iter"]:  # the loss there is the next step's to evaluate, with other data perhaps
                    break
                loss, g = evaluate()
                f = float(loss)
            else:

                def phi(t: float, x: list[Array] = x, p: Array = p) -> Point:
                    self._move(x, t, p)
                    loss, g = evaluate()
                    return Point(t, float(loss), g, g.dot(p))

                start, trials = Point(0, f, g, slope), last - state["func_evals"]
                t, f, g, _ = strong_wolfe(phi, t, start, _largest(p), group["tolerance_change"], trials)
                self._move(x, t, p)
                memory.t = t

            still = _largest(t * p) <= group["tolerance_change"] or abs(f - before) < group["tolerance_change"]
            if still or state["func_evals"] >= last or _largest(g) <= group["tolerance_grad"]:
                break
        memory.save(state)

    def _gradient(self) -> Array:
        """The gradients of all parameters in a row."""
        (group,) = self.param_groups
        return np.concatenate(
            [(np.zeros_like(p.array) if p.grad is None else p.grad.array).reshape(-1) for p in group["params"]]
        )

    def _move(self, x: list[Array], t: float, direction: Array) -> None:
        """Let the parameters be x + t · direction."""
        begin = 0
        for p, origin in zip(self.param_groups[0]["params"], x, strict=True):
            end = begin + origin.size
            p.array[...] = origin + t * direction[begin:end].reshape(origin.shape)
            writes.note(p.array, "LBFGS.step")
            begin = end


class Memory:
    """The inverse Hessian, as the last m pairs s_i = x_{i+1} − x_i and y_i = ∇f_{i+1} − ∇f_i."""

    def __init__(self, state: dict[str, Any], size: int) -> None:
        self.size = size
        self.s, self.y, self.rho = ([array_of(each) for each in state.get(name, ())] for name in _LISTS)
        self.gamma, self.p, self.g = (array_of(state[name]) if name in state else None for name in _ARRAYS)
        self.t, self.f = state.get("t", 0.0), state.get("prev_loss")

    def save(self, state: dict[str, Any]) -> None:
        """Write all of it down, under PyTorch's names."""
        if self.p is None:
            return
        noted: dict[str, Any] = {"t": float(self.t), "prev_loss": self.f}
        for name, values in zip(_LISTS, (self.s, self.y, self.rho), strict=True):
            noted[name] = [Tensor.wrap(np.asarray(each)) for each in values]
        for name, value in zip(_ARRAYS, (self.gamma, self.p, self.g), strict=True):
            noted[name] = Tensor.wrap(np.asarray(value))
        state.update(noted)  # at once: lists of several lengths would be no memory, and Ctrl-C may come anywhere

    def note(self, p: Array, t: float, g: Array, f: float) -> None:
        """An iteration goes `t` along `p` from where the gradient is `g` and the loss `f`."""
        self.p, self.t, self.g, self.f = p, t, g, f

    def direction(self, g: Array) -> Array:
        """−H_k ∇f_k, with H_k made of the pairs; the steepest descent where there is no pair yet."""
        if self.p is None:
            self.gamma = np.asarray(1, g.dtype)
            return -g
        s, y = self.t * self.p, g - self.g
        curvature = y.dot(s)
        if curvature > 1e-10:  # else H would not stay positive definite
            # discard the oldest pair if there are m, and store s_k and y_k
            for values, value in zip((self.s, self.y, self.rho), (s, y, 1.0 / curvature), strict=True):
                if len(values) == self.size:
                    del values[0]
                values.append(value)
            # H⁰_k ← γ_k I  (7.20)
            self.gamma = curvature / y.dot(y)

        # Algorithm 7.4, the two-loop recursion, on −∇f_k
        q = -g
        alphas = []
        for s, y, rho in zip(reversed(self.s), reversed(self.y), reversed(self.rho), strict=True):
            alphas.append(rho * s.dot(q))
            q -= alphas[-1] * y
        r = self.gamma * q
        for s, y, rho, alpha in zip(self.s, self.y, self.rho, reversed(alphas), strict=True):
            beta = rho * y.dot(r)
            r += s * (alpha - beta)
        return r


_LISTS = ("old_stps", "old_dirs", "ro")
_ARRAYS = ("H_diag", "d", "prev_flat_grad")


def _largest(array: Array) -> float:
    return float(np.abs(array).max())
