"""Schedules along a cosine, from the initial rate down to a least one.

Loshchilov and Hutter 2017, SGDR: Stochastic Gradient Descent with Warm Restarts, https://arxiv.org/abs/1608.03983,
equation 5: η_t = η_min + ½ (η_max − η_min)(1 + cos(π T_cur / T_i)).
"""

from __future__ import annotations

from math import cos, pi

from minigrad.optim.lr_scheduler.base import LRScheduler
from minigrad.optim.optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """eta_min + (lr - eta_min) (1 + cos(π t / T_max)) / 2: down in `T_max` epochs, and from there up again.

    (Loshchilov and Hutter 2017, equation 5, without restarts.)

    Args:
        optimizer: whose rates are set.
        T_max: how many epochs it takes down, above 0; ValueError otherwise.
        eta_min: the least rate (default 0).
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(round(schedule.get_last_lr()[0], 3))
    0.5
    0.0
    0.5
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
    """eta_min + (lr - eta_min) (1 + cos(π T_cur / T_i)) / 2: after T_i epochs the rate jumps up again.

    (Loshchilov and Hutter 2017, equation 5.) T_cur counts the epochs since the last jump; T_i grows `T_mult`-fold.

    Args:
        optimizer: whose rates are set.
        T_0: the first T_i, a positive integer; ValueError otherwise.
        T_mult: by what T_i is multiplied at each jump, a positive integer; ValueError otherwise (default 1).
        eta_min: the least rate (default 0).
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2)
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(round(schedule.get_last_lr()[0], 3))
    0.5
    1.0
    0.5
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        for name, value in (("T_0", T_0), ("T_mult", T_mult)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"CosineAnnealingWarmRestarts: {name} must be a positive integer, got {value}")
        if not isinstance(eta_min, (int, float)):
            raise ValueError(f"CosineAnnealingWarmRestarts: eta_min must be a number, got {eta_min!r:.80}")
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
        """Go to the next epoch or, to anneal batch by batch, to the fraction `epoch`; ValueError if it is negative."""
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
