"""The own place: how ready it is, what each logic would ask there, and which cases are like it."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit import evidence, readiness
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.labs.casefile import readable
from toolkit.labs.lesson import Lesson
from toolkit.labs.noted import Noted, choose
from toolkit.labs.seen import LESSON_OF, SIGNS, hear, most
from toolkit.labs.tables import table_html
from toolkit.readiness import ASKED, FACTORS, FIT, LEVELS, SEEN, WEAK, Near, in_words
from toolkit.widgets.form import Form, Match, Text, Ticks
from toolkit.widgets.live import LiveChart
from toolkit.widgets.shown import mimebundle, numbered

OWN = Provenance("computed", note="your own answers")
FROM = Provenance("published", (*readiness.FACTORS_FROM, *readiness.FIT_FROM), note="what is asked")
MADE_UP = Provenance("illustrative", note="a place made up from what you ticked")
PLAYED = Provenance("computed", note="what the five logics say of it")
KEPT = "Kept in your record as you answer."


class _Room(widgets.VBox):
    """A form, and below it what comes of the answers."""

    def __init__(self, name: str, form: Noted, *below: widgets.Widget) -> None:
        self.form = form
        super().__init__((form, *below), model_id=numbered(name))
        form.observe(self._changed, "value")
        self._tell()

    def _tell(self) -> None:
        """Say what comes of the answers; each room does it in its own way."""

    def _changed(self, _change: object = None) -> None:
        self._tell()

    def _say(self, words: str) -> None:
        said = (words, self.form.record.trouble)
        self.form.status = "\n".join(part for part in said if part)

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the room; where there is no kernel, the questions can still be read."""
        bundle = Form._repr_mimebundle_(self.form)
        return mimebundle(self.model_id, {"text/plain": bundle["text/plain"]})


def _chips(*provenance: Provenance) -> str:
    """Return where figures come from, as a line of HTML."""
    each = (evidence.chip(p) + (f" ({p.note})" if p.note else "") for p in provenance)
    return f"<p>{html.escape(' · '.join(each))}</p>"


class Readiness(_Room):
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
        return readiness.judged(self.form.value)

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
        return f"Weakest by your own answers: {in_words(names)}"

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
            [html.escape(ASKED[key].short), LEVELS[level], html.escape(ASKED[key].first)]
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


class Questions(_Room):
    """What each of the five logics would ask, find and change where such things are seen."""

    def __init__(self, this: Lesson) -> None:
        self.said = widgets.HTML()
        form = Noted(
            "13/questions/place", "questions", this.record,
            Ticks("seen", "What do you see in your service?", [], options=SEEN,
                  note="Tick what anybody could see who walks through it."),
            title="What is seen, and what each logic would ask",
        )  # fmt: skip
        super().__init__("13-questions", form, self.said)

    @property
    def seen(self) -> frozenset[str]:
        """What is ticked."""
        return frozenset(self.form.value["seen"] or ()).intersection(SEEN)

    @property
    def words(self) -> str:
        """Whose change would do most in such a place of the model, by each way of judging."""
        told = " ".join(
            f"By {way}: {in_words(names) or 'none of the five'}."
            for way, names in most(self.seen).items()
        )
        return f"Whose change would do most, in a made-up place where this is seen? {told}"

    def _changed(self, _change: object = None) -> None:
        self.form.note(words=self.words if self.seen else "")
        self._tell()

    def _tell(self) -> None:
        if not self.seen:
            self.said.value = ""
            self._say("Tick what you see; then the five logics look at such a place.")
            return
        means = [
            f"<li>{html.escape(words.capitalize())}. In the model: "
            f"{html.escape(SIGNS[name].means)} (lesson {SIGNS[name].lesson}).</li>"
            for name, words in SEEN.items()
            if name in self.seen
        ]
        rows = [
            [
                f"{html.escape(each.logic.name)}<br>"
                f'<span style="font-weight: 400">{html.escape(each.logic.question)}</span>',
                html.escape(str(each.finding)),
                html.escape(str(each.change or "Nothing: it sees no change to make.")),
                html.escape(each.effect) or "–",
                html.escape(each.logic.blind_spot),
                f"lesson {LESSON_OF[each.logic.id]}",
            ]
            for each in hear(self.seen)
        ]
        heads = ["Logic, and its first question", "What it finds", "What it would change first",
                 "What that would do there", "What it does not see", "More"]  # fmt: skip
        self.said.value = readable(
            f"<ul>{''.join(means)}</ul>"
            + table_html(heads, rows, "What the five logics say of such a place")
            + _chips(MADE_UP, PLAYED)
            + "<p>Your service is not this place. Take the questions with you, not the figures.</p>"
        )
        self._say(f"{self.words} {KEPT}")


def _card(near: Near) -> str:
    """Return one case as a table of HTML: in what it is like here, and what happened there."""
    case, compared = near.case, near.compared

    def named(names: tuple[str, ...]) -> str:
        return in_words([readiness.SHORT[name] for name in names]) or "nothing that is known"

    rows = [
        ("Alike in", named(compared.alike)),
        ("Differs in", named(compared.differs)),
        ("Not known, or not answered", named(compared.unknown) if compared.unknown else ""),
        ("What happened there", case.happened),
        ("Measured", case.measured),
        ("Who says so", case.reported),
        ("Beware", case.beware),
        ("Source", case.source),
    ]
    mark = "△" if case.kind == "illustrative case" else "●"
    shown = [[html.escape(head), html.escape(cell)] for head, cell in rows if cell]
    return table_html(["What", "In words"], shown, f"{mark} {case.kind.capitalize()}: {case.name}")


class Nearest(_Room):
    """Published and illustrative cases that are most like what is said of the own place."""

    def __init__(self, this: Lesson) -> None:
        self.said = widgets.HTML()
        fields = [choose(name, *asked) for name, asked in readiness.ALIKE_BY.items()]
        form = Noted(
            "13/nearest/place", "nearest", this.record, *fields,
            title="Which cases are most like yours?",
        )  # fmt: skip
        super().__init__("13-nearest", form, self.said)

    @property
    def found(self) -> list[Near]:
        """The nearest cases, or none while too little is said."""
        return readiness.nearest(self.form.value)

    def _tell(self) -> None:
        found = self.found
        if not found:
            self.said.value = ""
            self._say("Answer at least two questions; then the nearest cases stand here.")
            return
        parts = [_card(near) for near in found]
        chips = _chips(
            Provenance("computed", note="the share of what is known of both that differs"),
            Provenance("illustrative", note="how the cases are coded"),
        )
        self.said.value = readable(
            "".join(parts) + chips + "<p>This is no forecast for you. Cases that "
            "went wrong are published less often than those that went well.</p>"
        )
        far = [near for near in found if near.compared.distance > 0.5]
        names = "; ".join(near.case.name for near in found)
        more = " In some of them more differs than is alike." if far else ""
        self._say(f"Most like what you said: {names}.{more} {KEPT}")
