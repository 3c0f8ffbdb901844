"""A line of stations in series, played in rounds: Goldratt's dice game and a care pathway alike.

One engine for both; they differ only in how a station draws what it can do in a round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.models.queues.draws import check_number, whole_items
from toolkit.models.queues.line import WORDS, Line, said, tenths

# Capacities closer together than this share are called equal: a manager could not tell them apart.
EQUAL = 0.02
# More than any station can draw in a lesson, and far from the limit of a 64-bit integer.
ENDLESS = 2**40


@dataclass(frozen=True, eq=False, repr=False)
class LineResult:
    """What happened on a line, round by round; every count is int64.

    Parameters
    ----------
    line : Line
        What was played.
    moved, waiting, capacity : ndarray, shape (runs, rounds, stages)
        Items each stage passed on, items before it at the end of the round, and items it could
        have passed on.
    entered, outside : ndarray, shape (runs, rounds)
        Items let in, and items waiting before the door (0 where the supply is endless).
    """

    line: Line
    moved: np.ndarray
    waiting: np.ndarray
    capacity: np.ndarray
    entered: np.ndarray
    outside: np.ndarray

    def __repr__(self) -> str:
        """Say what was played."""
        runs, rounds, stages = self.moved.shape
        return f"LineResult({stages} stages, {rounds} rounds, {runs} runs)"

    @property
    def output(self) -> np.ndarray:
        """Items that left the line in each run, shape (runs,)."""
        return self.moved[:, :, -1].sum(axis=1)

    @property
    def out_so_far(self) -> np.ndarray:
        """Items that have left the line by the end of each round, shape (runs, rounds)."""
        return self.moved[:, :, -1].cumsum(axis=1)

    @property
    def wip(self) -> np.ndarray:
        """Work in process: items in the line at the end of each round, shape (runs, rounds)."""
        return self.waiting.sum(axis=2)

    @property
    def lead_time(self) -> np.ndarray:
        """Mean rounds in the line per item, by Little's law: WIP ÷ throughput, shape (runs,).

        An item that passes every stage within one round has spent 0 rounds. NaN if nothing left.
        """
        return self._rounds_each(self.wip)

    @property
    def total_time(self) -> np.ndarray:
        """Mean rounds per item at the door and in the line together, shape (runs,)."""
        return self._rounds_each(self.wip + self.outside)

    def _rounds_each(self, present: np.ndarray) -> np.ndarray:
        out = self.output
        return np.divide(present.sum(axis=1), out, out=np.full(len(out), np.nan), where=out > 0)

    @property
    def utilisation(self) -> np.ndarray:
        """Share of its capacity that each stage used, over all runs, shape (stages,)."""
        could = self.capacity.sum(axis=(0, 1))
        did = self.moved.sum(axis=(0, 1))
        return np.divide(did, could, out=np.zeros(len(could)), where=could > 0)

    def stations(self) -> pd.DataFrame:
        """Return one row per stage: means over the runs of what moved, what waits and how busy."""
        return pd.DataFrame(
            {
                "stage": self.line.names,
                "moved": self.moved.sum(axis=1).mean(axis=0),
                "waiting at the end": self.waiting[:, -1].mean(axis=0),
                "utilisation": self.utilisation,
            }
        )


def simulate(line: Line, rounds: int, runs: int, seed: int | np.random.Generator) -> LineResult:
    """Play a line.

    In each round work arrives, the release rule opens the door, and the stages play from first to
    last. A stage passes on what it drew, or what waits before it, whichever is less; the next stage
    may use it in the same round. Each stage has its own stream of random numbers, so a change at
    one stage leaves the luck of the others as it was.

    Parameters
    ----------
    line : Line
        The settings.
    rounds, runs : int
        Rounds per run, and independent runs.
    seed : int or numpy.random.Generator
        The same seed gives the same result.

    Returns
    -------
    LineResult
        Counts by run, round and stage.

    Examples
    --------
    >>> from toolkit.models.queues.line import dice_line
    >>> simulate(dice_line(faces=(3,)), rounds=20, runs=1, seed=1).output
    array([60])
    """
    check_number("rounds", rounds, low=1, whole=True)
    check_number("runs", runs, low=1, whole=True)
    stages, release = line.stages, line.release
    last = len(stages) - 1
    *streams, door = np.random.default_rng(seed).spawn(len(stages) + 1)

    # Runs stand last in memory: each step below then works on one unbroken row of numbers.
    capacity = np.empty((rounds, len(stages), runs), dtype=np.int64)
    for k, stage in enumerate(stages):
        drawn = stage.capacity.sample(streams[k], (rounds, runs))
        capacity[:, k] = whole_items(drawn * (1 - stage.loss) if stage.loss else drawn)
    moved = np.empty_like(capacity)
    waiting = np.empty_like(capacity)
    entered = np.zeros((rounds, runs), dtype=np.int64)
    outside = np.zeros((rounds, runs), dtype=np.int64)
    if line.arrivals is not None:
        arriving = whole_items(line.arrivals.sample(door, (rounds, runs)))

    drum = release.drum if release.rule == "rope" else None
    tied = last if drum is None else line.position(drum)
    at_will = line.arrivals is None and release.rule == "push"
    queue = np.zeros((len(stages), runs), dtype=np.int64)
    at_door = np.zeros(runs, dtype=np.int64)
    if line.arrivals is None:
        at_door += ENDLESS
    if at_will:
        queue[0] += ENDLESS

    for t in range(rounds):
        if not at_will:
            if line.arrivals is not None:
                at_door += arriving[t]
            let_in = entered[t]
            let_in[:] = at_door
            if release.limit is not None:
                np.minimum(let_in, release.limit - queue[: tied + 1].sum(axis=0), out=let_in)
            at_door -= let_in
            queue[0] += let_in
        for k in range(last + 1):
            passed = np.minimum(queue[k], capacity[t, k], out=moved[t, k])
            if k < last:
                queue[k + 1] += passed
            queue[k] -= passed
        waiting[t] = queue
        outside[t] = at_door

    if line.arrivals is None:
        outside[:] = 0
    if at_will:
        # An endless supply waits nowhere; an item enters when the first station takes it.
        entered[:] = moved[:, 0]
        waiting[:, 0] = 0
    by_run = (2, 0, 1)
    return LineResult(
        line,
        moved.transpose(by_run),
        waiting.transpose(by_run),
        capacity.transpose(by_run),
        entered.T,
        outside.T,
    )


@dataclass(frozen=True)
class Constraint:
    """The constraint of a line, and why it is that.

    Parameters
    ----------
    stage : str
        Which stage limits the line most.
    why : str
        The reason, in words.
    remit : bool
        True if the team may change that stage.
    load : float
        Demand divided by what the stage can do; 1 or more means that it cannot keep up. With an
        endless supply it is 1.
    """

    stage: str
    why: str
    remit: bool
    load: float


def constraint(line: Line) -> Constraint:
    """Find the stage that limits the whole.

    Every item passes every stage, so the constraint is the stage that can do least per round after
    its losses: the one with the highest load.

    Parameters
    ----------
    line : Line
        The settings.

    Returns
    -------
    Constraint
        Which stage, and why.
    """
    rates = line.rates
    lowest = np.flatnonzero(rates <= rates.min() * (1 + EQUAL))
    stage, rate = line.stages[lowest[0]], rates[lowest[0]]
    tied = tuple(said(line.names[k]) for k in lowest[1:])
    arriving = None if line.arrivals is None else float(line.arrivals.mean)
    load = 1.0 if arriving is None else arriving / float(rate)
    why = WORDS.say(
        "constraint.why",
        stage=said(stage.name),
        tied=tied,
        rate=tenths(float(rate)),
        period=line.period,
        arriving=arriving,
        load=load,
        remit=stage.remit,
    )
    return Constraint(stage.name, why, stage.remit, load)
