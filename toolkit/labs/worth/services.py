"""The made-up services that the learner weighs in lesson 04: what they bring and cost."""

from __future__ import annotations

import pandas as pd

from toolkit.evidence.provenance import Provenance
from toolkit.worth import Service

SERVICES = Provenance("illustrative", note="the services, their outcomes and costs")

# Illustrative: the usual service for one condition, beside which a fuller one is put.
USUAL = Service("Usual", effect=0.50, cost=2_000)

# Illustrative: a service before somebody makes it cheaper.
BEFORE = Service("Before", effect=0.60, cost=4_000)

# Illustrative: three services with one condition, 0 to 100 in each tier, and their cost.
TIERS = ("health reached", "the way there", "how it lasts")
OUTCOMES = pd.DataFrame(
    [(90, 50, 45), (60, 88, 60), (65, 60, 90)],
    index=["Service A", "Service B", "Service C"],
    columns=TIERS,
)
COST = pd.Series([3_000, 3_400, 4_200], index=OUTCOMES.index)
