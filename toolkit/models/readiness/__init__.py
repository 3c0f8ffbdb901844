"""What a learner says of the own place: how ready it is, and whether a practice suits it.

Nothing here is added up to a score, and nothing predicts success.
"""

from __future__ import annotations

from toolkit.models.readiness.questions import (
    ASKED,
    FACTORS,
    FIT,
    LEVELS,
    WEAK,
    ReadinessQuestion,
    judgements,
)
