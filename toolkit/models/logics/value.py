"""Value-based health care: outcomes that matter ÷ cost over the cycle of care (Porter & Lee 2013).

`CostOnly` is the confusion that carries the same name: the ratio with its numerator forgotten.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.models.logics.base import Reading
from toolkit.models.logics.logic import Logic, Move
from toolkit.models.pathway import PerformanceArrays


class Value(Logic):
    """Raises the outcome per pound of the patients treated, by redesign and reallocation."""

    id = "value"
    columns = ("hours_per_patient", "outcome_lost")
    facts = ("cycle_outcome", "cycle_cost")
    moves = (
        Move("standardisation", 0.12, "each", "value"),
        Move("standardisation", -0.12, "each", "value"),
        Move("split", 0.03, "each", "value"),
    )

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return outcome per treated patient ÷ time-driven cost of the cycle."""
        return np.maximum(p.cycle_outcome, 1e-6) / p.cycle_cost

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return where an outcome is bought dearest: hours spent × outcome lost."""
        return p.hours * p.lost

    def tell(self, reading: Reading) -> dict[str, Any]:
        """Name the place where an outcome is bought dearest; outcomes in points of 100."""
        facts = super().tell(reading)
        lost, gain = facts["outcome_lost"], facts["cycle_outcome"]
        return {**facts, "lost": 100 * lost, "gain": 100 * gain}


class CostOnly(Logic):
    """Says value, measures cost: lowers the cost per treated patient and looks at nothing else."""

    id = "cost_only"
    columns = ("hours_per_patient", "utilisation")
    facts = ("cycle_cost",)
    moves = (
        Move("batch", 1.5, "each", "cost_only"),
        Move("standardisation", 0.12, "each", "cost_only"),
        Move("learning", -0.02, "whole", "cost_only"),
        Move("need_first", -0.15, "whole", "cost_only"),
    )

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return treated patients per pound of staff time and supplies."""
        return 1 / p.cycle_cost

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return where the hours go."""
        return p.hours
