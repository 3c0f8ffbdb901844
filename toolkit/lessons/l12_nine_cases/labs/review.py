"""A review of a case: the chart of the months that are open, and the questions it asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.charts.cases import case_chart
from toolkit.charts.figure import Figure
from toolkit.evidence import Case
from toolkit.learning.fields import Field
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS
from toolkit.models.cases import reviews
from toolkit.screen.stage import Trace
from toolkit.text.numbers import course
from toolkit.text.templates import fill

QUARTER = 3  # months


def case_figure(
    case: Case, measure: str, every: int, until: int, hindsight: bool = False
) -> Figure:
    """Return the chart of the open months of a case.

    Parameters
    ----------
    case : Case
        One of the nine.
    measure : str
        A key of `reviews.MEASURES`.
    every, until : int
        Months from one review to the next; months that are open.
    hindsight : bool
        Whether the ceiling is named.

    Returns
    -------
    Figure
        Of the open months alone.
    """
    name, unit, better = reviews.MEASURES[measure]
    months, bands = reviews.opened(case, measure, every, until)
    counts = months["judged"].value_counts()
    lately = slice(reviews.BASELINE if hindsight else until - every, None)
    facts = {
        "case": case,
        "until": until,
        "judged": until > reviews.BASELINE,
        "known": sum(counts.get(how, 0) for how in ("better", "inside", "worse")),
        "counts": {how: counts.get(how, 0) for how in ("better", "inside", "worse")},
        "lately": judged(months["judged"].iloc[lately]),
        "hindsight": hindsight,
        "measure": name,
        "unit": unit,
        "better": better,
        "course": course(months["month"], months["value"], "", "month"),
        "limits": bands.iloc[-1],
        "missing": months.loc[months["value"].isna(), "month"].tolist(),
    }
    said = {key: WORDS.say(f"case.{key}", **facts) for key in ("title", "description", "measure")}
    happened = reviews.events(case, until, hindsight)
    figure = case_chart(
        months,
        bands,
        happened,
        provenance=(case.provenance, WORDS.provenance("limits")),
        **said,
    )
    return replace(figure, trace=_quarters(case.id, until, happened))


def judged(months: pd.Series) -> dict[str, int]:
    """Count the months that are known, and those of them that were better than the limits."""
    return {"known": int((months != "not known").sum()), "better": int((months == "better").sum())}


def by_quarter(happened: pd.DataFrame, quarters: int) -> list[list[dict]]:
    """Return what has happened since the tick before, for each tick of a clock of quarters.

    Parameters
    ----------
    happened : DataFrame
        ``month`` and whatever else is told of an event, in order.
    quarters : int
        How often the clock ticks.

    Returns
    -------
    list of list of dict
        One list for each tick, from 0 to `quarters`; the first and the last hold what lies beyond.
    """
    tick = -(-happened["month"] // QUARTER)
    tick = tick.clip(1, quarters)
    return [happened[tick == now].to_dict("records") for now in range(quarters + 1)]


def _quarters(case: str, until: int, happened: pd.DataFrame) -> dict[str, Any]:
    """Return the open months as a story that the stage plays quarter by quarter."""
    ticks = until // QUARTER
    trace = Trace(ticks, ended={"events": by_quarter(happened, ticks)}, pace=QUARTER, start=-1)
    facts = {"case": case, "until": until, "quarter": QUARTER}

    def fill_in(template: str, **known: Any) -> str:
        return fill(template, {**facts, **known})

    return trace.told(WORDS["case"]["stage"], fill_in, str)


def questions(month: int = reviews.BASELINE, every: int = 6) -> list[Field]:
    """Return what the review in a month asks before the next ``every`` months open."""
    return WORDS.fields(
        "review",
        options={"choice": reviews.CHOICES},
        month=month,
        last=month + every - 1,
    )
