"""Tables to be read: HTML for the eye and the screen reader, lines of text for everybody else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from toolkit import evidence
from toolkit.evidence.citations import was_read
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.tables import split_list
from toolkit.screen.form import WORDS

# JupyterLab sets tables in small type, to the right; words are read from the left.
LEFT = "text-align: left; vertical-align: top; font-size: 14px; line-height: 1.4; padding: 4px 8px"
HEAD = f"{LEFT}; position: sticky; top: 0; background: var(--jp-layout-color0, #fff)"

# A group, not a region: a page of many tables would have as many landmarks of one name.
SCROLLS = 'role="group" tabindex="0" data-lm-suppress-shortcuts="true" style="overflow-x: auto"'


class Page:
    """A piece of HTML, and the same in plain text for whoever has no browser."""

    def __init__(self, html_text: str, plain: str) -> None:
        if "<table" in html_text:  # wider than the page, it scrolls by itself
            label = html.escape(WORDS.say("frame.table"))
            html_text = f'<div {SCROLLS} aria-label="{label}">{html_text}</div>'
        self._bundle = {"text/html": html_text, "text/plain": plain}

    def _repr_mimebundle_(self, **_: Any) -> dict:
        return self._bundle


class Html(str):
    """Text that is HTML already: whatever else comes into a table or a list is escaped there."""

    __slots__ = ()


def escaped(text: object) -> str:
    """Return a text as HTML shows it; `Html` stays as it is."""
    return text if isinstance(text, Html) else html.escape(str(text))


def list_html(items: Iterable[object], tag: str = "ul") -> str:
    """Return items as a list; ``ol`` numbers them."""
    return f"<{tag}>{''.join(f'<li>{escaped(item)}</li>' for item in items)}</{tag}>"


def table_html(columns: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """Return a table whose first column names its rows.

    Parameters
    ----------
    columns : sequence of str
        Headings, as text.
    rows : iterable of sequence
        Cells, as text or as `Html`.
    caption : str
        What the table holds, as text.
    """
    head = "".join(f'<th scope="col" style="{HEAD}">{html.escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row" style="{LEFT}">{escaped(first)}</th>'
        + "".join(f'<td style="{LEFT}">{escaped(cell)}</td>' for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    said = f'<caption style="{LEFT}">{html.escape(caption)}</caption>' if caption else ""
    return f"<table>{said}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def table_page(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    caption: str = "",
    provenance: Sequence[Provenance] = (),
    fold: str = "",
) -> Page:
    """Return a table as a page, with the chips of its figures; cells come as text.

    Parameters
    ----------
    columns : sequence of str
        Headings.
    rows : iterable of sequence of str
        Cells.
    caption : str
        What the table holds.
    provenance : sequence of Provenance
        Where its figures come from.
    fold : str
        What a click on opens the table; without it, the table is open.
    """
    rows = [tuple(map(str, row)) for row in rows]
    chips = list(map(evidence.chip_and_note, provenance))
    shown = table_html(columns, rows, caption)
    below = f"<p>{html.escape(' · '.join(chips))}</p>" if chips else ""
    lines = [
        ". ".join(
            f"{name}: {cell}".removeprefix(": ").rstrip(".")
            for name, cell in zip(columns, row, strict=True)
            if cell
        )
        for row in rows
    ]
    shown += below
    if fold:
        shown = f"<details><summary>{html.escape(fold)}</summary>{shown}</details>"
    return Page(shown, "\n".join([line for line in (fold, caption, *lines, *chips) if line]))


def _wording(key: str) -> Provenance:
    note = WORDS.say(f"{key}.provenance")
    return Provenance("published", ("richdavieshowsen2022",), note=note)


def cited(text: str) -> str:
    """Return a text with its source keys in brackets written as names and years, with marks.

    Parameters
    ----------
    text : str
        Such as ``"Waits fell (tlapa2020)."``.

    Returns
    -------
    str
        Such as ``"Waits fell (Tlapa et al. 2020 ○)."``; ○ means not read in the source itself.
    """
    keys = r"\(([a-z]+(?:\d+[a-z]*)?(?:; [a-z]+(?:\d+[a-z]*)?)*)\)"

    def named(found: re.Match[str]) -> str:
        marks = (f"{evidence.cite(key)}{'' if was_read(key) else ' ○'}" for key in
                 found[1].split("; "))  # fmt: skip
        return f"({'; '.join(marks)})"

    return re.sub(keys, named, text)


def claims_page(number: str) -> Page:
    """Return what the seed paper claims about a lesson; each opens to what speaks for and against.

    Parameters
    ----------
    number : str
        The lesson, such as ``"07"``.
    """
    held = evidence.claims().frame.fillna("")
    here = held[held["lessons"].map(lambda cell: number in split_list(cell))]
    shown, plain = [], []
    for row in here.itertuples():
        told = (cited(row.for_published), cited(row.against_published), row.untestable_note)
        parts = [
            (name, said) for name, said in zip(WORDS["claims.parts"], told, strict=True) if said
        ]
        wording = f"“{row.wording}”"
        below = "".join(f"<p><b>{html.escape(n)}</b>: {html.escape(said)}</p>" for n, said in parts)
        shown.append(f"<details><summary>{html.escape(wording)}</summary>{below}</details>")
        plain.append("\n".join([wording, *(f"{name}: {said}" for name, said in parts)]))
    chip = evidence.chip_and_note(_wording("claims"))
    return Page(f"{''.join(shown)}<p>{html.escape(chip)}</p>", "\n".join([*plain, chip]))


def sources_page(keys: Iterable[str]) -> Page:
    """Return sources in full, each at the place to which its citations lead.

    Parameters
    ----------
    keys : iterable of str
        Source keys, in order.
    """
    texts = {key: evidence.source(key) for key in keys}
    rows = (f'<li id="source-{key}">{html.escape(text)}</li>' for key, text in texts.items())
    return Page(f"<ul>{''.join(rows)}</ul>", "\n".join(texts.values()))


def notebooks() -> dict[str, Path]:
    """Return the lessons that are there, by number, in order."""
    course = Path(__file__).resolve().parents[2] / "notebooks"
    folder = course if course.is_dir() else Path.cwd()
    return {path.name[:2]: path for path in sorted(folder.glob("[0-9][0-9]-*.ipynb"))}
