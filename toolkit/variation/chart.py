"""A chart over time: centre, limits, and for each point whether it is special, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.variation.doubts import warnings_of
from toolkit.variation.icons import BETTER, Icon, assurance_icon, variation_icon
from toolkit.variation.limits import FEWEST, REACH, count_sigma, mean_range
from toolkit.variation.reading import measured, named, read_rows, segments
from toolkit.variation.sets import MAKING_DATA_COUNT, RuleSet, rule_set
from toolkit.variation.signals import Signal, judged_points, signals_of

# Fewer points than this behind a set of limits is too few: the documentation of NHSRplotthedots
# says 12 (one of its messages says 13). It is one number here, and can be set.
ENOUGH = 12
CHARTS = ("xmr", "p", "u")
ROUNDING = 1e-12  # what adding up can do to a mean, relative to the largest value


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart over time and what it says.

    Parameters
    ----------
    points : DataFrame
        One row per point: ``at``, ``value``, ``segment``, ``centre``, ``low``, ``high``, ``kind``
        (common cause, improvement, concern, "special, high", "special, low" or missing), ``rule``
        (the one that takes precedence), ``why``, ``rules`` (all that apply), and ``side`` (+1
        above or rising, -1 below or falling, 0 not special).
    signals : tuple of Signal
        What each rule found, in order of precedence.
    warnings : tuple of str
        What the reader should know before trusting it.
    variation, assurance : Icon
        What the last point says; what to expect of the target.
    rules : RuleSet
        The dialect that it was judged in.
    chart, better : str
        As they came in.
    target : float or None
        As it came in.
    """

    points: pd.DataFrame
    signals: tuple[Signal, ...]
    warnings: tuple[str, ...]
    variation: Icon
    assurance: Icon
    rules: RuleSet
    chart: str
    better: str
    target: float | None

    @property
    def special(self) -> pd.Series:
        """Whether each point is special: there is a rule that says so."""
        return self.points["rule"] != ""

    @property
    def whole(self) -> tuple[Signal, ...]:
        """Signals that belong to the whole chart."""
        return tuple(each for each in self.signals if not each.rows)

    @property
    def summary(self) -> str:
        """How many points are special, by which rules, in a sentence."""
        known = int(self.points["value"].notna().sum())
        by = self.points.loc[self.special, "rule"].value_counts(sort=False)
        rules = ", ".join(f"{n} by {rule}" for rule, n in by.items())
        said = f"{self.special.sum()} of {known} points are special"
        said += f" ({rules})." if rules else "."
        starts = self.points.groupby("segment")["at"].first().map(named)
        whole = (f"From {starts[each.segment]} on, {each.why}." for each in self.whole)
        return " ".join([said, *whole])


def _scale(
    values: np.ndarray,
    rows: pd.DataFrame,
    chart: str,
    rules: RuleSet,
    per: float,
    freeze: int | None,
) -> tuple[float, np.ndarray]:
    """Return the centre of one segment, and a standard deviation for each of its points."""
    first = slice(freeze)
    base = values[first]
    known = np.isfinite(base)
    if known.sum() < FEWEST or (chart == "xmr" and not np.isfinite(np.diff(base)).any()):
        raise ValueError(
            f"Limits from {named(rows['at'].iloc[0])} on need at least {FEWEST} known points, "
            f"two of them neighbours; here are {known.sum()}. Take a longer stretch."
        )
    centre = float(np.median(base[known]) if rules.centre == "median" else np.mean(base[known]))
    if chart == "xmr":
        sigma = rules.factor / REACH * float(mean_range(base, rules.screen)[0])
        return centre, np.full(len(values), sigma)
    count, size = rows["count"].to_numpy()[first][known], rows["size"].to_numpy()
    overall = count.sum() / size[first][known].sum()
    if rules.centre == "mean":
        centre = float(overall * per)
    return centre, per * count_sigma(chart, overall, size)


def _distance(values: np.ndarray, centre: float, sigma: np.ndarray) -> np.ndarray:
    """Return how many standard deviations each point lies from the centre; 0 on it exactly."""
    away = values - centre
    away[np.abs(away) <= ROUNDING * np.nanmax(np.abs(values))] = 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(away == 0, 0.0, away / sigma)


