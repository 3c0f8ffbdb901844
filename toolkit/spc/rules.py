"""Rules about zones and trends: so many neighbouring points, far enough out or all on the move.

A rule looks at values and at distances from the centre (``z``, in standard deviations, NaN where a
point is missing), for one series or many at once: the last axis is time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

# What rounding can do to a value that lies exactly on a line, relative to the value.
HAIR = 1e-9


def windows(symbols: np.ndarray, width: int) -> np.ndarray:
    """Return what stands in the last ``width`` places at each point; zeros before the first."""
    before = np.zeros((*symbols.shape[:-1], width - 1))
    padded = np.concatenate([before, symbols], axis=-1)
    return np.lib.stride_tricks.sliding_window_view(padded, width, axis=-1)


def spread_back(ends: np.ndarray, width: int) -> np.ndarray:
    """Return the side of the pattern that each point is part of; of two, the later one."""
    marks = np.zeros_like(ends)
    for back in range(width):
        found = ends[..., back:]
        marks[..., : found.shape[-1]][found != 0] = found[found != 0]
    return marks


@dataclass(frozen=True)
class Signalled:
    """Neighbouring points that a rule flags for one reason.

    Parameters
    ----------
    rows : ndarray of int
        Which points.
    side : int
        +1 above or rising, -1 below or falling.
    points : int
        How many points the reason speaks of.
    """

    rows: np.ndarray
    side: int
    points: int


def stretches(marks: np.ndarray) -> Iterator[Signalled]:
    """Yield each unbroken stretch of marks of one side."""
    breaks = np.flatnonzero(np.diff(marks)) + 1
    for rows in np.split(np.arange(len(marks)), breaks):
        if side := int(marks[rows[0]]):
            yield Signalled(rows, side, len(rows))


@dataclass(frozen=True)
class Zone:
    """So many of so many neighbouring points far enough from the centre, on one side of it.

    Parameters
    ----------
    name : str
        What the rule is called.
    why : str
        A template of the reason; it may name ``up``, ``n`` (how many points) and ``rule``.
    points, of : int
        How many points, of how many neighbours.
    beyond, within : float
        Standard deviations from the centre between which a point counts: more than the first, at
        most the second. A point on the centre never counts.
    one_side : bool
        Whether the neighbours that do not count must lie on the same side as well.
    """

    name: str
    why: str
    points: int
    of: int
    beyond: float = 0.0
    within: float = math.inf
    one_side: bool = False

    def read(self, z: np.ndarray) -> np.ndarray:
        """Return +2 or -2 where a point counts, +1 or -1 where only its side matters, else 0."""
        far = np.abs(z)
        counted = (far > self.beyond + HAIR) & (far <= self.within + HAIR)
        side = np.sign(z)
        return np.where(counted, 2 * side, side if self.one_side else 0.0)

    def ends(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:  # noqa: ARG002 (as Trend)
        """Return the side (+1, -1, or 0 for none) of the pattern that is complete at each point."""
        seen = windows(self.read(z), self.of)
        found = np.zeros(z.shape)
        for side in (-1, 1):
            hit = (seen == 2 * side).sum(axis=-1) >= self.points
            if self.one_side:
                hit &= (seen * side > 0).all(axis=-1)
            found[hit] = side
        return found

    def marks(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return the side of the pattern that each point is part of, 0 where there is none."""
        read, ends = self.read(z), self.ends(values, z)
        # A point counts for one side only, but may stand among the neighbours of both.
        low, high = (spread_back(ends == side, self.of) & (read == 2 * side) for side in (-1, 1))
        return high.astype(float) - low

    def groups(self, values: np.ndarray, z: np.ndarray) -> Iterator[Signalled]:
        """Yield what is flagged in one series, each unbroken stretch once."""
        return stretches(self.marks(values, z))

    def fires(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Say for each series whether there is any such pattern."""
        return (self.ends(values, z) != 0).any(axis=-1)


@dataclass(frozen=True)
class Trend:
    """So many points in a row, each higher (or each lower) than the one before; a tie ends it."""

    name: str
    why: str
    points: int

    def ends(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:  # noqa: ARG002 (as Zone)
        """Return the direction of the trend that is complete at each point, else 0."""
        step = np.zeros(values.shape)
        step[..., 1:] = np.sign(np.diff(values, axis=-1))
        seen = windows(step, self.points - 1)
        up, down = (seen > 0).all(axis=-1), (seen < 0).all(axis=-1)
        return up.astype(float) - down

    def marks(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return the direction of the trend that each point is part of, else 0."""
        return spread_back(self.ends(values, z), self.points)

    def groups(self, values: np.ndarray, z: np.ndarray) -> Iterator[Signalled]:
        """Yield each rise and each fall once, though one may follow the other at once.

        A point at which two of them meet is part of both, and is flagged for the later one.
        """
        marks, steps = self.marks(values, z), np.sign(np.diff(values))
        breaks = np.flatnonzero(np.diff(steps)) + 1
        for moves in np.split(np.arange(len(steps)), breaks):
            side = int(np.nan_to_num(steps[moves[0]]))
            if side and len(moves) >= self.points - 1:
                rows = np.append(moves, moves[-1] + 1)
                yield Signalled(rows[marks[rows] == side], side, len(rows))

    def fires(self, values: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Say for each series whether there is any trend."""
        return (self.ends(values, z) != 0).any(axis=-1)
