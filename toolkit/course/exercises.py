"""The exercises of a lesson as their notebook sees them: ``these.ask(...)``."""

from __future__ import annotations

import html
import tempfile
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from toolkit.course.lesson import Page, on_screen, pick
from toolkit.learning.items import Function
from toolkit.learning.language import speak_as_chosen
from toolkit.learning.record import Record, my_record
from toolkit.learning.sets import ExerciseSet, parse_exercises, words_of_set
from toolkit.learning.words import lesson_folders
from toolkit.screen.builder import worked_figure
from toolkit.screen.exercise import Exercise
from toolkit.screen.facts import Facts
from toolkit.screen.live import next_run
from toolkit.text.words import in_each_language


class Exercises:
    """What one set of exercises shows, by name.

    Parameters
    ----------
    held : ExerciseSet
        The exercises.
    record : Record
        Where the learner's answers are kept.
    """

    def __init__(self, held: ExerciseSet, record: Record) -> None:
        self.held = held
        self.record = record
        self._asked: dict[str, Exercise] = {}

    def __repr__(self) -> str:
        """Name the set."""
        return f"Exercises {self.held.number}: {self.held.title}"

    def _make(self, name: str, record: Record, **more: Any) -> Exercise:
        item = pick(self.held.items, name, "exercise")
        return Exercise(f"{self.held.number}/exercise/{name}", item, record, **more)

    def ask(self, name: str) -> Exercise:
        """Ask one exercise."""
        if name not in self._asked:
            self._asked[name] = self._make(name, self.record)
        return self._asked[name]

    def show(self, name: str) -> Any:
        """Show the chart that an exercise is about."""
        module = worked_out(self.held.number)
        made = getattr(module, name)()
        if isinstance(made, Facts):
            made = worked_figure(module.__package__, name, made)
        return on_screen(made)

    def code(self, name: str, function: Callable[..., Any]) -> Exercise:
        """Try a function that the learner wrote."""
        return self._make(name, self.record, written=function)

    def solve(self, name: str) -> Page:
        """Answer one exercise as it is right, check the answer, and explain."""
        with tempfile.TemporaryDirectory() as folder:
            record = Record(Path(folder) / "record.json")
            item = pick(self.held.items, name, "exercise")
            if isinstance(item, Function):
                made = self._make(name, record, written=item.answer)
            else:
                made = self._make(name, record)
                made.set(**item.right())
            made.press("check")
            made.press("solution")
        lines = made.status.splitlines()
        return Page("".join(f"<p>{html.escape(line)}</p>" for line in lines), "\n".join(lines))


def worked_out(number: str) -> Any:
    """Return the module that works out the figures of a lesson's exercises."""
    return import_module(f"toolkit.lessons.{lesson_folders()[number].name}.worked")


@in_each_language
def _set(number: str) -> ExerciseSet:
    def figures(name: str) -> Mapping[str, Any]:
        return getattr(worked_out(number), name)()

    return parse_exercises(words_of_set(number), number, figures)


def question(number: str, name: str) -> str:
    """Return the question of one exercise.

    Parameters
    ----------
    number, name : str
        Of the lesson, and of the exercise.

    Returns
    -------
    str
        Its words.

    Raises
    ------
    ValueError
        If there is no such lesson or exercise.
    """
    return pick(_set(number).items, name, "exercise").question


def exercises(number: str) -> Exercises:
    """Return the exercises of the lesson of that number, with the record of whoever sits here.

    Parameters
    ----------
    number : str
        Two digits, as in the name of the notebook: ``"03"``.

    Raises
    ------
    ValueError
        If that lesson has no exercises.
    """
    next_run()
    speak_as_chosen(my_record())
    return Exercises(_set(number), my_record())
