"""Lesson 08, dialects: lean in several places, in one place with other luck, and Toyota's rules."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts.sheets import lever_lines, on_sheet
from toolkit.learning.fields import Button, Match
from toolkit.models.journeys import MONTHS
from toolkit.models.journeys.lifecycle import Journey, journey
from toolkit.models.logics.base import at_stage
from toolkit.models.pathway import (
    Context,
    Practice,
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
LOGIC = "lean"
BOTH = ("ward", "food_bank")  # what the prediction speaks of


# --- the places -------------------------------------------------------------------------------

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
PLACES = {place.name: place for place in (WARD, CLINIC, FOOD_BANK)}
STAGES = 5
# The settings that lean moves, and where the stage shows each of them.
SHOWN = {"batch": "count", "standardisation": "board"}


@cache
def _journey(key: str, luck: int = SEED) -> Journey:
    """Return the four years of a place with lean."""
    place = PLACES[key]
    return journey(place, usual_practice(place), "contextualise", LOGIC, noise=luck)


def _monthly(told: Journey) -> list[Practice]:
    """Return the settings of a place after each month, from 0 on."""
    return [practice_from(practice, 0) for practice in told.runs.practices]


def _days(told: Journey, month: int) -> int:
    """Return the days from asking to the last stage in a month of a run; 0 is the start."""
    return round(7 * float(told.runs.performance.lead_time[0, max(month - 1, 0)]))


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


def _groups(stages: Sequence[str], kept: Sequence[Practice]) -> Lane:
    """Return the groups of one place, one after the other: a figure is one person of a group."""
    groups = np.rint([practice.batch for practice in kept]).astype(int)
    return Lane(dict.fromkeys(stages, True), _comings_and_goings(groups))


# --- one change in two places -----------------------------------------------------------------

SMALL = 2  # people who move on together, where the learner chooses


def _tried(key: str, stage: int | None) -> tuple[Practice, int]:
    """Return how a place works as its run begins, with small groups at a stage, and the days."""
    told = _journey(key)
    place = told.context
    # The run takes its time to learn out of the month in which it begins.
    start = replace(
        usual_practice(place), learning=practice_from(told.runs.practices[1], 0).learning
    )
    sizes = tuple(SMALL if n == stage else size for n, size in enumerate(start.batch))
    practice = replace(start, batch=sizes)
    met = perform(practice, place, float(told.runs.mastery[0, 0]))
    return practice, round(float(met.lead_time))


@lab()
def first(at: int = 2) -> Facts:
    """Move two people on at a time at one stage, in two places, and see what comes of it."""
    found = {key: (_tried(key, None), _tried(key, at)) for key in BOTH}
    people = [
        {
            "key": key,
            "was": was,
            "now": now,
            "change": now - was,
            "at": at_stage(PLACES[key].stages[at]),
            "ready": round(60 * PLACES[key].setup[at]),
        }
        for key, ((_, was), (_, now)) in found.items()
    ]
    rows = [(each["key"], when, each[when]) for each in people for when in ("was", "now")]
    return Facts(
        chart=pd.DataFrame(rows, columns=["category", "series", "value"]),
        people=people,
        trace=Trace(
            1,
            {
                key: _groups(PLACES[key].stages, [practice for practice, _ in steps])
                for key, steps in found.items()
            },
        ),
    )


# --- lean in two places -----------------------------------------------------------------------

Spot = tuple[str, int]  # a setting: its lever, and the number of its stage


def _change(told: Journey, month: int) -> dict[str, Any]:
    """Return what a team did in a month (from 0): lever, where, and from what to what."""
    before, after = (practice_from(told.runs.practices[m], 0) for m in (month, month + 1))
    change = told.change(month)
    number = told.context.stages.index(change.where)
    was, now = (getattr(practice, change.lever) for practice in (before, after))
    return {
        "lever": change.lever,
        "number": number,
        "at": at_stage(change.where),
        "more": bool(now[number] > was[number]),
        "before": int(on_sheet(change.lever, was)[number]),
        "after": int(on_sheet(change.lever, now)[number]),
    }


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two teams move the same setting the same way, at stages of the same number."""
    return all(one[key] == other[key] for key in ("lever", "number", "more"))


