"""Lesson 02, lean: batches and set-ups, where the time goes, eight wastes, the freed minute."""

from toolkit.labs.lean.handing_on import batches, sizes
from toolkit.labs.lean.log import sepsis
from toolkit.labs.lean.minutes import where
from toolkit.labs.lean.session import freed
from toolkit.labs.lean.walk import wastes

__all__ = ["batches", "freed", "sepsis", "sizes", "wastes", "where"]
