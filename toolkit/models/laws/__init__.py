"""Patterns of the model, tried in many random pairs of places; none is a law of the world.

Each returns the share of draws in which it held, how large the effect was, and the contexts in
which it failed; `causes` says what carries it. Here stand those that a lesson shows;
``docs/patterns.py`` has the others. In the code, and nowhere else, a pattern is called a law.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from toolkit.models.laws.copying import crossing, law_1, law_2, law_2b, law_2c, law_3, law_8
from toolkit.models.laws.logics import law_4, law_5
from toolkit.models.laws.world import LawResult, World, moved

__all__ = [
    "EFFECTS",
    "LAWS",
    "Law",
    "Verdict",
    "World",
    "crossing",
    "moved",
]


# What the effect of each is; all but the months are ratios after four years.
EFFECTS = {
    "1": "copied to own, at a twin",
    "2": "own to copied: far, against at a twin",
    "2b": "copied to nothing, far",
    "2c": "own to copied, far",
    "3": "months by which it is overtaken sooner",
    "4": "value with another logic's change, to value",
    "5": "integrated to the best single logic",
    "8": "after copying, to after nothing",
    "8s": "after copying, to after nothing",
    "8p": "after copying, to after nothing",
}


@dataclass(frozen=True)
class Law:
    """One pattern: what may be claimed, when it counts as held in a draw, and how it is tried."""

    claim: str
    held_if: str
    test: Callable[..., LawResult] = field(repr=False)


LAWS: dict[str, Law] = {
    "1": Law(
        "In the same context copying mostly gets there sooner; whether it also ends about where "
        "the own logic ends depends on the place.",
        "Copying is ahead at month 9 and ends less than a tenth below the own logic.",
        law_1,
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
}
