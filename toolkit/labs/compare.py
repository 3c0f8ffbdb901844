"""Lesson 07, comparing logics: the matrix, where each helps most, the ceiling of each, two laws."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.adoption import COPYABLE, Journeys
from toolkit.approaches import FIVE
from toolkit.charts import shapes
from toolkit.charts.caseroom import grid_chart
from toolkit.charts.figure import Figure
from toolkit.charts.maps import place_map
from toolkit.charts.words import number
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.provenance import Provenance
from toolkit.labs.common import PLAYED, RUNS, line, recalled, signed
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson, Page
from toolkit.labs.matrix import Matrix, mark_of
from toolkit.labs.tables import page
from toolkit.laws import LAWS, World
from toolkit.laws.where import (
    EACH,
    INTEGRATED,
    JUDGES,
    SIDES,
    Left,
    alone,
    before,
    best_by_third,
    context_map,
    left_after,
)
from toolkit.learning.acts import Prediction
from toolkit.pathway import PRACTICE_RANGES, Context, Practice
from toolkit.widgets.form import Select

SEED = 7
END = 47
WORTH = 0.005  # illustrative: a change that raises value by less is not counted as a finding
DRAWS = 200  # random places for the laws and for the sides
NAMES = {name: logic.name for name, logic in FIVE.items()}
LETTERS = {
    "lean": "L", "constraints": "C", "value": "V", "service_improvement": "S", "prudent": "P",
}  # fmt: skip
KEY = " · ".join(f"{letter} {NAMES[name]}" for name, letter in LETTERS.items())
ALL = NAMES | {INTEGRATED: "all five, heard by turns"}
MINE = "mine"
FAVOURITE = {MINE: "the one I predicted (or lean)"} | NAMES
COUNTS = Select("judge", "What counts", "value", options={k: j.words for k, j in JUDGES.items()})
WORLDS = Provenance("illustrative", note="places drawn at random from the ranges of the model")
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
HOW = {
    "your favourite comes first most often": "main",
    "another comes first most often": "calm",
    "your favourite mostly ends below doing nothing": "warn",
}
ROLES = dict(zip(FIVE, ("main", "warn", "third", "fourth", "fifth"), strict=True))
STRENGTH = {
    "law": "a law of this model: it held in nine draws of ten, or more",
    "tendency": "no law: a tendency, which held in two draws of three, or more",
    "it depends": "not to be claimed: it depends on the place",
}


def _favourite(guess: Prediction, chosen: str) -> str:
    """Return the logic that is meant, also where somebody says "mine"."""
    return chosen if chosen != MINE else guess.answer or "lean"


@cache
def _world() -> World:
    return World(DRAWS)


def matrix(_this: Lesson) -> Matrix:
    """Search and filter the matrix of the approaches, each cell with its evidence."""
    return Matrix()


def levers(_this: Lesson) -> Figure:
    """Show which settings each logic moves, and which way."""
    ways = pd.DataFrame(
        {
            logic.name: {
                PRACTICE_RANGES[lever].meaning: logic.way(lever)
                for lever in (*COPYABLE, "learning")
            }
            for logic in FIVE.values()
        }
    )
    held = ways.notna().sum(axis=1)
    idle = list(held[held == 0].index)
    shared = ways[held > 1]
    against = [setting for setting, row in shared.iterrows() if len(set(row.dropna())) > 1]
    told = " ".join(
        f"{setting.capitalize()}: {', '.join(f'{name} {way}' for name, way in row.items())}."
        for setting, row in ((setting, row.dropna()) for setting, row in ways.iterrows())
        if len(row)
    )
    return grid_chart(
        ways.rename_axis("row").reset_index().melt("row", var_name="column", value_name="mark"),
        {"more": "warn", "less": "fifth", "either way": "calm"},
        title=f"{len(shared)} settings are moved by several logics, and they differ on "
        f"{len(against)} of them",
        description=f"{told} Moved by none of the five: {' and '.join(idle) or 'nothing'}. "
        f"{int((held > 0).sum())} settings are moved, {len(shared)} of them by more than one "
        "logic.",
        provenance=(Provenance("illustrative", note="the moves that this model gives each logic"),),
        table=ways.fillna("").rename_axis("setting").reset_index(),
        cell=150,
    )


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
        mine = _favourite(favourite, value["favourite"])
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
            + recalled(favourite, "Your favourite was:")
            + recalled(loses, "You predicted that it would lose:"),
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
        Select("favourite", "Your favourite", MINE, options=FAVOURITE),
        Select("across", "Across the map", "load", options=SIDES),
        Select("up", "Up the map", "low_benefit", options=SIDES),
        COUNTS,
    )
    return Lab("context", controls, draw, after=(favourite, loses))


def _loses_most(mine: str) -> list[str]:
    """Return the places of the prediction in which a favourite comes first least often."""
    first = best_by_third(_world()).set_index(["side", "end"])[mine]
    least = min(first[end] for end in ASKED.values())
    return [k for k, end in ASKED.items() if first[end] == least] if least < 0.5 else ["nowhere"]


def sides(this: Lesson) -> Lab:
    """Show at which kind of place a favourite helps most, and least, one side at a time."""
    favourite, loses = this.predict("favourite"), this.predict("loses")

    def beaten() -> str:
        worst = _loses_most(_favourite(favourite, MINE))
        return loses.answer if loses.answer in worst else worst[0]

    def follow(_change: object = None) -> None:
        """Hold the prediction against another favourite, if the favourite has changed."""
        if loses.came is not None:
            loses.settle(beaten())

    def draw(value: dict) -> Figure:
        mine = _favourite(favourite, value["favourite"])
        found = best_by_third(_world(), value["judge"])
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
            description=words
            + recalled(favourite, "Your favourite was:")
            + recalled(loses, "You predicted that it would lose:"),
            provenance=(WORLDS, PLAYED),
            table=table,
            most=100,
            width=420,
        )

    controls = (Select("favourite", "Your favourite", MINE, options=FAVOURITE), COUNTS)
    lab = Lab("sides", controls, draw, after=(favourite, loses), truth={"loses": beaten})
    favourite.observe(follow, "status")
    return lab


def _start(case: str) -> tuple[Context, Practice]:
    held = evidence.case(case)
    return Context(**held.context), Practice(**held.practice)


@cache
def _played(case: str, runs: int) -> dict[str, Journeys]:
    """Return the 48 months of a case's place under each logic alone and under all five."""
    return alone(*_start(case), runs, SEED)


