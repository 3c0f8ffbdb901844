"""Lesson 08: the figures of its exercises. The two places and the vans are illustrative."""

from __future__ import annotations

from math import ceil
from typing import Any

import pandas as pd

from toolkit.charts.sheets import lever_lines
from toolkit.models.journeys import MONTHS
from toolkit.models.journeys.lifecycle import Dialect, journey
from toolkit.models.pathway import Context, usual_practice
from toolkit.screen.facts import Facts
from toolkit.text.lists import listed

SEED = 8
LEVER = "standardisation"
VANS = {"day": 420, "people": 24, "touch": 12, "theirs": 6, "ours": 30}


PLACES = tuple(
    place.at_load(0.9)
    for place in (
        Context(
            name="blood_clinic",
            stages=("Check in", "Label", "Draw", "Send"),
            demand=60, arrival_scv=1.5,
            work=(0.1, 0.1, 0.2, 0.1), setup=(0.0, 0.05, 0.1, 0.8),
            heterogeneity=(0.1, 0.1, 0.3, 0.1), service_scv=(0.5, 0.4, 0.8, 0.4),
            low_benefit=0.2, staff_hours=60, high_need=0.1, readiness=0.6,
        ),
        Context(
            name="workshop",
            stages=("Take in", "Inspect", "Mend", "Hand back"),
            demand=60, arrival_scv=0.8,
            work=(0.2, 0.5, 1.5, 0.2), setup=(0.1, 0.3, 1.2, 0.1),
            heterogeneity=(0.2, 0.6, 0.85, 0.2), service_scv=(0.6, 1.0, 1.6, 0.5),
            low_benefit=0.1, staff_hours=200, high_need=0.2, readiness=0.5,
        ),
    )
)  # fmt: skip


def _grown() -> list[Dialect]:
    """Return what value-based health care leaves in each place after four years."""
    return [
        journey(place, usual_practice(place), "contextualise", "value", noise=SEED).dialect
        for place in PLACES
    ]


def _rows() -> list[pd.DataFrame]:
    """Return the rows of both places, for one setting."""
    return [
        lever_lines(d.place, LEVER, d.stages, getattr(d.start, LEVER), getattr(d.settings, LEVER))
        for d in _grown()
    ]


def sheet() -> Facts:
    """Draw how far the work follows a standard, before and after, in two places."""
    frame = pd.concat(_rows())
    return Facts(
        chart=frame,
        months=MONTHS,
        table=frame.reset_index(drop=True),
        places={
            place: rows.to_dict("records") for place, rows in frame.groupby("place", sort=False)
        },
    )


def stricter() -> dict[str, Any]:
    """Return at how many stages of both places the standard became stricter or looser."""
    each = _rows()
    rows = pd.concat(each)
    looser = rows.loc[rows["way"] == "less", "stage"]
    return {
        "stages": len(rows),
        "stricter": int((rows["way"] == "more").sum()),
        "looser": len(looser),
        "where": listed(looser, most=None),
        "first": int((each[0]["way"] == "more").sum()),
    }


def groups() -> dict[str, Any]:
    """Return the smallest group that fits into a day, for a short and a long time to get ready."""
    given = VANS
    left = given["day"] - given["people"] * given["touch"]
    fit, smallest = {}, {}
    for van in ("theirs", "ours"):
        fit[van] = left // given[van]
        smallest[van] = ceil(given["people"] / fit[van])
    return {
        **given,
        "left": left,
        "rounds": fit["ours"],
        "smallest": smallest["ours"],
        "their_group": smallest["theirs"],
        "one_by_one": given["people"] * (given["touch"] + given["ours"]),
        "one": 1,
    }
