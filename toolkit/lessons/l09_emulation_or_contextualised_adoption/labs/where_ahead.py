"""Map where copying is ahead: distance across, understanding upwards."""

from __future__ import annotations

import numpy as np

from toolkit.charts.figure import Figure
from toolkit.charts.planes import grid
from toolkit.course.common import asked_of, recalled
from toolkit.course.lesson import Lesson
from toolkit.learning.fields import Slider
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.starting_point import (
    HOME,
    KINDS,
    LEARNING,
    PLACE,
    PLAYED,
    RECORD,
    per_cent,
    who,
)
from toolkit.models.journeys import MONTHS
from toolkit.models.journeys.counterfactual import BETWEEN, LUCKS, NINE, UNDERSTOOD, ahead
from toolkit.models.laws.world import NEAR
from toolkit.screen.lab import Lab
from toolkit.text.numbers import signed

# Where copying is ahead, by the prediction: near (little understood, well), far (the same).
KNOWN_CORNERS = {
    (False, False, False, False): "nowhere",
    (True, False, False, False): "near_blind",
    (True, True, False, False): "near_all",
    (True, False, True, False): "blind",
}


def _still_ahead() -> str:
    """Return where on the map copying is ahead after four years, as the prediction names it."""
    frame = ahead(HOME, LEARNING / 100)
    frame = frame[frame["month"] == MONTHS]
    far, known = frame["far"] > np.median(BETWEEN), frame["understood"] > np.median(UNDERSTOOD)
    most = (who(frame["margin"]) == "copying ahead").groupby([far, known]).mean() > 0.5
    return KNOWN_CORNERS.get(tuple(most.sort_index()), "all")


def corner(this: Lesson) -> Lab:
    """Map where copying is ahead: distance across, understanding upwards."""
    guess = this.predict("corner")

    def draw(value: dict) -> Figure:
        home, month = value["home"], value["month"]
        frame = ahead(home, value["learning"] / 100)
        frame = frame[frame["month"] == month]
        shown = frame.assign(
            x=[f"{per_cent(far)} of the way" if far else "a twin" for far in frame["far"]],
            y=frame["understood"].map(per_cent),
            series=who(frame["margin"]).astype(str),
            text=[f"{signed(100 * margin)} %" for margin in frame["margin"]],
        )
        count = shown["series"].value_counts().reindex(KINDS, fill_value=0)
        most, least = (
            f"{row.x}, {row.y} understood: {row.text}"
            for row in (
                shown.loc[at] for at in (frame["margin"].idxmax(), frame["margin"].idxmin())
            )
        )
        return grid(
            shown[["x", "y", "series", "text"]],
            KINDS,
            x="how far off the place to learn from is",
            y="how well it is understood",
            title=f"Month {month}: copying is ahead in {count['copying ahead']} of "
            f"{len(frame)} spots, the own logic in {count['own logic ahead']}",
            description=(
                f"Case {home}, month {month}. How far copying is ahead of the own logic, in the "
                f"middle one of {len(NINE) - 1} places to learn from, {LUCKS} tries each; less "
                f"than {NEAR:.0%} either way is about even. Most at {most}; least at {least}. "
                f"Spots: {', '.join(f'{kind} {count[kind]}' for kind in KINDS)}."
                + recalled(guess, "You predicted:", asked_of(home, HOME, f"case {HOME}"))
            ),
            provenance=(PLAYED, RECORD),
            table=(100 * shown.pivot_table(index="y", columns="x", values="margin", sort=False))
            .round(1)
            .rename_axis("understood")
            .reset_index(),
        )

    controls = (
        PLACE,
        Slider("month", "Who is ahead in month", 12, min=6, max=48, step=6, unit=""),
        Slider("learning", "Time for learning", LEARNING, min=0, max=24, step=8,
               unit="% of staff time"),
    )  # fmt: skip
    truth, there = {"corner": _still_ahead}, {"month": MONTHS}
    return Lab("corner", controls, draw, after=(guess,), truth=truth, there=there)
