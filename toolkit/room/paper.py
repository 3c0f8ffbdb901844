"""The eight games as people play them at a table, and where their numbers usually fall.

`GAMES` asks the model of a lesson for the numbers of a game, from a number of plays and a seed. The
tests hold them against plays by the printed rules, step by step as a table of people would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from toolkit import evidence
from toolkit.lessons.l03_theory_of_constraints import labs as dice_labs
from toolkit.lessons.l06_prudent import labs as prudent_labs
from toolkit.lessons.l09_emulation_or_contextualised_adoption import labs as futures_labs
from toolkit.models import prudent
from toolkit.models.cases import reviews
from toolkit.models.journeys import counterfactual
from toolkit.models.journeys.lifecycle import Journey
from toolkit.models.laws import crossing
from toolkit.models.logics import FIVE, Change, Finding, Site
from toolkit.models.logics.base import Reading
from toolkit.models.pathway import Context, Practice, draw_context, usual_practice
from toolkit.models.queues import flow, line
from toolkit.models.queues.stream import Stream, StreamStep, send
from toolkit.screen.facts import MANY
from toolkit.spc import deming

RUNS = 1_000  # plays behind each range
USUAL = (5, 95)  # percentiles that a range reaches from and to: nine plays in ten
Numbers = dict[str, np.ndarray]


class PlayRange(NamedTuple):
    """Where nine plays in ten end, and the middle one."""

    low: float
    middle: float
    high: float


# --- the dice line ------------------------------------------------------------------------------

PEOPLE, ROUNDS = 5, dice_labs.ROUNDS
DICE = {"": (1, 2, 3, 4, 5, 6), "calm_": (3, 3, 3, 4, 4, 4)}  # with a die, 1 to 3 counts as 3


def _dice(runs: int, seed: int) -> Numbers:
    found: Numbers = {}
    for name, faces in zip(DICE, ("1-6", "3-4"), strict=True):
        row = line.dice_line(PEOPLE, dice_labs.FACES[faces])
        played = flow.simulate(row, ROUNDS, runs, seed)
        found |= {f"{name}out": played.output, f"{name}waiting": played.wip[:, -1]}
    return found


def counters_needed() -> int:
    """Return how many patients a table needs for the dice line: enough in 99 games of 100."""
    played = flow.simulate(line.dice_line(PEOPLE), ROUNDS, RUNS, 1)
    return int(np.ceil(np.percentile(played.entered.sum(axis=1), 99)))


# --- the pack of forms --------------------------------------------------------------------------

FORMS, DESKS = 12, 4
BATCHES = {"together": FORMS, "alone": 1}
# Illustrative: seconds for one box of a form, how much one box differs from the next, how far
# people differ, and the seconds to hand the envelope over.
BOX, BOX_CV, SLOWEST, HANDOVER = 6.0, 0.5, 1.3, 1.0


def _shares(first: dict[str, np.ndarray], last: dict[str, np.ndarray]) -> Numbers:
    """Return how soon the first and the last form are done alone, in % of all together."""
    return {
        "first": 100 * first["alone"] / first["together"],
        "last": 100 * last["alone"] / last["together"],
    }


def _forms(runs: int, seed: int) -> Numbers:
    rng = np.random.default_rng(seed)
    first: dict[str, list[float]] = {name: [] for name in BATCHES}
    last: dict[str, list[float]] = {name: [] for name in BATCHES}
    for speed in rng.uniform(2 - SLOWEST, SLOWEST, (runs, DESKS)):
        desks = Stream(
            tuple(StreamStep(f"desk {n}", BOX * own, HANDOVER) for n, own in enumerate(speed, 1))
        )
        for name, size in BATCHES.items():
            passage = send(desks, FORMS, size, cv=BOX_CV, rng=rng)
            first[name].append(passage.first[0])
            last[name].append(passage.last[0])
    seconds = ({name: np.array(each) for name, each in when.items()} for when in (first, last))
    return _shares(*seconds)


# --- red beads ----------------------------------------------------------------------------------

SHEET = (80, 50)  # rows and columns of printed beads: as many as in Deming's box
WINDOW = (5, 10)  # of the paper paddle


@cache
def bead_sheet() -> np.ndarray:
    """Return which of the printed beads are red, shape `SHEET`."""
    reds = np.zeros(deming.BEADS, dtype=bool)
    reds[: deming.RED] = True
    return np.random.default_rng(deming.BEADS).permutation(reds).reshape(SHEET)


def _seminar(counts: np.ndarray) -> Numbers:
    """Return what is counted of seminars, shape (runs, workers, days)."""
    days = (1, 2)
    return {"total": counts.sum(days), "most": counts.max(days), "fewest": counts.min(days)}


def _beads(runs: int, seed: int) -> Numbers:
    return _seminar(deming.draw_beads(runs=runs, seed=seed))


# --- the funnel ---------------------------------------------------------------------------------

DROPS = 20
PLAYED_RULES = {"alone": 1, "back": 2, "over": 4}


def _times(misses: Mapping[str, Any]) -> dict[str, Any]:
    return {name: misses[name] / misses["alone"] for name in PLAYED_RULES if name != "alone"}


def _funnel(runs: int, seed: int) -> Numbers:
    return _times(
        {
            name: np.abs(deming.funnel(rule, DROPS, runs, seed + rule)).mean(axis=1)
            for name, rule in PLAYED_RULES.items()
        }
    )


# --- appointments and need ----------------------------------------------------------------------

NEEDY, STARTS, DEMANDS = prudent_labs.NEEDY, prudent_labs.STARTS, prudent_labs.DEMANDS
GROUPS = tuple(map(prudent.NeedGroup, NEEDY, STARTS, prudent_labs.BENEFITS["best"], DEMANDS))
HOURS = prudent_labs.BUDGET
ASKING = tuple(6 * int(group.demand) for group in GROUPS)  # cards in the pack: twice the hours


def ladder(group: prudent.NeedGroup) -> list[float]:
    """Return the health of a group with 0, 1, 2 and all further hours, as it is printed."""
    return [round(float(prudent.health([group], [x])[0]), 1) for x in range(HOURS + 1)]


def _judged(hours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points gained and the gap that is left, of hours in shape (runs, groups)."""
    steps = np.array([ladder(group) for group in GROUPS])
    health = steps[np.arange(len(GROUPS)), hours]
    return (health - steps[:, 0]).sum(axis=1), np.ptp(health, axis=1)


