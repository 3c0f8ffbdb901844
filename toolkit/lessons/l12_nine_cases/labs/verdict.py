"""What a case has opened so far, what the learner said, and the verdict once it is over."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit import evidence
from toolkit.charts.cases import JUDGED
from toolkit.lessons.l12_nine_cases.labs.casefile import listed, spoken
from toolkit.models.cases import reviews
from toolkit.models.cases.reviews import Sitting

BRIEFLY = {"running": "still running", "better": "better than the limits"}


def news(sitting: Sitting) -> str:
    """Say what the last commitment opened, or that everything is open."""
    case = evidence.case(sitting.case)
    if sitting.over:
        when = f" in month {case.outcome_month}" if case.outcome_month < reviews.MONTHS else ""
        return f"The whole record is open: {case.outcome}{when}. The verdict stands below."
    if not sitting.reviews:
        return "The first year is open. Read the chart, then commit; then the next months open."
    start = sitting.month - sitting.every
    months, _ = reviews.opened(case, case.tracked_measure, sitting.every, sitting.month)
    held = months["judged"].iloc[start:].value_counts()
    counted = ", ".join(f"{count} {JUDGED.get(how, (how,))[0]}" for how, count in held.items())
    happened = " ".join(
        f"Month {e.month}: {e.text}"
        for e in reviews.events(case, sitting.month).itertuples()
        if e.month >= start
    )
    return (
        f"Kept: {sitting.reviews[-1].choice}. Months {start} to {sitting.month - 1} are open: "
        f"{counted}. {happened or 'Nothing else is on record.'}"
    )


def log(sitting: Sitting, others: Sequence[Sitting]) -> str:
    """Return the verdict, once there is one, what the learner said, and what is on record."""
    case = evidence.case(sitting.case)
    happened = reviews.events(case, sitting.month, hindsight=sitting.over)
    parts = {
        "What you said": _said(sitting),
        "On record so far": [
            (f"Month {e.month}, {e.kind}:", e.text + ("" if e.about_approach else " (anyway)"))
            for e in happened.itertuples()
        ],
    }
    return (_verdict(sitting, others) if sitting.over else "") + "".join(
        f"<details open><summary>{title}</summary>{listed(lines)}</details>"
        for title, lines in parts.items()
        if lines
    )


def _said(sitting: Sitting) -> list[tuple[str, str]]:
    case, lines = evidence.case(sitting.case), []
    truth = {True: ", and it was so", False: ", and it was not", None: ""}
    for count, review in enumerate(sitting.reviews):
        month = reviews.BASELINE + count * sitting.every
        came = reviews.came_true(case, month, sitting.every) if sitting.over else {}
        chances = "; ".join(
            f"{words} {100 * getattr(review, name):.0f} %{truth[came.get(name)]}"
            for name, words in BRIEFLY.items()
        )
        lines.append((f"Month {month}, you: {review.choice}", f"({chances}) {review.reason}"))
    return lines


def _verdict(sitting: Sitting, others: Sequence[Sitting]) -> str:
    """Say how the case ended and how the forecasts did, without calling them right or wrong."""
    case, done = evidence.case(sitting.case), [*others, sitting]
    lines = [
        ("How it ended.", case.outcome_text),
        ("How it was adopted.", case.how_adopted),
        (
            "Did the approach suit the problem?",
            f"{spoken(case.selection).capitalize()}, in our judgement. {case.selection_reason}",
        ),
        *_scores("This case", [sitting]),
        *(_scores(f"All {len(done)} of your cases", done) if others else ()),
        (
            "Not right or wrong.",
            "Another choice has no record to be held against, a good forecast can miss, and "
            "few forecasts say little about a forecaster. Ask how your reasons changed. The "
            "base rate counts all nine cases, this one too: nobody knows it beforehand.",
        ),
    ]
    return f"<p><strong>The verdict</strong></p>{listed(lines)}"


def _scores(which: str, sittings: Sequence[Sitting]) -> list[tuple[str, str]]:
    return [
        (
            f"{which}: {reviews.FORECASTS[row.event]}.",
            f"You said {100 * row.said:.0f} % on average; it happened in "
            f"{row.happened * row.forecasts:.0f} of {row.forecasts}. Brier score {row[5]:.2f}, and "
            f"0 is best. Always saying the base rate of the nine cases: {row[6]:.2f}. Always "
            f"saying 50 %: {row[7]:.2f}.",
        )
        for row in reviews.scores(sittings).itertuples()
    ]
