"""The words of a lesson, apart from the code: questions, reasons, model answers, cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from toolkit.text.words import Words, in_each_language, read_words

WORDS = Words("toolkit.learning")


@dataclass(frozen=True)
class Ask:
    """A question that is answered before anything is revealed.

    ``kind`` is ``"slider"``, ``"choice"``, ``"order"``, ``"curve"`` or ``"text"``. A choice and an
    order list their ``options``; a slider and a curve their ends, step and unit, and how ``near``
    counts as right (a tenth of the scale if nothing is said); a curve the points it runs through.
    ``because`` says why the result is what it is; it is shown with the result. ``after`` names
    another prediction, if the question tells its result.
    """

    question: str
    kind: str
    note: str = ""
    options: dict[str, str] = field(default_factory=dict)
    min: float = 0
    max: float = 10
    step: float = 1
    unit: str = ""
    near: float = 0
    at: tuple[str, ...] = ()
    because: str = ""
    after: str = ""

    @property
    def within(self) -> float:
        """How far from what comes a number may be and still count as right."""
        return self.near or (self.max - self.min) / 10


@dataclass(frozen=True)
class Explain:
    """Two sentences by the learner, then a model answer with its sources."""

    prompt: str
    answer: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """A question with a reason for every answer.

    ``lesson`` says where it was learned. ``after`` names a prediction whose result it tells.
    """

    question: str
    options: dict[str, str]
    right: str
    because: dict[str, str]
    lesson: str = ""
    after: str = ""


@dataclass(frozen=True)
class LessonWords:
    """All the words that a lesson's widgets show, and the keys that its text refers to."""

    number: str
    title: str
    predict: dict[str, Ask] = field(default_factory=dict)
    explain: dict[str, Explain] = field(default_factory=dict)
    check: dict[str, Check] = field(default_factory=dict)
    card: dict[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The number, and the title up to its colon."""
        return f"{self.number} {self.title.partition(':')[0]}"


def parse_questions(held: Mapping[str, Any], number: str) -> LessonWords:
    """Return the words that a file of questions holds.

    Parameters
    ----------
    held : mapping
        What stands in the TOML.
    number : str
        Number of the lesson, for the words of an error.

    Returns
    -------
    LessonWords
        All the words of the lesson.

    Raises
    ------
    ValueError
        If a table has an unknown or missing entry.
    """
    try:
        parts = {
            part: {name: kind(**_with_tuples(each)) for name, each in held.get(part, {}).items()}
            for part, kind in (("predict", Ask), ("explain", Explain), ("check", Check))
        }
        return LessonWords(number, **_with_tuples(held) | parts)
    except TypeError as problem:
        raise ValueError(f"The words of lesson {number}: {problem}.") from problem


def _with_tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table of a file with its lists as tuples, which nobody can change."""
    return {key: tuple(each) if isinstance(each, list) else each for key, each in table.items()}


@cache
def lesson_folders() -> dict[str, Traversable]:
    """Return the folder of each lesson by its number, such as ``"03"``, in order."""
    found = {
        name[1:3]: folder
        for folder in files("toolkit.lessons").iterdir()
        if (name := folder.name).startswith("l") and name[1:3].isdigit()
    }
    return dict(sorted(found.items()))


def lesson_page(number: str) -> str:
    """Return the file name of a lesson's notebook."""
    return f"{lesson_folders()[number].name[1:].replace('_', '-')}.ipynb"


@in_each_language
def words_of(number: str) -> LessonWords:
    """Return the words of a lesson by its number.

    Parameters
    ----------
    number : str
        Such as ``"03"``.

    Returns
    -------
    LessonWords
        All the words of the lesson, in the language that is spoken.

    Raises
    ------
    ValueError
        If there is no such lesson; the message lists those there are.
    """
    there = lesson_folders()
    if number not in there:
        raise ValueError(f"There is no lesson '{number}'; there is {', '.join(there)}.")
    return parse_questions(read_words(there[number], "questions.toml"), number)
