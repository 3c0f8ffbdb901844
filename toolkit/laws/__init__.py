"""What the model says in general: laws tried in many random pairs of places.

A law returns the share of draws in which it held and the contexts in which it failed;
`sensitivity` says which assumption turns it over, and how far that has to be moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from toolkit.approaches import FIVE
from toolkit.laws.copying import crossing, law_1, law_1b, law_2, law_2b, law_3, law_8
from toolkit.laws.learning import law_9, law_9b
from toolkit.laws.logics import law_4, law_5, law_6, law_7
from toolkit.laws.sensitivity import moved, turning_points
from toolkit.laws.world import Verdict, World

__all__ = [
    "LAWS",
    "Law",
    "Verdict",
    "World",
    "by_logic",
    "crossing",
    "law_table",
    "moved",
    "sensitivity",
]


@dataclass(frozen=True)
class Law:
    """One law: what may be claimed, when it counts as held in a draw, and how it is tried."""

    claim: str
    held_if: str
    test: Callable[..., Verdict] = field(repr=False)


LAWS: dict[str, Law] = {
    "1": Law(
        "In the same context copying gets there sooner, and ends about where the own logic ends.",
        "Copying is ahead at month 9 and ends less than a tenth below the own logic.",
        law_1,
    ),
    "1b": Law(
        "Near the exemplar, copying first and then using every logic beats using them from the "
        "start; far from it, or with a single logic, it mostly does not.",
        "With the exemplar a tenth of the way off, copying for a year and then using the own logic "
        "ends above using the own logic throughout.",
        law_1b,
    ),
    "2": Law(
        "Copying from afar loses more, against the own logic, than copying from nearby.",
        "The loss is larger half-way to the other place than at home, and larger all the way than "
        "a quarter of the way; between neighbouring steps it can go either way.",
        law_2,
    ),
    "2b": Law(
        "For most pairs of places there is a distance at which copying is worse than nothing.",
        "Somewhere on the way to the other place, copying ends below doing nothing.",
        law_2b,
    ),
    "3": Law(
        "The further away the exemplar, the sooner the own logic overtakes copying.",
        "The own logic stays ahead from an earlier month, or the same, with the exemplar half-way "
        "off than with the exemplar a tenth of the way off.",
        law_3,
    ),
    "4": Law(
        "Each logic alone mostly reaches a ceiling in four years; another still finds something.",
        "At the end the logic finds nothing left, or value rose by less than 2 % in its last year; "
        "and another logic finds a change that would raise value by more than half a per cent.",
        law_4,
    ),
    "5": Law(
        "Integrated improvement does as well as the best single logic; which that is differs.",
        "Integrated improvement ends less than 2 % below the best of the five, or above it.",
        law_5,
    ),
    "6": Law(
        "Improving a stage that is not the constraint leaves throughput unchanged.",
        "A fifth of the work is taken out of the least loaded stage, and throughput changes by "
        "less than half a per cent. (That it lengthens the queue at the constraint is seldom so "
        "here: entry follows the constraint, and only unevenness is passed on.)",
        law_6,
    ),
    "7": Law(
        "Cost-only 'value' lowers the cost of a case and, in most places, ends by lowering value.",
        "The cost of a case falls, and value ends more than 2 % below its highest on the way.",
        law_7,
    ),
    "8": Law(
        "A failed first programme usually lowers what the same second programme achieves.",
        "Tried where copying from the other place left value below doing nothing after two years: "
        "the own logic, begun then, ends lower than where nothing was done before it.",
        law_8,
    ),
    "9": Law(
        "More time for learning is worse at first and, in most places, better within four years.",
        "Value with time for learning is lower at month 3 and higher at month 47.",
        law_9,
    ),
    "9b": Law(
        "Cutting it where people are practised is better at first and, mostly, worse later.",
        "Value without time for learning is higher at month 3 and lower at month 47.",
        law_9b,
    ),
}


def law_table(world: World) -> pd.DataFrame:
    """Return one row per law.

    Parameters
    ----------
    world : World
        Where they are tried. Copying is of the dialects of integrated improvement; `by_logic`
        has the others.

    Returns
    -------
    pandas.DataFrame
        law, claim, held_if, tried, held (share), low and high (95 % interval), strength.
    """
    rows = []
    for name, law in LAWS.items():
        v = law.test(world)
        tried = int(v.tried.sum())
        rows.append((name, law.claim, law.held_if, tried, v.share, *v.interval, v.strength))
    names = ["law", "claim", "held_if", "tried", "held", "low", "high", "strength"]
    return pd.DataFrame(rows, columns=names)


def by_logic(name: str, world: World) -> pd.DataFrame:
    """Return the share in which a law of copying held, logic by logic.

    Parameters
    ----------
    name : str
        "1", "1b", "2", "2b" or "3".
    world : World
        Where it is tried.

    Returns
    -------
    pandas.DataFrame
        approach, by_value (value, which a single logic does not see whole) and by_own_measure.
    """
    test = LAWS[name].test
    rows = [(logic, test(world, logic).share, test(world, logic, logic).share) for logic in FIVE]
    whole = test(world).share
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
    return turning_points(LAWS[name].test, world, assumptions)
