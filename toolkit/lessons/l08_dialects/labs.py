"""Lesson 08, dialects: one logic in several places, how far dialects drift apart, Toyota's own."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.charts.sheets import LEVERS, lines, sheets
from toolkit.course.common import PLAYED, asked_of, recalled
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Choice, Select, Slider
from toolkit.models.journeys.lifecycle import Dialect, dialect_distance, journey
from toolkit.models.laws.apart import pairs
from toolkit.models.logics import FIVE
from toolkit.models.pathway import Context, distance, draw_context, usual_practice
from toolkit.screen.lab import Lab

SEED = 8
PAIRS = 200
LOGICS = {name: logic.name for name, logic in FIVE.items()}
HEADS, GAP = 4, 1  # lines of a sheet above its settings; lines to spare
MADE = Provenance("illustrative", note="these places, made up for this lesson")
# Every figure of these three places is illustrative.
WARD = Context(
    name="The ward",
    stages=("Admit", "Assess", "Treat", "Recover", "Go home"),
    demand=45, arrival_scv=1.2,
    work=(0.6, 2.0, 3.0, 2.0, 1.2), setup=(0.2, 0.4, 0.5, 0.3, 1.6),
    heterogeneity=(0.6, 0.7, 0.75, 0.5, 0.45), service_scv=(1.1, 1.3, 1.5, 1.2, 1.3),
    low_benefit=0.1, staff_hours=450, high_need=0.45, readiness=0.4,
).at_load(0.9)  # fmt: skip
CLINIC = Context(
    name="The clinic",
    stages=("Refer", "Book", "Test", "See", "Follow up"),
    demand=60, arrival_scv=0.6,
    work=(0.5, 0.5, 1.0, 1.4, 0.7), setup=(0.8, 1.0, 1.2, 0.4, 0.6),
    heterogeneity=(0.2, 0.1, 0.25, 0.5, 0.35), service_scv=(0.5, 0.4, 0.6, 0.8, 0.6),
    low_benefit=0.3, staff_hours=300, high_need=0.15, readiness=0.6,
).at_load(0.85)  # fmt: skip
FOOD_BANK = Context(
    name="The food bank",
    stages=("Welcome", "Listen", "Pack", "Hand over", "Call back"),
    demand=60, arrival_scv=2.0,
    work=(0.5, 0.8, 0.9, 0.5, 0.6), setup=(0.1, 0.1, 2.4, 0.2, 0.3),
    heterogeneity=(0.3, 0.9, 0.15, 0.2, 0.8), service_scv=(0.7, 1.6, 0.4, 0.5, 1.4),
    low_benefit=0.0, staff_hours=200, high_need=0.5, readiness=0.8,
).at_load(1.0)  # fmt: skip
PLACES = {"ward": WARD, "clinic": CLINIC, "food_bank": FOOD_BANK}
NAMES = {**{key: place.name for key, place in PLACES.items()}, "drawn": "The place you throw"}


def _place(key: str, throw: int) -> Context:
    """Return one of the three places, or the one that this throw of the dice makes."""
    if key in PLACES:
        return PLACES[key]
    return draw_context(np.random.default_rng([SEED, throw]), f"The place of throw {throw}")


@cache
def _grown(key: str, throw: int, logic: str) -> tuple[Dialect, tuple[str, ...]]:
    """Return the dialect that a logic leaves in a place, and how it began, in two sentences."""
    place = _place(key, throw)
    told = journey(place, usual_practice(place), "contextualise", logic, noise=SEED)
    month, change = told.dialect.trace[0] if told.dialect.trace else (0, None)
    found = told.frame["finding"][month]
    return told.dialect, (
        f"Found first: {found.split('. ')[0].rstrip('.')}.",
        f"Changed first: {change.words if change else 'nothing'}",
    )


def _levers(logic: str) -> set[str]:
    """Return the settings that a logic may move."""
    return {move.lever for move in FIVE[logic].moves} & set(LEVERS)


def _sheets(one: Dialect, other: Dialect) -> tuple[tuple[str, ...], list[pd.DataFrame], list[bool]]:
    """Return which settings were moved, each sheet, and for each line if it ends alike in both."""
    used = tuple(v for v in LEVERS if v in {*one.touched, *other.touched})
    frames = [
        pd.concat(
            lines(d.place, v, d.stages, getattr(d.start, v), getattr(d.settings, v)) for v in used
        )
        for d in (one, other)
    ]
    ends = [rows["text"].str.split(" → ").str[-1] for rows in frames]
    return used, frames, [a == b for a, b in zip(*ends, strict=True)]


def speak(this: Lesson) -> Lab:
    """Let one logic work in two places for four years, and read the two sheets."""
    guess = this.predict("tongue")
    start = {"logic": "lean", "one": "ward", "other": "food_bank", "throw": 1}

    def grow(value: dict) -> list[tuple[Dialect, tuple[str, ...]]]:
        return [_grown(value[key], value["throw"], value["logic"]) for key in ("one", "other")]

    def same() -> int:
        return sum(_sheets(*(dialect for dialect, _ in grow(start)))[2])

    def draw(value: dict) -> Figure:
        logic, grown = value["logic"], grow(value)
        (one, _), (other, _) = grown
        used, frames, ends = _sheets(one, other)
        frame = pd.concat(frames).drop_duplicates(["place", "lever", "stage"])
        alike = sum(ends)
        asked = {key: start[key] for key in ("one", "other")}
        names = " and ".join(NAMES[key].lower() for key in asked.values())
        elsewhere = asked_of({key: value[key] for key in asked}, asked, names)
        apart = distance(
            _place(value["one"], value["throw"]), _place(value["other"], value["throw"])
        )
        words = (
            f"{LOGICS[logic]} in {one.place.lower()} and in {other.place.lower()}, 48 months, the "
            f"same chance. Both began with the same habits; hours follow the work. The logic moved "
            f"{len(used)} kinds of setting; {alike} of {len(ends)} settings end the same. "
            f"On our scale from 0 to 1 the places differ by {apart:.2f}, the results by "
            f"{dialect_distance(one, other):.2f}. "
            + " ".join(f"{d.place}. {' '.join(told)}" for d, told in grown)
            + recalled(guess, after=elsewhere)
        )
        title = (
            f"{LOGICS[logic]}: {alike} of {len(ends)} settings end the same in both places"
            if used
            else f"{LOGICS[logic]} changed nothing that lasted in either place"
        )
        table = pd.concat(d.sheet.assign(place=d.place) for d, _ in grown)
        named = {"times_changed": "times changed", "meaning": "setting"}
        table = table.rename(columns=named)[
            ["place", "stage", "setting", "before", "now", "times changed"]
        ]
        return sheets(
            frame,
            {d.place: told for d, told in grown},
            title=title,
            description=words,
            provenance=(MADE, PLAYED),
            table=table,
            rows=2 * (HEADS + len(_levers(logic))) + GAP,
        )

    controls = (
        Select("logic", "The logic that comes in", start["logic"], options=LOGICS),
        Select("one", "One place", start["one"], options=NAMES),
        Select("other", "Another place", start["other"], options=NAMES),
        Slider(
            "throw",
            "Which throw of the dice",
            start["throw"],
            min=1,
            max=20,
            unit="of 20",
            note=f"It makes “{NAMES['drawn']}”, and no other place.",
        ),
    )
    return Lab("speak", controls, draw, after=(guess,), truth={"tongue": same})


def apart(this: Lesson) -> Lab:
    """Set the distance between places against the distance between their dialects."""
    guess = this.predict("apart")
    start = {"logic": "lean", "start": "same"}

    def moves() -> str:
        held = pairs(start["logic"], True, PAIRS)
        return _kind(held["places"].corr(held["dialects"]))

    def draw(value: dict) -> Figure:
        alike = value["start"] == "same"
        shown = pairs(value["logic"], alike, PAIRS).head(int(value["pairs"]))
        r = shown["places"].corr(shown["dialects"])
        thirds = shown.groupby(pd.qcut(shown["places"], 3, labels=["near", "middling", "far"]))
        mean = thirds["dialects"].mean()
        begun = (
            ""
            if alike
            else " At the start, before any logic came in, it was already "
            f"{shown['places'].corr(shown['at the start']):.2f}."
        )
        words = (
            f"{len(shown)} pairs of places drawn at random, {LOGICS[value['logic']]}, 48 months. "
            f"Mean distance between dialects: {mean['near']:.2f} in the nearest third of pairs, "
            f"{mean['middling']:.2f} in the middle third, {mean['far']:.2f} in the furthest. How "
            f"closely the two distances go together (correlation: 0 not at all, 1 in step): "
            f"{r:.2f}.{begun}"
            + (" So few pairs could say something else next time." if len(shown) < PAIRS else "")
            + recalled(guess, "You predicted:")
        )
        return shapes.dots(
            pd.DataFrame(
                {
                    "x": shown["places"], "y": shown["dialects"], "series": "pair",
                    "label": [f"pair {i + 1}" for i in range(len(shown))],
                }
            ),
            {"pair": "main"},
            x="distance between the two places",
            y="distance between their dialects",
            title=f"{LOGICS[value['logic']]}, {len(shown)} pairs: {_strength(r)}",
            description=words,
            provenance=(Provenance("illustrative", note="places drawn at random"), PLAYED),
            table=shown.round(3).reset_index(names="pair"),
            zero=True,
            size=(620, 300),
        )  # fmt: skip

    controls = (
        Select("logic", "The logic that comes in", start["logic"], options=LOGICS),
        Choice(
            "start", "How the two places begin", start["start"],
            options={"same": "with the same habits", "own": "each with habits of its own"},
        ),
        Choice("pairs", "How many pairs", "20", options={"20": "20", str(PAIRS): str(PAIRS)}),
    )  # fmt: skip
    there = {"pairs": str(PAIRS)}
    return Lab("apart", controls, draw, after=(guess,), truth={"apart": moves}, there=there)


def _kind(r: float) -> str:
    """Return what a correlation of this size shows, as the prediction names it; steps are ours."""
    if r <= -0.3:
        return "falls"
    return "steady" if r >= 0.7 else "loose" if r >= 0.3 else "none"


def _strength(r: float) -> str:
    """Say in words what a correlation of this size shows."""
    return {
        "steady": "further places, further dialects",
        "loose": "further places, mostly further dialects",
        "none": "how far the places lie apart hardly tells",
        "falls": "further places, closer dialects",
    }[_kind(r)]


def toyota(_this: Lesson) -> Figure:
    """Show what is reported of Toyota's way in other places, in figures where there are any."""
    held = evidence.published_cases().frame
    rows = held[held["approaches"].str.contains("tps") & held["verified"]]
    told = rows[rows["unit"] == "minutes"]
    frame = pd.concat(
        pd.DataFrame({"category": told["measure"], "value": told[when], "series": when})
        for when in ("before", "after")
    )
    changes = [f"{r.measure} {r.before:g} to {r.after:g} {r.unit}" for r in told.itertuples()]
    sources = tuple(dict.fromkeys("; ".join([*told["sources"], *rows["sources"]]).split("; ")))
    return shapes.bars(
        frame,
        {"before": "calm", "after": "main"},
        x="minutes",
        title=f"A kitchen’s own dialect: {changes[0]}",
        description=(
            f"{told['org'].iloc[0]}, as a newspaper reported it: {'; '.join(changes)}. The table "
            f"lists all {len(rows)} rows that the course holds about Toyota’s way in places of "
            "other kinds, with what to beware of in each."
        ),
        provenance=(Provenance("published", sources),),
        table=rows[["org", "what_happened", "caveat"]].rename(
            columns={"org": "where", "what_happened": "what is reported", "caveat": "beware"}
        ),
        width=420,
    )