def _still_found(case: str, focus: str) -> tuple[list[Left], list[Left]]:
    """Return what all five find after four years of one alone, and what is worth it to others."""
    left = left_after(_start(case)[0], _played(case, 1)[focus])
    return left, [row for row in left if row.approach != focus and row.gain > WORTH]


def _end_words(ends: dict[str, np.ndarray], runs: int) -> str:
    """Say where each logic ends, and which of the single ones ends highest."""
    told = "; ".join(
        f"{ALL[n]} {mid:.0f}" + (f", {low:.0f} to {high:.0f}" if runs > 1 else "")
        for n, (mid, low, high) in ends.items()
    )
    best = max(FIVE, key=lambda n: ends[n][0])
    spread = " (nine runs in ten)" if runs > 1 else ""
    return f"At the end{spread}: {told}. Highest of the single logics: {NAMES[best]}."


def _left_words(focus: str, left: list[Left], others: list[Left]) -> str:
    """Say what the logic that was used alone would still do, and what the others find."""
    own = next(row for row in left if row.approach == focus)
    return (
        f"After 48 months of {NAMES[focus]} alone, {NAMES[focus]} "
        + (f"would still say: {own.change} " if own.change else "has nothing left. ")
        + f"Of the other four, {len(others)} still find a change that would raise value by "
        f"more than {WORTH:.1%}."
        + "".join(
            f" {NAMES[r.approach]} (value {signed(100 * r.gain, 1)} %): {r.change}" for r in others
        )
    )


