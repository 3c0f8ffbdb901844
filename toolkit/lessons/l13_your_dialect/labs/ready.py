"""Judge how ready your place is for a practice, and how well that fits it."""

from __future__ import annotations

import ipywidgets as widgets
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Match, Text
from toolkit.lessons.l13_your_dialect.labs.noted import KEPT, Noted, Room
from toolkit.models.readiness import (
    ASKED,
    FACTORS,
    FACTORS_FROM,
    FIT,
    FIT_FROM,
    LEVELS,
    WEAK,
    judged,
)
from toolkit.screen.live import LiveChart
from toolkit.screen.messages import readable
from toolkit.screen.tables import table_html
from toolkit.text.lists import listed

OWN = Provenance("computed", note="your own answers")
FROM = Provenance("published", (*FACTORS_FROM, *FIT_FROM), note="what is asked")


class Readiness(Room):
    """Six things that go with success and three kinds of fit, judged by those who work there."""

    def __init__(self, this: Lesson) -> None:
        self.chart: LiveChart | None = None
        self.advice = widgets.HTML()
        form = Noted(
            "13/readiness/place", "readiness", this.record,
            Text("practice", "The practice or method you think of", value="", rows=1, longest=200),
            Match("ready", "How ready is your place?", {}, options=LEVELS,
                  rows={key: asked.question for key, asked in FACTORS.items()},
                  note="Answer for the people who would do it, not for the board."),
            Match("fit", "Does the practice suit your place?", {}, options=LEVELS,
                  rows={key: asked.question for key, asked in FIT.items()}),
            title="How ready is your place, and does the practice suit it?",
        )  # fmt: skip
        super().__init__("13-readiness", form)

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, weakest first."""
        return judged(self.form.value)

    @property
    def figure(self) -> Figure | None:
        """The answers as bars, weakest first; None before there is one."""
        held = self.answers
        if not held:
            return None
        told = [f"{ASKED[key].short}: {LEVELS[level]}" for key, level in held.items()]
        shown = pd.DataFrame(
            {
                "category": told,
                "series": "answer",
                "value": [int(level) for level in held.values()],
            }
        )
        table = pd.DataFrame(
            [(ASKED[key].name, ASKED[key].question, LEVELS[level]) for key, level in held.items()],
            columns=["as published", "asked here", "your answer"],
        )
        return shapes.bars(
            shown,
            {"answer": "main"},
            x="; ".join(f"{level} {words}" for level, words in LEVELS.items()),
            title=self._weakest(),
            description=(
                f"Your own answers, weakest first: {'; '.join(told)}. {len(held)} of {len(ASKED)} "
                "are answered. They are no measurement, and they are not added up."
            ),
            provenance=(OWN, FROM),
            table=table,
            most=len(LEVELS),
            width=200,  # a scale of four steps; wider, it would be cut into halves
        )

    def _weakest(self) -> str:
        held = self.answers
        least = min(held.values())
        names = [ASKED[key].short for key in held if held[key] == least]
        if len(names) == len(held) > 1:
            return f"All that you answered: {LEVELS[least]}"
        return f"Weakest by your own answers: {listed(names, most=None)}"

    def _tell(self) -> None:
        figure = self.figure
        if figure is None:
            self.children = (self.form,)
            self._say("")
            return
        if self.chart is None:
            self.chart = LiveChart(figure)
        else:
            self.chart.show(figure)
        rows = [
            [ASKED[key].short, LEVELS[level], ASKED[key].first]
            for key, level in self.answers.items()
            if level in WEAK
        ]
        self.advice.value = readable(
            table_html(["Weak point", "Your answer", "Ask first"], rows, "What to ask first")
            if rows
            else "<p>You called nothing weak. Ask somebody who does the daily work, and somebody "
            "who is new, to answer without you.</p>"
        )
        self.children = (self.form, self.chart, self.advice)
        self._say(f"{figure.title}. {len(self.answers)} of {len(ASKED)} answered. {KEPT}")

    def _changed(self, change: dict) -> None:
        answers = ("ready", "fit")
        if any(change["old"].get(name) != change["new"][name] for name in answers):
            self._tell()
        else:
            self._say(self.form.status.split("\n")[0])


def readiness(this: Lesson) -> Readiness:
    """Judge how ready your place is, and how well the practice fits it."""
    return Readiness(this)