def every_share() -> np.ndarray:
    """Return every way to lay the tokens out, shape (ways, groups)."""
    return np.array([(a, b, HOURS - a - b) for a in range(HOURS + 1) for b in range(HOURS + 1 - a)])


def by_rule(rule: str) -> tuple[tuple[int, ...], float, float]:
    """Return how many tokens each group ends with by a rule of the table, points gained, the gap.

    Parameters
    ----------
    rule : {"good", "need"}
        Each token where it adds most, and of equal steps to the worse off; or to the group that is
        worst off at that moment.
    """
    steps, hours = [ladder(group) for group in GROUPS], [0] * len(GROUPS)
    for _ in range(HOURS):
        now = [each[n] for each, n in zip(steps, hours, strict=True)]
        gains = [round(each[n + 1] - each[n], 1) for each, n in zip(steps, hours, strict=True)]
        most = max(gains) if rule == "good" else 0
        hours[min(np.flatnonzero(np.array(gains) >= most), key=now.__getitem__)] += 1
    gained, gap = _judged(np.array([hours]))
    return tuple(hours), float(gained[0]), float(gap[0])


def _tokens(runs: int, seed: int) -> Numbers:
    asked = np.random.default_rng(seed).multivariate_hypergeometric(ASKING, HOURS, runs)
    gained, gap = _judged(asked)
    own_gained, own_gap = _judged(every_share())
    return {"gained": gained, "gap": gap, "own_gained": own_gained, "own_gap": own_gap}


# --- two futures --------------------------------------------------------------------------------

QUARTERS, QUARTER, THIRDS = 16, 3, 3
LUCKS = 200  # runs of the model behind the cards
START = 100


class Turn(NamedTuple):
    """What a roll of the die stands for in one quarter."""

    points: int
    lever: str  # empty if nothing new was tried
    where: str
    undone: bool


