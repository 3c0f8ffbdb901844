"""The board as a page of the course: hands that are typed and files, where no phone can reach it.

It needs no server of its own, so it works in the browser edition too.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from toolkit.charts.figure import Figure
from toolkit.learning.answers import in_words
from toolkit.learning.fields import Button, Choice, FileField, Select
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
    Asked,
    Board,
    NotTaken,
    counted_hands,
    counted_sure,
    keys_of,
    room_question,
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
        self._charts: dict[str, LiveChart] = {}
        self._open: Asked | None = None  # the question that the forms are made for
        titles = {number: f"{number} · {words_of(number).title}" for number in lesson_folders()}
        lesson = Select("lesson", _said("lesson"), value=next(iter(titles)), options=titles)
        self.lesson = Form(lesson, title=_said("lesson"))
        self.lesson.observe(self._list, "value")
        self.files = Form(
            FileField("record", _said("record"), accept=".json", multiple=True),
            Button("page", _said("page"), quiet=True),
            Button("file", _said("file"), quiet=True),
            title=_said("files"),
        )
        self.files.on_upload("record", self.add)
        self.files.on_press("page", self.page)
        self.files.on_press("file", self.file)
        self.asking = self.hands = self.sure = Form()
        self.told = widgets.HTML()
        # Each part has a place of its own, so that one can come and go while the others stay.
        self._parts = {name: widgets.VBox() for name in ("ask", "hands", "answers", "sure", "room")}
        *above, room = self._parts.values()
        super().__init__((self.lesson, *above, self.files, room), model_id=numbered("board"))
        self._list()

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the board; without a kernel there is nothing to ask with."""
        return mimebundle(self.model_id, {"text/plain": WORDS.say("here.still")})

    # --- asking -----------------------------------------------------------------------------------

    def _list(self, _change: object = None) -> None:
        """Offer the questions of the lesson that is chosen."""
        number = self.lesson.value["lesson"]
        keys = [key for kind in ("predict", "check") for key in keys_of(number, kind)]
        asked = {key: room_question(key).ask.question for key in keys}
        turns = {turn: _said(f"turn_{turn}") for turn in (ONCE, BEFORE, AFTER)}
        self.asking = Form(
            Select("key", WORDS.say("here.one"), value=keys[0], options=asked),
            Choice("turn", _said("turn"), value=ONCE, options=turns),
            Button("ask", _said("ask")),
            title=_said("questions"),
        )
        self.asking.on_press("ask", self.ask)
        self._parts["ask"].children = (self.asking,)

    def ask(self) -> None:
        """Put the question that is chosen on the board."""
        self.board = self.board.ask(self.asking.value["key"], self.asking.value["turn"])
        self._lay()
        self.asking.status = WORDS.say("here.asked")

    def _make(self, now: Asked) -> None:
        """Make the forms for the question that is on the board."""
        asked = now.question.ask.question
        self.hands = Form(
            *now.question.fields(hands=True),
            Button("show", _said("show")),
            Button("result", _said("result")),
            Button("clear", _said("clear"), quiet=True),
            title=asked,
            heading=asked,
        )
        for name, act in (
            ("count", self.count),
            ("show", self.next),
            ("result", self.next),
            ("clear", self.clear),
        ):
            self.hands.on_press(name, act)
        said = _said("sure_hands")
        self.sure = Form(*sure_fields(), title=said, heading=said)
        self.sure.on_press("count", self.count_sure)
        self._open = now

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
        if not any(str(each or "").strip() for each in form.value.values()):
            form.status = WORDS.say("here.empty")
            return
        try:
            self.board = taken(form.value)
        except NotTaken as problem:
            form.status = str(problem)
            return
        form.status = _said("counted")
        self._lay()

    def next(self) -> None:
        """Show the answers, and after them what came."""
        if not self._shut() >= {"show", "result"}:
            self.board = self.board.next()
        self._lay()
        drawn = results.figure(self.board, self._now, self._came())
        self.hands.status = drawn.title if drawn else _said("nothing")

    def _shut(self) -> set[str]:
        """Return which of the two buttons would show nothing now."""
        now = self._now
        if now.turn == BEFORE or now.stage == CAME:  # before the session, nothing is given away
            return {"show", "result"}
        if now.stage == OPEN:
            return {"result"}
        return {"show"} if self._settled(now.key) is not None else {"show", "result"}

    def clear(self) -> None:
        """Delete the answers to this question, and ask it again."""
        self.board = self.board.clear()
        self.hands.reset()
        self.sure.reset()
        self.sure.status = ""
        self._lay()
        self.hands.status = WORDS.say("here.asked")

    def _came(self) -> Any:
        return self._settled(self._now.key) if self._now.stage == CAME else None

    def _settled(self, key: str) -> Any:
        if key not in self._outcomes:
            self._outcomes[key] = room_question(key).settled()
        return self._outcomes[key]

    # --- files ------------------------------------------------------------------------------------

    def add(self, name: str, content: bytes) -> None:
        """Add the record of a table, or what a room saved."""
        before = len(self.board.files)
        try:
            self.board = self.board.add(content)
        except NotTaken as problem:
            self.files.status = f"{name}: {problem}"
            return
        count = len(self.board.files)
        for told in self.board.files[before:]:
            for key in told.answers:
                self._settled(key)
        self.files.status = WORDS.say("here.added", count=count, resumed=count == before)
        self._lay()

    def file(self) -> None:
        """Hand over what the room answered, to go on with it."""
        self.files.hand_over(SAVED, "application/json", self.board.text().encode())
        self.files.status = _said("saved")

    def page(self) -> None:
        """Hand over what the room answered as a page to read."""
        page = results.results_page(self.board, self._outcomes)
        self.files.hand_over(PAGE, "text/html", page.encode())
        self.files.status = _said("saved")

    # --- what is seen -----------------------------------------------------------------------------

    def _draw(self, part: str, drawn: Figure | None) -> None:
        """Show a figure in its place, or nothing."""
        if drawn is None:
            self._parts[part].children = ()
            return
        if part in self._charts:
            self._charts[part].show(drawn)
        else:
            self._charts[part] = LiveChart(drawn)
        self._parts[part].children = (self._charts[part],)

    def _lay(self) -> None:
        """Show the board as it stands."""
        self._draw("room", results.calibration(self.board, self._outcomes))
        now = self.board.now
        if now is None:
            return
        if self._open is None or (now.key, now.turn) != (self._open.key, self._open.turn):
            self._make(now)
        self.hands.locked = sorted(self._shut())
        came = self._came()
        because = now.question.because if came is not None else ""
        count = results.answered(self.board.answers(now))
        unseen = came is not None and not count  # the title of a chart says it otherwise
        right = in_words(now.question.ask, came).rstrip(".") if unseen else ""
        words = WORDS.say("here.told", count=count, right=right, because=because)
        self.told.value = readable(f"<p>{html.escape(words)}</p>")
        self._parts["hands"].children = (self.hands, self.told)
        drawn = None if now.stage == OPEN else results.figure(self.board, now, came)
        self._draw("answers", drawn)
        asks = came is not None and now.question.predicts
        self._parts["sure"].children = (self.sure,) if asks else ()


def board() -> BoardHere:
    """Return a board for the room that is here."""
    next_run()
    speak_as_chosen(my_record())
    return BoardHere()
