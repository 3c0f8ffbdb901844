"""Search and filter the matrix of the approaches, each cell with its evidence."""

from __future__ import annotations

import difflib
import html
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit import evidence
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.tables import split_list
from toolkit.learning.fields import Button, Select, Text, Ticks
from toolkit.lessons.l07_comparing_logics.search import fits, words_in
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.tables import Html, page, table_html
from toolkit.text.templates import fill
from toolkit.text.words import Words

# Our own sorting of the rows, so that six of them are read at a time and not seventeen.
GROUPS = {
    "asks": (
        "one-line logic", "first question", "what it calls the problem",
        "unit of analysis", "system scope", "what it measures first",
    ),
    "values": ("theory of value", "stance to variation", "stance to cost"),
    "people": ("theory of learning", "role of staff", "role of patients and citizens"),
    "life": (
        "what it needs first", "time to first benefit", "typical ceiling",
        "blind spot", "natural next partner",
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
        self.said = Words(__package__)["matrix"]
        self.cells = _cells()
        names = dict(zip(self.cells["approach"], self.cells["name"], strict=True))
        names["tps"] = fill(self.said["reference"], {"name": names["tps"]})
        self.form = Form(
            Select("group", value="asks", **self.said["group"]),
            Select("kind", value=ALL, **self.said["kind"]),
            Ticks(
                "approaches",
                value=[name for name in names if name != "tps"],
                options=names,
                **self.said["approaches"],
            ),
            Text("search", value="", rows=1, longest=80, **self.said["search"]),
            Button("reset", quiet=True, **self.said["reset"]),
            title=self.said["form"],
        )
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
            cells = cells[cells["dimension"].isin(GROUPS[value["group"]])]
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
        self.form.status = fill(
            self.said["some"],
            {
                "rows": len(rows),
                "cells": len(cells),
                "published": int((cells["kind"] == "published").sum()),
                "query": query if words_in(query) else "",
                "hits": int(cells["hit"].sum()),
            },
        )
        self.table.value = (
            '<div class="dio-scroll" role="region" tabindex="0" data-lm-suppress-shortcuts="true" '
            f'aria-label="{html.escape(self.said["table"])}" style="max-height: 30rem">'
            f"{table_html([self.said['row'], *names], rows)}</div>"
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
            return self.said["no_approach"]
        if not words_in(query):
            return self.said["no_cell"]
        known = sorted({word for text in self.cells["cell"] for word in words_in(text)})
        near = [m for w in words_in(query) for m in difflib.get_close_matches(w, known, 3, 0.5)]
        return fill(self.said["no_word"], {"query": query, "near": list(dict.fromkeys(near))})

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the matrix; where there is no kernel, its first rows can be read."""
        first = self.cells[self.cells["dimension"].isin(GROUPS["asks"])]
        wide = first.assign(said=first["cell"] + " (" + first["mark"] + ")").pivot_table(
            index="dimension", columns="name", values="said", aggfunc="first", sort=False
        )
        rows = [
            (dimension, *row) for dimension, row in zip(wide.index, wide.to_numpy(), strict=True)
        ]
        shown = page([self.said["row"], *wide.columns], rows)
        return mimebundle(self.model_id, shown._repr_mimebundle_())
