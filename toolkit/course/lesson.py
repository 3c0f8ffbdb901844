"""A lesson as its notebook sees it: ``this.predict(...)``, ``this.play(...)``, and so on."""

from __future__ import annotations

import html
import inspect
from collections.abc import Callable
from importlib import import_module
from inspect import signature
from typing import Any

from toolkit import evidence
from toolkit.charts.figure import Figure
from toolkit.learning.language import speak_as_chosen
from toolkit.learning.record import Record, my_record
from toolkit.learning.words import LessonWords, lesson_folders, words_of
from toolkit.screen.builder import offered
from toolkit.screen.ids import numbered
from toolkit.screen.lab import Lab
from toolkit.screen.live import LiveChart, next_run
from toolkit.screen.questions import Card, Explanation, KeptForm, Prediction, Question
from toolkit.screen.tables import Page, claims_page, list_html, sources_page

TAKES = ("this", "_this")  # what a function calls the lesson that it builds a lab for


def pick(table: dict[str, Any], name: str, what: str) -> Any:
    """Return an entry by name, or refuse with those there are."""
    if name not in table:
        raise ValueError(
            f"This lesson has no {what} '{name}'; it has {', '.join(table) or 'none'}."
        )
    return table[name]


def on_screen(made: Any) -> Any:
    """Return a figure as a chart for the width of the page; all else as it is."""
    return LiveChart(made, model_id=numbered("figure")) if isinstance(made, Figure) else made


class Lesson:
    """What one lesson shows, by name.

    Parameters
    ----------
    words : LessonWords
        The words of the lesson.
    record : Record
        Where the learner's answers are kept.
    """

    def __init__(self, words: LessonWords, record: Record) -> None:
        self.words = words
        self.record = record
        self.followed: dict[str, Lab] = {}  # labs that another lab follows are made once
        self._acts: dict[str, KeptForm] = {}

    def __repr__(self) -> str:
        """Name the lesson."""
        return f"Lesson {self.words.number}: {self.words.title}"

    @property
    def labs(self) -> dict[str, Any]:
        """The labs, figures and pages of this lesson by name.

        Those from facts and words, and the functions of its ``labs`` that take the lesson.
        """
        folder = lesson_folders()[self.words.number]
        package = f"toolkit.lessons.{folder.name}"
        built = offered(package) if (folder / "words.toml").is_file() else {}
        functions = inspect.getmembers(import_module(f"{package}.labs"), inspect.isfunction)
        return built | {
            name: made
            for name, made in functions
            if not name.startswith("_") and next(iter(signature(made).parameters), "") in TAKES
        }

    def _act(self, made: Callable[..., KeptForm], kind: str, name: str, content: Any) -> Any:
        key = f"{self.words.number}/{kind}/{name}"
        if key not in self._acts:
            self._acts[key] = act = made(key, content, self.record)
            # Another act of the same name asks why the prediction came true, or did not.
            first = getattr(content, "after", "") or (name if kind != "predict" else "")
            if first in self.words.predict:
                self._wait(act, self.predict(first))
        return self._acts[key]

    def _wait(self, act: KeptForm, guess: Prediction) -> None:
        """Let an act wait for a prediction, whose question is told only when it may be read."""
        if guess.ask.after and not (before := self.predict(guess.ask.after)).revealed:
            act.wait_for(before)
            before.observe(lambda _change: act.wait_for(guess), "revealed")
        else:
            act.wait_for(guess)

    def predict(self, name: str) -> Prediction:
        """Ask for a prediction, to be locked before the lab it belongs to opens."""
        ask = pick(self.words.predict, name, "prediction")
        return self._act(Prediction, "predict", name, ask)

    def play(self, name: str) -> Lab:
        """Open a lab."""
        return pick(self.labs, name, "lab")(self)

    def show(self, name: str, **choices: Any) -> Any:
        """Show a figure that does not move, or a page."""
        return on_screen(pick(self.labs, name, "figure")(self, **choices))

    def explain(self, name: str) -> Explanation:
        """Ask for two sentences, then show a model answer."""
        explain = pick(self.words.explain, name, "explanation")
        return self._act(Explanation, "explain", name, explain)

    def check(self, name: str) -> Question:
        """Ask a question that knows a reason for every answer."""
        return self._act(Question, "check", name, pick(self.words.check, name, "check"))

    def card(self) -> Card:
        """Open the card for the learner's own service."""
        return self._act(Card, "card", "service", self.words.card)

    def quote(self, group: str) -> Page:
        """Quote a group of statements whose wording is the fact, with its source."""
        held = evidence.verbatim(group)
        quoted = list_html([f"“{words}”" for words in held.wordings], "ol")
        plain = [f"{n}. “{words}”" for n, words in enumerate(held.wordings, 1)]
        return Page(f"{quoted}<p>{html.escape(held.source)}</p>", "\n".join([*plain, held.source]))

    def claims(self) -> Page:
        """Show what the seed paper claims about this lesson, with what speaks for and against."""
        return claims_page(self.words.number)

    def sources(self) -> Page:
        """List the sources of this lesson; citations in the text lead here."""
        by_author = sorted(self.words.sources, key=lambda key: evidence.source(key).casefold())
        return sources_page(by_author)

    def terms(self) -> Page:
        """List the words of the field that this lesson uses; terms in the text lead here."""
        held = [evidence.term(key) for key in sorted(self.words.terms)]
        # JupyterLab floats the words to the left, where they come to stand beside others.
        row = 'style="display: block; float: none; width: auto"'
        rows = (
            f'<dt id="term-{each.id}" {row}><strong>{html.escape(each.term)}</strong></dt>'
            f"<dd {row}>{html.escape(each.definition)}</dd>"
            for each in held
        )
        plain = (f"{each.term}: {each.definition}" for each in held)
        return Page(f"<dl>{''.join(rows)}</dl>", "\n".join(plain))


def lesson(number: str) -> Lesson:
    """Return the lesson of that number, with the record of whoever sits here.

    Parameters
    ----------
    number : str
        Two digits, as in the name of the notebook: ``"03"``.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """
    next_run()
    speak_as_chosen(my_record())
    return Lesson(words_of(number), my_record())
