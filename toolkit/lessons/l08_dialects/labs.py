"""Lesson 08, dialects: one logic in several places, how far dialects drift apart, Toyota's own."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts.sheets import LEVERS, lever_lines, on_sheet
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.tables import split_list
from toolkit.learning.fields import Button, Match
from toolkit.models.journeys import MONTHS
from toolkit.models.journeys.lifecycle import Journey, journey
from toolkit.models.laws.apart import pairs as drawn
from toolkit.models.logics import FIVE
from toolkit.models.logics.base import at_stage
from toolkit.models.pathway import (
    Context,
    Practice,
    PracticeArrays,
    draw_context,
    perform,
    practice_from,
    usual_practice,
)
from toolkit.screen.builder import words_in
from toolkit.screen.facts import Facts, lab
from toolkit.screen.questions import KeptForm
from toolkit.screen.stage import Lane, Moves, Trace, as_moves
from toolkit.screen.tables import Page, list_html
from toolkit.text.templates import fill

if TYPE_CHECKING:
    from toolkit.course.lesson import Lesson
    from toolkit.learning.record import Record

SEED = 8
WORDS = words_in(__package__)
RULES, SCENES, MATCHING = WORDS["rules"], WORDS["scenes"], WORDS["matching"]


def logics() -> dict[str, dict[str, str]]:
    """Return the logics that can come in."""
    return {"logics": {name: logic.name for name, logic in FIVE.items()}}


# --- two places -------------------------------------------------------------------------------

START = {"logic": "lean", "one": "ward", "other": "food_bank"}  # what the prediction speaks of
# Every figure of these three places is illustrative.
WARD = Context(
    name="ward",
    stages=("Admit", "Assess", "Treat", "Recover", "Go home"),
    demand=45, arrival_scv=1.2,
    work=(0.6, 2.0, 3.0, 2.0, 1.2), setup=(0.2, 0.4, 0.5, 0.3, 1.6),
    heterogeneity=(0.6, 0.7, 0.75, 0.5, 0.45), service_scv=(1.1, 1.3, 1.5, 1.2, 1.3),
    low_benefit=0.1, staff_hours=450, high_need=0.45, readiness=0.4,
).at_load(0.9)  # fmt: skip
CLINIC = Context(
    name="clinic",
    stages=("Refer", "Book", "Test", "Consult", "Follow up"),
    demand=60, arrival_scv=0.6,
    work=(0.5, 0.5, 1.0, 1.4, 0.7), setup=(0.8, 1.0, 1.2, 0.4, 0.6),
    heterogeneity=(0.2, 0.1, 0.25, 0.5, 0.35), service_scv=(0.5, 0.4, 0.6, 0.8, 0.6),
    low_benefit=0.3, staff_hours=300, high_need=0.15, readiness=0.6,
).at_load(0.85)  # fmt: skip
FOOD_BANK = Context(
    name="food_bank",
    stages=("Welcome", "First talk", "Pack", "Give out", "Call back"),
    demand=60, arrival_scv=2.0,
    work=(0.5, 0.8, 0.9, 0.5, 0.6), setup=(0.1, 0.1, 2.4, 0.2, 0.3),
    heterogeneity=(0.3, 0.9, 0.15, 0.2, 0.8), service_scv=(0.7, 1.6, 0.4, 0.5, 1.4),
    low_benefit=0.0, staff_hours=200, high_need=0.5, readiness=0.8,
).at_load(1.0)  # fmt: skip
# The last two come out of the dice.
PLACES = {place.name: place for place in (WARD, CLINIC, FOOD_BANK)} | {
    f"drawn_{throw}": draw_context(np.random.default_rng([SEED, throw]), f"drawn_{throw}")
    for throw in (1, 2)
}


@cache
def _journey(key: str, logic: str, luck: int = SEED) -> Journey:
    """Return the four years of a place with one logic."""
    place = PLACES[key]
    return journey(place, usual_practice(place), "contextualise", logic, noise=luck)


def _monthly(told: Journey) -> list[Practice]:
    """Return the settings of a place after each month, from 0 on."""
    return [practice_from(practice, 0) for practice in told.runs.practices]


def _shown(practices: Sequence[Practice], lever: str) -> np.ndarray:
    """Return one setting over time as a sheet rounds it: a row for each time."""
    return np.array([on_sheet(lever, getattr(practice, lever)) for practice in practices])


def _history(told: Journey, lever: str, practices: Sequence[Practice]) -> pd.DataFrame:
    """Return the rows of a sheet for one setting: at the start, and at each tick that moved it."""
    start = told.dialect.start
    kept = [getattr(practice, lever) for practice in practices]
    shown = _shown(practices, lever)
    moved = np.flatnonzero((np.diff(shown, axis=0) != 0).any(axis=1)) + 1
    stages = told.context.stages
    rows = pd.concat(
        lever_lines(told.context.name, lever, stages, getattr(start, lever), kept[at]).assign(at=at)
        for at in (0, *moved.tolist())
    )
    return rows[rows.groupby("stage")["now"].shift() != rows["now"]]


def _comings_and_goings(groups: np.ndarray) -> Moves:
    """Return who joins and leaves groups that grow and shrink, each in its own place.

    Parameters
    ----------
    groups : ndarray of int, shape (ticks, places)
        How many are in each group at each tick.
    """
    inside: list[list[int]] = [[] for _ in groups[0]]
    found: list[tuple[int, int, float]] = []
    new = 0
    for tick, wanted in enumerate(groups.tolist()):
        for place, (group, size) in enumerate(zip(inside, wanted, strict=True)):
            while len(group) < size:
                group.append(new)
                found.append((new, place, float(tick)))
                new += 1
            found += [(group.pop(), -1, float(tick)) for _ in range(len(group) - size)]
    return as_moves(found)


def _steady(practices: Sequence[Practice], levers: Sequence[str]) -> np.ndarray:
    """Return which settings never move on a sheet: lever by lever."""
    shown = (_shown(practices, lever) for lever in levers)
    return np.concatenate([(each == each[0]).all(axis=0) for each in shown])


SORTING = ("threshold", "need_first")
WHOLE = tuple(lever for lever in LEVERS if lever in ("release", *SORTING))


def _in_month(told: Journey, month: int) -> dict[str, int]:
    """Return what people met in a month of a run, in whole days and people; 0 is the start."""
    at = max(month - 1, 0)
    met = told.runs.performance
    return _met(told.context, 7 * met.lead_time[0, at], met.throughput[0, at])


def _met(place: Context, days: float, seen: float) -> dict[str, int]:
    """Return the days from asking to the end, who asks in a week, and who of them is not seen."""
    asked = round(place.demand)
    return {"days": round(float(days)), "asked": asked, "unseen": asked - round(float(seen))}


def _settings(
    stages: Sequence[str],
    kept: Sequence[Practice],
    people: Sequence[Mapping[str, int]],
    hours: bool = False,
) -> Lane:
    """Return the settings of one place, one after the other, as the sheet rounds them.

    A figure is one person of a group that is handed over, or one who is not seen in a week; the
    boards show how far the work follows a standard and, if hours can move, what share of them the
    stage has.
    """
    groups = np.rint([practice.batch for practice in kept]).astype(int)
    groups = np.hstack([groups, [[met["unseen"]] for met in people]])
    whole = np.rint([[100 * getattr(practice, v) for v in WHOLE] for practice in kept])
    changed = (whole != whole[0]).sum(axis=1, keepdims=True)
    sizes = np.hstack([groups, changed]) if changed.any() else groups
    who, to, at = _comings_and_goings(sizes)
    looks = np.full(who.max() + 1, "person", dtype=object)
    looks[who[to == len(stages) + 1]] = "form"
    boards = [[100 * practice.standardisation[n] for practice in kept] for n in range(len(stages))]
    given = [[100 * practice.split[n] for practice in kept] for n in range(len(stages))]
    return Lane(
        dict.fromkeys(stages, True) | {"door": False} | ({"whole": False} if changed.any() else {}),
        (who, to, at),
        looks.tolist(),
        {
            n: (
                "board",
                [
                    f"{part:.0f} · {share:.0f}" if hours else f"{part:.0f}%"
                    for part, share in zip(boards[n][1:], given[n][1:], strict=True)
                ],
            )
            for n in range(len(stages))
        },
    )


# --- one change in two places -----------------------------------------------------------------

SMALL = 2  # people who go on together, where the learner chooses
BOTH = (START["one"], START["other"])


def stages_of_both() -> dict[str, dict[str, str]]:
    """Return the stages that the learner can choose: of the one place and of the other."""
    pairs = zip(*(PLACES[key].stages for key in BOTH), strict=True)
    return {"stages": {str(n): " · ".join(pair) for n, pair in enumerate(pairs)}}


def _tried(key: str, stage: int | None) -> tuple[Practice, dict[str, int]]:
    """Return how a place works as its lean run begins, with one stage changed, and what comes."""
    told = _journey(key, START["logic"])
    place = told.context
    # The run takes its time to learn out of the month in which it begins.
    start = replace(
        usual_practice(place), learning=practice_from(told.runs.practices[1], 0).learning
    )
    sizes = tuple(SMALL if n == stage else size for n, size in enumerate(start.batch))
    practice = replace(start, batch=sizes)
    met = perform(practice, place, float(told.runs.mastery[0, 0]))
    return practice, _met(place, met.lead_time, met.throughput)


@lab(given=stages_of_both)
def first(at: str = "none") -> Facts:
    """Hand over two people at a time at one stage, in two places, and see what comes of it."""
    stage = None if at == "none" else int(at)
    found = {key: (_tried(key, None), _tried(key, stage)) for key in BOTH}
    people = [
        {
            "key": key,
            "was": was,
            "now": now,
            "change": now["days"] - was["days"],
            "at": at_stage(PLACES[key].stages[stage or 0]),
            "ready": round(60 * PLACES[key].setup[stage or 0]),
        }
        for key, ((_, was), (_, now)) in found.items()
    ]
    rows = [
        (each["key"], when, each[when]["days"])
        for each in people
        for when in ("was", "now")
        if when == "was" or stage is not None
    ]
    return Facts(
        chart=pd.DataFrame(rows, columns=["category", "series", "value"]),
        people=people,
        trace=Trace(
            1,
            {
                key: replace(_settings(PLACES[key].stages, *(zip(*steps, strict=True))), shown={})
                for key, steps in found.items()
            },
        ),
    )


# --- one logic in two places ------------------------------------------------------------------


def _change(told: Journey, month: int) -> dict[str, Any]:
    """Return what a team did in a month: lever, where, and from what to what; or took back."""
    before, after = (practice_from(told.runs.practices[m], 0) for m in (month, month + 1))
    change = told.change(month)
    if change is None:
        return {"lever": "undone" if told.runs.undone[0, month] else "nothing"}
    was, now = (np.atleast_1d(getattr(practice, change.lever)) for practice in (before, after))
    stage = int(told.runs.stage[0, month]) if len(now) > 1 else 0
    return {
        "lever": change.lever,
        "where": change.where,
        "at": at_stage(change.where),
        "number": told.context.stages.index(change.where) + 1 if len(now) > 1 else 0,
        "more": bool(now[stage] > was[stage]),
        "before": int(on_sheet(change.lever, was)[stage]),
        "after": int(on_sheet(change.lever, now)[stage]),
    }


def _row_of(rows: pd.DataFrame, change: dict[str, Any]) -> pd.Series:
    """Return which rows of a sheet are of the setting that a team moved; none if it moved none."""
    name, _ = LEVERS.get(change["lever"], ("", 0))
    stages = rows["stage"].drop_duplicates().tolist()
    here = not (number := change.get("number")) or rows["stage"] == stages[number - 1]
    return (rows["lever"] == name) & here


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two teams move the same setting the same way, at stages of the same number."""
    return all(one.get(key) == other.get(key) for key in ("lever", "number", "more"))


