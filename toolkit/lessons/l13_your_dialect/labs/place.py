"""The own place: what each logic asks there, which cases are like it, and how ready it is."""

from __future__ import annotations

import html

import ipywidgets as widgets

from toolkit.course.lesson import Lesson
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS, AutosavedForm, Room, chips, choose
from toolkit.lessons.l13_your_dialect.labs.plant import Plant, Roots
from toolkit.models import readiness as known
from toolkit.models.logics.symptoms import LESSON_OF, SIGNS, hear, most
from toolkit.screen.messages import readable
from toolkit.screen.tables import Html, list_html, table_html
from toolkit.text.lists import listed


class Questions(Room):
    """What each of the five logics would ask, find and change where such things are seen."""

    def __init__(self, this: Lesson) -> None:
        self.said = widgets.HTML()
        asked = WORDS.fields("questions", value={"seen": []}, options={"seen": known.SEEN})
        super().__init__(AutosavedForm("13/questions/place", "questions", this.record, *asked))
        self.form.layout.flex, self.said.layout.flex = "1 1 18rem", "1 1 26rem"
        across = {"flex_flow": "row wrap", "align_items": "flex-start", "grid_gap": "0.6rem 1.6rem"}
        self.children = (widgets.Box((self.form, self.said), layout=widgets.Layout(**across)),)

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
        Plant.grow_all(self.form.record)
        said, heard = WORDS["questions"], hear(self.seen)
        lesson = {
            logic: html.escape(WORDS.say("questions.lesson", lesson=number))
            for logic, number in LESSON_OF.items()
        }
        rows = [
            (
                Html(
                    f"{html.escape(each.logic.name)} ({lesson[each.logic.id]})<br>"
                    f'<span style="font-weight: 400">{html.escape(each.logic.question)}</span>'
                ),
                each.logic.blind_spot,
            )
            for each in heard
        ]
        asks = table_html(said["heads"], rows, WORDS.say("questions.asks"))
        self.said.layout.display = "" if self.seen else "none"
        if not self.seen:
            self.said.value = ""
            self._say(WORDS.say("questions.none"))
            return
        means = [
            WORDS.say("questions.means", seen=words, sign=SIGNS[name])
            for name, words in known.SEEN.items()
            if name in self.seen
        ]
        found = [
            (each.logic.name, each.finding, each.change or WORDS.say("questions.no_change"))
            for each in heard
        ]
        depends, *ways = self.words
        most_help = (
            WORDS.paragraph("questions.caution")
            + f"<p>{html.escape(depends)}</p>"
            + list_html(ways)
            + chips("made_up", "five")
        )
        model = list_html(means) + table_html(said["found"], found, WORDS.say("questions.caption"))
        summary = html.escape(WORDS.say("questions.model"))
        folded = f"<details><summary>{summary}</summary>{model}</details>"
        self.said.value = readable(f"{most_help}{asks}{folded}")
        self._say(WORDS.say("questions.below"), kept=True)


def _card(near: known.Near) -> str:
    """Return one case as HTML: what it shares with here and what happened; the rest is folded."""
    case, compared = near.case, near.compared

    def named(names: tuple[str, ...]) -> str:
        return listed([known.SHORT[name] for name in names], most=None)

    cells = {
        "alike": named(compared.alike),
        "differs": named(compared.differs),
        "known": compared.known,
        "asked": len(known.ALIKE_BY),
        "unknown": named(compared.unknown),
        **{name: getattr(case, name) for name in
           ("happened", "measured", "reported", "beware", "source")},
    }  # fmt: skip
    rows = [
        (WORDS.say(f"nearest.row.{name}"), cell)
        for name, cell in cells.items()
        if cell and name in WORDS["nearest"]["row"]
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
        self.form.add_class("dio-abreast")

    @property
    def found(self) -> list[known.Near]:
        """The nearest cases, or none while too little is said."""
        return known.nearest_cases(self.form.value)

    def _tell(self) -> None:
        Plant.grow_all(self.form.record)
        found = self.found
        if not found:
            self.said.value = ""
            enough = len(known.attributes(self.form.value)) >= known.LEAST
            self._say(WORDS.say("nearest.far" if enough else "nearest.none"))
            return
        cards = "".join(map(_card, found))
        self.said.value = readable(
            cards + chips("share", "coded") + WORDS.paragraph("nearest.caution")
        )
        names = [near.case.name for near in found]
        self._say(WORDS.say("nearest.found", names=names), kept=True)


class Readiness(Room):
    """Six things that go with success and three kinds of fit, judged by those who work there."""

    def __init__(self, this: Lesson) -> None:
        self.advice = widgets.HTML()
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
        beside = widgets.Box((self.form, Roots(this.record)))
        beside.add_class("dio-beside")
        self.children = (beside, self.advice)

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, weakest first."""
        return known.judgements(self.form.value)

    @property
    def _held(self) -> list[tuple[known.ReadinessQuestion, str]]:
        return [(known.ASKED[key], level) for key, level in self.answers.items()]

    @property
    def weakest(self) -> str:
        """The weakest answers, in words; empty before there is one."""
        held = self._held
        if not held:
            return ""
        least = held[0][1]
        return WORDS.say(
            "readiness.weakest",
            weakest=[asked.short for asked, level in held if level == least],
            least=known.LEVELS[least],
            answered=len(held),
        )

    def _tell(self) -> None:
        Plant.grow_all(self.form.record)
        held = self._held
        # The second three are asked once the first six are answered.
        more = known.FIT.keys() & self.answers.keys() or known.FACTORS.keys() <= self.answers.keys()
        self.form.hidden = [] if more else ["fit"]
        counts = {"six": len(known.FACTORS), "three": len(known.FIT)}
        follow = "" if more else WORDS.say("readiness.more", **counts)
        if not held:
            self.advice.value = ""
            self._say(follow)
            return
        rows = [
            (asked.short, known.LEVELS[level], asked.first)
            for asked, level in held
            if level in known.WEAK
        ]
        self.advice.value = readable(
            (
                table_html(WORDS["readiness"]["heads"], rows, WORDS.say("readiness.caption"))
                if rows
                else WORDS.paragraph("readiness.not_weak")
            )
            + chips("answers", "asked", sources=(*known.FACTORS_FROM, *known.FIT_FROM))
        )
        answered = {"answered": len(held), "asked": len(known.ASKED)}
        said = WORDS.say("readiness.said", weakest=self.weakest, **answered)
        self._say(f"{said} {follow}".strip(), kept=not follow)


def questions(this: Lesson) -> Questions:
    """Read what each logic would ask at your place."""
    return Questions(this)


def near(this: Lesson) -> Nearest:
    """Find the cases that are most like your place, and what happened there."""
    return Nearest(this)


def readiness(this: Lesson) -> Readiness:
    """Judge how ready your place is, and how well the practice fits it."""
    return Readiness(this)
