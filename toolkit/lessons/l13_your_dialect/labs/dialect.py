"""Write your dialect down on a canvas, and take everything home on one page."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from toolkit.course import plan as planning
from toolkit.course.lesson import Lesson
from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.document import KIND, document
from toolkit.learning.export import Section
from toolkit.learning.fields import Text
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS, AutosavedForm, choose
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.messages import readable
from toolkit.screen.tables import table_html

PAGE, FILE = "my-plan.html", "my-plan.docx"


class Canvas(AutosavedForm):
    """The own dialect written down: core, edge, mechanism, measures, first test, rules."""

    def __init__(self, this: Lesson) -> None:
        fields = [
            choose(name, prompt.asked, CONFIDENCE, prompt.note, none="unsaid")
            if name == "sure"
            else Text(name, prompt.asked, value="", note=prompt.note, rows=2, longest=1000)
            for name, prompt in planning.PROMPTS.items()
        ]
        super().__init__(planning.CANVAS, "canvas", this.record, *fields, *WORDS.fields("canvas"))
        self.add_class("dio-canvas")
        self.on_press("look", self.look)
        if any(planning.texts(self.value).values()):
            self._say(WORDS.say("canvas.as_left"))

    def look(self) -> None:
        """Say what is still open, and how the mechanism reads as a sentence."""
        words = planning.open_points(self.value)
        self.revealed = not words
        sentence = planning.why_it_works(self.value)
        self._say("\n".join(filter(None, [sentence, *(words or [WORDS.say("canvas.done")])])))

    def _keep_all(self, _change: object = None) -> None:
        super()._keep_all()
        if self.record.trouble:
            self._say("")


class Plan(widgets.VBox):
    """The plan on one page: to be read here, and to be saved as a page or a document.

    Parameters
    ----------
    this : Lesson
        The lesson; its record holds what the plan is made of.
    """

    def __init__(self, this: Lesson) -> None:
        self.record = this.record
        self.form = Form(*WORDS.fields("plan"), title=WORDS.say("plan.title"))
        self.shown = widgets.HTML()
        for name, act in (("show", self.show), ("page", self.page), ("file", self.file)):
            self.form.on_press(name, act)
        super().__init__((self.form, self.shown), model_id=numbered("13-plan"))
        self.shown.value = _preview(planning.page_parts(self.record))

    def show(self) -> None:
        """Read the record again and show what it comes to."""
        parts = planning.page_parts(self.record)
        self.shown.value = _preview(parts)
        self._told("shown" if parts else "nothing")

    def page(self) -> None:
        """Hand over the plan as a page."""
        self.show()
        self._hand_over_page()
        self._told("page", PAGE)

    def file(self) -> None:
        """Hand over the plan as a document; where none can be made, as a page."""
        self.show()
        try:
            content = document(*planning.head(), planning.page_parts(self.record))
        except ImportError:
            self._hand_over_page()
            self._told("no_file", PAGE)
            return
        self.form.hand_over(FILE, KIND, content)
        self._told("file", FILE)

    def _told(self, key: str, file: str = "") -> None:
        self.form.status = WORDS.say(f"plan.{key}", file=file)

    def _hand_over_page(self) -> None:
        self.form.hand_over(PAGE, "text/html", planning.one_page(self.record).encode("utf-8"))

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the plan; what was typed does not go into the stored lesson."""
        plain = f"{self.form.title}\n{WORDS.say('plan.without_kernel')}"
        return mimebundle(self.model_id, {"text/plain": plain})


def _preview(parts: Iterable[Section]) -> str:
    """Return the plan as HTML for the lesson, everything escaped."""
    made = []
    for part in parts:
        made.append(f"<h3>{html.escape(part.title)}</h3>")
        if part.words:
            made.append(f"<p>{html.escape(part.words)}</p>")
        made += [table_html(WORDS["plan"]["heads"], each.pairs, each.title) for each in part.lists]
    return readable("".join(made) or WORDS.paragraph("plan.empty"))


def canvas(this: Lesson) -> Canvas:
    """Write your dialect down: core, periphery, mechanism, measures, first test, stop rule."""
    return Canvas(this)


def plan(this: Lesson) -> Plan:
    """Take everything home on one page."""
    return Plan(this)
