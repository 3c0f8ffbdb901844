"""Lesson 00: the figures of its exercises, from a pathway that the lesson does not show."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.provenance import Provenance
from toolkit.models.logics import FIVE, Site
from toolkit.models.pathway import Context, Practice
from toolkit.screen.builder import words_in
from toolkit.text.templates import fill

CASE = "A"
WAITS = ["collecting_days", "queueing_days", "process_days"]
WORDS = words_in(__package__)["waiting"]


def waiting() -> Figure:
    """Draw how long people wait at each stage of a pathway."""
    days = _days().round(1)
    facts = {"place": evidence.case(CASE).context["name"], "days": days}
    frame = days.rename("value").rename_axis("category").reset_index()
    return shapes.bars(
        frame.assign(series="waiting"),
        {"waiting": "main"},
        x=WORDS["x"],
        title=fill(WORDS["title"], facts),
        description=fill(WORDS["description"], facts),
        provenance=(ILLUSTRATIVE, Provenance("modelled", note=WORDS["note"])),
        table=frame.set_axis(WORDS["columns"], axis=1),
        width=480,
    )


def share() -> dict[str, Any]:
    """Return what can be read from the chart of the waits."""
    days = _days()
    most, whole = days.max(), days.sum()
    return {
        "stage": days.idxmax(),
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
