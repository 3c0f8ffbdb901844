"""Bevan prudent principles: do what is needed, no more, no less; greatest need first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from toolkit.models.logics.base import ANYWHERE, Change, Finding, Reading, Site
from toolkit.models.logics.logic import Logic, Move, Proposals
from toolkit.models.pathway import PerformanceArrays, stack_contexts, stack_practices
from toolkit.models.pathway.performance import accepted

MISSED_WEIGHT = 2  # illustrative: care that is missed counts twice as much as care in vain


class Prudent(Logic):
    """Brings care to need: fewer low-benefit episodes, less unmet need, a smaller equity gap."""

    id = "prudent"
    columns = ("hours_per_patient",)
    facts = ("low_given", "unmet_need", "equity_gap")
    moves = (
        Move("threshold", 0.1, "whole", "prudent"),
        Move("threshold", -0.1, "whole", "prudent"),
        Move("need_first", 0.15, "whole", "prudent"),
        Move("need_first", -0.15, "whole", "prudent"),
    )

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return need met × care that helps × evenness between high need and the rest."""
        return (1 - p.unmet_need) ** MISSED_WEIGHT * (1 - p.low_given) * (1 - np.abs(p.equity_gap))

    def change(self, site: Site) -> Change | None:
        """Return one change; less sorting by need says so where it brings care to high need too."""
        found = super().change(site)
        if found is None or found.practice.need_first >= site.practice.need_first:
            return found
        now, then = (_treated(one) for one in (site, replace(site, practice=found.practice)))
        more = all(after > before for before, after in zip(now, then, strict=True))
        return replace(found, words=f"{found.words} {self.say('move.then')}") if more else found

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return the hours that low-benefit care takes at each stage."""
        return p.hours * p.low_given[..., None]

    def rank(self, options: Proposals, weight: np.ndarray, gain: np.ndarray) -> np.ndarray:
        """Take the change that brings care closest to need."""
        del options, weight
        return gain

    def tell(self, reading: Reading) -> dict[str, Any]:
        """Name the largest distance between care and need."""
        distances = ("low_given", "unmet_need", "equity_gap")  # of equals the first
        largest = max(distances, key=lambda name: abs(reading.facts[name]))
        return {**super().tell(reading), "largest": largest}

    def find(self, reading: Reading) -> Finding:
        """Return the largest distance; only care that hardly helps points to a stage."""
        found = super().find(reading)
        at_stage = self.tell(reading)["largest"] == "low_given"
        return found if at_stage else replace(found, where=ANYWHERE)


def _treated(site: Site) -> tuple[float, float]:
    """Return how many are treated each week, and the share of those with high need who are."""
    needed, low = accepted(stack_practices([site.practice]), stack_contexts([site.context]))
    throughput = site.performance.throughput
    access = throughput / float(site.context.demand * (needed + low)[0, 0])
    first = site.practice.need_first
    return throughput, access + first * (min(1, access / site.context.high_need) - access)
