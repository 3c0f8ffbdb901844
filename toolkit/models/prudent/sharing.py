"""Who gets the hours: a fixed budget shared among groups that differ in need and in what helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.models.queues.draws import Checked, check_number, checked

# The same for all; each next hour where it adds most; or to whoever is worst off; as people ask.
RULES = ("equal", "good", "need", "demand")
HALVINGS = 80  # of the range in which a level is looked for: beyond what a float can tell apart


@dataclass(frozen=True)
class NeedGroup(Checked):
    """People with one level of health and one capacity to benefit.

    Parameters
    ----------
    name : str
        Who they are.
    start : float
        Health without care, in points.
    benefit : float
        Capacity to benefit ``a``: so many hours ``x`` bring ``a * sqrt(x)`` points. The first hour
        brings most.
    demand : float
        How much this group asks for, against the others.
    """

    name: str
    start: float = checked()
    benefit: float = checked(above=True)
    demand: float = checked(1.0)


def share(groups: Sequence[NeedGroup], hours: float, rule: str) -> np.ndarray:
    """Return the hours that each group gets.

    Where each next hour goes to the largest gain, the gains of one more hour end up the same
    everywhere, and ``x_i = hours * a_i**2 / sum(a_j**2)``. Where it goes to whoever is worst off,
    everybody who gets any ends up at the same level of health.

    Parameters
    ----------
    groups : sequence of Group
        Those who could get some.
    hours : float
        The budget.
    rule : str
        One of `RULES`.

    Returns
    -------
    array
        Hours, in the order of the groups; they add up to the budget.

    Raises
    ------
    ValueError
        If the rule is unknown, or nobody asks for anything where demand decides.
    """
    check_number("hours", hours)
    benefit = np.array([group.benefit for group in groups])
    match rule:
        case "equal":
            parts = np.ones(len(groups))
        case "good":
            parts = benefit**2
        case "need":
            return _raised(np.array([group.start for group in groups]), benefit, hours)
        case "demand":
            parts = np.array([group.demand for group in groups])
        case _:
            raise ValueError(f"A rule is one of {', '.join(RULES)}; '{rule}' is none of them.")
    if parts.sum() == 0:
        raise ValueError("Nobody asks, so there is nothing to share by.")
    return hours * parts / parts.sum()


def _raised(start: np.ndarray, benefit: np.ndarray, hours: float) -> np.ndarray:
    """Return the hours that lift all who get any to one level, found by halving."""

    def wanted(level: float) -> np.ndarray:
        return (np.maximum(level - start, 0) / benefit) ** 2

    low, high = start.min(), start.min() + benefit.max() * np.sqrt(hours) + np.ptp(start)
    for _ in range(HALVINGS):
        level = (low + high) / 2
        low, high = (level, high) if wanted(level).sum() <= hours else (low, level)
    return wanted(low)


def health(groups: Sequence[NeedGroup], hours: Sequence[float]) -> np.ndarray:
    """Return the health of each group with so many hours, in points.

    Parameters
    ----------
    groups : sequence of Group
        The groups.
    hours : sequence of float
        What each gets.

    Returns
    -------
    array
        ``start + a * sqrt(x)``.
    """
    return np.array([g.start + g.benefit * np.sqrt(x) for g, x in zip(groups, hours, strict=True)])
