"""Look at published scores and prices of minutes, and at the claim that the lesson is about."""

from __future__ import annotations

import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.labs.lesson import Lesson, Page
from toolkit.labs.tables import claim_page


def hospitals(_this: Lesson) -> Figure:
    """Show outcome scores and total scores of American hospitals, by their cost score."""
    held = evidence.series("hvbp_cost_bands")
    bands = held.frame.set_index("cost_score_band")
    names = {"mean_clinical_outcomes": "clinical outcomes", "mean_total_performance": "total score"}
    shown = bands[list(names)].rename(columns=names)
    ends = {name: (shown[name].iloc[0], shown[name].iloc[-1]) for name in shown}
    told = "; ".join(f"{name} {a:.1f} to {b:.1f}" for name, (a, b) in ends.items())
    frame = shown.rename_axis("category").reset_index().melt("category", var_name="series")
    frame["category"] = "cost score " + frame["category"].astype(str)
    table = bands.reset_index()
    table.columns = [name.removeprefix("mean_").replace("_", " ") for name in table]
    return shapes.bars(
        frame,
        dict(zip(shown, ("main", "warn"), strict=True)),
        x="mean score of the hospitals in the band, 0 to 100",
        title=f"From the dearest to the thriftiest hospitals: {told}",
        description=(
            f"{bands['hospitals'].sum():,} hospitals in {len(bands)} bands of their cost score "
            f"(the lowest {bands.index[0]}, the highest {bands.index[-1]}). From the lowest "
            f"band to the highest: {told}. {held.caveat}"
        ),
        provenance=(held.provenance,),
        table=table,
        most=70,
        width=480,
        row=18,
    )


def minutes(_this: Lesson) -> Figure:
    """Show what a minute of a secretary costs in five clinics of one hospital."""
    held = evidence.series("tdabc_clinic_rates")
    rates = held.frame.pivot_table(
        index="clinic", columns="resource", values="eur_per_minute", sort=False
    )
    paid = rates["secretary"].sort_values()
    told = f"€{paid.iloc[0]:.2f} to €{paid.iloc[-1]:.2f}"
    table = rates.map(lambda rate: f"€{rate:.2f}" if pd.notna(rate) else "–").reset_index()
    return shapes.bars(
        pd.DataFrame({"category": paid.index, "series": "secretary", "value": paid.to_numpy()}),
        {"secretary": "main"},
        x="euros a minute",
        title=f"A secretary’s minute costs {told} in five clinics of one hospital",
        description=(
            f"Capacity cost rate of secretaries: {told} a minute, lowest in {paid.index[0]}, "
            f"highest in {paid.index[-1]}. {held.caveat}"
        ),
        provenance=(held.provenance,),
        table=table,
        most=0.8,
        width=480,
    )


def claim(_this: Lesson) -> Page:
    """Show the claim this lesson is about, and what would speak for it and against it."""
    return claim_page("S15", "Value promised, savings counted")
