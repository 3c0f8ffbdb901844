"""A control, not an approach: one school that owns every lever and sees the whole of value.

It shows how much of what integration gains is the breadth of its levers.
"""

from __future__ import annotations

import numpy as np

from toolkit.models.logics.constraints import Constraints
from toolkit.models.logics.lean import Lean
from toolkit.models.logics.logic import Logic, Proposals
from toolkit.models.logics.prudent import Prudent
from toolkit.models.logics.value import Value
from toolkit.models.pathway import PerformanceArrays

LEAST = 1e-6  # value below which it is not told apart


class AllLevers(Logic):
    """Raises value with the moves of all the schools that change without a test first."""

    id = "all_levers"
    columns = ("utilisation",)
    facts = ("value",)
    moves = tuple(move for school in (Lean, Constraints, Value, Prudent) for move in school.moves)

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return value itself."""
        return np.maximum(p.value, LEAST)

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return the load of each stage."""
        return p.utilisation

    def rank(self, options: Proposals, weight: np.ndarray, gain: np.ndarray) -> np.ndarray:
        """Take the change that does most for value."""
        del options, weight
        return gain
