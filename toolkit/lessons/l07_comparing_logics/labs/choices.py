"""What the labs of lesson 07 share: a favourite, what counts, and places drawn at random."""

from __future__ import annotations

from functools import cache

from toolkit.course.common import recalled
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Select
from toolkit.models.laws import World
from toolkit.models.laws.where import JUDGES
from toolkit.models.logics import FIVE
from toolkit.screen.questions import Prediction

NAMES = {name: logic.name for name, logic in FIVE.items()}
MINE = "mine"
FAVOURITE = Select(
    "favourite", "Your favourite", MINE,
    options={MINE: "the one I predicted (or lean)"} | NAMES,
)  # fmt: skip
COUNTS = Select("judge", "What counts", "value", options={k: j.words for k, j in JUDGES.items()})
DRAWS = 200  # random places
WORLDS = Provenance("illustrative", note="places drawn at random from the ranges of the model")


def favourite_of(guess: Prediction, chosen: str = MINE) -> str:
    """Return the logic that is meant, also where somebody says "mine"."""
    return chosen if chosen != MINE else guess.answer or "lean"


def remembered(favourite: Prediction, loses: Prediction) -> str:
    """Return which favourite was predicted, and where it would lose, as sentences to append."""
    return recalled(favourite, "Your favourite was:") + recalled(
        loses, "You predicted that it would lose:"
    )


@cache
def world() -> World:
    """Return the random places that the lesson plays on; made once."""
    return World(DRAWS)
