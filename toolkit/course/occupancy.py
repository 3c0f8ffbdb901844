"""Full beds beside four-hour performance in England, quarter by quarter: lessons 03 and 11."""

from __future__ import annotations

from toolkit import evidence
from toolkit.screen.facts import Facts

BEDS, SEEN = "bed_occupancy_pct", "type1_within_4h_pct"


def occupancy() -> Facts:
    """Show bed occupancy against the four-hour standard, England, by quarter."""
    return by_quarter(differences=False)


def by_quarter(differences: bool) -> Facts:
    """Show the same, or the changes on a year before.

    Parameters
    ----------
    differences : bool
        False: the levels; True: the changes on the same quarter of the year before.

    Returns
    -------
    Facts
        One dot a quarter, and the correlation.
    """
    held = evidence.series("england_occupancy_four_hour_quarterly")
    levels = held.frame.sort_values("quarter_start").set_index("financial_quarter")
    yearly = levels[[BEDS, SEEN]].diff(4).dropna()
    both = yearly if differences else levels[[BEDS, SEEN]]
    frame = both.set_axis(["x", "y"], axis=1).rename_axis("label").reset_index()
    winter = frame["label"].str.endswith("Q4")
    ends = frame.iloc[[0, -1]].rename(columns={"label": "text"})
    return Facts(
        chart=frame.assign(series=winter.map({True: "winter", False: "rest"})),
        notes=ends[["x", "y", "text"]],
        table=frame,
        differences=differences,
        n=len(both),
        first=both.index[0],
        last=both.index[-1],
        beds=(both[BEDS].min(), both[BEDS].max()),
        seen=(both[SEEN].min(), both[SEEN].max()),
        r=both[BEDS].corr(both[SEEN]),
        yearly_r=yearly[BEDS].corr(yearly[SEEN]),
        levels_r=levels[BEDS].corr(levels[SEEN]),
        available=levels["beds_available"].iloc[[0, -1]].tolist(),
        held=held,
        source=held.provenance,
    )
