"""One care pathway: what a place is, what it does, and how it performs.

Everything a notebook needs is imported from here; `parameters()` lists every range and constant.
"""

from __future__ import annotations

import pandas as pd

from toolkit.models.pathway.assumptions import (
    DEFAULTS,
    Assumptions,
    table_of_assumptions,
    table_of_ranges,
)
from toolkit.models.pathway.performance import (
    Performance,
    PerformanceArrays,
    check_fit,
    perform,
    perform_arrays,
    performance_from,
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

__all__ = [
    "DEFAULTS",
    "PRACTICE_RANGES",
    "RANGES",
    "STAGES",
    "Assumptions",
    "Context",
    "ContextArrays",
    "Performance",
    "PerformanceArrays",
    "Practice",
    "PracticeArrays",
    "check_fit",
    "context_between",
    "distance",
    "draw_context",
    "parameters",
    "perform",
    "perform_arrays",
    "performance_from",
    "practice_from",
    "stack_contexts",
    "stack_practices",
    "usual_practice",
]


def parameters(assumptions: Assumptions = DEFAULTS) -> pd.DataFrame:
    """Return every range and constant of the pathway model.

    Parameters
    ----------
    assumptions : Assumptions, optional
        Whose values stand as defaults.

    Returns
    -------
    pandas.DataFrame
        Columns name, symbol, unit, low, high, default, meaning, kind, source, and ``part``
        (context, practice or assumption). Ranges have no default: their values are drawn.
    """
    parts = {
        "context": table_of_ranges(RANGES),
        "practice": table_of_ranges(PRACTICE_RANGES),
        "assumption": table_of_assumptions(assumptions),
    }
    return pd.concat([t.assign(part=part) for part, t in parts.items()], ignore_index=True)
