"""Lean: see the value stream, find the largest waste, make the work flow.

After Womack & Jones (1996).
"""

from __future__ import annotations

import numpy as np

from toolkit.models.logics.base import Reading
from toolkit.models.logics.logic import Logic, Move
from toolkit.models.pathway import PerformanceArrays


class Lean(Logic):
    """Shortens the lead time by smaller batches and standard work."""

    id = "lean"
    name = "Lean"
    question = "What does the patient value, and where is the waste?"
    blind_spot = (
        "Whether the care should be given at all, and what one standard does to mixed cases."
    )
    measure = "flow efficiency"
    columns = ("collecting_days", "queueing_days", "process_days", "hours_per_patient")
    facts = ("lead_time", "flow_efficiency")
    moves = (
        Move(
            "batch", 1 / 1.5, "each",
            "{place}: hand patients on {after} at a time instead of {before}.",
        ),
        Move(
            "standardisation", 0.12, "each",
            "{place}: agree standard work, from {before} % of the work to {after} %.",
        ),
    )  # fmt: skip

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return hands-on time ÷ lead time."""
        return p.touch_time / p.lead_time

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return the weeks that add no value at each stage: collecting, queueing, batch time."""
        return p.collecting + p.queueing + p.process

    def tell(self, reading: Reading) -> tuple[str, str]:
        """Name the largest waste."""
        row = reading.frame.set_index("stage").loc[reading.place]
        kinds = {
            "waiting for a group to be complete": row["collecting_days"],
            "queueing": row["queueing_days"],
            "going through with the whole group": row["process_days"],
        }
        kind = max(kinds, key=lambda name: kinds[name])
        return (
            f"The largest waste is at {reading.place}: {kind}, {kinds[kind]:.1f} days.",
            f"Of every 100 hours of lead time, {100 * reading.score:.1f} are hands-on care.",
        )