class Quarter(NamedTuple):
    """The card of one quarter.

    Attributes
    ----------
    copied : int
        Points that the copied settings move.
    limit : int
        A marker of the own logic that stands here or lower reads ``low``; any other ``high``.
    low, high : tuple of Turn
        From worst to best: for a one or two, a three or four, a five or six. Both are the same in
        the first quarter, where all markers stand at the start.
    """

    copied: int
    limit: int
    low: tuple[Turn, ...]
    high: tuple[Turn, ...]


@cache
def _both_futures() -> tuple[Any, Any]:
    """Return the own logic and the copied settings, in `LUCKS` runs, as lesson 09 asks for them."""
    known = futures_labs.KNOWN["well"] / 100
    own = counterfactual.own_logic(futures_labs.HOME, futures_labs.LEARNING / 100, (known,), LUCKS)
    wanted = ((futures_labs.SOURCE, futures_labs.SHARE / 100),)
    return counterfactual.copied(futures_labs.HOME, wanted, LUCKS), own


def settings_carried() -> int:
    """Return how many settings copying replaces."""
    return int(futures_labs.carried_in(_both_futures()[0])[-1])


def _by_quarter(value: np.ndarray) -> np.ndarray:
    """Return value at the end of each quarter, the start before it; the first month counts 100."""
    base = counterfactual.left_alone(futures_labs.HOME, len(value)).value[:, :1]
    ends = START * value[:, QUARTER - 1 :: QUARTER] / base
    return np.concatenate([np.full((len(value), 1), float(START)), ends], axis=1)


