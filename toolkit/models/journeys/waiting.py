"""Who waits: a list that is carried over from month to month, as `perform_arrays` does not."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

import numpy as np

from toolkit.models.journeys.engine import Journeys
from toolkit.models.journeys.settings import MONTHS
from toolkit.models.pathway import (
    DEFAULTS,
    Assumptions,
    ContextArrays,
    PerformanceArrays,
    PracticeArrays,
    perform_arrays,
)
from toolkit.models.pathway.performance import accepted, fluid

WEEKS = 52 / 12  # in a month
ENDLESS = 100  # times as many referrals: nobody who could treat is ever short of people


class Waiting(NamedTuple):
    """Who waits at n places, (n, 48) each: at the end of a month, or in it.

    ``standing`` people have been accepted and are not done; ``wait`` weeks lie before somebody who
    comes then; ``treated`` are done in the month, ``declined`` are turned away in it, and care
    would have helped ``missed`` of them.
    """

    standing: np.ndarray
    wait: np.ndarray
    treated: np.ndarray
    declined: np.ndarray
    missed: np.ndarray


def backlog(come: np.ndarray, able: np.ndarray) -> np.ndarray:
    """Return how many are left over after each month.

    Parameters
    ----------
    come, able : array of shape (..., months)
        How many people come in each month, and how many could be treated in it.

    Returns
    -------
    array of shape (..., months)
        Nobody is left over at the start; who is left over at the end of a month waits on.

    Examples
    --------
    >>> backlog(np.array([10, 10, 10, 10]), np.array([8, 8, 13, 13]))
    array([2., 4., 1., 0.])
    """
    more = np.moveaxis(np.asarray(come - able, float), -1, 0)
    left = accumulate(more, lambda over, change: np.maximum(over + change, 0), initial=0 * more[0])
    return np.stack([*left][1:], axis=-1)


def able(
    x: PracticeArrays,
    c: ContextArrays,
    mastery: np.ndarray | float = 0.0,
    a: Assumptions = DEFAULTS,
) -> np.ndarray:
    """Return how many people a week could be treated if somebody always waited."""
    # a crowd costs capacity: where all who come can be treated without one, they are
    crowded = perform_arrays(x, c._replace(demand=ENDLESS * c.demand), mastery, a).throughput
    return np.maximum(crowded, perform_arrays(x, c, mastery, a).throughput)


def inside(p: PerformanceArrays, a: Assumptions = DEFAULTS) -> np.ndarray:
    """Return the weeks from entry to the end without any backlog."""
    return p.lead_time - p.gate_wait - fluid(p.utilisation, a).sum(-1)


def waiting(journeys: Journeys, contexts: ContextArrays, a: Assumptions = DEFAULTS) -> Waiting:
    """Return who waits along journeys that began without a backlog.

    Parameters
    ----------
    journeys : Journeys
        n rows.
    contexts : ContextArrays
        Their places, n rows.
    a : Assumptions
        The constants.

    Notes
    -----
    A month's settings say how many people could be treated if somebody always waited. Whoever has
    been accepted beyond that waits on. `perform_arrays` averages such a backlog over a year from an
    empty start instead, and only over the people who are treated.
    """
    months = []
    for month in range(MONTHS):
        x, mastery = journeys.practices[month], journeys.mastery[:, month, None]
        needed, low = accepted(x, contexts, a)
        helped, rest = contexts.demand * needed, contexts.demand * low
        could = able(x, contexts, mastery, a)
        months.append(np.stack([(helped + rest)[:, 0], helped[:, 0], could]))
    come, helped, could = WEEKS * np.stack(months, axis=-1)
    left = backlog(come, could)
    whole, through = WEEKS * contexts.demand, inside(journeys.performance, a)
    return Waiting(
        standing=left + journeys.performance.throughput * through,
        wait=WEEKS * left / could + through,
        treated=come - np.diff(left, axis=1, prepend=0),
        declined=whole - come,
        missed=whole * (1 - contexts.low_benefit) - helped,
    )
