"""Bevan prudent principles: do what is needed, no more, no less; greatest need first."""

from __future__ import annotations

import numpy as np

from toolkit.models.logics.base import Reading
from toolkit.models.logics.logic import Logic, Move, Proposals
from toolkit.models.pathway import PerformanceArrays

MISSED_WEIGHT = 2  # illustrative: care that is missed counts twice as much as care in vain


class Prudent(Logic):
    """Brings care to need: fewer low-benefit episodes, less unmet need, a smaller equity gap."""

    id = "prudent"
    name = "Bevan prudent principles"
    question = "Should this be done at all, for whom, and with whom?"
    blind_spot = "How work flows, where capacity is lost, and how to carry a change through."
    measure = "care that meets need"
    columns = ("hours_per_patient",)
    facts = ("low_given", "unmet_need", "equity_gap")
    moves = (
        Move(
            "threshold", 0.1, "whole",
            "Decide together whether care will help: decline {after} % of low-benefit care, not "
            "{before} %.",
        ),
        Move(
            "threshold", -0.1, "whole",
            "The line is too strict and need is missed: decline {after} %, not {before} %.",
        ),
        Move(
            "need_first", 0.15, "whole",
            "Those with the greatest need go first: from {before} % of the way to {after} %.",
        ),
        Move(
            "need_first", -0.15, "whole",
            "Others now wait too long: put need first {after} % of the way, not {before} %.",
        ),
    )  # fmt: skip

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return need met × care that helps × evenness between high need and the rest."""
        return (1 - p.unmet_need) ** MISSED_WEIGHT * (1 - p.low_given) * (1 - np.abs(p.equity_gap))

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return the hours that low-benefit care takes at each stage."""
        return p.hours * p.low_given[..., None]

    def rank(self, options: Proposals, weight: np.ndarray, gain: np.ndarray) -> np.ndarray:
        """Take the change that brings care closest to need."""
        del options, weight
        return gain

    def tell(self, reading: Reading) -> tuple[str, str]:
        """Name the largest distance between care and need."""
        f = reading.facts
        low, unmet, gap = f["low_given"], f["unmet_need"], f["equity_gap"]
        why = f"Need is unmet for {unmet:.0%} of those who would benefit."
        if low >= max(unmet, abs(gap)):
            return f"{low:.0%} of the care given hardly helps; most of it at {reading.place}.", why
        if abs(gap) > unmet:
            who = "Those with high need" if gap > 0 else "Those with less need"
            return f"{who} get {abs(gap):.0%} less of the good care could do.", why
        return (
            f"{unmet:.0%} of the people who would benefit are not reached.",
            f"Meanwhile {low:.0%} of the care given hardly helps.",
        )
