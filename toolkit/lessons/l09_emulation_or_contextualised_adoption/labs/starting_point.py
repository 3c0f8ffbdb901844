"""Where the labs of lesson 09 start, what they rest on, and how they say who is ahead."""

from __future__ import annotations

import pandas as pd

from toolkit import evidence
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Select
from toolkit.models.journeys.counterfactual import NINE
from toolkit.models.laws.world import NEAR

CASES = {name: f"{name} · {evidence.case(name).title}" for name in NINE}
# What the predictions speak of, and where the labs start.
HOME, SOURCE, FAR = "A", "B", 25  # % of the way
LEARNING, KNOWN = 8, 70  # %
PLACE = Select("home", "Your place", HOME, options=CASES)
KINDS = {"copying ahead": "warn", "about even": "calm", "own logic ahead": "main"}
PLAYED = Provenance("modelled", note="played here, the same chance on both sides")
RECORD = Provenance("illustrative", note="places and record: the nine cases")


def per_cent(share: float) -> str:
    """Return a share in per cent, in words."""
    return f"{100 * share:.0f} %"


def who(margin: pd.Series) -> pd.Series:
    """Return who is ahead, by how far copying is ahead; within `NEAR` it is about even."""
    return pd.cut(margin, [-1, -NEAR, NEAR, float("inf")], labels=list(KINDS)[::-1])
