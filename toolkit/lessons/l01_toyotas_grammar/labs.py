"""Lesson 01, Toyota's grammar: time for learning, pressure for output, problems that show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence.provenance import Provenance
from toolkit.models.change.diffusion import CapabilityTrap
from toolkit.models.change.noticing import WorkStep
from toolkit.screen.facts import MANY, Facts, lab, lines, marks
from toolkit.screen.stage import Lane, Trace, as_moves

SEED = 1
USUAL = 100  # patients a week that the team treats to begin with
WEEKS_A_MONTH = 52 / 12


def _wide(frame: pd.DataFrame, at: Sequence[int]) -> pd.DataFrame:
    """Return some rows of a chart of lines, with a column for each series."""
    return frame.pivot_table(index="at", columns="series", values="value", sort=False).loc[at]


# --- time for learning ------------------------------------------------------------------------

FEW, MORE, MONTHS = 10, 30, 12  # what the predictions speak of, and where the lab starts
BEFORE, AFTER = 12, 104  # weeks shown before and after a change
DRAWN = np.array([1, 13, 26, 52, 104])  # weeks at which a learner draws
TOLD_WEEKS = (-4, 1, 4, 8, 13, 26, 39, 52, 78, 104)


def _team(life: int = MONTHS) -> CapabilityTrap:
    """Return a team whose skill is the share of its time that keeps this skill up."""
    weeks = life * WEEKS_A_MONTH
    return CapabilityTrap(gain=1 / weeks, life=weeks)


TEAM = _team()  # of the whole lesson; below, what it has reached when the first lab is over
SKILL = float(TEAM.output(FEW / 100, MORE / 100, AFTER)) / (1 - MORE / 100)
GROWN = USUAL * float(TEAM.level(FEW / 100, MORE / 100, AFTER))  # patients a week


EACH = 5  # one figure: per cent of the team's week, or patients treated in a week


def _nearest(number: float) -> int:
    """Return a number as the figures on the stage show it."""
    return EACH * int(np.rint(number / EACH))


def _weeks(
    shares: tuple[int, int], treated: np.ndarray, skill: np.ndarray, weeks: int | None = None
) -> Trace:
    """Return the weeks after the change: where the team's time is, and whom it treats.

    Parameters
    ----------
    shares : tuple of int
        Per cent of the week for learning, before the change and after it.
    treated : ndarray, shape (weeks + 1,)
        Patients of the last week before the change, and of each week after it.
    skill : ndarray, shape (weeks + 1,)
        What an hour with patients achieves in those weeks, as a share of the first.
    weeks : int, optional
        Weeks from the change until it treats as many as before: the play rests there.
    """
    learning, work, week = [share // EACH for share in shares], 100 // EACH, len(treated) - 1
    rest, kept = (work - share for share in learning)
    moves = [(who, 0, 0.0) for who in range(rest)]
    moves += [(who, 1, 0.0) for who in reversed(range(rest, work))]
    moves += [(who, int(kept < rest), 0.5) for who in range(min(rest, kept), max(rest, kept))]
    there = 0
    for tick, wanted in enumerate(np.rint(treated / EACH).astype(int).tolist()):
        moves += [(work + who, 2, float(tick)) for who in range(there, wanted)]
        moves += [(work + who, -1, float(tick)) for who in reversed(range(wanted, there))]
        there = wanted
    most = int(np.rint(treated / EACH).max())
    return Trace(
        week,
        {
            "team": Lane(
                dict.fromkeys(("with", "learning", "treated"), False),
                as_moves(moves),
                ["staff"] * work + ["person"] * most,
            )
        },
        {
            "share": [shares[0]] + [shares[1]] * week,
            "rest": [100 - shares[0]] + [100 - shares[1]] * week,
            "skill": np.rint(100 * skill).astype(int).tolist(),
            "patients": np.rint(treated).astype(int).tolist(),
            "more": (np.rint(treated) - np.rint(treated[0])).astype(int).tolist(),
        },
        EACH,
        turns=[1, weeks] if weeks else [],
    )


def regained() -> float:
    """Return after how many weeks as many are treated as before."""
    return learning().weeks


def _cut(after: int, weeks: np.ndarray) -> np.ndarray:
    """Return how many the team treats when its time for learning is cut, by weeks from the cut."""
    once = TEAM.level(FEW / 100, MORE / 100, AFTER + np.minimum(weeks, 0))
    then = TEAM.output(SKILL, after / 100, np.maximum(weeks, 0)) / TEAM.steady_output(FEW / 100)
    return USUAL * np.where(weeks > 0, then, once)


def turned() -> list[float]:
    """Return how many are treated when time for learning is taken away again."""
    return _cut(FEW, DRAWN).round().tolist()


def _changed(
    shares: tuple[int, int], at: np.ndarray, mean: np.ndarray, weeks: int | None, runs: int = 1
) -> dict[str, Any]:
    """Return the facts of a team that has another share of its week for learning from week 1.

    Parameters
    ----------
    shares : tuple of int
        Per cent of the week for learning, before the change and after it.
    at, mean : ndarray
        Weeks from the change, and how many the team treats in each if there is no luck.
    weeks : int, optional
        Weeks from the change until it treats as many as before.
    runs : int
        Teams played.
    """
    played = mean[None]  # one team has no luck
    if runs > 1:
        played = np.random.default_rng(SEED).poisson(mean, (runs, len(at)))
    treated = mean[at >= 0]
    usual, now, end = treated[[0, 1, -1]]
    frame = lines(at, usual=np.full(len(at), usual), played=played)
    table = frame[(frame["series"] == "played") & frame["at"].isin(TOLD_WEEKS)].round(1)
    low, high = np.percentile(played[:, -1], [5, 95])
    skill = treated / usual * (100 - shares[0]) / (100 - shares[1])
    skill[0] = 1
    return {
        "chart": frame,
        "table": table.reset_index()[["at", "value", *(("low", "high") if runs > 1 else ())]],
        "usual": usual,
        "before": shares[0],
        "now": now,
        "end": end,
        "usual_about": _nearest(usual),
        "now_about": _nearest(now),
        "end_about": _nearest(end),
        "shown": AFTER,
        "weeks": weeks,
        "low": low,
        "high": high,
        "trace": _weeks(shares, treated, skill, weeks) if runs == 1 else None,
    }


@lab(predict={"regain": regained})
def learning(
    after: int = MORE, life: int = MONTHS, runs: int = 1, *, regain: float | None = None
) -> Facts:
    """Give a team more time for learning, and watch what it gets done."""
    team, shares, at = _team(life), (FEW / 100, after / 100), np.arange(-BEFORE, AFTER + 1)
    mean = USUAL * team.level(*shares, np.where(at > 0, at, -1))
    turns = after > FEW and team.level(*shares, np.inf) > 1
    weeks = round(team.crossing(*shares)) if turns else None
    found = _changed((FEW, after), at, mean, weeks, runs)
    return Facts(**found, marks=marks((regain, USUAL, "prediction")))


@lab(predict={"turned": turned})
def cut(after: int = FEW, *, turned: list[float] | None = None) -> Facts:
    """Take the same team's time for learning away again, and watch what it gets done."""
    at = np.arange(-AFTER, AFTER + 1)
    mean = _cut(after, at)
    found = _changed((MORE, after), at, mean, int(at[(at > 0) & (mean < GROWN)][0]))
    if turned is not None:
        found["chart"] = pd.concat([found["chart"], lines(DRAWN, drawing=np.array(turned))])
    return Facts(**found)


