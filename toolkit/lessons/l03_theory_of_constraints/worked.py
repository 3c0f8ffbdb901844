"""Lesson 03: the figures of its exercises. Clinics are illustrative, sepsis is published."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit import evidence
from toolkit.models.queues.draws import Spread
from toolkit.models.queues.flow import constraint
from toolkit.models.queues.line import Line, Stage
from toolkit.screen.facts import Facts
from toolkit.text.words import Words

MEMORY = {"inside": 96, "leave": 8, "weeks": 9}
READY = 11  # patients a day
UNIT = Line(
    (
        Stage("letter", Spread(14, 0), loss=0.10),
        Stage("patient", Spread(13, 0), loss=0.20),
        Stage("scope", Spread(12, 0), loss=0.30),
        Stage("chairs", Spread(10, 0), loss=0.04),
        Stage("report", Spread(15, 0), loss=0.10),
    ),
    arrivals=Spread(READY, 0),
    period="day",
)
SEPSIS = {
    "triage": ("registration", "triage"),
    "lactate": ("registration", "lactate"),
    "antibiotics": ("sepsis triage", "intravenous antibiotics"),
}


def steps() -> dict[str, Any]:
    """Return the five focusing steps in the words of their source."""
    held = evidence.verbatim("five_focusing_steps")
    return {f"step{n}": wording for n, wording in enumerate(held.wordings, 1)}


def little() -> dict[str, Any]:
    """Return how many may be inside so that the lead time is as wished, by Little's law."""
    inside, leave, weeks = MEMORY.values()
    return {
        **MEMORY,
        "now": inside / leave,
        "saved": inside / leave - weeks,
        "most": leave * weeks,
        "divided": inside / weeks,
        "taken": inside - weeks,
        "out": inside - leave * weeks,
    }


def unit() -> Facts:
    """Draw what each stage of an endoscopy unit can do, with and without its losses."""
    rows = []
    for stage in UNIT.stages:
        rows.append((stage.name, "without", stage.capacity.mean))
        rows.append((stage.name, "after", stage.rate))
    return Facts(
        chart=pd.DataFrame(rows, columns=["category", "series", "value"]),
        stages=UNIT.stages,
        ready=READY,
    )


def gain() -> dict[str, Any]:
    """Return what the unit gains when the constraint stops its losses, and how else one reckons."""
    limit = constraint(UNIT).stage
    mended = UNIT.change(limit, loss=0.0)
    stage = UNIT.stages[UNIT.position(limit)]
    lowest = min(UNIT.stages, key=lambda each: each.capacity.mean)
    before, after = _home(UNIT), _home(mended)
    names = _names("unit")
    return {
        "limit": names[limit],
        "could": stage.capacity.mean,
        "next": names[constraint(mended).stage],
        "before": before,
        "after": after,
        "gained": after - before,
        "lost_there": stage.capacity.mean - stage.rate,
        "all": READY - before,
        "ready": READY,
        "lowest": names[lowest.name],
        "wrong_stage": _home(UNIT.change(lowest.name, loss=0.0)) - before,
    }


def out_per_day() -> dict[str, Any]:
    """Return what is tried on a learner's function, and three ways to get it wrong."""

    def right(ready: float, can_do: list, lost: list) -> float:
        stages = tuple(
            Stage(f"stage {n}", Spread(could, 0), loss=share)
            for n, (could, share) in enumerate(zip(can_do, lost, strict=True), 1)
        )
        return _home(Line(stages, arrivals=Spread(ready, 0)))

    def without_losses(ready: float, can_do: list, lost: list) -> float:
        return right(ready, can_do, [0.0 for _ in lost])

    def average(ready: float, can_do: list, lost: list) -> float:
        return min(ready, sum(right(ready, [c], [x]) for c, x in zip(can_do, lost, strict=True))
                   / len(can_do))  # fmt: skip

    def without_arrivals(ready: float, can_do: list, lost: list) -> float:
        return right(max(ready, *can_do), can_do, lost)

    cases = [
        (10, [12, 9, 14], [0.1, 0.2, 0.0]),
        (6, [12, 9, 14], [0.1, 0.2, 0.0]),
        (20, [8, 8], [0.0, 0.25]),
        (15, [11], [0.5]),
        (20, [10, 12], [0.0, 0.5]),
        (9, [13, 20, 11, 12], [0.25, 0.6, 0.05, 0.1]),
        (40, [30, 25, 50], [0.1, 0.0, 0.6]),
    ]
    return {
        "cases": cases,
        "right": right,
        "without_losses": without_losses,
        "average": average,
        "without_arrivals": without_arrivals,
    }


def sepsis() -> Facts:
    """Draw how long people with suspected sepsis waited for three events, in one hospital."""
    held = evidence.series("sepsis_intervals")
    return Facts(chart=_sepsis(), held=held, source=held.provenance)


def longest() -> dict[str, Any]:
    """Return the longest of the intervals in the chart."""
    minutes = pd.Series(_sepsis())
    return {"interval": _names("sepsis")[minutes.idxmax()], "minutes": minutes.max()}


def _home(line: Line) -> float:
    return float(min(line.arrivals.mean, line.rates.min()))


def _sepsis() -> dict[str, float]:
    held = evidence.series("sepsis_intervals").frame.set_index(["from_event", "to_event"])
    return {name: held.loc[events, "median"] for name, events in SEPSIS.items()}


def _names(figure: str) -> dict[str, str]:
    return Words(__package__)["worked"][figure]["names"]
