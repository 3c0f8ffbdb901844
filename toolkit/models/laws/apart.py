"""Do dialects drift apart as places do? Pairs of random places, near and far, under one logic."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from toolkit.models.journeys import Programme, draw_noise, run, settings_distance
from toolkit.models.laws.world import joined
from toolkit.models.pathway import (
    context_between,
    distance,
    draw_context,
    stack_contexts,
    stack_practices,
    usual_practice,
)

SEED = 8


@cache
def pairs(logic: str, alike: bool, n: int) -> pd.DataFrame:
    """Return how far places lie apart, and the dialects that a logic leaves in them.

    Parameters
    ----------
    logic : str
        The approach that both places of a pair use for four years, with the same chance.
    alike : bool
        Whether the two begin with the same habits, or each with habits of its own.
    n : int
        Number of pairs; in each, the one lies a random share of the way to a third place.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``places`` (`distance`), ``at the start`` and ``dialects``
        (`settings_distance`).
    """
    rng = np.random.default_rng(SEED)
    places = [draw_context(rng) for _ in range(2 * n)]
    ones, share = places[:n], rng.uniform(0, 1, n)
    others = [context_between(*way) for way in zip(ones, places[n:], share, strict=True)]
    one, other = (
        stack_practices(
            usual_practice(c, np.random.default_rng([SEED, i])) for i, c in enumerate(each)
        )
        for each in (ones, ones if alike else others)
    )
    both = joined([stack_contexts(ones), stack_contexts(others)])
    luck = joined([draw_noise(SEED, n)] * 2)
    grown = run(both, joined([one, other]), [Programme("contextualise", logic)], luck)
    return pd.DataFrame(
        {
            "places": [distance(a, b) for a, b in zip(ones, others, strict=True)],
            "at the start": settings_distance(one, other),
            "dialects": settings_distance(
                *(grown.rows(half).end for half in (slice(n), slice(n, None)))
            ),
        }
    )
