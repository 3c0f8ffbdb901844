"""Value-based health care: outcomes that matter ÷ cost over the cycle of care (Porter & Lee 2013).

`CostOnly` is the confusion that carries the same name: the ratio with its numerator forgotten.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from toolkit.models.logics.base import Reading
from toolkit.models.logics.logic import Logic, Move
from toolkit.models.pathway import PerformanceArrays


class Value(Logic):
    """Raises the outcome per pound of the patients treated, by redesign and reallocation."""

    id = "value"
    name = "Value-based health care"
    question = "Which outcomes matter to patients, and what does it cost to achieve them?"
    blind_spot = "The people who wait at the gate or never get in, and how to change daily work."
    measure = "outcome per cost over the cycle"
    columns = ("hours_per_patient", "outcome_lost")
    facts: ClassVar[tuple[str, ...]] = ("cycle_outcome", "cycle_cost")
    moves: ClassVar[tuple[Move, ...]] = (
        Move(
            "standardisation", 0.12, "each",
            "{place}: slips cost outcomes; care to a standard in {after} % instead of {before} %.",
        ),
        Move(
            "standardisation", -0.12, "each",
            "{place}: one standard harms mixed cases; use it in {after} %, not {before} %.",
        ),
        Move(
            "split", 0.03, "each",
            "{place}: time here buys outcome; give it {after} % of all hours, not {before} %.",
        ),
    )  # fmt: skip

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return outcome per treated patient ÷ time-driven cost of the cycle."""
        return np.maximum(p.cycle_outcome, 1e-6) / p.cycle_cost

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return where an outcome is bought dearest: hours spent × outcome lost."""
        return p.hours * p.lost

    def tell(self, reading: Reading) -> tuple[str, str]:
        """Name the place where an outcome is bought dearest."""
        row = reading.frame.set_index("stage").loc[reading.place]
        return (
            f"Hours buy least at {reading.place}: {row['hours_per_patient']:.1f} staff hours a "
            f"patient, and {100 * row['outcome_lost']:.0f} of 100 outcome points are lost there.",
            f"A treated patient gains {100 * reading.facts['cycle_outcome']:.0f} of 100 points for "
            f"£{reading.facts['cycle_cost']:.0f}.",
        )


class CostOnly(Value):
    """Says value, measures cost: lowers the cost per treated patient and looks at nothing else."""

    id = "cost_only"
    name = "Value read as cost"
    question = "Where can the cost of a case be cut?"
    blind_spot = "The outcome: the half of the ratio that patients care about."
    measure = "cost per case"
    columns = ("hours_per_patient", "utilisation")
    facts: ClassVar[tuple[str, ...]] = ("cycle_cost",)
    moves: ClassVar[tuple[Move, ...]] = (
        Move("batch", 1.5, "each", "{place}: larger lists, {after} at a time instead of {before}."),
        Move("standardisation", 0.12, "each", "{place}: one way for all, {before} % to {after} %."),
        Move("learning", -0.02, "whole", "Cut time for learning from {before} % to {after} %."),
        Move("need_first", -0.15, "whole", "Stop sorting by need: from {before} % to {after} %."),
    )

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return treated patients per pound of staff time and supplies."""
        return 1 / p.cycle_cost

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return where the hours go."""
        return p.hours

    def tell(self, reading: Reading) -> tuple[str, str]:
        """Name the dearest stage."""
        row = reading.frame.set_index("stage").loc[reading.place]
        return (
            f"The dearest stage is {reading.place}: "
            f"{row['hours_per_patient']:.1f} hours a patient.",
            f"A case costs £{reading.facts['cycle_cost']:.0f}.",
        )
