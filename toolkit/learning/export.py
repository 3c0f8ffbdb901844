"""The record as one page that can be read, printed and handed on: accessible, and nothing but text.

A page is made of parts; each part of tables and lists. The template escapes all that was typed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2

from toolkit.learning.answers import CONFIDENCE, fits, in_words, people
from toolkit.learning.calibration import bands, sentence
from toolkit.learning.record import Record
from toolkit.learning.words import Ask, Words, words_of

Lookup = Callable[[str, str], str]


@dataclass(frozen=True)
class ExportTable:
    """A table whose first column names its rows."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Listed:
    """Questions and what was answered, under a heading."""

    title: str
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """A section of the page."""

    title: str
    words: str = ""
    tables: Sequence[ExportTable] = field(default_factory=tuple)
    lists: Sequence[Listed] = field(default_factory=tuple)


@cache
def _template() -> jinja2.Template:
    text = files("toolkit.learning").joinpath("record.html").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True, trim_blocks=True).from_string(text)


def html_page(title: str, about: str, parts: Iterable[Section]) -> str:
    """Return a page that needs nothing but itself.

    Parameters
    ----------
    title, about : str
        The heading, and one paragraph under it.
    parts : iterable of Part
        The sections; one without tables, lists and words is left out.

    Returns
    -------
    str
        HTML. Whatever was typed is text in it.
    """
    held = [part for part in parts if part.words or part.tables or part.lists]
    return _template().render(title=title, about=about, parts=held)


def record_page(record: Record, exercise: Lookup, more: Iterable[Section] = ()) -> str:
    """Return the learner's record as a page.

    Parameters
    ----------
    record : Record
        The record.
    exercise : callable
        Number of a lesson and name of an exercise to its question.
    more : iterable of Part
        What stands before everything else, such as a plan.

    Returns
    -------
    str
        HTML.
    """
    seats = people(record)
    shared = f"Kept by a table of {seats}. " if seats > 1 else ""
    lost = len(record.unsound())
    left = (
        f" {lost} {'entry is' if lost == 1 else 'entries are'} left out, because this course does "
        "not write them like that."
    )
    about = (
        f"{shared}From the course Dialects of Improvement. It was made on your computer from your "
        "record; nothing was sent anywhere. Please name no patient in what you hand on."
        f"{left if lost else ''}"
    )
    parts = [*more, _predictions(record), _cards(record), _explanations(record)]
    return html_page("My record", about, [*parts, _exercises(record, exercise), _checks(record)])


def _kept(record: Record, kind: str) -> Iterable[tuple[str, str, Words, dict]]:
    """Yield number, name, words of the lesson and entry; what no lesson knows any more is left."""
    for key, entry in sorted(record.of_kind(kind), key=lambda held: held[0].split("/")[0]):
        number, _, name = key.partition("/")
        with contextlib.suppress(ValueError):
            yield number, name.rpartition("/")[2], words_of(number), entry


def said(ask: Ask, answer: Any) -> str:
    """Return an answer from a record in words; as it stands if the question has changed."""
    return in_words(ask, answer) if fits(ask, answer) else str(answer)


def _predictions(record: Record) -> Section:
    rows = []
    for number, name, words, entry in _kept(record, "prediction"):
        if not (ask := words.predict.get(name)):
            continue
        came, outcome = entry.get("came"), entry.get("outcome")
        rows.append((
            f"{number}: {ask.question}",
            _predicted(ask, entry),
            CONFIDENCE[entry["sure"]],
            "" if outcome is None else _outcome(ask, outcome),
            "not counted: predicted when the result was known" if entry.get("after")
            else "" if came is None else "yes" if came else "no",
        ))  # fmt: skip
    if not rows:
        return Section("Predictions")
    columns = ("Question", "I predicted", "How sure", "What came", "Came true")
    fit = [
        (band.said, f"{band.sure:.0%}", str(band.asked), str(band.came))
        for band in bands(record)
        if band.asked
    ]
    tables = [ExportTable("Predictions, beside what came", columns, rows)]
    if fit:
        heads = ("How sure", "Said to come true", "Predictions", "Came true")
        tables.append(ExportTable("How well confidence and outcome go together", heads, fit))
    return Section("Predictions", sentence(record), tables)


def _predicted(ask: Ask, entry: dict) -> str:
    told = [said(ask, entry["answer"])]
    if agree := entry.get("agree"):
        told.append(f"{agree} of us agreed")
    told += [f"later {said(ask, each['answer'])}" for each in entry.get("later", ())
             if "answer" in each]  # fmt: skip
    return "; ".join(told)


def _outcome(ask: Ask, outcome: Any) -> str:
    try:
        return in_words(ask, outcome)
    except (KeyError, TypeError, ValueError, OverflowError):
        return str(outcome)


def _cards(record: Record) -> Section:
    lists = [
        Listed(
            f"{number} {words.title}",
            [(prompt, str(entry.get(key) or "")) for key, prompt in words.card.items()],
        )
        for number, _name, words, entry in _kept(record, "card")
    ]
    return Section("In my service", lists=lists)


def _explanations(record: Record) -> Section:
    lists = [
        Listed(f"{number} {words.title}", [(words.explain[name].prompt, str(entry.get("text")))])
        for number, name, words, entry in _kept(record, "explanation")
        if name in words.explain
    ]
    return Section("In my own words", lists=lists)


def _exercises(record: Record, exercise: Lookup) -> Section:
    rows = []
    for number, name, _words, entry in _kept(record, "exercise"):
        try:
            question = exercise(number, name)
        except ValueError:
            continue
        seen = "yes" if entry.get("solution") is True else "no"
        hints = str(entry.get("hints") or "none")
        rows.append((f"{number}: {question}", str(entry.get("outcome", "")), hints, seen))
    columns = ("Exercise", "Outcome", "Hints", "Solution seen")
    return Section("Exercises", tables=[ExportTable("Exercises", columns, rows)] if rows else ())


def _checks(record: Record) -> Section:
    rows = []
    for number, name, words, entry in _kept(record, "check"):
        if check := words.check.get(name):
            answer = check.options.get(str(entry.get("answer")), "")
            rows.append((f"{number}: {check.question}", answer, str(entry.get("outcome", ""))))
    columns = ("Question", "My answer", "Outcome")
    return Section(
        "Questions",
        tables=[ExportTable("Questions at the end of lessons", columns, rows)] if rows else (),
    )
