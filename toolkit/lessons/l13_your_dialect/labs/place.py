"""The own place: what each logic asks there, which cases are like it, and how ready it is."""

from __future__ import annotations

import html

import ipywidgets as widgets
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS, AutosavedForm, Room, chips, choose
from toolkit.lessons.l13_your_dialect.labs.plant import Plant
from toolkit.models import readiness as known
from toolkit.models.logics.symptoms import LESSON_OF, SIGNS, hear, most
from toolkit.screen.live import LiveChart
from toolkit.screen.messages import readable
from toolkit.screen.tables import Html, list_html, table_html
from toolkit.text.lists import listed


class Questions(Room):
    """What each of the five logics would ask, find and change where such things are seen."""

    def __init__(self, this: Lesson) -> None:
        self.said = widgets.HTML()
        asked = WORDS.fields("questions", value={"seen": []}, options={"seen": known.SEEN})
        super().__init__(
            AutosavedForm("13/questions/place", "questions", this.record, *asked), self.said
        )

    @property
    def seen(self) -> frozenset[str]:
        """What is ticked."""
        return frozenset(self.form.value["seen"] or ()).intersection(known.SEEN)

    @property
    def words(self) -> list[str]:
        """Whose change would do most in such a place of the model, by each way of judging."""
        ways = most(self.seen).items()
        each = (WORDS.say("questions.way", way=way, names=names) for way, names in ways)
        return [WORDS.say("questions.most"), *each]

    def _changed(self, _change: object = None) -> None:
        self.form.note(words=" ".join(self.words) if self.seen else "")
        self._tell()

    def _tell(self) -> None:
        if not self.seen:
            self.said.value = ""
            self._say(WORDS.say("questions.none"))
            return
        means = [
            WORDS.say("questions.means", seen=words, sign=SIGNS[name])
            for name, words in known.SEEN.items()
            if name in self.seen
        ]
        lesson = {
            logic: html.escape(WORDS.say("questions.lesson", lesson=number))
            for logic, number in LESSON_OF.items()
        }
        rows = [
            [
                Html(
                    f"{html.escape(each.logic.name)}<br>"
                    f'<span style="font-weight: 400">{html.escape(each.logic.question)} '
                    f"({lesson[each.logic.id]})"
                    "</span>"
                ),
                each.finding,
                each.change or WORDS.say("questions.no_change"),
                each.logic.blind_spot,
            ]
            for each in hear(self.seen)
        ]
        self.said.value = readable(
            list_html(means)
            + table_html(WORDS["questions"]["heads"], rows, WORDS.say("questions.caption"))
            + chips("made_up", "five")
            + WORDS.paragraph("questions.caution")
        )
        self._say("\n".join(self.words), kept=True)


def _card(near: known.Near) -> str:
    """Return one case as HTML: what it shares with here and what happened; the rest is folded."""
    case, compared = near.case, near.compared

    def named(names: tuple[str, ...]) -> str:
        return listed([known.SHORT[name] for name in names], most=None)

    nothing = WORDS.say("nearest.nothing")
    cells = {
        "alike": named(compared.alike) or nothing,
        "differs": named(compared.differs) or nothing,
        "unknown": named(compared.unknown),
        **{name: getattr(case, name) for name in
           ("happened", "measured", "reported", "beware", "source")},
    }  # fmt: skip
    rows = [
        (WORDS.say(f"nearest.row.{name}"), cell)
        for name, cell in cells.items()
        if cell and name not in ("alike", "differs", "happened")
    ]
    mark = "△" if case.kind == "illustrative case" else "●"
    title = f"{mark} {case.kind.capitalize()}: {case.name}"
    short = html.escape(WORDS.say("nearest.short", **cells))
    more = html.escape(WORDS.say("nearest.more"))
    table = table_html(WORDS["nearest"]["heads"], rows, title)
    return (
        f"<p><strong>{html.escape(title)}</strong><br>{short}</p>"
        f"<details><summary>{more}</summary>{table}</details>"
    )


