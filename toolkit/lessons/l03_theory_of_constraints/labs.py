"""Lesson 03, theory of constraints: dice, a discharge pathway, the rope, five focusing steps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from toolkit.course.occupancy import occupancy
from toolkit.models.queues import flow, focusing, line
from toolkit.screen.facts import MANY, Facts, lab, lines, marks
from toolkit.screen.stage import Lane, Trace, line_moves

__all__ = ["busy", "dice", "five_steps", "improve", "occupancy"]

SEED = 3
ROUNDS = 20
DAYS = 60
FACES = {"1-6": (1, 2, 3, 4, 5, 6), "3-4": (3, 4)}
PATHWAY = line.discharge_pathway()
DRUM = flow.constraint(PATHWAY).stage


def came_out() -> float:
    """Return how many come out on average where the prediction asks."""
    return round(float(dice(runs=MANY).out), 1)


def _one_game(result: flow.LineResult) -> Trace:
    """Return the first game person by person."""
    moved, waiting = result.moved[0], result.waiting[0]
    rounds, stations = moved.shape
    line = Lane(
        {**dict.fromkeys(map(str, range(1, stations + 1)), True), "home": False},
        line_moves(moved),
        shown={k: ("die", result.capacity[0, :, k].tolist()) for k in range(stations)},
    )
    ended = {"home": [0, *moved[:, -1].cumsum()], "waiting": [0, *waiting.sum(axis=1)]}
    return Trace(rounds, {"line": line}, ended)


@lab(predict={"dice": came_out}, reveal_at={"stations": 5, "die": "1-6", "runs": MANY})
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
        waits=waiting.round(1),
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


def brings_most() -> str:
    """Return the stage whose improvement brings most patients home."""
    return max(PATHWAY.names, key=lambda stage: improve(stage, runs=MANY).home[1])


@lab(predict={"improve": brings_most})
def improve(stage: str = PATHWAY.names[0], by: int = 20, runs: int = 1) -> Facts:
    """Make one stage of the discharge pathway better, and see what the whole gains."""
    lines_ = {"before": PATHWAY, "after": PATHWAY.improve(stage, 1 + by / 100)}
    played = {name: flow.simulate(line, DAYS, runs, SEED) for name, line in lines_.items()}
    home = [result.output.mean() / DAYS for result in played.values()]
    queues = pd.DataFrame(
        {name: result.waiting.mean(axis=(0, 1)) for name, result in played.items()},
        index=PATHWAY.names,
    ).round(1)
    moved = queues["after"] - queues["before"]
    ends = dict.fromkeys((moved.idxmax(), moved.idxmin()))
    table = queues.copy()
    table.loc["home"] = home
    return Facts(
        chart=queues,
        table=table,
        days=DAYS,
        home=home,
        gain=home[1] - home[0],
        more=abs(home[1] - home[0]) >= 0.005,
        moved={where: moved[where] for where in ends if moved[where]},
    )


def compared() -> str:
    """Return whether push, on average, lies outside nine in ten of the runs with the rope."""
    push, rope = (result.output for result in _tried("rope", 24, MANY).values())
    low, high = np.percentile(rope, [5, 95])
    return "more" if push.mean() > high else "fewer" if push.mean() < low else "same"


def _tried(rule: str, limit: int, runs: int) -> dict[str, flow.LineResult]:
    release = {
        "push": line.push(),
        "conwip": line.conwip(limit),
        "rope": line.rope(DRUM, limit),
    }[rule]
    tried = {"push": PATHWAY, "own": replace(PATHWAY, release=release)}
    return {name: flow.simulate(line, DAYS, runs, SEED) for name, line in tried.items()}


@lab(predict={"busy": compared}, reveal_at={"rule": "rope", "limit": 24, "runs": MANY})
def busy(rule: str = "rope", limit: int = 24, runs: int = 1) -> Facts:
    """Keep everybody busy, or let the constraint open the door."""
    played = _tried(rule, limit, runs)
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
    return Facts(
        chart=lines(np.arange(1, DAYS + 1), **{n: each.wip for n, each in played.items()}),
        table=table,
        n_days=DAYS,
        push=table.loc["push"],
        own=table.loc["own"],
    )


@cache
def _steps() -> tuple[tuple[focusing.FocusingStep, ...], pd.DataFrame]:
    """Take the five steps on the discharge pathway, and reckon what each of them brought."""
    steps = focusing.focus(PATHWAY)
    return steps, focusing.account(steps, DAYS, MANY, SEED)


def ended() -> str:
    """Return where the five steps have led, as the prediction names it."""
    steps, _ = _steps()
    if steps[-1].line == steps[0].line:
        return "back"
    if steps[-1].finding.load < 1:
        return "all"
    return "inside" if steps[-1].finding.remit else "outside"


def all_steps() -> dict[str, float]:
    """Return how many steps there are, and where the axis ends for all of them."""
    steps, _ = _steps()
    return {"steps": len(steps), "top": 1.25 * max(step.line.rates.max() for step in steps)}


@lab(predict={"ceiling": ended}, reveal_at={"taken": "steps"}, given=all_steps)
def five_steps(taken: int = 1) -> Facts:
    """Walk through the five focusing steps, one at a time."""
    steps, account = _steps()
    step, row = steps[taken - 1], account.iloc[taken - 1]
    rates = dict(zip(step.line.names, step.line.rates, strict=True))
    table = account.assign(step=range(1, len(steps) + 1))
    return Facts(
        chart={"ready": step.line.arrivals.mean} | rates,
        table=table.head(taken),
        action=step.action,
        stage=step.finding.stage,
        why=step.words,
        home=row["output per round"],
        days=DAYS,
        inside=row["in the line at the end"],
        door=row["at the door at the end"],
    )
