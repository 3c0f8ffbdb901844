"""Build the labs, figures and pages of a lesson from its facts and its words.

A lesson is a folder of `toolkit/lessons/`, named like its notebook. ``labs.py`` holds pure
functions: settings in, `Facts` out, no word and no widget. ``words.toml`` holds every word. A
complete lesson, to be read beside this page, stands in ``tests/template/``.

The function
    A parameter is a control, in this order; its default is where it starts, and its type is what
    the function gets (``1``, not ``"1"``; a tuple for ticks). A parameter after ``*`` is no
    control: named like a prediction it gets the learner's answer, or None; named like another lab
    of the lesson it gets the settings of that lab, which is then made once, and followed. `lab`
    says which predictions are owed and settled, where the result shows, and what is ``given`` at
    every setting. The docstring says what one does in the lab.
[lab.x], [figure.x], [page.x], [worked.x]
    With controls (``this.play``); without (``this.show``; a parameter is a choice of the call); a
    table (``caption`` in place of title, description and chart; with ``fold`` a click on these
    words opens it); a figure of the exercises, whose function stands in ``worked.py``. What the
    lesson leaves out is filled from the table of that name in `toolkit/screen/words.toml`, or from
    the table that ``like`` names there or in the lesson.
A template
    is Jinja2, and may name the settings, the facts, what is given, ``options.CONTROL[key]``,
    ``names[key]`` and, for the other tables of the lesson, ``words.TABLE[key]``. It chooses
    between sentences and lists them; it never computes. Line breaks count as blanks. Filters:
    `toolkit.text.templates`. Write whole sentences, for the sake of other languages.
control
    ``options`` make a choice, or what ``kind`` says (select, ticks); else it is a slider with
    ``min``, ``max``, ``step``. A name in place of a table of options is a given fact or a table of
    ``words.toml``; ``more`` are added to it. Tables ``[control.x]`` of a lesson serve all its labs.
names
    Words for keys in the data: series, categories, texts of marks, cells. A key without a name
    stays as it is (a name in published data). A name may be a template, and name other names;
    blanks at its ends are lost.
recall
    A sentence for each prediction, once it is locked; an empty one is not said.
verdict
    What came of predictions that no answer is right for, in facts of the settings at the start;
    told once the lab was played.
chart
    ``kind`` is a key of `CHARTS`; ``series`` has the colour of each series; ``cells`` has a
    template for a column. The rest goes to the chart function; a string there is the name of a
    fact. Bars take figures by key, or a frame with a column for each series; lines take
    `toolkit.screen.facts.lines`; all others take the frame of their chart function. Two charts
    side by side are two tables, ``[lab.x.chart.ONE]``; each draws the fact of its name, and one
    whose fact is None is left out. ``marks``, ``notes``, the ``lines`` of a funnel and the
    ``others`` of a control chart are facts of those names.
table
    ``rows`` of templates under a list of ``columns``; or the fact ``table``, with a heading for
    each column to show. ``"*"`` is the heading of all columns not named. ``cells`` has templates
    for columns, which may name ``cell``, and ``row`` for its neighbours. No table, or a fact
    that is None: the chart's.
stage
    For a lab whose facts hold a ``trace`` (`toolkit.screen.stage`), or None where a setting has
    nothing to play. ``step`` names the button of one tick; ``place`` names a place by its ``key``,
    ``lane`` and ``each``; ``lane`` the lanes, where there are several, or what stands in one;
    ``said`` is told at each ``tick`` of ``ticks``, with what the trace has ended with there. Of the
    chart, the series and datasets that ``grows`` names appear as the clock reaches them (their
    column ``at``), the datasets of ``later`` when the play is over; the rest stands there from the
    start. A chart of lines or of control that is ``still`` has all of its axes from the start.
provenance
    Names of ``[provenance]`` of the lesson or the course; or facts, where data bring their own.
    ``sources`` are keys, or the name of a fact that holds them; ``verified`` is as in `Provenance`.
    A template may choose a name; where it chooses none, there is none.

A lab that has buttons, keeps a state or draws what no chart form draws stays code: a function of
``labs`` that takes the lesson as ``this``. A new form of chart goes to `toolkit/charts/` and into
`CHARTS`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.charts import cases, maps, planes, shapes, sheets
from toolkit.charts.columns import columns
from toolkit.charts.control import control_chart
from toolkit.charts.dials import dials
from toolkit.charts.figure import Figure
from toolkit.charts.funnel import funnel_chart
from toolkit.charts.marbles import marbles
from toolkit.charts.small import small
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Choice, Field, Select, Slider, Ticks
from toolkit.screen.facts import Refused, Setup
from toolkit.screen.lab import Lab
from toolkit.screen.tables import Page, table_page
from toolkit.text.templates import fill
from toolkit.text.words import in_each_language, read_words

if TYPE_CHECKING:
    from toolkit.course.lesson import Lesson
    from toolkit.screen.questions import Prediction

COURSE = "toolkit.screen"
LISTS = {"choice": Choice, "select": Select, "ticks": Ticks}
# Words of a chart besides its title and description; a list has several lines.
TEXTS = ("x", "y", "key", "place", "spot")
PART = (
    "title", "description", "caption", "provenance", "control", "names", "recall", "refuse",
    "chart", "table", "stage", "like", "fold", "verdict",
)  # fmt: skip
CONTROL = ("label", "note", "unit", "min", "max", "step", "kind", "options", "more", "pictures")
TABLE = ("columns", "cells", "rows")
SORTS = {"lab": "Lab", "figure": "Figure", "page": "Page"}
MODULES = {"worked": "worked"}  # where the functions of a table stand, if not in labs


def _lines(
    frame: pd.DataFrame, roles: dict, *, zero: bool = True, low: float | None = None, **rest: Any
) -> Figure:
    return shapes.paths(frame, roles, low=0 if zero else low, **rest)


def _control(points: pd.DataFrame, _roles: dict, *, y: str, **rest: Any) -> Figure:
    return control_chart(points, unit=y, **rest)


def _funnel(frame: pd.DataFrame, roles: dict, *, lines: pd.DataFrame, **rest: Any) -> Figure:
    return funnel_chart(frame, lines, roles, **rest)


def _cases(frame: pd.DataFrame, _roles: dict, **rest: Any) -> Figure:
    return cases.nine_chart(frame, **rest)


# Kind of chart: how it is drawn, and which facts it takes besides its own.
CHARTS: dict[str, tuple[Callable[..., Figure], tuple[str, ...]]] = {
    "bars": (shapes.bars, ()),
    "lines": (_lines, ("marks",)),
    "dots": (shapes.dots, ("notes",)),
    "control": (_control, ("marks", "others")),
    "funnel": (_funnel, ("lines", "notes")),
    "grid": (planes.grid, ()),
    "map": (maps.place_map, ()),
    "marbles": (marbles, ("funnels", "counts")),
    "marks": (cases.grid_chart, ()),
    "columns": (columns, ("band",)),
    "dials": (dials, ()),
    "cases": (_cases, ()),
    "pile": (shapes.pile, ("marks",)),
    "plane": (planes.plane, ("notes", "corner")),
    "sheets": (sheets.sheets, ()),
    "small": (small, ()),
}


class Names(Mapping[str, str]):
    """Words by key, filled when they are asked for."""

    def __init__(self, words: Mapping[str, str], facts: Mapping[str, Any]) -> None:
        self._words, self._facts = words, facts

    def __getitem__(self, key: str) -> str:
        """Return the words of one key."""
        return fill(self._words[key], self._facts)

    def of(self, key: str) -> str:
        """Return the words of a key that needs some."""
        if key not in self._words:
            raise ValueError(f"There is no name '{key}' in words.toml.")
        return self[key]

    def __contains__(self, key: object) -> bool:
        """Say whether there are words for a key."""
        return key in self._words

    def __iter__(self) -> Iterator[str]:
        """Go through the keys."""
        return iter(self._words)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._words)


def words_in(package: str) -> dict[str, Any]:
    """Return what the words.toml of a package holds, in the language that is spoken."""
    return read_words(files(package), "words.toml")


class LessonPart:
    """One lab, figure or page: the function that finds its facts, and its words.

    Parameters
    ----------
    folder : str
        The package of the lesson.
    sort : {"lab", "figure", "page", "worked"}
        Which it is; a figure of the exercises is worked.
    name : str
        Its name: a table of ``words.toml``, and a function of ``labs.py`` or ``worked.py``.

    Raises
    ------
    ValueError
        If there is no such function, or a control has no words.
    """

    def __init__(self, folder: str, sort: str, name: str) -> None:
        self.folder, self.sort, self.name = folder, sort, name
        self.lesson = words_in(folder)  # all its words
        own = self.lesson[sort][name]
        course = words_in(COURSE).get(sort, {})
        if "like" in own:
            course = course | self.lesson[sort]
            self._known([own["like"]], course, "like")
        self.words = course.get(own.get("like", name), {}) | own
        self._tables: dict[str, dict[str, Any]] = {}  # of the part, the lesson and the course
        self._known(self.words, PART, "")
        self._known(self.words.get("table", {}), TABLE, "table")
        module = MODULES.get(sort, "labs")
        self.find: Any = getattr(import_module(f"{folder}.{module}"), name, None)
        if self.find is None:
            raise ValueError(
                f"[{sort}.{name}] of {folder} has no function '{name}' in {module}.py."
            )
        self.setup: Setup = getattr(self.find, "setup", Setup())
        parameters = inspect.signature(self.find).parameters.values()
        self.starts = {p.name: p.default for p in parameters if p.kind is not p.KEYWORD_ONLY}
        self.extra_inputs = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
        self.follows = [name for name in self.extra_inputs if name not in self.setup.predict]
        self._known(self.words.get("control", {}), self.starts, "control")

    def _known(self, said: Iterable[str], known: Iterable[str], table: str) -> None:
        """Refuse an entry of words.toml that nothing would read: a slip of the keyboard."""
        if strange := [key for key in said if key not in known]:
            where = ".".join(filter(None, (self.sort, self.name, table)))
            raise ValueError(
                f"[{where}] of {self.folder} has '{strange[0]}'; it can have {', '.join(known)}."
            )

    def shared(self, table: str) -> dict[str, Any]:
        """Return a table of the part, with what lesson and course say where it does not."""
        if table not in self._tables:
            own = {} if table == "provenance" else self.words.get(table, {})  # there: names
            wider = words_in(COURSE).get(table, {}) | self.lesson.get(table, {})
            self._tables[table] = wider | own
        return self._tables[table]

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
        for name in self.starts:
            self._known(said[name], CONTROL, f"control.{name}")
        return {name: self._control(name, said[name]) for name in self.starts}

    def _control(self, name: str, said: dict[str, Any]) -> Field:
        start = self.starts[name]
        if "label" not in said:
            raise ValueError(f"The control '{name}' of [lab.{self.name}] has no label.")
        words: dict[str, Any] = {
            k: fill(said[k], self.given) for k in ("label", "note", "unit") if k in said
        }
        if "options" not in said:
            ends: dict[str, Any] = {
                k: _number(said[k], self.given) for k in ("min", "max", "step") if k in said
            }
            return Slider(name, value=start, **words, **ends)
        options = said["options"]
        if isinstance(options, str):
            options = self.given.get(options) or self.shared(options)
        more = said.get("more", {})  # first, where the list begins with them
        options = more | options if str(start) in more else options | more
        if drawn := said.get("pictures"):
            icons = read_words(files("toolkit.screen"), "icons.toml")
            words["pictures"] = {key: icons[icon] for key, icon in drawn.items()}
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

    def facts(self, settings: Mapping[str, Any], **extra_inputs: Any) -> dict[str, Any]:
        """Return all that the words may name: settings, what was found, options and names."""
        try:
            found = self.find(**settings, **extra_inputs)
        except Refused as why:
            raise ValueError(fill(self.shared("refuse")[why.key], why.facts)) from None
        return self.told({**self.given, **extra_inputs, **settings, **found})

    def told(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was found, with the options and the names that words may ask for."""
        facts = dict(found)
        facts["options"] = self._options if self.sort == "lab" else {}
        facts["words"] = self.lesson
        facts["names"] = Names(self.shared("names"), facts)
        return facts

    def figure(self, facts: Mapping[str, Any], recalled: str = "") -> Figure:
        """Return the chart with its words, and with what the stage plays, if there is any."""
        figure = self._chart(facts, recalled)
        if not facts.get("trace"):
            return figure

        def fill_in(template: str, **known: Any) -> str:
            return fill(template, {**facts, **known})

        def name(key: str) -> str:
            return facts["names"].get(key, key)

        trace = facts["trace"].told(self.words["stage"], fill_in, name)
        return replace(figure, trace=trace)

    def _chart(self, facts: Mapping[str, Any], recalled: str) -> Figure:
        said = {
            "title": fill(self.words["title"], facts),
            "description": f"{fill(self.words['description'], facts)} {recalled}".strip(),
        }
        sources = {"provenance": self.provenance(facts)}
        has_table = "table" in self.words and facts.get("table", "") is not None
        table = {"table": self._table(facts)} if has_table else {}
        chart = self.words["chart"]
        charts = {"chart": chart} if "kind" in chart else chart
        there = [(each, facts[name]) for name, each in charts.items() if facts[name] is not None]
        if len(there) == 1:
            each, found = there[0]
            return _drawn(each, found, facts, **said, **sources, **table)
        silent = dict.fromkeys(said, "")
        left, right = (_drawn(e, found, facts, **silent, **sources) for e, found in there)
        return shapes.beside(left, right, **said, **table)

    def page(self, facts: Mapping[str, Any]) -> Page:
        """Return a table as a page."""
        caption = fill(self.words.get("caption", ""), facts)
        table = self._table(facts)
        rows = table.itertuples(index=False, name=None)
        fold = fill(self.words.get("fold", ""), facts)
        return table_page(list(table), rows, caption, self.provenance(facts), fold)

    def provenance(self, facts: Mapping[str, Any]) -> tuple[Provenance, ...]:
        """Return where the figures come from, for these facts."""
        known = self.shared("provenance")
        names = (fill(name, facts) for name in self.words["provenance"])
        return tuple(
            _provenance(known[name], facts) if name in known else facts[name]
            for name in names
            if name
        )

    def _table(self, facts: Mapping[str, Any]) -> pd.DataFrame:
        said = self.words["table"]
        if "rows" in said:
            rows = [[fill(cell, facts) for cell in row] for row in said["rows"]]
            return pd.DataFrame(rows, columns=[fill(head, facts) for head in said["columns"]])
        frame = facts["table"]
        if not isinstance(frame.index, pd.RangeIndex):
            frame = frame.rename_axis(frame.index.name or "category").reset_index()
        heads = dict(said["columns"])
        if other := heads.pop("*", ""):
            rest = [column for column in frame if column not in heads]
            heads |= {column: fill(other, {**facts, "column": column}) for column in rest}
        shown = _in_words(frame, said.get("cells", {}), facts)[list(heads)]
        return shown.set_axis([fill(head, facts) for head in heads.values()], axis=1)

    # --- in a lesson --------------------------------------------------------------------------

    def lab(self, this: Lesson) -> Lab:
        """Return the lab, open or shut, with the learner's predictions in it."""
        guesses = {name: this.predict(name) for name in self.setup.predict}
        beside = {name: (_parts(self.folder)[name], this.play(name)) for name in self.follows}

        def draw(value: dict) -> Figure:
            answers = {name: guesses[name].answer for name in guesses if name in self.extra_inputs}
            chosen = {n: part.settings(other.form.value) for n, (part, other) in beside.items()}
            facts = self.facts(self.settings(value), **answers, **chosen)
            return self.figure(facts, self._recalled(guesses, facts))

        def came() -> str:
            answers = {name: guesses[name].answer for name in guesses if name in self.extra_inputs}
            if "verdict" not in self.words or None in answers.values():
                return ""
            return fill(self.words["verdict"], self.facts(self.starts, **answers))

        made = Lab(
            self.name.replace("_", "-"),
            tuple(self.controls.values()),
            draw,
            after=tuple(guesses.values()),
            truth={n: _settled(at, guesses) for n, at in self.setup.predict.items() if at},
            came=came,
            reveal_at={
                name: _number(at, self.given)
                if isinstance(self.controls[name], Slider)
                else _standing(at)
                for name, at in self.setup.reveal_at.items()
            },
        )
        for _part_of, other in beside.values():
            other.form.observe(made.redraw, "value")
        return made

    def _recalled(self, guesses: Mapping[str, Prediction], facts: Mapping[str, Any]) -> str:
        said = self.shared("recall")
        told = (
            fill(said.get(name, said["default"]), {**facts, "answer": guess.words})
            for name, guess in guesses.items()
            if guess.words
        )
        return " ".join(sentence for sentence in told if sentence)

    def offer(self) -> Callable[..., Any]:
        """Return the function that a lesson lists, with the docstring of the one that finds."""

        def made(this: Lesson, **choices: Any) -> Any:
            if self.sort == "lab":
                if not any(self.name in part.follows for part in _parts(self.folder).values()):
                    return self.lab(this)
                if self.name not in this.followed:
                    this.followed[self.name] = self.lab(this)
                return this.followed[self.name]
            facts = self.facts({**self.starts, **choices})
            return self.figure(facts) if self.sort == "figure" else self.page(facts)

        choices = inspect.signature(self.find).parameters.values() if self.sort != "lab" else ()
        shown = inspect.Signature(list(choices), return_annotation=SORTS[self.sort])
        made.__dict__.update(__wrapped__=self.find, __signature__=shown)
        made.__doc__ = self.find.__doc__
        return made


