"""Support people to take up work, and see what is left undone, and for whom."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import WORKED_OUT, recalled
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Choice, Slider
from toolkit.lessons.l06_prudent.labs.nearly import nearly_same
from toolkit.models import prudent
from toolkit.screen.lab import Lab

# Illustrative: people with one condition, some with time, health and company, some with little.
PEOPLE = Provenance("illustrative", note="the people, their work and their means")
ABLE, BARE = "with means", "with little"
GROUPS = (prudent.Kin(ABLE, 20, 3, 0.8), prudent.Kin(BARE, 20, 4, 0.2))
TEAM_HOURS = 70
SUPPORT = 6  # hours, once, for each person
SUPPORTED = 10  # hours a week that go to support at the start
ONLY = 50  # % of the work that only a professional can do
WEEKS = 52


def _gap() -> str:
    """Return what becomes of the gap with support first for the able, and hours shared alike."""
    team = prudent.Team(GROUPS, TEAM_HOURS, ONLY / 100, SUPPORT)
    weeks = [
        team.run(1, 0, "most", "alike").iloc[0],
        team.run(WEEKS, SUPPORTED, "most", "alike").iloc[-1],
    ]
    start, end = (abs(each[BARE] - each[ABLE]) for each in weeks)
    if nearly_same(start, end):
        return "same"
    return "wider" if end > start else "narrower"


def _since(team: prudent.Team, start: pd.Series, found: pd.DataFrame) -> str:
    """Say from when on support has paid, counted from the start."""
    more = team.more_undone(start, found)
    ahead = np.flatnonzero(more < 0)
    if np.abs(more).max() < 1e-9:
        return "Nothing changes over the year."
    if not len(ahead):
        return "Over the year, more has been left undone than without any support."
    return (
        "Counted from the start, less has been left undone than without support from week "
        f"{found['week'].iloc[ahead[0]]} on."
    )


def together(this: Lesson) -> Lab:
    """Support people to take up work, and see what is left undone, and for whom."""
    guess = this.predict("gap")

    def draw(value: dict) -> Figure:
        team = prudent.Team(GROUPS, TEAM_HOURS, value["only"] / 100, SUPPORT)
        plan = (value["order"], value["freed"])
        found = team.run(WEEKS, value["support"], *plan)
        without = team.run(1, 0, *plan)
        both = [ABLE, BARE]
        start, end = without[both].iloc[0], found[both].iloc[-1]
        gaps = [abs(each[BARE] - each[ABLE]) for each in (start, end)]
        paid = [f"{w:.0f} weeks" if math.isfinite(w) else "never" for w in team.weeks_to_pay]
        weeks = pd.concat([without.assign(week=0), found])
        frame = weeks.rename(columns={"week": "at"}).melt(
            "at", value_vars=both, var_name="series", value_name="value"
        )
        words = (
            f"{value['support']} hours a week go to support until all have had theirs; first, "
            f"{prudent.ORDERS[plan[0]]}. The team’s hours go to {prudent.FREED[plan[1]]}; "
            f"{value['only']} % of the work only a professional can do. What a person takes up has "
            f"paid for the support after: {ABLE}, {paid[0]}; {BARE}, {paid[1]}. Left undone for "
            f"each person, before and after a year: {ABLE}, {start[ABLE]:.2f} and {end[ABLE]:.2f} "
            f"hours a week; {BARE}, {start[BARE]:.2f} and {end[BARE]:.2f}. At most in any week: "
            f"{found[ABLE].max():.2f} and {found[BARE].max():.2f}. "
            f"{_since(team, start, found)}"
        ) + recalled(guess)
        table = weeks.set_index("week").loc[[0, 1, 4, 8, 13, 26, 39, WEEKS]].reset_index().round(2)
        table.columns = ["week", "hours for support", *(f"undone, {name}" for name in both)]
        return shapes.paths(
            frame,
            {ABLE: "main", BARE: "warn"},
            x="weeks from the start",
            y="left undone, hours a week for each person",
            most=3.5,
            title=f"The gap goes from {gaps[0]:.1f} to {gaps[1]:.1f} hours a week; left undone: "
            f"{sum(start) / 2:.1f} to {sum(end) / 2:.1f}",
            description=words,
            provenance=(PEOPLE, WORKED_OUT),
            table=table,
        )

    controls = (
        Slider("support", "Hours for support, until all have had theirs", SUPPORTED, min=0, max=40,
               step=5, unit="hours a week"),
        Choice("order", "Whom to support first", "most", options=prudent.ORDERS),
        Choice("freed", "Who gets the team’s hours", "alike", options=prudent.FREED),
        Slider("only", "Work that only a professional can do", ONLY, min=0, max=100, step=10,
               unit="%"),
    )  # fmt: skip
    return Lab("together", controls, draw, after=(guess,), truth={"gap": _gap})
