"""The page My record: results of predictions, export, and a new start."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets

from toolkit.course.exercises import question
from toolkit.course.lesson import Page
from toolkit.course.plan import plan_parts
from toolkit.course.record_picture import flags, road
from toolkit.learning.answers import MOST, TABLE, sharing
from toolkit.learning.calibration import sentence, settled
from toolkit.learning.edition import FILE, IN_BROWSER
from toolkit.learning.export import Predicted, each_prediction, record_page, saved_cards
from toolkit.learning.fields import Button, Field, FileField, Slider, Text
from toolkit.learning.language import speak_as_chosen
from toolkit.learning.record import Record, my_record
from toolkit.models.cases.reviews import brier
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.live import next_run
from toolkit.screen.messages import readable
from toolkit.screen.tables import Html, list_html
from toolkit.text.words import Words

WORDS = Words("toolkit.course")
PAGE = "my-record.html"
EVEN = brier([0.5, 0.5], [True, False])  # the score of who always says that the chances are even
FEW = 10  # settled predictions, below which a score says little


class Own(Form):
    """A form about the record, which says what is wrong with it from the start."""

    def __init__(self, record: Record, *fields: Field, title: str) -> None:
        self.record = record
        super().__init__(*fields, title=title)
        self.status = record.news()

    def _say(self, words: str) -> None:
        self.status = "\n".join(filter(None, [words, self.record.trouble]))


class Keeping(Own):
    """Takes the record home as a page or a file, and takes another one in."""

    def __init__(self, record: Record) -> None:
        super().__init__(
            record,
            FileField(
                "other",
                WORDS.say("keeping.other"),
                note=WORDS.say("keeping.other_note", file=FILE),
                accept=".json",
                advice=WORDS.say("keeping.large"),
            ),
            Button("page", WORDS.say("keeping.page")),
            Button("file", WORDS.say("keeping.file")),
            Button("undo", WORDS.say("keeping.undo"), quiet=True),
            title=WORDS.say("keeping.title"),
        )
        self.on_press("page", self.page)
        self.on_press("file", self.file)
        self.on_press("undo", self.undo)
        self.on_upload("other", self.take)
        self._offer()

    def page(self) -> None:
        """Hand over the record as one page."""
        page = record_page(self.record, question, more=plan_parts(self.record))
        self.hand_over(PAGE, "text/html", page.encode("utf-8", "backslashreplace"))
        self._say(WORDS.say("keeping.page_saved", file=PAGE))

    def file(self) -> None:
        """Hand over the record as it is kept."""
        self._say(_handed(self, self.record))

    def take(self, _name: str, content: bytes) -> None:
        """Put another record into this one."""
        words = self.record.take(content)
        self._offer()
        self._say(WORDS.say("keeping.taken", words=words, undo="undo" not in self.locked))

    def undo(self) -> None:
        """Take out again what came in last."""
        words = self.record.undo()
        self._offer()
        self._say(words)

    def _offer(self) -> None:
        self.locked = [] if self.record.former() else ["undo"]


class Afresh(Own):
    """Begins a new record for whoever sits here next; asks once more before it does."""

    def __init__(self, record: Record) -> None:
        name = Text(
            "name",
            WORDS.say("start_afresh.name"),
            note=WORDS.say("start_afresh.name_note"),
            rows=1,
            longest=40,
        )
        super().__init__(
            record,
            *(() if IN_BROWSER else (name,)),
            Button("afresh", WORDS.say("start_afresh.afresh")),
            Button("sure", WORDS.say("start_afresh.sure", in_browser=IN_BROWSER)),
            *((Button("file", WORDS.say("start_afresh.file")),) if IN_BROWSER else ()),
            Button("leave", WORDS.say("start_afresh.leave"), quiet=True),
            title=WORDS.say("start_afresh.title"),
        )
        self.heading = WORDS.say("start_afresh.kept", path=record.path, in_browser=IN_BROWSER)
        self.on_press("afresh", self.ask)
        self.on_press("sure", self.sure)
        self.on_press("leave", self.leave)
        self.on_press("file", self.file)
        self._offer(False)

    def ask(self) -> None:
        """Say what is about to happen, and wait for a second press."""
        self._offer(True)
        count = len(self.record.keys())
        self._say(WORDS.say("start_afresh.ask", count=count, in_browser=IN_BROWSER))

    def sure(self) -> None:
        """Begin a new record."""
        words = self.record.start_afresh((self.value.get("name") or "").strip())
        self._offer(False)
        self.reset()
        self._say(WORDS.say("start_afresh.done", words=words))

    def leave(self) -> None:
        """Change nothing."""
        self._offer(False)
        self._say(WORDS.say("start_afresh.left"))

    def file(self) -> None:
        """Hand over the record as it is kept, before it is deleted."""
        self._say(_handed(self, self.record))

    def _offer(self, on: bool) -> None:
        self.locked = ["afresh"] if on else ["sure", "leave"]


class SharedScreen(Own):
    """Says how many people share this screen, so that each prediction asks how many agree."""

    def __init__(self, record: Record) -> None:
        super().__init__(
            record,
            Slider("people", WORDS.say("shared.people"), sharing(record), min=1, max=MOST),
            Button("keep", WORDS.say("shared.keep")),
            title=WORDS.say("shared.title"),
        )
        self.on_press("keep", self.keep)

    def keep(self) -> None:
        """Put the number into the record; nobody is named."""
        number = self.value["people"]
        self.record.put(TABLE, {"kind": "table", "people": number})
        self._say(WORDS.say("shared.kept", number=number))


def _handed(form: Form, record: Record) -> str:
    """Let the browser save the record as a file, and say where it is."""
    text = record.text()
    form.hand_over(FILE, "application/json", text.encode("utf-8", "backslashreplace"))
    return WORDS.say("keeping.handed", file=FILE, count=len(record.keys()))


def _row(each: Predicted) -> str:
    """Return one prediction as HTML: lesson, what was said and what came; the rest is folded."""
    why = f"<p>{html.escape(each.because)}</p>" if each.because else ""
    more = html.escape(WORDS.say("answers.more"))
    return (
        f'<li><a href="{each.page}">{html.escape(each.lesson)}</a><br>'
        f"{html.escape(each.said)} <strong>{html.escape(each.came)}</strong>"
        f"<details><summary>{more}</summary><p>{html.escape(each.question)}</p>{why}</details></li>"
    )


class Folded(widgets.VBox):
    """What trainers and groups need, opened by a button.

    Parameters
    ----------
    desk : Desk
        Whose forms they are.
    """

    def __init__(self, desk: Desk) -> None:
        title = WORDS.say("trainers.title")
        self.door = Form(Button("open", WORDS.say("trainers.open"), quiet=True), title=title)
        self.door.on_press("open", self.turn)
        self.within: list[widgets.Widget] = []
        for name, form in (("shared", desk.table()), ("afresh", desk.afresh())):
            title, about = (
                html.escape(WORDS.say(f"trainers.{name}.{k}")) for k in ("title", "about")
            )
            said = widgets.HTML(readable(f"<h3>{title}</h3><p>{about}</p>"))
            self.within += [said, form]
        super().__init__((self.door,), model_id=numbered("trainers"))

    def turn(self) -> None:
        """Open what is folded, or fold it again."""
        self.children = (self.door,) if len(self.children) > 1 else (self.door, *self.within)

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the door; without a kernel, say what is behind it."""
        titles = [WORDS.say(f"trainers.{name}.title") for name in ("shared", "afresh")]
        return mimebundle(self.model_id, {"text/plain": "\n".join(titles)})


