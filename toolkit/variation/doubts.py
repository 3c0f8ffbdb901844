"""What speaks against trusting a chart: few points, gaps, neighbours that are alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from toolkit.variation.reading import named
from toolkit.variation.sets import RuleSet


def _alike(z: np.ndarray, segment: np.ndarray) -> tuple[float, int]:
    """Return how alike neighbours are (correlation at a distance of one), and on how many pairs."""
    away = np.where(np.isfinite(z), z, np.nan)
    pairs = away[:-1] * away[1:]
    pairs = pairs[(segment[:-1] == segment[1:]) & np.isfinite(pairs)]
    around = float(np.nanmean(away**2)) if np.isfinite(away).any() else 0.0
    return (float(pairs.mean() / around) if len(pairs) and around else 0.0), len(pairs)


def warnings_of(
    points: pd.DataFrame,
    z: np.ndarray,
    rules: RuleSet,
    chart: str,
    behind: dict[Any, int],
    enough: int,
) -> Iterator[str]:
    """Yield what the reader of a chart should know before trusting it, a sentence each.

    Parameters
    ----------
    points : DataFrame
        As in ``Chart.points``.
    z : ndarray, shape (n,)
        Distance of each point from its centre, in standard deviations.
    rules, chart
        As in `chart_data`.
    behind : dict
        Where each line starts, and how many known points it rests on.
    enough : int
        As in `chart_data`.
    """
    for start, known in behind.items():
        if known < enough:
            yield (
                f"Few points: the line from {named(start)} rests on {known}; with "
                f"fewer than {enough} it is a trial, and moves with each new point."
            )
    gaps = points.loc[points["value"].isna(), "at"].map(named).tolist()
    if gaps:
        first = ", ".join(gaps[:3]) + (f" and {len(gaps) - 3} more" if len(gaps) > 3 else "")
        yield f"Missing: {first}. A missing point is never a signal."
    alike, pairs = _alike(z, points["segment"].to_numpy())
    if pairs >= enough and alike > 2 / np.sqrt(pairs):
        yield (
            f"Neighbours are alike (autocorrelation {alike:.2f}): either the level has changed, or "
            "each point repeats part of the one before. Then runs come by themselves, limits for "
            "single values are too narrow, and signals tell of drift, not of events."
        )
    if chart != "xmr" and any(rule.name == "four of five" for rule in rules.rules):
        yield "The zone rules of Western Electric are not recommended for charts of counts."