def chart_data(
    frame: pd.DataFrame,
    *,
    value: str = "value",
    at: str = "month",
    size: str | None = None,
    per: float = 1,
    chart: str = "xmr",
    rules: RuleSet | str = MAKING_DATA_COUNT,
    better: str = "neutral",
    target: float | None = None,
    rebase: Sequence[Any] = (),
    freeze: int | None = None,
    gaps: str = "break",
    floor: float | None = None,
    enough: int = ENOUGH,
    every: str | None = "MS",
) -> Chart:
    """Judge each point of a series over time by a rule set, with reasons.

    Parameters
    ----------
    frame : DataFrame
        One row per point; it is not changed.
    value, at : str
        Columns with the figure and with its date (or number).
    size : str, optional
        Column with what the figure is out of: needed for p and u charts; in an XmR chart the
        share is drawn as a single value.
    per : float
        What the share or rate is given per: 100 for per cent, 10 000 for days at risk.
    chart : {"xmr", "p", "u"}
        Where limits come from: the moving range of single values, chance in shares of a whole
        (p), chance in events per exposure (u). With a rule set on the median there are no limits.
    rules : RuleSet or str
        ``"mdc"``, ``"excel"``, ``"weco"``, ``"anhoej"``, or a set of your own; what sets the NHS
        ones apart from the tools they follow stands in `DEVIATIONS`.
    better : {"increase", "decrease", "neutral"}
        Which way is better.
    target : float, optional
        In the unit of the chart.
    rebase : sequence, optional
        Values of ``at`` at which a new centre and new limits start; runs do not pass over them.
    freeze : int, optional
        How many points at the start of each segment the centre and limits rest on; by default all.
    gaps : {"break", "skip"}
        A missing point ends runs and no moving range is taken across it; or its neighbours close
        ranks, as in tools that never see the missing row.
    floor : float, optional
        Draw no lower limit below this: 0 for what cannot be negative. It changes no signal.
    enough : int
        Points behind a set of limits below which the chart warns.
    every : str, optional
        Calendar step of dates, as pandas calls it; a date without a row is put in as missing.

    Returns
    -------
    Chart
        The points with their reasons, the signals, warnings and icons.

    Raises
    ------
    ValueError
        If a setting or a column is not there, or too few points are known; the message says what
        would be right.

    Examples
    --------
    The published example of NHSRplotthedots, with and without the screening of moving ranges:

    >>> import pandas as pd
    >>> falls = pd.DataFrame({"month": range(18), "value": [1, 2, 1, 2, 10] + [1, 2] * 6 + [1]})
    >>> ours = chart_data(falls, better="decrease")
    >>> ours.points[["centre", "low", "high"]].iloc[0].round(2).tolist()
    [1.94, -0.72, 4.6]
    >>> ours.points.loc[4, "kind"], ours.points.loc[4, "why"]
    ('concern', 'it lies above the upper process limit')
    >>> chart_data(falls, rules="excel").points[["low", "high"]].iloc[0].round(2).tolist()
    [-3.06, 6.95]
    """
    chosen = rule_set(rules)
    for name, given, allowed in (
        ("chart", chart, CHARTS),
        ("better", better, BETTER),
        ("gaps", gaps, ("break", "skip")),
    ):
        if given not in allowed:
            raise ValueError(f"{name} is one of {', '.join(allowed)}; '{given}' came in.")
    if chart != "xmr" and size is None:
        raise ValueError(f"A {chart} chart needs size: the column with what each count is out of.")
    if freeze is not None and freeze < FEWEST:
        raise ValueError(f"freeze is a number of points, at least {FEWEST}; {freeze} came in.")
    rows = read_rows(frame, value, at, size, every)
    values = measured(rows, chart, per)
    points = pd.DataFrame({"at": rows["at"], "value": values, "segment": segments(rows, rebase)})
    points[["centre", "low", "high"]] = np.nan
    known = np.isfinite(values)
    z, kept = np.full(len(rows), np.nan), known | (gaps == "break")
    found: list[Signal] = []
    behind: dict[Any, int] = {}
    for segment, part in points.groupby("segment"):
        index = part.index.to_numpy()[kept[part.index]]
        behind[part["at"].iloc[0]] = int(known[index[:freeze]].sum())
        centre, sigma = _scale(values[index], rows.iloc[index], chart, chosen, per, freeze)
        points.loc[part.index, "centre"] = centre
        z[index] = _distance(values[index], centre, sigma)
        if chosen.centre == "mean":
            for name, way in (("low", -1), ("high", 1)):
                points.loc[index, name] = centre + way * REACH * sigma
        for rule in chosen.rules:
            found += signals_of(rule, values[index], z[index], index, int(segment))
    if floor is not None:
        points["low"] = points["low"].clip(lower=floor)
    order = [rule.name for rule in chosen.rules]
    signals = tuple(sorted(found, key=lambda each: (order.index(each.rule), each.rows)))
    points = points.join(judged_points(known, signals, better, chosen.improvement_wins))
    last = points[known].iloc[-1]
    variation = variation_icon(last["kind"], last["side"], named(last["at"]), last["why"])
    whole = [e.why for e in signals if not e.rows and e.segment == last["segment"]]
    if whole and not last["rule"]:
        variation = Icon("special_whole", "special: the whole chart", f"{whole[0].capitalize()}.")
    return Chart(
        points=points,
        signals=signals,
        warnings=tuple(warnings_of(points, z, chosen, chart, behind, enough)),
        variation=variation,
        assurance=assurance_icon(target, last["low"], last["high"], better),
        rules=chosen,
        chart=chart,
        better=better,
        target=target,
    )
