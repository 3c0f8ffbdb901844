"""The record as one page that can be read, printed and handed on: accessible, and nothing but text.

A page is made of parts; each part of tables and lists. The template escapes all that was typed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2

from toolkit.learning.answers import CONFIDENCE, fits, in_words, sharing
from toolkit.learning.calibration import bands, sentence
from toolkit.learning.record import Record
from toolkit.learning.words import WORDS, Ask, LessonWords, lesson_page, words_of
from toolkit.text.numbers import written
from toolkit.text.words import page_language

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
    return _template().render(title=title, about=about, parts=held, language=page_language())


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
    about = WORDS.say("export.about", seats=sharing(record), lost=len(record.unsound()))
    parts = [*more, predictions(record), saved_cards(record), _explanations(record)]
    parts += [_exercises(record, exercise), _checks(record)]
    return html_page(WORDS.say("export.title"), about, parts)


def _table(name: str, rows: Sequence[Sequence[str]]) -> list[ExportTable]:
    """Return a table with its words; none if there are no rows."""
    said = WORDS[f"export.{name}"]
    return [ExportTable(said["caption"], said["columns"], rows)] if rows else []


def _kept(record: Record, kind: str) -> Iterable[tuple[str, str, LessonWords, dict]]:
    """Yield number, name, words of the lesson and entry; what no lesson knows any more is left."""
    for key, entry in sorted(record.of_kind(kind), key=lambda held: held[0].split("/")[0]):
        number, _, name = key.partition("/")
        with contextlib.suppress(ValueError):
            yield number, name.rpartition("/")[2], words_of(number), entry


def answer_words(ask: Ask, answer: Any) -> str:
    """Return an answer from a record in words; as it stands if the question has changed."""
    return in_words(ask, answer) if fits(ask, answer) else str(answer)


def predictions(record: Record) -> Section:
    """Return every prediction beside its result, and how sure the learner was."""
    rows = [
        (
            f"{number}: {ask.question}",
            _predicted(ask, entry),
            CONFIDENCE[entry["sure"]],
            result or WORDS.say("export.open"),
            WORDS.say("export.came", after=entry.get("after"), came=entry.get("came")),
        )
        for number, _, ask, entry, result in _asked(record)
    ]
    fit = [
        (band.said, f"{band.sure:.0%}", str(band.asked), str(band.came))
        for band in bands(record)
        if rows and band.asked
    ]
    tables = [*_table("predictions", rows), *_table("confidence", fit)]
    return Section(WORDS.say("export.predictions.title"), sentence(record) if rows else "", tables)


@dataclass(frozen=True)
class Predicted:
    """One prediction in short words.

    Attributes
    ----------
    lesson, page : str
        The lesson by number and name; its notebook.
    question, said, came, because : str
        What was asked; what was predicted; the result; why it came so, once it is known.
    """

    lesson: str
    page: str
    question: str
    said: str
    came: str
    because: str


def each_prediction(record: Record) -> list[Predicted]:
    """Return every prediction in short words, in the order of the lessons."""
    found = []
    for number, words, ask, entry, result in _asked(record):
        sure, first = CONFIDENCE[entry["sure"]], _predicted(ask, entry)
        facts = {"after": entry.get("after"), "came": entry.get("came"), "outcome": result}
        found.append(
            Predicted(
                words.name,
                lesson_page(number),
                ask.question,
                WORDS.say("export.short.said", first=first, sure=sure),
                WORDS.say("export.short.came", **facts),
                ask.because if result else "",
            )
        )
    return found


def _asked(record: Record) -> Iterator[tuple[str, LessonWords, Ask, dict, str]]:
    """Yield each prediction with its lesson, its question, and what came in words, if it has."""
    for number, name, words, entry in _kept(record, "prediction"):
        if ask := words.predict.get(name):
            outcome = entry.get("outcome")
            yield number, words, ask, entry, "" if outcome is None else _outcome(ask, outcome)


def _predicted(ask: Ask, entry: dict) -> str:
    later = [
        answer_words(ask, each["answer"]) for each in entry.get("later", ()) if "answer" in each
    ]
    first, agree = answer_words(ask, entry["answer"]), entry.get("agree")
    return WORDS.say("export.predicted", first=first, agree=agree, later=later)


def _outcome(ask: Ask, outcome: Any) -> str:
    try:
        return in_words(ask, outcome)
    except (KeyError, TypeError, ValueError, OverflowError):
        return str(outcome)


def saved_cards(record: Record) -> Section:
    """Return the cards on the learner's own service."""
    lists = [
        Listed(
            f"{number} {words.title}",
            [(prompt, str(entry.get(key) or "")) for key, prompt in words.card.items()],
        )
        for number, _name, words, entry in _kept(record, "card")
    ]
    return Section(WORDS.say("export.cards"), lists=lists)


def _explanations(record: Record) -> Section:
    lists = [
        Listed(f"{number} {words.title}", [(words.explain[name].prompt, str(entry.get("text")))])
        for number, name, words, entry in _kept(record, "explanation")
        if name in words.explain
    ]
    return Section(WORDS.say("export.explanations"), lists=lists)


def _exercises(record: Record, exercise: Lookup) -> Section:
    rows = []
    for number, name, _words, entry in _kept(record, "exercise"):
        try:
            question = exercise(number, name)
        except ValueError:
            continue
        seen = written(entry.get("solution") is True)
        hints = WORDS.say("export.hints", hints=entry.get("hints"))
        rows.append((f"{number}: {question}", outcome_words(entry), hints, seen))
    return Section(WORDS.say("export.exercises.caption"), tables=_table("exercises", rows))


def _checks(record: Record) -> Section:
    rows = []
    for number, name, words, entry in _kept(record, "check"):
        if check := words.check.get(name):
            answer = check.options.get(str(entry.get("answer")), "")
            rows.append((f"{number}: {check.question}", answer, outcome_words(entry)))
    return Section(WORDS.say("export.checks.title"), tables=_table("checks", rows))


def outcome_words(entry: Mapping[str, Any]) -> str:
    """Return the outcome of an entry in words; as it stands if it is none of the three."""
    outcome = str(entry.get("outcome", ""))
    return WORDS["outcome"].get(outcome, outcome)
