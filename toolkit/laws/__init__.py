"""What the model says in general: laws tried in many random pairs of places.

A law returns the share of draws in which it held and the contexts in which it failed;
`sensitivity` says which assumption turns it over, and how far that has to be moved.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from toolkit.approaches import FIVE
from toolkit.laws.copying import crossing, law_1, law_2, law_2b, law_3, law_8
from toolkit.laws.learning import law_9, law_9b
from toolkit.laws.logics import law_4, law_5, law_6, law_7
from toolkit.laws.sensitivity import moved, turning_points
from toolkit.laws.world import Verdict, World

__all__ = [
    "LAWS",
    "Verdict",
    "World",
    "by_logic",
    "crossing",
    "law_table",
    "moved",
    "sensitivity",
]

LAWS: dict[str, Callable[[World], Verdict]] = {
    "1": law_1, "2": law_2, "2b": law_2b, "3": law_3, "4": law_4,
    "5": law_5, "6": law_6, "7": law_7, "8": law_8, "9": law_9, "9b": law_9b,
}  # fmt: skip


def law_table(world: World) -> pd.DataFrame:
    """Return one row per law: wording, draws tried, share in which it held, what may be claimed."""
    rows = []
    for name, law in LAWS.items():
        v = law(world)
        rows.append((name, v.wording, int(v.tried.sum()), round(v.share, 3), v.strength))
    return pd.DataFrame(rows, columns=["law", "wording", "tried", "held", "claim"])


def by_logic(name: str, world: World) -> pd.DataFrame:
    """Return the share in which a law of copying (1, 2, 2b or 3) held, logic by logic.

    Once judged by value, which a single logic does not see whole, and once by its own measure.
    """
    law: Callable[..., Verdict] = LAWS[name]
    rows = [
        (logic, round(law(world, logic).share, 3), round(law(world, logic, logic).share, 3))
        for logic in FIVE
    ]
    whole = round(law(world).share, 3)
    return pd.DataFrame(
        [*rows, ("integrated", whole, whole)], columns=["approach", "by_value", "by_own_measure"]
    )


def sensitivity(name: str, world: World, assumptions: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return how far each assumption must be moved to turn a law over.

    Parameters
    ----------
    name : str
        A key of `LAWS`.
    world : World
        Use fewer pairs (60) than for the law itself: every row runs it at least twice.
    assumptions : tuple of str, optional
        Fields of `Assumptions` or `Dynamics`; all by default.

    Returns
    -------
    pandas.DataFrame
        As from `turning_points`, most sensitive first.
    """
    return turning_points(LAWS[name], world, assumptions)
