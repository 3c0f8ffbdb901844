"""Lesson 07: the figures of its exercises. Places are illustrative, what happens is played."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.models.laws.where import EACH, JUDGES, alone, context_map
from toolkit.models.logics import FIVE
from toolkit.models.pathway import Context, Practice
from toolkit.screen.facts import Facts
from toolkit.text.words import Words

COME = Words(__package__)["come"]  # "comes" after most names, "come" after a plural
CASE, RUNS, SEED = "F", 20, 70
COUNTED = ("value", "throughput")
SIDES, CELL = ("load", "heterogeneity"), 17  # a kind of place on that map, and its row


def logics() -> Facts:
    """Draw how far each logic gets in one place, by two things that may count."""
    ends = _ends()
    frame = ends.add_prefix("by_").rename_axis("category").reset_index()
    return Facts(
        chart=frame.melt("category", var_name="series"),
        ends=ends.to_dict("index"),
        place=evidence.case(CASE).context["name"],
        runs=RUNS,
        logics={name: logic.name for name, logic in FIVE.items()},
        nine=ILLUSTRATIVE,
    )


def places() -> dict[str, Any]:
    """Return how many logics stand elsewhere in the order when something else counts."""
    order = _ends().rank(ascending=False)
    first = {name: order[name].idxmin() for name in COUNTED}
    moved = order["value"] != order["throughput"]
    furthest = (order["throughput"] - order["value"]).idxmax()
    return {
        "moved": int(moved.sum()),
        "tops": int(((order == 1).any(axis=1) & moved).sum()),
        "all": len(order),
        "none": 0,
        "by_value": FIVE[first["value"]].name,
        "come_value": COME[first["value"]],
        "by_people": FIVE[first["throughput"]].name,
        "come_people": COME[first["throughput"]],
        "falls": FIVE[furthest].name,
        "was": int(order.loc[furthest, "value"]),
        "now": int(order.loc[furthest, "throughput"]),
    }


def cell() -> dict[str, Any]:
    """Return how often the best logic of a kind of place is not the best one in such a place."""
    row = context_map("lean", *SIDES).iloc[CELL]
    best = 100 * row["times"] / EACH
    return {
        "load": 100 * row["across"],
        "best": FIVE[row["best"]].name,
        "come": COME[row["best"]],
        "times": int(row["times"]),
        "each": EACH,
        "wins": best,
        "other": 100 - best,
        "guess": 100 - 100 / len(FIVE),
        "none": 0,
    }


@cache
def _ends() -> pd.DataFrame:
    held = evidence.case(CASE)
    played = alone(Context(**held.context), Practice(**held.practice), RUNS, SEED)
    ends = {}
    for name in COUNTED:
        scores = {logic: JUDGES[name].score(played[logic].performance) for logic in FIVE}
        ends[name] = {
            logic: float(np.median(100 * each[:, -1] / each[:, 0]))
            for logic, each in scores.items()
        }
    return pd.DataFrame(ends).round(1)
