"""Theory of constraints: find what limits the whole; exploit, subordinate, elevate.

After Goldratt (1990).
"""

from __future__ import annotations

import numpy as np

from toolkit.models.logics.base import Reading
from toolkit.models.logics.logic import Logic, Move, Proposals
from toolkit.models.pathway import PerformanceArrays

QUEUE_WEIGHT = 0.1  # illustrative: throughput first; a lead time shorter by 10 % counts as 1 %


class Constraints(Logic):
    """Raises throughput by acting on one stage only: the constraint."""

    id = "constraints"
    name = "Theory of constraints"
    question = "What limits the whole pathway?"
    blind_spot = "Whether the people who get through faster needed it, and what it did for them."
    measure = "throughput"
    columns = ("utilisation", "queueing_days")
    facts = ("throughput", "gate_wait")
    moves = (
        Move(
            "batch", 1.5, "focus",
            "Exploit {place}: fewer set-ups, {after} patients at a time instead of {before}.",
        ),
        Move(
            "standardisation", 0.12, "focus",
            "Exploit {place}: less work done twice; standard work from {before} % to {after} %.",
        ),
        Move(
            "release", -0.05, "whole",
            "Subordinate: book the constraint to {after} % of its capacity instead of {before} %.",
        ),
        Move(
            "release", 0.05, "whole",
            "Subordinate: the constraint starves; book it to {after} % instead of {before} %.",
        ),
        Move(
            "split", 0.03, "focus",
            "Elevate {place}: move staff hours there, from {before} % of all hours to {after} %.",
        ),
    )  # fmt: skip

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

    def tell(self, reading: Reading) -> tuple[str, str]:
        """Name the constraint."""
        row = reading.frame.set_index("stage").loc[reading.place]
        held = reading.facts["gate_wait"]
        what = (
            f"The constraint is {reading.place}: {row['utilisation']:.0%} of its capacity is used."
        )
        if held > 1:
            return (
                what,
                f"People wait {held:.0f} days to be let in; an hour lost here is lost to all.",
            )
        if row["utilisation"] > 1:
            return what, "More is pushed in than it can do, and work piles up in front of it."
        return what, "Nobody is kept waiting at the gate; the limit now is demand, not the pathway."
