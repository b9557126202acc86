"""Schedules along a cosine, from the initial rate down to a least one.

Loshchilov and Hutter 2017, SGDR: Stochastic Gradient Descent with Warm Restarts, https://arxiv.org/abs/1608.03983,
equation 5: η_t = η_min + ½ (η_max − η_min)(1 + cos(π T_cur / T_i)).
"""

from __future__ import annotations

from math import cos, pi

from minigrad.optim.lr_scheduler.base import LRScheduler
from minigrad.optim.optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """Equation 5 without restarts: down to `eta_min` in `T_max` epochs and, if the training goes on, up again.

    ValueError if `T_max` is not positive.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        if T_max <= 0:
            raise ValueError(f"CosineAnnealingLR: T_max must be positive, got {T_max}")
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        lrs = [group["lr"] for group in self.optimizer.param_groups]
        if self.starting:
            return lrs
        t, low = self.last_epoch, self.eta_min
        before, now = (1 + cos(pi * each / self.T_max) for each in (t - 1, t))
        if (t - 1) % (2 * self.T_max) == self.T_max:
            # Before was the lowest point, from which no factor leads up.
            return [lr + (top - low) * now / 2 for lr, top in zip(lrs, self.base_lrs, strict=True)]
        return [low + (lr - low) * now / before for lr in lrs]


class CosineAnnealingWarmRestarts(LRScheduler):
    """Equation 5: after T_i epochs the rate jumps up again. T_i is `T_0` at first, and grows `T_mult`-fold each time.

    ValueError unless `T_0` and `T_mult` are positive integers.
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        for name, value in (("T_0", T_0), ("T_mult", T_mult)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"CosineAnnealingWarmRestarts: {name} must be a positive integer, got {value}")
        self.T_0 = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_i = T_0
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        weight = (1 + cos(pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (eta_max - self.eta_min) * weight for eta_max in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Go to the next epoch or, to anneal batch by batch, to the fraction `epoch`."""
        if epoch is None:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        elif epoch < 0:
            raise ValueError(f"CosineAnnealingWarmRestarts: epoch must be 0 or more, got {epoch}")
        else:
            self.T_cur, self.T_i = epoch, self.T_0
            while self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        self._go_to(int(epoch))

    def restart(self) -> None:
        self.T_cur, self.T_i = 0, self.T_0
        super().restart()
