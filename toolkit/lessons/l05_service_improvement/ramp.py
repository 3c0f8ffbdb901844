"""A ramp of small tests: plan with a prediction, do, study, act, and plan again."""

from __future__ import annotations

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
        ideas = {name: idea.words for name, idea in IDEAS.items()}
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

    def drawn(self, value: dict) -> Figure:
        """Draw what was predicted and what came, cycle by cycle."""
        cycles, (predicted, came) = self.ramp.cycles, WORDS["series"]
        rows = [
            (fill(WORDS["cycle"], {"n": n, "cycle": each}), kind, 100 * count / each.people)
            for n, each in enumerate(cycles, 1)
            for kind, count in ((predicted, each.predicted), (came, each.came))
        ] or [(WORDS["usual"], came, 100 * USUAL)]
        idea = IDEAS[value["idea"]].words
        facts = {**value, "idea": idea, "usual": USUAL, "cycles": cycles}
        return shapes.bars(
            pd.DataFrame(rows, columns=["category", "series", "value"]),
            {predicted: "calm", came: "main"},
            x=WORDS["x"],
            title=fill(WORDS["title"], facts),
            description=fill(WORDS["description"], facts),
            provenance=tuple(Provenance(**each) for each in WORDS["provenance"]),
            table=self.ramp.table(),
            most=100,
            width=480,
            row=17,
        )

    def do(self) -> None:
        """Do what is planned, if there is a prediction, and study it."""
        value = self.form.value
        people, share = int(value["people"]), value["predicted"]
        try:
            if len(self.ramp.cycles) == MOST:
                raise ValueError(fill(WORDS["full"], {"most": MOST}))
            predicted = None if share == OPEN else round(people * int(share) / 100)
            self.ramp = self.ramp.do(value["idea"], people, predicted)
        except ValueError as problem:
            self.form.status = str(problem)
            return
        last = self.ramp.cycles[-1]
        self.form.status = f"{fill(WORDS['study'], {'last': last})}\n{WORDS['act']}"
        self.form.set(predicted=OPEN)
        self.redraw()

    def again(self) -> None:
        """Start a new ramp."""
        self.ramp = Ramp(seed=SEED)
        self.form.status = ""
        self.form.reset()
        self.redraw()
