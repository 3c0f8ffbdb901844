"""Places of every size, held against the limits of chance: the funnels of lesson 06."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

# Share of places that chance puts beyond each side: the limits of 95% and of 99.8%.
LIMITS = {"inner limit": 0.025, "outer limit": 0.001}
GRID = 60  # points along each limit


@dataclass(frozen=True)
class Places:
    """Places with their cases and sizes, held against what chance gives around one rate.

    Parameters
    ----------
    names, cases, sizes : Series
        One place each, on the same rows.
    limit : callable
        Takes a size, the overall rate and a chance below; returns the count below which it falls.
    per, within : float
        What rates are given per; what sizes are divided by for the axis.
    """

    names: pd.Series
    cases: pd.Series
    sizes: pd.Series
    limit: Callable[[int, float, float], float]
    per: float
    within: float = 1

    @property
    def rate(self) -> float:
        """Cases of all over sizes of all."""
        return float(self.cases.sum() / self.sizes.sum())

    @property
    def rates(self) -> pd.Series:
        """The rate of each, per so many."""
        return self.per * self.cases / self.sizes

    @cached_property
    def where(self) -> pd.Series:
        """Where each place lies: ``inside`` the limits, ``beyond`` the first, or ``far`` out."""
        found = []
        for count, size in zip(self.cases, self.sizes, strict=True):
            beyond = [
                not self.limit(size, self.rate, below)
                <= count
                <= self.limit(size, self.rate, 1 - below)
                for below in LIMITS.values()
            ]
            found.append("far" if beyond[1] else "beyond" if beyond[0] else "inside")
        return pd.Series(found, index=self.cases.index)

    @property
    def dots(self) -> pd.DataFrame:
        """One dot for each place, as `toolkit.charts.funnel` takes them."""
        at = {"x": self.sizes / self.within, "y": self.rates}
        return pd.DataFrame(at | {"series": self.where, "label": self.names})

    @property
    def notes(self) -> pd.DataFrame:
        """The names of the places beyond both limits."""
        far = self.dots[self.where == "far"]
        return far[["x", "y", "label"]].rename(columns={"label": "text"})

    @property
    def lines(self) -> pd.DataFrame:
        """The average and the limits, from below the smallest place on."""
        ends = 0.7 * self.sizes.min(), 1.05 * self.sizes.max()
        sizes = np.unique(np.geomspace(*ends, GRID).astype(np.int64)).tolist()
        rows = [(size, self.rate, "average", "") for size in sizes]
        for line, beyond in LIMITS.items():
            for side, below in (("low", beyond), ("high", 1 - beyond)):
                rows += [(n, self.limit(n, self.rate, below) / n, line, side) for n in sizes]
        frame = pd.DataFrame(rows, columns=["x", "y", "line", "side"])
        return frame.assign(x=frame["x"] / self.within, y=frame["y"] * self.per)
