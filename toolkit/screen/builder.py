"""Build the labs, figures and pages of a lesson from its facts and its words."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.charts import planes, shapes, sheets
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Choice, Field, Select, Slider, Ticks
from toolkit.screen.facts import Refused, Setup
from toolkit.screen.lab import Lab
from toolkit.screen.tables import Page, claim_page, page
from toolkit.text.templates import fill

if TYPE_CHECKING:
    from toolkit.course.lesson import Lesson
    from toolkit.screen.questions import Prediction

COURSE = "toolkit.screen"
LISTS = {"choice": Choice, "select": Select, "ticks": Ticks}
SORTS = {"lab": "Lab", "figure": "Figure", "page": "Page"}


def _lines(frame: pd.DataFrame, roles: dict, *, zero: bool = True, **rest: Any) -> Figure:
    return shapes.paths(frame, roles, low=0 if zero else None, **rest)


# Kind of chart: how it is drawn, and which facts it takes besides its own.
CHARTS: dict[str, tuple[Callable[..., Figure], tuple[str, ...]]] = {
    "bars": (shapes.bars, ()),
    "lines": (_lines, ("marks",)),
    "dots": (shapes.dots, ("notes",)),
    "grid": (planes.grid, ()),
    "plane": (planes.plane, ("notes",)),
    "sheet": (sheets.sheets, ("notes",)),
}


class Names(Mapping[str, str]):
    """Words by key, filled when they are asked for."""

    def __init__(self, words: Mapping[str, str], facts: Mapping[str, Any]) -> None:
        self._words, self._facts = words, facts

    def __getitem__(self, key: str) -> str:
        """Return the words of one key."""
        return fill(self._words[key], self._facts)

    def __iter__(self) -> Iterator[str]:
        """Go through the keys."""
        return iter(self._words)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._words)


@cache
def words_in(package: str) -> dict[str, Any]:
    """Return what the words.toml of a package holds."""
    return tomllib.loads((files(package) / "words.toml").read_text(encoding="utf-8"))


class Part:
    """One lab, figure or page: the function that finds its facts, and its words.

    Parameters
    ----------
    folder : str
        The package of the lesson.
    sort : {"lab", "figure", "page"}
        Which it is.
    name : str
        Its name: a table of ``words.toml``, and a function of ``labs.py``.

    Raises
    ------
    ValueError
        If there is no such function, or a control has no words.
    """

    def __init__(self, folder: str, sort: str, name: str) -> None:
        self.folder, self.sort, self.name = folder, sort, name
        self.words = words_in(folder)[sort][name]
        self.find = getattr(import_module(f"{folder}.labs"), name, None)
        if self.find is None:
            raise ValueError(f"[{sort}.{name}] of {folder} has no function '{name}' in labs.py.")
        self.setup: Setup = getattr(self.find, "setup", Setup())
        parameters = inspect.signature(self.find).parameters.values()
        self.starts = {p.name: p.default for p in parameters if p.kind is not p.KEYWORD_ONLY}
        self.asides = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]

    def _wider(self, table: str) -> dict[str, Any]:
        """Return a table of the lesson, with what the course says where the lesson does not."""
        return words_in(COURSE).get(table, {}) | words_in(self.folder).get(table, {})

    def shared(self, table: str) -> dict[str, Any]:
        """Return a table of the part, with what lesson and course say where it does not."""
        return self._wider(table) | self.words.get(table, {})

    # --- controls -----------------------------------------------------------------------------

    @cached_property
    def given(self) -> Mapping[str, Any]:
        """Facts that hold at every setting."""
        return self.setup.given()

    @cached_property
    def controls(self) -> dict[str, Field]:
        """The controls by name, in the order of the function's parameters."""
        said = self.shared("control")
        if missing := [name for name in self.starts if name not in said]:
            raise ValueError(f"[lab.{self.name}] of {self.folder} has no control '{missing[0]}'.")
        return {name: self._control(name, said[name]) for name in self.starts}

    def _control(self, name: str, said: dict[str, Any]) -> Field:
        start = self.starts[name]
        words = {k: fill(said[k], self.given) for k in ("label", "note", "unit") if k in said}
        if "options" not in said:
            ends = {k: _number(said[k], self.given) for k in ("min", "max", "step") if k in said}
            return Slider(name, value=start, **words, **ends)
        options = said["options"]
        options = self.given[options] if isinstance(options, str) else options
        kind = LISTS[said.get("kind", "choice")]
        return kind(name, value=_standing(start), **words, options=options)

    def settings(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value of the form as the function takes it."""
        return {name: _typed(start, value[name]) for name, start in self.starts.items()}

    @cached_property
    def _options(self) -> dict[str, dict[Any, str]]:
        """The words of each option, by control and by the option as the function takes it."""
        return {
            name: {_typed(self.starts[name], key): words for key, words in field.options.items()}
            for name, field in self.controls.items()
            if isinstance(field, Choice | Select)
        }

    # --- what is shown ------------------------------------------------------------------------

    def facts(self, settings: Mapping[str, Any], **asides: Any) -> dict[str, Any]:
        """Return all that the words may name: settings, what was found, options and names."""
        try:
            found = self.find(**settings, **asides)
        except Refused as why:
            raise ValueError(fill(self.shared("refuse")[why.key], why.facts)) from None
        facts = {**self.given, **asides, **settings, **found}
        facts["options"] = self._options if self.sort == "lab" else {}
        facts["names"] = Names(self.shared("names"), facts)
        return facts

    def figure(self, facts: Mapping[str, Any], recalled: str = "") -> Figure:
        """Return the chart with its words."""
        said = {
            "title": fill(self.words["title"], facts),
            "description": fill(self.words["description"], facts) + recalled,
        }
        sources = {"provenance": self._provenance(facts)}
        table, chart = self._table(facts), self.words["chart"]
        if "kind" in chart:
            return _drawn(chart, facts["chart"], facts, table=table, **said, **sources)
        silent = dict.fromkeys(said, "")
        left, right = (_drawn(c, facts[n], facts, **silent, **sources) for n, c in chart.items())
        return shapes.beside(left, right, **said, table=table)

    def page(self, facts: Mapping[str, Any]) -> Page:
        """Return a table as a page."""
        caption = fill(self.words.get("caption", ""), facts)
        if "claim" in facts:
            return claim_page(facts["claim"], caption)
        table = self._table(facts)
        rows = table.itertuples(index=False, name=None)
        return page(list(table), rows, caption, self._provenance(facts))

    def _provenance(self, facts: Mapping[str, Any]) -> tuple[Provenance, ...]:
        known = self._wider("provenance")
        return tuple(
            _provenance(known[name], facts) if name in known else facts[name]
            for name in self.words["provenance"]
        )

    def _table(self, facts: Mapping[str, Any]) -> pd.DataFrame | None:
        if "table" not in self.words:
            return None
        said = self.words["table"]
        if "rows" in said:
            rows = [[fill(cell, facts) for cell in row] for row in said["rows"]]
            return pd.DataFrame(rows, columns=[fill(head, facts) for head in said["columns"]])
        frame = facts["table"]
        if not isinstance(frame.index, pd.RangeIndex):
            frame = frame.rename_axis(frame.index.name or "category").reset_index()
        frame = _in_words(frame[list(said["columns"])], said.get("cells", {}), facts)
        return frame.set_axis([fill(h, facts) for h in said["columns"].values()], axis=1)

    # --- in a lesson --------------------------------------------------------------------------

    def lab(self, this: Lesson) -> Lab:
        """Return the lab, open or shut, with the learner's predictions in it."""
        guesses = {name: this.predict(name) for name in self.setup.predict}
        followed = [name for name in self.asides if name not in guesses]
        beside = {name: (_parts(self.folder)[name], this.play(name)) for name in followed}

        def draw(value: dict) -> Figure:
            answers = {name: guesses[name].answer for name in guesses if name in self.asides}
            chosen = {n: part.settings(other.form.value) for n, (part, other) in beside.items()}
            facts = self.facts(self.settings(value), **answers, **chosen)
            return self.figure(facts, self._recalled(guesses, facts))

        made = Lab(
            self.name.replace("_", "-"),
            tuple(self.controls.values()),
            draw,
            after=tuple(guesses.values()),
            truth={name: came for name, came in self.setup.predict.items() if came},
            there={
                name: at if isinstance(self.controls[name], Slider) else _standing(at)
                for name, at in self.setup.there.items()
            },
        )
        for _part_of, other in beside.values():
            other.form.observe(made.redraw, "value")
        return made

    def _recalled(self, guesses: Mapping[str, Prediction], facts: Mapping[str, Any]) -> str:
        said = self.shared("recall")
        return "".join(
            " " + fill(said.get(name, said["default"]), {**facts, "answer": guess.words})
            for name, guess in guesses.items()
            if guess.words
        )

    def offer(self) -> Callable[..., Any]:
        """Return the function that a lesson lists, with the docstring of the one that finds."""

        def made(this: Lesson, **choices: Any) -> Any:
            if self.sort == "lab":
                return self.lab(this)
            facts = self.facts({**self.starts, **choices})
            return self.figure(facts) if self.sort == "figure" else self.page(facts)

        made.__doc__, made.__wrapped__ = self.find.__doc__, self.find
        choices = inspect.signature(self.find).parameters.values() if self.sort != "lab" else ()
        made.__signature__ = inspect.Signature(list(choices), return_annotation=SORTS[self.sort])
        return made


def _typed(start: Any, value: Any) -> Any:
    """Return what stands in a form in the type that a setting starts with."""
    if isinstance(start, tuple):
        return tuple(value)
    return type(start)(value) if isinstance(value, str) else value


def _standing(at: Any) -> Any:
    """Return a choice as it stands in a form: a key, or several."""
    return list(at) if isinstance(at, tuple) else str(at)


def _provenance(said: Mapping[str, Any], facts: Mapping[str, Any]) -> Provenance:
    held = {**said, "sources": tuple(said.get("sources", ())), "note": fill(said["note"], facts)}
    return Provenance(**held)


def _number(value: Any, facts: Mapping[str, Any]) -> Any:
    """Return a number of words.toml; a string is the name of a fact."""
    if isinstance(value, list):
        return tuple(value)
    return facts[value] if isinstance(value, str) else value


def _in_words(
    frame: pd.DataFrame, cells: Mapping[str, str], facts: Mapping[str, Any]
) -> pd.DataFrame:
    """Return a frame with its keys in words: by the template of the column, or else by name."""
    names, made = facts["names"], {}
    for column in frame.columns:
        if column in cells:
            made[column] = [fill(cells[column], {**facts, "cell": each}) for each in frame[column]]
        elif frame[column].dtype in ("str", "object"):
            made[column] = [names.get(each, each) for each in frame[column]]
    return frame.assign(**made)


def _drawn(chart: dict[str, Any], found: Any, facts: Mapping[str, Any], **said: Any) -> Figure:
    """Return one chart of what was found for it."""
    draw, takes = CHARTS[chart["kind"]]
    series, cells = chart["series"], chart.get("cells", {})
    if chart["kind"] == "bars":
        found = _tidy(found, series)
    extra = {name: _in_words(facts[name], cells, facts) for name in takes if name in facts}
    words = {axis: fill(chart[axis], facts) for axis in ("x", "y") if axis in chart}
    known = ("kind", "series", "cells", "x", "y")
    layout = {k: _number(value, facts) for k, value in chart.items() if k not in known}
    roles = {facts["names"][key]: colour for key, colour in series.items()}
    return draw(_in_words(found, cells, facts), roles, **extra, **words, **layout, **said)


def _tidy(found: Any, series: Mapping[str, str]) -> pd.DataFrame:
    """Return figures by category, and by series where there are several, as rows."""
    if not isinstance(found, pd.DataFrame):
        found = pd.Series(found).to_frame(next(iter(series)))
    if "category" in found:
        return found
    return found.rename_axis("category").reset_index().melt("category", var_name="series")


@cache
def _parts(folder: str) -> dict[str, Part]:
    return {
        name: Part(folder, sort, name) for sort in SORTS for name in words_in(folder).get(sort, {})
    }


def offered(folder: str) -> dict[str, Callable[..., Any]]:
    """Return the labs, figures and pages of a lesson by name.

    Parameters
    ----------
    folder : str
        The package of the lesson, such as ``"toolkit.lessons.l04_value"``.

    Returns
    -------
    dict of str to callable
        Each takes the `Lesson`, and the choices of a figure; it returns a `Lab`, a `Figure` or a
        `Page`, as its signature says.
    """
    return {name: part.offer() for name, part in sorted(_parts(folder).items())}
