"""Infections in a Danish hospital, and their control chart, judged by the NHS rules."""

from __future__ import annotations

from functools import cache

import pandas as pd

from toolkit import evidence, spc

SERIES = "cdi_monthly"
BEFORE = 24  # months before the intervention


@cache
def judged(first: int, months: int | None = None) -> spc.Chart:
    """Return the chart of infections up to some month, with limits from its first months."""
    frame = evidence.series(SERIES).frame.head(months)
    frame = frame.assign(month=pd.to_datetime(frame["month"]))
    return spc.chart_data(
        frame,
        chart="xmr",
        floor=0,
        freeze=first,
        better="decrease",
        value="infections",
        size="risk_days",
        per=10_000,
    )


def begun() -> int:
    """Return the row of the month in which the intervention begins."""
    return int((evidence.series(SERIES).frame["period"] == "post").argmax())
