"""Lesson 02, lean: batches and set-ups, where the time goes, eight wastes, the freed minute."""

from toolkit.lessons.l02_lean.labs.handing_on import batches, sizes
from toolkit.lessons.l02_lean.labs.log import sepsis
from toolkit.lessons.l02_lean.labs.minutes import where
from toolkit.lessons.l02_lean.labs.session import freed
from toolkit.lessons.l02_lean.labs.walk import wastes

__all__ = ["batches", "freed", "sepsis", "sizes", "wastes", "where"]