# --- pressure for output ----------------------------------------------------------------------

SHARE = MORE / 100  # time for learning without pressure
YEARS, QUARTER = 5, 13  # how long the team is followed; weeks that say whether it recovers
WEEKS = YEARS * 52
PRESSED = 200  # patients a week: the target that the prediction speaks of
SHORT = 12  # weeks of the stop that the lab opens with
YEAR = np.arange(-51, 1)  # weeks shown before the stop
LUCK = 0.05  # illustrative: how far a week of one of many teams swings around its level


def can_stand() -> int:
    """Return the longest stop, in weeks, after which the team still recovers."""
    return next(stop for stop in count() if not pressure(stop + 1).up)


STEP = 4  # weeks from one tick of the stage to the next


def _winter(treated: np.ndarray, stop: int, target: float) -> Trace:
    """Return every fourth week of a team: where its time is, and whom it treats.

    Parameters
    ----------
    treated : ndarray, shape (weeks,)
        Patients of each week since the stop began.
    stop : int
        Weeks without time for learning.
    target : float
        Patients a week; below it, the team gets less time for learning.
    """
    weeks = np.arange(STEP, len(treated) + 1, STEP)
    there = treated[weeks - 1]
    kept = np.where(weeks > stop, SHARE * np.minimum(1, there / target) ** 2, 0)
    shares = np.append(SHARE, kept)
    counts = np.rint(np.append(GROWN, there) / EACH).astype(int)
    work = 100 // EACH
    learn = np.rint(work * shares).astype(int)
    rest, learning, moves = [*range(work - learn[0])], [*range(work - learn[0], work)], []
    moves += [(who, 0, 0.0) for who in rest] + [(who, 1, 0.0) for who in learning]
    seen = 0
    for tick, (wanted, people) in enumerate(zip(learn.tolist(), counts.tolist(), strict=True)):
        while len(learning) != wanted:
            less = len(learning) > wanted
            giver, taker = (learning, rest) if less else (rest, learning)
            taker.append(giver.pop())
            moves.append((taker[-1], 0 if less else 1, tick - 0.5))
        moves += [(work + who, 2, float(tick)) for who in range(seen, people)]
        moves += [(work + who, -1, float(tick)) for who in reversed(range(people, seen))]
        seen = people
    return Trace(
        len(weeks),
        {
            "team": Lane(
                dict.fromkeys(("with", "learning", "treated"), False),
                as_moves(moves),
                ["staff"] * work + ["person"] * int(counts.max()),
            )
        },
        {
            "week": [0, *weeks.tolist()],
            "about": (EACH * counts).tolist(),
            "stopped": [False, *(weeks <= stop).tolist()],
        },
        EACH,
        pace=STEP,
        turns=[int((weeks <= stop).sum()) + 1],
    )


