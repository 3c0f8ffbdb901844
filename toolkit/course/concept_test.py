"""The concept inventory as its notebooks see it: ``these.ask(...)``, ``these.done()``."""

from __future__ import annotations

import html
from typing import Any

from IPython.display import display

from toolkit.course.lesson import Page, pick
from toolkit.learning.language import speak_as_chosen
from toolkit.learning.record import Record, my_record
from toolkit.learning.words import lesson_page, words_of
from toolkit.screen.concept_test import (
    FORMS,
    STANDING,
    Closing,
    ConceptItem,
    Sheet,
    TwoTier,
    done,
    form_items,
    gain_arithmetic,
    standings,
)
from toolkit.screen.live import next_run
from toolkit.screen.tables import Html, sources_page, table_html
from toolkit.text.words import Words

WORDS = Words("toolkit.course")
BEFORE, AFTER = FORMS
SOURCES = ("hake1998",)


class ResultPage:
    """A page that stands there from the start, and is exchanged when there is a result."""

    def __init__(self, closing: Closing, record: Record) -> None:
        self.record = record
        self.closing = closing
        self._handle: Any = None
        closing.observe(self._changed, "revealed")

    @property
    def page(self) -> Page:
        """Each idea with before, after, and words on the reason; or what has to be done first."""
        if not self.closing.revealed:
            first = WORDS.say("inventory.first")
            return Page(f"<p>{html.escape(first)}</p>", first)
        return by_idea(self.record)

    def _changed(self, _change: object) -> None:
        if self._handle:
            self._handle.update(self.page)

    def _ipython_display_(self) -> None:
        self._handle = display(self.page, display_id=f"inventory-{self.closing.form}")


def by_idea(record: Record) -> Page:
    """Return what came of each idea before and after, with the lesson that teaches it.

    Parameters
    ----------
    record : Record
        A record with form B in it, and with form A if that was finished.
    """
    had = record.get(done(BEFORE)) is not None
    before, after = (standings(form_items(form), record) for form in FORMS)
    columns = WORDS["inventory.columns"]
    rows, lines = [], []
    for name, item in form_items(AFTER).items():
        earlier = STANDING[before[name]] if had else "–"
        cells = (item.concept, earlier, STANDING[after[name]], _words(item, record))
        links = [_lesson(number) for number in item.lessons]
        rows.append([*cells, Html("<br>".join(link for link, _ in links))])
        told = (*cells, "; ".join(plain for _, plain in links))
        lines.append(". ".join(f"{c}: {t.rstrip('.')}" for c, t in zip(columns, told, strict=True)))
    caption, folded, told = (
        WORDS.say("inventory.caption"),
        WORDS.say("inventory.folded"),
        gain_arithmetic(record),
    )
    inside = "".join(f"<p>{html.escape(line)}</p>" for line in told)
    page = table_html(columns, rows, caption)
    return Page(
        f"{page}<details><summary>{html.escape(folded)}</summary>{inside}</details>",
        "\n".join([caption, *lines, folded, *told]),
    )


def _words(item: ConceptItem, record: Record) -> str:
    answer, reason = item.given(record)
    said = WORDS["inventory.said"].get(item.standing(answer, reason), "")
    return " ".join(filter(None, [said, item.because.get(reason or "", "")]))


def _lesson(number: str) -> tuple[str, str]:
    """Return a link to a lesson, as seen from the exercises, and the same in plain text."""
    title = f"{number} {words_of(number).title}"
    return f'<a href="../notebooks/{lesson_page(number)}">{html.escape(title)}</a>', title


class Inventory:
    """What one form of the inventory shows.

    Parameters
    ----------
    form : str
        ``"A"`` before the course, ``"B"`` after it.
    record : Record
        Where the learner's answers are kept.
    """

    def __init__(self, form: str, record: Record) -> None:
        self.items: Sheet = form_items(form)
        self.form = form
        self.record = record
        self._acts: dict[str, TwoTier] = {}
        self._closing: Closing | None = None

    def __repr__(self) -> str:
        """Name the form."""
        return f"Inventory, form {self.form}: {len(self.items)} questions"

    def ask(self, name: str) -> TwoTier:
        """Ask for one answer and its reason."""
        if name not in self._acts:
            self._acts[name] = TwoTier(pick(self.items, name, "question"), self.record)
        return self._acts[name]

    def done(self) -> Closing:
        """End the form: what is open, then the total."""
        if self._closing is None:
            self._closing = Closing(self.form, self.record, self._acts)
        return self._closing

    def result(self) -> ResultPage:
        """Show each idea with what came of it, once form B is finished.

        Raises
        ------
        ValueError
            If this is form A: the ideas are not named before the course.
        """
        if self.form != AFTER:
            raise ValueError(f"Only form {AFTER} names the ideas; this is form {self.form}.")
        return ResultPage(self.done(), self.record)

    def sources(self) -> Page:
        """List what the text cites."""
        return sources_page(SOURCES)


def inventory(form: str) -> Inventory:
    """Return one form of the inventory, with the record of whoever sits here.

    Parameters
    ----------
    form : str
        ``"A"`` or ``"B"``.

    Raises
    ------
    ValueError
        If there is no such form.
    """
    next_run()
    speak_as_chosen(my_record())
    return Inventory(form, my_record())
