"""How often a rule set calls something special when nothing has happened.

Points are independent and normal.
"""

from __future__ import annotations

import numpy as np

from toolkit.spc.limits import REACH, mean_range
from toolkit.spc.sets import RuleSet, rule_set


def stable_charts(points: int, runs: int = 2_000, seed: int = 1) -> np.ndarray:
    """Return figures of charts on which nothing changes, shape (runs, points).

    Parameters
    ----------
    points : int
        Points on each chart.
    runs, seed : int
        How many charts, and the seed of the generator.
    """
    return np.random.default_rng(seed).normal(size=(runs, points))


def falsely_flagged(
    rules: RuleSet | str, points: int, runs: int = 2_000, seed: int = 1
) -> np.ndarray:
    """Return on which stable charts something is called special.

    Centre and limits are worked out from the same points, as nearly every real chart does.

    Parameters
    ----------
    rules : RuleSet or str
        A rule set, or its key.
    points : int
        Points on each chart.
    runs, seed : int
        How many charts, and the seed of the generator.

    Returns
    -------
    ndarray of bool, shape (runs,)
        Whether each chart is flagged.

    Raises
    ------
    ValueError
        If a chart has fewer than three points.
    """
    chosen = rule_set(rules)
    if points < 3:
        raise ValueError(f"A chart needs at least 3 points; {points} came in.")
    values = stable_charts(points, runs, seed)
    middle = np.median if chosen.centre == "median" else np.mean
    z = values - middle(values, axis=1)[:, None]
    if chosen.centre == "mean":
        z = z / (chosen.factor / REACH * mean_range(values, chosen.screen)[:, None])
    fired = [rule.fires(values, z) for rule in chosen.rules]
    return np.logical_or.reduce(fired)


def false_signals(rules: RuleSet | str, points: int, runs: int = 2_000, seed: int = 1) -> float:
    """Return the share of stable charts on which something is called special.

    Parameters
    ----------
    rules, points, runs, seed
        As in `falsely_flagged`.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return float(falsely_flagged(rules, points, runs, seed).mean())
