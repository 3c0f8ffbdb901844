"""Full beds beside four-hour performance in England, quarter by quarter: lessons 03 and 11."""

from __future__ import annotations

import numpy as np

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance

BEDS, SEEN = "bed_occupancy_pct", "type1_within_4h_pct"


def _minus(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def beds_and_hours(differences: bool = False) -> Figure:
    """Draw the beds in use against the people seen within four hours, one dot a quarter.

    Parameters
    ----------
    differences : bool, default False
        False: the levels; True: the changes on the same quarter of the year before.

    Returns
    -------
    Figure
        The dots, winter quarters with a shape of their own; the correlation stands in the title.
    """
    held = evidence.series("england_occupancy_four_hour_quarterly")
    levels = held.frame.sort_values("quarter_start").set_index("financial_quarter")
    yearly = levels[[BEDS, SEEN]].diff(4).dropna()
    both = yearly if differences else levels[[BEDS, SEEN]]
    r, yearly_r = (each[BEDS].corr(each[SEEN]) for each in (both, yearly))
    beds, seen = (
        f"{_minus(both[name].min(), 1)} to {_minus(both[name].max(), 1)}" for name in (BEDS, SEEN)
    )
    unit = "change in points" if differences else "%"
    said = (
        f"{len(both)} quarters, {both.index[0]} to {both.index[-1]}"
        f"{', each against the same quarter a year before' if differences else ''}. General and "
        f"acute beds in use, {unit}: {beds}. Seen within four hours in major departments, {unit}: "
        f"{seen}. Correlation {_minus(r, 2)}"
    )
    if not differences:
        first, last = levels["beds_available"].iloc[[0, -1]]
        said += (
            f"; of the changes on the same quarter a year before, {_minus(yearly_r, 2)}. Beds "
            f"available went from {first:,.0f} to {last:,.0f}"
        )
    frame = both.set_axis(["x", "y"], axis=1).rename_axis("label").reset_index()
    winter = frame["label"].str.endswith("Q4")
    frame["series"] = np.where(winter, "January to March", "other quarters")
    x, y = (f"{what}, {unit}" for what in ("beds in use", "seen within four hours"))
    fuller = "Fuller than a year before" if differences else "Fuller beds"
    return shapes.dots(
        frame,
        {"January to March": "warn", "other quarters": "main"},
        x=x,
        y=y,
        title=f"{fuller}, {'fewer' if r < 0 else 'more'} seen within four hours: correlation "
        f"{_minus(r, 2)}",
        description=f"{said}. {held.caveat}",
        provenance=(held.provenance, Provenance("computed", note="the correlation")),
        notes=frame.iloc[[0, -1]].rename(columns={"label": "text"})[["x", "y", "text"]],
        table=frame[["label", "x", "y"]].set_axis(["quarter", x, y], axis=1),
        size=(520, 300),
    )
