"""What a learner says of the own place: how ready it is, what is seen, which cases are like it.

Nothing here is added up to a score, and nothing predicts success.
"""

from __future__ import annotations

from toolkit.readiness.nearness import (
    ALIKE_BY,
    SHORT,
    Compared,
    Known,
    Near,
    attributes,
    compare,
    known_cases,
    nearest,
)
from toolkit.readiness.questions import (
    FACTORS,
    FACTORS_FROM,
    FIT,
    FIT_FROM,
    LEVELS,
    SEEN,
    WEAK,
    Asked,
    answered,
    in_words,
    weakest_first,
)

__all__ = [
    "ALIKE_BY",
    "FACTORS",
    "FACTORS_FROM",
    "FIT",
    "FIT_FROM",
    "LEVELS",
    "SEEN",
    "SHORT",
    "WEAK",
    "Asked",
    "Compared",
    "Known",
    "Near",
    "answered",
    "attributes",
    "compare",
    "in_words",
    "known_cases",
    "nearest",
    "weakest_first",
]
