"""Show which settings each logic moves, and which way."""

from __future__ import annotations

import pandas as pd

from toolkit.charts.cases import grid_chart
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.models.journeys import COPYABLE
from toolkit.models.logics import FIVE
from toolkit.models.pathway import PRACTICE_RANGES


def levers(_this: Lesson) -> Figure:
    """Show which settings each logic moves, and which way."""
    ways = pd.DataFrame(
        {
            logic.name: {
                PRACTICE_RANGES[lever].meaning: logic.way(lever)
                for lever in (*COPYABLE, "learning")
            }
            for logic in FIVE.values()
        }
    )
    held = ways.notna().sum(axis=1)
    idle = list(held[held == 0].index)
    shared = ways[held > 1]
    against = [setting for setting, row in shared.iterrows() if len(set(row.dropna())) > 1]
    told = " ".join(
        f"{setting.capitalize()}: {', '.join(f'{name} {way}' for name, way in row.items())}."
        for setting, row in ((setting, row.dropna()) for setting, row in ways.iterrows())
        if len(row)
    )
    return grid_chart(
        ways.rename_axis("row").reset_index().melt("row", var_name="column", value_name="mark"),
        {"more": "warn", "less": "fifth", "either way": "calm"},
        title=f"{len(shared)} settings are moved by several logics, and they differ on "
        f"{len(against)} of them",
        description=f"{told} Moved by none of the five: {' and '.join(idle) or 'nothing'}. "
        f"{int((held > 0).sum())} settings are moved, {len(shared)} of them by more than one "
        "logic.",
        provenance=(Provenance("illustrative", note="the moves that this model gives each logic"),),
        table=ways.fillna("").rename_axis("setting").reset_index(),
        cell=150,
    )
