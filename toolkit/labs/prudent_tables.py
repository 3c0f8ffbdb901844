"""Published figures of lesson 06: places in a funnel, and what is reported of prudent care."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from toolkit import evidence, need
from toolkit.charts.figure import Figure
from toolkit.charts.funnel import funnel
from toolkit.evidence.provenance import Provenance
from toolkit.labs.lesson import Page
from toolkit.labs.tables import page

LIMITS = {"95 %": 0.025, "99.8 %": 0.001}  # share of places that chance puts beyond each side
GRID = 60  # points along each limit
INSIDE, BEYOND, FAR = "inside the 95 % limits", "beyond 95 %", "beyond 99.8 %"
ROLES = {INSIDE: "calm", BEYOND: "main", FAR: "warn"}
COMPUTED = Provenance("computed", note="rates and limits")
Limit = Callable[[int, float], float]  # size of a place, chance below: count


def _lines(low: int, high: int, rate: float, limit: Limit) -> pd.DataFrame:
    """Return the average and the limits, as shares, from below the smallest place on."""
    sizes = np.unique(np.geomspace(0.7 * low, 1.05 * high, GRID).astype(np.int64))
    rows = [(size, rate, "average", "") for size in sizes]
    for line, beyond in LIMITS.items():
        for side, below in (("low", beyond), ("high", 1 - beyond)):
            rows += [(size, limit(int(size), below) / size, line, side) for size in sizes]
    return pd.DataFrame(rows, columns=["x", "y", "line", "side"])


def _series(cases: pd.Series, sizes: pd.Series, limit: Limit) -> list[str]:
    """Say of each place where it lies."""
    found = []
    for count, size in zip(cases, sizes, strict=True):
        beyond = [
            not limit(int(size), below) <= count <= limit(int(size), 1 - below)
            for below in LIMITS.values()
        ]
        found.append(FAR if beyond[1] else BEYOND if beyond[0] else INSIDE)
    return found


def districts() -> Figure:
    """Return the districts' deaths from bowel cancer in a funnel."""
    held = evidence.series("bowel_cancer_districts")
    frame = held.frame
    cases, people = frame["deaths_per_year"], frame["population"]
    rate = cases.sum() / people.sum()

    def limit(size: int, below: float) -> float:
        return need.poisson_limit(size * rate, below)

    per = 100_000
    rates = per * cases / people
    where = pd.Series(_series(cases, people, limit))
    counts = where.value_counts()
    outside = len(frame) - counts[INSIDE]
    times = rates.max() / rates.min()
    expected = people * rate
    spread = need.overdispersion(cases, expected, expected)
    scv = 100 * need.systematic_variation(cases, expected)
    dots = pd.DataFrame({
        "x": people / 1_000, "y": rates, "series": where,
        "label": [f"{d.district}: {r:.1f} for each 100,000 people"
                  for d, r in zip(frame.itertuples(), rates, strict=True)],
    })  # fmt: skip
    lines = _lines(int(people.min()), int(people.max()), rate, limit)
    lines = lines.assign(x=lines["x"] / 1_000, y=lines["y"] * per)
    chance = round(2 * LIMITS["95 %"] * len(frame))
    named = dots[where == FAR]
    notes = named.assign(text=frame["district"])[["x", "y", "text"]]
    rows = [
        (
            f"{people[part].min() / 1_000:,.0f} to {people[part].max() / 1_000:,.0f}",
            len(part),
            *rates[part].agg(["min", "max", "std"]).round(1),
            (where[part] != INSIDE).sum(),
        )
        for part in people.groupby(pd.qcut(people, 4), observed=True).groups.values()
    ]
    table = pd.DataFrame(
        rows,
        columns=["thousand people in the district", "districts", "lowest rate", "highest rate",
                 "standard deviation", "beyond the 95 % limits"],
    )  # fmt: skip
    return funnel(
        dots,
        lines,
        ROLES,
        x="people in the district, thousands",
        y="deaths in a year, for each 100,000 people",
        title=f"Highest {times:.1f} times lowest, and "
        f"{100 * counts[INSIDE] / len(frame):.0f} % of districts within chance",
        description=(
            f"{len(frame)} districts of England, Scotland and Northern Ireland. On average "
            f"{per * rate:.1f} people in 100,000 died of bowel cancer in the year. The highest "
            f"rate is {times:.1f} times the lowest. {outside} districts lie beyond the 95 % "
            f"limits, where chance alone would put about {chance}; beyond the 99.8 % limits lie "
            f"{', '.join(notes['text']) or 'none'}. Counts vary {spread:.2f} times as much as "
            f"chance alone would let them; the systematic component of variation is {scv:.1f} "
            f"hundredths. {held.caveat}"
        ),
        provenance=(held.provenance, COMPUTED),
        table=table,
        notes=notes,
    )


