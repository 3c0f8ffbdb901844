"""Patterns of the model, tried in many random pairs of places; none is a law of the world.

Each returns the share of draws in which it held, how large the effect was, and the contexts in
which it failed; `sensitivity` says which assumption turns it over, and `toolkit.laws.causes` what
carries it. In the code, and nowhere else, a pattern is called a law.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from toolkit.approaches import FIVE
from toolkit.laws.copying import crossing, law_1, law_1b, law_2, law_2b, law_2c, law_3, law_8
from toolkit.laws.learning import law_9, law_9b
from toolkit.laws.logics import law_4, law_5, law_6, law_7
from toolkit.laws.sensitivity import moved, turning_points
from toolkit.laws.world import Verdict, World

__all__ = [
    "EFFECTS",
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


# What the effect of each is; all but the months are ratios after four years.
EFFECTS = {
    "1": "copied to own, at a twin",
    "1b": "copied first to own throughout, near by",
    "2": "own to copied: far, against at a twin",
    "2b": "copied to nothing, far",
    "2c": "own to copied, far",
    "3": "months by which it is overtaken sooner",
    "4": "value with another logic's change, to value",
    "5": "integrated to the best single logic",
    "6": "throughput with the cut, to throughput",
    "7": "value at the end, to its highest",
    "8": "after copying, to after nothing",
    "8s": "after copying, to after nothing",
    "8p": "after copying, to after nothing",
    "9": "with time for learning, to without",
    "9b": "without time for learning, to with",
}


@dataclass(frozen=True)
class Law:
    """One pattern: what may be claimed, when it counts as held in a draw, and how it is tried."""

    claim: str
    held_if: str
    test: Callable[..., Verdict] = field(repr=False)


LAWS: dict[str, Law] = {
    "1": Law(
        "In the same context copying mostly gets there sooner; whether it also ends about where "
        "the own logic ends depends on the place.",
        "Copying is ahead at month 9 and ends less than a tenth below the own logic.",
        law_1,
    ),
    "1b": Law(
        "Near the exemplar, copying first and then using every logic does about as well as using "
        "them from the start: a little better in some places, a little worse in others.",
        "With the exemplar a tenth of the way off, copying for a year and then using the own logic "
        "ends above using the own logic throughout.",
        law_1b,
    ),
    "2": Law(
        "Whether copying from afar loses more, against the own logic, than copying from nearby "
        "depends on the place, and on what is copied.",
        "The loss is larger half-way to the other place than at home, and larger all the way than "
        "a quarter of the way; between neighbouring steps it can go either way.",
        law_2,
    ),
    "2b": Law(
        "Copying mostly ends above doing nothing, from afar too, where shares of staff are not "
        "copied.",
        "At each distance tried, from a twin to the other place, copying ends above doing nothing.",
        law_2b,
    ),
    "2c": Law(
        "From afar the own logic mostly ends above the copy.",
        "With the other place itself as exemplar, the own logic ends above copying.",
        law_2c,
    ),
    "3": Law(
        "From further away the own logic mostly overtakes copying as soon, or sooner.",
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
        "Integrated improvement does as well as the best single logic in about half of the places; "
        "which logic that is differs.",
        "Integrated improvement ends less than 2 % below the best of the five, or above it.",
        law_5,
    ),
    "6": Law(
        "Improving a stage that is not the constraint leaves throughput unchanged. That is "
        "arithmetic: throughput is the smallest of the capacities.",
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
        "Whether two years of copying, and dropping it, make the same second programme end lower "
        "depends on the place.",
        "Copying from the other place for two years, then the own logic, ends lower than nothing "
        "for two years, then the own logic. Tried in all places, failed or not.",
        law_8,
    ),
    "8s": Law(
        "The settings that a dropped programme leaves behind help the next one in more places than "
        "they harm it.",
        "The same, but the people are as where nothing was done before; it ends higher, or level.",
        lambda world: law_8(world, carried="settings"),
    ),
    "8p": Law(
        "What a dropped programme does to people mostly lowers where the next one ends, by a "
        "little.",
        "The same, but the settings are as where nothing was done before; it ends lower.",
        lambda world: law_8(world, carried="people"),
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
        law, claim, held_if, tried, held (share), low and high (95 % interval), effect with
        effect_low and effect_high (the middle one; see `EFFECTS`), strength.
    """
    rows = []
    for name, law in LAWS.items():
        v = law.test(world)
        tried = int(v.tried.sum())
        said = law.claim, law.held_if
        rows.append((name, *said, tried, v.share, *v.interval, *v.size, v.strength))
    names = [
        "law", "claim", "held_if", "tried", "held", "low", "high", "effect", "effect_low",
        "effect_high", "strength",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def by_logic(name: str, world: World) -> pd.DataFrame:
    """Return the share in which a law of copying held, logic by logic.

    Parameters
    ----------
    name : str
        "1", "1b", "2", "2b", "2c" or "3".
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
