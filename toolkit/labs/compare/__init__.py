"""Lesson 07, comparing logics: the matrix, where each helps most, ceilings, two patterns."""

from toolkit.labs.compare.advice import when_right
from toolkit.labs.compare.cells import matrix
from toolkit.labs.compare.laws_tried import laws
from toolkit.labs.compare.map_of_places import context
from toolkit.labs.compare.moves import levers
from toolkit.labs.compare.one_side import sides
from toolkit.labs.compare.used_alone import ceilings

__all__ = [
    "ceilings", "context", "laws", "levers", "matrix", "sides", "when_right",
]  # fmt: skip
