"""How far chance alone puts places apart: draws, highest over lowest, SCV, limits of a funnel."""

from __future__ import annotations

import math

import numpy as np

from toolkit.models.queues.draws import check_number


def areas(
    expected: float, count: int, spread: float, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw the cases of several areas of one size.

    Parameters
    ----------
    expected : float
        Cases that one area would have on average.
    count : int
        Number of areas.
    spread : float
        True differences: the standard deviation of the areas' own rates, as a share of their mean.
    draws : int
        How often to draw.
    rng : Generator
        Where chance comes from.

    Returns
    -------
    array of int
        Cases, one row per draw: Poisson around rates that follow a gamma distribution.
    """
    check_number("expected", expected, above=True)
    check_number("count", count, low=2, whole=True)
    check_number("spread", spread)
    check_number("draws", draws, low=1, whole=True)
    rates = np.ones((draws, count))
    if spread > 0:
        rates = rng.gamma(1 / spread**2, spread**2, (draws, count))
    return rng.poisson(expected * rates).astype(np.int64)


def extremal_quotient(cases: np.ndarray) -> np.ndarray:
    """Return the highest over the lowest of each row; infinite where the lowest is nothing."""
    cases = np.asarray(cases, float)
    low, high = cases.min(axis=-1), cases.max(axis=-1)
    return np.divide(high, low, out=np.full(low.shape, math.inf), where=low > 0)


def systematic_variation(cases: np.ndarray, expected: float | np.ndarray) -> np.ndarray:
    """Return the systematic component of variation: differences less what chance would give.

    Parameters
    ----------
    cases : array
        Cases by area, in the last dimension.
    expected : float or array
        Cases expected in each area.

    Returns
    -------
    array
        Mean of ``((O - E) / E)**2 - 1 / E``, in the form of Diehr and others (diehr1990). On
        average it is zero where areas differ by chance alone, so it falls below zero as often
        as not; with true differences it is their squared share on average.
    """
    cases, expected = np.asarray(cases, float), np.asarray(expected, float)
    return np.mean(((cases - expected) / expected) ** 2 - 1 / expected, axis=-1)


def overdispersion(cases: np.ndarray, expected: np.ndarray, variance: np.ndarray) -> float:
    """Return how many times as much the cases vary as chance alone would let them.

    Parameters
    ----------
    cases, expected, variance : array
        Cases of each place, what was expected, and the variance that chance alone gives.

    Returns
    -------
    float
        The mean squared z-score: about 1 where there is nothing but chance.
    """
    return float(np.mean((np.asarray(cases) - expected) ** 2 / variance))


def _limit(chances: np.ndarray, below: float) -> float:
    """Return the count with a chance ``below`` of less, taken between whole numbers."""
    so_far = np.cumsum(chances)
    at = int(np.searchsorted(so_far, below))
    before = so_far[at - 1] if at else 0.0
    return max(at - (so_far[at] - below) / (so_far[at] - before), 0.0)


def poisson_limit(expected: float, below: float) -> float:
    """Return the limit under which a count falls with a given chance.

    Parameters
    ----------
    expected : float
        Cases expected.
    below : float
        The chance of a count below the limit, above 0 and below 1.

    Returns
    -------
    float
        From the exact Poisson distribution, between two whole numbers by interpolation, so that
        the edges of a funnel run smoothly.
    """
    check_number("expected", expected, above=True)
    check_number("below", below, above=True, high=1, below=True)
    most = int(expected + 12 * math.sqrt(expected) + 40)  # nobody sees what lies beyond
    counts = np.arange(1, most + 1)
    steps = np.log(expected) - np.log(counts)
    return _limit(np.exp(np.concatenate(([0.0], np.cumsum(steps))) - expected), below)
