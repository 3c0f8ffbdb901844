"""Write your dialect down on a canvas, and take everything home on one page."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from toolkit.course.lesson import Lesson
from toolkit.course.plan import (
    CANVAS,
    PROMPTS,
    head,
    one_page,
    open_points,
    page_parts,
    texts,
    why_it_works,
)
from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.document import KIND, document
from toolkit.learning.export import Section
from toolkit.learning.fields import Button, Text
from toolkit.lessons.l13_your_dialect.labs.noted import Noted, choose
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.messages import readable
from toolkit.screen.tables import table_html

PAGE, FILE = "my-plan.html", "my-plan.docx"
DONE = "Nothing is open. Read it to somebody who was not there when you wrote it."


class Canvas(Noted):
    """The own dialect written down: core, edge, mechanism, measures, first test, rules."""

    def __init__(self, this: Lesson) -> None:
        fields = [
            choose(name, prompt.asked, CONFIDENCE, prompt.note, none="not said yet")
            if name == "sure"
            else Text(name, prompt.asked, value="", note=prompt.note, rows=2, longest=1000)
            for name, prompt in PROMPTS.items()
        ]
        super().__init__(
            CANVAS, "canvas", this.record, *fields, Button("look", "Look it over"),
            title="Your dialect",
        )  # fmt: skip
        self.on_press("look", self.look)
        if any(texts(self.value).values()):
            self._say("Your canvas is as you left it. All that you type is kept at once.")

    def look(self) -> None:
        """Say what is still open, and how the mechanism reads as a sentence."""
        words = open_points(self.value)
        self.revealed = not words
        sentence = why_it_works(self.value)
        self._say("\n".join(filter(None, [sentence, *(words or [DONE])])))

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
        self.form = Form(
            Button("show", "Show my plan as it stands now"),
            Button("page", "Save as a page to read or print"),
            Button("file", "Save as a document for Word"),
            title="Your plan on one page",
        )
        self.shown = widgets.HTML()
        for name, act in (("show", self.show), ("page", self.page), ("file", self.file)):
            self.form.on_press(name, act)
        super().__init__((self.form, self.shown), model_id=numbered("13-plan"))
        self.shown.value = _preview(page_parts(self.record))

    def show(self) -> None:
        """Read the record again and show what it comes to."""
        parts = page_parts(self.record)
        self.shown.value = _preview(parts)
        self.form.status = (
            "Your plan stands below, as it is now." if parts
            else "There is nothing to show yet. What you enter above in this lesson comes here."
        )  # fmt: skip

    def page(self) -> None:
        """Hand over the plan as a page."""
        self.show()
        self._hand_over_page()
        self.form.status = (
            f"{PAGE} is where your browser keeps downloads. It opens in any browser and in Word, "
            "and it prints."
        )

    def file(self) -> None:
        """Hand over the plan as a document; where none can be made, as a page."""
        self.show()
        try:
            content = document(*head(), page_parts(self.record))
        except ImportError:
            self._hand_over_page()
            self.form.status = (
                "No Word document can be made here, so you get the page instead: "
                f"{PAGE} is where your browser keeps downloads. It opens in Word, and it prints."
            )
            return
        self.form.hand_over(FILE, KIND, content)
        self.form.status = f"{FILE} is where your browser keeps downloads."

    def _hand_over_page(self) -> None:
        self.form.hand_over(PAGE, "text/html", one_page(self.record).encode("utf-8"))

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the plan; what was typed does not go into the stored lesson."""
        plain = f"{self.form.title}\nIt is made of what you enter in this lesson."
        return mimebundle(self.model_id, {"text/plain": plain})


def _preview(parts: Iterable[Section]) -> str:
    """Return the plan as HTML for the lesson, everything escaped."""
    made = []
    for part in parts:
        made.append(f"<h3>{html.escape(part.title)}</h3>")
        if part.words:
            made.append(f"<p>{html.escape(part.words)}</p>")
        heads = ["What", "In our words"]
        made += [table_html(heads, each.pairs, each.title) for each in part.lists]
    nothing = "<p>Nothing is entered yet; your plan will stand here.</p>"
    return readable("".join(made) or nothing)


def canvas(this: Lesson) -> Canvas:
    """Write your dialect down: core, periphery, mechanism, measures, first test, stop rule."""
    return Canvas(this)


def plan(this: Lesson) -> Plan:
    """Take everything home on one page."""
    return Plan(this)
