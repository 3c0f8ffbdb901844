"""Patterns of the model, tried in many random pairs of places; none is a law of the world.

Each returns the share of draws in which it held, and how large the effect was. Here stand those
that a lesson shows; ``docs/patterns.py`` has the others, and ``docs/causes.py`` says what carries
them. In the code, and nowhere else, a pattern is called a law.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from toolkit.models.laws.copying import crossing, law_1, law_2, law_2b, law_2c, law_3, law_8
from toolkit.models.laws.world import WORDS, LawResult, World, moved


@dataclass(frozen=True)
class Law:
    """One pattern: what may be claimed, when it counts as held in a draw, and how it is tried."""

    claim: str
    held_if: str
    test: Callable[..., LawResult] = field(repr=False)


TESTS: dict[str, Callable[..., LawResult]] = {
    "1": law_1,
    "2": law_2,
    "2b": law_2b,
    "2c": law_2c,
    "3": law_3,
    "8": law_8,
    "8s": lambda world: law_8(world, carried="settings"),
    "8p": lambda world: law_8(world, carried="people"),
}
LAWS = {
    key: Law(WORDS.say(f"law.{key}.claim"), WORDS.say(f"law.{key}.held_if"), test)
    for key, test in TESTS.items()
}
# What the effect of each is; all but the months are ratios after four years.
EFFECTS = {key: WORDS.say(f"law.{key}.effect") for key in TESTS}
# The constants that switch a cause off.
CAUSES = {
    "foresight": {"foresight": 0},
    "mastery": {"teaching": 0},
    "learning": {"teaching": 0, "learning_time": 0},
    "difference": {"skill": 0, "novice_step": 1, "misjudge": 0, "sight": 0, "seen_by_beginners": 1},
    "work": {"skill": 0},
    "willingness": {"seen": 0, "let_down": 0, "imposed": 0, "abandoned": 0, "give_up": 0},
}
