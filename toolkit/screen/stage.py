"""What the stage plays: who goes where, and when, as a model computed it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import numpy as np

from toolkit.text import words as text_words

Moves = tuple[np.ndarray, np.ndarray, np.ndarray]

_ROOMS = text_words.read_words(files("toolkit.screen"), "rooms.toml")
FURNITURE = {
    place: _ROOMS["drawings"][name] for name, places in _ROOMS["places"].items() for place in places
}


@dataclass(frozen=True, eq=False)
class Lane:
    """One pathway, and who goes along it.

    Parameters
    ----------
    places : dict of str to bool
        Key of each place, in order, and whether staff work there. How a place is furnished goes by
        its key (rooms.toml).
    moves : tuple of ndarray, each of shape (moves,)
        Who moves, the number of the place they come to, and when, in ticks, never falling. A place
        of -1 is off the stage.
    looks : sequence of str
        What each who looks like, a key of ``LOOKS`` in stage.js; all are people by default. A
        binder is one thing, however many people a figure stands for.
    shown : mapping of int to tuple
        What stands over the staff of a place: a key of ``TOKENS`` in stage.js, or ``"easel"`` for a
        board beside them, and its text in each tick (a number, a key of the names, or None for
        nothing); on an easel, also before the first tick.
    lens : mapping of int to sequence of str, optional
        What is in sight in each place: looks, ``"staff"``, and ``"here"`` for a place that is
        marked. All else is drawn in grey. The same moves through another lens go on where they are.
    lit : mapping of str to sequence of sequence of int, optional
        Which figures are marked at each tick, from 0 to the last: for ``"count"`` (how many are
        there) and ``"board"``, the places.
    """

    places: Mapping[str, bool]
    moves: Moves
    looks: Sequence[str] = ()
    shown: Mapping[int, tuple[str, Sequence[Any]]] = field(default_factory=dict)
    lens: Mapping[int, Sequence[str]] | None = None
    lit: Mapping[str, Sequence[Sequence[int]]] | None = None


@dataclass(frozen=True, eq=False)
class Trace:
    """One run of a model; lanes share a clock.

    Parameters
    ----------
    ticks : int
        How often the clock ticks: rounds, days, months.
    lanes : dict of str to Lane
        Lanes by key. Without any, the clock alone lets the chart grow.
    ended : Mapping of str to sequence
        Facts that hold after each tick, from 0 to `ticks`, by name: what the words may name.
    each : int
        How many people (forms, beads) one figure stands for.
    pace : float
        How far one tick goes along the chart: 5 where a tick is five minutes of an axis in minutes.
    start : float
        Where the chart stands before the first tick: -1 where its first point is a whole month.
    turns : sequence of int
        Ticks at which the story turns: the play rests there until one can have read what happens.
    """

    ticks: int
    lanes: Mapping[str, Lane] = field(default_factory=dict)
    ended: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    each: int = 1
    pace: float = 1
    start: float = 0
    turns: Sequence[int] = ()

    def told(self, words: Mapping[str, Any], fill: Callable[..., str], name: Callable) -> dict:
        """Return the trace as the stage takes it.

        Parameters
        ----------
        words : mapping
            ``[stage]`` of a lab: the templates ``step``, ``lane``, ``place`` and ``said``.
        fill : callable
            Fills a template with the facts given by name.
        name : callable
            Returns the word for a key.
        """
        ended = zip(*self.ended.values(), strict=True) if self.ended else [()] * (self.ticks + 1)
        ticks = [dict(zip(self.ended, then, strict=True)) for then in ended]

        def text(shown: Any) -> str | None:
            return None if shown is None else name(shown) if isinstance(shown, str) else str(shown)

        return {
            "ticks": self.ticks,
            "each": self.each,
            "pace": self.pace,
            **({"start": self.start} if self.start else {}),
            **({"turns": list(self.turns)} if self.turns else {}),
            "step": fill(words["step"], ticks=self.ticks, each=self.each),
            "grows": [name(key) for key in words.get("grows", ())],
            "later": list(words.get("later", ())),
            "said": [
                fill(words["said"], ticks=self.ticks, each=self.each, tick=tick, **then)
                for tick, then in enumerate(ticks)
            ],
            "lanes": [
                {
                    "name": fill(words.get("lane", ""), lane=key, each=self.each),
                    "places": [
                        {
                            "name": fill(words["place"], key=place, lane=key, each=self.each),
                            "staff": staff,
                            "furniture": FURNITURE.get(place, ""),
                        }
                        for place, staff in lane.places.items()
                    ],
                    "moves": _runs(*lane.moves),
                    "looks": list(lane.looks),
                    "shown": {
                        place: [token, [*map(text, texts)]]
                        for place, (token, texts) in lane.shown.items()
                    },
                    "lens": lane.lens and {at: list(seen) for at, seen in lane.lens.items()},
                    **({"lit": lane.lit} if lane.lit else {}),
                }
                for key, lane in self.lanes.items()
            ],
        }


def _runs(who: np.ndarray, to: np.ndarray, at: np.ndarray) -> dict[str, list]:
    """Return moves with those who go together in one row: the first of them, and how many."""
    if not len(who):
        return {"who": [], "n": [], "to": [], "at": []}
    apart = (np.diff(who) != 1) | (np.diff(to) != 0) | (np.diff(at) != 0)
    first = np.append(0, np.flatnonzero(apart) + 1)
    return {
        "who": who[first].tolist(),
        "n": np.diff(np.append(first, len(who))).tolist(),
        "to": to[first].tolist(),
        "at": np.round(at[first], 3).tolist(),
    }


def line_moves(moved: np.ndarray) -> Moves:
    """Return who moves in a line that hands people on in the order in which they came.

    Parameters
    ----------
    moved : ndarray of int, shape (rounds, stages)
        How many each stage passes on in each round, from first to last. Whoever the first one
        takes comes in as it does; the place after the last stage is home.

    Returns
    -------
    tuple of ndarray
        Who, where to and when, as `Lane` takes them.

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
    return as_moves(found)


