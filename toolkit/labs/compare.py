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
    best_by_third,
    context_map,
    left_after,
)
from toolkit.learning.acts import Prediction
from toolkit.pathway import (
    PRACTICE_RANGES,
    Context,
    PerformanceArrays,
    Practice,
    perform_arrays,
    stack_contexts,
    stack_practices,
)
from toolkit.widgets.form import Choice, Select

SEED = 7
MANY = 200
END = 47
WORTH = 0.005  # illustrative: a change that raises value by less is not counted as a finding
DRAWS = 200  # random places for the laws and for the sides
NAMES = {name: logic.name for name, logic in FIVE.items()}
LETTERS = {
    "lean": "L", "constraints": "C", "value": "V", "service_improvement": "S", "prudent": "P",
}  # fmt: skip
KEY = " · ".join(f"{letter} {NAMES[name]}" for name, letter in LETTERS.items())
MINE = "mine"
FAVOURITE = {MINE: "the one I predicted (or lean)"} | NAMES
COUNTS = Select("judge", "What counts", "value", options={k: j.words for k, j in JUDGES.items()})
WORLDS = Provenance("illustrative", note="places drawn at random from the ranges of the model")
PLAYED = Provenance("computed", note="played here, with the same seed each time")
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


def _said(guess: Prediction, before: str = "You predicted") -> str:
    """Recall a prediction in a sentence, if there is one."""
    return f" {before}: {guess.words}." if guess.words else ""


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
    rows = []
    for lever in (*COPYABLE, "learning"):
        words = PRACTICE_RANGES[lever].meaning
        for logic in FIVE.values():
            ways = {
                "more" if move.step > (1 if lever == "batch" else 0) else "less"
                for move in logic.moves
                if move.lever == lever
            }
            mark = "either way" if len(ways) > 1 else next(iter(ways), None)
            rows.append((words, logic.name, mark))
    frame = pd.DataFrame(rows, columns=["row", "column", "mark"])
    held = frame.dropna().groupby("row", sort=False)["mark"].agg(list)
    shared = held[held.map(len) > 1]
    against = [row for row, ways in shared.items() if len(set(ways)) > 1]
    idle = [row for row in dict.fromkeys(frame["row"]) if row not in held.index]
    told = " ".join(
        f"{row.capitalize()}: "
        + ", ".join(
            f"{r.column} {r.mark}" for r in frame[frame["row"] == row].dropna().itertuples()
        )
        + "."
        for row in held.index
    )
    return grid_chart(
        frame,
        {"more": "warn", "less": "fifth", "either way": "calm"},
        title=f"{len(shared)} settings are moved by several logics, and they differ on "
        f"{len(against)} of them",
        description=f"{told} Moved by none of the five: {' and '.join(idle) or 'nothing'}. "
        f"{len(held)} settings are moved, {len(shared)} of them by more than one logic.",
        provenance=(Provenance("illustrative", note="the moves that this model gives each logic"),),
        table=frame.fillna("")
        .pivot_table(index="row", columns="column", values="mark", aggfunc="first", sort=False)
        .reset_index()
        .rename(columns={"row": "setting"}),
        cell=150,
    )


def _level(side: str, value: float) -> str:
    """Return a setting of one side as it stands on the axis."""
    return f"{value:.3g} h" if side == "setup" else f"{value:.0%}"


