"""Five logics of one shape, a confusion that borrows the name of one, and their integration."""

from __future__ import annotations

from toolkit.approaches.all_levers import AllLevers
from toolkit.approaches.base import ANYWHERE, Approach, Change, Finding, Reading, Site, follow
from toolkit.approaches.constraints import Constraints
from toolkit.approaches.integrated import Integrated
from toolkit.approaches.lean import Lean
from toolkit.approaches.logic import Logic, Move, Proposals, spread
from toolkit.approaches.prudent import Prudent
from toolkit.approaches.service_improvement import ServiceImprovement
from toolkit.approaches.value import CostOnly, Value

FIVE: dict[str, Logic] = {
    logic.id: logic for logic in (Lean(), Constraints(), Value(), ServiceImprovement(), Prudent())
}
COST_ONLY = CostOnly()
ALL_LEVERS = AllLevers()
INTEGRATED = Integrated(tuple(FIVE.values()))

__all__ = [
    "ALL_LEVERS",
    "ANYWHERE",
    "COST_ONLY",
    "FIVE",
    "INTEGRATED",
    "Approach",
    "Change",
    "Finding",
    "Logic",
    "Move",
    "Proposals",
    "Reading",
    "Site",
    "follow",
    "spread",
]
