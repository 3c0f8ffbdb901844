"""A chart over time: centre, limits, and for each point whether it is special, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.spc.doubts import Base, warnings_of
from toolkit.spc.icons import BETTER, Icon, assurance_icon, checked_target, icon, variation_icon
from toolkit.spc.limits import FEWEST, REACH, WORDS, count_sigma, mean_range, sigma_z
from toolkit.spc.reading import (
    base_of,
    frozen,
    measured,
    placed,
    read_rows,
    segments,
    step_name,
    time_in_words,
)
from toolkit.spc.sets import MAKING_DATA_COUNT, RuleSet, rule_set
from toolkit.spc.signals import Signal, judged_points, signals_of

# Fewer points than this behind a set of limits is too few: the documentation of NHSRplotthedots
# says 12 (one of its messages says 13). It is one number here, and can be set.
ENOUGH = 12
CHARTS = ("xmr", "p", "u", "p'", "u'")
# The least and the most that a value can be, where what is counted sets an end.
POSSIBLE = {"x": (-np.inf, np.inf), "p": (0.0, 1.0), "u": (0.0, np.inf)}
ROUNDING = 1e-12  # what adding up can do to a mean, relative to the largest value


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart over time and what it says.

    Parameters
    ----------
    points : DataFrame
        One row per point: ``at``, ``value``, ``segment``, ``centre``, ``low``, ``high``, ``kind``
        (common cause, improvement, concern, "special, high", "special, low", missing or left out),
        ``rule`` (the one that takes precedence), ``why``, ``rules`` (all that apply), and ``side``
        (+1 above or rising, -1 below or falling, 0 not special).
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
    step : str
        What one point is for: "month", "week", "day", or "point" where nothing says so.
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
    step: str = "month"

    @property
    def special(self) -> pd.Series:
        """Whether each point is special: there is a rule that says so."""
        return self.points["rule"] != ""

    @property
    def judged(self) -> pd.Series:
        """Whether each point has a figure, and was not left out."""
        return ~self.points["kind"].isin(["missing", "left out"])

    @property
    def whole(self) -> tuple[Signal, ...]:
        """Signals that belong to the whole chart."""
        return tuple(each for each in self.signals if not each.rows)

    @property
    def summary(self) -> str:
        """How many points are special, by which rules, in a sentence."""
        by = self.points.loc[self.special, "rule"].value_counts(sort=False)
        starts = self.points.groupby("segment")["at"].first().map(time_in_words)
        return WORDS.say(
            "chart.summary",
            special=int(self.special.sum()),
            known=int(self.judged.sum()),
            rules=by.to_dict(),
            whole=[(starts[each.segment], each.why) for each in self.whole],
        )


def _scale(
    values: np.ndarray, rows: pd.DataFrame, chart: str, rules: RuleSet, per: float, first: slice
) -> tuple[float, np.ndarray, Base]:
    """Return the centre of one segment, a standard deviation for each point, what they rest on."""
    base, start = values[first], rows["at"].iloc[0]
    known = np.isfinite(base)
    if known.sum() < FEWEST or (chart == "xmr" and not np.isfinite(np.diff(base)).any()):
        raise ValueError(
            WORDS.say(
                "refused.limits", start=time_in_words(start), fewest=FEWEST, known=known.sum()
            )
        )
    centre = float(np.median(base[known]) if rules.centre == "median" else np.mean(base[known]))
    if chart == "xmr":
        moved = float(mean_range(base, rules.screen))
        sigma = np.full(len(values), rules.factor / REACH * moved)
        spread = float("nan")
    else:
        count, size = rows["count"].to_numpy()[first][known], rows["size"].to_numpy()
        overall = count.sum() / size[first][known].sum()
        if rules.centre == "mean":
            centre = float(overall * per)
        sigma = per * count_sigma(chart[0], overall, size)
        spread = sigma_z(_distance(base, overall * per, sigma[first]), rules.screen)
        if chart.endswith("'") and not np.isnan(spread):
            sigma = spread * sigma
    still = rules.centre == "mean" and not np.nan_to_num(sigma[first][known]).any()
    return centre, sigma, Base(start, base, spread, still)


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
    rebase: Any = (),
    freeze: Any = None,
    exclude: Any = (),
    gaps: str = "break",
    floor: float | None = None,
    ceiling: float | None = None,
    enough: int = ENOUGH,
    every: str | None = "MS",
) -> Chart:
    """Judge each point of a series over time by a rule set, with reasons.

    Parameters
    ----------
    frame : DataFrame
        One row per point; it is not changed.
    value, at : str
        Columns with the figure and with its date (or number). Dates may be text, where they can
        mean one thing only: see `toolkit.spc.dates.in_time`.
    size : str, optional
        Column with what the figure is out of: needed for p and u charts; in an XmR chart the
        share is drawn as a single value.
    per : float
        What the share or rate is given per: 100 for per cent, 10 000 for days at risk.
    chart : {"xmr", "p", "u", "p'", "u'"}
        Where limits come from: the moving range of single values, chance in shares of a whole
        (p), chance in events per exposure (u), or chance in counts widened by how much more they
        move than that (Laney's p' and u', for large counts). With a rule set on the median there
        are no limits.
    rules : RuleSet or str
        ``"mdc"``, ``"excel"``, ``"weco"``, ``"anhoej"``, or a set of your own; what sets the NHS
        ones apart from the tools they follow stands in `deviations`.
    better : {"increase", "decrease", "neutral"}
        Which way is better.
    target : float, optional
        In the unit of the chart.
    rebase : date, number or sequence, optional
        Values of ``at`` at which a new centre and new limits start; runs do not pass over them.
    freeze : int, date or str, optional
        What centre and limits of each segment rest on: so many points with a figure from its
        start, or the points up to and including a date; by default all.
    exclude : date, number or sequence, optional
        Values of ``at`` that centre, limits and rules leave out. They stay in the chart, and count
        as points with a figure for ``freeze``.
    gaps : {"break", "skip"}
        A missing point ends runs and no moving range is taken across it; or its neighbours close
        ranks, as in tools that never see the missing row. The same for what is left out.
    floor, ceiling : float, optional
        Draw no limit below or above this: 0 for what cannot be negative, 100 for percentages. It
        changes no signal. Limits of p and u charts never leave what is possible.
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
        If a setting or a column is not there, a date or a figure cannot be read for certain, or
        too few points are known; the message says what would be right.

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
    chosen, chart = rule_set(rules), chart.replace("′", "'").replace("’", "'")
    for name, given, allowed in (
        ("chart", chart, CHARTS),
        ("better", better, BETTER),
        ("gaps", gaps, ("break", "skip")),
    ):
        if given not in allowed:
            raise ValueError(f"{name} is one of {', '.join(allowed)}; '{given}' came in.")
    if chart != "xmr" and size is None:
        raise ValueError(WORDS.say("refused.size", chart=chart))
    target = checked_target(target)
    rows = read_rows(frame, value, at, size, every)
    freeze = frozen(freeze, rows)
    values = measured(rows, chart, per)
    for name, end, beyond in (
        ("floor", floor, lambda: np.nanmin(values) < floor),
        ("ceiling", ceiling, lambda: np.nanmax(values) > ceiling),
    ):
        if end is not None and np.isfinite(values).any() and beyond():
            raise ValueError(WORDS.say("refused.end", name=name, end=f"{end:g}"))
    if target is not None and chart[0] == "p" and not 0 <= target <= per:
        raise ValueError(WORDS.say("refused.share", target=f"{target:g}", per=f"{per:g}"))
    points = pd.DataFrame({"at": rows["at"], "value": values, "segment": segments(rows, rebase)})
    points[["centre", "low", "high"]] = np.nan
    left_out = placed(rows, exclude, "exclude")
    figure = np.isfinite(values)
    used = np.where(left_out, np.nan, values)
    known = np.isfinite(used)
    z, kept = np.full(len(rows), np.nan), known | (gaps == "break")
    found: list[Signal] = []
    bases: list[Base] = []
    for segment, part in points.groupby("segment"):
        index = part.index.to_numpy()
        first = base_of(part["at"], figure[index], freeze)
        behind = slice(int(kept[index[first]].sum()))
        index = index[kept[index]]
        centre, sigma, base = _scale(used[index], rows.iloc[index], chart, chosen, per, behind)
        bases.append(replace(base, start=part["at"].iloc[0]))
        points.loc[part.index, "centre"] = centre
        z[index] = _distance(used[index], centre, sigma)
        if chosen.centre == "mean":
            for name, way in (("low", -1), ("high", 1)):
                points.loc[index, name] = centre + way * REACH * sigma
        for rule in chosen.rules:
            found += signals_of(rule, used[index], z[index], index, int(segment))
    least, most = POSSIBLE[chart[0]]
    points["low"] = points["low"].clip(lower=least * per).clip(lower=floor)
    points["high"] = points["high"].clip(upper=most * per).clip(upper=ceiling)
    order = [rule.name for rule in chosen.rules]
    signals = tuple(sorted(found, key=lambda each: (order.index(each.rule), each.rows)))
    start = np.select([~figure, left_out], ["missing", "left out"], "common cause").tolist()
    points = points.join(judged_points(start, signals, better, chosen.improvement_wins))
    points.loc[left_out & figure, "why"] = WORDS.say("chart.left_out")
    last = points[known].iloc[-1]
    variation = variation_icon(last["kind"], last["side"], time_in_words(last["at"]), last["why"])
    whole = [e.why for e in signals if not e.rows and e.segment == last["segment"]]
    if whole and not last["rule"]:
        variation = icon("special_whole", why=whole[0])
    dated = pd.api.types.is_datetime64_any_dtype(rows["at"])
    step = step_name(every) if dated or at == "month" else "point"
    now = used[(points["segment"] == last["segment"]).to_numpy()]
    return Chart(
        points=points,
        signals=signals,
        warnings=tuple(warnings_of(points, z, chosen, chart, bases, enough)),
        variation=variation,
        assurance=assurance_icon(target, last["low"], last["high"], better, now, step),
        rules=chosen,
        chart=chart,
        better=better,
        target=target,
        step=step,
    )
