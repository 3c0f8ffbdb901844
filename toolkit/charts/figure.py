"""A chart with everything that belongs to it: words, a table twin, and its provenance.

Altair 6 speaks Vega-Lite 6, JupyterLab 4.6 draws Vega-Lite 5; the specifications of this course
stay within what both know, so JupyterLab draws them itself, offline.
"""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import altair as alt
import pandas as pd
from IPython.display import display

from toolkit.charts.film import film
from toolkit.charts.narrow import narrowed
from toolkit.charts.theme import CONFIG, WORDS
from toolkit.evidence import Provenance, chip_and_note
from toolkit.text.numbers import plain, written

MIME = "application/vnd.vegalite.v5+json"
EMBED = {"actions": False, "renderer": "svg"}
# The stored lessons carry a picture for viewers without JavaScript; a live session needs none,
# and drawing one takes half a second.
PICTURE = "DIALECTS_PICTURES"


class Template(dict):
    """A Vega-Lite specification without data, compared by identity, so that it can be cached."""

    @cached_property
    def narrow(self) -> dict:
        """The same chart for a narrow page; see `toolkit.charts.narrow`."""
        return narrowed(self)

    def __hash__(self) -> int:  # type: ignore[override]  # a dict itself cannot be hashed
        """Return what this very object hashes to."""
        return object.__hash__(self)

    def __eq__(self, other: object) -> bool:
        """Two templates are the same only if they are one."""
        return self is other

    def __ne__(self, other: object) -> bool:
        """Say the same as ``==``; a dict has a comparison of its own for this."""
        return self is not other


def template(
    chart: alt.TopLevelMixin, firm: bool = False, narrow: alt.TopLevelMixin | None = None
) -> Template:
    """Turn an Altair chart on named data into a specification that any frame can fill later.

    Parameters
    ----------
    chart : altair chart
        Drawn on ``alt.NamedData`` only.
    firm : bool
        Whether its words stand at fixed places, so that it cannot be drawn narrower. On a narrow
        page it scrolls in a frame of its own.
    narrow : altair chart, optional
        What a narrow page shows in its place, on the same data.

    Returns
    -------
    Template
        Vega-Lite specification with the look of the course and without data.
    """
    spec = chart.to_dict()
    spec.pop("$schema", None)
    made = Template({**spec, "config": CONFIG} | ({"usermeta": {"firm": True}} if firm else {}))
    if narrow is not None:
        made.__dict__["narrow"] = dict(template(narrow, firm))
    return made


