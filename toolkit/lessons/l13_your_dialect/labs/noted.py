"""A form that saves every change to the record at once, and the widget that shows its results."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets

from toolkit import evidence
from toolkit.course.lab_words import LabWords
from toolkit.learning.fields import Field, Match, Select, Text, Ticks
from toolkit.learning.record import Record
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.questions import KeptForm

WORDS = LabWords("toolkit.lessons.l13_your_dialect")


class AutosavedForm(KeptForm):
    """A form that is kept with every change, so that nothing typed is lost.

    Parameters
    ----------
    key, kind : str
        Where it stands in the record, and as what; its title stands under the kind in the words.
    record : Record
        The learner's record.
    *fields : Field
        The controls.
    """

    def __init__(self, key: str, kind: str, record: Record, *fields: Field) -> None:
        self.kind = kind
        self._held = {field.name: field for field in fields}
        self._more: dict[str, Any] = {}  # what stands under this key and is not ours to lose
        self._foreign: dict | None = None
        super().__init__(key, record, *fields, title=WORDS.say(f"{kind}.title"))
        self.observe(self._keep_all, "value")

    def note(self, **more: Any) -> None:
        """Keep something that was worked out beside what was entered."""
        self._more |= more
        self._keep_all()

    def _keep_all(self, _change: object = None) -> None:
        if self._foreign is not None:
            self.record.set_aside(self.key)
            self._foreign = None
        self._keep(**self._more, **self.value, kind=self.kind)

    def _remember(self, entry: dict | None) -> None:
        if not entry:
            return
        known = {name: entry[name] for name in self.value if name in entry}
        taken = {name: _understood(self._held[name], value) for name, value in known.items()}
        if taken != known or entry.get("kind") != self.kind:
            self._foreign = entry
        else:
            ours = {*self.value, "kind"}
            self._more = {name: value for name, value in entry.items() if name not in ours}
        self.value = {**self.value, **taken}


def _understood(field: Field, value: Any) -> Any:
    """Return what a control can show of an entry: all of it, a part, or what it starts with."""
    if isinstance(field, Text):
        return value if isinstance(value, str) else "" if value is None else str(value)
    keys = list(getattr(field, "options", ()))
    if isinstance(field, Ticks):
        return [key for key in keys if key in value] if isinstance(value, list) else field.value
    if isinstance(field, Match):
        given = value if isinstance(value, dict) else {}
        return {row: given[row] for row in field.rows if given.get(row) in keys}
    return value if value in keys or value is None else field.value


def choose(
    name: str, label: str, options: dict[str, str], note: str = "", none: str = "unsure"
) -> Select:
    """Return a question that may stay open.

    Parameters
    ----------
    name, label : str
        Of the control.
    options : dict of str to str
        The answers.
    note : str, optional
        Stands under the label.
    none : str, optional
        Which words of ``[open]`` stand for an open answer.
    """
    return Select(name, label, "", options={"": WORDS.say(f"open.{none}"), **options}, note=note)


class Room(widgets.VBox):
    """A form with the results of its answers below."""

    def __init__(self, form: AutosavedForm, *below: widgets.Widget) -> None:
        self.form = form
        super().__init__((form, *below), model_id=numbered(f"13-{form.kind}"))
        form.observe(self._changed, "value")
        self._tell()

    def _tell(self) -> None:
        """Say what comes of the answers; each room does it in its own way."""

    def _changed(self, _change: object = None) -> None:
        self._tell()

    def _say(self, words: str, kept: bool = False) -> None:
        words = f"{words} {WORDS.say('open.kept')}" if kept else words
        self.form.status = "\n".join(filter(None, (words, self.form.record.trouble)))

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the room; where there is no kernel, the questions can still be read."""
        bundle = Form._repr_mimebundle_(self.form)
        return mimebundle(self.model_id, {"text/plain": bundle["text/plain"]})


def chips(*names: str, sources: tuple[str, ...] = ()) -> str:
    """Return where figures come from, as a line of HTML; sources are those of the last name."""
    each = (
        evidence.chip_and_note(WORDS.provenance(name, sources=sources if name == names[-1] else ()))
        for name in names
    )
    return f"<p>{html.escape(' · '.join(each))}</p>"
