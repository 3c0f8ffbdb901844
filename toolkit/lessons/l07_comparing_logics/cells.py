"""Compare the approaches two by two, or search them all, each cell with its evidence."""

from __future__ import annotations

import difflib
import html
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit import evidence
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.tables import split_list
from toolkit.learning.fields import Select, Text
from toolkit.lessons.l07_comparing_logics.search import fits, words_in
from toolkit.models.logics import FIVE
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.questions import Prediction
from toolkit.screen.tables import Html, page, table_html
from toolkit.text.templates import fill
from toolkit.text.words import Words

# Our own sorting of the rows, so that six of them are read at a time and not seventeen.
GROUPS = {
    "asks": (
        "in one sentence", "first question", "what it calls the problem",
        "what it looks at", "how far it looks", "what it measures first",
    ),
    "values": ("what counts as value", "what it does about variation", "what it says about cost"),
    "people": ("theory of learning", "role of staff", "role of patients and citizens"),
    "life": (
        "what it needs first", "time to first benefit", "typical ceiling",
        "blind spot", "natural next partner",
    ),
}  # fmt: skip
ALL = "all"
MINE, LEAN, CONSTRAINTS = "mine", "lean", "constraints"


def mark_of(cell: Any) -> str:
    """Return the evidence mark of a cell of the matrix, and its source if it is published."""
    keys = split_list(cell.sources)
    mark = Provenance(cell.kind, tuple(keys)).mark
    return f"{mark}\u00a0{evidence.cite(*keys)}" if keys else mark


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

    Parameters
    ----------
    favourite : Prediction
        The approach that the learner likes best; its column comes first.

    Attributes
    ----------
    form : Form
        Which approaches, which rows, which words.
    table : widgets.HTML
        What is left of the matrix.
    """

    def __init__(self, favourite: Prediction) -> None:
        self.words = Words(__package__)
        self.said = self.words["matrix"]
        self.cells = _cells()
        self.favourite = favourite
        names = dict(zip(self.cells["approach"], self.cells["name"], strict=True))
        five = {name: names[name] for name in FIVE}
        self.form = Form(
            Select("one", value=MINE, label=self.said["one"]["label"],
                   options={MINE: self.words["mine"]} | five),
            Select("other", value=CONSTRAINTS, label=self.said["other"]["label"],
                   options=five | {"tps": names["tps"], ALL: self.said["other"]["all"]}),
            Select("group", value="asks", **self.said["group"]),
            Text("search", value="", rows=1, longest=80, **self.said["search"]),
            title=self.said["form"],
        )  # fmt: skip
        self.table = widgets.HTML()
        self.form.observe(self._show, "value")
        favourite.observe(self._follow, "held")
        self._follow()
        super().__init__((self.form, self.table), model_id=numbered("matrix"))

    @property
    def approaches(self) -> list[str]:
        """The approaches whose columns are shown, the favourite first; a search shows them all."""
        value = self.form.value
        one = value["one"] if value["one"] != MINE else self.favourite.answer or LEAN
        every = value["other"] == ALL or words_in(value["search"] or "")
        others = [*(FIVE if every else ()), *({value["other"]} - {ALL})]
        return list(dict.fromkeys([one, *others]))

    def _follow(self, _change: object = None) -> None:
        """Put another approach beside the favourite than the favourite."""
        if self.favourite.answer == self.form.value["other"]:
            self.form.set(other=LEAN if self.favourite.answer != LEAN else CONSTRAINTS)
        self._show()

    def chosen(self) -> pd.DataFrame:
        """Return the cells that are shown, with ``hit``: whether a search found them."""
        value = self.form.value
        query = (value["search"] or "").strip()
        cells = self.cells[self.cells["approach"].isin(self.approaches)]
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
        named = dict(zip(cells["approach"], cells["name"], strict=True))
        names = [named[each] for each in self.approaches if each in named]
        by_place = {(row.dimension, row.name): row for row in cells.itertuples(index=False)}
        rows = [
            [d.capitalize(), *(self._cell(by_place.get((d, n))) for n in names)]
            for d in dict.fromkeys(cells["dimension"])
        ]
        self.form.status = fill(
            self.said["some"],
            {
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
        mark = html.escape(row.mark)
        line = (
            f"<br><small>{mark}</small>" if row.kind == "published" else f" <small>{mark}</small>"
        )
        return Html(f"{text}{line}")

    def _nothing(self, query: str) -> str:
        known = sorted({word for text in self.cells["cell"] for word in words_in(text)})
        near = [m for w in words_in(query) for m in difflib.get_close_matches(w, known, 3, 0.5)]
        return fill(self.said["no_word"], {"query": query, "near": list(dict.fromkeys(near))})

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the matrix; where there is no kernel, its first rows can be read."""
        cells = self.cells[self.cells["approach"].isin(FIVE)]
        first = cells[cells["dimension"].isin(GROUPS["asks"])]
        wide = first.assign(said=first["cell"] + " (" + first["mark"] + ")").pivot_table(
            index="dimension", columns="name", values="said", aggfunc="first", sort=False
        )
        rows = [
            (dimension, *row) for dimension, row in zip(wide.index, wide.to_numpy(), strict=True)
        ]
        shown = page([self.said["row"], *wide.columns], rows)
        return mimebundle(self.model_id, shown._repr_mimebundle_())
