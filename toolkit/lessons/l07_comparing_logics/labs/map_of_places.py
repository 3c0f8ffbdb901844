"""Find a kind of place where the favourite loses, on a map with two sides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure
from toolkit.charts.maps import place_map
from toolkit.course.common import PLAYED
from toolkit.course.lesson import Lesson
from toolkit.learning.fields import Select
from toolkit.lessons.l07_comparing_logics.labs.choices import (
    COUNTS,
    FAVOURITE,
    NAMES,
    WORLDS,
    favourite_of,
    remembered,
)
from toolkit.models.laws.where import EACH, JUDGES, SIDES, context_map
from toolkit.models.logics import FIVE
from toolkit.screen.lab import Lab
from toolkit.text.numbers import signed

LETTERS = {
    "lean": "L", "constraints": "C", "value": "V", "service_improvement": "S", "prudent": "P",
}  # fmt: skip
KEY = " · ".join(f"{letter} {NAMES[name]}" for name, letter in LETTERS.items())
HOW = {
    "your favourite comes first most often": "main",
    "another comes first most often": "calm",
    "your favourite mostly ends below doing nothing": "warn",
}


def _level(side: str, value: float) -> str:
    """Return a setting of one side as it stands on the axis."""
    return f"{value:.3g} h" if side == "setup" else f"{value:.0%}"


def _map_words(found: pd.DataFrame, mine: str, sides: dict[str, str], counts: str) -> str:
    """Say who comes first how often on the map, and where a favourite gains least and most."""
    once = found["best"].value_counts()
    often = {name: int(once.get(name, 0)) for name in FIVE}
    top = max(often, key=lambda name: often[name])
    told = ", ".join(f"{NAMES[name]} in {times}" for name, times in often.items())
    least, most = (
        ", ".join(f"{SIDES[side]} {_level(side, row[axis])}" for axis, side in sides.items())
        + f" ({signed(100 * row['gain'])} %, in the middle one of the {EACH})"
        for row in (found.loc[found["gain"].idxmin()], found.loc[found["gain"].idxmax()])
    )
    words = (
        f"{len(found)} kinds of places, {EACH} random places of each; what counts is {counts}, "
        f"after four years, one logic alone. Comes first most often: {told}; shared in "
        f"{len(found) - sum(often.values())}. Even so, what comes first most often in a cell does "
        f"so in only {found['times'].mean():.1f} of its {EACH} places, on average. {NAMES[mine]} "
        f"gains least at {least} and most at {most}."
    )
    if often[top] > 0.8 * len(found):
        words += (
            f" {NAMES[top]} wins nearly everywhere on this map. Before you trust that, change "
            "what counts, and the sides of the map."
        )
    return words


def context(this: Lesson) -> Lab:
    """Find a kind of place where the favourite loses."""
    favourite, loses = this.predict("favourite"), this.predict("loses")

    def draw(value: dict) -> Figure:
        mine = favourite_of(favourite, value["favourite"])
        sides = {axis: value[axis] for axis in ("across", "up")}
        found = context_map(mine, **sides, judge=value["judge"])
        best = found["best"].str.split("; ")
        ahead = best.map(lambda names: mine in names)
        won, beaten, lost = HOW
        shown = found.assign(
            best=best.map(lambda names: "=".join(LETTERS[name] for name in names)),
            gain=[f"{signed(100 * gain)} %" for gain in found["gain"]],
            **{axis: [_level(side, v) for v in found[axis]] for axis, side in sides.items()},
        )
        mark = np.select([ahead, found["below"] > EACH / 2], [won, lost], beaten)
        text = [f"{row.best} {row.times}/{EACH}" for row in shown.itertuples()]
        return place_map(
            shown[["across", "up"]].assign(mark=mark, text=text),
            HOW,
            x=SIDES[sides["across"]],
            y=SIDES[sides["up"]],
            key=KEY,
            title=f"{NAMES[mine]} comes first most often in {int(ahead.sum())} of {len(found)} "
            "kinds of places",
            description=_map_words(found, mine, sides, JUDGES[value["judge"]].words)
            + remembered(favourite, loses),
            provenance=(WORLDS, PLAYED),
            table=shown.rename(
                columns={
                    **{axis: SIDES[side] for axis, side in sides.items()},
                    "best": "comes first most often",
                    "times": f"in how many of {EACH}", "favourite": "favourite comes first in",
                    "below": "favourite below doing nothing in", "gain": "favourite, median gain",
                }
            ),
        )  # fmt: skip

    controls = (
        FAVOURITE,
        Select("across", "Across the map", "load", options=SIDES),
        Select("up", "Up the map", "low_benefit", options=SIDES),
        COUNTS,
    )
    return Lab("context", controls, draw, after=(favourite, loses))
