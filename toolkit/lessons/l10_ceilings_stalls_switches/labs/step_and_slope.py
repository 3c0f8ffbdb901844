"""Lesson 10, step and slope: a pathway is redesigned twice, or learns month by month."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import MANY, PLAYED, RUNS, asked_of, band, line, recalled
from toolkit.course.lesson import Lesson
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.learning.fields import Select
from toolkit.models.journeys import MONTHS, Journeys, Programme, draw_noise, run
from toolkit.models.journeys.lifecycle import ceiling_calls
from toolkit.models.logics import FIVE
from toolkit.models.pathway import Context, Practice, stack_contexts, stack_practices
from toolkit.screen.lab import Lab

SEED = 10
HELD = 50  # runs of journeys that a prediction is held against: they tell, and are quickly played
START = {"case": "C", "approach": "service_improvement"}
CASES = {
    row.id: f"{row.id}: {row.title.partition(':')[0]}"
    for row in evidence.cases().frame.itertuples()
}
REDESIGN, LEARN, NOTHING = "redesigned twice", "learning", "no programme"


@cache
def _journeys(case: str, mode: str, approach: str, n: int) -> Journeys:
    """Return n journeys of a case in one way, all with the same chance."""
    told = evidence.case(case)
    return run(
        stack_contexts([Context(**told.context)] * n),
        stack_practices([Practice(**told.practice)] * n),
        [Programme(mode, approach or None)],
        draw_noise(SEED, n),
    )


def _two_ways(case: str, approach: str, n: int) -> dict[str, Journeys]:
    return {
        REDESIGN: _journeys(case, "reengineer", "", n),
        LEARN: _journeys(case, "contextualise", approach, n),
    }


def _leaders(ways: dict[str, Journeys]) -> dict[int, str]:
    """Return who is really ahead, on average, at half a year and in the last month."""
    return {
        m: max((REDESIGN, LEARN), key=lambda name: ways[name].value[:, m - 1].mean())
        for m in (6, MONTHS)
    }


def _really(ways: dict[str, Journeys], base: np.ndarray) -> str:
    """Say how high each way stands on average, without noise, and what skill it leaves."""
    level = {name: (ways[name].value / base).mean(0) for name in (REDESIGN, LEARN)}
    stands = "; ".join(
        f"month {m}, " + ", ".join(f"{name} {mean[m - 1]:.0f}" for name, mean in level.items())
        for m in (6, 24, MONTHS)
    )
    redesigned, learned = (f"{100 * ways[name].mastery[:, -1].mean():.0f} %" for name in level)
    return (
        f"{stands}. Skill in improving at the end: {redesigned} after the redesigns, {learned} "
        "after learning"
    )


def _called(records: np.ndarray) -> str:
    """Say whether, and when, a ceiling is called in the records of those who learn."""
    n, months = len(records), [found[0] + 1 for found in ceiling_calls(records) if found]
    if n == 1:
        when = f"called in month {months[0]}" if months else "not called"
        return f"While learning, a ceiling is {when}."
    when = f", half of them by month {np.median(months):.0f}" if months else ""
    return f"While learning, a ceiling is called in {len(months)} of {n} runs{when}."


def _higher() -> str:
    """Return which way leads early and which late, as the prediction names it."""
    said = {
        (REDESIGN, REDESIGN): "redesign", (REDESIGN, LEARN): "cross",
        (LEARN, REDESIGN): "back", (LEARN, LEARN): "learn",
    }  # fmt: skip
    return said[tuple(_leaders(_two_ways(**START, n=HELD)).values())]


def _drawn(ways: dict[str, Journeys], base: np.ndarray, title: str, words: str) -> Figure:
    """Draw what is recorded of each way, with the start of each run as 100."""
    at = np.arange(1, MONTHS + 1)
    shown = {name: way.observed / base for name, way in ways.items()}
    frame = pd.concat(
        band(runs, at, name) if name != NOTHING else line(runs.mean(0), at, name)
        for name, runs in shown.items()
    )
    wide = frame.pivot_table(index="at", columns="series", values="value", sort=False)
    table = wide.loc[[1, 6, 12, 18, 24, 30, 36, 42, MONTHS]].round(1)
    return shapes.paths(
        frame,
        {NOTHING: "calm", REDESIGN: "warn", LEARN: "main"},
        x="months since the programme began",
        y="value as recorded, start = 100",
        title=title,
        description=words,
        provenance=(ILLUSTRATIVE, PLAYED),
        table=table.rename_axis("month").reset_index(),
        low=None,
    )


def lifecycle(this: Lesson) -> Lab:
    """Redesign a pathway twice, or learn month by month with one approach."""
    guess = this.predict("slope")

    def draw(value: dict) -> Figure:
        case, approach, n = value["case"], value["approach"], int(value["runs"])
        ways = {NOTHING: _journeys(case, "nothing", "", n), **_two_ways(case, approach, n)}
        base = ways[NOTHING].value[:, :1] / 100
        ahead = _leaders(ways)
        title = (
            f"Ahead in month 6: {ahead[6]}; in month {MONTHS}: {ahead[MONTHS]}"
            if ahead[6] != ahead[MONTHS]
            else f"Ahead in month 6 and in month {MONTHS}: {ahead[6]}"
        )
        words = (
            f"Case {CASES[case]}. Approach: {FIVE[approach].name}. Without noise, start = 100: "
            f"{_really(ways, base)}. {_called(ways[LEARN].observed)}"
            + recalled(guess, after=asked_of(case, START["case"], f"case {START['case']}"))
        )
        return _drawn(ways, base, title, words)

    controls = (
        Select("case", "Which place", START["case"], options=CASES),
        Select(
            "approach", "Which approach it learns with", START["approach"],
            options={key: logic.name for key, logic in FIVE.items()},
        ),
        RUNS,
    )  # fmt: skip
    there = {**START, "runs": str(MANY)}
    return Lab("lifecycle", controls, draw, after=(guess,), truth={"slope": _higher}, there=there)
