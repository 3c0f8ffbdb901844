"""Theory of constraints: find what limits the whole; exploit, subordinate, elevate.

After Goldratt (1990). The rule that finds the constraint of a pathway of queues is
`toolkit.models.queues.flow.constraint`.
"""

from __future__ import annotations

import numpy as np

from toolkit.models.logics.logic import Logic, Move, Proposals
from toolkit.models.pathway import PerformanceArrays

QUEUE_WEIGHT = 0.1  # illustrative: throughput first; a lead time shorter by 10% counts as 1%


class Constraints(Logic):
    """Raises throughput by acting on one stage only: the constraint."""

    id = "constraints"
    columns = ("utilisation", "queueing_days")
    facts = ("throughput", "gate_wait")
    moves = (
        Move("batch", 1.5, "focus", "constraints"),
        Move("standardisation", 0.12, "focus", "constraints"),
        Move("release", -0.05, "whole", "constraints"),
        Move("release", 0.05, "whole", "constraints"),
        Move("split", 0.03, "focus", "constraints"),
    )

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return throughput, with the lead time as a light second."""
        return p.throughput / p.lead_time**QUEUE_WEIGHT

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return how loaded each stage is."""
        return p.utilisation

    def rank(self, options: Proposals, weight: np.ndarray, gain: np.ndarray) -> np.ndarray:
        """Put exploit before subordinate before elevate, as the five steps do."""
        del weight  # every option already stands at the constraint
        step = np.array([2, 2, 1, 1, 0])[options.move]
        return step * 1e3 + gain