class Nearest(Room):
    """Published and illustrative cases that are most like what is said of the own place."""

    def __init__(self, this: Lesson) -> None:
        self.said = widgets.HTML()
        asked = (choose(name, *question) for name, question in known.ALIKE_BY.items())
        super().__init__(
            AutosavedForm("13/nearest/place", "nearest", this.record, *asked), self.said
        )

    @property
    def found(self) -> list[known.Near]:
        """The nearest cases, or none while too little is said."""
        return known.nearest_cases(self.form.value)

    def _tell(self) -> None:
        found = self.found
        if not found:
            self.said.value = ""
            self._say(WORDS.say("nearest.none"))
            return
        cards = "".join(map(_card, found))
        self.said.value = readable(
            cards + chips("share", "coded") + WORDS.paragraph("nearest.caution")
        )
        far = any(near.compared.distance > 0.5 for near in found)
        names = [near.case.name for near in found]
        self._say(WORDS.say("nearest.found", names=names, far=far), kept=True)


class Readiness(Room):
    """Six things that go with success and three kinds of fit, judged by those who work there."""

    def __init__(self, this: Lesson) -> None:
        self.chart: LiveChart | None = None
        self.advice = widgets.HTML()
        self.roots = Plant(this.record, roots=True)
        asked = WORDS.fields(
            "readiness",
            value={"practice": "", "ready": {}, "fit": {}},
            options={"ready": known.LEVELS, "fit": known.LEVELS},
            rows={
                name: {key: each.question for key, each in rows.items()}
                for name, rows in (("ready", known.FACTORS), ("fit", known.FIT))
            },
        )
        super().__init__(AutosavedForm("13/readiness/place", "readiness", this.record, *asked))

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, weakest first."""
        return known.judged(self.form.value)

    @property
    def _held(self) -> list[tuple[known.Asked, str]]:
        return [(known.ASKED[key], level) for key, level in self.answers.items()]

    @property
    def figure(self) -> Figure | None:
        """The answers as bars, weakest first; None before there is one."""
        held, levels = self._held, known.LEVELS
        if not held:
            return None
        weakest = held[0][1]
        facts = {
            "told": [f"{asked.short}: {levels[level]}" for asked, level in held],
            "weakest": [asked.short for asked, level in held if level == weakest],
            "least": levels[weakest],
            "answered": len(held),
            "asked": len(known.ASKED),
        }
        values = [int(level) for _, level in held]
        rows = [(asked.name, asked.question, levels[level]) for asked, level in held]
        whence = WORDS.provenance("asked", sources=(*known.FACTORS_FROM, *known.FIT_FROM))
        return shapes.bars(
            pd.DataFrame({"category": facts["told"], "series": "answer", "value": values}),
            {"answer": "main"},
            x="; ".join(f"{level} {words}" for level, words in levels.items()),
            title=WORDS.say("readiness.weakest", **facts),
            description=WORDS.say("readiness.description", **facts),
            provenance=(WORDS.provenance("answers"), whence),
            table=pd.DataFrame(rows, columns=WORDS["readiness"]["columns"]),
            most=len(levels),
            width=200,  # a scale of four steps; wider, it would be cut into halves
        )

    def _tell(self) -> None:
        Plant.grow_all(self.form.record)
        figure = self.figure
        if figure is None:
            self.children = (self.form, self.roots)
            self._say("")
            return
        if self.chart is None:
            self.chart = LiveChart(figure)
        else:
            self.chart.show(figure)
        rows = [
            (asked.short, known.LEVELS[level], asked.first)
            for asked, level in self._held
            if level in known.WEAK
        ]
        self.advice.value = readable(
            table_html(WORDS["readiness"]["heads"], rows, WORDS.say("readiness.caption"))
            if rows
            else WORDS.paragraph("readiness.not_weak")
        )
        self.children = (self.form, self.roots, self.chart, self.advice)
        answered = {"answered": len(self.answers), "asked": len(known.ASKED)}
        self._say(WORDS.say("readiness.said", title=figure.title, **answered), kept=True)

    def _changed(self, change: dict) -> None:
        if any(change["old"].get(name) != change["new"][name] for name in ("ready", "fit")):
            self._tell()
        else:
            self._say(self.form.status.split("\n")[0])


def questions(this: Lesson) -> Questions:
    """Read what each logic would ask at your place."""
    return Questions(this)


def near(this: Lesson) -> Nearest:
    """Find the cases that are most like your place, and what happened there."""
    return Nearest(this)


def readiness(this: Lesson) -> Readiness:
    """Judge how ready your place is, and how well the practice fits it."""
    return Readiness(this)