def _in_words(did: Mapping[str, Any]) -> str:
    """Return what a team did in a month."""
    return fill(WORDS["did"][did["lever"]], did)


def _agree(one: Practice, other: Practice) -> np.ndarray:
    """Return which settings are the same, as sheets show them: lever by lever, place by place."""
    pairs = ([on_sheet(v, getattr(each, v)) for each in (one, other)] for v in SHOWN)
    return np.concatenate([here == there for here, there in pairs])


def _same(one: Practice, other: Practice) -> list[Spot]:
    """Return the settings that are the same in two places."""
    spots = product(SHOWN, range(STAGES))
    return [spot for spot, same in zip(spots, _agree(one, other), strict=True) if same]


YEAR = 12  # months


def _clock(parts: int, slower: bool) -> list[tuple[int, str]]:
    """Return the month at each tick of the stage, and what is told there.

    The months until the teams part are one tick. The month in which they do takes two, one for
    each team. Then there is one a year, and one for why a place got slower.

    Parameters
    ----------
    parts : int
        The month (from 1) in which two teams part.
    slower : bool
        Whether one of the places got slower.
    """
    years = [(month, "year") for month in range(YEAR, MONTHS + 1, YEAR) if month > parts]
    alike = [(parts - 1, "alike")] * (parts > 1)
    why = [(MONTHS, "slower")] * slower
    return [(0, "start"), *alike, (parts, "first"), (parts, "both"), *years, *why]


def _month(at: tuple[int, str], first: bool) -> int:
    """Return after which month the first of two teams, or the other, stands at a tick."""
    month, told = at
    return month - 1 if told == "first" and not first else month


def _marked(
    clock: Sequence[tuple[int, str]],
    same: Sequence[list[Spot]],
    did: Sequence[Mapping[str, Any]],
    first: bool,
    slower: bool,
) -> Iterator[list[Spot]]:
    """Return the settings of one place that the words speak of: a list for each tick."""
    for (month, now), alike in zip(clock, same, strict=True):
        if now == "year":
            yield alike
        elif now == "slower":
            yield [("batch", n) for n in range(STAGES)] if slower else []
        elif now == "start" or (now == "first" and not first):
            yield []
        else:
            since = 0 if now == "alike" else month - 1
            yield list(dict.fromkeys((one["lever"], one["number"]) for one in did[since:month]))


def _lane(told: Journey, kept: Sequence[Practice], lit: Sequence[Sequence[Spot]]) -> Lane:
    """Return the settings of one place, tick by tick, and which of them are marked.

    A figure is one person of a group, and a sign is the share of the work that follows a standard.
    """
    groups = _groups(told.context.stages, kept)
    signs = [rounded(practice) for practice in kept[1:]]
    return replace(
        groups,
        shown={n: ("board", [sign[n] for sign in signs]) for n in range(STAGES)},
        lit={
            where: [[n for lever, n in spots if lever == v] for spots in lit]
            for v, where in SHOWN.items()
        },
    )


def rounded(practice: Practice) -> list[str]:
    """Return how much of the work follows a standard at each stage, as a sign shows it."""
    return [f"{share:.0f}%" for share in on_sheet("standardisation", practice.standardisation)]


def _in_large_groups(told: Journey) -> int | None:
    """Return the days in groups as at first, if only getting ready for small ones takes longer."""
    place, end, skill = told.context, told.dialect.settings, float(told.runs.mastery[0, -1])
    large = replace(end, batch=told.dialect.start.batch)

    def days(practice: Practice, where: Context) -> float:
        return float(perform(practice, where, skill).lead_time)

    free = replace(place, setup=(0.0,) * len(place.stages))
    before, after = (_days(told, month) for month in (0, MONTHS))
    if not days(large, place) < before < after or days(large, free) < days(end, free):
        return None
    return round(days(large, place))


def _history(told: Journey, kept: Sequence[Practice]) -> pd.DataFrame:
    """Return the rows of a sheet: at the start, and at each tick that moved a setting."""
    start, stages = told.dialect.start, told.context.stages
    rows = pd.concat(
        lever_lines(told.context.name, v, stages, getattr(start, v), getattr(now, v)).assign(at=at)
        for v in SHOWN
        for at, now in enumerate(kept)
    )
    return rows[rows.groupby(["lever", "stage"])["now"].shift() != rows["now"]]


