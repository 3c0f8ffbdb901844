"""See how far each logic gets alone in one place, and what the others still find there."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import PLAYED, RUNS, asked_of, line, recalled
from toolkit.course.lesson import Lesson
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.learning.fields import Select
from toolkit.lessons.l07_comparing_logics.labs.choices import COUNTS, NAMES
from toolkit.models.journeys import Journeys
from toolkit.models.laws.where import INTEGRATED, JUDGES, Left, alone, before, left_after
from toolkit.models.logics import FIVE
from toolkit.models.pathway import Context, Practice
from toolkit.screen.lab import Lab
from toolkit.text.numbers import number, signed

SEED = 7
END = 47
WORTH = 0.005  # illustrative: a change that raises value by less is not counted as a finding
ALL = NAMES | {INTEGRATED: "all five, heard by turns"}
ROLES = dict(zip(FIVE, ("main", "warn", "third", "fourth", "fifth"), strict=True))


def _start(case: str) -> tuple[Context, Practice]:
    held = evidence.case(case)
    return Context(**held.context), Practice(**held.practice)


@cache
def _played(case: str, runs: int) -> dict[str, Journeys]:
    """Return the 48 months of a case's place under each logic alone and under all five."""
    return alone(*_start(case), runs, SEED)


def _still_found(case: str, focus: str) -> tuple[list[Left], list[Left]]:
    """Return what all five find after four years of one alone, and what is worth it to others."""
    left = left_after(_start(case)[0], _played(case, 1)[focus])
    return left, [row for row in left if row.approach != focus and row.gain > WORTH]


def _paths(index: dict[str, np.ndarray], focus: str) -> pd.DataFrame:
    """Return the middle run of each logic; of many runs, two logics have a band as well."""
    paths = []
    for name, each in index.items():
        path = line(np.median(each, axis=0), np.arange(END + 1), ALL[name])
        if len(each) > 1 and name in (focus, INTEGRATED):
            low, high = np.percentile(each, [5, 95], axis=0)
            path = path.assign(low=low, high=high)
        paths.append(path)
    return pd.concat(paths)


def _end_words(ends: dict[str, np.ndarray], runs: int) -> str:
    """Say where each logic ends, and which of the single ones ends highest."""
    told = "; ".join(
        f"{ALL[n]} {mid:.0f}" + (f", {low:.0f} to {high:.0f}" if runs > 1 else "")
        for n, (mid, low, high) in ends.items()
    )
    best = max(FIVE, key=lambda n: ends[n][0])
    spread = " (nine runs in ten)" if runs > 1 else ""
    return f"At the end{spread}: {told}. Highest of the single logics: {NAMES[best]}."


def _left_words(focus: str, left: list[Left], others: list[Left]) -> str:
    """Say what the logic that was used alone would still do, and what the others find."""
    own = next(row for row in left if row.approach == focus)
    return (
        f"After 48 months of {NAMES[focus]} alone, {NAMES[focus]} "
        + (f"would still say: {own.change} " if own.change else "has nothing left. ")
        + f"Of the other four, {len(others)} still find a change that would raise value by "
        f"more than {WORTH:.1%}."
        + "".join(
            f" {NAMES[r.approach]} (value {signed(100 * r.gain, 1)} %): {r.change}" for r in others
        )
    )


def _ends_table(ends: dict[str, np.ndarray], focus: str, left: list[Left]) -> pd.DataFrame:
    """Return where each logic ends, and what it finds after four years of another alone."""
    return pd.DataFrame(
        {
            "logic": list(ALL.values()),
            "at the end": [ends[n][0] for n in ALL],
            "low (5 %)": [ends[n][1] for n in ALL],
            "high (95 %)": [ends[n][2] for n in ALL],
            f"what it finds after {NAMES[focus]}": [*(r.finding for r in left), ""],
            "what it would change": [*(r.change or "nothing" for r in left), ""],
            "value, %": [*(round(100 * r.gain, 1) for r in left), None],
        }
    )


def ceilings(this: Lesson) -> Lab:
    """See how far each logic gets alone in one place, and what the others still find there."""
    guess = this.predict("left")
    start = ("D", "lean")
    how_many = ("none", "one", "several", "several", "all")

    def draw(value: dict) -> Figure:
        place, focus, runs = value["place"], value["focus"], int(value["runs"])
        judge, played = JUDGES[value["judge"]], _played(place, runs)
        base = judge.score(before(*_start(place)))
        index = {name: 100 * judge.score(j.performance) / base for name, j in played.items()}
        ends = {name: np.percentile(each[:, END], [50, 5, 95]) for name, each in index.items()}
        left, others = _still_found(place, focus)
        return shapes.paths(
            _paths(index, focus),
            {ALL[n]: ROLES.get(n, "calm") for n in ALL},
            x="month",
            y=f"{judge.words.split(':')[0]}, 100 = before",
            title=f"{NAMES[focus]} alone: {number(round(ends[focus][0]))} after four years; "
            f"{len(others)} of the other four still find something",
            description=(
                f"{_start(place)[0].name}, 48 months, "
                f"{'one run' if runs == 1 else f'{runs} runs'}; what counts is {judge.words}, 100 "
                f"before it began. {_end_words(ends, runs)} {_left_words(focus, left, others)}"
                + recalled(guess, "You predicted:", asked_of(place, start[0], f"case {start[0]}"))
            ),
            provenance=(ILLUSTRATIVE, PLAYED),
            table=_ends_table(ends, focus, left),
            low=None,
            size=(560, 270),
        )

    places = {case: f"{case} · {_start(case)[0].name}" for case in evidence.cases().frame["id"]}
    controls = (
        Select("place", "Place", start[0], options=places),
        Select("focus", "The logic used alone", start[1], options=NAMES),
        COUNTS,
        RUNS,
    )
    truth = {"left": lambda: how_many[len(_still_found(*start)[1])]}
    return Lab("ceilings", controls, draw, after=(guess,), truth=truth)
