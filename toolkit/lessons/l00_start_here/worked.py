"""Lesson 00: the figures of its exercises, from one of its places."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit import evidence
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.lessons.l00_start_here import labs
from toolkit.models.logics import FIVE, at_stage
from toolkit.screen.facts import Facts

CASE = "E"


def waiting() -> Facts:
    """Draw how long people wait at each stage of a pathway."""
    days = _days().round(1)
    return Facts(
        chart=days,
        table=days.rename("days").rename_axis("stage").reset_index(),
        most=days.idxmax(),
        place=evidence.case(CASE).context["name"],
        at_stage=at_stage,
        case=ILLUSTRATIVE,
    )


def share() -> dict[str, Any]:
    """Return what can be read from the chart of the waits."""
    days = _days()
    most, whole = days.max(), days.sum()
    return {
        "where": at_stage(days.idxmax()),
        "most": most,
        "whole": whole,
        "part": 100 * most / whole,
        "over_rest": 100 * most / (whole - most),
        "even": 100 / len(days),
        "stages": len(days),
    }


def _days() -> pd.Series:
    frame = FIVE["lean"].look(labs._site(CASE)).frame.set_index("stage")
    return frame[labs.WAITS].sum(axis=1)