def _settled(came: Callable[..., Any], guesses: Mapping[str, Prediction]) -> Callable[[], Any]:
    """Return what finds a result; one that depends on what was predicted is told that."""
    asked = [name for name in inspect.signature(came).parameters if name in guesses]
    if not asked:
        return came
    return lambda: came(**{name: _answers(guesses[name]) for name in asked})


def _answers(guess: Prediction) -> list[Any]:
    """Return the answer that counts and the latest; nothing before one is locked."""
    return [each for each in (guess.counted, guess.answer) if each is not None]


def _typed(start: Any, value: Any) -> Any:
    """Return the value of a form in the type of the setting's default."""
    if isinstance(start, tuple):
        return tuple(value)
    return type(start)(value) if isinstance(value, str) else value


def _standing(at: Any) -> Any:
    """Return a choice as it stands in a form: a key, or several."""
    return list(at) if isinstance(at, tuple) else str(at)


_source = cache(Provenance)


def _provenance(said: Mapping[str, Any], facts: Mapping[str, Any]) -> Provenance:
    note, keys = fill(said.get("note", ""), facts), said.get("sources", ())
    sources = tuple(facts[keys] if isinstance(keys, str) else keys)
    return _source(said["kind"], sources, verified=said.get("verified", True), note=note)


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
    for column, kind in frame.dtypes.items():
        keys = frame[column].tolist() if column in cells or kind.kind == "O" else []
        if column not in cells:
            words = {key: names[key] for key in dict.fromkeys(keys) if key in names}
            if words:  # what has no name, such as a name in the data, stays as it is
                made[column] = [words.get(key, key) for key in keys]
        elif "row" in cells[column]:
            rows = zip(keys, frame.to_dict("records"), strict=True)
            each = ({**facts, "cell": key, "row": row} for key, row in rows)
            made[column] = [fill(cells[column], known) for known in each]
        else:
            said = {key: fill(cells[column], {**facts, "cell": key}) for key in dict.fromkeys(keys)}
            made[column] = [said[key] for key in keys]
    return frame.assign(**made) if made else frame


