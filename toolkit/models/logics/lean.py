"""Lean: see the value stream, find the largest waste, make the work flow.

After Womack & Jones (1996).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.models.logics.base import Reading
from toolkit.models.logics.logic import Logic, Move
from toolkit.models.pathway import PerformanceArrays


class Lean(Logic):
    """Shortens the lead time by smaller batches and standard work."""

    id = "lean"
    columns = ("collecting_days", "queueing_days", "process_days", "hours_per_patient")
    facts = ("lead_time", "flow_efficiency")
    moves = (
        Move("batch", 1 / 1.5, "each", "lean"),
        Move("standardisation", 0.12, "each", "lean"),
    )

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return hands-on time ÷ lead time."""
        return p.touch_time / p.lead_time

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return the weeks that add no value at each stage: collecting, queueing, batch time."""
        return p.collecting + p.queueing + p.process

    def tell(self, reading: Reading) -> dict[str, Any]:
        """Name the days where people spend longest."""
        facts = super().tell(reading)
        days = sum(facts[name] for name in self.columns[:3])
        return {**facts, "days": days, "hands_on": 100 * reading.score}
