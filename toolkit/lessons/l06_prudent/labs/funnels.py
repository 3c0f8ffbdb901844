"""Look at published deaths place by place, inside and beyond the limits of chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts.figure import Figure
from toolkit.charts.funnel import funnel
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.models import prudent

LIMITS = {"95 %": 0.025, "99.8 %": 0.001}  # share of places that chance puts beyond each side
GRID = 60  # points along each limit
INSIDE, BEYOND, FAR = "inside the 95 % limits", "beyond 95 %", "beyond 99.8 %"
ROLES = {INSIDE: "calm", BEYOND: "main", FAR: "warn"}
COMPUTED = Provenance("computed", note="rates and limits")


@dataclass(frozen=True)
class Places:
    """Places with their cases and sizes, held against what chance gives around one rate.

    Parameters
    ----------
    names, cases, sizes : Series
        One place each, on the same rows.
    limit : callable
        Takes a size, the overall rate and a chance below; returns the count below which it falls.
    per, within : float
        What rates are given per; what sizes are divided by for the axis.
    """

    names: pd.Series
    cases: pd.Series
    sizes: pd.Series
    limit: Callable[[int, float, float], float]
    per: float
    within: float = 1

    @property
    def rate(self) -> float:
        """Cases of all over sizes of all."""
        return float(self.cases.sum() / self.sizes.sum())

    @property
    def rates(self) -> pd.Series:
        """The rate of each, per so many."""
        return self.per * self.cases / self.sizes

    @cached_property
    def where(self) -> pd.Series:
        """Where each place lies: inside the limits, beyond the first, or beyond both."""
        found = []
        for count, size in zip(self.cases, self.sizes, strict=True):
            beyond = [
                not self.limit(size, self.rate, below)
                <= count
                <= self.limit(size, self.rate, 1 - below)
                for below in LIMITS.values()
            ]
            found.append(FAR if beyond[1] else BEYOND if beyond[0] else INSIDE)
        return pd.Series(found, index=self.cases.index)

    def lines(self) -> pd.DataFrame:
        """Return the average and the limits, from below the smallest place on."""
        ends = 0.7 * self.sizes.min(), 1.05 * self.sizes.max()
        sizes = np.unique(np.geomspace(*ends, GRID).astype(np.int64)).tolist()
        rows = [(size, self.rate, "average", "") for size in sizes]
        for line, beyond in LIMITS.items():
            for side, below in (("low", beyond), ("high", 1 - beyond)):
                rows += [(n, self.limit(n, self.rate, below) / n, line, side) for n in sizes]
        frame = pd.DataFrame(rows, columns=["x", "y", "line", "side"])
        return frame.assign(x=frame["x"] / self.within, y=frame["y"] * self.per)

    def drawn(self, unit: str, **words: Any) -> Figure:
        """Return the funnel, with a name beside each place beyond both limits."""
        at = pd.DataFrame({"x": self.sizes / self.within, "y": self.rates})
        labels = [
            f"{name}: {rate:.1f}{unit}" for name, rate in zip(self.names, self.rates, strict=True)
        ]
        notes = at.assign(text=self.names)[self.where == FAR]
        dots = at.assign(series=self.where, label=labels)
        return funnel(dots, self.lines(), ROLES, notes=notes, **words)


def districts(_this: Lesson) -> Figure:
    """Show deaths from bowel cancer by district, inside the limits of chance."""
    held = evidence.series("bowel_cancer_districts")
    cases, sizes = held.frame["deaths_per_year"], held.frame["scaled_denominator"]
    places = Places(
        held.frame["district"],
        cases,
        sizes,
        lambda size, rate, below: prudent.poisson_limit(size * rate, below),
        per=100_000,
        within=1_000,
    )
    rates, where, many = places.rates, places.where, len(cases)
    outside = int((where != INSIDE).sum())
    times = rates.max() / rates.min()
    expected = sizes * places.rate
    spread = prudent.overdispersion(cases, expected, expected)
    scv = 100 * prudent.systematic_variation(cases, expected)
    chance = round(2 * LIMITS["95 %"] * many)
    rows = [
        (
            f"{sizes[part].min() / 1_000:,.0f} to {sizes[part].max() / 1_000:,.0f}",
            len(part),
            *rates[part].agg(["min", "max", "std"]).round(1),
            (where[part] != INSIDE).sum(),
        )
        for part in sizes.groupby(pd.qcut(sizes, 4), observed=True).groups.values()
    ]
    table = pd.DataFrame(
        rows,
        columns=["size of the district (age-standardised, thousands)", "districts",
                 "lowest rate", "highest rate", "standard deviation", "beyond the 95 % limits"],
    )  # fmt: skip
    return places.drawn(
        " per 100,000, age-standardised",
        x="size of the district (age-standardised, thousands; not residents)",
        y="deaths in 2008 per 100,000, age-standardised",
        title=f"Highest {times:.1f} times lowest, and "
        f"{100 * (1 - outside / many):.0f} % of districts within chance",
        description=(
            f"{many} districts of England, Scotland and Northern Ireland. On average "
            f"{places.per * places.rate:.1f} people in 100,000 died of bowel cancer in 2008. "
            f"The highest rate is {times:.1f} times the lowest. {outside} districts lie beyond the "
            f"95 % limits, where chance alone would put about {chance}; beyond the 99.8 % limits "
            f"lie {', '.join(places.names[where == FAR]) or 'none'}. Counts vary {spread:.2f} "
            "times as much as chance alone would let them; the systematic component of variation "
            f"is {scv:.1f} hundredths. {held.caveat}"
        ),
        provenance=(held.provenance, COMPUTED),
        table=table,
    )


def hearts(_this: Lesson, later: bool = False) -> Figure:
    """Show children's deaths after heart surgery, in one of two periods that do not compare."""
    held = evidence.series(f"child_heart_{'2012_2015' if later else '1991_1995'}")
    frame = held.frame.sort_values("hospital").reset_index(drop=True)
    names, deaths, done = frame["hospital"], frame["deaths"], frame["operations"]
    places = Places(names, deaths, done, prudent.binomial_limit, per=100)
    rates, expected = places.rates, done * places.rate
    table = pd.DataFrame({
        "hospital, by name": names, "operations": done, "deaths": deaths,
        "deaths, %": rates.round(1), "where it lies": places.where,
    })  # fmt: skip
    far = "; ".join(
        f"{names[row]} lies {'above' if deaths[row] > expected[row] else 'below'} both limits"
        for row in frame.index[places.where == FAR]
    )
    spread = prudent.overdispersion(deaths, expected, expected * (1 - places.rate))
    period, who, kind = "1991 to 1995", "children under one", "open-heart operations"
    if later:
        period, who, kind = "2012 to 2015", "children of all ages", "operations"
    return places.drawn(
        " %",
        x="operations in the period",
        y="deaths, % of operations",
        title=f"{period}, {who}: {far or 'none lies beyond both limits'}",
        description=(
            f"{len(frame)} hospitals, {done.sum():,} {kind} on {who}, {period}. On average "
            f"{100 * places.rate:.1f} % of them ended in death; by hospital {rates.min():.1f} % to "
            f"{rates.max():.1f} %. Limits of 95 % and of 99.8 %: "
            f"{far or 'none lies beyond both'}. Counts vary "
            f"{spread:.2f} times as much as chance alone would let them. How ill the children were "
            f"is not allowed for, so this is no ranking. {held.caveat}"
        ),
        provenance=(held.provenance, COMPUTED),
        table=table,
    )
