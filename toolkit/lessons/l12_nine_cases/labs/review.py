"""A review of a case: the chart of the months that are open, and the questions it asks."""

from __future__ import annotations

from toolkit.charts.cases import case_chart
from toolkit.charts.figure import Figure
from toolkit.evidence import Case
from toolkit.learning.fields import Field
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS
from toolkit.models.cases import reviews
from toolkit.text.numbers import course


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
    facts = {
        "case": case,
        "until": until,
        "judged": until > reviews.BASELINE,
        "counts": {how: counts.get(how, 0) for how in ("better", "inside", "worse")},
        "measure": name,
        "unit": unit,
        "better": better,
        "course": course(months["month"], months["value"], "", "month"),
        "limits": bands.iloc[-1],
        "missing": months.loc[months["value"].isna(), "month"].tolist(),
    }
    said = {key: WORDS.say(f"case.{key}", **facts) for key in ("title", "description", "measure")}
    return case_chart(
        months,
        bands,
        reviews.events(case, until, hindsight),
        provenance=(case.provenance, WORDS.provenance("limits")),
        **said,
    )


def questions(month: int = reviews.BASELINE, every: int = 6) -> list[Field]:
    """Return what the review in a month asks before the next ``every`` months open."""
    return WORDS.fields(
        "review",
        options={"choice": reviews.CHOICES},
        month=month,
        later=min(month + reviews.YEAR, reviews.MONTHS),
        last=month + every - 1,
    )
