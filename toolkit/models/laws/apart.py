"""Do dialects drift apart as places do? Pairs of random places, near and far, under one logic."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from toolkit.models.journeys import Programme, draw_noise, run
from toolkit.models.laws.world import joined
from toolkit.models.pathway import (
    PracticeArrays,
    context_between,
    distance,
    draw_context,
    stack_contexts,
    stack_practices,
    usual_practice,
)

SEED = 8


class Pairs(NamedTuple):
    """Pairs of places, one a row.

    Attributes
    ----------
    places : array (n,)
        How far the two places lie apart (`distance`).
    start : PracticeArrays
        The settings with which both places begin.
    ends : tuple of PracticeArrays
        The settings with which the one ends, and the other.
    """

    places: np.ndarray
    start: PracticeArrays
    ends: tuple[PracticeArrays, PracticeArrays]


@cache
def pairs(logic: str, n: int, more: int = 0) -> Pairs:
    """Return pairs of places, and the settings that a logic leaves in them.

    Parameters
    ----------
    logic : str
        The approach that both places of a pair use for four years, from the same settings.
    n : int
        Number of pairs; in each, the one lies a random share of the way to a third place.
    more : int
        How far the seed of the other's luck is from the one's: 0 is the same luck.
    """
    rng = np.random.default_rng(SEED)
    places = [draw_context(rng) for _ in range(2 * n)]
    ones, share = places[:n], rng.uniform(0, 1, n)
    others = [context_between(*way) for way in zip(ones, places[n:], share, strict=True)]
    start = stack_practices(
        usual_practice(c, np.random.default_rng([SEED, i])) for i, c in enumerate(ones)
    )
    both = joined([stack_contexts(ones), stack_contexts(others)])
    luck = joined([draw_noise(SEED, n), draw_noise(SEED + more, n)])
    grown = run(both, joined([start] * 2), [Programme("contextualise", logic)], luck)
    return Pairs(
        np.array([distance(a, b) for a, b in zip(ones, others, strict=True)]),
        start,
        (grown.rows(slice(n)).end, grown.rows(slice(n, None)).end),
    )
