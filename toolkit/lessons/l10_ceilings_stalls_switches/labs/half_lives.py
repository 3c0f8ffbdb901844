"""Lesson 10, half-lives: a gap closes by half, and by half again, and a review comes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import line, recalled, spot
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Select, Slider
from toolkit.models.change.diffusion import CORNERS, CRAFTS, HALF_LIVES, UNITS, half_life
from toolkit.screen.lab import Lab
from toolkit.text.numbers import number

REVIEW = 6  # months: the review that the prediction speaks of
LONGEST = 40  # months shown
ENDS = Provenance("published", ("schneiderman",), note="half-lives of 1 and 22 months")
BETWEEN = Provenance(
    "published", ("schneiderman",), verified=False, note="his seven others, not read in the source"
)
WORKED_OUT = Provenance("computed", note="from the half-lives")


def _left(cell: tuple[str, str], months: np.ndarray | int) -> np.ndarray:
    """Return what is left of a gap after some months, in % of the start."""
    return half_life(100, 0, months, HALF_LIVES[cell])


def _lasts(cell: tuple[str, str]) -> str:
    return number(HALF_LIVES[cell], "months")


def _at_review(month: int) -> pd.DataFrame:
    """Return what a review in that month finds, for each kind of work and technique."""
    return pd.DataFrame(
        {
            "work across": unit,
            **{
                f"{craft} technique": f"{_left((unit, craft), month):.0f} % left "
                f"({_lasts((unit, craft))}"
                f"{', read in the source' if (unit, craft) in CORNERS else ''})"
                for craft in CRAFTS
            },
        }
        for unit in UNITS
    )


def halving(this: Lesson) -> Lab:
    """Close a gap by half, and by half again, and see what a review finds."""
    guess = this.predict("review")
    at = np.arange(LONGEST + 1)
    simplest, hardest = CORNERS

    def draw(value: dict) -> Figure:
        yours, month = (value["unit"], value["craft"]), value["month"]
        names = {
            f"simplest: {_lasts(simplest)}": (simplest, "third"),
            f"hardest: {_lasts(hardest)}": (hardest, "warn"),
            "your project": (yours, "main"),
        }
        words = (
            f"{value['unit'].capitalize()}, {value['craft']} technique: half of the gap closes "
            f"in {_lasts(yours)}, and half of the rest in the same time again. At the same review "
            f"the simplest project has {_left(simplest, month):.0f} % left and the hardest "
            f"{_left(hardest, month):.0f} %. All are run equally well.{recalled(guess)}"
        )
        return shapes.paths(
            pd.concat(line(_left(cell, at), at, name) for name, (cell, _) in names.items()),
            {name: role for name, (_, role) in names.items()},
            x="months since the start",
            y="gap still left, % of the start",
            title=f"After {number(month, 'months')} {_left(yours, month):.0f} % of the gap is "
            f"left: half-life {_lasts(yours)}",
            description=words,
            provenance=(ENDS, BETWEEN, WORKED_OUT),
            marks=spot(guess, REVIEW),
            table=_at_review(month),
        )

    controls = (
        Select("unit", "Who has to work together", hardest[0], options={u: u for u in UNITS}),
        Select("craft", "How hard the technique is", hardest[1], options={c: c for c in CRAFTS}),
        Slider("month", "Review after", REVIEW, min=1, max=LONGEST, unit="months"),
    )
    truth = {"review": lambda: round(float(_left(hardest, REVIEW)), 1)}
    return Lab("halving", controls, draw, after=(guess,), truth=truth)
