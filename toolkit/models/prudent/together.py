"""Work that people share: patients and carers take up tasks once supported, and support takes time.

The smallest honest case: two groups, one with the means to take up much, one with little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.models.queues.draws import Checked, check_number, checked

ORDERS = ("most", "least", "both")  # those who can take up most, or least; both side by side
FREED = ("alike", "need")  # everybody alike, or whoever has most left undone


@dataclass(frozen=True)
class Kin(Checked):
    """People in one situation, with those around them.

    Parameters
    ----------
    name : str
        Who they are.
    people : int
        How many.
    work : float
        Hours of care that each needs in a week.
    means : float
        Share of the work that can be shared which they can and want to take up, once supported.
    """

    name: str
    people: int = checked(low=1, whole=True)
    work: float = checked(above=True)
    means: float = checked(high=1)


@dataclass(frozen=True)
class Team(Checked):
    """A team that looks after two groups.

    Parameters
    ----------
    groups : sequence of Kin
        Two groups.
    hours : float
        Hours that the team has in a week.
    only : float
        Share of the work that only a professional can do.
    support : float
        Hours of support, once, before a person can take up work.
    """

    groups: Sequence[Kin]
    hours: float = checked()
    only: float = checked(high=1)
    support: float = checked(above=True)

    def __post_init__(self) -> None:
        """Refuse a team that cannot be."""
        super().__post_init__()
        if len(self.groups) != 2:
            raise ValueError(f"There are two groups here; {len(self.groups)} came in.")

    @property
    def own(self) -> np.ndarray:
        """Hours that a supported person of each group does in a week."""
        return np.array([(1 - self.only) * g.means * g.work for g in self.groups])

    @property
    def weeks_to_pay(self) -> np.ndarray:
        """Weeks until what a person does equals what the support took; infinite if never."""
        return np.divide(self.support, self.own, out=np.full(2, np.inf), where=self.own > 0)

    def _given(self, left: np.ndarray, hours: float, freed: str) -> np.ndarray:
        """Return the team's hours for one person of each group."""
        people = np.array([g.people for g in self.groups])
        if hours >= people @ left:
            return left
        if freed == "need":
            # All who get any end with the same left undone; a group with less than that gets none.
            undone = (people @ left - hours) / people.sum()
            if undone <= left.min():
                return left - undone
            given = np.zeros(2)
            most = int(left.argmax())
            given[most] = hours / people[most]
            return given
        each = np.minimum(left, hours / people.sum())
        short = int((left - each).argmax())
        each[short] += (hours - people @ each) / people[short]
        return each

    def more_undone(self, start: np.ndarray, found: pd.DataFrame) -> np.ndarray:
        """Return the hours left undone since the start, over and above what they would have been.

        Parameters
        ----------
        start : array
            What was left undone in a week before, a person of each group.
        found : DataFrame
            As `run` returns it.

        Returns
        -------
        array
            Added up, week by week; below zero once support has paid.
        """
        people = np.array([g.people for g in self.groups])
        undone = found[[g.name for g in self.groups]].to_numpy()
        return ((undone - np.asarray(start)) @ people).cumsum()

    def run(self, weeks: int, a_week: float, order: str, freed: str) -> pd.DataFrame:
        """Return what is left undone, week by week.

        Parameters
        ----------
        weeks : int
            How many weeks.
        a_week : float
            Hours a week for support, as long as somebody waits for it; at most all there are.
        order : str
            Who is supported first, one of `ORDERS`.
        freed : str
            Who gets the team's hours, one of `FREED`.

        Returns
        -------
        DataFrame
            Per week: ``supporting`` (hours), and for each group its ``undone`` hours a person
            (columns by name).

        Raises
        ------
        ValueError
            If the order, or who gets the hours, is unknown.
        """
        check_number("weeks", weeks, low=1, whole=True)
        check_number("a_week", a_week)
        if order not in ORDERS or freed not in FREED:
            raise ValueError(
                f"Order is one of {', '.join(ORDERS)}, freed one of {', '.join(FREED)}; "
                f"'{order}' and '{freed}' came in."
            )
        people = np.array([g.people for g in self.groups], float)
        work = np.array([g.work for g in self.groups])
        means = np.array([g.means for g in self.groups])
        first = int(means.argmax() if order == "most" else means.argmin())
        waiting = people * self.support  # hours of support still to give
        rows = []
        for week in range(1, weeks + 1):
            supported = 1 - waiting / (people * self.support)
            able = min(a_week, self.hours, waiting.sum())
            if order == "both":
                given = able * waiting / waiting.sum() if able else np.zeros(2)
            else:
                given = np.zeros(2)
                given[first] = min(able, waiting[first])
                given[1 - first] = able - given[first]
            left = work - supported * self.own
            undone = left - self._given(left, self.hours - able, freed)
            rows.append((week, able, *undone))
            waiting = np.maximum(waiting - given, 0)
        return pd.DataFrame(rows, columns=["week", "supporting", *(g.name for g in self.groups)])
