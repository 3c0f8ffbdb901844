"""Five logics of one shape, and a confusion that borrows the name of one."""

from __future__ import annotations

from toolkit.models.logics.all_levers import AllLevers
from toolkit.models.logics.base import ANYWHERE, Change, Finding, Site, at_stage
from toolkit.models.logics.constraints import Constraints
from toolkit.models.logics.lean import Lean
from toolkit.models.logics.logic import Logic, with_candidates
from toolkit.models.logics.prudent import Prudent
from toolkit.models.logics.service_improvement import ServiceImprovement
from toolkit.models.logics.value import CostOnly, Value

FIVE: dict[str, Logic] = {
    logic.id: logic for logic in (Lean(), Constraints(), Value(), ServiceImprovement(), Prudent())
}
COST_ONLY = CostOnly()
ALL_LEVERS = AllLevers()