@lab(predict={"pause": can_stand})
def pressure(
    stop: int = SHORT, target: int = PRESSED, runs: int = 1, *, pause: float | None = None
) -> Facts:
    """Take all time for learning away for some weeks, then let the target decide."""
    patients = USUAL / TEAM.steady_output(FEW / 100)  # for each unit of the model
    wanted = target / patients
    swing = LUCK if runs > 1 else 0.0  # one team has no luck
    luck = np.exp(swing * np.random.default_rng(SEED).standard_normal((runs, WEEKS)) - swing**2 / 2)
    output = patients * TEAM.under_pressure(SHARE, wanted, stop, luck, SKILL)
    never = patients * TEAM.under_pressure(SHARE, wanted, 0, np.ones((1, WEEKS)), SKILL)
    year = USUAL * TEAM.level(FEW / 100, SHARE, AFTER + YEAR) * luck[:, -len(YEAR) :]
    tips = patients * TEAM.steady_output(TEAM.tipping_point(SHARE, wanted))
    last = output[:, -QUARTER if runs > 1 else -1 :].mean(1)
    recovers = last >= tips
    sides = {name: of for name, of in (("up", recovers), ("down", ~recovers)) if of.any()}
    (there,) = np.nonzero(output[0, stop:] >= target)
    at = np.arange(YEAR[0], WEEKS + 1)
    frame = lines(
        at,
        target=np.full(len(at), target),
        tips=np.full(len(at), tips),
        **{name: np.hstack((year[of], output[of])) for name, of in sides.items()},
    )
    return Facts(
        chart=frame,
        marks=marks((pause, 0, "prediction")),  # where the stop ends
        table=_wide(frame, [4, 13, 26, 52, 104, 156, 208, WEEKS]).round(1),
        usual_about=_nearest(GROWN),
        never=never[0, -1],
        years=YEARS,
        up=recovers.sum(),
        down=(~recovers).sum(),
        calm=pressure(stop, target).up if runs > 1 else None,
        quarter=QUARTER,
        ends={name: last[of].mean() for name, of in sides.items()},
        tips=tips,
        week=stop + 1 + int(there[0]) if len(there) else None,
        trace=_winter(output[0], stop, target) if runs == 1 else None,
    )


