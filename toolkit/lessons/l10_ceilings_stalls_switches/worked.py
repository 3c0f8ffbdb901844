"""Lesson 10: the figures of its exercises. The list of Wales is real, the rest illustrative."""

from __future__ import annotations

from math import log, log2
from typing import Any

import pandas as pd

from toolkit import evidence
from toolkit.models.change.diffusion import HALF_LIVES, half_life
from toolkit.models.change.noticing import missed_rises, months_needed
from toolkit.screen.facts import Facts, marks

WORK = ("several departments", "simple")
WAIT = {"start": 60, "least": 20, "months": 14}  # days, days, months after the start
RECORD = {"rise": 2, "noise": 6, "seen": 8}  # % a month, %, months
SHOWN = ("2016-01", "2018-06")
YEAR_BEFORE, BEFORE = "2017-01", "2017-03"
BEGAN, REVIEWED, AFTER = "2018-01", "2018-03", "2018-04"


def gap() -> dict[str, Any]:
    """Return where a wait stands when its gap halves again and again, and what is taken for it."""
    start, least, months = WAIT.values()
    half = HALF_LIVES[WORK]

    def after(at: float, lowest: float) -> float:
        return float(half_life(start, lowest, [at], half)[0])

    left = after(months, least)
    return {
        **WAIT,
        "half": half,
        "whole": start - least,
        "one": after(half, least),
        "left": left,
        "still_open": left - least,
        "no_floor": after(months, 0),
    }


def _long_waits() -> pd.Series:
    held = evidence.series("wales_rtt_monthly").frame.set_index("month")
    return held["over_36_weeks"]


def wales() -> Facts:
    """Draw how many had waited more than 36 weeks in Wales, with three months marked."""
    known = _long_waits().loc[SHOWN[0] : SHOWN[1]]
    days = known.index.strftime("%Y-%m-%d")
    names = known.index.strftime("%B %Y")
    marked = known[pd.to_datetime([BEFORE, BEGAN, REVIEWED])]
    return Facts(
        chart=pd.DataFrame({"at": days, "series": "wales", "value": known.to_numpy()}),
        marks=marks(
            *((f"{day:%Y-%m-%d}", count, (f"{day:%b %Y}", count)) for day, count in marked.items())
        ),
        table=pd.DataFrame({"month": names, "waiting": known.to_numpy()}),
        source=evidence.series("wales_rtt_monthly").provenance,
    )


def march() -> dict[str, Any]:
    """Return what is left of a fall by March once March is held against March."""
    known = _long_waits()
    before, began, reviewed, after = (
        int(known.loc[f"{month}-01"]) for month in (BEFORE, BEGAN, REVIEWED, AFTER)
    )
    january = int(known.loc[f"{YEAR_BEFORE}-01"])
    return {
        "claimed": began - reviewed,
        "claimed_words": f"{began - reviewed:,}",
        "left": before - reviewed,
        "back": after - reviewed,
        "back_words": f"{after - reviewed:,}",
        "january": began - january,
        "year_before": f"{january - before:,}",
    }


def months_until() -> dict[str, Any]:
    """Return what is tried on a learner's function, and two ways to get it wrong."""

    def right(left: float, half: float) -> float:
        return half * log2(1 / left)

    def straight(left: float, half: float) -> float:
        return 2 * half * (1 - left)

    def natural(left: float, half: float) -> float:
        return half * log(1 / left)

    cases = [(0.5, 7), (0.25, 1), (0.1, 22), (1.0, 5), (0.3, 4), (0.8, 13)]
    return {"cases": cases, "right": right, "straight": straight, "natural": natural}


def call() -> dict[str, Any]:
    """Return how often a real rise stays hidden, and how many months would do."""
    rise, noise, seen = RECORD.values()
    needed = months_needed(rise / 100, noise / 100)
    return {
        **RECORD,
        "hidden": round(100 * missed_rises(rise / 100, noise / 100, seen)),
        "needed": needed,
        "more": needed - seen,
    }
