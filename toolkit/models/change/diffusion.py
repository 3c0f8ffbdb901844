"""How improvement and its methods spread and fade: half-life, capability trap, Bass.

Closed forms and one short integration; each is a published model in its smallest form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.models.queues.draws import Checked, checked
from toolkit.text.words import Words

WORDS = Words("toolkit.models.change")
# Months in which a gap halves: Schneiderman’s matrix of averages. His page shows it as an image;
# the corners 1 and 22 stand in its text, the seven others are known to us from memory only.
UNITS, CRAFTS = tuple(WORDS["units"]), tuple(WORDS["crafts"])
HALF_LIVES = dict(
    zip(((u, c) for u in UNITS for c in CRAFTS), (1, 3, 5, 7, 9, 11, 14, 18, 22), strict=True)
)
CORNERS = ((UNITS[0], CRAFTS[0]), (UNITS[-1], CRAFTS[-1]))

# Bass's p and q, per year: averages of many studies of new products, as reported second-hand.
INNOVATION, IMITATION = 0.03, 0.38


def half_life(start: float, least: float, months: np.ndarray, half: float) -> np.ndarray:
    """Return the level after some months when the gap halves every ``half`` months.

    Parameters
    ----------
    start, least : float
        Level today, and the least that can be reached.
    months : array
        Months from today.
    half : float
        Months in which the gap halves; from 1 (one unit, simple work) to 22 (several
        organisations, complex work).

    Returns
    -------
    array
        ``least + (start - least) 2^(-months/half)`` (Schneiderman).

    Raises
    ------
    ValueError
        If the half-life is not above zero.
    """
    if half <= 0:
        raise ValueError(f"A half-life is a number of months above zero; it was given as {half}.")
    return least + (start - least) * 2.0 ** (-np.asarray(months, dtype=float) / half)


@dataclass(frozen=True)
class CapabilityTrap(Checked):
    """Work harder or work smarter: output ``Y = (1 - s)C``, capability ``dC/dt = gs - C/τ``.

    The smallest model with the loops of Repenning & Sterman (2001); the formulation is ours.

    Parameters
    ----------
    gain : float
        Capability made per unit of time when all time goes into improvement (g).
    life : float
        How long capability lasts (τ).

    Raises
    ------
    ValueError
        If either is not above zero.
    """

    gain: float = checked(1.0, above=True)
    life: float = checked(1.0, above=True)

    def steady_output(self, share: float | np.ndarray) -> float | np.ndarray:
        """Return the output that lasts when this share of time goes into improvement."""
        return self.gain * self.life * share * (1 - share)

    def output(self, before: float, after: float, times: np.ndarray) -> np.ndarray:
        """Return output over time when the share is changed at time 0 from a steady state.

        Parameters
        ----------
        before, after : float
            Share of time for improvement, 0 to 1.
        times : array
            Times from the change, in the unit of ``life``.
        """
        start, end = (self.gain * self.life * s for s in (before, after))
        t = np.asarray(times, dtype=float)
        return (1 - after) * (end + (start - end) * np.exp(-t / self.life))

    def level(self, before: float, after: float, times: np.ndarray) -> np.ndarray:
        """Return output over time as a share of what it was before the change.

        Parameters
        ----------
        before, after : float
            As in `output`; the first above 0 and below 1.
        times : array
            As in `output`; before the change, below 0, the share is 1.
        """
        t = np.asarray(times, dtype=float)
        changed = self.output(before, after, np.maximum(t, 0)) / self.steady_output(before)
        return np.where(t < 0, 1.0, changed)

    def crossing(self, before: float, after: float) -> float:
        """Return the time at which output is back at its old level.

        Parameters
        ----------
        before, after : float
            Share of time for improvement, above 0 and below 1, and different from each other.
        """
        level = before * (1 - before) / (1 - after)
        return float(-self.life * np.log((level - after) / (before - after)))

    def kept_share(
        self, capability: float | np.ndarray, share: float, target: float
    ) -> float | np.ndarray:
        """Return the share of time for improvement that is left under pressure for output.

        Parameters
        ----------
        capability : float or array
            Capability of the moment.
        share : float
            Share of time for improvement when there is no pressure.
        target : float
            Output that is demanded.

        Returns
        -------
        float or array
            The root of ``s = share · min(1, Y/target)²``, with ``Y = (1 - s) · capability``.
        """
        pull = share * (np.asarray(capability, dtype=float) / target) ** 2
        root = (2 * pull + 1 - np.sqrt(4 * pull + 1)) / np.maximum(2 * pull, 1e-12)
        return np.where((1 - share) * np.asarray(capability) >= target, share, root)

    def under_pressure(
        self,
        share: float,
        target: float,
        pause: int,
        luck: np.ndarray,
        start: float | None = None,
    ) -> np.ndarray:
        """Return output when improvement is stopped for a while, and then left to pressure.

        Parameters
        ----------
        share, target : float
            As in `kept_share`.
        pause : int
            Steps during which no time at all goes into improvement.
        luck : array (runs, steps)
            How much more or less than usual each step yields; 1 is as usual.
        start : float, optional
            Capability at the start; by default that of the steady state of ``share``.

        Returns
        -------
        array (runs, steps)
            Output of each step; capability moves by the exact solution within it.
        """
        runs, steps = luck.shape
        made = np.full(runs, self.gain * self.life * share if start is None else start)
        output = np.empty((runs, steps))
        fade = np.exp(-1 / self.life)
        for step in range(steps):
            here = made * luck[:, step]
            kept = np.zeros(runs) if step < pause else self.kept_share(here, share, target)
            output[:, step] = (1 - kept) * here
            end = self.gain * self.life * kept
            made = end + (made - end) * fade
        return output

    def tipping_point(self, share: float, target: float) -> float:
        """Return the capability below which pressure for output drives improvement out.

        Parameters
        ----------
        share : float
            Share of time for improvement when there is no pressure.
        target : float
            Output that is demanded; below it the share falls with the square of the shortfall.

        Returns
        -------
        float
            The unstable steady state (not a number if there is none).
        """
        # in a steady state the share is what keeps capability as it is: s = C/gτ
        kept = np.linspace(1e-4, share, 20_001)
        output = self.steady_output(kept)
        left = share * np.minimum(1.0, output / target) ** 2 - kept
        up = np.flatnonzero((left[:-1] < 0) & (left[1:] >= 0))
        return float(self.gain * self.life * kept[up[0] + 1]) if len(up) else float("nan")

    def stands(self, share: float, target: float) -> float:
        """Return how long improvement can stop so that pressure still lets it climb back.

        Parameters
        ----------
        share, target : float
            As in `tipping_point`; the start is the steady state of ``share``.

        Returns
        -------
        float
            The time in which capability fades to the tipping point, in the unit of ``life``.
        """
        start = self.gain * self.life * share
        return float(self.life * np.log(start / self.tipping_point(share, target)))


def bass(innovation: float, imitation: float, times: np.ndarray) -> np.ndarray:
    """Return the share of people who have adopted by each time.

    Parameters
    ----------
    innovation, imitation : float
        Bass's p and q, per year; on average `INNOVATION` and `IMITATION`.
    times : array
        Years from the start.
    """
    rate = innovation + imitation
    fade = np.exp(-rate * np.asarray(times, dtype=float))
    return (1 - fade) / (1 + imitation / innovation * fade)


def spread(
    innovation: float,
    imitation: float,
    people: int,
    months: int,
    runs: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return how many use a method month by month when each person decides by chance.

    Parameters
    ----------
    innovation, imitation : float
        Bass's p and q, per year.
    people, months, runs : int
        How many there are, how long it is followed, how often it is played.
    rng : numpy.random.Generator
        The chance.

    Returns
    -------
    array (runs, months + 1) of int64
        Users at the end of each month, starting from none; their mean share is near `bass`.
    """
    users = np.zeros((runs, months + 1), dtype=np.int64)
    for month in range(months):
        rate = (innovation + imitation * users[:, month] / people) / 12
        users[:, month + 1] = users[:, month] + rng.binomial(
            people - users[:, month], 1 - np.exp(-rate)
        )
    return users
