"""How much a measure moves when nothing has changed: process limits of a chart of single values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# 3 / 1.128, the factor from the mean moving range of two neighbours to three standard deviations,
# as printed in the tables that health services use. NIST/SEMATECH e-Handbook of Statistical
# Methods, 6.3.2.2 (source key nist), works with 3/1.128 = 2.6596: it differs in the fourth digit.
LIMIT_FACTOR = 2.66
# The upper limit of the moving ranges themselves, as a multiple of their mean (D4 for pairs).
RANGE_FACTOR = 3.267
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
    moving_range : float
        Mean moving range that the limits rest on.
    range_limit : float
        Upper limit of the moving ranges.
    values, set_aside : int
        Known values in the baseline, and moving ranges left out because they were too large.
    """

    centre: float
    low: float
    high: float
    moving_range: float
    range_limit: float
    values: int
    set_aside: int = 0

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


def individuals_limits(
    values: Sequence[float], baseline: slice | None = None, screen: bool = True
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
    ranges = np.abs(np.diff(chosen))
    ranges = ranges[np.isfinite(ranges)]
    if known < FEWEST or not len(ranges):
        raise ValueError(
            f"Process limits need at least {FEWEST} known months, with two in a row; "
            f"here {known} of {len(chosen)} are known. Take a longer stretch of months."
        )
    kept = ranges
    if screen:
        kept = ranges[ranges <= RANGE_FACTOR * ranges.mean()]
    mean_range, centre = float(kept.mean()), float(np.nanmean(chosen))
    reach = LIMIT_FACTOR * mean_range
    return Limits(
        centre=centre,
        low=centre - reach,
        high=centre + reach,
        moving_range=mean_range,
        range_limit=RANGE_FACTOR * mean_range,
        values=known,
        set_aside=len(ranges) - len(kept),
    )
