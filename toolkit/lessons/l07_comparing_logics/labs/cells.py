"""Search and filter the matrix of the approaches, each cell with its evidence."""

from __future__ import annotations

import difflib
import html
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit import evidence
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.tables import split_list
from toolkit.learning.fields import Button, Select, Text, Ticks
from toolkit.lessons.l07_comparing_logics.labs.search import fits, words_in
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.tables import Html, page, table_html

# Our own sorting of the rows, so that six of them are read at a time and not seventeen.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "asks": (
        "what it asks and sees",
        (
            "one-line logic", "first question", "what it calls the problem",
            "unit of analysis", "system scope", "what it measures first",
        ),
    ),
    "values": (
        "what it values",
        ("theory of value", "stance to variation", "stance to cost"),
    ),
    "people": (
        "people and learning",
        ("theory of learning", "role of staff", "role of patients and citizens"),
    ),
    "life": (
        "its life: needs, first gains, ceiling, partners",
        (
            "what it needs first", "time to first benefit", "typical ceiling",
            "blind spot", "natural next partner",
        ),
    ),
}  # fmt: skip
ALL = "all"


def mark_of(cell: Any) -> str:
    """Return the evidence mark of a cell of the matrix: published with its source, or ours."""
    keys = split_list(cell.sources)
    mark = Provenance(cell.kind, tuple(keys))
    return f"{mark.mark}\u00a0{evidence.cite(*keys) if keys else mark.label}"


def _cells() -> pd.DataFrame:
    """Return the cells of the matrix with their marks; names become headings."""
    held = evidence.matrix().frame.fillna({"sources": ""})
    names = held[held["dimension"] == "name"].set_index("approach")["cell"]
    held = held[held["dimension"] != "name"]
    return held.assign(
        name=held["approach"].map(names), mark=[mark_of(row) for row in held.itertuples()]
    )


class Matrix(widgets.VBox):
    """Controls above a table of the matrix.

    Attributes
    ----------
    form : Form
        Which rows, which approaches, which words, which evidence.
    table : widgets.HTML
        What is left of the matrix.
    """

    def __init__(self) -> None:
        self.cells = _cells()
        approaches = dict.fromkeys(zip(self.cells["approach"], self.cells["name"], strict=True))
        self.form = Form(
            Select(
                "group", "Which rows", "asks",
                options={k: words for k, (words, _) in GROUPS.items()} | {ALL: "all of them"},
            ),
            Select(
                "kind", "Which cells", ALL,
                options={
                    ALL: "all", "published": "published, with a source (● or ○)",
                    "illustrative": "△ illustrative: our own teaching words",
                },
            ),
            Ticks(
                "approaches", "Which approaches",
                [name for name, _ in approaches if name != "tps"],
                options={n: w + (": for reference" if n == "tps" else "") for n, w in approaches},
            ),
            Text(
                "search", "Search all rows for", "", rows=1, longest=80,
                note="Such as cost, learning, patients. Spelling need not be perfect.",
            ),
            Button("reset", "Reset", quiet=True),
            title="Which part of the matrix to show",
        )  # fmt: skip
        self.form.on_press("reset", self.form.reset)
        self.table = widgets.HTML()
        self.form.observe(self._show, "value")
        self._show()
        super().__init__((self.form, self.table), model_id=numbered("matrix"))

    def chosen(self) -> pd.DataFrame:
        """Return the cells that are shown, with ``hit``: whether a search found them."""
        value = self.form.value
        query = (value["search"] or "").strip()
        cells = self.cells[self.cells["approach"].isin(value["approaches"] or [])]
        if value["kind"] != ALL:
            cells = cells[cells["kind"] == value["kind"]]
        if words_in(query):
            texts = cells["cell"] + " " + cells["mark"]
            hit = [fits(query, text) for text in texts]
            cells = cells.assign(hit=hit)
            rows = {name for name in cells["dimension"].unique() if fits(query, name)}
            rows |= set(cells.loc[cells["hit"], "dimension"])
            return cells[cells["dimension"].isin(rows)]
        if value["group"] != ALL:
            cells = cells[cells["dimension"].isin(GROUPS[value["group"]][1])]
        return cells.assign(hit=False)

    def _show(self, _change: object = None) -> None:
        cells = self.chosen()
        query = (self.form.value["search"] or "").strip()
        if cells.empty:
            self.table.value = ""
            self.form.status = self._nothing(query)
            return
        names = list(dict.fromkeys(cells["name"]))
        by_place = {(row.dimension, row.name): row for row in cells.itertuples(index=False)}
        rows = [
            [d.capitalize(), *(self._cell(by_place.get((d, n))) for n in names)]
            for d in dict.fromkeys(cells["dimension"])
        ]
        published = int((cells["kind"] == "published").sum())
        said = (
            f"{len(rows)} rows, {len(cells)} cells: {published} published "
            "(● read in the source, ○ abstract or quoted only), "
            f"{len(cells) - published} △ illustrative, which are our own teaching words."
        )
        if words_in(query):
            said += f" “{query}” is in {int(cells['hit'].sum())} cells, marked here."
        self.form.status = said
        self.table.value = (
            '<div class="dio-scroll" role="region" tabindex="0" data-lm-suppress-shortcuts="true" '
            'aria-label="The matrix of the approaches" style="max-height: 30rem">'
            f"{table_html(['Compared on', *names], rows)}</div>"
        )

    @staticmethod
    def _cell(row: Any) -> str:
        if row is None:
            return ""
        text = html.escape(row.cell)
        text = f'<mark style="background: #ffe08a; color: #111">{text}</mark>' if row.hit else text
        return Html(f"{text}<br><small>{html.escape(row.mark)}</small>")

    def _nothing(self, query: str) -> str:
        if not self.form.value["approaches"]:
            return "Tick at least one approach."
        if not words_in(query):
            return "Nothing in these rows is of this kind. Choose other rows, or all cells."
        known = sorted({word for text in self.cells["cell"] for word in words_in(text)})
        near = [m for w in words_in(query) for m in difflib.get_close_matches(w, known, 3, 0.5)]
        hint = (
            f" Near it: {', '.join(dict.fromkeys(near))}." if near else " Try: waste, cost, need."
        )
        return f"Nothing shown here speaks of “{query}”.{hint}"

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the matrix; where there is no kernel, its first rows can be read."""
        first = self.cells[self.cells["dimension"].isin(GROUPS["asks"][1])]
        wide = first.assign(said=first["cell"] + " (" + first["mark"] + ")").pivot_table(
            index="dimension", columns="name", values="said", aggfunc="first", sort=False
        )
        rows = [
            (dimension, *row) for dimension, row in zip(wide.index, wide.to_numpy(), strict=True)
        ]
        shown = page(["Compared on", *wide.columns], rows)
        return mimebundle(self.model_id, shown._repr_mimebundle_())


def matrix(_this: Lesson) -> Matrix:
    """Search and filter the matrix of the approaches, each cell with its evidence."""
    return Matrix()
