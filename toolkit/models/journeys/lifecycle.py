"""One journey, what was found and changed in it, and the dialect it leaves behind.

A dialect is what a logic leaves in a context: the trace of changes, and the settings they end in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.models.journeys import (
    COPYABLE,
    LOGICS,
    MONTHS,
    Journeys,
    Programme,
    draw_noise,
    run,
    settings_distance,
)
from toolkit.models.logics import ANYWHERE, Change
from toolkit.models.pathway import (
    PRACTICE_RANGES,
    Context,
    Practice,
    practice_from,
    stack_contexts,
    stack_practices,
)


@dataclass(frozen=True)
class Dialect:
    """What a logic leaves in a context.

    Attributes
    ----------
    place : str
        Where it grew.
    stages : tuple of str
        The stages of that place.
    start, settings : Practice
        Before and after.
    trace : tuple of (int, Change)
        Month and change, in order.
    """

    place: str
    stages: tuple[str, ...]
    start: Practice
    settings: Practice
    trace: tuple[tuple[int, Change], ...] = ()

    @property
    def touched(self) -> tuple[str, ...]:
        """The levers whose settings changed; the others are no part of the dialect."""
        return tuple(
            lever
            for lever in COPYABLE
            if getattr(self.start, lever) != getattr(self.settings, lever)
        )

    @property
    def sheet(self) -> pd.DataFrame:
        """One row per setting that changed: lever, meaning, stage, before, now, times changed."""
        rows = []
        for lever in self.touched:
            before, now = getattr(self.start, lever), getattr(self.settings, lever)
            places = self.stages if isinstance(now, tuple) else (ANYWHERE,)
            pairs = zip(places, np.atleast_1d(before), np.atleast_1d(now), strict=True)
            for place, old, new in pairs:
                if abs(new - old) > 1e-9:
                    times = sum(c.lever == lever and c.where == place for _, c in self.trace)
                    meaning = PRACTICE_RANGES[lever].meaning
                    rows.append((lever, meaning, place, round(old, 3), round(new, 3), times))
        return pd.DataFrame(
            rows, columns=["lever", "meaning", "stage", "before", "now", "times_changed"]
        )


def dialect_distance(one: Dialect, other: Dialect) -> float:
    """Return how far the settings of two dialects lie apart (root mean square, scale of ranges).

    Parameters
    ----------
    one, other : Dialect
        Of pathways with the same number of stages.
    """
    settings = (stack_practices([each.settings]) for each in (one, other))
    return float(settings_distance(*settings)[0])


@dataclass(frozen=True)
class Journey:
    """The 48 months of one place.

    Attributes
    ----------
    context : Context
        The place.
    runs : Journeys
        The arrays behind it, one row.
    """

    context: Context
    runs: Journeys = field(repr=False)

    @cached_property
    def dialect(self) -> Dialect:
        """What this journey leaves behind."""
        return Dialect(
            self.context.name,
            self.context.stages,
            self._practice(0),
            self._practice(MONTHS),
            tuple((m, c) for m in range(MONTHS) if (c := self.change(m)) is not None),
        )

    def change(self, month: int) -> Change | None:
        """Return the change made in a month, if one was."""
        told = self.runs
        logic, move, stage = (int(each[0, month]) for each in (told.logic, told.move, told.stage))
        if min(logic, move) < 0:
            return None
        before, after = self._practice(month), self._practice(month + 1)
        return list(LOGICS.values())[logic].word(self.context, before, after, move, stage, 0.0)

    def _practice(self, month: int) -> Practice:
        """Return the settings at the start of a month (48: the end)."""
        return practice_from(self.runs.practices[month], 0)


def typical(*records: np.ndarray) -> int:
    """Return which run is played where one stands for many.

    Parameters
    ----------
    *records : array (n, months)
        What was recorded in each of n runs, one array for each way.

    Returns
    -------
    int
        The run whose records stay nearest to the middle ones of all runs, over all months and
        ways: the least sum of squares.
    """
    away = [((each - np.median(each, axis=0)) ** 2).sum(1) for each in records]
    return int(np.sum(away, axis=0).argmin())


def journey(
    context: Context,
    practice: Practice,
    mode: str = "contextualise",
    approach: str | None = None,
    *,
    noise: int = 1,
) -> Journey:
    """Take one place through 48 months, with nobody to copy.

    Parameters
    ----------
    context, practice : Context, Practice
        What the place is, and what it does at the start.
    mode : str
        A key of `MODES`.
    approach : str, optional
        The logic, for the modes that use one.
    noise : int
        The seed of the chance; give the same to journeys that are compared.
    """
    c, x = stack_contexts([context]), stack_practices([practice])
    return Journey(context, run(c, x, [Programme(mode, approach)], draw_noise(noise)))
