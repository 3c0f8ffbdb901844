"""Lesson 04: the figures of its exercises. Prices of minutes are published, else illustrative."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit import evidence
from toolkit.models.value import Account, Pool, Service, compare_services, net_benefit
from toolkit.screen.facts import Facts

CLINIC = "Gastroenterology"
# Illustrative: the minutes that one visit takes there.
VISIT = {"secretary": 15, "nurses": 25, "cabinets": 30}
FEET = Pool("podiatrists", 2_625, 2_100)  # illustrative: pounds and minutes a week
PATIENTS = 60
TOUCH = {"old": 28, "new": 22}  # minutes a patient
LEAFLET = Service("leaflet", effect=0.60, cost=200)
CLASSES = Service("classes", effect=0.68, cost=1_600)
THRESHOLD = 25_000
# Illustrative: the share of people who do well, and the cost of a case, before and after.
REPORT = Service("before", 0.80, 5_000), Service("after", 0.76, 4_250)


def rates() -> Facts:
    """Draw what a minute costs in one clinic, resource by resource."""
    held, paid = evidence.series("tdabc_clinic_rates"), _rates()
    return Facts(
        chart=paid,
        table=paid.rename("rate").reset_index(),
        clinic=CLINIC,
        held=held,
        source=held.provenance,
    )


def visit() -> dict[str, Any]:
    """Return what a visit costs by its minutes, and other ways to reckon it."""
    paid, minutes = _rates(), pd.Series(VISIT)
    used = paid[list(VISIT)]
    whole = float((used * minutes).sum())
    return {
        **VISIT,
        "clinic": CLINIC,
        "whole": whole,
        "parts": " + ".join(f"{VISIT[name]} × {used[name]:.2f}" for name in VISIT),
        "mean_rate": float(used.mean() * minutes.sum()),
        "all_rates": float(paid.sum() * minutes.sum()),
        "people": float((used * minutes).drop("cabinets").sum()),
    }


def unused() -> dict[str, Any]:
    """Return what unused minutes cost after a visit got shorter and nothing else was done."""
    before, after = (Account(FEET, PATIENTS * touch) for touch in TOUCH.values())
    freed = before.costs["used"] - after.costs["used"]
    return {
        **TOUCH,
        "patients": PATIENTS,
        "cost": FEET.cost,
        "minutes": FEET.minutes,
        "rate": FEET.rate,
        "idle": after.unused,
        "worth": after.costs["unused"],
        "freed": freed,
        "before": before.costs["unused"],
        "bill": after.bill,
    }


def classes() -> dict[str, Any]:
    """Return the net benefit of exercise classes over a leaflet, and other ways to reckon it."""
    gain, extra = CLASSES.effect - LEAFLET.effect, CLASSES.cost - LEAFLET.cost
    return {
        "old_effect": LEAFLET.effect,
        "old_cost": LEAFLET.cost,
        "new_effect": CLASSES.effect,
        "new_cost": CLASSES.cost,
        "threshold": THRESHOLD,
        "gain": gain,
        "extra": extra,
        "net": float(net_benefit(gain, extra, THRESHOLD)),
        "icer": compare_services(CLASSES, LEAFLET).icer,
        "from_zero": float(net_benefit(CLASSES.effect, CLASSES.cost, THRESHOLD)),
        "turned": float(-net_benefit(gain, extra, THRESHOLD)),
        "no_cost": float(net_benefit(gain, 0, THRESHOLD)),
    }


def cheaper() -> dict[str, Any]:
    """Return how the ratio moves when a case costs less and fewer people do well."""
    before, after = REPORT
    return {
        "cost": 100 * (1 - after.cost / before.cost),
        "ratio": 100 * (after.ratio / before.ratio - 1),
        "well": 100 * before.effect,
        "now": 100 * after.effect,
        "fewer": 100 * (before.effect - after.effect),
    }


def _rates() -> pd.Series:
    held = evidence.series("tdabc_clinic_rates").frame
    return held[held["clinic"] == CLINIC].set_index("resource")["eur_per_minute"]
