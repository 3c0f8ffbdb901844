"""Rules for run charts: a run too long, or crossings of the median too few, for that many points.

Formulas as in the documentation of the R package qicharts2 (Anhøj and Olesen 2014, source key
anhojolesen2014).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from toolkit.spc.rules import Signalled


@cache
def longest_run_limit(useful: int) -> int:
    """Return the longest run that is still usual: round(log2(n) + 3).

    Parameters
    ----------
    useful : int
        Points that do not lie on the centre line.

    Returns
    -------
    int
        A longer run is a signal.

    Examples
    --------
    >>> [longest_run_limit(n) for n in (10, 12, 24, 40)]
    [6, 7, 8, 8]
    """
    return round(math.log2(useful) + 3)


@cache
def fewest_crossings(useful: int) -> int:
    """Return the fewest crossings that are still usual: the 5% quantile of binomial(n - 1, 1/2).

    Parameters
    ----------
    useful : int
        Points that do not lie on the centre line.

    Returns
    -------
    int
        Fewer crossings are a signal.

    Examples
    --------
    >>> [fewest_crossings(n) for n in (10, 12, 24, 40)]
    [2, 3, 8, 14]
    """
    steps = useful - 1
    k = np.arange(steps)
    # As logarithms: the ways to cross k times are numbers too large for a float.
    log_ways = np.concatenate(([0.0], np.cumsum(np.log(steps - k) - np.log(k + 1))))
    shares = np.cumsum(np.exp(log_ways - steps * math.log(2)))
    return int(np.searchsorted(shares, 0.05))


USEFUL = 10  # points off the line; with fewer the two rules below are not to be trusted


def _runs(side: np.ndarray) -> np.ndarray:
    """Return how many points the run behind each point has so far; a missing point ends it."""
    last, count = np.zeros(side.shape[:-1]), np.zeros(side.shape[:-1])
    lengths = np.zeros(side.shape)
    for i in range(side.shape[-1]):
        now = side[..., i]
        count = np.where(
            np.isnan(now), 0, np.where(now == 0, count, np.where(now == last, count + 1, 1))
        )
        last = np.where(np.isnan(now), 0, np.where(now == 0, last, now))
        lengths[..., i] = np.where(now == 0, 0, count)
    return lengths


@dataclass(frozen=True)
class LongestRun:
    """A run on one side of the line, longer than is usual for that many points.

    Points on the line neither end a run nor lengthen it. Missing months get the benefit of the
    doubt: they end a run, and count as points.

    Parameters
    ----------
    name, why : str
        As in `Zone`.
    fewest : int
        Points off the line below which nothing is flagged.
    """

    name: str
    why: str
    fewest: int = USEFUL

    def marks(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:  # noqa: ARG002 (as Trend)
        """Return the side of the run that each point is part of, where it is too long."""
        side = np.sign(z)
        length = _runs(side) + _runs(side[..., ::-1])[..., ::-1] - 1
        useful = (side != 0).sum(axis=-1)
        usual = [
            longest_run_limit(int(n)) if n >= max(self.fewest, 1) else np.inf
            for n in np.ravel(useful)
        ]
        return np.where(length > np.reshape(usual, useful.shape)[..., None], side, 0)

    def groups(self, values: np.ndarray, z: np.ndarray) -> Iterator[Signalled]:
        """Yield each run once, with points on the line passed over."""
        marks = self.marks(values, z)
        off = np.flatnonzero(z != 0)  # NaN is off the line, and ends a run
        for rows in np.split(off, np.flatnonzero(np.diff(marks[off])) + 1):
            if len(rows) and marks[rows[0]]:
                yield Signalled(rows, int(marks[rows[0]]), len(rows))

    def fires(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Say for each series whether there is such a run."""
        return (self.marks(values, z) != 0).any(axis=-1)


@dataclass(frozen=True)
class Crossings:
    """Fewer crossings of the line than is usual for that many points: a sign of the whole chart.

    Missing months get the benefit of the doubt: they count as if they had crossed as often as they
    could. Parameters as in `LongestRun`.
    """

    name: str
    why: str
    fewest: int = USEFUL

    @staticmethod
    def count(z: np.ndarray) -> tuple[int, int]:
        """Return the most crossings that one series can have had, and its points off the line."""
        crossings, last, gap = 0, 0.0, 0
        for side in np.sign(z):
            if np.isnan(side):
                gap += 1
            elif side:
                steps = gap + 1
                # An even number of crossings ends on the side it began on, an odd number does not.
                crossings += (steps - (steps + (side != last)) % 2) if last else gap
                last, gap = side, 0
        return int(crossings + (gap if last else 0)), int((np.abs(z) > 0).sum())

    def marks(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:  # noqa: ARG002 (as Trend)
        """Return zeros: this sign belongs to no single point."""
        return np.zeros(z.shape)

    def groups(self, values: np.ndarray, z: np.ndarray) -> Iterator[Signalled]:
        """Yield one group without points, if the line crosses too rarely."""
        if self.fires(values, z):
            yield Signalled(np.array([], dtype=int), 0, 0)

    def fires(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:  # noqa: ARG002 (as Trend)
        """Say for each series whether it crosses the line too rarely."""
        flat = z.reshape(-1, z.shape[-1])
        counts = [self.count(each) for each in flat]
        found = [n >= max(self.fewest, 1) and c < fewest_crossings(n) for c, n in counts]
        return np.reshape(found, z.shape[:-1])
