"""Lesson 01: the figures of its exercises. The teams are illustrative, the survey is published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence.provenance import Provenance
from toolkit.models.change.diffusion import CapabilityTrap
from toolkit.screen.facts import Facts

USUAL = 120  # people seen in a week, before anything changes
NURSES = {"before": 0.25, "after": 0.40}
START, MORE, LESS = 0.20, 0.40, 0.10  # time for learning: both teams, then each of them
LIFE = 104  # weeks that what is learned lasts
INDEX = 100
WEEKS = np.arange(0, 105)
ASKED = ("involved in making improvements", "take time to reflect and learn")


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


def two_teams() -> Facts:
    """Draw what two teams get done when one learns more from now on and the other less."""
    paths = _paths()
    return Facts(
        chart=paths.melt("week", var_name="series").rename(columns={"week": "at"}),
        table=paths[paths["week"] % 5 == 0].round(1),
        people=INDEX,
        start=100 * START,
        more=100 * MORE,
        less=100 * LESS,
        last=paths.iloc[-1],
    )


def overtaking() -> dict[str, Any]:
    """Return the weeks that can be read from the chart of the two teams."""
    trap, paths = CapabilityTrap(life=LIFE), _paths()
    ahead = paths["more"] > paths["less"]
    return {
        "meet": int(paths.loc[ahead, "week"].iloc[0]),
        "regain": trap.crossing(START, MORE),
        "below": trap.crossing(START, LESS),
        "more": 100 * MORE,
        "less": 100 * LESS,
        "start": 100 * START,
    }


def survey() -> Facts:
    """Draw two answers of staff in NHS Wales, two years apart."""
    held = evidence.series("staff_survey")
    rows = held.frame[held.frame["measure"].isin(ASKED)]
    years = rows["year"].unique()
    series = rows["year"].map(dict(zip(years, ("first", "last"), strict=True)))
    frame = pd.DataFrame({"category": rows["measure"], "series": series, "value": rows["value"]})
    return Facts(
        chart=frame.reset_index(drop=True),
        years=years,
        said=frame.to_dict("records"),
        held=held,
        source=Provenance("published", tuple(rows["sources"].unique()), held.provenance.verified),
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
            "usual": float(INDEX),
            "more": INDEX * trap.level(START, MORE, WEEKS),
            "less": INDEX * trap.level(START, LESS, WEEKS),
        }
    )
