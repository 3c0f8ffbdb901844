"""Real series and their control charts: four series judged by four rule sets, and large counts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence, spc

# How each series is charted. Targets are the English standards of the time for waiting and for
# emergency departments.
SERIES: dict[str, dict[str, Any]] = {
    "cdi_monthly": {
        "share": False,
        "better": "decrease",
        "ask": {"value": "infections", "size": "risk_days", "per": 10_000},
    },
    "semmelweis_monthly": {
        "share": True,
        "better": "decrease",
        "ask": {"value": "deaths", "size": "births", "per": 100},
    },
    "england_ae_monthly": {
        "share": True,
        "better": "increase",
        "ask": {"value": "type1_within_4h", "size": "type1", "per": 100, "target": 95},
    },
    "england_rtt_monthly": {
        "share": True,
        "better": "increase",
        "ask": {"value": "within_18_weeks", "size": "waiting_total", "per": 100, "target": 92},
    },
}
FIRST = 24  # months that the limits are worked out from
TRUSTS = "ae_attendances_ten_trusts"
SEED = 5
# One rule is enough to see what limits do; all of them are tried on the four series.
BEYOND_A_LIMIT = replace(
    spc.MAKING_DATA_COUNT,
    key="outside",
    title="one rule: beyond a limit",
    rules=(spc.OUTSIDE,),
    screen=False,
)


@cache
def _months(series: str) -> pd.DataFrame:
    held = evidence.series(series).frame
    frame = held.assign(month=pd.to_datetime(held["month"]))
    if series == "england_ae_monthly":
        # Until April 2011 the months are estimates, shared out of weeks: whole people again.
        within, over = frame["type1_within_4h"].round(), frame["type1_over_4h"].round()
        frame = frame.assign(type1_within_4h=within, type1=within + over)
    return frame


@cache
def judged(series: str) -> dict[str, spc.Chart]:
    """Return a series as each rule set judges it.

    Parameters
    ----------
    series : str
        Key of `SERIES`.

    Returns
    -------
    dict of str to Chart
        By the key of the rule set. Limits come from the first months.
    """
    about = SERIES[series]
    judge = partial(
        spc.chart_data,
        _months(series),
        chart="xmr",
        better=about["better"],
        floor=0,
        ceiling=100 if about["share"] else None,
        freeze=FIRST,
        **about["ask"],
    )
    return {key: judge(rules=key) for key in spc.RULE_SETS}


def agreement(each: dict[str, spc.Chart]) -> tuple[pd.DataFrame, int, int]:
    """Return who flags which month, how many months have a figure, and in how many all agree."""
    flagged = pd.DataFrame({spc.RULE_SETS[key].title: made.special for key, made in each.items()})
    known = next(iter(each.values())).points["value"].notna()
    alike = flagged[known].sum(axis=1).isin([0, len(spc.RULE_SETS)])
    return flagged, int(known.sum()), int(alike.sum())


@cache
def stays(trust: str, one_in: int) -> pd.DataFrame:
    """Return the months of one trust, or of some of its people, picked at random each month.

    Parameters
    ----------
    trust : str
        Code of the trust.
    one_in : int
        1 for everybody; 10 or 100 for one person in so many.

    Returns
    -------
    DataFrame
        Columns ``month``, ``long`` (people who stayed over four hours) and ``seen`` (all people).
    """
    frame = evidence.series(TRUSTS).frame
    frame = frame[frame["org_code"] == trust].sort_values("month")
    long, seen = (frame[name].to_numpy() for name in ("over_4h", "attendances"))
    if one_in > 1:
        picked = seen // one_in
        rng = np.random.default_rng((SEED, one_in))
        long, seen = rng.hypergeometric(long, seen - long, picked), picked
    return pd.DataFrame({"month": frame["month"].to_numpy(), "long": long, "seen": seen})


@cache
def long_stays(trust: str, one_in: int, limits: str) -> spc.Chart:
    """Return the chart of who stayed over four hours, in per cent, judged by limits alone.

    Parameters
    ----------
    trust, one_in
        As in `stays`.
    limits : {"p", "p'"}
        Limits of chance alone, or Laney's.
    """
    return spc.chart_data(
        stays(trust, one_in),
        value="long",
        size="seen",
        per=100,
        chart=limits,
        rules=BEYOND_A_LIMIT,
        better="decrease",
    )
