"""A ramp of small tests: plan with a prediction, do, study, act, and plan again."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Button, Choice, Select
from toolkit.models.change.pdsa import IDEAS, SIZES, USUAL, Ramp
from toolkit.screen.builder import words_in
from toolkit.screen.lab import Lab
from toolkit.text.templates import fill

SEED = 5
OPEN = ""
SHARES = range(50, 101, 10)  # % of the people in a test, to predict
MOST = 7  # cycles: more would not fit the screen
WORDS = words_in(__package__)["ramp"]


class RampLab(Lab):
    """A lab that grows by one cycle each time something was planned, predicted and done."""

    def __init__(self) -> None:
        self.ramp = Ramp(seed=SEED)
        label = WORDS["label"]
        ideas = {name: WORDS["ideas"][name] for name in IDEAS}
        people = {str(n): fill(WORDS["people"], {"n": n}) for n in SIZES}
        shares = {str(n): fill(WORDS["share"], {"n": n}) for n in SHARES}
        controls = (
            Select("idea", label["idea"], "call", options=ideas),
            Choice("people", label["people"], "1", options=people),
            Select("predicted", label["predicted"], OPEN, options={OPEN: WORDS["open"]} | shares),
            Button("do", label["do"]),
        )
        super().__init__("ramp", controls, self.drawn, title=WORDS["form"])
        self.form.on_press("do", self.do)
        self.form.on_press("reset", self.again)

    def told(self) -> list[dict[str, Any]]:
        """Return the cycles so far, each with what it shows and what went wrong."""
        return [
            {
                "n": n,
                "cycle": each,
                "study": fill(WORDS["study"], {"cycle": each, "shows": WORDS["shows"][each.shows]}),
                "strain": fill(WORDS["strain"], {"cycle": each}),
            }
            for n, each in enumerate(self.ramp.cycles, 1)
        ]

    def drawn(self, value: dict) -> Figure:
        """Draw what was predicted and what came, cycle by cycle."""
        told, (predicted, came) = self.told(), WORDS["series"]
        rows = [
            (fill(WORDS["bar"], each), kind, 100 * count / each["cycle"].people)
            for each in told
            for kind, count in ((predicted, each["cycle"].predicted), (came, each["cycle"].came))
        ] or [(WORDS["usual"], came, 100 * USUAL)]
        table = [
            (n, WORDS["ideas"][c.idea.name], c.people, c.predicted, c.came, study, strain)
            for n, c, study, strain in (each.values() for each in told)
        ]
        facts = {**value, "ideas": WORDS["ideas"], "usual": USUAL, "told": told}
        return shapes.bars(
            pd.DataFrame(rows, columns=["category", "series", "value"]),
            {predicted: "calm", came: "main"},
            x=WORDS["x"],
            title=fill(WORDS["title"], facts),
            description=fill(WORDS["description"], facts),
            provenance=tuple(Provenance(**each) for each in WORDS["provenance"]),
            table=pd.DataFrame(table, columns=WORDS["columns"]),
            most=100,
            width=480,
            row=17,
        )

    def do(self) -> None:
        """Do what is planned, if there is a prediction, and study it."""
        value = self.form.value
        people, share = int(value["people"]), value["predicted"]
        if len(self.ramp.cycles) == MOST:
            self.form.status = fill(WORDS["full"], {"most": MOST})
        elif share == OPEN:
            self.form.status = WORDS["no_prediction"]
        else:
            self.ramp = self.ramp.do(value["idea"], people, round(people * int(share) / 100))
            self.form.status = f"{fill(WORDS['done'], self.told()[-1])}\n{WORDS['act']}"
            self.form.set(predicted=OPEN)
            self.redraw()

    def again(self) -> None:
        """Start a new ramp."""
        self.ramp = Ramp(seed=SEED)
        self.form.status = ""
        self.form.reset()
        self.redraw()