def count_moves(standing: np.ndarray, home: np.ndarray) -> Moves:
    """Return who moves in a line of which only the numbers are known.

    Parameters
    ----------
    standing : ndarray of int, shape (ticks + 1, stages)
        How many stand in each place at each tick.
    home : ndarray of int, shape (ticks,)
        How many get home in each tick; the place after the last stage.

    Returns
    -------
    tuple of ndarray
        Who, where to and when, as `Lane` takes them. At each tick those who stand in a place are
        as many as `standing` says. Who is too many in a place that shrank faster than people left
        it goes off the stage.
    """
    stages = standing.shape[1]
    queues = [deque[int]() for _ in range(stages + 1)]
    found: list[tuple[int, int, float]] = []
    new = 0
    for tick, wanted in enumerate(standing.tolist()):
        # backwards: what a place hands on decides what must come into it
        into = [0] * stages + [int(home[tick - 1]) if tick else 0]
        over = [0] * stages
        for stage in reversed(range(stages)):
            needed = into[stage + 1] + wanted[stage] - len(queues[stage])
            into[stage], over[stage] = max(needed, 0), max(-needed, 0)
        for stage, coming in enumerate(into):
            when = tick - 1 + (stage + 1) / (stages + 1) if tick else 0.0
            for _ in range(coming):
                who, new = (queues[stage - 1].popleft(), new) if stage else (new, new + 1)
                queues[stage].append(who)
                found.append((who, stage, when))
        for stage, gone in enumerate(over):
            found += [(queues[stage].pop(), -1, float(tick)) for _ in range(gone)]
    return as_moves(found)


def heap_lane(heaps: Sequence[str], counts: np.ndarray, look: str) -> Lane:
    """Return heaps between which figures go, step by step.

    Parameters
    ----------
    heaps : sequence of str
        Key of each heap: the places of the lane.
    counts : ndarray of int, shape (steps + 1, heaps)
        How many lie on each heap. What a heap lacks comes from those that shrink, or else from off
        the stage; what no heap takes goes there.
    look : str
        What a figure looks like.

    Returns
    -------
    Lane
        The heaps, and who goes where half a tick before each step is over.

    Examples
    --------
    >>> who, to, at = heap_lane(["here", "there"], np.array([[2, 0], [1, 2]]), "coin").moves
    >>> who.tolist(), to.tolist(), at.tolist()
    ([0, 1, 1, 2], [0, 0, 1, 1], [0.0, 0.0, 0.5, 0.5])
    """
    found: list[tuple[int, int, float]] = []
    there: list[list[int]] = [[] for _ in heaps]
    figures = 0
    for step, wanted in enumerate(counts.tolist()):
        when = max(step - 0.5, 0.0)
        left = [one for n, heap in zip(wanted, there, strict=True) for one in heap[n:]]
        there = [heap[:n] for n, heap in zip(wanted, there, strict=True)]
        for to, n in enumerate(wanted):
            while len(there[to]) < n:
                if not left:
                    left, figures = [figures], figures + 1
                there[to].append(left.pop(0))
                found.append((there[to][-1], to, when))
        found += [(one, -1, when) for one in left]
    return Lane(dict.fromkeys(heaps, False), as_moves(found), [look] * figures)


def as_moves(found: Sequence[tuple[int, int, float]]) -> Moves:
    """Return moves as arrays, in the order of time."""
    moves = np.array(sorted(found, key=lambda move: move[2]), dtype=float).reshape(-1, 3)
    return moves[:, 0].astype(int), moves[:, 1].astype(int), moves[:, 2]
