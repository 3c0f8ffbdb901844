"""Decide how much each tier of outcomes counts, and see which of three services comes first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.labs.common import WORKED_OUT, recalled
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.labs.worth.services import COST, OUTCOMES, SERVICES, TIERS
from toolkit.text.numbers import pounds
from toolkit.widgets.form import Choice, Slider
from toolkit.worth import firsts, score


def _can_be_first() -> str:
    """Return how many of the services some sharing of weights puts first."""
    wins, _ = firsts(OUTCOMES)
    return {1: "one", 2: "two", 3: "any"}[int((wins > 0).sum())]


def weigh(this: Lesson) -> Lab:
    """Decide how much each tier of outcomes counts, and see which service comes first."""
    guess = this.predict("first")

    def draw(value: dict) -> Figure:
        weights = {tier: value[f"tier{n}"] for n, tier in enumerate(TIERS, 1)}
        money = value["by"] == "cost"
        result = score(OUTCOMES, weights)
        if money:
            result = 1_000 * result / COST
        ranked = result.sort_values(ascending=False, kind="stable")
        wins, ways = firsts(OUTCOMES, COST if money else None)
        unit = "points for each £1,000" if money else "points of 100"
        tie = np.isclose(ranked.iloc[0], ranked.iloc[1])
        given = ", ".join(f"{tier} {weight}" for tier, weight in weights.items())
        words = (
            f"Weights: {given}. Score, in {unit}: "
            + "; ".join(f"{name} {points:.1f}" for name, points in ranked.items())
            + f". There are {ways} ways to share ten points among the tiers: "
            + ", ".join(f"{name} is first in {count}" for name, count in wins.items())
            + " (a shared first place counts for each)."
        ) + recalled(guess)
        table = OUTCOMES.assign(cost=[pounds(each) for each in COST], score=result.round(1))
        table["first in"] = [f"{count} of {ways}" for count in wins]
        first = " and ".join(ranked.index[:2]) if tie else ranked.index[0]
        return shapes.bars(
            pd.DataFrame({"category": result.index, "series": "score", "value": result.round(1)}),
            {"score": "main"},
            x=f"weighted outcomes, {unit}",
            title=f"{first} {'share first place' if tie else 'comes first'} with these weights",
            description=words,
            provenance=(SERVICES, WORKED_OUT),
            table=table.rename_axis("service").reset_index(),
            most=35 if money else 100,
            width=520,
            row=30,
        )

    controls = (
        *(Slider(f"tier{n}", f"{tier.capitalize()} counts", 5, min=0, max=10, unit="points")
          for n, tier in enumerate(TIERS, 1)),
        Choice("by", "What to rank by", "outcomes",
               options={"outcomes": "outcomes alone", "cost": "outcomes over cost"}),
    )  # fmt: skip
    return Lab("weigh", controls, draw, after=(guess,), truth={"first": _can_be_first})
