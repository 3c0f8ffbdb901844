"""Lesson 07, comparing logics: the matrix, where each helps most, ceilings, two patterns."""

from toolkit.lessons.l07_comparing_logics.labs.advice import when_right
from toolkit.lessons.l07_comparing_logics.labs.cells import matrix
from toolkit.lessons.l07_comparing_logics.labs.laws_tried import laws
from toolkit.lessons.l07_comparing_logics.labs.map_of_places import context
from toolkit.lessons.l07_comparing_logics.labs.moves import levers
from toolkit.lessons.l07_comparing_logics.labs.one_side import sides
from toolkit.lessons.l07_comparing_logics.labs.used_alone import ceilings

__all__ = [
    "ceilings", "context", "laws", "levers", "matrix", "sides", "when_right",
]  # fmt: skip
