"""One care pathway: what a place is, what it does, and how it performs.

Other packages import from here, not from the modules.
"""

from __future__ import annotations

from toolkit.models.pathway.assumptions import DEFAULTS, Assumptions
from toolkit.models.pathway.performance import (
    Performance,
    PerformanceArrays,
    perform,
    perform_arrays,
)
from toolkit.models.pathway.places import (
    PRACTICE_RANGES,
    RANGES,
    STAGES,
    Context,
    ContextArrays,
    Practice,
    PracticeArrays,
    context_between,
    distance,
    draw_context,
    practice_from,
    stack_contexts,
    stack_practices,
    usual_practice,
)
