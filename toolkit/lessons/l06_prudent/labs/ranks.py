"""Draw a league table of areas, and see how far apart chance alone puts them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import MANY, PLAYED, band, line, recalled, spot
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Choice, Slider
from toolkit.models import prudent
from toolkit.screen.lab import Lab

SEED = 12  # its first year is a middling one, so nobody is shown a rare year first
YEARS = Choice(
    "runs", "How often to draw a year", "1", options={"1": "one year", str(MANY): f"{MANY} years"}
)
ILLUSTRATIVE = Provenance("illustrative", note="the areas")
ASKED = {"expected": 20, "areas": 22, "spread": 0}  # the areas that the prediction is about


def _times(quotient: float) -> str:
    """Return how many times as high the highest is, or why nobody can say."""
    return f"{quotient:.1f} times the lowest" if math.isfinite(quotient) else "above a lowest of 0"


def _apart(cases: np.ndarray, expected: int) -> tuple[str, str]:
    """Return how far apart areas came out, one draw a row: the highest over the lowest, and all."""
    runs = len(cases)
    ratios = np.sort(prudent.extremal_quotient(cases))
    middle, few, many = map(_times, ratios[[runs // 2, runs // 20, runs - 1 - runs // 20]])
    scv = 100 * prudent.systematic_variation(cases, expected)
    low, high = np.percentile(scv, [5, 95])
    left = "With chance taken off (the systematic component), what is left is"
    if runs == 1:
        return f"Highest {middle}", (
            f"In this year the lowest area has {cases.min()} cases and the highest {cases.max()}: "
            f"{middle}. {left} {scv[0]:.1f} hundredths"
        )
    return f"Highest {middle} in a middling year", (
        f"Over {runs} years the highest is, in a middling year, {middle}; in nine years of ten, "
        f"from {few} to {many}. {left} {scv.mean():.1f} hundredths on average, and {low:.1f} to "
        f"{high:.1f} in nine years of ten"
    )


def _middling() -> float:
    """Return how many times as high the highest is in a middling year of equal areas."""
    drawn = prudent.areas(
        ASKED["expected"], ASKED["areas"], ASKED["spread"] / 100, MANY, np.random.default_rng(SEED)
    )
    return float(np.median(prudent.extremal_quotient(drawn)))


def league(this: Lesson) -> Lab:
    """Draw a league table of areas, and see how far apart chance alone puts them."""
    guess = this.predict("ratio")

    def draw(value: dict) -> Figure:
        expected, count, runs = value["expected"], value["areas"], int(value["runs"])
        spread = value["spread"] / 100
        cases = prudent.areas(expected, count, spread, runs, np.random.default_rng(SEED))
        head, drawn = _apart(cases, expected)
        low, high = (prudent.poisson_limit(expected, below) for below in (0.025, 0.975))
        outside = ((cases < low) | (cases > high)).sum(axis=1).mean()
        at = np.arange(1, count + 1)
        name = "areas in order" if runs == 1 else f"{MANY} league tables"
        chance = line(float(expected), at, "chance alone").assign(low=low, high=high)
        places = band(np.sort(cases, axis=1), at, name)
        marks = spot(guess, count)
        marks["value"] *= places["value"].iloc[0]  # so many times the lowest
        if any(value[field] != asked for field, asked in ASKED.items()):
            marks = marks.iloc[:0]  # asked was about the areas of the question, not about these
        truth = "the same everywhere" if spread == 0 else f"{value['spread']} % apart, as a rule"
        words = (
            f"{count} areas, {expected} cases expected in each; the true rates are {truth}. "
            f"{drawn}; the true value is {100 * spread**2:.1f}. Chance alone keeps 19 areas in 20 "
            f"between {low:.1f} and {high:.1f} cases; beyond lie "
            f"{f'{outside:.1f}, on average,' if runs > 1 else f'{outside:.0f}'} of {count}."
        ).replace(" -", " −") + recalled(guess)
        shown = np.unique(np.linspace(0, count - 1, 12).astype(np.int64))
        table = pd.DataFrame({"place in the table": at, "cases": places["value"]})
        if runs > 1:
            edges = {"low": "5 % of years below", "high": "95 % of years below"}
            table = table.join(places[list(edges)].rename(columns=edges))
        return shapes.paths(
            pd.concat([chance, places]),
            {"chance alone": "calm", name: "main"},
            x="areas, from the fewest cases to the most",
            y="cases in the year",
            title=f"{head}; true rates: {truth}",
            description=words,
            provenance=(ILLUSTRATIVE, PLAYED),
            marks=marks,
            table=table.iloc[shown].round(1),
        )

    controls = (
        Slider("expected", "Cases expected in each area", ASKED["expected"], min=5, max=200, step=5,
               unit="cases a year"),
        Slider("spread", "True difference between areas", ASKED["spread"], min=0, max=50, step=5,
               unit="%",
               note="how far their true rates lie from the mean, as a rule (standard deviation)"),
        Slider("areas", "How many areas", ASKED["areas"], min=4, max=60, unit="areas"),
        YEARS,
    )  # fmt: skip
    return Lab("league", controls, draw, after=(guess,), truth={"ratio": _middling})
