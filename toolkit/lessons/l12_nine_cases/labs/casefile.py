"""What is said of a case wherever it is on the table, and the names by which it is chosen."""

from __future__ import annotations

import html
from collections.abc import Iterable

from toolkit import evidence
from toolkit.evidence import Case, Provenance
from toolkit.models.cases import reviews
from toolkit.screen.messages import readable

CASES = {name: f"{name} · {evidence.case(name).title}" for name in reviews.NINE}
MEASURES = {
    "": "the measure it is judged by",
    **{name: label for name, (label, *_) in reviews.MEASURES.items()},
}
LIMITS = Provenance("modelled", note="the limits, from the twelve months before each review")
COUNTED = Provenance("modelled", note="counted here, from the codes")
Lines = Iterable[tuple[str, str]]


def spoken(name: str) -> str:
    """Return an approach or another name of the data as words."""
    return name.replace("_", " ")


def told(case: Case, lines: Lines) -> str:
    """Return what is said of a case, under the line that calls it illustrative."""
    return readable(f"<p><strong>{html.escape(case.source)}</strong></p>{listed(lines)}")


def listed(lines: Lines) -> str:
    """Return pairs of a label and a text as an HTML list, everything escaped."""
    rows = (
        f"<li><strong>{html.escape(label)}</strong> {html.escape(text)}</li>"
        for label, text in lines
        if text.strip()
    )
    return f"<ul>{''.join(rows)}</ul>"
