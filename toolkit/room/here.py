"""The board as a page of the course: hands that are typed and files, where no phone can reach it.

It needs no server of its own, so it works in the browser edition too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from toolkit.charts.figure import Figure
from toolkit.learning.fields import Button, Choice, Field, FileField, Select
from toolkit.learning.language import speak_as_chosen
from toolkit.learning.record import my_record
from toolkit.learning.words import lesson_folders, words_of
from toolkit.room import results
from toolkit.room.board import (
    AFTER,
    BEFORE,
    CAME,
    ONCE,
    OPEN,
    SHOWN,
    Asked,
    Board,
    Refused,
    counted_hands,
    counted_sure,
    keys_of,
    question,
    sure_fields,
)
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.live import LiveChart, next_run
from toolkit.screen.messages import readable
from toolkit.text.words import Words

WORDS = Words("toolkit.room")
SAVED, PAGE = "our-room.json", "our-room.html"


def _said(name: str, **facts: Any) -> str:
    return WORDS.say(f"serve.board.{name}", **facts)


class BoardHere(widgets.VBox):
    """The board: it takes the answers of a room, draws them, and then shows what is right.

    Attributes
    ----------
    board : Board
        What the room was asked and said.
    """

    def __init__(self) -> None:
        self.board = Board()
        self._outcomes: dict[str, Any] = {}
        titles = {number: f"{number} · {words_of(number).title}" for number in lesson_folders()}
        lesson = Select("lesson", _said("lesson"), value=next(iter(titles)), options=titles)
        self.lesson = Form(lesson, title=_said("lesson"))
        self.lesson.observe(self._list, "value")
        file = FileField("record", _said("record"), accept=".json", multiple=True)
        self.files = Form(
            file,
            Button("page", _said("page"), quiet=True),
            Button("file", _said("file"), quiet=True),
            title=_said("files"),
        )
        self.files.on_upload("record", self.add)
        self.files.on_press("page", self.page)
        self.files.on_press("file", self.file)
        self.asking = self.hands = self.sure = Form()
        self.told = widgets.HTML()
        self._charts: dict[str, LiveChart] = {}
        super().__init__(model_id=numbered("board"))
        self._list()

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the board; without a kernel there is nothing to ask with."""
        return mimebundle(self.model_id, {"text/plain": WORDS.say("here.still")})

    # --- asking -----------------------------------------------------------------------------------

    def _list(self, _change: object = None) -> None:
        """Offer the questions of the lesson that is chosen."""
        number = self.lesson.value["lesson"]
        keys = [key for kind in ("predict", "check") for key in keys_of(number, kind)]
        asked = {key: question(key).ask.question for key in keys}
        turns = {turn: _said(f"turn_{turn}") for turn in (ONCE, BEFORE, AFTER)}
        self.asking = Form(
            Select("key", WORDS.say("here.one"), value=keys[0], options=asked),
            Choice("turn", _said("turn"), value=ONCE, options=turns),
            Button("ask", _said("ask")),
            title=_said("questions"),
        )
        self.asking.on_press("ask", self.ask)
        self._lay()

    def ask(self) -> None:
        """Put the question that is chosen on the board."""
        self.board = self.board.ask(self.asking.value["key"], self.asking.value["turn"])
        now = self._now
        self.hands = self._form(
            [
                *now.question.fields(hands=True),
                Button("show", _said("show")),
                Button("result", _said("result")),
                Button("clear", _said("clear"), quiet=True),
            ],
            now.question.ask.question,
            {"count": self.count, "show": self.next, "result": self.next, "clear": self.clear},
        )
        self.sure = self._form(sure_fields(), _said("sure_hands"), {"count": self.count_sure})
        self._lay()

    @staticmethod
    def _form(fields: list[Field], title: str, presses: dict[str, Any]) -> Form:
        made = Form(*fields, title=title)
        made.heading = title
        for name, act in presses.items():
            made.on_press(name, act)
        return made

    @property
    def _now(self) -> Asked:
        assert self.board.now is not None  # there are no buttons before a question is asked
        return self.board.now

    # --- what the room says, and what came --------------------------------------------------------

    def count(self) -> None:
        """Take the hands that are typed, in place of those before."""
        asked = self._now.question
        self._take(self.hands, lambda typed: self.board.count(counted_hands(asked, typed)))

    def count_sure(self) -> None:
        """Take how many hands were so sure, and how many of those were right."""
        self._take(self.sure, lambda typed: self.board.count_sure(counted_sure(typed)))

    def _take(self, form: Form, taken: Callable[[dict], Board]) -> None:
        try:
            self.board = taken(form.value)
        except Refused as problem:
            form.status = str(problem)
            return
        form.status = _said("counted")
        self._lay()

    def next(self) -> None:
        """Show the answers, and after them what came."""
        self.board = self.board.next(self._came() is not None)
        self._lay()

    def clear(self) -> None:
        """Delete the answers to this question, and ask it again."""
        self.board = self.board.clear()
        self.hands.reset()
        self.sure.reset()
        self.hands.status = self.sure.status = ""
        self._lay()

    def _came(self) -> Any:
        key = self._now.key
        if key not in self._outcomes:
            self._outcomes[key] = self._now.question.settled()
        return self._outcomes[key]

    # --- files ------------------------------------------------------------------------------------

    def add(self, name: str, content: bytes) -> None:
        """Add the record of a table, or what a room saved."""
        try:
            self.board = self.board.add(content)
        except Refused as problem:
            self.files.status = f"{name}: {problem}"
            return
        for told in self.board.files[-1:]:
            self._outcomes |= {
                key: question(key).settled() for key in told.answers if key not in self._outcomes
            }
        self.files.status = _said("added", count=len(self.board.files))
        self._lay()

    def file(self) -> None:
        """Hand over what the room answered, to go on with it."""
        self.files.hand_over(SAVED, "application/json", self.board.text().encode())
        self.files.status = _said("saved")

    def page(self) -> None:
        """Hand over what the room answered as a page to read."""
        html = results.page(self.board, self._outcomes)
        self.files.hand_over(PAGE, "text/html", html.encode())
        self.files.status = _said("saved")

    # --- what is seen -----------------------------------------------------------------------------

    def _chart(self, name: str, drawn: Figure | None) -> list[LiveChart]:
        if drawn is None:
            return []
        if name in self._charts:
            self._charts[name].show(drawn)
        else:
            self._charts[name] = LiveChart(drawn)
        return [self._charts[name]]

    def _lay(self) -> None:
        seen: list[widgets.Widget] = [self.lesson, self.asking]
        now = self.board.now
        if now is not None:
            open_, over = now.stage == OPEN, now.stage == CAME
            stays = now.turn == BEFORE  # before the session, nothing is given away
            shut = {"show": stays or not open_, "result": stays or now.stage != SHOWN}
            self.hands.locked = [name for name, is_shut in shut.items() if is_shut]
            came = self._came() if over else None
            count = results.total(self.board.answers(now))
            words = _said("answered", count=count)
            if over and now.question.because:
                words = f"{words}. {now.question.because}"
            self.told.value = readable(f"<p>{words}</p>")
            drawn = None if open_ else results.figure(self.board, now, came)
            seen += [self.hands, self.told, *self._chart("answers", drawn)]
            if over and now.question.predicts:
                seen += [self.sure]
        seen += self._chart("calibration", results.calibration(self.board, self._outcomes))
        self.children = (*seen, self.files)


def board() -> BoardHere:
    """Return a board for the room that is here."""
    next_run()
    speak_as_chosen(my_record())
    return BoardHere()
