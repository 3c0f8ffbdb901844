"""Place your own case among published contrasts, and see what its corner of the plane advises."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts.figure import Figure
from toolkit.charts.planes import plane
from toolkit.course.lesson import Lesson
from toolkit.evidence import Provenance
from toolkit.learning.fields import Slider
from toolkit.screen.lab import Lab

# Our advice for the four corners; the works it rests on are named in lesson 09. Keys: is the place
# it came from unlike ours, and is it understood why the method works?
ADVICE = {
    (False, False): ("Copy closely first", "Copy one working example closely, then adapt"),
    (False, True): ("Standardise", "Standardise what works: do not invent it again"),
    (True, True): ("Carry the principles", "Carry the principles, and make the tools anew"),
    (True, False): ("Test small", "Neither: small tests here, until you know why it works"),
}
KINDS = {
    "ordered or copied": ("emulate", "warn"),
    "copied, then adapted": ("copy_then_adapt", "third"),
    "grown on the spot": ("contextualise", "main"),
}
YOURS = "your case"
ROLES = {**{name: role for name, (_, role) in KINDS.items()}, YOURS: "fifth"}
# Short names of studies on the plane: how far the words stand from the dot, and on which side.
NAMES = {
    "Haynes 2009": ("checklist, pilots", 0, 0.07, "center"),
    "Urbach 2014": ("checklist, by order", 0, -0.07, "center"),
    "O’Leary 2016": ("the same, children", 0, 0, "left"),
    "Bion 2013": ("Matching Michigan", 0, 0, "right"),
    "Dixon-Woods 2011": ("Michigan", 0, 0, "right"),
    "Jensen and Szulanski 2007": ("templates, one firm", 0, 0.07, "center"),
    "Baden-Fuller and Winter 2005": ("principles", 0, 0, "left"),
    "Silvester 2014": ("Sheffield", 0, 0, "left"),
    "Food Bank for New York City": ("a kitchen", 0, 0, "right"),
    "O’Sullivan 2020": ("forensic wards", 0, 0, "left"),
    "Five trusts with the Virginia Mason Institute": ("five trusts", 0.1, 0, "left"),
}
TOLD = ["study", "setting", "measure", "before", "after", "unit", "reported_effect"]
PLACED = ["context_distance", "mechanism_understood", "why_placed"]
NOTE = ["x", "y", "text", "side", "weight"]


def _reported(row: pd.Series) -> str:
    """Return one published result in a clause."""
    both = pd.notna(row["before"]) and pd.notna(row["after"])
    figures = f"{row['before']:g} to {row['after']:g} {row['unit']}; " if both else ""
    result = f"{row['measure']}, {figures}{row['reported_effect']}"
    return f"{row['study']}, {row['adoption_mode']}: {result}"


def plane_of_contrasts(far: float, why: float) -> Figure:
    """Return the published contrasts in their plane, with a case of one's own among them.

    Parameters
    ----------
    far : float
        How unlike the place is that a method comes from, 0 to 1.
    why : float
        How well it is understood why it works, 0 to 1.
    """
    held = evidence.contrasts()
    rows = held.frame.dropna(subset=PLACED[:2])
    kind = {mode: name for name, (mode, _) in KINDS.items()}
    dots = pd.DataFrame(
        {
            "x": rows["context_distance"],
            "y": rows["mechanism_understood"],
            "series": rows["course_mode"].map(kind),
            "label": rows["study"],
        }
    )
    first = dots[dots["label"].isin(NAMES)].drop_duplicates("label")
    notes = [
        (float(x), float(y), ADVICE[x, y][0], "right" if x else "left", "bold") for x, y in ADVICE
    ]
    for x, y, study in first[["x", "y", "label"]].itertuples(index=False):
        text, right, up, side = NAMES[study]
        notes.append((x + right, y + up, text, side, "normal"))
    notes.append((far, why - 0.07 if why > 0.1 else why + 0.07, YOURS, "center", "bold"))
    yours = pd.DataFrame([{"x": far, "y": why, "series": YOURS, "label": YOURS}])
    advice = ADVICE[far > 0.5, why >= 0.5][1]
    gaps = np.hypot(rows["context_distance"] - far, rows["mechanism_understood"] - why)
    near = rows.loc[gaps.sort_values(kind="stable").index].drop_duplicates("study").head(2)
    told = ". ".join(_reported(row) for row in near.to_dict("index").values())
    return plane(
        pd.concat([dots, yours]),
        ROLES,
        pd.DataFrame(notes, columns=NOTE),
        x="how unlike the place it came from",
        y="how well it is understood",
        title=advice,
        description=(
            f"Your case: {100 * far:.0f} % unlike, {100 * why:.0f} % understood. {advice}. The "
            f"nearest published studies. {told}. Where each study stands is our judgement; its "
            "figures are as published."
        ),
        provenance=(held.provenance, Provenance("illustrative", note="where each study stands")),
        table=rows[TOLD + PLACED].rename(columns=lambda name: name.replace("_", " ")),
    )


def aid(_this: Lesson) -> Lab:
    """Place your own case among published ones, and see what they counsel."""
    controls = (
        Slider(
            "far", "How unlike yours is the place it comes from?", 40, max=100, step=5, unit="%"
        ),
        Slider("why", "How well do you know why it works?", 20, max=100, step=5, unit="%"),
    )
    return Lab("aid", controls, lambda v: plane_of_contrasts(v["far"] / 100, v["why"] / 100))
