"""A ramp of small tests: plan with a prediction, do, study, act, and plan again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Button, Choice, Number, Select
from toolkit.models.change.pdsa import IDEAS, SIZES, USUAL, Ramp
from toolkit.screen.builder import words_in
from toolkit.screen.lab import Lab
from toolkit.screen.stage import Lane, Trace, as_moves
from toolkit.text.reading import typed
from toolkit.text.templates import fill

SEED = 5
MOST = 7  # cycles: more would not fit the screen
AT_ONCE = 5  # of many people who come to the clinic or stay away
WORDS = words_in(__package__)["ramp"]


def day(people: int, came: int) -> Trace:
    """Return one test as the stage plays it: who comes, and who stays away.

    Parameters
    ----------
    people, came : int
        How many are in the test, and how many of them come.
    """
    at_once = AT_ONCE if people > AT_ONCE else 1
    ticks = people // at_once
    comes = [(who + 1) * came // people > who * came // people for who in range(people)]
    moves = [(who, 0, 0.0) for who in range(people)]
    moves += [(who, 1 if comes[who] else 2, who // at_once + 0.5) for who in range(people)]
    so_far = [sum(comes[: tick * at_once]) for tick in range(ticks + 1)]
    places = dict.fromkeys(("asked", "came", "away"), False)
    return Trace(ticks, {"test": Lane(places, as_moves(moves))}, {"so_far": so_far})


class RampLab(Lab):
    """A lab that grows by one cycle each time something was planned, predicted and done."""

    def __init__(self) -> None:
        self.ramp = Ramp(seed=SEED)
        label = WORDS["label"]
        ideas = {name: WORDS["ideas"][name] for name in IDEAS}
        people = {str(n): fill(WORDS["people"], {"n": n}) for n in SIZES}
        controls = (
            Select("idea", label["idea"], "call", options=ideas),
            Choice("people", label["people"], "1", options=people),
            Number("predicted", label["predicted"], "", label["note"]),
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
            (
                fill(WORDS["bar"], {**each, "tried": WORDS["tried"]}),
                kind,
                100 * count / each["cycle"].people,
            )
            for each in told
            for kind, count in ((predicted, each["cycle"].predicted), (came, each["cycle"].came))
        ] or [(WORDS["usual"], came, 100 * USUAL)]
        table = [
            (n, WORDS["ideas"][c.idea.name], c.people, c.predicted, c.came, study, strain)
            for n, c, study, strain in (each.values() for each in told)
        ]
        facts = {**value, "ideas": WORDS["ideas"], "usual": USUAL, "told": told}
        figure = shapes.bars(
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
        last = self.ramp.cycles[-1] if told else None
        people = last.people if last else max(SIZES)
        trace = day(people, last.came if last else round(USUAL * people))
        facts |= {"test": told[-1] if told else None, "in_test": people, "tried": WORDS["tried"]}

        def fill_in(template: str, **known: Any) -> str:
            return fill(template, {**facts, **known})

        return replace(figure, trace=trace.told(WORDS["stage"], fill_in, str))

    def do(self) -> None:
        """Do what is planned, if there is a prediction, and study it."""
        value = self.form.value
        people, text = int(value["people"]), str(value["predicted"] or "")
        predicted = self.read(text, people)
        if len(self.ramp.cycles) == MOST:
            self.form.status = fill(WORDS["full"], {"most": MOST})
        elif not text.strip():
            self.form.status = WORDS["no_prediction"]
        elif predicted is None:
            self.form.status = fill(WORDS["not_whole"], {"people": people})
        else:
            self.ramp = self.ramp.do(value["idea"], people, predicted)
            self.form.status = f"{fill(WORDS['done'], self.told()[-1])}\n{WORDS['act']}"
            self.form.set(predicted="")
            self.redraw()

    @staticmethod
    def read(text: str, people: int) -> int | None:
        """Return how many people are predicted to come, or None if it cannot be so many."""
        try:
            number, _note = typed(text)
        except ValueError:
            return None
        return int(number) if number in range(people + 1) else None

    def again(self) -> None:
        """Start a new ramp."""
        self.ramp = Ramp(seed=SEED)
        self.form.status = ""
        self.form.reset()
        self.redraw()