def ends_same() -> int:
    """Return how many settings end the same where the prediction asks."""
    return speak().alike


@lab(predict={"tongue": ends_same})
def speak(other: str = BOTH[1]) -> Facts:
    """Let lean work at the ward and in another place for four years, and compare their settings."""
    both = [_journey(key) for key in (BOTH[0], other)]
    did = [[_change(told, month) for told in both] for month in range(MONTHS)]
    parts = next(month for month, pair in enumerate(did, 1) if not _alike(*pair))
    larger = {told.context.name: days for told in both if (days := _in_large_groups(told))}
    clock = _clock(parts, bool(larger))
    months = [_monthly(told) for told in both]
    kept = [
        [each[_month(at, first)] for at in clock]
        for each, first in zip(months, (True, False), strict=True)
    ]
    same = [_same(*now) for now in zip(*kept, strict=True)]
    marked = [
        list(_marked(clock, same, [pair[n] for pair in did], n == 0, told.context.name in larger))
        for n, told in enumerate(both)
    ]
    sheets = [_history(told, practices) for told, practices in zip(both, kept, strict=True)]
    alike = _agree(*(told.dialect.settings for told in both))
    for rows in sheets:
        rows["alike"] = alike[rows.groupby(["lever", "stage"], sort=False).ngroup()]
    return Facts(
        chart=pd.concat(sheets),
        table=pd.concat(
            [told.dialect.sheet.assign(place=told.context.name) for told in both],
            ignore_index=True,
        ),
        months=MONTHS,
        parts=parts,
        did=[_in_words(change) for change in did[parts - 1]],
        alike=int(alike.sum()),
        settings=len(alike),
        started=[_days(told, 0) for told in both],
        days=[_days(told, MONTHS) for told in both],
        larger=larger,
        clock=clock,
        trace=Trace(
            len(clock) - 1,
            {told.context.name: _lane(told, kept[n], marked[n]) for n, told in enumerate(both)},
            {
                "month": [month for month, _ in clock],
                "now": [now for _, now in clock],
                "did": [[_in_words(one) for one in did[max(m - 1, 0)]] for m, _ in clock],
                "people": [[_days(told, month) for told in both] for month, _ in clock],
                "same": [len(spots) for spots in same],
            },
            turns=[
                tick
                for tick, (month, now) in enumerate(clock)
                if now in ("alike", "first", "both")
                or (larger and (month, now) == (MONTHS, "year"))
            ],
        ),
    )


# --- one place again ----------------------------------------------------------------------------

AGAIN = 12  # runs of one place, which only luck tells apart


def other_luck() -> float:
    """Return how many settings end the same with other luck, on average."""
    return luck().mean


@lab(predict={"tongue": None, "luck": other_luck})
def luck() -> Facts:
    """Run the ward again and again with other luck, and count what ends as in the first run."""
    one, other = BOTH
    ends = [_journey(one, SEED + again).dialect.settings for again in range(AGAIN + 1)]
    agree = [_agree(ends[0], end) for end in ends]
    elsewhere = _agree(ends[0], _journey(other).dialect.settings)
    same = [int(each.sum()) for each in agree]
    rows = list(product(SHOWN, PLACES[one].stages))
    columns = {other: elsewhere} | {str(n): agree[n] for n in range(1, AGAIN + 1)}
    return Facts(
        chart=pd.DataFrame({"at": range(1, AGAIN + 1), "value": same[1:]}),
        marks=pd.DataFrame({"value": [same[0]], "text": ["every"]}),
        table=pd.DataFrame(rows, columns=["row", "stage"]).assign(
            **{name: np.where(marked, "same", "differs") for name, marked in columns.items()}
        ),
        other=other,
        there=int(elsewhere.sum()),
        settings=same[0],
        runs=AGAIN,
        least=min(same[1:]),
        most=max(same[1:]),
        mean=float(np.mean(same[1:])),
        trace=Trace(AGAIN, ended={"same": same}),
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