def _in_words(did: dict[str, Any], form: str = "one") -> str:
    """Return what a team, or both, did in a month."""
    number = did.get("number")
    stage = WORDS["did"]["stages"][number - 1] if number else None
    return fill(WORDS["did"][did["lever"]][form], {**did, "stage": stage})


def _parting(one: Journey, other: Journey) -> int | None:
    """Return the first month (from 0) in which two teams move no setting alike; None if never."""
    return next((m for m in range(MONTHS) if not _alike(_change(one, m), _change(other, m))), None)


def _agree(
    one: Practice | PracticeArrays, other: Practice | PracticeArrays, levers: Sequence[str]
) -> np.ndarray:
    """Return which settings are the same, as sheets show them: lever by lever, place by place."""
    pairs = ([on_sheet(v, getattr(each, v)) for each in (one, other)] for v in levers)
    return np.concatenate([here == there for here, there in pairs], axis=-1)


YEAR = 12  # months
PARTING = ("before", "first", "both", "parted")  # what is told of the month in which teams part


def _clock(parts: int | None) -> list[tuple[int, str]]:
    """Return the month at each tick of the stage, and what is told there.

    There is a tick for each month until the teams part. The month in which they do takes four
    ticks, one of the teams after the other, so that it can be seen. Then there is one a year.

    Parameters
    ----------
    parts : int, optional
        The month (from 1) in which two teams part, if they do.
    """
    first = parts or 0
    years = [(month, "year") for month in range(YEAR, MONTHS + 1, YEAR) if month > first]
    alike = [(month, "month") for month in range(1, first)]
    return [(0, "start"), *alike, *((first, at) for at in PARTING if parts), *years]


