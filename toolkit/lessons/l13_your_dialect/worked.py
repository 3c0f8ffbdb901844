"""Lesson 13: the figures of its exercises. The emergency department is real, the rest is not."""

from __future__ import annotations

from math import factorial
from statistics import NormalDist
from typing import Any

import pandas as pd

from toolkit import evidence, spc, upload
from toolkit.charts import control
from toolkit.charts.figure import Figure
from toolkit.course.lab_words import LabWords
from toolkit.spc.limits import REACH
from toolkit.text.lists import listed
from toolkit.text.numbers import span

FALLS = (
    ("Jan-24", "5"), ("Feb-24", "7"), ("Apr-24", "0"), ("May-24", "4"), ("May-24", "2"),
    ("Jul-24", ""), ("Aug-24", "6"), ("Sep-24", "8"), ("Dec-24", "3"), ("Nov-24", "5"),
)  # fmt: skip
SERIES, TRUST, BASE, LAST = "ae_attendances_ten_trusts", "RKB", 24, 12  # months
WORDS = LabWords("toolkit.lessons.l13_your_dialect")
CLINIC = {"mean": 15, "swing": 2, "hoped": 10, "months": 6}  # %, standard deviation in %, %


def falls() -> dict[str, Any]:
    """Return which months of a small table have no figure, and what is taken for them."""
    lines = [",".join(row) for row in (("Month", "Falls"), *FALLS)]
    brought = upload.read("falls.csv", "\n".join(lines).encode())
    made = upload.series(brought, value="Falls", duplicates="sum")
    values, gaps = made.frame["value"], len(made.missing)
    empty = sum(cell == "" for _, cell in FALLS)
    return {
        "rows": WORDS.say("worked.falls.rows", rows=FALLS),
        "first": f"{made.frame['start'].iloc[0]:%B}",
        "last": f"{made.frame['start'].iloc[-1]:%B}",
        "missing": listed((f"{month:%B}" for month in made.missing), most=None),
        "months": len(values),
        "known": len(values) - gaps,
        "enough": spc.ENOUGH,
        "gaps": gaps,
        "empty": empty,
        "no_row": gaps - empty,
        "with_nought": gaps + int((values == 0).sum()),
        "less_rows": len(values) - len(FALLS),
    }


def admissions() -> Figure:
    """Draw three years of admissions, with the limits of the first two."""
    held, judged = evidence.series(SERIES), _judged(freeze=BASE)
    points = judged.points
    months = points["at"].dt.strftime("%B %Y").tolist()
    latest = points.tail(LAST)
    facts = {
        "base": BASE,
        "months": months,
        "reach": span(points["value"]),
        "limits": points[["low", "centre", "high"]].iloc[0].round(0),
        "last": LAST,
        "reasons": list(zip(months[-LAST:], latest["value"], latest["why"], strict=True)),
        "warnings": judged.warnings,
        "held": held,
    }
    heads = WORDS["worked"]["admissions"]["heads"]
    table = points.assign(month=months)[["month", "value", "kind", "why"]].set_axis(heads, axis=1)
    return control.control_chart(
        points,
        title=WORDS.say("worked.admissions.title", **facts),
        description=WORDS.say("worked.admissions.description", **facts),
        provenance=(held.provenance, WORDS.provenance("judged")),
        unit=WORDS.say("worked.admissions.unit"),
        table=table,
    )


def last_year() -> dict[str, Any]:
    """Return how many of the last months are special by themselves, by company, by new limits."""
    old = _judged(freeze=BASE)
    start = old.points["at"].iloc[-LAST]
    new = _judged(rebase=[start])
    latest = old.points.tail(LAST)
    special = int(old.special.tail(LAST).sum())
    beyond = int(((latest["value"] > latest["high"]) | (latest["value"] < latest["low"])).sum())
    by_new_limits = int(new.special.tail(LAST).sum())
    return {
        "base": BASE,
        "all": LAST,
        "start": f"{start:%B %Y}",
        "high": f"{latest['high'].iloc[0]:,.0f}",
        "special": special,
        "beyond": beyond,
        "by_company": special - beyond,
        "by_new_limits": by_new_limits,
        "by_new_words": by_new_limits or "none",
    }


def calls() -> dict[str, Any]:
    """Return what rules for going on would say of a plan that works, and of one that does not."""
    mean, swing, hoped, months = CLINIC.values()
    low = mean - REACH * swing
    works, same = (NormalDist(level, swing).cdf(low) for level in (hoped, mean))
    return {
        **CLINIC,
        "low": f"{low:.0f}",
        "high": f"{mean + REACH * swing:.0f}",
        "found": f"{100 * (1 - (1 - works) ** months):.0f}",
        "by_luck": f"{100 * (1 - (1 - same) ** months):.0f}",
        "each_time": f"{round(works**-months, -2):,.0f}",
        "orders": f"{factorial(months):,}",
    }


def _judged(**limits: Any) -> spc.Chart:
    frame = evidence.series(SERIES).frame
    frame = frame[frame["org_code"] == TRUST].sort_values("month").tail(BASE + LAST)
    frame = frame.assign(month=pd.to_datetime(frame["month"]))
    return spc.chart_data(frame, value="admissions", **limits)
