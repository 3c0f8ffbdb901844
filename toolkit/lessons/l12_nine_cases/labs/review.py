"""A review of a case: the chart of the months that are open, and the questions it asks."""

from __future__ import annotations

from toolkit.charts.cases import case_chart
from toolkit.charts.figure import Figure
from toolkit.evidence import Case
from toolkit.learning.fields import Button, Choice, Field, Slider, Text
from toolkit.lessons.l12_nine_cases.labs.casefile import LIMITS
from toolkit.models.cases import reviews
from toolkit.text.numbers import course, number


def case_figure(
    case: Case, measure: str, every: int, until: int, hindsight: bool = False
) -> Figure:
    """Return the chart of the open months of a case.

    Parameters
    ----------
    case : Case
        One of the nine.
    measure : str
        One of `caseroom.MEASURES`.
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
    least = "less" if better < 0 else "more"
    months, bands = reviews.opened(case, measure, every, until)
    counts = months["judged"].value_counts()
    found = "the first year, not judged yet"
    if until > reviews.BASELINE:
        found = ", ".join(f"{counts.get(how, 0)} {how}" for how in ("better", "inside", "worse"))
    last = bands.iloc[-1]
    words = [
        f"Case {case.id}, {name} in {unit}; {least} is better.",
        course(months["month"], months["value"], "", "month"),
        f"Limits from month {last['start']:.0f}: {number(last['low'])} to {number(last['high'])}.",
    ]
    missing = months.loc[months["value"].isna(), "month"].tolist()
    if missing:
        words.append(f"No figure for month {', '.join(map(str, missing))}; nothing is filled in.")
    return case_chart(
        months,
        bands,
        reviews.events(case, until, hindsight),
        title=f"Case {case.id} to month {until}: {found}",
        description=" ".join(words),
        provenance=(case.provenance, LIMITS),
        measure=f"{name[0].upper()}{name[1:]}, {unit}; {least} is better",
    )


def questions(month: int = reviews.BASELINE, every: int = 6) -> tuple[Field, ...]:
    """Return what the review in a month asks before the next ``every`` months open."""
    likely = {"min": 0, "max": 100, "step": 5, "unit": "%"}
    later = min(month + reviews.YEAR, reviews.MONTHS)
    stretch = f"months {month} to {month + every - 1}"
    return (
        Choice("choice", f"Month {month}: what would you do?", options=reviews.CHOICES),
        Slider(
            "running",
            f"How likely is it that this programme is still running at month {later}?",
            **likely,
        ),
        Slider(
            "better",
            f"How likely is it that one of {stretch} is better than the limits?",
            **likely,
        ),
        Text("reason", "Your reason, in a sentence", rows=2, longest=600),
        Button("commit", f"Commit, and open {stretch}"),
    )
