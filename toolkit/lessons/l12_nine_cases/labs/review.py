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
from toolkit.lessons.l12_nine_cases.labs.people import TEAM, lane
from toolkit.lessons.l12_nine_cases.labs.people import facts as people
from toolkit.models.cases import reviews
from toolkit.screen.stage import Trace
from toolkit.text.numbers import course
from toolkit.text.templates import fill


def case_figure(
    case: Case,
    measure: str,
    every: int,
    until: int,
    hindsight: bool = False,
    since: int | None = None,
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
    since : int, optional
        Months that were open before, if a stage is to play those that have been added.

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
        "before": months["value"].head(case.start_month).mean(),
        "after": months["value"].iloc[case.start_month : reviews.BASELINE].mean(),
        "lately": judged(months["judged"].iloc[lately]),
        "hindsight": hindsight,
        "measure": name,
        "unit": unit,
        "better": better,
        "course": course(months["month"], months["value"], unit, "month"),
        "limits": bands.iloc[-1],
        "all": TEAM,
        "seen": WORDS["case"]["seen"][case.id],
        "missing": months.loc[months["value"].isna(), "month"].tolist(),
    }
    said = {key: WORDS.say(f"case.{key}", **facts) for key in ("title", "description", "measure")}
    happened = reviews.events(case, until, hindsight)
    figure = case_chart(
        months,
        bands,
        happened,
        reach=reviews.reach(case, measure),
        provenance=(case.provenance, WORDS.provenance("limits")),
        **said,
    )
    if since is None:
        return figure
    played = months.iloc[since:]
    known = played["value"].astype(object).where(played["value"].notna(), None)
    events = [[], *(_of_month(happened, month) for month in played["month"])]
    trace = Trace(
        until - since,
        {"case": lane(case, since, until)},
        ended={
            "month": [None, *played["month"]],
            "value": [None, *known],
            "how": ["", *played["judged"]],
            "events": events,
            "now": [people(case, month) for month in range(since, until + 1)],
        },
        start=since - 0.5,
        turns=[tick for tick, some in enumerate(events) if some],
    )

    def fill_in(template: str, **told: Any) -> str:
        judgement = WORDS["case"]["stage"]["judgement"]
        return fill(template, {**facts, "since": since, "judgement": judgement, **told})

    return replace(figure, trace=trace.told(WORDS["case"]["stage"], fill_in, str))


def _of_month(happened: pd.DataFrame, month: int) -> list[str]:
    return happened.loc[happened["month"] == month, "text"].tolist()


def judged(months: pd.Series) -> dict[str, int]:
    """Count the months that are known, and those of them that were better than the limits."""
    return {"known": int((months != "not known").sum()), "better": int((months == "better").sum())}


def questions(month: int = reviews.BASELINE, every: int = 6) -> list[Field]:
    """Return what the review in a month asks before the next ``every`` months open.

    Parameters
    ----------
    month, every : int
        When the review is, and how many months open next.
    """
    return WORDS.fields(
        "review",
        options={"choice": reviews.CHOICES},
        count=(month - reviews.BASELINE) // every + 1,
        month=month,
        last=month + every - 1,
    )