def records(frame: pd.DataFrame) -> list[dict]:
    """Return the rows of a frame as JSON would have them."""
    columns = [str(name) for name in frame.columns]
    return [
        dict(zip(columns, map(plain, row), strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]


class Worded(TypedDict):
    """What every form of chart is told besides what it draws, as in `Figure`."""

    title: str
    description: str
    provenance: tuple[Provenance, ...]


class Said(Worded):
    """The same, and the table twin where it is not the data as they are drawn."""

    table: NotRequired[pd.DataFrame]


@dataclass(frozen=True)
class Figure:
    """A chart, what it says in words, its table twin and where its figures come from.

    Parameters
    ----------
    title : str
        The finding, in a sentence.
    description : str
        What is drawn, between which values, where it turns: computed from the data.
    spec : Template
        From `template`; figures that share a template can be exchanged in a live chart.
    data : dict of str to DataFrame
        The frames that the template names.
    table : DataFrame
        The same figures to be read; column names are in the reader's words.
    provenance : tuple of Provenance
        Where the figures come from.
    given : tuple of str
        Columns of the table whose figures were given, and stand in it digit by digit.
    trace : dict, optional
        What the stage above a live chart plays; see `toolkit.screen.stage`.
    """

    title: str
    description: str
    spec: Template
    data: Mapping[str, pd.DataFrame]
    table: pd.DataFrame
    provenance: tuple[Provenance, ...]
    given: tuple[str, ...] = ()
    trace: Mapping[str, Any] | None = None

    @property
    def datasets(self) -> dict[str, list[dict]]:
        """The data as Vega-Lite takes them."""
        return {name: records(frame) for name, frame in self.data.items()}

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The words of each provenance, with its note, and what the label means."""
        return [(chip_and_note(each), each.meaning) for each in self.provenance]

    @property
    def cells(self) -> dict[str, list]:
        """The table twin as words: columns, and rows of text."""
        columns = [str(name) for name in self.table.columns]
        given = [name in self.given for name in columns]
        rows = self.table.itertuples(index=False, name=None)
        return {
            "columns": columns,
            "rows": [[*map(written, row, given)] for row in rows],
        }

    def to_spec(self) -> dict:
        """Return the whole Vega-Lite specification, data inside."""
        return {
            **self.spec,
            "title": self.title,
            "description": self.description,
            "datasets": self.datasets,
        }

    def to_html(self) -> str:
        """Return the words, the chips and the table twin as HTML, everything escaped."""
        cells = self.cells
        head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in cells["columns"])
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
            for row in cells["rows"]
        )
        chips = " ".join(
            f'<span title="{html.escape(meaning)}">{html.escape(text)}</span>'
            for text, meaning in self.chips
        )
        return (
            f"<p>{chips}</p>"
            f"<details><summary>{WORDS.say('figure.in_words')}</summary>"
            f"<p>{html.escape(self.description)}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"
        )

    def to_mimebundle(self) -> tuple[dict, dict]:
        """Return what a notebook stores: the chart, its words, and a picture if asked for."""
        bundle: dict[str, Any] = {
            MIME: self.to_spec(),
            "text/plain": f"{self.title}\n{self.description}",
        }
        if os.environ.get(PICTURE):
            import vl_convert  # desktop only, and slow to start: not at import

            bundle["image/png"] = vl_convert.vegalite_to_png(
                {**self.to_spec(), "background": "white"}, ppi=96
            )
        return bundle, {MIME: {"embed_options": EMBED}}

    def save(self, path: str | os.PathLike[str], scale: float = 2) -> Path:
        """Write the chart as a picture, on a computer (not in the browser edition).

        Parameters
        ----------
        path : path
            Where to; the ending ``.png`` or ``.svg`` says as what.
        scale : float
            How many times as fine a PNG is as the screen.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        ValueError
            If the ending is another one.
        RuntimeError
            If pictures cannot be made here.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in (".png", ".svg"):
            raise ValueError(WORDS.say("figure.ending", name=path.name))
        try:
            import vl_convert  # desktop only, and slow to start: not at import
        except ImportError:
            raise RuntimeError(WORDS.say("figure.no_pictures")) from None
        spec = {**self.to_spec(), "background": "white"}
        if kind == ".svg":
            path.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
        else:
            path.write_bytes(vl_convert.vegalite_to_png(spec, scale=scale))
        return path

    def to_static(self) -> dict[str, str]:
        """Return what a viewer without a kernel is shown: words, table and, if asked, a picture."""
        strip = film(self.trace) if self.trace else ""
        static = {
            "text/plain": f"{self.title}\n{self.description}",
            "text/html": f"{strip}<p><strong>{html.escape(self.title)}</strong></p>"
            + self.to_html(),
        }
        if os.environ.get(PICTURE):
            static["image/png"] = self.to_mimebundle()[0]["image/png"]
        return static

    def _ipython_display_(self) -> None:
        """Show the chart, and below it the words, the provenance and the table twin."""
        bundle, metadata = self.to_mimebundle()
        display(bundle, metadata=metadata, raw=True)
        words = f"{' '.join(text for text, _ in self.chips)}\n\n{self.table.to_string(index=False)}"
        display({"text/html": self.to_html(), "text/plain": words}, raw=True)