class Desk:
    """What the notebook about the record shows.

    Parameters
    ----------
    record : Record
        The learner's record.
    """

    def __init__(self, record: Record) -> None:
        self.record = record

    def afresh(self) -> Afresh:
        """Offer to begin a new record."""
        return Afresh(self.record)

    def table(self) -> SharedScreen:
        """Ask how many share this screen."""
        return SharedScreen(self.record)

    def keep(self) -> Keeping:
        """Offer the record as a page and as a file, and take another in."""
        return Keeping(self.record)

    def road(self) -> Page:
        """Show how far each lesson is done."""
        drawing, words, names = road(self.record)
        return Page(f"{drawing}<p>{words}</p>{names}", words)

    def answers(self) -> Page:
        """Show what was predicted beside what came, and which predictions have no result yet."""
        rows = each_prediction(self.record)
        if not rows:
            said = WORDS.say("answers.none")
            return Page(f"<p>{said}</p>", said)
        kept = [entry for _, entry in self.record.of_kind("prediction")]
        count = WORDS.say(
            "answers.count",
            locked=len(rows),
            waiting=sum(not e.get("after") and e.get("outcome") is None for e in kept),
            known=sum(bool(e.get("after")) for e in kept),
        )
        drawn = "".join(map(_row, rows))
        plain = [f"{each.lesson}: {each.said} {each.came} {each.because}".strip() for each in rows]
        return Page(f"<p>{count}</p><ul>{drawn}</ul>", "\n".join([count, *plain]))

    def cards(self) -> Page:
        """Show the cards on the learner's own service."""
        held = saved_cards(self.record).lists
        if not held:
            said = WORDS.say("answers.no_card")
            return Page(f"<p>{said}</p>", said)
        shown = "".join(
            f"<p><strong>{html.escape(card.title)}</strong></p>"
            + list_html([Html(f"{html.escape(ask)}<br><strong>{html.escape(said)}</strong>")
                         for ask, said in card.pairs])
            for card in held
        )  # fmt: skip
        plain = [line for card in held for line in (card.title, *map(" ".join, card.pairs))]
        return Page(shown, "\n".join(plain))

    def flags(self) -> Page:
        """Show each prediction whose result is known as a flag, and how sure it was."""
        entries = settled(self.record).values()
        if not entries:
            words = sentence(self.record)
            return Page(f"<p>{html.escape(words)}</p>", words)
        score = brier([float(e["sure"]) for e in entries], [e["came"] for e in entries])
        words = WORDS.say("picture.scored", score=score, few=len(entries) < FEW, even=EVEN)
        return Page(f"{flags(self.record)}<p>{html.escape(words)}</p>", words)

    def trainers(self) -> Folded:
        """Offer what trainers and groups need, folded."""
        return Folded(self)


def desk() -> Desk:
    """Return the desk of whoever sits here."""
    next_run()
    speak_as_chosen(my_record())
    return Desk(my_record())
