"""Bring a table: it is read, said back in words, and corrected by whoever brought it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import ipywidgets as widgets

from toolkit.learning.fields import Button, Choice
from toolkit.learning.record import Record
from toolkit.lessons.l13_your_dialect.labs.chart import LOOK, LOOK_OF_SAMPLE, look_of
from toolkit.lessons.l13_your_dialect.labs.fields import (
    STEPS,
    Asked,
    column_fields,
    file_fields,
    look_fields,
    reading_fields,
)
from toolkit.lessons.l13_your_dialect.labs.setting import (
    OF_SAMPLE,
    START,
    first_setting,
    fits,
    mended,
)
from toolkit.lessons.l13_your_dialect.labs.table import SAMPLE, OwnTable, sample_bytes, understood
from toolkit.screen.form import Form
from toolkit.screen.ids import numbered
from toolkit.screen.messages import caught
from toolkit.upload import IdentifierError, UploadError, read
from toolkit.upload.errors import shown

WAYS = "In step 1 you can choose other columns, in step 2 what to do with such dates and rows."


class Reader(widgets.VBox):
    """Takes a table, and asks what is meant by it until there is a series to draw.

    Parameters
    ----------
    record : Record
        The learner's record; it says how the same table was read last time.
    """

    KEY = "13/data/own"

    def __init__(self, record: Record) -> None:
        self.record = record
        self.now: OwnTable | None = None  # what is being read
        self.drawn: OwnTable | None = None  # the last that gave a series: it stands till another
        self._busy = False
        self.file = Asked(title="Bring your own data")
        self.step = Form(Choice("step", "Look at", "columns", options=STEPS), title="Steps")
        self.columns, self.reading, self.look = (Asked(title=title) for title in STEPS.values())
        self.problem = widgets.HTML()
        super().__init__(model_id=numbered("bring"))
        self.file.ask(*file_fields(None))
        self.look.ask(*look_fields(None, LOOK))
        self.file.observe(self._other_sheet, "value")
        self.columns.observe(self._corrected, "value")
        self.reading.observe(self._corrected, "value")
        self.file.on_upload("file", self.take)
        self.file.on_press("sample", self.use_sample)
        self.file.on_press("save", self.save_sample)
        self.columns.on_press("back", self.back)
        self.reading.on_press("back", self.back)

    def _redraw(self) -> None:
        """Do what is to be done with a series; the room that draws it says what."""

    @property
    def _standing(self) -> str:
        """Which chart stands meanwhile, as a line of its own; the room that draws it knows."""
        return ""

    @contextlib.contextmanager
    def _quietly(self) -> Iterator[None]:
        """Change controls from here, without taking it for the learner's doing."""
        before, self._busy = self._busy, True
        try:
            yield
        finally:
            self._busy = before

    # ---- taking a table ------------------------------------------------------------------------

    def take(self, name: str, content: bytes, sheet: str | None = None) -> None:
        """Read a file; if it cannot be used, say why, and let what was there stand."""
        self.file.status = f"{shown(name)} is being read. A large Excel file takes a while."
        try:
            upload = read(name, content, sheet)
            if not upload.of_kind("date"):
                raise UploadError(*upload.troubles)
            table = self._first(OwnTable(name, upload, {}, dict(LOOK), content))
        except UploadError as problem:
            stands = f"\n{shown(self.drawn.name)} still stands below." if self.drawn else ""
            # The name of a file can name a person too.
            told = "The file" if isinstance(problem, IdentifierError) else shown(name)
            self.file.status = f"{told} was not taken.\n{problem}{stands}"
            return
        except Exception as problem:
            # An error would vanish in a callback, and the file would seem to be read for ever.
            self.file.status = (
                f"{shown(name)} could not be read ({type(problem).__name__}). Save it again as "
                "CSV UTF-8, with one row of headings, and try that."
            )
            return
        self.file.status = f"{shown(name)} was read. Nothing of it has left this computer."
        self.now = table
        with self._quietly():
            self.file.ask(*file_fields(upload, table.setting))
            self.step.set(step="columns")
        self._understand(table.look)
        if self.now.series is None:  # step 2 asks what to do with such dates and rows
            self.step.set(step="reading")

    def use_sample(self) -> None:
        """Take the sample, as if it had been brought."""
        self.take(SAMPLE, sample_bytes())

    def save_sample(self) -> None:
        """Hand the sample over as a file, to be looked at in a spreadsheet."""
        self.file.hand_over(SAMPLE, "text/csv", sample_bytes())
        self.file.status = f"{SAMPLE} is where your browser keeps downloads."

    def _first(self, table: OwnTable) -> OwnTable:
        """Return the table with what was set for it before, or else with what is likely meant."""
        kept, sample = self.record.get(self.KEY) or {}, table.source == "sample"
        held = kept.get("setting")
        held = {**START, **held} if isinstance(held, dict) else held
        if kept.get("name") == table.name and fits(table.upload, held):
            return replace(table, setting=held, look=look_of(kept.get("look")))
        setting = first_setting(table.upload)
        if sample:
            look = {**LOOK, **LOOK_OF_SAMPLE}
            return replace(table, setting={**setting, **OF_SAMPLE}, look=look)
        return replace(table, setting=setting)

    @caught
    def _other_sheet(self) -> None:
        sheet = self.file.value.get("sheet")
        held = self.now.upload if self.now and not self._busy else None
        if held and sheet in held.sheets and sheet != held.sheet:
            self.take(self.now.name, self.now.content, sheet)
        elif held and "back" in self.file.value:
            self._change(back=",".join(self.file.value["back"] or ()))

    # ---- understanding it ----------------------------------------------------------------------

    @caught
    def _corrected(self) -> None:
        """Follow what the learner says about columns and dates."""
        if not self._busy and self.now is not None and self.now.upload is not None:
            self._change(**self.columns.value, **self.reading.value)

    def _change(self, **values: str) -> None:
        """Read the table with some other settings."""
        old, look = self.now.setting, dict(self.look.value)
        said = {**old, **values}
        new = mended(self.now.upload, old, {name: str(said[name] or "") for name in START})
        if new == old:
            return
        if any(new[name] != old[name] for name in ("kind", "value", "of")):
            look["target"] = ""
        self.now = replace(self.now, setting=new)
        self._understand(look)

    def _understand(self, look: dict[str, str]) -> None:
        """Make a series of the table, or say what is missing; the former chart stands till then."""
        try:
            made = understood(self.now.upload, self.now.setting)
        except Exception as problem:
            words = str(problem) if isinstance(problem, UploadError) else type(problem).__name__
            self.now = replace(self.now, series=None)
            self.step.status = (
                f"{shown(self.now.name)} cannot be drawn yet.\n{words}\n{WAYS}{self._standing}"
            )
        else:
            self.now = self.drawn = replace(self.now, series=made)
            self.step.status = ""
        self._ask_again(look)
        self._redraw()

    @caught
    def back(self) -> None:
        """Go back to what the chart was last drawn from."""
        if self.drawn is not None:
            self.now, self.step.status = self.drawn, ""
            self._ask_again(self.look.value)
            self._redraw()

    def _ask_again(self, look: dict[str, str]) -> None:
        """Ask about the table that is being read."""
        setting, upload = self.now.setting, self.now.seen
        lost = self.drawn is not None and self.now is not self.drawn
        back = [Button("back", "Back to what was drawn last", quiet=True)] if lost else []
        with self._quietly():
            if upload is not None:
                self.columns.ask(*column_fields(upload, setting), *back)
                self.reading.ask(*reading_fields(upload, setting), *back)
            if not lost and self.drawn is not None:
                self.look.ask(*look_fields(self.drawn.series, look))
