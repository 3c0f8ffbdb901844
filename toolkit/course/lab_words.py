"""Words of a lesson for its labs in code: sentences, and the controls and chips made of them."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import (
    Button,
    Choice,
    Field,
    FileField,
    Match,
    Number,
    Select,
    Slider,
    Text,
    Ticks,
)
from toolkit.text.templates import fill
from toolkit.text.words import Words

KINDS = {
    kind.kind: kind for kind in (Button, Choice, FileField, Match, Number, Select, Slider, Text,
                                 Ticks)
}  # fmt: skip


class LabWords(Words):
    """The words of a lesson, from its ``words.toml``.

    A control is a table of ``[ask.FORM]``: its ``kind`` (a select if nothing is said), its words,
    and whatever else never changes.

    Parameters
    ----------
    package : str
        The package of the lesson.
    """

    def fields(
        self,
        form: str,
        *names: str,
        value: Mapping[str, Any] | None = None,
        options: Mapping[str, Mapping[str, str]] | None = None,
        rows: Mapping[str, Mapping[str, str]] | None = None,
        **facts: Any,
    ) -> list[Field]:
        """Return controls of a form.

        Parameters
        ----------
        form : str
            A table of ``[ask]``.
        *names : str
            Which controls; all of the table, if none is named.
        value : mapping, optional
            What they are set to.
        options, rows : mapping, optional
            Those that are data, by control; they follow those that the table has.
        **facts
            What the words may name.
        """
        held, more = self["ask"][form], {"options": options or {}, "rows": rows or {}}
        made: list[Field] = []
        for name in names or held:
            said: dict[str, Any] = {
                key: fill(each, facts) if isinstance(each, str) else each
                for key, each in held[name].items()
            }
            for key, data in more.items():
                if name in data:
                    said[key] = {**said.get(key, {}), **data[name]}
            if name in (value or {}):
                said["value"] = value[name]
            made.append(KINDS[said.pop("kind", "select")](name, **said))
        return made

    def provenance(self, name: str, **more: Any) -> Provenance:
        """Return where figures come from: an entry of ``[provenance]``, and what data add to it."""
        return Provenance(**{**self["provenance"][name], **more})

    def paragraph(self, key: str, **facts: Any) -> str:
        """Return the words of a key as a paragraph of HTML, everything in it escaped."""
        return f"<p>{html.escape(self.say(key, **facts))}</p>"
