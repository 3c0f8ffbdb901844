"""What is said of a case wherever it is on the table, and the names by which it is chosen."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from toolkit import evidence
from toolkit.course.lab_words import LabWords
from toolkit.models.cases import reviews

WORDS = LabWords("toolkit.lessons.l12_nine_cases")
CASES = {name: f"{name} · {evidence.case(name).title}" for name in reviews.NINE}
Line = tuple[str, str]


def lines(table: str, **facts: Any) -> list[Line]:
    """Return the lines of a table of words: what stands in bold, and what follows it."""
    return [line(f"{table}.{name}", **facts) for name in WORDS[table]]


def line(key: str, **facts: Any) -> Line:
    """Return one such line."""
    return WORDS.say(f"{key}.label", **facts), WORDS.say(f"{key}.text", **facts)


def listed(pairs: Iterable[Line]) -> str:
    """Return lines as an HTML list, everything escaped."""
    rows = (
        f"<li><strong>{html.escape(label)}</strong> {html.escape(text)}</li>"
        for label, text in pairs
        if text
    )
    return f"<ul>{''.join(rows)}</ul>"
