"""Lesson 12, the case room: nine cases played, coded, compared and laid beside published ones."""

from toolkit.labs.caseroom.all_nine import nine, two
from toolkit.labs.caseroom.coders import agreement
from toolkit.labs.caseroom.coding import code_first, code_second
from toolkit.labs.caseroom.published import claims, overlay
from toolkit.labs.caseroom.recipes import recipe
from toolkit.labs.caseroom.room import case_room

__all__ = [
    "agreement",
    "case_room",
    "claims",
    "code_first",
    "code_second",
    "nine",
    "overlay",
    "recipe",
    "two",
]
