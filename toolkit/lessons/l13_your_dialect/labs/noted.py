"""A form that saves every change to the record at once, and the widget that shows its results."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from toolkit.course.lab_words import LabWords
from toolkit.learning.fields import Field, Match, Text
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
    if isinstance(field, Match):
        given = value if isinstance(value, dict) else {}
        return {row: given[row] for row in field.rows if given.get(row) in keys}
    return value if value in keys or value is None else field.value


class Room(widgets.VBox):
    """A form with the results of its answers."""

    def __init__(self, form: AutosavedForm) -> None:
        self.form = form
        super().__init__((form,), model_id=numbered(f"13-{form.kind}"))
        form.observe(self._changed, "value")
        self._tell()

    def _tell(self) -> None:
        """Say what comes of the answers; each room does it in its own way."""

    def _changed(self, _change: object = None) -> None:
        self._tell()

    def _say(self, words: str) -> None:
        self.form.status = "\n".join(filter(None, (words, self.form.record.trouble)))

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the room; where there is no kernel, the questions can still be read."""
        bundle = Form._repr_mimebundle_(self.form)
        return mimebundle(self.model_id, {"text/plain": bundle["text/plain"]})
