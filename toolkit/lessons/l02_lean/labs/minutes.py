"""See where the minutes of a clinic go, and which change gives most of them back."""

from __future__ import annotations

import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import PLAYED, recalled
from toolkit.course.lesson import Lesson
from toolkit.learning.fields import Select, Slider
from toolkit.lessons.l02_lean.labs.clinic import CLINIC, NAMES, PATIENTS
from toolkit.models.queues.stream import PARTS, Step, Stream, send
from toolkit.screen.lab import Lab

# An illustrative clinic before operations: minutes per patient, set-up per batch, share done twice.
BEFORE_OPERATIONS = Stream(
    (
        Step(NAMES[0], 4, 4, 0.05),
        Step(NAMES[1], 8, 6, 0.1),
        Step(NAMES[2], 10, 4, 0.1),
        Step(NAMES[3], 7, 6, 0.05),
    )
)
AS_IT_IS = 6  # patients in a batch
CHANGES = {
    "none": ("nothing else changed", {}),
    "faster": ("everybody works 10 % faster", {"touch": 0.9}),
    "setup": ("getting ready takes half as long", {"setup": 0.5}),
    "right": ("everything is right the first time", {"rework": 0.0}),
}
ACCOUNTS = dict(
    zip(
        PARTS,
        (
            "work, done once",
            "work done again",
            "getting ready",
            "waiting for others in the batch",
            "waiting for the step to be free",
        ),
        strict=True,
    )
)


def where(this: Lesson) -> Lab:
    """See where the minutes of a clinic go, and which change gives most of them back."""
    guess, order = this.predict("share"), this.predict("parts")
    kinds = ("as it is", "with the change")
    as_it_is = send(BEFORE_OPERATIONS, PATIENTS, AS_IT_IS)

    def draw(value: dict) -> Figure:
        said, change = CHANGES[value["change"]]
        changed = BEFORE_OPERATIONS.change(**change)
        played = (as_it_is, send(changed, PATIENTS, value["batch"], apart=value["apart"]))
        table = pd.DataFrame(
            {kind: each.account for kind, each in zip(kinds, played, strict=True)}
        ).rename(index=ACCOUNTS)
        frame = table.round().rename_axis("category").reset_index()
        most = table[kinds[0]].idxmax()
        before, after = (
            f"{each.lead.mean():.0f} minutes, {100 * each.flow_efficiency:.0f} % of it work"
            for each in played
        )
        come = "all at opening time" if not value["apart"] else f"{value['apart']} minutes apart"
        words = (
            f"{PATIENTS} patients; the figures are averages from arriving to leaving. As it is, "
            f"in batches of {AS_IT_IS} and all asked to come at opening time: {before}, "
            f"{60 * as_it_is.flow_efficiency:.0f} minutes of each hour. With the change, in "
            f"batches of {value['batch']}, asked to come {come}, and {said}: {after}. Most goes "
            f"into {most}: {table.loc[most, kinds[0]]:.0f} minutes as it is, "
            f"{table.loc[most, kinds[1]]:.0f} with the change. The last patient leaves after "
            f"{played[0].last[0]:.0f} and {played[1].last[0]:.0f} minutes."
            f"{recalled(guess)}{recalled(order)}"
        )
        table.loc["together"] = table.sum()
        return shapes.bars(
            frame.melt("category", var_name="series"),
            {kinds[0]: "calm", kinds[1]: "main"},
            x="minutes per patient, average",
            title=f"As it is: {before}. With the change: {after}",
            description=words,
            provenance=(CLINIC, PLAYED),
            table=table.round(1).rename_axis("where the minutes go").reset_index(),
            most=400,
            width=460,
        )

    controls = (
        Slider("batch", "Patients handed on at a time", AS_IT_IS, min=1, max=12, unit="patients"),
        Slider("apart", "Patients are asked to come", 0, min=0, max=20, unit="minutes apart"),
        Select("change", "What else changes", "none",
               options={key: said for key, (said, _) in CHANGES.items()}),
    )  # fmt: skip
    account, asked = as_it_is.account, this.words.predict["parts"].options
    truth = {
        "share": lambda: round(60 * float(as_it_is.flow_efficiency), 1),
        "parts": lambda: sorted(asked, key=account.get, reverse=True),
    }
    return Lab("where", controls, draw, after=(guess, order), truth=truth)