def _month(at: tuple[int, str], first: bool) -> int:
    """Return after which month the first of two teams, or the other, stands at a tick."""
    month, told = at
    waits = told == "before" or (told == "first" and not first)
    return month - 1 if waits else month


def _side_by_side(
    both: Sequence[Journey],
    kept: Sequence[list[Practice]],
    people: Sequence[list[dict[str, int]]],
    clock: Sequence[tuple[int, str]],
    levers: Sequence[str],
) -> Trace:
    """Return two places at work with one logic, as settings that change on one clock."""
    told = []
    for month, _ in clock:
        pair = [_change(each, max(month - 1, 0)) for each in both]
        told.append(
            {
                "both": _in_words(pair[0], "both"),
                "differ": pair[0].get("after") != pair[-1].get("after"),
                "each": [_in_words(done) for done in pair],
            }
        )
    return Trace(
        len(clock) - 1,
        {
            each.context.name: _settings(each.context.stages, practices, met, "split" in levers)
            for each, practices, met in zip(both, kept, people, strict=True)
        },
        {
            "month": [month for month, _ in clock],
            "now": [now for _, now in clock],
            "did": told,
            "people": list(zip(*people, strict=True)),
            "same": [
                int(_agree(here, there, levers).sum()) for here, there in zip(*kept, strict=True)
            ],
        },
        turns=[tick for tick, (_, now) in enumerate(clock) if now in PARTING],
    )


