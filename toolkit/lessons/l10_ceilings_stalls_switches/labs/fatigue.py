"""Lesson 10, fatigue: one method is dropped for the next, and each meets less willingness."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import MANY, PLAYED, RUNS, band, recalled, spot
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Slider
from toolkit.models.change.diffusion import IMITATION, INNOVATION, bass, spread
from toolkit.screen.lab import Lab
from toolkit.text.numbers import number

SEED = 10
METHODS = 4
STAFF = 200
START = {"years": 4, "fatigue": 30}
SPREAD = Provenance(
    "illustrative", note="speed of spread from studies of new products; how trust is lost is ours"
)
KEPT, DROPPED = "one method, kept", "dropped for the next"


def _trust(value: dict) -> np.ndarray:
    """Return the share of the willingness of the first time that each method meets."""
    return (1 - value["fatigue"] / 100) ** np.arange(METHODS)


def _played(value: dict, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the users, in % of staff: of one method kept, and of each that is dropped."""
    months, rng = 12 * value["years"], np.random.default_rng(SEED)
    kept = spread(INNOVATION, IMITATION, STAFF, months * METHODS, n, rng)
    each = [
        spread(INNOVATION * will, IMITATION * will, STAFF, months, n, rng) for will in _trust(value)
    ]
    return 100 * kept / STAFF, 100 * np.stack(each, axis=1) / STAFF


def methods(this: Lesson) -> Lab:
    """Drop one method for the next, and see how far each of them gets."""
    guess = this.predict("third")

    def draw(value: dict) -> Figure:
        years, n, will = value["years"], int(value["runs"]), _trust(value)
        at = np.arange(METHODS * 12 * years + 1) / 12
        kept, each = _played(value, n)
        users = np.concatenate([each[..., :-1].reshape(n, -1), each[:, -1, -1:]], axis=1)
        formula = 100 * bass(INNOVATION * will, IMITATION * will, years)
        table = pd.DataFrame(
            {
                "method": np.arange(1, METHODS + 1, dtype=np.int64),
                "willingness, % of the first time": (100 * will).round(),
                "used by, % of staff": each[..., -1].mean(0).round(1),
                "by the formula, %": formula.round(1),
            }
        )
        reached = table["used by, % of staff"]
        words = (
            f"{'One run' if n == 1 else f'Mean of {n} runs'}, {STAFF} staff. Each time a method "
            f"is dropped, {value['fatigue']} % of the willingness is lost. One method that is "
            f"kept reaches {kept[:, -1].mean():.0f} % in the same {METHODS * years} years."
            f"{recalled(guess)}"
        )
        return shapes.paths(
            pd.concat([band(kept, at, KEPT), band(users, at, DROPPED)]),
            {KEPT: "calm", DROPPED: "main"},
            x="years since the first method began",
            y="staff who use the method, %",
            title=f"Dropped after {number(years, 'years')} each, the third method reaches "
            f"{reached[2]:.0f} % of staff, the first {reached[0]:.0f} %",
            description=words,
            provenance=(SPREAD, PLAYED),
            marks=spot(guess, 3 * years),
            most=100,
            table=table,
        )

    controls = (
        Slider("years", "Years until a method is dropped", START["years"], min=1, max=6,
               unit="years"),
        Slider("fatigue", "Willingness lost each time", START["fatigue"], min=0, max=80, step=5,
               unit="%"),
        RUNS,
    )  # fmt: skip
    truth = {"third": lambda: round(float(_played(START, MANY)[1][:, 2, -1].mean()), 1)}
    there = {"runs": str(MANY)}
    return Lab("methods", controls, draw, after=(guess,), truth=truth, there=there)