def hearts(later: bool) -> Figure:
    """Return children's deaths after heart surgery in a funnel, one of the two periods.

    Parameters
    ----------
    later : bool
        True for 2012 to 2015, all children; False for 1991 to 1995, children under one.
    """
    held = evidence.series(f"child_heart_{'2012_2015' if later else '1991_1995'}")
    frame = held.frame.sort_values("hospital").reset_index(drop=True)
    deaths, done = frame["deaths"], frame["operations"]
    rate = deaths.sum() / done.sum()

    def limit(size: int, below: float) -> float:
        return need.binomial_limit(size, rate, below)

    rates = 100 * deaths / done
    where = pd.Series(_series(deaths, done, limit))
    dots = pd.DataFrame({
        "x": done, "y": rates, "series": where,
        "label": [f"{name}: {r:.1f} %" for name, r in zip(frame["hospital"], rates, strict=True)],
    })  # fmt: skip
    lines = _lines(int(done.min()), int(done.max()), rate, limit)
    lines = lines.assign(y=100 * lines["y"])
    named = dots[where == FAR]
    notes = named.assign(text=frame["hospital"])[["x", "y", "text"]]
    table = pd.DataFrame({
        "hospital, by name": frame["hospital"], "operations": done, "deaths": deaths,
        "deaths, %": rates.round(1), "where it lies": where,
    })  # fmt: skip
    far = "; ".join(
        f"{name}, {'above' if y > 100 * rate else 'below'}"
        for name, y in zip(frame.loc[named.index, "hospital"], named["y"], strict=True)
    )
    spread = need.overdispersion(deaths, done * rate, done * rate * (1 - rate))
    period, who = ("1991 to 1995", "children under one")
    if later:
        period, who = ("2012 to 2015", "children of all ages")
    return funnel(
        dots,
        lines,
        ROLES,
        x="operations in the period",
        y="deaths, % of operations",
        title=f"{period}, {who}: beyond the 99.8 % limits {far or 'none'}",
        description=(
            f"{len(frame)} hospitals, {done.sum():,} operations on {who}, {period}. On average "
            f"{100 * rate:.1f} % of them ended in death; by hospital {rates.min():.1f} % to "
            f"{rates.max():.1f} %. Beyond the 99.8 % limits: {far or 'none'}. Counts vary "
            f"{spread:.2f} times as much as chance alone would let them. How ill the children were "
            f"is not allowed for, so this is no ranking. {held.caveat}"
        ),
        provenance=(held.provenance, COMPUTED),
        table=table,
        notes=notes,
    )


def tonsils() -> Page:
    """Return the published range of tonsillectomy in Scotland as a small table."""
    row = evidence.contrasts().frame.set_index("id").loc["tonsillectomy_scotland"]
    rows = [
        ("Lowest area", f"{row['before']:g} {row['unit']}"),
        ("Highest area", f"{row['after']:g} {row['unit']}"),
        ("Highest over lowest", f"{row['after'] / row['before']:.1f} times"),
        ("What the authors could explain", row["reported_effect"]),
        ("What is not shown", "Which rate is right, or what the children and parents wished"),
    ]
    sources = Provenance("published", (row["sources"],), bool(row["verified"]))
    return page(
        ["What", "Reported"],
        rows,
        f"Operations on children’s tonsils. {row['setting']}",
        (sources, Provenance("computed", note="the highest over the lowest")),
    )


def _cited(text: str) -> str:
    """Return a text with its source keys in brackets written as names and years."""
    keys = r"\(([a-z]+(?:\d{4}[a-z]?)?(?:; [a-z]+(?:\d{4}[a-z]?)?)*)\)"
    return re.sub(keys, lambda found: f"({evidence.cite(*found[1].split('; '))})", text)


def claim() -> Page:
    """Return the seed paper's claim on value and savings, beside what is published of it."""
    row = evidence.claims().frame.set_index("id").loc["S15"]
    rows = [
        ("The claim", f"“{row['wording']}”"),
        ("Published, for", _cited(row["for_published"])),
        ("Published, against", _cited(row["against_published"])),
        ("What cannot be tested here", row["untestable_note"]),
    ]
    source = Provenance("published", ("richdavieshowsen2022",), note="the wording of the claim")
    return page(["What", "In words"], rows, "Value promised, savings counted", (source,))


def reported(names: Sequence[str]) -> Page:
    """Return what has been reported of programmes, with what to beware of.

    Parameters
    ----------
    names : sequence of str
        Rows of the table of published cases.
    """
    rows = evidence.published_cases().frame.set_index("row").loc[list(names)]
    cells, named = [], []
    for row in rows.itertuples():
        keys = [key.strip() for key in row.sources.split(";")]
        named += keys
        cells.append((
            row.org, f"{row.measure}: {row.after:,.0f} {row.unit}", row.what_happened, row.caveat,
            evidence.cite(*keys),
        ))  # fmt: skip
    return page(
        ["Where", "Figure", "What is reported", "Beware", "Source"],
        cells,
        "Prudent health care in Wales: what is reported",
        (Provenance("published", tuple(dict.fromkeys(named)), bool(rows["verified"].all())),),
    )
