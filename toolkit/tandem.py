"""Servers in series in continuous time, to hold the lines of this course against queue theory.

Patient i leaves server k at max(when the server is free, when i arrives there) + service time:
one recursion, played for all runs at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.draws import Spread, number

# Numbers drawn at a time per station: 64 kB, a share of the fast memory of a small computer.
CACHED = 2**13


@dataclass(frozen=True, eq=False, repr=False)
class Journeys:
    """When each patient came into the line, and left every station.

    Parameters
    ----------
    entered : ndarray, shape (runs, patients)
        When each was let into the line.
    left : ndarray, shape (runs, patients, stations)
        When each left each station (after being blocked, if the next had no room).
    began_last : ndarray, shape (runs, patients), or None
        When service began at the last station, if that has several servers.
    """

    entered: np.ndarray
    left: np.ndarray
    began_last: np.ndarray | None = None

    def __repr__(self) -> str:
        """Say what was played."""
        runs, patients, stations = self.left.shape
        return f"Journeys({stations} stations, {patients} patients, {runs} runs)"

    @property
    def waits(self) -> np.ndarray:
        """Time waited before each station, shape (runs, patients, stations)."""
        came = np.concatenate([self.entered[:, :, None], self.left[:, :, :-1]], axis=2)
        # Nobody waits longer than until the patient before has gone.
        waits = np.zeros_like(came)
        np.maximum(self.left[:, :-1] - came[:, 1:], 0, out=waits[:, 1:])
        if self.began_last is not None:
            waits[:, :, -1] = self.began_last - came[:, :, -1]
        return waits

    @property
    def lead_time(self) -> np.ndarray:
        """Time from entering to leaving the line, shape (runs, patients)."""
        return self.left[:, :, -1] - self.entered

    def throughput(self, skip: int = 0) -> np.ndarray:
        """Return patients out per unit of time in each run, leaving out the first ``skip``.

        Parameters
        ----------
        skip : int, default 0
            Patients of the warm-up; with 0 the clock starts at 0.
        """
        done = np.sort(self.left[:, :, -1], axis=1)
        number("skip", skip, high=done.shape[1] - 1, whole=True)
        since = done[:, skip - 1] if skip else 0.0
        return (done.shape[1] - skip) / (done[:, -1] - since)

    def little(self) -> pd.DataFrame:
        """Return both sides of Little's law for each run, each counted in its own way.

        Returns
        -------
        DataFrame
            ``L`` is the time average of patients in the line, from walking through every entry and
            exit in order of time; ``λ`` patients per unit of time and ``W`` mean lead time come
            from the patients. From the first entry at 0 to the last exit, L = λW exactly.
        """
        done = self.left[:, :, -1]
        events = np.concatenate([self.entered, done], axis=1)
        order = np.argsort(events, axis=1, kind="stable")
        step = np.where(order < done.shape[1], 1, -1)
        times = np.take_along_axis(events, order, axis=1)
        inside = np.cumsum(step, axis=1)[:, :-1]
        end = done.max(axis=1)
        area = (inside * np.diff(times, axis=1)).sum(axis=1)
        rate = done.shape[1] / end
        return pd.DataFrame({"L": area / end, "λ": rate, "W": self.lead_time.mean(axis=1)})


def tandem(
    arrivals: Spread | None,
    services: tuple[Spread, ...],
    patients: int,
    runs: int,
    seed: int | np.random.Generator,
    *,
    servers: int = 1,
    buffers: tuple[int | None, ...] | None = None,
    cap: int | None = None,
) -> Journeys:
    """Play servers in series, first come first served, from an empty start.

    Parameters
    ----------
    arrivals : Spread or None
        Times between arrivals; None means that somebody is always waiting at the door.
    services : tuple of Spread
        Service times at each station.
    patients, runs : int
        Patients per run, and independent runs.
    seed : int or numpy.random.Generator
        The same seed gives the same result.
    servers : int, default 1
        Servers at the last station. All other stations have one: behind several servers patients
        overtake each other, and this recursion needs them in order.
    buffers : tuple of (int or None), optional
        Room to wait before each station from the second on, the server itself not counted; None
        means no limit. A patient who finds no room stays and blocks the server (blocking after
        service).
    cap : int, optional
        Patients allowed in the line at a time (CONWIP). With ``arrivals=None`` this is the closed
        line of :func:`toolkit.queueing.practical_worst_case`.

    Returns
    -------
    Journeys
        Times by run, patient and station.

    Examples
    --------
    >>> line = tandem(Spread(5), (Spread(3), Spread(4)), patients=3, runs=1, seed=1)
    >>> line.left[0, :, -1]
    array([12., 17., 22.])
    """
    if arrivals is not None and not isinstance(arrivals, Spread):
        raise TypeError(f"arrivals must be Spread(mean, cv) or None; {arrivals!r} came in.")
    if (
        not isinstance(services, tuple)
        or not services
        or not all(isinstance(service, Spread) for service in services)
    ):
        raise TypeError(
            f"services must be a list of Spread(mean, cv) in round brackets; {services!r} came in."
        )
    number("patients", patients, low=1, whole=True)
    number("runs", runs, low=1, whole=True)
    number("servers", servers, low=1, whole=True)
    last = len(services) - 1
    room = (None,) * last if buffers is None else tuple(buffers)
    if len(room) != last:
        raise ValueError(f"{last + 1} stations have {last} buffers between them; {room} came in.")
    for buffer in room:
        if buffer is not None:
            number("Each buffer", buffer, whole=True)
    if cap is not None:
        number("cap", cap, low=1, whole=True)
    if servers > 1 and (cap is not None or (room and room[-1] is not None)):
        raise ValueError(
            "With several servers at the last station patients leave out of order, so neither cap "
            "nor a buffer before that station can be used; leave them as None."
        )

    rng = np.random.default_rng(seed)
    entered = np.zeros((patients, runs))
    if arrivals is not None:
        np.cumsum(arrivals.fill(rng, entered), axis=0, out=entered)
    left = np.empty((last + 1, patients, runs))
    began = np.empty((patients, runs)) if servers > 1 else None
    free, each = np.zeros((servers, runs)), np.arange(runs)
    gone = [np.zeros(runs)] * (last + 1)
    start = np.empty(runs)
    # Service times are drawn into the rows in which the exits are then written, a few patients
    # at a time, so that both happen in the processor's cache.
    block = max(1, CACHED // runs)
    for i in range(patients):
        if i % block == 0:
            for k, service in enumerate(services):
                service.fill(rng, left[k, i : i + block])
        here = entered[i]
        if cap is not None and i >= cap:
            np.maximum(here, left[last, i - cap], out=here)
        for k in range(last + 1):
            out = left[k, i]
            if k == last and began is not None:
                first = free.argmin(axis=0)
                np.maximum(free[first, each], here, out=began[i])
                out += began[i]
                free[first, each] = out
            else:
                np.maximum(gone[k], here, out=start)
                out += start
                if k < last and room[k] is not None and i > room[k]:
                    np.maximum(out, left[k + 1, i - room[k] - 1], out=out)
            gone[k] = here = out
    return Journeys(entered.T, left.transpose(2, 1, 0), None if began is None else began.T)