def _drawn(chart: dict[str, Any], found: Any, facts: Mapping[str, Any], **said: Any) -> Figure:
    """Return one chart of what was found for it."""
    if chart["kind"] not in CHARTS:
        raise ValueError(f"There is no chart '{chart['kind']}'; there is {', '.join(CHARTS)}.")
    draw, takes = CHARTS[chart["kind"]]
    series, cells = chart.get("series", {}), chart.get("cells", {})
    extra = {name: _in_words(facts[name], cells, facts) for name in takes if name in facts}
    words = {name: _said(chart[name], facts) for name in TEXTS if name in chart}
    known = ("kind", "series", "cells", *TEXTS)
    layout = {k: _number(value, facts) for k, value in chart.items() if k not in known}
    roles = {facts["names"].of(key): colour for key, colour in series.items()}
    if chart["kind"] == "bars" and "category" not in found:
        found = _tidy(found, next(iter(series)))
    return draw(_in_words(found, cells, facts), roles, **extra, **words, **layout, **said)


def _said(value: str | list[str], facts: Mapping[str, Any]) -> str | tuple[str, ...]:
    if isinstance(value, list):
        return tuple(fill(each, facts) for each in value)
    return fill(value, facts)


def _tidy(found: Any, series: str) -> pd.DataFrame:
    """Return figures by category, and by series where there are several, as rows."""
    if not isinstance(found, pd.DataFrame):
        found = {series: pd.Series(found)}
    columns = list(found.items())  # by hand: DataFrame.melt takes longer than the drawing
    keys = [key for _name, column in columns for key in column.index]
    return pd.DataFrame(
        {
            "category": keys,
            "series": [name for name, column in columns for _key in column.index],
            "value": [value for _name, column in columns for value in column.to_numpy()],
        }
    )


@in_each_language
def _parts(folder: str) -> dict[str, LessonPart]:
    return {
        name: LessonPart(folder, sort, name)
        for sort in SORTS
        for name in words_in(folder).get(sort, {})
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


def worked_figure(folder: str, name: str, found: Mapping[str, Any]) -> Figure:
    """Return the chart that an exercise is about.

    Parameters
    ----------
    folder : str
        The package of the lesson.
    name : str
        A table ``[worked.NAME]`` of its ``words.toml``.
    found : mapping
        What the function of that name in ``worked.py`` found.
    """
    part = LessonPart(folder, "worked", name)
    return part.figure(part.told(found))
