"""See at which kind of place a favourite helps most, and least, one side at a time."""

from __future__ import annotations

import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import PLAYED
from toolkit.course.lesson import Lesson
from toolkit.lessons.l07_comparing_logics.labs.choices import (
    COUNTS,
    DRAWS,
    FAVOURITE,
    NAMES,
    WORLDS,
    favourite_of,
    remembered,
    world,
)
from toolkit.models.laws.where import best_by_third
from toolkit.models.logics import FIVE
from toolkit.screen.lab import Lab

ENDS = {
    "load": ("time to spare", "more work than hours"),
    "setup": ("quick set-ups", "slow set-ups"),
    "heterogeneity": ("cases that are alike", "cases that are mixed"),
    "low_benefit": ("little low-benefit care", "much low-benefit care"),
    "high_need": ("few in high need", "many in high need"),
}
# The kinds of places that the prediction names.
ASKED = {
    "busy": ("load", "high"), "calm": ("load", "low"), "setup": ("setup", "high"),
    "mixed": ("heterogeneity", "high"), "low_benefit": ("low_benefit", "high"),
}  # fmt: skip


def _loses_most(mine: str) -> list[str]:
    """Return the places of the prediction in which a favourite comes first least often."""
    first = best_by_third(world()).set_index(["side", "end"])[mine]
    least = min(first[end] for end in ASKED.values())
    return [k for k, end in ASKED.items() if first[end] == least] if least < 0.5 else ["nowhere"]


def sides(this: Lesson) -> Lab:
    """Show at which kind of place a favourite helps most, and least, one side at a time."""
    favourite, loses = this.predict("favourite"), this.predict("loses")

    def beaten() -> str:
        """Return where the first favourite loses most; of several, the one that was predicted."""
        worst = _loses_most(favourite.counted or favourite_of(favourite))
        return next((said for said in (loses.counted, loses.answer) if said in worst), worst[0])

    def draw(value: dict) -> Figure:
        mine = favourite_of(favourite, value["favourite"])
        found = best_by_third(world(), value["judge"])
        whole, found = found.iloc[0], found.iloc[1:].reset_index(drop=True)
        share = 100 * found[mine]
        names = [ENDS[r.side][r.end == "high"] for r in found.itertuples()]
        worst, best = names[share.idxmin()], names[share.idxmax()]
        guessed = ASKED.get(loses.answer)
        bars = [
            f"{name} (your prediction)" if (r.side, r.end) == guessed else name
            for name, r in zip(names, found.itertuples(), strict=True)
        ]
        table = found[list(FIVE)].mul(100).round(0).rename(columns=NAMES)
        table.insert(0, f"kind of place (% of {DRAWS // 3} places)", names)
        all_five = ", ".join(f"{NAMES[n]} {100 * whole[n]:.0f} %" for n in FIVE)
        words = (
            f"{DRAWS} places drawn at random, one logic alone for four years; each bar is for the "
            f"third of them at one end. {NAMES[mine]} comes first in {100 * whole[mine]:.0f} % of "
            f"all: least often in places with {worst} ({share.min():.0f} %), most often with "
            f"{best} ({share.max():.0f} %). All five over all places: {all_five}."
        )
        return shapes.bars(
            pd.DataFrame({"category": bars, "series": "first", "value": share.round(0)}),
            {"first": "main"},
            x="% of such places in which your favourite comes first",
            title=f"{NAMES[mine]} comes first least often in places with {worst}",
            description=words + remembered(favourite, loses),
            provenance=(WORLDS, PLAYED),
            table=table,
            most=100,
            width=420,
        )

    controls = (FAVOURITE, COUNTS)
    return Lab("sides", controls, draw, after=(favourite, loses), truth={"loses": beaten})
