"""What a learner says of the own place: how ready it is, what is seen, which cases are like it.

Nothing here is added up to a score, and nothing predicts success.
"""

from __future__ import annotations

from toolkit.models.readiness.nearness import (
    ALIKE_BY,
    LEAST,
    SHORT,
    Near,
    attributes,
    compare,
    known_cases,
    nearest_cases,
)
from toolkit.models.readiness.questions import (
    ASKED,
    FACTORS,
    FACTORS_FROM,
    FIT,
    FIT_FROM,
    LEVELS,
    SEEN,
    WEAK,
    ReadinessQuestion,
    judgements,
)