def _too_full(told: Journey) -> bool:
    """Return whether a place ends with less sorting and declining, since both cost it too much."""
    start, end = told.dialect.start, told.dialect.settings
    if not all(getattr(end, lever) < getattr(start, lever) for lever in SORTING):
        return False
    score = FIVE["prudent"].score
    without = replace(start, **dict.fromkeys(SORTING, 0.0))
    return bool(score(perform(without, told.context)) > score(perform(start, told.context)))


def _longer_in_small_groups(told: Journey) -> int | None:
    """Return the days in groups as at first, if only getting ready for others makes them longer."""
    place, end, skill = told.context, told.dialect.settings, float(told.runs.mastery[0, -1])
    large = replace(end, batch=told.dialect.start.batch)

    def days(practice: Practice, where: Context) -> float:
        return float(perform(practice, where, skill).lead_time)

    free = replace(place, setup=(0.0,) * len(place.stages))
    before, after = (_in_month(told, month)["days"] for month in (0, MONTHS))
    if not days(large, place) < before < after or days(large, free) < days(end, free):
        return None
    return round(days(large, place))


def ends_same() -> int:
    """Return how many settings end the same where the prediction asks."""
    return speak().alike


@lab(predict={"tongue": ends_same}, given=logics)
def speak(
    logic: str = START["logic"],
    one: str = START["one"],
    other: str = START["other"],
) -> Facts:
    """Let one logic work in two places for four years, and compare their settings."""
    both = [_journey(key, logic) for key in (one, other)]
    dialects = [told.dialect for told in both]
    moved = [v for v in LEVERS if any(v in dialect.touched for dialect in dialects)]
    parts = _parting(*both)
    did = [_change(told, parts or 0) for told in both]
    clock = _clock(None if parts is None else parts + 1)
    months = [_monthly(told) for told in both]
    kept = [
        [each[_month(at, first)] for at in clock]
        for each, first in zip(months, (True, False), strict=True)
    ]
    people = [
        [_in_month(told, _month(at, first)) for at in clock]
        for told, first in zip(both, (True, False), strict=True)
    ]
    sheets = [
        pd.concat([_history(told, lever, practices) for lever in moved])
        for told, practices in zip(both, kept, strict=True)
    ]
    alike = _agree(dialects[0].settings, dialects[1].settings, moved)
    never = np.logical_and(*(_steady(each, moved) for each in months))
    for rows, change, now in zip(sheets, did, PARTING[1:], strict=False):
        rows["alike"] = alike[rows.groupby(["lever", "stage"], sort=False).ngroup()]
        rows["lit"] = np.nan
        if parts is not None:
            rows.loc[_row_of(rows, change), "lit"] = clock.index((parts + 1, now))
    return Facts(
        chart=pd.concat(sheets).drop_duplicates(["place", "lever", "stage", "at"]),
        table=pd.concat((d.sheet.assign(place=d.place) for d in dialects), ignore_index=True),
        months=MONTHS,
        parts=None if parts is None else parts + 1,
        did=[_in_words(change, "exact") for change in did],
        firsts=[PLACES[key].stages[0] for key in (one, other)],
        alike=int(alike.sum()),
        never=int((alike & never).sum()),
        settings=len(alike),
        moves_people="batch" in moved,
        hours="split" in moved,
        full=[key for key in dict.fromkeys((one, other)) if _too_full(_journey(key, logic))],
        people=[
            {"key": key, "start": met[0], **met[-1]}
            for key, met in zip((one, other), people, strict=True)
        ],
        started=[met[0]["days"] for met in people],
        larger={
            key: days
            for key, told in zip((one, other), both, strict=True)
            if (days := _longer_in_small_groups(told))
        },
        asked=START,
        question=FIVE[logic].question,
        clock=clock,
        trace=_side_by_side(both, kept, people, clock, moved),
    )


