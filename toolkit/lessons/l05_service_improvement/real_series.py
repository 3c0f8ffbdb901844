"""Real series and their control charts, judged by the NHS rules."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from toolkit import evidence, spc

SERIES: dict[str, dict[str, Any]] = {
    "cdi_monthly": {
        "better": "decrease",
        "value": "infections",
        "size": "risk_days",
        "per": 10_000,
    },
    "england_ae_monthly": {
        "better": "increase",
        "value": "type1_within_4h",
        "size": "type1",
        "per": 100,
        "ceiling": 100,
    },
}
FIRST = 24  # months that the limits are worked out from


@cache
def judged(series: str) -> spc.Chart:
    """Return the chart of a series, by its key in `SERIES`, with limits from its first months."""
    held = evidence.series(series).frame
    frame = held.assign(month=pd.to_datetime(held["month"]))
    if series == "england_ae_monthly":
        # Until April 2011 the months are estimates, shared out of weeks: whole people again.
        within, over = frame["type1_within_4h"].round(), frame["type1_over_4h"].round()
        frame = frame.assign(type1_within_4h=within, type1=within + over)
    return spc.chart_data(frame, chart="xmr", floor=0, freeze=FIRST, **SERIES[series])
