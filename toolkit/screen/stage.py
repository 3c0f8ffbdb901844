"""What the stage plays: who goes where, and when, as a model computed it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Trace:
    """One run of a model, person by person.

    Parameters
    ----------
    places : dict of str to bool
        Key of each place, in order, and whether staff work there.
    ticks : int
        How often the clock ticks: rounds, days, months.
    who, to : ndarray of int, shape (moves,)
        Who moves, and the number of the place they come to.
    at : ndarray of float, shape (moves,)
        When, in ticks; never falling.
    ended : Mapping of str to sequence
        Facts that hold after each tick, from 0 to `ticks`, by name: what the words may name.
    shown : Mapping of int to sequence
        What the staff of a place show in each tick, such as the face of a die.
    """

    places: Mapping[str, bool]
    ticks: int
    who: np.ndarray
    to: np.ndarray
    at: np.ndarray
    ended: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    shown: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def standing(self, tick: int) -> list[int]:
        """Count the people in each place when the clock shows a tick."""
        until = self.at <= tick
        last = dict(zip(self.who[until].tolist(), self.to[until].tolist(), strict=True))
        return [sum(to == place for to in last.values()) for place in range(len(self.places))]


def line_moves(moved: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return who moves in a line that hands people on in the order in which they came.

    Parameters
    ----------
    moved : ndarray of int, shape (rounds, stages)
        How many each stage passes on in each round, from first to last. Whoever the first one
        takes comes in as it does; the place after the last stage is home.

    Returns
    -------
    tuple of ndarray
        Who, where to and when, as `Trace` takes them.

    Raises
    ------
    ValueError
        If a stage passes on more people than wait before it.

    Examples
    --------
    >>> who, to, at = line_moves(np.array([[2, 1]]))
    >>> who.tolist(), to.tolist()
    ([0, 1, 0, 1, 0], [0, 0, 1, 1, 2])
    """
    rounds, stages = moved.shape
    queues = [deque[int]() for _ in range(stages + 1)]
    found: list[tuple[int, int, float]] = []
    new = 0
    for now in range(rounds):
        for stage in range(stages):
            when = now + (stage + 1) / (stages + 1)
            if stage == 0:
                entering = range(new, new + int(moved[now, 0]))
                new = entering.stop
                queues[0].extend(entering)
                found += [(who, 0, now + 0.5 / (stages + 1)) for who in entering]
            if moved[now, stage] > len(queues[stage]):
                raise ValueError(
                    f"In round {now + 1}, {moved[now, stage]} leave stage {stage + 1}, where "
                    f"{len(queues[stage])} wait."
                )
            for _ in range(int(moved[now, stage])):
                who = queues[stage].popleft()
                queues[stage + 1].append(who)
                found.append((who, stage + 1, when))
    moves = np.array(found, dtype=float).reshape(-1, 3)
    return moves[:, 0].astype(int), moves[:, 1].astype(int), moves[:, 2]