@cache
def futures() -> tuple[Quarter, ...]:
    """Return the cards of the quarters; each roll stands for a third of the runs that are meant."""
    copy, own = _both_futures()
    here = counterfactual.place(futures_labs.HOME)[0]
    values = _by_quarter(own.value)
    copied = np.diff(np.round(np.median(_by_quarter(copy.value), axis=0)).astype(int))
    cards = []
    for quarter in range(QUARTERS):
        stood = values[:, quarter]
        limit = float(np.median(stood))
        halves = [np.flatnonzero(stood <= limit), np.flatnonzero(stood > limit)]
        halves = halves if halves[1].size else halves[:1] * 2
        columns = []
        for runs in halves:
            steps = values[runs, quarter + 1] - stood[runs]
            parts = np.array_split(runs[np.argsort(steps, kind="stable")], THIRDS)
            points = _whole([float((values[p, quarter + 1] - stood[p]).mean()) for p in parts])
            columns.append(
                tuple(
                    _turn(here, own.rows(slice(run, run + 1)), quarter, each)
                    for run, each in zip((int(p[len(p) // 2]) for p in parts), points, strict=True)
                )
            )
        cards.append(Quarter(int(copied[quarter]), round(limit), *columns))
    return tuple(cards)


def _whole(points: list[float]) -> list[int]:
    """Return points rounded so that their sum is rounded too; the one that loses most gives way."""
    whole = [round(each) for each in points]
    while off := round(sum(points)) - sum(whole):
        step = 1 if off > 0 else -1
        lost = [step * (each - kept) for each, kept in zip(points, whole, strict=True)]
        whole[lost.index(max(lost))] += step
    return whole


def _turn(here: Context, run: Any, quarter: int, points: int) -> Turn:
    """Return the last change of one run in a quarter, with so many points."""
    told = Journey(here, run)
    lever = where = ""
    for month in range(QUARTER * quarter, QUARTER * (quarter + 1)):
        if change := told.change(month):
            lever, where = change.lever, change.where
    undone = bool(run.undone[0, QUARTER * quarter : QUARTER * (quarter + 1)].any())
    return Turn(points, lever, where, undone and not lever)


def _futures(runs: int, seed: int) -> Numbers:
    del runs, seed  # the runs of the model that the cards were made of
    copy, own = (np.round(_by_quarter(each.value))[:, 1:] for each in _both_futures())
    # The quarter from which the own logic stays ahead; one after the last if never.
    ahead = crossing(copy, own) + 1
    return {"year": own[:, 3], "end": own[:, -1], "ahead": ahead}


# --- a case, quarter by quarter -----------------------------------------------------------------

CASE = "B"
EVERY = 6  # months between two reviews
STEPS = np.arange(0, 101, 10)  # what a table may say, in %


class CaseReview(NamedTuple):
    """A review of the case: its month, and whether each forecast came true."""

    month: int
    came: dict[str, bool]


def case_reviews(name: str = CASE) -> list[CaseReview]:
    """Return the reviews of a case after which something can still happen."""
    case = evidence.case(name)
    return [
        CaseReview(month, {k: bool(v) for k, v in reviews.came_true(case, month, EVERY).items()})
        for month in reviews.reviews_of(case, EVERY)
        if month < reviews.MONTHS
    ]


def forecasts_came() -> np.ndarray:
    """Return whether each forecast came true, review by review."""
    return np.array([each for review in case_reviews() for each in review.came.values()])


def _case(runs: int, seed: int) -> Numbers:
    came = forecasts_came()
    said = np.random.default_rng(seed).choice(STEPS, (runs, len(came))) / 100
    return {"score": (100 * (said - came) ** 2).mean(axis=1)}


# --- five glasses -------------------------------------------------------------------------------

PLACE = "D"


class Glass(NamedTuple):
    """What one logic sees in a place, finds there and would change."""

    logic: str
    reading: Reading
    finding: Finding
    change: Change | None


def look(context: Context, practice: Practice) -> list[Glass]:
    """Return what the five logics make of one place.

    Parameters
    ----------
    context, practice : Context, Practice
        The place, and what it does.
    """
    site, seen = Site(context, practice), []
    for name, logic in FIVE.items():
        reading = logic.look(site)
        finding = logic.find(reading)
        seen.append(Glass(name, reading, finding, logic.change(site)))
    return seen


def glasses() -> list[Glass]:
    """Return what the five logics make of the place on the cards."""
    case = evidence.case(PLACE)
    return look(Context(**case.context), Practice(**case.practice))


def different_changes(seen: list[Glass]) -> int:
    """Return how many different changes the logics would make."""
    return len({(glass.change.lever, glass.change.where) for glass in seen if glass.change})


def _glasses(runs: int, seed: int) -> Numbers:
    rng, found = np.random.default_rng(seed), []
    for _ in range(runs):
        context = draw_context(rng)
        seen = look(context, usual_practice(context, rng))
        found.append(different_changes(seen))
    return {"different": np.array(found)}


# --- all eight ----------------------------------------------------------------------------------

GAMES: dict[str, Callable[[int, int], Numbers]] = {
    "dice": _dice,
    "forms": _forms,
    "beads": _beads,
    "funnel": _funnel,
    "tokens": _tokens,
    "futures": _futures,
    "case": _case,
    "glasses": _glasses,
}
SLOW = {"forms": 300, "glasses": 60}  # plays, where one takes long
SHOWN = {"dice": (MANY, dice_labs.SEED)}  # plays and seed, where a lesson shows them


@cache
def plays(game: str, seed: int = 0) -> Numbers:
    """Return the numbers of many plays of a game, by name.

    Parameters
    ----------
    game : str
        A key of `GAMES`.
    seed : int
        Seed of the chance; 0 for the one behind the ranges.

    Returns
    -------
    dict of str to ndarray
        One array for each number that a room can compare.
    """
    runs, usual = SHOWN.get(game, (SLOW.get(game, RUNS), 1))
    return GAMES[game](runs, seed or usual)


def ranges(game: str) -> dict[str, PlayRange]:
    """Return where nine plays in ten of a game end, for each of its numbers."""
    return {
        name: PlayRange(*(float(x) for x in np.percentile(each, [USUAL[0], 50, USUAL[1]])))
        for name, each in plays(game).items()
    }


def events_of(name: str = CASE) -> Iterator[tuple[int, list[str]]]:
    """Go through the quarters of a case, from 1, each with the words of what happened in it."""
    told = reviews.events(evidence.case(name))
    for quarter in range(QUARTERS):
        here = told[told["month"] // QUARTER == quarter]
        yield quarter + 1, list(here["text"])