def context(this: Lesson) -> Lab:
    """Find a kind of place where the favourite loses."""
    favourite, loses = this.predict("favourite"), this.predict("loses")

    def draw(value: dict) -> Figure:
        mine = _favourite(favourite, value["favourite"])
        across, up = value["across"], value["up"]
        found = context_map(mine, across, up, value["judge"])
        ahead = found["best"].str.split("; ").map(lambda names: mine in names)
        below = ~ahead & (found["below"] > EACH / 2)
        won, beaten, lost = HOW
        marks = np.select([ahead, below], [won, lost], beaten)
        letters = ["=".join(LETTERS[name] for name in best.split("; ")) for best in found["best"]]
        frame = pd.DataFrame(
            {
                "across": [_level(across, v) for v in found["across"]],
                "up": [_level(up, v) for v in found["up"]],
                "mark": marks,
                "text": [f"{a} {n}/{EACH}" for a, n in zip(letters, found["times"], strict=True)],
            }
        )
        alone = found["best"].value_counts()
        often = {n: int(alone.get(n, 0)) for n in FIVE}
        shared = len(found) - sum(often.values())
        top = max(often, key=lambda name: often[name])
        least, most = found["gain"].idxmin(), found["gain"].idxmax()

        def where(i: int) -> str:
            gain = 100 * found["gain"][i]
            return (
                f"{SIDES[across]} {frame['across'][i]}, {SIDES[up]} {frame['up'][i]} "
                f"({gain:+.0f} %, in the middle one of the {EACH})"
            )

        told = ", ".join(f"{NAMES[name]} in {times}" for name, times in often.items())
        words = (
            f"{len(found)} kinds of places, {EACH} random places of each; what counts is "
            f"{JUDGES[value['judge']].words}, after four years, one logic alone. Comes first "
            f"most often: {told}; shared in {shared}. Even so, what comes first most often in a "
            f"cell does so in only {found['times'].mean():.1f} of its {EACH} places, on average. "
            f"{NAMES[mine]} gains "
            f"least at {where(least)} and most at {where(most)}."
        )
        if often[top] > 0.8 * len(found):
            words += (
                f" {NAMES[top]} wins nearly everywhere on this map. Before you trust that, change "
                "what counts, and the sides of the map."
            )
        shown = found.assign(best=letters, across=frame["across"], up=frame["up"])
        shown["gain"] = [f"{100 * g:+.0f} %" for g in found["gain"]]
        return place_map(
            frame,
            HOW,
            x=SIDES[across],
            y=SIDES[up],
            key=KEY,
            title=f"{NAMES[mine]} comes first most often in {int(ahead.sum())} of {len(found)} "
            "kinds of places",
            description=words
            + _said(favourite, "Your favourite was")
            + _said(loses, "You predicted that it would lose"),
            provenance=(WORLDS, PLAYED),
            table=shown.rename(
                columns={
                    "across": SIDES[across], "up": SIDES[up], "best": "comes first most often",
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
            pd.DataFrame({"category": names, "series": "first", "value": share.round(0)}),
            {"first": "main"},
            x="% of such places in which your favourite comes first",
            title=f"{NAMES[mine]} comes first least often in places with {worst}",
            description=words
            + _said(favourite, "Your favourite was")
            + _said(loses, "You predicted that it would lose"),
            provenance=(WORLDS, PLAYED),
            table=table,
            most=100,
            width=420,
        )

    controls = (Select("favourite", "Your favourite", MINE, options=FAVOURITE), COUNTS)
    lab = Lab("sides", controls, draw, after=(favourite, loses), truth={"loses": beaten})
    favourite.observe(follow, "status")
    return lab


@cache
def _played(case: str, runs: int) -> dict[str, Journeys]:
    """Return the 48 months of a case's place under each logic alone and under all five."""
    held = evidence.case(case)
    return alone(Context(**held.context), Practice(**held.practice), runs, SEED)


@cache
def _before(case: str) -> PerformanceArrays:
    """Return how a case's place does before anybody takes time to learn."""
    held = evidence.case(case)
    x, c = stack_practices([Practice(**held.practice)]), stack_contexts([Context(**held.context)])
    return perform_arrays(x, c, _played(case, 1)[INTEGRATED].mastery[:, :1])


def _still_found(case: str, focus: str) -> tuple[list[Left], list[Left]]:
    """Return what all five find after four years of one alone, and what is worth it to others."""
    left = left_after(Context(**evidence.case(case).context), _played(case, 1)[focus])
    return left, [row for row in left if row.approach != focus and row.gain > WORTH]


def ceilings(this: Lesson) -> Lab:
    """See how far each logic gets alone in one place, and what the others still find there."""
    guess = this.predict("left")
    start = ("D", "lean")
    how_many = ("none", "one", "several", "several", "all")

    def draw(value: dict) -> Figure:
        runs, focus = int(value["runs"]), value["focus"]
        played = _played(value["place"], runs)
        score = JUDGES[value["judge"]].score
        before = float(score(_before(value["place"]))[0])
        names = NAMES | {INTEGRATED: "all five, heard by turns"}
        paths, ends = [], {}
        for name, j in played.items():
            index = 100 * score(j.performance) / before
            frame = pd.DataFrame(
                {"at": np.arange(48), "series": names[name], "value": np.median(index, axis=0)}
            )
            if runs > 1 and name in (focus, INTEGRATED):
                frame["low"], frame["high"] = np.percentile(index, [5, 95], axis=0)
            ends[name] = np.percentile(index[:, END], [50, 5, 95])
            paths.append(frame)
        left, others = _still_found(value["place"], focus)
        own = next(row for row in left if row.approach == focus)
        spread = " (nine runs in ten)" if runs > 1 else ""
        told = "; ".join(
            f"{names[n]} {mid:.0f}" + (f", {low:.0f} to {high:.0f}" if runs > 1 else "")
            for n, (mid, low, high) in ends.items()
        )
        singles = {n: ends[n][0] for n in FIVE}
        best = max(singles, key=lambda n: singles[n])
        words = (
            f"{evidence.case(value['place']).context['name']}, 48 months, "
            f"{'one run' if runs == 1 else f'{runs} runs'}; what counts is "
            f"{JUDGES[value['judge']].words}, 100 before it began. At the end{spread}: {told}. "
            f"Highest of the single logics: {NAMES[best]}. "
            f"After 48 months of {NAMES[focus]} alone, {NAMES[focus]} "
            + (f"would still say: {own.change} " if own.change else "has nothing left. ")
            + f"Of the other four, {len(others)} still find a change that would raise value by "
            f"more than {WORTH:.1%}."
            + "".join(
                f" {NAMES[r.approach]} (value {100 * r.gain:+.1f} %): {r.change}" for r in others
            )
            + _said(guess)
        )
        table = pd.DataFrame(
            {
                "logic": list(names.values()),
                "at the end": [ends[n][0] for n in names],
                "low (5 %)": [ends[n][1] for n in names],
                "high (95 %)": [ends[n][2] for n in names],
                f"what it finds after {NAMES[focus]}": [*(r.finding for r in left), ""],
                "what it would change": [*(r.change or "nothing" for r in left), ""],
                "value, %": [*(round(100 * r.gain, 1) for r in left), None],
            }
        )
        return shapes.paths(
            pd.concat(paths),
            {names[n]: ROLES.get(n, "calm") for n in names},
            x="month",
            y="100 = before it began",
            title=f"{NAMES[focus]} alone: {number(round(ends[focus][0]))} after four years; "
            f"{len(others)} of the other four still find something",
            description=words,
            provenance=(ILLUSTRATIVE, PLAYED),
            table=table,
            low=None,
            size=(560, 270),
        )

    places = {
        row.id: f"{row.id} · {evidence.case(row.id).context['name']}"
        for row in evidence.cases().frame.itertuples()
    }
    controls = (
        Select("place", "Place", start[0], options=places),
        Select("focus", "The logic used alone", start[1], options=NAMES),
        COUNTS,
        Choice(
            "runs", "How often to play", "1", options={"1": "one run", str(MANY): f"{MANY} runs"}
        ),
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


def claims(_this: Lesson) -> Page:
    """Set what the abstract says about holding to one method beside what speaks for and against."""
    held = evidence.claims().frame.set_index("id")

    def cited(text: str) -> str:
        return re.sub(
            r"\(([a-z]+(?:\d{4}[a-z]?)?(?:; [a-z]+(?:\d{4}[a-z]?)?)*)\)",
            lambda m: f"({evidence.cite(*m[1].split('; '))})",
            text,
        )

    rows = [
        (
            f"“{row.wording}”",
            cited(row.for_published),
            cited(row.against_published),
            row.untestable_note,
        )
        for row in held.loc[["S03", "S04", "S18", "S26"]].fillna("").itertuples()
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
            if name == "4":
                said = (
                    f"it finds nothing left in {row.nothing_left:.0%}, is flat in {row.flat:.0%}; "
                    f"another still finds something in {row.another_finds:.0%}"
                )
                held, times = f"{row.held:.0%}", str(DRAWS)
            else:
                said, held, times = (
                    "it comes first of the five",
                    f"{row.best_single:.0%}",
                    str(DRAWS),
                )
            rows.append((f"– {NAMES[row.approach]}", said, times, held, ""))
    heads = ["Law", "It counts as held if", "Tried", "Held", "What may be said"]
    return page(heads, rows, "", (WORLDS, PLAYED))
