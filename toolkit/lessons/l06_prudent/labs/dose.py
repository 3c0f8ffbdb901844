"""Choose how many sessions one patient gets, and find where more begins to harm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import WORKED_OUT, line, recalled
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Slider
from toolkit.models import prudent
from toolkit.screen.lab import Lab

ILLUSTRATIVE = Provenance("illustrative", note="the treatment and the patients")
USUAL = prudent.Treatment(most=10, burden=0.5)  # the patient of the guideline
LONGEST = 20
CLEAR = 0.4  # points by which a mark stands above the curve, so that its name can be read


def enough(this: Lesson) -> Lab:
    """Choose how many sessions one patient gets, and find where more begins to harm."""
    guess = this.predict("sessions")
    at = np.arange(0, LONGEST + 0.25, 0.25)

    def draw(value: dict) -> Figure:
        given = value["given"]
        one = prudent.Treatment(most=value["most"], burden=value["burden"])
        best, top, now = one.best, float(one.net(one.best)), float(one.net(given))
        parts = {
            "guideline patient": USUAL.net(at),
            "benefit alone": one.benefit(at),
            "benefit less harm": one.net(at),
        }
        curves = [line(values, at, name) for name, values in parts.items()]
        asked = {} if guess.answer is None else {"your prediction": (USUAL, guess.answer)}
        amounts = {"best": (one, best), "given": (one, given), **asked}
        curves += [
            line([0, float(who.net(x)) + CLEAR], x, name) for name, (who, x) in amounts.items()
        ]
        harm = (
            "no session at all would be best"
            if best == 0
            else f"above {one.even:.1f} sessions none at all would be better"
        )
        words = (
            f"This patient can gain at most {value['most']} points; each session takes "
            f"{one.burden:g} points in harm and burden. Best are {best:.1f} sessions, which leave "
            f"{top:.1f} points; {harm}. {given} sessions leave {now:.1f} points, "
            f"{top - now:.1f} fewer than the best. For the patient whom the guideline has in mind "
            f"the best is {USUAL.best:.1f} sessions."
        ) + recalled(guess)
        rows = np.array([0, 2, 4, 6, 8, 10, 15, LONGEST])
        table = pd.DataFrame({
            "sessions": rows, "benefit alone": one.benefit(rows), "benefit less harm": one.net(rows)
        }).round(2)  # fmt: skip
        far = "too few" if given < best else "too many"
        gap = "about right" if top - now < 0.05 else f"{far}, {top - now:.1f} points lost"
        return shapes.paths(
            pd.concat(curves),
            {"guideline patient": "calm", "benefit alone": "third", "benefit less harm": "main",
             "best": "fourth", "given": "warn", "your prediction": "fifth"},
            x="sessions",
            y="points of health",
            title=f"Best for this patient: {best:.1f} sessions; {given} given: {gap}",
            description=words,
            provenance=(ILLUSTRATIVE, WORKED_OUT),
            table=table,
            low=None,
        )  # fmt: skip

    controls = (
        Slider("given", "Sessions given", 10, min=0, max=LONGEST, unit="sessions"),
        Slider("most", "What this patient can gain at most", 10, min=0, max=20, unit="points"),
        Slider("burden", "What each session takes from this patient", 0.5,
               min=0.25, max=2, step=0.25, unit="points"),
    )  # fmt: skip
    return Lab("enough", controls, draw, after=(guess,), truth={"sessions": lambda: USUAL.best})
