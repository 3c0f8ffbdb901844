"""A ramp of small tests: plan with a prediction, do, study, act, and plan again."""

from __future__ import annotations

import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Button, Choice, Select
from toolkit.models.change.pdsa import IDEAS, SIZES, USUAL, Ramp
from toolkit.screen.lab import Lab

SEED = 5
OPEN = ""
EXPECTED = {OPEN: "not predicted yet"} | {str(n): f"{n} in 100" for n in range(50, 101, 10)}
MOST = 7  # cycles: more would not fit the screen
CLINIC = Provenance("illustrative", note="the clinic, its ideas and their effects")
PLAYED = Provenance("modelled", note="the results, with the same seed each time")
ACT = "Act: adopt, adapt or abandon? Then plan the next cycle, with a new prediction."


class RampLab(Lab):
    """A lab that grows by one cycle each time something was planned, predicted and done."""

    def __init__(self) -> None:
        self.ramp = Ramp(seed=SEED)
        people = {str(n): "one person" if n == 1 else f"{n} people" for n in SIZES}
        controls = (
            Select(
                "idea",
                "Plan: what to try",
                "call",
                options={name: idea.words for name, idea in IDEAS.items()},
            ),
            Choice("people", "With how many people", "1", options=people),
            Select("predicted", "Prediction: how many come", OPEN, options=EXPECTED),
            Button("do", "Do it, and study"),
        )
        super().__init__("ramp", controls, self.drawn, title="Plan, do, study, act")
        self.form.on_press("do", self.do)
        self.form.on_press("reset", self.again)

    def drawn(self, value: dict) -> Figure:
        """Draw what was predicted and what came, cycle by cycle."""
        cycles = self.ramp.cycles
        rows = [
            (f"{n}: {c.idea.name}, {c.people} {'person' if c.people == 1 else 'people'}", kind,
             100 * count / c.people)
            for n, c in enumerate(cycles, 1)
            for kind, count in (("predicted", c.predicted), ("came", c.came))
        ] or [("as things are", "came", 100 * USUAL)]  # fmt: skip
        words = (
            f"As things are, {100 * USUAL:.0f} % of people come to this clinic. The plan now: "
            f"{IDEAS[value['idea']].words}; people: {value['people']}."
        )
        for n, c in enumerate(cycles, 1):
            words += f" Cycle {n}, {c.idea.name}: {c.study}"
            words += f"; {c.strain}." if c.strain else "."
        title = "Plan a test: idea, size and prediction. Then do it"
        if cycles:
            last = cycles[-1]
            title = (
                f"Cycle {len(cycles)}: {last.came} of {last.people} came, "
                f"{last.predicted} predicted"
            )
        return shapes.bars(
            pd.DataFrame(rows, columns=["category", "series", "value"]),
            {"predicted": "calm", "came": "main"},
            x="% of the people in the test",
            title=title,
            description=words,
            provenance=(CLINIC, PLAYED),
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
                raise ValueError(f"{MOST} cycles are done: read the table, or press Reset.")
            predicted = None if share == OPEN else round(people * int(share) / 100)
            self.ramp = self.ramp.do(value["idea"], people, predicted)
        except ValueError as problem:
            self.form.status = str(problem)
            return
        last = self.ramp.cycles[-1]
        went_wrong = f" What went wrong: {last.strain}." if last.strain else ""
        self.form.status = f"Study: {last.study}.{went_wrong}\n{ACT}"
        self.form.set(predicted=OPEN)
        self.redraw()

    def again(self) -> None:
        """Start a new ramp."""
        self.ramp = Ramp(seed=SEED)
        self.form.status = ""
        self.form.reset()
        self.redraw()
