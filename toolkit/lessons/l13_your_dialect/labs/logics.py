"""Tick what is seen in your service, and read what each of the five logics asks there."""

from __future__ import annotations

import html

import ipywidgets as widgets

from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Ticks
from toolkit.lessons.l13_your_dialect.labs.noted import KEPT, Noted, Room, chips
from toolkit.models.logics.symptoms import LESSON_OF, SIGNS, Heard, hear, most
from toolkit.models.readiness import SEEN
from toolkit.screen.messages import readable
from toolkit.screen.tables import Html, list_html, table_html
from toolkit.text.lists import listed
from toolkit.text.numbers import signed

MADE_UP = Provenance("illustrative", note="a place made up from what you ticked")
SAID = Provenance("modelled", note="what the five logics say of it")


def effect(heard: Heard) -> str:
    """Return what the change of one logic would do, in words; empty if it sees none to make."""
    if heard.change is None:
        return ""
    before, after = heard.before, heard.after
    return (
        f"Outcome for each pound {signed(100 * (after.value / before.value - 1), 1)} %. Days from "
        f"start to end: {before.lead_time:.0f}, then {after.lead_time:.0f}. Of 100 who would "
        f"benefit, not reached: {100 * before.unmet_need:.0f}, then {100 * after.unmet_need:.0f}."
    )


class Questions(Room):
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
            f"By {way}: {listed(names, most=None) or 'none of the five'}."
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
            f"{words.capitalize()}. In the model: {sign.means} (lesson {sign.lesson})."
            for name, words in SEEN.items()
            if name in self.seen and (sign := SIGNS[name])
        ]
        rows = [
            [
                Html(
                    f"{html.escape(each.logic.name)}<br>"
                    f'<span style="font-weight: 400">{html.escape(each.logic.question)}</span>'
                ),
                each.finding,
                each.change or "Nothing: it sees no change to make.",
                effect(each) or "–",
                each.logic.blind_spot,
                f"lesson {LESSON_OF[each.logic.id]}",
            ]
            for each in hear(self.seen)
        ]
        heads = ["Logic, and its first question", "What it finds", "What it would change first",
                 "What that would do there", "What it does not see", "More"]  # fmt: skip
        self.said.value = readable(
            list_html(means)
            + table_html(heads, rows, "What the five logics say of such a place")
            + chips(MADE_UP, SAID)
            + "<p>Your service is not this place. Take the questions with you, not the figures.</p>"
        )
        self._say(f"{self.words} {KEPT}")


def questions(this: Lesson) -> Questions:
    """Read what each logic would ask at your place."""
    return Questions(this)
