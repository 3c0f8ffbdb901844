"""No more, no less: a treatment whose benefit levels off while its harm and burden go on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from toolkit.models.queues.draws import Checked, checked


@dataclass(frozen=True)
class Treatment(Checked):
    """What a treatment does to one patient.

    Parameters
    ----------
    most : float
        The most it can bring this patient, in points of health: ``a``.
    burden : float
        What each session takes from this patient: harm, travel, lost days. ``c``.
    speed : float, default 0.5
        How fast the benefit levels off: ``b``.
    """

    most: float = checked()
    burden: float = checked(above=True)  # without any there would be no best amount
    speed: float = checked(0.5, above=True)

    def benefit(self, sessions: float | np.ndarray) -> np.ndarray:
        """Return the benefit alone, ``a (1 - exp(-b x))``."""
        return self.most * -np.expm1(-self.speed * np.asarray(sessions, float))

    def net(self, sessions: float | np.ndarray) -> np.ndarray:
        """Return benefit less harm and burden, ``a (1 - exp(-b x)) - c x``."""
        return self.benefit(sessions) - self.burden * np.asarray(sessions, float)

    @property
    def best(self) -> float:
        """The best number of sessions, ``ln(ab/c)/b``; none where the first one already harms."""
        first = self.most * self.speed / self.burden
        return math.log(first) / self.speed if first > 1 else 0.0

    @property
    def even(self) -> float:
        """The number of sessions above which the patient would be better off with none at all."""
        low, high = self.best, max(self.best, 1.0)
        if low == 0:
            return 0.0
        while self.net(high) > 0:
            high *= 2
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if self.net(middle) > 0 else (low, middle)
        return low
