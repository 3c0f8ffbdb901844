"""Choose a home, a place to learn from, how far off that is, and what to copy."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure
from toolkit.charts.sheets import LEVERS, lines, sheets
from toolkit.course.lesson import Lesson
from toolkit.learning.fields import Select, Slider, Ticks
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.starting_point import (
    CASES,
    FAR,
    PLACE,
    PLAYED,
    RECORD,
    SOURCE,
)
from toolkit.models.journeys import COPIED, COPYABLE
from toolkit.models.journeys.counterfactual import MADE_UP, exemplars, place
from toolkit.models.pathway import practice_from
from toolkit.screen.lab import Lab

SOURCES = {**CASES, MADE_UP: "a place of your own making, drawn by dice"}
TICKS = {lever: LEVERS[lever][0].removesuffix(", %") for lever in COPYABLE}


@cache
def _chooser(_this: Lesson) -> Lab:
    """Make the first lab of a lesson, once: the second one follows its choices."""

    def draw(value: dict) -> Figure:
        home = value["home"]
        here, habits = place(home)
        there = exemplars(home, ((value["source"], value["share"] / 100),))
        name = f"At home: {CASES[home]}"
        ends = there.grown.practices[0], there.grown.end
        begun, now = ({v: getattr(practice_from(x, 0), v) for v in COPYABLE} for x in ends)
        took = {v for v in value["copied"] if not np.allclose(begun[v], now[v])}
        frame = pd.concat(
            lines(name, v, here.stages, own := getattr(habits, v), now[v] if v in took else own)
            for v in COPYABLE
        )
        taken = int((frame["way"] != "as it was").sum())
        far = f"{there.apart[0]:.2f} away" if there.apart[0] else "a twin of this place"
        told = (
            f"Exemplar: {value['share']} % of the way to {SOURCES[value['source']]}; {far}.",
            "Each setting today → what copying would set. No arrow: it stays.",
        )
        return sheets(
            frame,
            {name: told},
            title=f"Carrying the dialect in would change {taken} of {len(frame)} settings",
            description=f"{name}. {' '.join(told)} {taken} of {len(frame)} settings would change.",
            provenance=(RECORD, PLAYED),
            table=frame[["lever", "stage", "text"]].rename(
                columns={"lever": "setting", "text": "today → with the copy"}
            ),
            rows=10,
            columns=7,
        )

    controls = (
        PLACE,
        Select("source", "Learns from a place towards", SOURCE, options=SOURCES),
        Slider("share", "How far off", FAR, min=0, max=100, step=5, unit="% of the way"),
        Ticks("copied", "What to copy", list(COPIED), options=TICKS),
    )
    return Lab("places", controls, draw)


def places(this: Lesson) -> Lab:
    """Choose a home, a place to learn from, how far off that is, and what to copy."""
    return _chooser(this)
