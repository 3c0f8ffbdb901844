"""Lesson 03, theory of constraints: dice, a discharge pathway, the rope, five focusing steps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd

from toolkit.course.occupancy import by_quarter, occupancy
from toolkit.models.queues import flow, focusing, line
from toolkit.screen.facts import MANY, Facts, lab, lines, marks
from toolkit.screen.stage import Lane, Moves, Trace, as_moves, count_moves, line_moves

__all__ = ["a_year_on", "busy", "dice", "five_steps", "improve", "occupancy"]

SEED = 3
ROUNDS = 20
DAYS = 60
TRIED = range(0, 101, 20)  # per cent: where a stage is improved by so much
EACH = 10  # patients that a figure on the stage stands for
CLEAR = 2  # standard errors that a correlation has to be from nought to be called a link
NEAR = 0.05  # by how much two correlations differ at least
HEAP = 12  # new patients who are always there for the first person: more than any roll asks for
FACES = {"1-6": (1, 2, 3, 4, 5, 6), "3-4": (3, 4)}
PATHWAY = line.discharge_pathway()
DRUM = flow.constraint(PATHWAY).stage


def came_out() -> float:
    """Return how many come out of the game that the prediction asks about."""
    return float(dice().out)


def _from_a_heap(moves: Moves) -> Moves:
    """Return moves in which the first place has a heap that is filled up as it is used."""
    who, to, at = (each[moves[1] > 0].tolist() for each in moves)
    taken = [when for place, when in zip(to, at, strict=True) if place == 1]
    found = [*zip(who, to, at, strict=True), *((new, 0, 0.0) for new in range(HEAP))]
    return as_moves(found + [(HEAP + n, 0, when) for n, when in enumerate(taken)])


def _one_game(result: flow.LineResult) -> Trace:
    """Return the first game person by person."""
    moved, waiting = result.moved[0], result.waiting[0]
    rounds, stations = moved.shape
    line = Lane(
        {**dict.fromkeys(map(str, range(1, stations + 1)), True), "out": False},
        _from_a_heap(line_moves(moved)),
        shown={k: ("die", result.capacity[0, :, k].tolist()) for k in range(stations)},
    )
    ended = {"home": [0, *moved[:, -1].cumsum()], "waiting": [0, *waiting.sum(axis=1)]}
    return Trace(rounds, {"line": line}, ended)


@lab(predict={"dice": came_out})
def dice(stations: int = 5, die: str = "1-6", runs: int = 1, *, dice: float | None = None) -> Facts:
    """Play the dice game: a line of people, one die each."""
    result = flow.simulate(line.dice_line(stations, FACES[die]), ROUNDS, runs, SEED)
    rounds = np.arange(1, ROUNDS + 1)
    hoped = result.line.rates.min() * rounds
    each = result.stations().assign(person=[str(n) for n in range(1, stations + 1)])
    waiting = each.set_index("person")["waiting at the end"]
    low, high = np.percentile(result.output, [5, 95])
    many = runs > 1
    games = pd.DataFrame({"at": np.arange(1, runs + 1), "value": result.output})
    usual = result.output.cumsum() / games["at"]
    return Facts(
        came=None if many else lines(rounds, hoped=hoped, out=result.out_so_far),
        games=games if many else None,
        marks=marks((ROUNDS, dice, "prediction"), (ROUNDS, hoped[-1] if many else None, "hoped")),
        table=each,
        rounds=ROUNDS,
        out=result.output.mean(),
        low=low,
        high=high,
        average=hoped[0],
        hoped=hoped[-1],
        inside=result.wip[:, -1].mean(),
        longest=waiting.idxmax(),
        most=waiting.max(),
        trace=Trace(runs, ended={"usual": [0, *usual]}) if many else _one_game(result),
    )


@cache
def _improved(stage: str, by: int) -> flow.LineResult:
    """Play the pathway with one stage improved."""
    return flow.simulate(PATHWAY.improve(stage, 1 + by / 100), DAYS, MANY, SEED)


def _daily(result: flow.LineResult) -> float:
    """Return how many go home each day, on average."""
    return float(result.output.mean() / DAYS)


def _home(result: flow.LineResult) -> np.ndarray:
    """Return how many have gone home after each day, on average."""
    home: np.ndarray = result.moved[:, :, -1].mean(axis=0).cumsum()
    return home


def _figures(stands: np.ndarray) -> np.ndarray:
    """Return how many figures stand in each place, so that each sum to the last one is rounded."""
    beyond = np.rint(np.cumsum(stands[:, ::-1], axis=1) / EACH).astype(int)
    return np.diff(beyond, prepend=0, axis=1)[:, ::-1]


def _pathway(result: flow.LineResult, door: bool) -> Lane:
    """Return where patients are on average, day by day; the constraint is marked.

    With a door, the stages up to the constraint are one place, and those after it another.
    """
    waiting, at = result.waiting.mean(axis=0), PATHWAY.position(DRUM)
    slowest = flow.constraint(result.line).stage
    places = dict.fromkeys(PATHWAY.names, True)
    if door:
        parts = np.split(waiting, [at + 1], axis=1)
        waiting = np.column_stack(
            [result.outside.mean(axis=0), *(part.sum(axis=1) for part in parts)]
        )
        places = {"door": False, DRUM: True, PATHWAY.names[at + 1]: True}
    figures = _figures(np.column_stack([waiting, _home(result)]))
    return Lane(
        places | {"home": False},
        count_moves(
            np.vstack([np.zeros(waiting.shape[1], int), figures[:, :-1]]),
            np.diff(figures[:, -1], prepend=0),
        ),
        shown={list(places).index(slowest): ("board", ["limit"] * DAYS)},
    )


def _so_far(played: dict[str, flow.LineResult]) -> dict[str, list[int]]:
    """Return how many have gone home after each day, on average, as the stage shows them."""
    return {
        name: [0, *(EACH * np.rint(_home(result) / EACH).astype(int)).tolist()]
        for name, result in played.items()
    }


def brings_most() -> str:
    """Return the stage whose improvement brings most patients home."""
    return max(PATHWAY.names, key=lambda stage: improve(stage).home[1])


CHOSEN = "chosen"  # the stage that the prediction named


@lab(predict={"improve": brings_most})
def improve(stage: str = CHOSEN, by: int = 20, *, improve: str | None = None) -> Facts:
    """Make one stage of the discharge pathway better, and see what the whole gains."""
    better = (improve or PATHWAY.names[0]) if stage == CHOSEN else stage
    played = {"before": _improved(better, 0), "after": _improved(better, by)}
    home = [_daily(result) for result in played.values()]
    queues = pd.DataFrame(
        {name: result.waiting[:, -1].mean(axis=0) for name, result in played.items()}, PATHWAY.names
    ).round(1)
    grows = [_daily(_improved(better, more)) for more in TRIED]
    moved = queues["after"] - queues["before"]
    ends = dict.fromkeys((moved.idxmax(), moved.idxmin()))
    table = queues.copy()
    table.loc["home"] = home
    lanes = played if by else {"before": played["before"]}
    return Facts(
        goes=lines(np.array(TRIED), before=np.full(len(grows), home[0]), after=np.array(grows)),
        marks=marks((by, home[1], "here")),
        queues=queues.round(),
        table=table,
        days=DAYS,
        better=better,
        home=home,
        gain=home[1] - home[0],
        more=abs(home[1] - home[0]) >= 0.005,
        moved={where: moved[where] for where in ends if moved[where]},
        trace=Trace(
            DAYS,
            {n: _pathway(each, door=False) for n, each in lanes.items()},
            _so_far(played),
            EACH,
        ),
    )


LIMIT, TIGHT = 24, 6  # patients: the limits that the prediction compares


def compared() -> str:
    """Return which limit brings most patients home: outside nine in ten of the runs with 24."""
    push, rope = (result.output for result in _tried("rope", LIMIT).values())
    tight = _tried("rope", TIGHT)["own"].output.mean()
    low, high = np.percentile(rope, [5, 95])
    if max(push.mean(), tight) > high:
        return "more" if push.mean() > tight else "fewer"
    return "same" if tight < low else "all"


def _tried(rule: str, limit: int) -> dict[str, flow.LineResult]:
    release = {
        "push": line.push(),
        "conwip": line.conwip(limit),
        "rope": line.rope(DRUM, limit),
    }[rule]
    tried = {"push": PATHWAY, "own": replace(PATHWAY, release=release)}
    return {name: flow.simulate(line, DAYS, MANY, SEED) for name, line in tried.items()}


@lab(predict={"busy": compared})
def busy(rule: str = "rope", limit: int = LIMIT) -> Facts:
    """Keep everybody busy, or let the constraint open the door."""
    played = _tried(rule, limit)
    table = pd.DataFrame(
        {
            name: {
                "home": result.output.mean() / DAYS,
                "inside": result.wip[:, -1].mean(),
                "door": result.outside[:, -1].mean(),
                "days": result.lead_time.mean(),
                "all_days": result.total_time.mean(),
            }
            for name, result in played.items()
        }
    ).T
    own = played["own"]
    there = {"own": own.wip, "door": own.outside} if rule != "push" else {}
    there = {
        name: here.mean(axis=0) for name, here in {"push": played["push"].wip, **there}.items()
    }
    lanes = played if rule != "push" else {"push": played["push"]}
    return Facts(
        chart=lines(np.arange(1, DAYS + 1), **there),
        table=table,
        n_days=DAYS,
        push=table.loc["push"],
        own=table.loc["own"],
        trace=Trace(
            DAYS, {n: _pathway(each, door=True) for n, each in lanes.items()}, _so_far(played), EACH
        ),
    )


def _presses(steps: tuple[focusing.FocusingStep, ...]) -> tuple[focusing.FocusingStep, ...]:
    """Return the steps that change something; each ends with where the constraint is then."""
    kept = [steps[0]]
    for before, step in pairwise(steps):
        if step.action != "repeat":
            kept += [step] if step.line != before.line else []
        elif step.finding.stage != before.finding.stage or step.finding.load < 1:
            words = f"{kept[-1].words} {step.words}"
            kept[-1] = replace(kept[-1], finding=step.finding, words=words)
    return tuple(kept)


@cache
def _steps(care: str = "other") -> tuple[tuple[focusing.FocusingStep, ...], pd.DataFrame]:
    """Take the five steps on the discharge pathway, and reckon what each of them brought.

    With the care package in the same hands they go on from where they ended without.
    """
    line = PATHWAY
    if care == "same":
        line = _steps()[0][-1].line.change(PATHWAY.names[-1], remit=True)
    steps = _presses(focusing.focus(line))
    return steps, focusing.account(steps, DAYS, MANY, SEED)


def _limit(step: focusing.FocusingStep) -> str | None:
    """Return the constraint after a step, if there is one."""
    return step.finding.stage if step.finding.load >= 1 else None


def ended() -> str:
    """Return where the five steps lead, whoever runs the care package, as the prediction says."""
    steps, ours = (_steps(care)[0] for care in ("other", "same"))
    if steps[-1].line == steps[0].line:
        return "back"
    if _limit(steps[-1]) is None:
        return "all"
    return "inside" if steps[-1].finding.remit or _limit(ours[-1]) else "outside"


@lab(predict={"ceiling": ended}, reveal_at={"care": "other"})
def five_steps(care: str = "other") -> Facts:
    """Take the five focusing steps, one after the other."""
    steps, account = _steps(care)
    home, door = account["output per round"], account["at the door at the end"]
    stands = np.column_stack([door, np.stack(account["waiting at the end"]), home * DAYS])
    daily = np.append(home[0], home)
    at = np.arange(len(steps) + 1)
    ready = PATHWAY.arrivals.mean
    lane = Lane(
        {"door": False, **dict.fromkeys(PATHWAY.names, True), "home": False},
        count_moves(
            _figures(np.vstack([stands[:1], stands])),
            np.zeros(len(steps), int),
        ),
        shown={
            n: ("board", ["limit" if stage == _limit(step) else None for step in steps])
            for n, stage in enumerate(PATHWAY.names, 1)
        },
    )
    last = steps[-1]
    ended = {
        "action": ["", *(step.action for step in steps)],
        "why": ["", *(step.words for step in steps)],
        "daily": daily.tolist(),
    }
    return Facts(
        chart=lines(at, ready=np.full(len(at), ready), home=daily),
        table=account.drop(columns="waiting at the end").assign(step=at[1:]),
        steps=len(steps),
        days=DAYS,
        ready=ready,
        first=daily[0],
        home=daily[-1],
        stage=last.finding.stage,
        keeps_up=_limit(last) is None,
        can=line.tenths(last.line.rates.min()),
        inside=account["in the line at the end"].iloc[-1],
        door=door.iloc[-1],
        trace=Trace(len(steps), {"pathway": lane}, ended, EACH),
    )


def holds_up() -> str:
    """Return whether the link of full beds to long waits is there a year on."""
    found = by_quarter(differences=True)
    if abs(found.r) < CLEAR / found.n**0.5:
        return "gone"
    return "weaker" if abs(found.r) < abs(found.levels_r) - NEAR else "same"


@lab(predict={"a_year_on": holds_up})
def a_year_on(compare: str = "year") -> Facts:
    """Compare each quarter with the one a year before."""
    return Facts(**by_quarter(differences=compare == "year"), came=holds_up())
