"""Lesson 01: the figures of its exercises. The teams are illustrative, the survey is published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import WORKED_OUT
from toolkit.evidence.provenance import Provenance
from toolkit.models.change.diffusion import CapabilityTrap
from toolkit.text.numbers import number

USUAL = 120  # people seen in a week, before anything changes
NURSES = {"before": 0.25, "after": 0.40}
START, MORE, LESS = 0.20, 0.40, 0.10  # time for learning: both teams, then each of them
LIFE = 104  # weeks that what is learned lasts
INDEX = 100
WEEKS = np.arange(0, 105)
LEARN, WORK = "learns more", "learns less"
ASKED = ("involved in making improvements", "take time to reflect and learn")
TEAMS = Provenance("illustrative", note="the two teams, and how fast their skill grows and fades")


def first_week() -> dict[str, Any]:
    """Return what a team gets done in the first week with more time for learning."""
    before, after = NURSES.values()
    now, ends = USUAL * CapabilityTrap(life=LIFE).level(before, after, [0, np.inf])
    return {
        "usual": USUAL,
        "before": 100 * before,
        "after": 100 * after,
        "kept": 100 * (1 - before),
        "left": 100 * (1 - after),
        "now": now,
        "points": USUAL * (1 - (after - before)),
        "from_all": USUAL * (1 - after),
        "ends": ends,
    }


def two_teams() -> Figure:
    """Draw what two teams get done when one learns more from now on and the other less."""
    paths = _paths()
    frame = paths.melt("week", var_name="series").rename(columns={"week": "at"})
    ends = ", ".join(f"{name} {number(round(paths[name].iloc[-1]))}" for name in (LEARN, WORK))
    return shapes.paths(
        frame,
        {"as before": "calm", LEARN: "main", WORK: "warn"},
        x="weeks from the change",
        y="people seen in the week",
        title="Two teams, two decisions about time for learning",
        description=(
            f"Both teams see {INDEX} people a week with {100 * START:.0f} % of the time for "
            f"learning. One goes to {100 * MORE:.0f} %, the other to {100 * LESS:.0f} %. In the "
            f"last week: {ends}."
        ),
        provenance=(TEAMS, WORKED_OUT),
        table=paths[paths["week"] % 5 == 0].round(1),
    )


def overtaking() -> dict[str, Any]:
    """Return the weeks that can be read from the chart of the two teams."""
    trap, paths = CapabilityTrap(life=LIFE), _paths()
    ahead = paths[LEARN] > paths[WORK]
    return {
        "meet": int(paths.loc[ahead, "week"].iloc[0]),
        "regain": trap.crossing(START, MORE),
        "below": trap.crossing(START, LESS),
        "more": 100 * MORE,
        "less": 100 * LESS,
        "start": 100 * START,
    }


def survey() -> Figure:
    """Draw two answers of staff in NHS Wales, two years apart."""
    held = evidence.series("staff_survey")
    rows = held.frame[held.frame["measure"].isin(ASKED)]
    keys = tuple(dict.fromkeys(rows["sources"]))
    frame = pd.DataFrame(
        {
            "category": rows["measure"],
            "series": rows["year"].astype(str),
            "value": rows["value"],
        }
    ).reset_index(drop=True)
    told = "; ".join(f"{r.category}, {r.series}: {r.value:.0f} %" for r in frame.itertuples())
    years = list(dict.fromkeys(frame["series"]))
    return shapes.bars(
        frame,
        dict(zip(years, ("calm", "main"), strict=True)),
        x="% of those who answered",
        title=f"Staff in NHS Wales, {years[0]} and {years[-1]}: improving, and learning",
        description=f"Per cent who said so. {told}. {held.caveat} {held.attribution}",
        provenance=(Provenance("published", keys, held.provenance.verified),),
        most=100,
        width=400,
    )


def answers() -> dict[str, Any]:
    """Return the two answers as figures."""
    frame = evidence.series("staff_survey").frame
    held = frame[frame["measure"] == ASKED[1]].sort_values("year")
    first, last = held.iloc[0], held.iloc[-1]
    return {
        "first": first["value"],
        "last": last["value"],
        "from_year": first["year"],
        "to_year": last["year"],
    }


def _paths() -> pd.DataFrame:
    trap = CapabilityTrap(life=LIFE)
    return pd.DataFrame(
        {
            "week": WEEKS,
            "as before": float(INDEX),
            LEARN: INDEX * trap.level(START, MORE, WEEKS),
            WORK: INDEX * trap.level(START, LESS, WEEKS),
        }
    )
