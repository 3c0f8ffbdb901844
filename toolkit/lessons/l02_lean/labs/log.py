"""See how long people with suspected sepsis waited, in one hospital's log."""

from __future__ import annotations

import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson


def sepsis(_this: Lesson) -> Figure:
    """Show how long people with suspected sepsis waited for each step, in one hospital's log."""
    held = evidence.series("sepsis_intervals")
    rows = held.frame[held.frame["unit"] == "min"]
    short = {"intravenous antibiotics": "antibiotics"}
    names = [
        f"{row.from_event} to {short.get(row.to_event, row.to_event)}" for row in rows.itertuples()
    ]
    table = pd.DataFrame(
        {
            "interval": names,
            "patients": rows["cases"].to_numpy(),
            "half within (min)": rows["median"].to_numpy(),
            "nine in ten within (min)": rows["p90"].to_numpy(),
            "within 60 min (%)": (100 * rows["share_within_60_min"]).round(0).to_numpy(),
        }
    )
    kinds = {"half within": "main", "nine in ten within": "warn"}
    frame = (
        table.rename(columns={"interval": "category", **{f"{kind} (min)": kind for kind in kinds}})
        .melt("category", list(kinds), var_name="series")
    )  # fmt: skip
    told = "; ".join(
        f"{row.interval}, half within {row[3]:.0f}, nine in ten within {row[4]:.0f}"
        for row in table.itertuples()
    )
    door = table.set_index("interval").loc["registration to antibiotics"]
    return shapes.bars(
        frame,
        kinds,
        x="minutes",
        title=f"From the door to antibiotics: half within {door.iloc[1]:.0f} minutes; "
        f"{door.iloc[3]:.0f} % within the hour",
        description=f"Minutes between two events: {told}. {held.caveat} {held.attribution}",
        provenance=(held.provenance,),
        table=table,
        width=420,
        row=18,
    )