# --- one place again ----------------------------------------------------------------------------

AGAIN = 12  # runs of one place, which only luck tells apart


def other_luck() -> float:
    """Return how many settings end the same with other luck, on average."""
    return luck().mean


@lab(predict={"tongue": None, "luck": other_luck})
def luck(one: str = START["one"]) -> Facts:
    """Run one place again and again with other luck, and count what ends as in the first run."""
    logic, stages = START["logic"], PLACES[one].stages
    runs = [_journey(one, logic, SEED + again) for again in range(AGAIN + 1)]
    other = START["one" if one == START["other"] else "other"]
    levers = runs[0].dialect.touched
    ends = [told.dialect.settings for told in runs]
    people = [_in_month(told, MONTHS) for told in runs]
    agree = [_agree(ends[0], end, levers) for end in ends]
    elsewhere = _agree(ends[0], _journey(other, logic).dialect.settings, levers)
    same = [int(each.sum()) for each in agree]
    there, mean = int(elsewhere.sum()), float(np.mean(same[1:]))
    rows = list(product(levers, stages))
    columns = {other: elsewhere} | {str(n): agree[n] for n in range(1, AGAIN + 1)}
    return Facts(
        chart=pd.DataFrame({"at": range(1, AGAIN + 1), "value": same[1:]}),
        marks=pd.DataFrame({"value": [there], "text": [other]}),
        table=pd.DataFrame(rows, columns=["row", "stage"]).assign(
            **{name: np.where(marked, "same", "differs") for name, marked in columns.items()}
        ),
        months=MONTHS,
        asked=START["one"],
        other=other,
        there=there,
        settings=same[0],
        runs=AGAIN,
        least=min(same[1:]),
        most=max(same[1:]),
        mean=mean,
        than_there=np.sign(np.round((mean - there) / 2)).item(),  # by two settings or more
        trace=Trace(
            AGAIN,
            {
                "first": _settings(stages, ends[:1] * len(ends), people[:1] * len(ends)),
                "again": _settings(stages, ends, people),
            },
            {"same": same, "days": [met["days"] for met in people]},
        ),
    )


# --- many pairs of places ---------------------------------------------------------------------

PAIRS = 200


def kind(r: float) -> str:
    """Return what a correlation shows, as the prediction names it; the step to steady is ours."""
    chance = 2 / np.sqrt(PAIRS)  # without any link, 19 in 20 lie closer to 0
    if abs(r) < chance:
        return "none"
    return "falls" if r > 0 else "steady" if r <= -0.7 else "loose"


def goes_with() -> str:
    """Return how many settings end the same as places get less alike."""
    return apart().kind


