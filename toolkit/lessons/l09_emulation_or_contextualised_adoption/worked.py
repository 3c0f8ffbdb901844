"""Lesson 09: the figures of its exercises. The five trusts are real, the clinics illustrative."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit import evidence
from toolkit.screen.facts import Facts

# Illustrative: weeks of waiting before and after, where the method went in and where it did not.
CLINIC = {"before": 20, "after": 14, "others_before": 19, "others_after": 15}
FIRST, LAST = "2016-17", "2018-19"


def _trusts() -> pd.DataFrame:
    """Return the five trusts: name, share within four hours in both years, and the change."""
    held = evidence.series("five_lean_trusts").frame
    shares = [f"within_4h_{year.replace('-', '_')}_pct" for year in (FIRST, LAST)]
    frame = held[["trust", *shares]].set_axis(["trust", FIRST, LAST], axis=1)
    return frame.assign(change=(frame[LAST] - frame[FIRST]).round(1))


def five() -> Facts:
    """Draw the share of patients seen within four hours in five trusts, in two years."""
    held, frame = evidence.series("five_lean_trusts"), _trusts()
    rows = frame.melt("trust", [FIRST, LAST], "series").rename(columns={"trust": "category"})
    rows["series"] = rows["series"].map({FIRST: "first", LAST: "last"})
    return Facts(
        chart=rows.sort_values("category", kind="stable"),
        table=frame.drop(columns="change"),
        trusts=frame.to_dict("records"),
        years=(FIRST, LAST),
        source=held.provenance,
    )


def spread() -> dict[str, Any]:
    """Return how far the changes of the five trusts lie apart, and what is taken for it."""
    frame = _trusts().set_index("trust")
    change = frame["change"]
    return {
        "best": change.idxmax(),
        "worst": change.idxmin(),
        "gain": change.max(),
        "fall": -change.min(),
        "apart": round(change.max() - change.min(), 1),
        "sign_lost": round(-change.min() - change.max(), 1),
        "levels": round(frame[LAST].max() - frame[LAST].min(), 1),
    }


def trend() -> dict[str, Any]:
    """Return how much of a fall in waiting is left once the fall elsewhere is taken off."""
    own = CLINIC["before"] - CLINIC["after"]
    elsewhere = CLINIC["others_before"] - CLINIC["others_after"]
    return {
        **CLINIC,
        "own": own,
        "elsewhere": elsewhere,
        "left": own - elsewhere,
        "at_the_end": CLINIC["others_after"] - CLINIC["after"],
    }
