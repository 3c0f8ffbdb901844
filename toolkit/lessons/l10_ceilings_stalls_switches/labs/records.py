"""Lesson 10, real records: how long programmes last, how waits rose and fell, what March does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import line
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.tables import split_list
from toolkit.models.journeys.lifecycle import STALL_MONTHS, STALL_WINDOW, ceiling_calls
from toolkit.text.numbers import course, signed

WHOLE_STEPS = (440, 300)  # pixels; on a wider axis Vega would mark half months and half years


def survival(_this: Lesson) -> Figure:
    """Show how long a programme would be used if it stopped at a steady rate."""
    rows = evidence.published_cases().frame.set_index("row")
    told = rows.loc["productive_ward_1"]
    mean = float(told["after"])
    at = np.arange(0, 8.25, 0.25)
    stopped = 100 * (1 - np.exp(-at / mean))
    half = mean * np.log(2)
    year = {y: 100 * (1 - float(np.exp(-y / mean))) for y in (1, 3, 5, 7)}
    words = (
        f"Published: {told['org']} used it for {mean:g} {told['unit']}. Computed from the mean "
        f"alone, as if a programme were equally likely to stop in any month: half have stopped "
        f"after {half:.1f} years. Stopped after "
        + "; ".join(f"{y} year{'s' if y > 1 else ''}, {share:.0f} %" for y, share in year.items())
        + ". The curve is no record of any trust."
    )
    marks = pd.DataFrame({"at": [half, mean], "value": [50.0, year[3]], "text": ["half", "mean"]})
    return shapes.paths(
        line(stopped, at, "if all months were alike"),
        {"if all months were alike": "main"},
        x="years since the programme began",
        y="have stopped, %",
        title=f"A mean of {mean:g} years would mean that half have stopped after {half:.1f}",
        description=words,
        provenance=(
            Provenance("published", split_list(told["sources"]), note="the mean and the range"),
            Provenance("computed", note="the curve, from the mean alone"),
        ),
        marks=marks,
        table=pd.DataFrame({"years": at[::4], "have stopped, %": stopped[::4].round(1)}),
        size=WHOLE_STEPS,
    )


SERIES = {
    False: ("england_rtt_monthly", "within_18_weeks_pct", "England", 18),
    True: ("wales_rtt_monthly", "within_26_weeks_pct", "Wales", 26),
}


def waiting(_this: Lesson, wales: bool = False) -> Figure:
    """Show the share of people who waited no longer than the target, month by month.

    Parameters
    ----------
    _this : Lesson
        Not needed here.
    wales : bool
        False: England, 18 weeks; True: Wales, 26 weeks.
    """
    name, column, place, weeks = SERIES[wales]
    held = evidence.series(name)
    months, share = held.frame["month"], held.frame[column]
    said = months.dt.strftime("%B %Y")
    (found,) = ceiling_calls(share.to_numpy()[None])
    top = int(share.to_numpy().argmax())
    marks = pd.DataFrame(
        {
            "at": months.iloc[found].dt.strftime("%Y-%m-%d"),
            "value": share.iloc[found],
            "text": [str(n) for n in range(1, len(found) + 1)],
        }
    )
    words = (
        f"{place}, share waiting no longer than {weeks} weeks. "
        f"{course(list(said), share, '%')} Highest: {share.iloc[top]:.1f} % in {said.iloc[top]}. "
        f"With the rule of the lab ({STALL_WINDOW} months looked at, no rise {STALL_MONTHS} "
        "months running) a ceiling would have been called in "
        + (", ".join(f"{said.iloc[i]} at {share.iloc[i]:.1f} %" for i in found) or "no month")
        + "."
    )
    frame = pd.DataFrame(
        {"at": months.dt.strftime("%Y-%m-%d"), "series": place, "value": share.to_numpy()}
    )
    each = held.frame.assign(year=months.dt.year).groupby("year")[column]
    return shapes.paths(
        frame,
        {place: "main"},
        x="month",
        y=f"waiting {weeks} weeks or less, %",
        title=f"{place}: {share.iloc[0]:.0f} % at first, {share.iloc[top]:.0f} % in "
        f"{said.iloc[top]}, {share.iloc[-1]:.0f} % in {said.iloc[-1]}",
        description=words,
        provenance=(held.provenance, Provenance("computed", note="when a ceiling is called")),
        marks=marks,
        table=each.agg(["first", "min", "max"]).round(1).reset_index(),
        low=None,
    )


MARCH = ("2013-04", "2020-02")  # from the first full year of the record to the pandemic


def march(_this: Lesson) -> Figure:
    """Show how the number waiting over 36 weeks in Wales moves with the month of the year."""
    held = evidence.series("wales_rtt_monthly")
    change = held.frame.set_index("month")["over_36_weeks"].diff().loc[MARCH[0] : MARCH[1]]
    by = change.groupby(change.index.month)
    mean, years = by.mean(), by.count()
    names = [pd.Timestamp(2020, month, 1).strftime("%B") for month in mean.index]
    table = pd.DataFrame(
        {
            "month": names,
            "mean change": mean.round().to_numpy(),
            "smallest": by.min().to_numpy(),
            "largest": by.max().to_numpy(),
            "years": years.to_numpy(),
        }
    )
    low, fell = names[mean.to_numpy().argmin()], mean.min()
    after = (mean.index[mean.to_numpy().argmin()] % 12) + 1
    worst = by.max().loc[mean.idxmin()]
    level = held.frame.set_index("month")["over_36_weeks"].loc[change.index[[0, -1]]]
    words = (
        f"Wales, {len(change)} months. Mean change in the number waiting over 36 weeks on the "
        f"month before: {low} {signed(fell)}, the next month {signed(mean[after])}. In {low} it "
        + (f"fell in all of {years[mean.idxmin()]} years." if worst < 0 else "fell in most years.")
        + " From first to last month the number went from "
        f"{level.iloc[0]:,.0f} to {level.iloc[-1]:,.0f}."
    )
    at = mean.index.to_numpy(dtype=np.int64)
    shown = line(mean.to_numpy(), at, "mean change").assign(
        low=by.min().to_numpy(), high=by.max().to_numpy()
    )
    marks = pd.DataFrame({"at": [int(mean.idxmin())], "value": [fell], "text": [low]})
    return shapes.paths(
        pd.concat([line(np.zeros(len(at)), at, "no change"), shown]),
        {"no change": "calm", "mean change": "main"},
        x="month of the year, 1 = January",
        y="change on the month before",
        title=f"Waiting over 36 weeks in Wales: {low} {signed(fell)}, "
        f"the month after {signed(mean[after])}",
        description=words,
        provenance=(held.provenance, Provenance("computed", note="means, smallest and largest")),
        marks=marks,
        table=table,
        low=None,
        size=WHOLE_STEPS,
    )
