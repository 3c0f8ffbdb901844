"""Where each logic helps most: the same random places, moved across two sides of a context.

What counts is a choice: whoever chooses what is judged chooses, more often than not, who wins.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.models.journeys import (
    DYNAMICS,
    Journeys,
    Noise,
    Programme,
    draw_noise,
    run,
    waiting,
)
from toolkit.models.laws.world import END, ONE_EACH, WORDS, highest, side_by_side
from toolkit.models.logics import FIVE
from toolkit.models.pathway import (
    RANGES,
    Context,
    ContextArrays,
    PerformanceArrays,
    Practice,
    PracticeArrays,
    draw_context,
    perform_arrays,
    stack_contexts,
    stack_practices,
    usual_practice,
)
from toolkit.models.pathway.places import USUAL_BATCH

GRID = 5  # settings of each side
EACH = 8  # random places in each cell: the same eight everywhere, but for the two sides
SEED = 7

EVEN = ("load", "low_benefit", "high_need")
SIDES = WORDS["sides"]


class Judge(NamedTuple):
    """What counts, in words, and as a score of which more is better."""

    words: str
    score: Callable[[PerformanceArrays], np.ndarray]


SCORES: dict[str, Callable[[PerformanceArrays], np.ndarray]] = {
    "value": lambda p: p.value,
    "lead_time": lambda p: 1 / p.lead_time,
    "throughput": lambda p: p.throughput,
    "outcome": lambda p: p.outcome,
}
JUDGES = {name: Judge(WORDS["judges"][name], score) for name, score in SCORES.items()}
WAIT = "wait"  # of whoever comes at the end, with everybody on the list before them
ON_MAP = (*JUDGES, WAIT)


def side_values(side: str) -> np.ndarray:
    """Return the values that one side takes on the map, from its documented range."""
    return np.linspace(RANGES[side].low, RANGES[side].high, GRID)


def _grid(first: str, second: str) -> tuple[ContextArrays, PracticeArrays, Noise]:
    """Return the eight places in every cell, rows ordered first side, second side, place."""
    rng = np.random.default_rng(SEED)
    drawn = [draw_context(rng) for _ in range(EACH)]
    # spread evenly over the sides that are one number, as eight draws alone would seldom be
    steps = rng.permuted(np.tile(np.arange(EACH), (len(EVEN), 1)), axis=1)
    even = {
        side: RANGES[side].low + (RANGES[side].high - RANGES[side].low) * (row + 0.5) / EACH
        for side, row in zip(EVEN, steps, strict=True)
    }
    habits = [usual_practice(c, np.random.default_rng([SEED, i])) for i, c in enumerate(drawn)]
    rows = np.tile(np.arange(EACH), GRID * GRID)
    c = ContextArrays(*(v[rows] for v in stack_contexts(drawn)))
    x = PracticeArrays(*(v[rows] for v in stack_practices(habits)))
    load = even.pop("load")[rows, None]
    c = c._replace(**{side: values[rows, None] for side, values in even.items()})
    levels = np.meshgrid(side_values(first), side_values(second), np.zeros(EACH), indexing="ij")
    for side, level in zip((first, second), levels, strict=False):
        if side == "load":
            load = level.reshape(-1, 1)
        else:
            shape = getattr(c, side).shape
            c = c._replace(**{side: np.broadcast_to(level.reshape(-1, 1), shape)})
    # hours follow the load, as in `draw_context`
    hours = (c.work + c.setup / USUAL_BATCH).sum(-1, keepdims=True)
    noise = draw_noise(SEED, EACH)
    return c._replace(staff_hours=c.demand * hours / load), x, Noise(*(v[rows] for v in noise))


@cache
def _ends(first: str, second: str) -> dict[str, np.ndarray]:
    """Return for each judge the score after four years, (logics and doing nothing, cells, each)."""
    c, x, noise = _grid(first, second)
    told = [*side_by_side(c, x, noise, ONE_EACH), run(c, x, [Programme("nothing")], noise)]
    ended = [PerformanceArrays(*(v[:, END] for v in j.performance)) for j in told]
    shape = (len(told), GRID, GRID, EACH)
    scores = {name: [judge.score(p) for p in ended] for name, judge in JUDGES.items()}
    scores[WAIT] = [1 / waiting(j, c).wait[:, END] for j in told]
    return {name: np.stack(each).reshape(shape) for name, each in scores.items()}


def context_map(favourite: str, across: str, up: str, judge: str = "value") -> pd.DataFrame:
    """Say for each kind of place which single logic helps most, and how the favourite fares.

    Each logic is used alone, in its own way, for four years, in eight random places that are alike
    in the two sides of the map and differ in everything else. Of several that are level in a place,
    each helped most.

    Parameters
    ----------
    favourite : str
        One of the five approaches.
    across, up : str
        Two different keys of `SIDES`.
    judge : str
        One of `ON_MAP`: what counts.

    Returns
    -------
    pandas.DataFrame
        One row per cell: ``across``, ``up`` (settings), ``best`` (ids of the logics that helped
        most most often, by ``; ``), ``times`` (in how many of the eight), ``favourite`` (in how
        many the favourite helped most), ``below`` (in how many it ended below doing nothing),
        ``gain`` (its median gain on doing nothing, as a share), ``most`` (the largest such gain of
        those that helped most).

    Raises
    ------
    ValueError
        If both sides are the same, in words for a learner.
    """
    if across == up:
        raise ValueError(WORDS.say("refused.same_sides"))
    first, second = sorted((across, up), key=list(SIDES).index)
    score = _ends(first, second)[judge]
    if first == up:
        score = score.swapaxes(1, 2)
    singles, idle, mine = score[:-1], score[-1], list(FIVE).index(favourite)
    wins = highest(singles).sum(-1)
    most = wins.max(0)
    rows = []
    for i, one in enumerate(side_values(across)):
        for k, other in enumerate(side_values(up)):
            best = [n for n, times in zip(FIVE, wins[:, i, k], strict=True) if times == most[i, k]]
            ratio = singles[mine, i, k] / idle[i, k]
            tops = singles[wins[:, i, k] == most[i, k], i, k] / idle[i, k]
            rows.append(
                {
                    "across": one, "up": other, "best": "; ".join(best), "times": most[i, k],
                    "favourite": wins[mine, i, k], "below": (ratio < 1).sum(),
                    "gain": np.median(ratio) - 1, "most": np.median(tops, axis=1).max() - 1,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def alone(context: Context, practice: Practice, runs: int, seed: int) -> dict[str, Journeys]:
    """Take one place through 48 months with each logic alone.

    Parameters
    ----------
    context, practice : Context, Practice
        The place, and what it does at the start.
    runs : int
        How often, each time with other chance; all logics share it.
    seed : int
        Seed of the chance.

    Returns
    -------
    dict of str to Journeys
        By the id of the approach; ``runs`` rows each.
    """
    c, x = stack_contexts([context] * runs), stack_practices([practice] * runs)
    return dict(zip(FIVE, side_by_side(c, x, draw_noise(seed, runs), ONE_EACH), strict=True))


def before(context: Context, practice: Practice) -> PerformanceArrays:
    """Return how a place does before anybody takes time to learn; one row.

    Parameters
    ----------
    context, practice : Context, Practice
        The place, and what it does at the start.
    """
    c, x = stack_contexts([context]), stack_practices([practice])
    return perform_arrays(x, c, beginners(c))


def beginners(c: ContextArrays) -> np.ndarray:
    """Return the mastery that people bring along, (n, 1)."""
    return DYNAMICS.beginner + DYNAMICS.readiness_helps * c.readiness
