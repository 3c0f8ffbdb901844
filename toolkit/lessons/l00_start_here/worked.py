"""Lesson 00: the figures of its exercises, from a pathway that the lesson does not show."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit import evidence
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.models.logics import FIVE, Site, at_stage
from toolkit.models.pathway import Context, Practice
from toolkit.screen.facts import Facts

CASE = "A"
WAITS = ["collecting_days", "queueing_days", "process_days"]


def waiting() -> Facts:
    """Draw how long people wait at each stage of a pathway."""
    days = _days().round(1)
    return Facts(
        chart=days,
        table=days.rename("days").rename_axis("stage").reset_index(),
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
    case = evidence.case(CASE)
    site = Site(Context(**case.context), Practice(**case.practice))
    frame = FIVE["lean"].look(site).frame.set_index("stage")
    return frame[WAITS].sum(axis=1)
