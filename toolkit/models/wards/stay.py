"""What a played hospital shows: a person's hours place by place, and who waited too long."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from toolkit.models.wards.hospital import DAY, Hospital

PATIENCE = 4  # hours from the decision to admit to a bed


@dataclass(frozen=True, eq=False, repr=False)
class Stay:
    """What was counted hour by hour, after the hospital had settled.

    Parameters
    ----------
    hospital : Hospital
        What was played.
    settled : int
        Hours that were played before.
    came, let_in, decided, admitted, left, out : ndarray, shape (runs, hours)
        People in each hour of the whole run: who came, was let in at the front door, was to be
        admitted, got a bed, left the hospital, and of these left to a place in the community.
    assessing, waiting, in_bed, ready : ndarray, shape (runs, hours)
        People at the end of each hour: being assessed, waiting for a bed, in a bed, and of these
        ready to leave.
    lengths : dict of str to ndarray, shape (runs,)
        Mean hours of ``tests`` and ``treat`` drawn for those admitted in the time counted.
    drawn : dict of str to ndarray, shape (runs, people)
        What chance gave: hours of ``assess`` by the order in which people were let in; hours of
        ``tests`` and ``treat``, and 1 for whoever ``needs_place``, by the order of the decisions.
    """

    hospital: Hospital
    settled: int
    came: np.ndarray
    let_in: np.ndarray
    decided: np.ndarray
    admitted: np.ndarray
    left: np.ndarray
    out: np.ndarray
    assessing: np.ndarray
    waiting: np.ndarray
    in_bed: np.ndarray
    ready: np.ndarray
    lengths: dict[str, np.ndarray]
    drawn: dict[str, np.ndarray]

    def __repr__(self) -> str:
        """Say what was played."""
        runs, hours = self.came.shape
        return f"Stay({runs} runs of {hours // DAY} days)"

    def _each_day(self, what: np.ndarray) -> np.ndarray:
        return DAY * what[:, self.settled :].mean(axis=1)

    def _hours_each(self, inside: np.ndarray, through: np.ndarray) -> np.ndarray:
        """Return mean hours by Little's law: people there over people passing through an hour."""
        passed = np.maximum(through[:, self.settled :].mean(axis=1), 1e-9)
        return inside[:, self.settled :].mean(axis=1) / passed

    @cached_property
    def journey(self) -> dict[str, np.ndarray]:
        """Mean hours of one admitted person, place by place, in each run."""
        return {
            "front door": self._hours_each(self.assessing, self.decided),
            "waiting for a bed": self._hours_each(self.waiting, self.admitted),
            "diagnostics": self.lengths["tests"],
            "wards": self.lengths["treat"],
            "ready, still in bed": self._hours_each(self.ready, self.left),
        }

    def late(self, hours: int = PATIENCE) -> np.ndarray:
        """Return the share of people who wait longer than that for a bed, in each run.

        Parameters
        ----------
        hours : int, default 4
            Whole hours from the decision to admit; 0 counts who gets no bed in the same hour.

        Returns
        -------
        ndarray, shape (runs,)
            Shares, 0 to 1.
        """
        wanted, given = self.decided.cumsum(axis=1), self.admitted.cumsum(axis=1)
        since = slice(self.settled, wanted.shape[1] - hours)
        before = (wanted - self.decided)[:, since]
        # First come, first served: who is decided on in an hour, and is not among those with a bed
        # that many hours later, has waited longer.
        in_time = np.maximum(given[:, self.settled + hours :], before)
        waited = np.maximum(wanted[:, since] - in_time, 0).sum(axis=1)
        return waited / np.maximum(self.decided[:, since].sum(axis=1), 1)

    @property
    def occupancy(self) -> np.ndarray:
        """Share of the beds in use, in each run."""
        return self.in_bed[:, self.settled :].mean(axis=1) / self.hospital.beds

    @property
    def sent_on(self) -> np.ndarray:
        """People a day who are sent on to another hospital, in each run."""
        return self._each_day(self.came - self.let_in)

    @property
    def served(self) -> np.ndarray:
        """People a day who get a bed, in each run."""
        return self._each_day(self.admitted)

    @property
    def places_used(self) -> np.ndarray:
        """Share of the places in the community that are taken, in each run."""
        return self._each_day(self.out) / max(self.hospital.places, 1e-9)

    @property
    def for_care(self) -> np.ndarray:
        """Mean hours in bed, once ready, of a person who needs a place, in each run."""
        return self._hours_each(self.ready, self.out)

    @property
    def ready_in_bed(self) -> np.ndarray:
        """People ready to leave and still in bed, on average, in each run."""
        return self.ready[:, self.settled :].mean(axis=1)