def ceilings(this: Lesson) -> Lab:
    """See how far each logic gets alone in one place, and what the others still find there."""
    guess = this.predict("left")
    start = ("D", "lean")
    how_many = ("none", "one", "several", "several", "all")

    def draw(value: dict) -> Figure:
        place, focus, runs = value["place"], value["focus"], int(value["runs"])
        judge, played = JUDGES[value["judge"]], _played(place, runs)
        base = judge.score(before(*_start(place)))
        index = {name: 100 * judge.score(j.performance) / base for name, j in played.items()}
        paths = {
            name: line(np.median(each, axis=0), np.arange(END + 1), ALL[name])
            for name, each in index.items()
        }
        if runs > 1:
            for name in (focus, INTEGRATED):
                low, high = np.percentile(index[name], [5, 95], axis=0)
                paths[name] = paths[name].assign(low=low, high=high)
        ends = {name: np.percentile(each[:, END], [50, 5, 95]) for name, each in index.items()}
        left, others = _still_found(place, focus)
        table = pd.DataFrame(
            {
                "logic": list(ALL.values()),
                "at the end": [ends[n][0] for n in ALL],
                "low (5 %)": [ends[n][1] for n in ALL],
                "high (95 %)": [ends[n][2] for n in ALL],
                f"what it finds after {NAMES[focus]}": [*(r.finding for r in left), ""],
                "what it would change": [*(r.change or "nothing" for r in left), ""],
                "value, %": [*(round(100 * r.gain, 1) for r in left), None],
            }
        )
        return shapes.paths(
            pd.concat(paths.values()),
            {ALL[n]: ROLES.get(n, "calm") for n in ALL},
            x="month",
            y=f"{judge.words.split(':')[0]}, 100 = before",
            title=f"{NAMES[focus]} alone: {number(round(ends[focus][0]))} after four years; "
            f"{len(others)} of the other four still find something",
            description=(
                f"{_start(place)[0].name}, 48 months, "
                f"{'one run' if runs == 1 else f'{runs} runs'}; what counts is {judge.words}, 100 "
                f"before it began. {_end_words(ends, runs)} {_left_words(focus, left, others)}"
                + recalled(guess, "You predicted:")
            ),
            provenance=(ILLUSTRATIVE, PLAYED),
            table=table,
            low=None,
            size=(560, 270),
        )

    places = {case: f"{case} · {_start(case)[0].name}" for case in evidence.cases().frame["id"]}
    controls = (
        Select("place", "Place", start[0], options=places),
        Select("focus", "The logic used alone", start[1], options=NAMES),
        COUNTS,
        RUNS,
    )
    truth = {"left": lambda: how_many[len(_still_found(*start)[1])]}
    return Lab("ceilings", controls, draw, after=(guess,), truth=truth)


RIGHT = {
    "first question": "Ask it when your question is",
    "what it needs first": "It needs",
    "typical ceiling": "Where it tends to stop",
    "blind spot": "What it does not see",
    "natural next partner": "Then ask",
}


def when_right(_this: Lesson) -> Page:
    """Say in the words of the matrix when each logic is the one to ask, and what comes next."""
    held = evidence.matrix().frame.fillna({"sources": ""})
    cells = {
        (row.approach, row.dimension): f"{row.cell} [{mark_of(row)}]" for row in held.itertuples()
    }
    whole = best_by_third(_world()).iloc[0]
    rows = [
        (NAMES[n], *(cells[n, d] for d in RIGHT), f"{100 * whole[n]:.0f} % [◆\u00a0computed]")
        for n in FIVE
    ]
    heads = [
        "Approach",
        *RIGHT.values(),
        f"Came first, alone, in {DRAWS} random places of this model",
    ]
    return page(heads, rows)


def _cited(text: str) -> str:
    """Return a text with each source key as a citation."""
    return re.sub(
        r"\(([a-z]+(?:\d{4}[a-z]?)?(?:; [a-z]+(?:\d{4}[a-z]?)?)*)\)",
        lambda m: f"({evidence.cite(*m[1].split('; '))})",
        text,
    )


def claims(_this: Lesson) -> Page:
    """Set what the abstract says about holding to one method beside what speaks for and against."""
    held = evidence.claims().frame.set_index("id").loc[["S03", "S04", "S18", "S26"]].fillna("")
    rows = [
        (
            f"“{row.wording}”",
            _cited(row.for_published),
            _cited(row.against_published),
            row.untestable_note,
        )
        for row in held.itertuples()
    ]
    source = Provenance("published", ("richdavieshowsen2022",), note="the wording of the claims")
    heads = [
        "The abstract says",
        "Published, for",
        "Published, against",
        "What cannot be tested here",
    ]
    return page(heads, rows, "", (source,))


def laws(_this: Lesson) -> Page:
    """Look under the bonnet: the two laws about logics, and how often each of them held."""
    rows = []
    for name in ("4", "5"):
        law = LAWS[name]
        verdict = law.test(_world())
        low, high = verdict.interval
        # a place tried with five logics counts five times, so its tries are not five draws
        range_ = f" (for all such places: {low:.0%} to {high:.0%})" if name == "5" else ""
        rows.append(
            (
                law.claim, law.held_if, str(int(verdict.tried.sum())),
                f"{verdict.share:.0%}{range_}",
                STRENGTH[verdict.strength],
            )
        )  # fmt: skip
        for row in verdict.detail.itertuples():
            said, held = "it comes first of the five", row.best_single if name == "5" else row.held
            if name == "4":
                said = (
                    f"it finds nothing left in {row.nothing_left:.0%}, is flat in {row.flat:.0%}; "
                    f"another still finds something in {row.another_finds:.0%}"
                )
            rows.append((f"– {NAMES[row.approach]}", said, str(DRAWS), f"{held:.0%}", ""))
    heads = ["Law", "It counts as held if", "Tried", "Held", "What may be said"]
    return page(heads, rows, "", (WORLDS, PLAYED))