@lab(predict={"apart": goes_with}, given=logics)
def apart(logic: str = START["logic"]) -> Facts:
    """Count the settings that end the same, in pairs of places from twins to strangers."""
    found, otherwise = drawn(logic, PAIRS), drawn(logic, PAIRS, 1)
    levers = [
        lever
        for lever in LEVERS
        if any(_differ(found.start, end, lever).any() for end in found.ends)
    ]
    agree = _agree(*found.ends, levers)
    same, places = pd.Series(agree.sum(axis=-1)), pd.Series(found.places)
    other_ends = pd.Series(_agree(*otherwise.ends, levers).sum(axis=-1))
    rank = places.rank().astype(int)
    third = pd.qcut(places, 3, labels=["near", "middling", "far"])
    thirds, ends = same.groupby(third).mean(), rank.groupby(third)
    near = same[third == "near"]
    few = int(thirds["far"])
    lines = pd.DataFrame({"x": ends.min(), "to": ends.max(), "y": thirds})
    # The words stand above all dots, at the start of their line.
    words = lines.assign(to=lines["x"], y=agree.shape[-1], text=thirds)
    return Facts(
        chart=pd.DataFrame({"x": rank, "y": same, "series": "pair", "label": rank}),
        notes=pd.concat([lines.assign(text=None), words]),
        table=pd.DataFrame({"pair": rank, "same": same}).sort_values("pair", ignore_index=True),
        months=MONTHS,
        settings=agree.shape[-1],
        thirds=thirds.to_dict(),
        other_luck=float(other_ends[third == "near"].mean()),
        near=len(near),
        few=few,
        misfits=int((near <= few).sum()),
        kind=kind(places.corr(same)),
        pairs=PAIRS,
    )


def _differ(one: PracticeArrays, other: PracticeArrays, lever: str) -> np.ndarray:
    """Return where two sets of places have another setting."""
    return ~np.isclose(getattr(one, lever), getattr(other, lever))


# --- Toyota -----------------------------------------------------------------------------------


def toyota() -> Facts:
    """Show what is reported of Toyota's way in other places, in figures where there are any."""
    held = evidence.published_cases().frame
    rows = held[held["approaches"].str.contains("tps") & held["verified"]]
    told = rows[rows["measure"].fillna("").str.contains("Harlem")]
    keys = told["sources"].str.split("; ").explode()
    return Facts(
        chart=told.set_index("measure")[["before", "after"]],
        table=rows.assign(cited=[evidence.cite(*split_list(keys)) for keys in rows["sources"]]),
        told=told.iloc[0].to_dict(),
        source=Provenance("published", tuple(keys.unique())),
    )


# --- the grammar in four rules ----------------------------------------------------------------


def rules(_this: Lesson) -> Page:
    """Show the four rules in plain words, and fold away how the researchers put them."""
    held = evidence.verbatim("spear_bowen_rules")
    quoted = [f"“{wording}”" for wording in held.wordings]
    plain = [rule["plain"] for rule in RULES.values()]
    fold = MATCHING["quoted"]
    shown = (
        f"{list_html(plain, 'ol')}<details><summary>{html.escape(fold)}</summary>"
        f"{list_html(quoted, 'ol')}<p>{html.escape(held.source)}</p></details>"
    )
    lines = [
        f"{n}. {rule} {words}" for n, (rule, words) in enumerate(zip(plain, quoted, strict=True), 1)
    ]
    return Page(shown, "\n".join([*lines, held.source]))


class Corridor(KeptForm):
    """Scenes in a corridor, each to be matched with the rule that it breaks."""

    def __init__(self, key: str, record: Record) -> None:
        super().__init__(
            key,
            record,
            Match(
                "rules",
                MATCHING["question"],
                rows={name: scene["what"] for name, scene in SCENES.items()},
                options={key: rule["name"] for key, rule in RULES.items()},
            ),
            Button("check", MATCHING["check"]),
            title=MATCHING["question"],
        )
        self.on_press("check", self.mark)

    def mark(self) -> None:
        """Say of each scene whether this rule is broken, and why, or what the rule asks."""
        if not self.value["rules"]:
            self._say(MATCHING["nothing"])
            return
        self._keep(kind="matching", rules=dict(self.value["rules"]))
        self._tell()

    def _tell(self) -> None:
        given = self.value["rules"]
        right = [name for name, scene in SCENES.items() if given.get(name) == scene["rule"]]
        told = [fill(MATCHING["told"], {"right": len(right), "all": len(SCENES)})]
        for n, (name, scene) in zip("ABCD", SCENES.items(), strict=True):
            chosen = RULES.get(given.get(name, ""), {})
            how = "right" if name in right else "wrong" if chosen else "open"
            told.append(fill(MATCHING[how], {"n": n, **scene, **chosen}))
        self.revealed = len(right) == len(SCENES)
        self._say("\n".join(told))

    def _remember(self, entry: dict | None) -> None:
        held = entry.get("rules") if entry else None
        if isinstance(held, dict):
            kept = {name: held.get(name) for name in SCENES}
            self.value = {"rules": {n: rule for n, rule in kept.items() if rule in list(RULES)}}
            self._tell()


def corridor(this: Lesson) -> Corridor:
    """Match four scenes in a corridor with the rules that they break."""
    return Corridor(f"{this.words.number}/match/corridor", this.record)
