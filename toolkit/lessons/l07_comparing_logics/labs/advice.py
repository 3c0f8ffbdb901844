"""Read when each logic is the one to ask."""

from __future__ import annotations

from toolkit import evidence
from toolkit.course.lesson import Lesson, Page
from toolkit.evidence.provenance import Provenance
from toolkit.lessons.l07_comparing_logics.labs.cells import mark_of
from toolkit.lessons.l07_comparing_logics.labs.choices import DRAWS, NAMES, world
from toolkit.lessons.l07_comparing_logics.labs.one_side import ENDS
from toolkit.models.laws.where import best_by_third
from toolkit.models.logics import FIVE
from toolkit.screen.tables import page

MODELLED = Provenance("modelled")
RIGHT = {
    "first question": "Ask it when your question is",
    "what it needs first": "It needs",
    "typical ceiling": "Where it tends to stop",
    "blind spot": "What it does not see",
    "natural next partner": "Then ask",
}


def when_right(_this: Lesson) -> Page:
    """Say in the words of the matrix when each logic is the one to ask, and what comes next."""
    held = evidence.matrix().frame.fillna({"sources": ""})
    cells = {
        (row.approach, row.dimension): f"{row.cell} [{mark_of(row)}]" for row in held.itertuples()
    }
    rows = [
        (
            NAMES[n],
            *(cells[n, d] for d in RIGHT),
            f"{_where(n)} [{MODELLED.mark}\u00a0{MODELLED.label}]",
        )
        for n in FIVE
    ]
    heads = [
        "Approach",
        *RIGHT.values(),
        f"Of {DRAWS} random places of this model, came first of the five",
    ]
    return page(heads, rows)


def _where(logic: str) -> str:
    """Return at which kind of place a logic comes first most often, and least often."""
    found = best_by_third(world()).iloc[1:]
    said = []
    for at in (found[logic].idxmax(), found[logic].idxmin()):
        place = ENDS[found["side"][at]][found["end"][at] == "high"]
        said.append(f"in {100 * found[logic][at]:.0f} % of those with {place}")
    return f"most often {said[0]}, least {said[1]}"
