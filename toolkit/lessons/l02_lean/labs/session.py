"""Free minutes in a full clinic session, and see who gets them."""

from __future__ import annotations

import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import recalled
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Choice, Select, Slider
from toolkit.lessons.l02_lean.labs.clinic import PATIENTS
from toolkit.models.queues.stream import Freed
from toolkit.screen.lab import Lab
from toolkit.text.numbers import number

SLOT = 20  # minutes for one patient before the change; the session is full
AGREED = {
    "nothing": "nothing was agreed",
    "more": "more patients are seen",
    "learn": "the team learns and improves",
    "paid": "fewer hours are paid",
}
USES = {"more": "more patients", "learn": "learning", "paid": "no longer paid"}


def freed(this: Lesson) -> Lab:
    """Free minutes in a full clinic session, and see who gets them."""
    guess = this.predict("cost")
    start = {"saved": 4, "lies": "between", "agreed": "nothing", "waiting": 6}

    def session(value: dict) -> Freed:
        together = value["lies"] == "end"
        return Freed(PATIENTS, SLOT, value["saved"], together, value["agreed"], value["waiting"])

    def falls() -> str:
        fall = SLOT - session(start).paid_each
        return "same" if fall <= 0 else "some" if fall < start["saved"] else "falls"

    def draw(value: dict) -> Figure:
        held = session(value)
        unused, each = held.minutes - held.used, number(round(held.paid_each, 1))
        goes = {
            "patients as before": held.paid - held.minutes,
            **{name: held.used if use == held.agreed else 0 for use, name in USES.items()},
            "paid, used by nobody": unused,
        }
        table = pd.DataFrame({"minutes": goes}).rename_axis("the session").reset_index()
        words = (
            f"A session of {held.paid} paid minutes for {PATIENTS} patients. Each now takes "
            f"{held.saved} minutes less, so {held.minutes} minutes are freed, the longest piece "
            f"{held.longest} minutes; {AGREED[held.agreed]}, {held.waiting} more people wait. "
            f"{held.used} of the freed minutes are used, {unused} are not. "
            f"{PATIENTS + held.extra} patients are seen. Paid minutes per patient: {SLOT} before, "
            f"{each} now.{recalled(guess)}"
        )
        frame = table.rename(columns={"the session": "category", "minutes": "value"})
        return shapes.bars(
            frame.assign(series="minutes"),
            {"minutes": "main"},
            x="minutes of the session",
            title=f"{held.minutes} minutes freed, {held.used} of them used; "
            f"{each} paid minutes per patient",
            description=words,
            provenance=(Provenance("illustrative", note="this session"),
                        Provenance("modelled", note="the minutes")),
            table=table,
            most=1.1 * held.paid,
            width=480,
        )  # fmt: skip

    controls = (
        Slider("saved", "Each patient takes less time by", start["saved"], min=0, max=10,
               unit="minutes"),
        Choice("lies", "The freed minutes lie", start["lies"],
               options={"between": "between patients", "end": "together, at the end"}),
        Select("agreed", "What was agreed about them", start["agreed"], options=AGREED),
        Slider("waiting", "People waiting for a place", start["waiting"], min=0, max=12,
               unit="people"),
    )  # fmt: skip
    return Lab("freed", controls, draw, after=(guess,), truth={"cost": falls})
