"""Lesson 12, across the cases: all nine at once, and any two over one another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.cases import TURNS, nine_chart
from toolkit.charts.figure import Figure
from toolkit.course.common import recalled
from toolkit.course.lesson import Lesson
from toolkit.evidence import Case, Provenance
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.learning.fields import Select
from toolkit.lessons.l12_nine_cases.labs.casefile import CASES, LIMITS, MEASURES, spoken
from toolkit.models.cases import reviews
from toolkit.screen.lab import Lab
from toolkit.text.numbers import course, number, span

MEASURE = Select("measure", "Measure", "", options=MEASURES)


def _unit(measure: str) -> str:
    return "tests a month" if measure == "learning_cycles" else "% better than before"


def _last_year(values: np.ndarray) -> float:
    return float(np.nanmean(values[-reviews.YEAR :]))


def _still_running() -> int:
    """Count the cases that still run the approach they began with."""
    return sum(evidence.case(n).outcome not in reviews.ENDINGS for n in reviews.NINE)


def _ended(case: Case) -> str:
    when = "" if case.outcome_month == reviews.MONTHS else f", month {case.outcome_month}"
    return case.outcome + when


def _panel(case: Case, measure: str) -> pd.DataFrame:
    """Return the limits, months and turning points of a case, as `nine_chart` takes them."""
    values, bands = reviews.on_one_scale(case, measure)
    turns = reviews.events(case, hindsight=True)
    turns = turns[turns["kind"].isin(TURNS)]
    on_line = pd.Series(values).interpolate(limit_direction="both")
    names = {"start": "at", "stop": "to", "low": "value"}
    parts = (
        bands.rename(columns=names).assign(part="band"),
        pd.DataFrame({"at": range(reviews.MONTHS), "value": values, "part": "month"}),
        pd.DataFrame({"at": turns["month"], "kind": turns["kind"], "part": "event"}).assign(
            value=on_line[turns["month"]].to_numpy()
        ),
    )
    return pd.concat(parts).assign(case=f"{case.id} · {spoken(case.approach)}: {_ended(case)}")


def _in_short(case: Case, measure: str) -> dict[str, object]:
    """Return a case as one row of the table."""
    held = reviews.opened(case, measure)[0]["judged"].value_counts()
    return {
        "case": case.id,
        "approach": spoken(case.approach),
        "measure": reviews.MEASURES[measure][0],
        "start": case.start_month,
        "ceiling, in hindsight": case.ceiling_month,
        "ended as": _ended(case),
        "months inside limits": held.get("inside", 0),
        "better": held.get("better", 0),
        "worse": held.get("worse", 0),
        "last year": round(_last_year(reviews.on_one_scale(case, measure)[0]), 1),
    }


def nine(this: Lesson) -> Lab:
    """Look at all nine at once, endings included."""
    guess = this.predict("nine")

    def draw(value: dict) -> Figure:
        chosen, unit = value["measure"], _unit(value["measure"])
        seen = [(case, chosen or case.tracked_measure) for case in map(evidence.case, CASES)]
        table = pd.DataFrame(_in_short(*each) for each in seen)
        still, order = _still_running(), table.sort_values("last year")
        reach = span(order["last year"])
        title = f"{still} of nine still run what they began with ({unit})"
        if chosen:
            title = f"{MEASURES[chosen].capitalize()} in the last year: {reach} ({unit})"
        return nine_chart(
            pd.concat(_panel(*each) for each in seen)[
                ["case", "part", "at", "to", "value", "high", "kind"]
            ],
            title=title,
            description=(
                f"{still} of the nine still run the approach they began with at month 48; case B "
                "is one of them, though its gains have stopped, and the end of case I is open. The "
                f"last year lies {reach} ({unit}): least in case {order['case'].iloc[0]}, most in "
                f"case {order['case'].iloc[-1]}. Each band was set from the twelve months before "
                f"it.{recalled(guess)}"
            ),
            provenance=(ILLUSTRATIVE, LIMITS),
            table=table,
        )

    return Lab("nine", (MEASURE,), draw, after=(guess,), truth={"nine": _still_running})


def two(this: Lesson) -> Lab:
    """Lay any two cases over one another."""

    def draw(value: dict) -> Figure:
        if value["one"] == value["other"]:
            raise ValueError(f"Both sides are case {value['one']}. Choose two different cases.")
        unit, parts, words, last = _unit(value["measure"]), [], [], []
        for case in (evidence.case(value[side]) for side in ("one", "other")):
            values, _ = reviews.on_one_scale(case, value["measure"] or case.tracked_measure)
            name = f"{case.id} ({spoken(case.approach)}, {case.outcome})"
            frame = pd.DataFrame({"at": range(reviews.MONTHS), "series": name, "value": values})
            parts.append(frame)
            words.append(f"Case {name}: {course(frame['at'], frame['value'], '', 'month')}")
            last.append(f"case {case.id} {number(_last_year(values))}")
        frame = pd.concat(parts)
        return shapes.paths(
            frame,
            dict(zip(frame["series"].unique(), ("main", "warn"), strict=True)),
            x="month of the study",
            y=unit,
            title=f"In the last year: {', '.join(last)} ({unit})",
            description=" ".join(words),
            provenance=(ILLUSTRATIVE, Provenance("modelled", note="the change")),
            low=None,
            size=(560, 260),
        )

    controls = (
        Select("one", "One case", "D", options=CASES),
        Select("other", "Another case", "C", options=CASES),
        MEASURE,
    )
    return Lab("two", controls, draw, after=(this.predict("nine"),))
