"""See the chart over time of a table that somebody brings, and that of the sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from toolkit.charts.control import control_chart
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.lessons.l13_your_dialect.labs.setting import OF_SAMPLE, first_setting
from toolkit.lessons.l13_your_dialect.labs.table import MADE_UP, SAMPLE, sample_bytes, understood
from toolkit.spc import Chart, chart_data
from toolkit.text.numbers import number
from toolkit.text.reading import has_percent, typed
from toolkit.upload import Series, read
from toolkit.upload.errors import shown
from toolkit.upload.periods import when

LAST = 12  # points that the prediction is about
LOOK = {"rules": "mdc", "better": "neutral", "target": "", "rebase": ""}
LOOK_OF_SAMPLE = {"better": "increase"}


def _judged(whence: Provenance) -> Provenance:
    """Return where limits and signals come from: worked out from what was measured or made up."""
    kind = "modelled" if whence.kind == "illustrative" else "computed"
    return Provenance(kind, note="limits and signals")


def look_of(kept: object) -> dict[str, str]:
    """Return what was set for a chart, as far as it can be used; the start for the rest."""
    held = kept if isinstance(kept, dict) else {}
    return {name: str(held.get(name) or start) for name, start in LOOK.items()}


def target_in(text: str, made: Series) -> float | None:
    """Return the target that was typed, in the unit of the points, or None if nothing was.

    Parameters
    ----------
    text : str
        As it was typed.
    made : Series
        The points.

    Returns
    -------
    float or None
        The number.

    Raises
    ------
    ValueError
        If it is no number, or can be meant in two ways; the message asks.
    """
    if not (text or "").strip():
        return None
    unit, middle = made.unit, made.frame["value"].abs().median()
    if unit != "%" and has_percent(text):
        raise ValueError(f"The points are not percentages, and the target “{shown(text)}” is one.")
    try:
        found = typed(text, unit).value
    except ValueError as problem:
        of = f" in {unit}" if unit else ""
        more = f" {problem}" if ":" in text else ""
        raise ValueError(
            f"A target is one number{of}, such as 85; “{shown(text)}” came in.{more}"
        ) from None
    if unit == "%" and not has_percent(text) and 0 < found <= 1 < middle:
        raise ValueError(
            f"The points are percentages, such as {number(middle)} %. Write {100 * found:g} % if "
            f"you mean that as your target, or {found:g} % if it is less than 1 %."
        )
    return found


def judged(made: Series, look: Mapping[str, str]) -> Chart:
    """Return a series judged by one rule set.

    Parameters
    ----------
    made : Series
        What was understood.
    look : mapping of str to str
        As `LOOK`.

    Returns
    -------
    Chart
        The points, each with its reason.

    Raises
    ------
    ValueError
        If there are too few points, or the target is no number.
    """
    counts = {"value": "count", "size": "n", "per": 100} if made.chart == "p" else {}
    below = (made.frame["value"] < 0).any()
    share = made.unit == "%" and made.frame["value"].max() <= 100
    return chart_data(
        made.frame,
        at="start",
        every=made.step,
        chart=made.chart,
        rules=look["rules"],
        better=look["better"],
        target=target_in(look["target"], made),
        rebase=[pd.Timestamp(look["rebase"])] if look["rebase"] else (),
        floor=None if below else 0,
        ceiling=100 if share else None,
        **counts,
    )


def flagged(chart: Chart) -> int:
    """Return how many of the last points are special."""
    return int(chart.special[chart.points["value"].notna()].tail(LAST).sum())


def measure(made: Series) -> str:
    """Return what the figures are, in the words of the table, with their unit."""
    label = "events" if made.label == "rows" else made.label.replace("_", " ")
    return label if made.unit in label else f"{label}, {made.unit}"


def own_chart(
    made: Series, look: Mapping[str, str], whence: Provenance, name: str, said: str = ""
) -> Figure:
    """Draw a series over time, with limits, reasons, icons and warnings.

    Parameters
    ----------
    made : Series
        What was understood.
    look : mapping of str to str
        As `LOOK`.
    whence : Provenance
        Where the figures come from.
    name : str
        Name of the file.
    said : str
        What is added to the words.

    Returns
    -------
    Figure
        With one row of its table for each point.

    Raises
    ------
    ValueError
        If it cannot be drawn; the message says why.
    """
    chart = judged(made, look)
    points, every, unit = chart.points, made.every, measure(made)
    known, special = int(chart.judged.sum()), int(chart.special.sum())
    first, last = (when(at, every) for at in points["at"].iloc[[0, -1]])
    table = points[["at", "value", "low", "centre", "high", "kind", "why"]].rename(
        columns={"at": every, "value": unit, "low": "lower limit", "high": "upper limit",
                 "kind": "judged", "why": "because"}
    )  # fmt: skip
    table[every] = [when(at, every) for at in points["at"]]
    words = [
        f"{unit[:1].upper()}{unit[1:]}, from {shown(name)}: {first} to {last}, judged by "
        f"{chart.rules.title}. {chart.summary}",
        f"Of the last {min(LAST, known)} points {flagged(chart) or 'none'} "
        f"{'is' if flagged(chart) < 2 else 'are'} special.",
        f"The centre now is {number(points['centre'].iloc[-1])}.",
        chart.variation.why,
        chart.assurance.why if chart.target is not None else "",
        *chart.warnings,
    ]
    icons = {"variation": chart.variation, "assurance": chart.assurance}
    return control_chart(
        points,
        title=f"{special or 'None'} of {known} {every}s special, judged by {chart.rules.title}",
        description=" ".join(word for word in words if word) + said,
        provenance=(whence, _judged(whence)),
        unit=unit,
        x=every,
        icons={name: (icon.name, icon.word) for name, icon in icons.items()},
        target=chart.target,
        table=table,
        given=made.chart != "p",
    )


def sample(_this: Lesson) -> Figure:
    """Show the sample up to the twelve months that the prediction is about."""
    upload = read(SAMPLE, sample_bytes())
    made = understood(upload, {**first_setting(upload), **OF_SAMPLE})
    early = replace(made, frame=made.frame.iloc[:-LAST])
    return own_chart(early, {**LOOK, **LOOK_OF_SAMPLE}, MADE_UP, SAMPLE)
