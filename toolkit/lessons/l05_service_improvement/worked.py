"""Lesson 05: the figures of its exercises. The chart is of a real hospital trust, wards are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence, spc
from toolkit.screen.facts import Facts
from toolkit.spc.limits import REACH

SERIES, TRUST, MONTHS = "ae_attendances_ten_trusts", "RTE", 24
RULES = {
    "outside the limits": "outside",
    "shift": "shift",
    "trend": "trend",
    "two of three": "close",
}
WARDS = 8  # wards with the same process


def attendances() -> Facts:
    """Draw two years of attendances with limits, and leave the judging to the reader."""
    held, points = evidence.series(SERIES), _judged().points
    months = points["at"].dt.strftime("%B %Y")
    limits = points[["centre", "low", "high"]].iloc[0].round(0)
    return Facts(
        chart=points.assign(kind="not judged", why=""),
        table=pd.DataFrame({"month": months, "value": points["value"], "centre": limits["centre"]}),
        held=held,
        source=held.provenance,
        months=months,
        value=points["value"],
        **limits,
    )


def signal() -> dict[str, Any]:
    """Return which rule is met in the chart of attendances, by which months."""
    judged = _judged()
    (found,) = judged.signals
    at = judged.points.loc[list(found.rows), "at"]
    return {
        "met": RULES[found.rule],
        "many": len(found.rows),
        "side": "above" if found.side > 0 else "below",
        "first": f"{at.iloc[0]:%B %Y}",
        "last": f"{at.iloc[-1]:%B %Y}",
    }


def league() -> dict[str, Any]:
    """Return how often the worst of several equal wards is another one next month."""
    again = 100 / WARDS
    return {"wards": WARDS, "again": again, "other": 100 - again, "coin": 50.0}


def upper_limit() -> dict[str, Any]:
    """Return what is tried on a learner's function, and three ways to get it wrong."""

    def right(values: Sequence[float]) -> float:
        return spc.individuals_limits(values, screen=False).high

    def deviations(values: Sequence[float]) -> float:
        return float(np.mean(values) + REACH * np.std(values, ddof=1))

    def signed(values: Sequence[float]) -> float:
        return float(np.mean(values) + spc.LIMIT_FACTOR * np.mean(np.diff(values)))

    def reach(values: Sequence[float]) -> float:
        return right(values) - float(np.mean(values))

    cases = [
        ([12, 15, 11, 14, 13, 16],),
        ([30, 22, 41, 35, 28, 33, 27],),
        ([2.5, 2.0, 3.5, 3.0],),
        ([1, 2, 3, 4, 5, 6, 7],),
        ([100, 80, 95, 60, 75, 70, 65, 90],),
    ]
    return {
        "cases": cases,
        "right": right,
        "deviations": deviations,
        "signed": signed,
        "reach": reach,
        "factor": spc.LIMIT_FACTOR,
    }


def _judged() -> spc.Chart:
    frame = evidence.series(SERIES).frame
    frame = frame[frame["org_code"] == TRUST].sort_values("month").tail(MONTHS)
    frame = frame.assign(month=pd.to_datetime(frame["month"]))
    return spc.chart_data(frame, value="attendances")
