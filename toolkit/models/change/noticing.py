"""How long until somebody notices: a problem in a step of work, a rise in a noisy record.

A step that is specified, connected directly and reached by one path shows its problems sooner; a
rise shows sooner the larger it is against the noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from toolkit.models.queues.draws import Checked, checked

# How often whoever does the step sees that something is wrong: where everybody does it their own
# way a fault looks like habit, where the step is specified it stands out (illustrative).
SEEN_IF_SPECIFIED, SEEN_OTHERWISE = 0.9, 0.15
GETS_THROUGH = 0.5  # illustrative: share of problems that, told at handover, reach who can act
HANDOVER = 12.0  # illustrative: hours from one handover to the next
PATHS = 3  # illustrative: ways that lead round where there is no single path


@dataclass(frozen=True)
class WorkStep(Checked):
    """A step of work, and which of the three rules of design it keeps (Spear & Bowen 1999).

    Parameters
    ----------
    specified : bool
        Content, sequence, timing and outcome are laid down (rule 1).
    direct : bool
        A request goes straight to who can act, and is answered yes or no (rule 2); otherwise it
        waits for the next handover, where half are lost.
    simple : bool
        One path leads through the step (rule 3); otherwise three do, and a problem lies on one.
    every : float
        Hours from one doing of the step to the next.

    Raises
    ------
    ValueError
        If ``every`` is not above zero.
    """

    specified: bool = False
    direct: bool = False
    simple: bool = False
    every: float = checked(4.0, called="every, in hours,", above=True)

    @property
    def chance(self) -> float:
        """The chance that one doing of the step brings the problem to somebody who can act."""
        seen = SEEN_IF_SPECIFIED if self.specified else SEEN_OTHERWISE
        return seen * (1 if self.direct else GETS_THROUGH) / (1 if self.simple else PATHS)

    def hours(self, shape: int | tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """Draw the hours until problems are seen.

        Parameters
        ----------
        shape : int or tuple of int
            How many problems.
        rng : numpy.random.Generator
            The chance; problems begin at any moment between two doings.

        Returns
        -------
        array
            Hours, of that shape.
        """
        doings = rng.geometric(self.chance, shape)
        told = 0 if self.direct else rng.uniform(0, HANDOVER, shape)
        return self.every * (doings - rng.random(shape)) + told


BY_CHANCE = 0.05  # how often a flat record may seem to rise
FINE = 301  # points at which chance is added up


@cache
def _spreads(free: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how large a standard deviation may come out, over the true one, and how likely."""
    s = np.linspace(1e-9, 1 + 7 / math.sqrt(free), FINE)
    half = free / 2
    log = math.log(2) + half * math.log(half) - math.lgamma(half)
    chance = np.exp(log + (free - 1) * np.log(s) - half * s**2) * (s[1] - s[0])
    chance[0] /= 2  # the trapezium rule; the other end is as good as zero
    return s, chance


def _below(t: float, free: int, true: float = 0.0) -> float:
    """Return the chance that a slope comes out less than ``t`` of its standard errors above zero.

    Parameters
    ----------
    t : float
        Standard errors, as judged from the record.
    free : int
        Degrees of freedom: months less two.
    true : float
        Where the slope really is, in true standard errors.

    Returns
    -------
    float
        From the (noncentral) t distribution, added up over what the noise may come out as.
    """
    s, chance = _spreads(free)
    normal = [0.5 * (1 + math.erf((t * each - true) / math.sqrt(2))) for each in s]
    return float(np.dot(normal, chance))


@cache
def errors_needed(months: int) -> float:
    """Return by how many standard errors a slope must lie above zero to be called a rise.

    Parameters
    ----------
    months : int
        Months in the record, at least four.

    Returns
    -------
    float
        The 95% quantile of Student's t with ``months - 2`` degrees of freedom: a flat record seems
        to rise one time in twenty, whatever its length.

    Raises
    ------
    ValueError
        If there are fewer than four months.

    Examples
    --------
    >>> [round(errors_needed(months), 3) for months in (6, 12, 24)]
    [2.132, 1.812, 1.717]
    """
    if months < 4:
        raise ValueError(f"A slope and its noise need at least four months; {months} came in.")
    low, high = 1.6, 6.4  # from endless records to the shortest
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, months - 2) < 1 - BY_CHANCE else (low, middle)
    return high


def noisy_records(
    rise: float, noise: float, months: int, runs: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw records of a level that rises by the same share each month, under noise.

    Parameters
    ----------
    rise, noise : float
        Rise per month, and standard deviation of one month, as shares of the level.
    months, runs : int
        Months in a record, and how many records.
    rng : numpy.random.Generator
        The chance.

    Returns
    -------
    array (runs, months)
        What is recorded; the level starts at 100.
    """
    chance = noise * rng.standard_normal((runs, months))
    return 100 * np.exp(rise * np.arange(months) + chance)


def slope_error(noise: float, months: int) -> float:
    """Return the standard error of the slope through a noisy record.

    Parameters
    ----------
    noise : float
        Standard deviation of one month around the line, as a share of its level.
    months : int
        Months in the record, at least two.

    Returns
    -------
    float
        Share of the level per month.
    """
    return noise / math.sqrt(months * (months**2 - 1) / 12)


def missed_rises(rise: float, noise: float, months: int) -> float:
    """Return the share of real rises that do not show beyond the noise.

    Parameters
    ----------
    rise : float
        True rise per month, as a share of the level.
    noise : float
        As in `slope_error`; it is judged from the same record, as in real life.
    months : int
        Months looked at, at least four.

    Returns
    -------
    float
        Share from 0 to 1: how often a ceiling is called where there is none.
    """
    return _below(errors_needed(months), months - 2, rise / slope_error(noise, months))


def months_needed(rise: float, noise: float, missed: float = 0.1) -> int:
    """Return how many months must be looked at so that few real rises are missed.

    Parameters
    ----------
    rise, noise : float
        As in `missed_rises`; the rise above zero.
    missed : float, default 0.1
        Share of real rises that may be missed.

    Returns
    -------
    int
        Months, at least four.

    Raises
    ------
    ValueError
        If the rise is not above zero: what does not rise cannot be missed.
    """
    if rise <= 0:
        raise ValueError(f"The rise must be above zero to be noticed at all; it was {rise}.")
    months = 4
    while missed_rises(rise, noise, months) > missed:
        months += 1
    return months
