"""Real series judged by four rule sets: who flags which month, and why."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import pandas as pd

from toolkit import evidence, spc
from toolkit.charts.control import control_chart
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Select

SETS = spc.RULE_SETS
JUDGED = Provenance("computed", note="limits and signals")

# What each series measures; where its source names a change, a new set of limits starts there.
# Targets are the English standards of the time for waiting and for emergency departments.
SERIES: dict[str, dict[str, Any]] = {
    "cdi_monthly": {
        "name": "C. difficile, one Danish hospital",
        "unit": "infections per 10,000 days",
        "chart": "u",
        "better": "decrease",
        "ask": {"value": "infections", "size": "risk_days", "per": 10_000},
        "change": ("2014-11-01",),
    },
    "semmelweis_monthly": {
        "name": "Mothers who died, Vienna",
        "unit": "deaths per 100 births",
        "chart": "p",
        "better": "decrease",
        "ask": {"value": "deaths", "size": "births", "per": 100},
        "change": ("1847-06-01",),
    },
    "england_ae_monthly": {
        "name": "Four hours in A&E, England",
        "unit": "% within four hours (major departments)",
        "chart": "p",
        "better": "increase",
        "ask": {"value": "type1_within_4h", "size": "type1", "per": 100, "target": 95},
    },
    "england_rtt_monthly": {
        "name": "Waiting for treatment, England",
        "unit": "% waiting up to 18 weeks",
        "chart": "p",
        "better": "increase",
        "ask": {"value": "within_18_weeks", "size": "waiting_total", "per": 100, "target": 92},
    },
}
FIRST, CHUNK, FROZEN = 24, 24, 12  # months
START = {"series": "cdi_monthly", "rules": "mdc", "chart": "single", "rests": "first"}
ALIKE = 0.9  # share of months judged alike that the prediction calls the same


@cache
def _series(name: str) -> tuple[evidence.Table, pd.DataFrame]:
    held = evidence.series(name)
    frame = held.frame.assign(month=pd.to_datetime(held.frame["month"]))
    if name == "england_ae_monthly":
        # Until April 2011 the months are estimates, shared out of weeks: whole people again.
        within, over = frame["type1_within_4h"].round(), frame["type1_over_4h"].round()
        frame = frame.assign(type1_within_4h=within, type1=within + over)
    return held, frame


def _based(months: pd.Series, change: tuple[str, ...], rests: str) -> dict:
    """Return what centre and limits rest on, as `chart_data` takes it."""
    starts = change or tuple(months.iloc[CHUNK : -FROZEN + 1 : CHUNK])
    rest: dict[str, dict] = {
        "all": {},
        "first": {"freeze": FIRST},
        "new": {"rebase": starts},
        "both": {"rebase": starts, "freeze": FROZEN},
    }
    return rest[rests]


@cache
def _judged(series: str, counts: bool, rests: str) -> dict[str, spc.Chart]:
    """Return the series as each rule set judges it."""
    about, (_, frame) = SERIES[series], _series(series)
    judge = partial(
        spc.chart_data,
        frame,
        chart=about["chart"] if counts else "xmr",
        better=about["better"],
        floor=0,
        ceiling=100 if about["chart"] == "p" else None,
        **about["ask"],
        **_based(frame["month"], about.get("change", ()), rests),
    )
    return {key: judge(rules=key) for key in SETS}


def _flagged(each: dict[str, spc.Chart]) -> tuple[pd.DataFrame, pd.Series, int]:
    """Return who flags which month, which months have a figure, and in how many all agree."""
    flagged = pd.DataFrame({SETS[key].title: made.special for key, made in each.items()})
    known = next(iter(each.values())).points["value"].notna()
    return flagged, known, int(flagged[known].sum(axis=1).isin([0, len(SETS)]).sum())


def how_alike() -> str:
    """Say whether the rule sets agree on nearly all months: of all series, some or none."""
    kinds = set()
    for series in SERIES:
        _, known, agreed = _flagged(_judged(series, START["chart"] == "counts", START["rests"]))
        kinds.add("same" if agreed >= ALIKE * known.sum() else "never")
        if len(kinds) == 2:
            return "some"
    return kinds.pop()


def draw(value: dict, said: str = "") -> Figure:
    """Draw a series judged by one rule set, and below it what all four flag."""
    about, (held, _) = SERIES[value["series"]], _series(value["series"])
    each = _judged(value["series"], value["chart"] == "counts", value["rests"])
    own = each[value["rules"]]
    who = {key: SETS[key].title for key in SETS}
    others = pd.concat(
        made.points[["at", "kind"]].assign(who=who[key]) for key, made in each.items()
    )
    flagged, known, agreed = _flagged(each)
    table = own.points[["at", "value", "low", "centre", "high", "kind", "why"]].rename(
        columns={"at": "month", "value": about["unit"], "low": "lower limit",
                 "high": "upper limit", "kind": "judged", "why": "because"}
    )  # fmt: skip
    table["month"] = table["month"].dt.strftime("%B %Y")
    table["flagged by"] = [", ".join(flagged.columns[row]) for row in flagged.to_numpy(dtype=bool)]
    icons = {"variation": own.variation, "assurance": own.assurance}
    words = " ".join(
        [
            f"{about['name']}, {own.points['at'].iloc[0]:%B %Y} to "
            f"{own.points['at'].iloc[-1]:%B %Y}, judged by {own.rules.title}. {own.summary}",
            own.variation.why,
            *([own.assurance.why] if own.target is not None else []),
            "Special months by each set of rules: "
            + ", ".join(f"{name} {n}" for name, n in flagged.sum().items())
            + f"; all four agree on {agreed} of {known.sum()} months.",
            *own.warnings,
            held.caveat,
            held.attribution,
        ]
    )
    return control_chart(
        own.points,
        title=f"{own.special.sum()} of {known.sum()} months are special; the four sets of rules "
        f"agree on {agreed}",
        description=words + said,
        provenance=(held.provenance, JUDGED),
        unit=about["unit"],
        icons={name: (icon.name, icon.word) for name, icon in icons.items()},
        target=own.target,
        others=others,
        table=table,
        given=False,
    )


CONTROLS = (
    Select(
        "series",
        "Figures",
        START["series"],
        options={name: about["name"] for name, about in SERIES.items()},
    ),
    Select(
        "rules",
        "Judged by",
        START["rules"],
        options={key: each.title for key, each in SETS.items()},
    ),
    Select(
        "chart",
        "Limits from",
        START["chart"],
        options={
            "single": "how far neighbouring months differ",
            "counts": "chance in counts",
        },
    ),
    Select(
        "rests",
        "Worked out from",
        START["rests"],
        options={
            "first": f"the first {FIRST} months, then kept",
            "all": "all the months",
            "new": "new limits, at the change or every two years",
            "both": f"new limits, kept after {FROZEN} months",
        },
    ),
)
