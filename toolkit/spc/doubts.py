"""What speaks against trusting a chart: few points, gaps, neighbours that are alike, big counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.spc.limits import WORDS
from toolkit.spc.reading import time_in_words
from toolkit.spc.sets import FOUR_OF_FIVE, RuleSet

# How many times as much as chance a chart of counts may move before it warns. The estimate has a
# standard error of 0.91 / root(pairs) where chance is all there is; three of them, and a fifth.
BEYOND_CHANCE, AT_LEAST, PAIRS = 2.75, 1.2, 8
RESTART = 0.5  # a total for the year so far falls to less than this share when it starts again


@dataclass(frozen=True)
class Base:
    """What centre and limits of one segment rest on.

    Parameters
    ----------
    start : object
        Where the segment starts.
    values : ndarray, shape (n,)
        The figures behind its limits; NaN where one is missing.
    spread : float
        In a chart of counts: how many times as much they move as chance alone (`sigma_z`).
    still : bool
        Whether the limits have no width.
    """

    start: Any
    values: np.ndarray
    spread: float
    still: bool

    @property
    def known(self) -> int:
        """How many figures there are."""
        return int(np.isfinite(self.values).sum())

    @property
    def restless(self) -> bool:
        """Whether the figures move more than chance in counts of that size can explain."""
        pairs = int(np.isfinite(np.diff(self.values)).sum())
        return pairs >= PAIRS and self.spread > max(AT_LEAST, 1 + BEYOND_CHANCE / np.sqrt(pairs))


def _alike(z: np.ndarray, segment: np.ndarray) -> tuple[float, int]:
    """Return how alike neighbours are (correlation at a distance of one), and on how many pairs."""
    away = np.where(np.isfinite(z), z, np.nan)
    pairs = away[:-1] * away[1:]
    pairs = pairs[(segment[:-1] == segment[1:]) & np.isfinite(pairs)]
    around = float(np.nanmean(away**2)) if np.isfinite(away).any() else 0.0
    return (float(pairs.mean() / around) if len(pairs) and around else 0.0), len(pairs)


def _restarts(points: pd.DataFrame) -> str:
    """Return the month in which figures that climb all year start again, empty if they do not."""
    values, at = points["value"].to_numpy(), points["at"]
    if not pd.api.types.is_datetime64_any_dtype(at) or len(points) < 13:
        return ""
    moves = np.diff(values)
    falls = np.flatnonzero(values[1:] < RESTART * values[:-1]) + 1
    months = {at.iloc[fall].month for fall in falls}
    climbs = np.delete(moves, falls - 1)
    usual = len(months) == 1 and len(falls) == len({at.iloc[fall].year for fall in falls})
    every_year = len(falls) >= (at.iloc[-1] - at.iloc[0]).days // 366
    if usual and every_year and (climbs >= 0).all() and (climbs > 0).mean() > 0.8:
        return f"{at.iloc[falls[0]]:%B}"
    return ""


def _of_base(base: Base, chart: str, enough: int) -> Iterator[str]:
    """Yield what is to be known about one set of limits."""
    facts = {"start": time_in_words(base.start), "known": base.known, "spread": base.spread}
    if base.known < enough:
        yield WORDS.say("doubt.few", enough=enough, **facts)
    if base.still:
        yield WORDS.say("doubt.still", **facts)
    elif chart.endswith("'"):
        yield WORDS.say("doubt.widened", **facts)
    elif base.restless:
        yield WORDS.say("doubt.restless", chart=chart, **facts)


def warnings_of(
    points: pd.DataFrame,
    z: np.ndarray,
    rules: RuleSet,
    chart: str,
    bases: Sequence[Base],
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
    bases : sequence of Base
        What each set of limits rests on.
    enough : int
        As in `chart_data`.
    """
    for base in bases:
        yield from _of_base(base, chart, enough)
    for key, kind in (("missing", "missing"), ("left_out", "left out")):
        if gone := points.loc[points["kind"] == kind, "at"].map(time_in_words).tolist():
            yield WORDS.say(f"doubt.{key}", points=gone[:3], more=len(gone) - 3)
    if month := _restarts(points):
        yield WORDS.say("doubt.year_so_far", month=month)
    judged = z[np.isfinite(z)]
    if rules.centre == "median" and len(judged) and (judged == 0).mean() > 0.5:
        yield WORDS.say("doubt.on_median")
    alike, pairs = _alike(z, points["segment"].to_numpy())
    if pairs >= enough and alike > 2 / np.sqrt(pairs):
        yield WORDS.say("doubt.alike")
    if chart != "xmr" and FOUR_OF_FIVE in rules.rules:
        yield WORDS.say("doubt.weco_counts")
