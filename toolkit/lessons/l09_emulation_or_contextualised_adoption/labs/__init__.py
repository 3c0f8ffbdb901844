"""Lesson 09: carry a dialect in, or the logic; on the case data, and beside what was published."""

from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.chooser import places
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.laws_tried import (
    causes,
    laws,
    leaning,
)
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.published import aid
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.two_futures import contrast
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.where_ahead import corner

__all__ = ["aid", "causes", "contrast", "corner", "laws", "leaning", "places"]
