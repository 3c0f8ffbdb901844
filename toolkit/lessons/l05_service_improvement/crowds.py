"""Real figures of large counts: limits of chance alone, and Laney's wider ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence, spc
from toolkit.charts.control import control_chart
from toolkit.charts.figure import Figure
from toolkit.course.common import PLAYED
from toolkit.learning.fields import Choice, Select
from toolkit.lessons.l05_service_improvement.judged import JUDGED
from toolkit.text.numbers import number

SERIES, SEED = "ae_attendances_ten_trusts", 5
START = {"trust": "RKB", "people": "1", "limits": "p"}
PEOPLE = {"1": "everybody", "10": "one in ten", "100": "one in a hundred"}
LIMITS = {"p": "chance alone", "p'": "chance and ordinary months"}
# One rule is enough to see what limits do; the others stand in the lab before.
RULES = replace(
    spc.MAKING_DATA_COUNT,
    key="outside",
    title="one rule: beyond a limit",
    rules=(spc.OUTSIDE,),
    screen=False,
)


@cache
def _frame(trust: str, one_in: int) -> pd.DataFrame:
    """Return the months of one trust, or of some of its people, picked at random each month."""
    frame = evidence.series(SERIES).frame
    frame = frame[frame["org_code"] == trust].sort_values("month")
    long, seen = (frame[name].to_numpy() for name in ("over_4h", "attendances"))
    if one_in > 1:
        picked = seen // one_in
        rng = np.random.default_rng((SEED, one_in))
        long, seen = rng.hypergeometric(long, seen - long, picked), picked
    return pd.DataFrame({"month": frame["month"].to_numpy(), "long": long, "seen": seen})


@cache
def _chart(trust: str, one_in: int, limits: str) -> spc.Chart:
    return spc.chart_data(
        _frame(trust, one_in),
        value="long",
        size="seen",
        per=100,
        chart=limits,
        rules=RULES,
        better="decrease",
    )


def outside(trust: str = START["trust"], one_in: int = 1, limits: str = START["limits"]) -> int:
    """Return how many months of one trust lie outside the limits.

    Parameters
    ----------
    trust : str
        Code of the trust.
    one_in : int
        1 for everybody; 10 or 100 for one person in so many.
    limits : {"p", "p'"}
        Limits of chance alone, or Laney's.

    Returns
    -------
    int
        Months.
    """
    return int(_chart(trust, one_in, limits).special.sum())


def _trusts() -> dict[str, str]:
    people = evidence.series(SERIES).frame.groupby("org_code")["attendances"].mean()
    return {code: f"{code}: {round(each, -2):,.0f} people a month" for code, each in people.items()}


def _lie(beyond: int, months: int) -> str:
    return f"{beyond} of {months} months {'lies' if beyond == 1 else 'lie'}"


def draw(value: dict, said: str = "") -> Figure:
    """Draw who stayed over four hours, month by month, with the limits that were chosen."""
    trust, one_in, limits = value["trust"], int(value["people"]), value["limits"]
    made, held = _chart(trust, one_in, limits), evidence.series(SERIES)
    points, months = made.points, len(made.points)
    beyond = outside(trust, one_in, limits)
    other = next(name for name in LIMITS if name != limits)
    people = round(float(_frame(trust, one_in)["seen"].mean()))
    last = points.iloc[-1]
    words = " ".join(
        [
            f"Trust {trust}, {points['at'].iloc[0]:%B %Y} to {points['at'].iloc[-1]:%B %Y}: the "
            f"share of people who stayed over four hours in A&E, with {people:,} people a month"
            f"{'' if one_in == 1 else ', picked at random from all'}. "
            f"{_lie(beyond, months)} outside limits that allow for {LIMITS[limits]}. With limits "
            f"that allow for {LIMITS[other]} it would be {outside(trust, one_in, other)}.",
            f"In the last month, anything from {number(last['low'])} % to {number(last['high'])} % "
            "passes as ordinary.",
            *made.warnings,
            held.caveat,
            held.attribution,
        ]
    )
    table = points[["at", "value", "low", "centre", "high", "kind"]].set_axis(
        ["month", "% over four hours", "lower limit", "centre", "upper limit", "judged"], axis=1
    )
    table["month"] = table["month"].dt.strftime("%B %Y")
    table.insert(1, "people", _frame(trust, one_in)["seen"].to_numpy())
    return control_chart(
        points,
        title=f"{_lie(beyond, months)} outside the limits, with {people:,} people a month",
        description=words + said,
        provenance=(held.provenance, JUDGED) if one_in == 1 else (held.provenance, JUDGED, PLAYED),
        unit="% over four hours",
        table=table,
        given=False,
    )


CONTROLS = (
    Select("trust", "A&E department", START["trust"], options=_trusts()),
    Choice("people", "Count", START["people"], options=PEOPLE),
    Choice("limits", "Limits allow for", START["limits"], options=LIMITS),
)
