"""How much a measure moves when nothing has changed: centre and limits of a chart over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.text.words import Words

WORDS = Words("toolkit.spc")
# 3 / 1.128, the factor from the mean moving range of two neighbours to three standard deviations,
# as printed in the tables that health services use. NIST/SEMATECH e-Handbook of Statistical
# Methods, 6.3.2.2 (source key nist), works with 3/1.128 = 2.6596: it differs in the fourth digit.
LIMIT_FACTOR = 2.66
RANGE_TO_SIGMA = 1.128  # d2 for pairs: mean moving range over standard deviation
# The upper limit of the moving ranges themselves, as a multiple of their mean (D4 for pairs).
RANGE_FACTOR = 3.267
REACH = 3.0  # standard deviations from the centre to a limit
FEWEST = 3  # known values: two moving ranges. Below a dozen, limits are provisional.


@dataclass(frozen=True)
class Limits:
    """Where the single values of a stable process lie, nearly all of them.

    Parameters
    ----------
    centre : float
        Mean of the baseline.
    low, high : float
        Lower and upper process limit.
    """

    centre: float
    low: float
    high: float

    def judge(self, value: float, better: int = -1) -> str:
        """Say where one value lies.

        Parameters
        ----------
        value : float
            One month; NaN where it is not known.
        better : {-1, 1}
            Whether less is better, or more.

        Returns
        -------
        str
            ``"inside"``, ``"better"``, ``"worse"`` or ``"not known"``.
        """
        if np.isnan(value):
            return "not known"
        if self.low <= value <= self.high:
            return "inside"
        return "better" if (value > self.high) == (better > 0) else "worse"


def mean_range(values: np.ndarray, screen: bool | Literal["always"] = True) -> np.ndarray:
    """Return the mean moving range.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        Values in order; NaN where one is missing. No range is taken across a gap.
    screen : bool or "always"
        Leave out ranges of at least `RANGE_FACTOR` times their mean, once; not where nothing but
        standstill would be left, for then every move would be special: ``"always"`` does so there
        too.

    Returns
    -------
    ndarray, shape (...)
        The mean moving range of what was kept.
    """
    ranges = np.abs(np.diff(values, axis=-1))
    known = np.isfinite(ranges)

    def average(kept: np.ndarray) -> np.ndarray:
        return np.where(kept, ranges, 0.0).sum(axis=-1) / np.maximum(kept.sum(axis=-1), 1)

    mean, kept = average(known), known
    if screen:
        kept = known & (ranges < RANGE_FACTOR * mean[..., None])
        if screen != "always":
            still = average(kept) == 0
            kept = np.where(still[..., None], known, kept)
    return average(kept)


def individuals_limits(
    values: Sequence[float] | np.ndarray, baseline: slice | None = None, screen: bool = True
) -> Limits:
    """Return the process limits of a chart of single values (XmR, individuals chart).

    Parameters
    ----------
    values : sequence of float
        One figure per month, in order; NaN where a month is missing. No moving range is taken
        across a gap.
    baseline : slice, optional
        The months that the limits rest on; by default all.
    screen : bool, default True
        Leave out moving ranges above their own limit, once, so that a single shock does not widen
        the limits. False takes every moving range, as NIST does.

    Returns
    -------
    Limits
        Centre and limits.

    Raises
    ------
    ValueError
        If fewer than three months are known, or no two of them are neighbours.

    References
    ----------
    NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.2. Screening follows the R
    package NHSRplotthedots.

    Examples
    --------
    >>> limits = individuals_limits([4, 6, 5, 5, 4, 6])
    >>> round(limits.low, 2), limits.centre, round(limits.high, 2)
    (1.81, 5.0, 8.19)
    """
    chosen = np.asarray(values, dtype=float)[baseline or slice(None)]
    known = int(np.isfinite(chosen).sum())
    if known < FEWEST or not np.isfinite(np.diff(chosen)).any():
        raise ValueError(
            WORDS.say("refused.baseline", fewest=FEWEST, known=known, months=len(chosen))
        )
    centre, reach = float(np.nanmean(chosen)), LIMIT_FACTOR * float(mean_range(chosen, screen))
    return Limits(centre, centre - reach, centre + reach)


def count_sigma(chart: str, centre: float, size: np.ndarray) -> np.ndarray:
    """Return one standard deviation of each point of a chart of counts, from chance alone.

    Parameters
    ----------
    chart : {"p", "u"}
        Shares of a whole (binomial), or events per exposure (Poisson).
    centre : float
        The overall share or rate.
    size : ndarray, shape (n,)
        People, births or days at risk behind each point.

    Returns
    -------
    ndarray, shape (n,)
        In the unit of the centre; NaN where a size is not known.
    """
    return np.sqrt(centre * ((1 - centre) if chart == "p" else 1.0) / size)


def sigma_z(z: np.ndarray, screen: bool | Literal["always"] = False) -> float:
    """Return how many times as much a chart of counts moves as chance alone would make it [1]_.

    Parameters
    ----------
    z : ndarray, shape (n,)
        Distance of each point from the centre, in standard deviations of chance; NaN where a point
        is missing.
    screen : bool or "always"
        As in `mean_range`.

    Returns
    -------
    float
        The mean moving range of ``z``, over 1.128: about 1 where there is nothing but chance. NaN
        if no two neighbours are known.

    References
    ----------
    .. [1] Laney, D. B. (2002). Improved control charts for attributes. *Quality Engineering*, 14,
       531-537 (source key laney2002), as spelled out in chapter 13 of Anhøj and Mohammed's book
       (source key spc4hc).

    Examples
    --------
    >>> round(sigma_z(np.array([0.0, 5.64, 0.0, 5.64])), 2)
    5.0
    """
    if not np.isfinite(np.diff(z)).any():
        return float("nan")
    return float(mean_range(z, screen)) / RANGE_TO_SIGMA
