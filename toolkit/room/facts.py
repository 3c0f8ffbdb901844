"""The figures that the facilitator's words name: computed by the lessons, never typed.

A file of `facilitator/` lists them in its table ``[facts]``. Each is a name that the words of the
file may use, such as ``{{ out }}``, and says where it comes from. One of:

``lab = "dice"``
    What a lab (or figure, or page) of the lesson finds. A setting that is not named stands where
    the lab shows the result of its prediction, or else where it starts.
    ``take`` says which fact, and is a Jinja2 expression: ``"out"``, ``"home[1] - home[0]"``,
    ``"own.home"``. It may name the settings too.
``predict = "dice"``
    What counts as right in a prediction, in words (``"52 patients"``). With ``take = "answer"``,
    the bare number or the key of the option.
``call = "toolkit.models.queues.queueing:erlang_c"``
    What a public function of the toolkit returns; ``settings`` are its arguments. ``take`` may name
    ``result``, and where the result is a mapping, its keys.

All may have: ``settings = { runs = 200 }``; ``lesson = "05"`` where it is not the file's own;
``form = "{:.0f}"``, how it is written. Without a form, words can choose by it
(``{% if out < 60 %}``) and write it with the filters of `toolkit.text.templates`:
``{{ out | fixed(1) }}``, ``{{ share | per_cent }}``, ``{{ days | number("days") }}``.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from jinja2 import TemplateSyntaxError, Undefined
from markupsafe import Markup

from toolkit.evidence.provenance import Provenance
from toolkit.learning.answers import in_words as answer_in_words
from toolkit.learning.fields import Slider
from toolkit.learning.words import lesson_folders, words_of
from toolkit.room.lessons import unkept_lesson as lesson_of
from toolkit.screen.builder import SORTS, LessonPart, offered, words_in
from toolkit.screen.lab import Lab
from toolkit.text.templates import environment

KINDS = ("lab", "predict", "call")
KEYS = (*KINDS, "lesson", "settings", "take", "form")


def facts(table: Mapping[str, Mapping[str, Any]], lesson: str = "") -> dict[str, Any]:
    """Return the facts that a file names.

    Parameters
    ----------
    table : mapping
        The table ``[facts]`` of the file.
    lesson : str
        The lesson that an entry means if it names none, such as ``"03"``.

    Returns
    -------
    dict
        The value of each fact by its name; text where the entry has a ``form``.

    Raises
    ------
    ValueError
        If an entry has an unknown key, or names something that is not there.
    """
    found = {}
    for name, entry in table.items():
        try:
            found[name] = _fact(entry, entry.get("lesson", lesson))
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            raise ValueError(f"The fact '{name}': {problem}") from problem
    return found


def _fact(entry: Mapping[str, Any], lesson: str) -> Any:
    if strange := [key for key in entry if key not in KEYS]:
        raise ValueError(f"'{strange[0]}' is unknown; it can have {', '.join(KEYS)}.")
    kinds = [kind for kind in KINDS if kind in entry]
    if len(kinds) != 1:
        raise ValueError(f"it needs exactly one of {', '.join(KINDS)}.")
    settings = json.dumps(entry.get("settings", {}), sort_keys=True)
    if kinds == ["lab"]:
        known, take = _found(lesson, entry["lab"], settings), entry.get("take", "")
    elif kinds == ["predict"]:
        known, take = _settled(lesson, entry["predict"]), entry.get("take", "words")
    else:
        known, take = _called(entry["call"], settings), entry.get("take", "result")
    value = evaluate(take, known)
    return entry["form"].format(value) if "form" in entry else value


def _package(lesson: str) -> str:
    return f"toolkit.lessons.{lesson_folders()[lesson].name}"


@cache
def _part(lesson: str, name: str) -> LessonPart:
    """Return a lab, figure or page of a lesson."""
    package = _package(lesson)
    words = words_in(package)
    for sort in SORTS:
        if name in words.get(sort, {}):
            return LessonPart(package, sort, name)
    there = [each for sort in SORTS for each in words.get(sort, {})]
    raise ValueError(f"lesson {lesson} has no lab '{name}'; it has {', '.join(there)}.")


def evaluate(expression: str, known: Mapping[str, Any]) -> Any:
    """Return what a Jinja2 expression comes to.

    Parameters
    ----------
    expression : str
        Such as ``"home[1] - home[0]"``.
    known : mapping
        What it may name.

    Raises
    ------
    ValueError
        If it names something that is not there.
    """
    try:
        value = environment().compile_expression(expression, undefined_to_none=False)(**known)
    except TemplateSyntaxError as problem:
        raise ValueError(f"'{expression}' is not an expression: {problem.message}.") from problem
    if isinstance(value, Undefined):
        raise ValueError(f"there is no '{expression}'; there is {', '.join(sorted(known))}.")
    return value


@cache
def _found(lesson: str, name: str, settings: str) -> Mapping[str, Any]:
    """Return what a lab finds, with its settings."""
    part = _part(lesson, name)
    chosen = json.loads(settings)
    if strange := [key for key in chosen if key not in part.starts]:
        raise ValueError(f"'{name}' has no '{strange[0]}'; it has {', '.join(part.starts)}.")
    shown = {
        key: part.given[at]
        if isinstance(at, str) and isinstance(part.controls[key], Slider)
        else at
        for key, at in part.setup.reveal_at.items()
    }
    beside = {other: _part(lesson, other).starts for other in part.follows}
    return part.facts(part.settings({**part.starts, **shown, **chosen}), **beside)


def as_html(lesson: str, name: str) -> Markup:
    """Return a figure or a page of a lesson as HTML to read: title and description, or the table.

    Parameters
    ----------
    lesson : str
        Number of the lesson.
    name : str
        What the lesson calls it.
    """
    part, found = _part(lesson, name), _found(lesson, name, "{}")
    if part.sort == "page":  # without what holds it in place on the screen
        shown = part.page(found)._repr_mimebundle_()["text/html"]
        return Markup(re.sub(r' (?:style|tabindex|data-[\w-]+)="[^"]*"', "", shown))
    figure = part.figure(found)
    return Markup("<p><strong>{}.</strong> {}</p>").format(figure.title, figure.description)


@cache
def outcome(lesson: str, name: str) -> Any:
    """Return what counts as right in a prediction.

    Parameters
    ----------
    lesson : str
        Number of the lesson, such as ``"03"``.
    name : str
        Name of the prediction in its ``questions.toml``.

    Returns
    -------
    object
        In the form of an answer: a number, the key of an option, keys in order, or the numbers of
        a curve; None where only the learner can say.

    Raises
    ------
    ValueError
        If there is no such lesson or prediction.
    """
    words = words_of(lesson)
    if name not in words.predict:
        raise ValueError(
            f"lesson {lesson} has no prediction '{name}'; it has {', '.join(words.predict)}."
        )
    if lab := _settles(lesson, name):
        came: Any = _part(lesson, lab).setup.predict[name]
        # One that depends on what was predicted gets that, and here nothing was.
        depends = [each for each in inspect.signature(came).parameters if each in words.predict]
        return came(**{each: [] for each in depends})
    if name in _in_code(lesson):
        return _in_code(lesson)[name].truth[name]()
    return None


def _settles(lesson: str, name: str) -> str:
    """Return the lab from facts and words that settles a prediction; empty if none does."""
    labs = words_in(_package(lesson)).get("lab", {})
    return next((lab for lab in labs if _part(lesson, lab).setup.predict.get(name)), "")


@cache
def _in_code(lesson: str) -> dict[str, Lab]:
    """Return the labs that are code, by the predictions that they settle."""
    this = lesson_of(lesson)
    built = offered(_package(lesson))
    if all(_settles(lesson, name) for name in this.words.predict):
        return {}
    made = [make(this) for name, make in this.labs.items() if name not in built]
    return {name: lab for lab in made if isinstance(lab, Lab) for name in lab.truth}


def marks_of(
    table: Mapping[str, Mapping[str, Any]], names: Iterable[str], lesson: str = ""
) -> tuple[Provenance, ...]:
    """Return where facts come from, as the labs say that find them.

    Parameters
    ----------
    table : mapping
        The table ``[facts]`` of the file.
    names : iterable of str
        Which of its entries.
    lesson : str
        The lesson that an entry means if it names none.

    Returns
    -------
    tuple of Provenance
        Each once, in the order met. A ``call`` has none.
    """
    found: dict[Provenance, None] = {}
    for entry in (table[name] for name in names):
        number = entry.get("lesson", lesson)
        lab = entry.get("lab") or _settles(number, entry.get("predict", ""))
        if lab:
            settings = json.dumps(entry.get("settings", {}), sort_keys=True)
            sources = _part(number, lab).provenance(_found(number, lab, settings))
        elif entry.get("predict") in _in_code(number):
            sources = _in_code(number)[entry["predict"]].figure.provenance
        else:
            sources = ()
        found |= dict.fromkeys(sources)
    return tuple(found)


def _settled(lesson: str, name: str) -> Mapping[str, Any]:
    answer, ask = outcome(lesson, name), words_of(lesson).predict[name]
    return {"answer": answer, "words": "" if answer is None else answer_in_words(ask, answer)}


@cache
def _called(path: str, settings: str) -> Mapping[str, Any]:
    """Return what a function returns, as ``result``, and what is in it by name."""
    module, _, name = path.partition(":")
    if not module.startswith("toolkit.") or not name or name.startswith("_"):
        raise ValueError(f"'{path}' is not 'toolkit.MODULE:FUNCTION'.")
    result = getattr(import_module(module), name)(**json.loads(settings))
    return {**(result if isinstance(result, Mapping) else {}), "result": result}