# --- problems that show -----------------------------------------------------------------------

KEPT, EVERY = ("specified",), 4  # what the prediction speaks of
PROBLEMS = 12  # in one run
HOURS, TICK = 120, 4  # hours in the chart, and from one of its steps to the next


def _hidden(hours: dict[str, np.ndarray]) -> Trace:
    """Return when each problem comes to somebody who can act, with the rules and without."""
    ticks = np.arange(0, HOURS + 1, TICK)
    lanes = {
        name: Lane(
            dict.fromkeys(("borrowed", "heard"), False),
            as_moves(
                [(one, 0, 0.0) for one in range(PROBLEMS)]
                + [(one, 1, float(hour) / TICK) for one, hour in enumerate(each) if hour <= HOURS]
            ),
            ["staff"] * PROBLEMS,
        )
        for name, each in hours.items()
    }
    heard = {name: (each[:, None] <= ticks).sum(axis=0).tolist() for name, each in hours.items()}
    return Trace(HOURS // TICK, lanes, {"hour": ticks.tolist(), **heard}, pace=TICK)


def _within(hours: np.ndarray, share: int) -> int:
    """Return the first full hour at which this share of the problems, in %, is seen."""
    return math.ceil(np.percentile(hours, share, method="inverted_cdf"))


def _typical(hours: np.ndarray) -> int:
    """Return the run in which half of the problems are seen after about as long as in all runs."""
    half = np.percentile(hours, 50, axis=1, method="inverted_cdf")
    return int(np.abs(np.ceil(half) - _within(hours, 50)).argmin())


def half_seen() -> int:
    """Return within how many hours half of the problems are seen."""
    return rules(runs=MANY).half["yours"]


@lab(predict={"seen": half_seen}, reveal_at={"kept": KEPT, "every": EVERY})
def rules(
    kept: tuple[str, ...] = KEPT, every: int = EVERY, runs: int = 1, *, seen: float | None = None
) -> Facts:
    """Keep some of the rules, and see after how many hours a problem is seen."""
    steps = {
        "no_rule": WorkStep(every=every),
        "yours": WorkStep(**dict.fromkeys(kept, True), every=every),
    }
    hours = {
        name: step.hours((MANY, PROBLEMS), np.random.default_rng(SEED))
        for name, step in steps.items()
    }
    nine = {name: _within(each, 90) for name, each in hours.items()}  # of all runs
    if runs == 1:
        hours = {name: each[[_typical(each)]] for name, each in hours.items()}
    at = np.arange(HOURS + 1)
    frame = lines(at, **{n: 100 * (h[:, :, None] <= at).mean(1) for n, h in hours.items()})
    return Facts(
        chart=frame,
        marks=marks((seen, 50, "prediction")),
        table=_wide(frame, [4, 12, 24, 48, 72, 96, HOURS]).round(),
        problems=PROBLEMS,
        shown=HOURS,
        half={name: _within(each, 50) for name, each in hours.items()},
        nine=nine,
        many=MANY,
        trace=_hidden({name: each[0] for name, each in hours.items()}) if runs == 1 else None,
    )


# --- what is published ------------------------------------------------------------------------

TOLD = (
    "food_bank_new_york_1", "funahashi_1", "toyota_memorial_1", "toyota_american_plants_1",
)  # fmt: skip


def published() -> Facts:
    """List what has been reported of Toyota's way away from the car line, and what to beware of."""
    rows = evidence.published_cases().frame.set_index("row").loc[list(TOLD)]
    keys = rows["sources"].str.split(r"\s*;\s*", regex=True)
    return Facts(
        table=rows.assign(
            what_happened=rows["what_happened"].str.rstrip("."),
            cited=[evidence.cite(*each) for each in keys],
        ),
        source=Provenance("published", tuple(keys.explode()), bool(rows["verified"].all())),
    )
