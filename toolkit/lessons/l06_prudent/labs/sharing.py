"""Share a team's hours among three groups, and see who gains what."""

from __future__ import annotations

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

# Illustrative: three groups of people who could use a team's hours, from worst off to best off.
PEOPLE = Provenance("illustrative", note="the groups, their health and what an hour brings them")
NAMES = ("frail, living alone", "with a long illness", "after an operation")
STARTS = (26, 34, 40)
DEMANDS = (1, 2, 4)  # who is worst off asks least
BENEFITS = {"best": (2, 1, 4), "worst": (4, 1, 2), "alike": (2, 2, 2)}
GAINS = {
    "best": "those after an operation",
    "worst": "those who are frail",
    "alike": "everybody alike",
}
BUDGET = 21  # hours a week


def _groups(gains: str) -> list[prudent.Group]:
    each = zip(NAMES, STARTS, BENEFITS[gains], DEMANDS, strict=True)
    return [prudent.Group(*one) for one in each]


def _boards() -> str:
    """Return how the two teams of the first question compare."""
    groups = _groups("best")
    gains, gaps = [], []
    for rule in ("good", "need"):
        health = prudent.health(groups, prudent.share(groups, BUDGET, rule))
        gains.append(float((health - np.array(STARTS)).sum()))
        gaps.append(float(np.ptp(health)))
    if all(nearly_same(one, two) for one, two in (gains, gaps)):
        return "same"
    more, narrower = gains[1] > gains[0], gaps[1] < gaps[0]
    return {(True, True): "both", (False, True): "trade"}[more, narrower]


def hours(this: Lesson) -> Lab:
    """Share a team's hours among three groups, and see who gains what."""
    guess = this.predict("boards")

    def draw(value: dict) -> Figure:
        budget, rule, counts = value["hours"], value["rule"], value["weight"]
        groups, starts = _groups(value["gains"]), np.array(STARTS)
        given = prudent.share(groups, budget, rule, prudent.weights(groups, counts))
        health = prudent.health(groups, given)
        gained = health - starts
        most = (prudent.health(groups, prudent.share(groups, budget, "good")) - starts).sum()
        apart = np.ptp(health)
        parts = {"hours": given, "points gained": gained, "health after": health}
        frame = pd.DataFrame(
            {"category": name, "series": part, "value": amounts[i].round(1)}
            for i, name in enumerate(NAMES)
            for part, amounts in parts.items()
        )
        table = pd.DataFrame(
            {"group": NAMES, "hours a week": given, "health before": starts,
             "points gained": gained, "health after": health}
        ).round(1)  # fmt: skip
        told = "; ".join(
            f"{name}, {x:.1f} hours, health {before} to {after:.1f}"
            for name, x, before, after in zip(NAMES, given, starts, health, strict=True)
        )
        said = (
            f" A point for the worst off counts {counts} times." if rule == "good" and counts > 1
            else ""
        )  # fmt: skip
        words = (
            f"{budget} hours a week, {prudent.RULES[rule]}.{said} An hour helps most: "
            f"{GAINS[value['gains']]}. Who gets what: {told}. Together "
            f"{gained.sum():.1f} points are gained; the most that any sharing could bring is "
            f"{most:.1f}. Between the best and the worst off "
            f"lie {apart:.1f} points; before, {np.ptp(starts)}."
        ) + recalled(guess)
        return shapes.bars(
            frame,
            {"hours": "calm", "points gained": "main", "health after": "third"},
            x="hours a week, and points of health",
            title=f"{gained.sum():.1f} points gained in all, a gap of {apart:.1f} points",
            description=words,
            provenance=(PEOPLE, WORKED_OUT),
            table=table,
            most=90,
            width=520,
            row=18,
        )

    controls = (
        Choice("rule", "How the hours are shared", "equal", options=prudent.RULES),
        Choice("gains", "Whom an hour helps most", "best", options=GAINS),
        Slider("weight", "Where it adds most: a point for the worst off counts", 1, min=1, max=10,
               unit="times as much"),
        Slider("hours", "Hours of the team", BUDGET, min=3, max=63, step=3, unit="hours a week"),
    )  # fmt: skip
    return Lab("hours", controls, draw, after=(guess,), truth={"boards": _boards})
