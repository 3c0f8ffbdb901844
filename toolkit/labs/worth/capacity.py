"""Free minutes in each visit to a clinic, and see what becomes of what they cost."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.labs.common import WORKED_OUT, recalled
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.text.numbers import pounds
from toolkit.widgets.form import Select, Slider
from toolkit.worth import Clinic, Pool

# Illustrative: one week of a clinic, and the minutes that one visit takes.
CLINIC = Provenance("illustrative", note="the clinic, its pay and its minutes")
VISIT = {"consultant": 20, "nurses": 30, "administration": 10}
USUAL = Clinic(
    (
        Pool("consultant", 3_200, 1_600),
        Pool("nurses", 2_400, 3_000),
        Pool("administration", 480, 1_200),
    ),
    VISIT,
)
VISITS, FREED = 70, 10  # a week, and nurse minutes in each, as the prediction asks
THEN = {
    "idle": "nobody is redeployed",
    "visits": "more patients are seen, if there is room",
    "lent": "they go to another service, which needs them",
    "removed": "they are no longer paid for",
}

# Where minutes go, and what is paid for them all.
WENT = {
    "used": "in visits",
    "unused": "paid, unused",
    "lent": "used elsewhere",
    "removed": "no longer paid",
    "bill": "the clinic’s bill",
}


def _quicker(freed: int) -> Clinic:
    """Return the clinic in which so many nurse minutes are freed in each visit."""
    return replace(USUAL, visit={**VISIT, "nurses": VISIT["nurses"] - freed})


def _bill_goes() -> str:
    """Return how much of what the freed minutes cost the bill falls by."""
    quicker = _quicker(FREED)
    before, after = (each.costs(VISITS)["bill"] for each in (USUAL, quicker))
    fall, saved = round(before - after), round(VISITS * (USUAL.each - quicker.each))
    if fall <= 0:
        return "more" if fall else "same"
    return "all" if fall >= saved else "some"


def clinic(this: Lesson) -> Lab:
    """Free nurse minutes in every visit, and see what becomes of their cost."""
    guess = this.predict("freed")

    def draw(value: dict) -> Figure:
        visits, freed, then = value["visits"], value["freed"], value["then"]
        changed = _quicker(freed)
        usable = freed * visits * value["usable"] / 100
        (_, most_before), (tight, most) = USUAL.fullest(), changed.fullest()
        seen = visits
        if then == "visits":
            # Usable minutes carry so many more visits, as long as every pool has room.
            seen = min(visits + int(usable // changed.visit["nurses"]), max(most, visits))
        given = {then: usable} if then in ("lent", "removed") else {}
        before, after = USUAL.costs(visits), changed.costs(seen, nurses=given)
        table = pd.DataFrame({"before": before, "after": after}).rename(WENT).loc[WENT.values()]
        frame = table.iloc[:-1].rename_axis("category").reset_index()
        fall = before["bill"] - after["bill"]
        bill = f"the bill falls by {pounds(fall)}" if round(fall) else "the bill stays as it is"
        words = (
            f"{visits} visits a week; nurse minutes freed in each: {freed}, {value['usable']} % of "
            f"them in pieces long enough to use. Then: {THEN[then]}. A visit by its minutes: "
            f"£{USUAL.each:.2f} before, £{changed.each:.2f} after. The clinic’s bill for a week: "
            f"{pounds(before['bill'])} and {pounds(after['bill'])}; of this for minutes that "
            f"nobody uses: {pounds(before['unused'])} and {pounds(after['unused'])}. {seen} "
            f"patients are seen. First to run out of minutes: {tight}, at {most} visits (before: "
            f"{most_before})."
        ) + recalled(guess)
        return shapes.bars(
            frame.melt("category", var_name="series"),
            {"before": "calm", "after": "main"},
            x="pounds a week, by where the minutes went",
            title=f"A visit costs £{changed.each:.2f} instead of £{USUAL.each:.2f}; {bill}",
            description=words,
            provenance=(CLINIC, WORKED_OUT),
            table=table.round(0).rename_axis("pounds a week").reset_index(),
            most=7_000,
            width=520,
            row=19,
        )

    controls = (
        Slider("freed", "Nurse minutes freed in each visit", FREED, min=0, max=20,
               unit="minutes"),
        Select("then", "What happens to these minutes", "idle", options=THEN),
        Slider("visits", "Visits a week", VISITS, min=40, max=80, unit="visits"),
        Slider("usable", "Of these, long enough to use", 100, min=0, max=100, step=10,
               unit="%"),
    )  # fmt: skip
    return Lab("clinic", controls, draw, after=(guess,), truth={"freed": _bill_goes})
