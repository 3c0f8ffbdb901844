"""Bring your own data: a table is read, said back in words, corrected, and drawn over time."""

from __future__ import annotations

import contextlib
import html
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from toolkit.charts.figure import Figure
from toolkit.intake import IntakeError, Series, read
from toolkit.intake.errors import shown
from toolkit.labs import bring_chart as own
from toolkit.labs import bring_table as table_of
from toolkit.labs.bring_fields import (
    STEPS,
    Asked,
    column_fields,
    file_fields,
    look_fields,
    reading_fields,
)
from toolkit.labs.bring_table import Table
from toolkit.labs.casefile import readable
from toolkit.labs.common import recalled
from toolkit.labs.room import caught
from toolkit.learning.acts import Prediction
from toolkit.learning.record import Record
from toolkit.widgets.form import Button, Choice, Form, Ticks
from toolkit.widgets.live import LiveChart
from toolkit.widgets.shown import mimebundle, numbered

COMING = (
    "Bring a table, or use the sample. Then this room says what it has understood, lets you "
    "correct it, and draws the chart of lesson 05: one point for each month or week, with the "
    "limits of chance, the reason for each special point, and what speaks against trusting it."
)
OWED = "Lock in your prediction above first. Then the chart opens here."
WAYS = "In step 1 you can choose other columns, in step 2 what to do with such dates and rows."


class Bring(widgets.VBox):
    """A table of the learner's own, from the file to the chart.

    Parameters
    ----------
    guess : Prediction
        How many of the last points will be special; asked before the chart opens.
    record : Record
        The learner's record. It gets settings and words, and the figures only if asked to.
    """

    KEY = "13/data/own"

    def __init__(self, guess: Prediction, record: Record) -> None:
        self.record, self.after = record, (guess,)
        self.truth = {"flagged": self._came}
        self.now: Table | None = None  # what is being read
        self.drawn: Table | None = None  # the last one that gave a series: it stands until another
        self.figure: Figure | None = None
        self.chart: LiveChart | None = None
        self._figure_of: Series | None = None
        self._busy = False
        self.file = Asked(title="Bring your own data")
        self.step = Form(Choice("step", "Look at", "columns", options=STEPS), title="Steps")
        self.columns, self.reading, self.look = (Asked(title=title) for title in STEPS.values())
        self.keep = Form(
            Ticks(
                "keep",
                "Keep in my record on this computer",
                [],
                options={"figures": "the figures of this chart, so that it comes back by itself"},
                note="What you set and the words of the chart are kept in any case.",
            ),
            title="What is kept",
        )
        for form in (self.columns, self.reading, self.look):
            form.layout.flex = "1 1 20rem"
        self.row = widgets.Box(layout=widgets.Layout(flex_flow="row wrap"))
        self.told, self.curtain, self.problem = (widgets.HTML() for _ in range(3))
        super().__init__(model_id=numbered("bring"))
        self.file.ask(*file_fields(None))
        self.look.ask(*look_fields(None, own.LOOK))
        self._restore()
        for form, handler in (
            (self.file, self._other_sheet),
            (self.step, self._show),
            (self.columns, self._corrected),
            (self.reading, self._corrected),
            (self.look, self._redraw),
            (self.keep, self._remember),
        ):
            form.observe(handler, "value")
        self.file.on_upload("file", self.take)
        self.file.on_press("sample", self.use_sample)
        self.file.on_press("save", self.save_sample)
        self.columns.on_press("back", self.back)
        self.reading.on_press("back", self.back)
        self.look.on_press("reset", self.reset)
        for trait in ("revealed", "status"):
            guess.observe(self._redraw, trait)
        self._redraw()

    @property
    def shut(self) -> bool:
        """True while a prediction is still owed."""
        return not all(guess.revealed for guess in self.after)

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
                raise IntakeError(*upload.troubles)
            table = self._first(Table(name, upload, {}, dict(own.LOOK), content))
        except IntakeError as problem:
            stands = f"\n{shown(self.drawn.name)} still stands below." if self.drawn else ""
            self.file.status = f"{shown(name)} was not taken.\n{problem}{stands}"
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
            self.file.ask(*file_fields(upload))
            self.step.set(step="columns")
        self._understand(table.look)
        if self.now.series is None:  # step 2 asks what to do with such dates and rows
            self.step.set(step="reading")

    def use_sample(self) -> None:
        """Take the sample, as if it had been brought."""
        self.take(table_of.SAMPLE, table_of.sample_bytes())

    def save_sample(self) -> None:
        """Hand the sample over as a file, to be looked at in a spreadsheet."""
        self.file.hand_over(table_of.SAMPLE, "text/csv", table_of.sample_bytes())
        self.file.status = f"{table_of.SAMPLE} is where your browser keeps downloads."

    def _first(self, table: Table) -> Table:
        """Return the table with what was set for it before, or else with what is likely meant."""
        kept, sample = self.record.get(self.KEY) or {}, table.source == "sample"
        if kept.get("name") == table.name and table_of.fits(table.upload, kept.get("setting")):
            return replace(table, setting=kept["setting"], look=own.look_of(kept.get("look")))
        setting = table_of.first_setting(table.upload)
        if sample:
            look = {**own.LOOK, **own.LOOK_OF_SAMPLE}
            return replace(table, setting={**setting, **table_of.OF_SAMPLE}, look=look)
        return replace(table, setting=setting)

    @caught
    def _other_sheet(self) -> None:
        sheet = self.file.value.get("sheet")
        held = self.now.upload if self.now and not self._busy else None
        if held and sheet in held.sheets and sheet != held.sheet:
            self.take(self.now.name, self.now.content, sheet)

    # ---- understanding it ----------------------------------------------------------------------

    @caught
    def _corrected(self) -> None:
        """Follow what the learner says about columns and dates."""
        if self._busy or self.now is None or self.now.upload is None:
            return
        old, look = self.now.setting, dict(self.look.value)
        said = {**old, **self.columns.value, **self.reading.value}
        new = table_of.mended(
            self.now.upload, old, {name: str(said[name] or "") for name in table_of.START}
        )
        if new == old:
            return
        if any(new[name] != old[name] for name in ("kind", "value", "of")):
            look["target"] = ""
        self.now = replace(self.now, setting=new)
        self._understand(look)

    def _understand(self, look: dict[str, str]) -> None:
        """Make a series of the table, or say what is missing; the former chart stands till then."""
        try:
            made = table_of.understood(self.now.upload, self.now.setting)
        except Exception as problem:
            words = str(problem) if isinstance(problem, IntakeError) else type(problem).__name__
            self.now = replace(self.now, series=None)
            former = self.drawn and self.figure and not self.shut
            stands = f"\nThe chart is still that of {shown(self.drawn.name)}." if former else ""
            self.step.status = (
                f"{shown(self.now.name)} cannot be drawn yet.\n{words}\n{WAYS}{stands}"
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
        setting, upload = self.now.setting, self.now.upload
        lost = self.drawn is not None and self.now is not self.drawn
        back = [Button("back", "Back to what was drawn last", quiet=True)] if lost else []
        with self._quietly():
            if upload is not None:
                self.columns.ask(*column_fields(upload, setting), *back)
                self.reading.ask(*reading_fields(upload, setting), *back)
            if not lost and self.drawn is not None:
                self.look.ask(*look_fields(self.drawn.series, look))

    # ---- drawing it ----------------------------------------------------------------------------

    @caught
    def reset(self) -> None:
        """Put the controls of the chart back to where they started for this table."""
        self.look.set(**(self.drawn.look if self.drawn else own.LOOK))

    @caught
    def _redraw(self) -> None:
        """Draw the chart, hold the prediction against it, and keep what was said."""
        if self._busy:
            return
        if self.drawn is not None and self.now is self.drawn:
            with self._quietly():  # a prediction that tells its outcome would lead here again
                self._draw(self.drawn)
        self._show()
        self._remember()

    def _draw(self, table: Table) -> None:
        (guess,) = self.after
        try:
            figure = own.own_chart(
                table.series,
                own.look_of(self.look.value),
                table.whence,
                table.name,
                recalled(guess, "You predicted:"),
            )
        except ValueError as problem:
            if self._figure_of is not table.series:
                self.figure = None
            stands = " The last chart still stands." if self.figure else ""
            self.step.status = f"There is no such chart. {problem}{stands}"
            return
        self.figure, self._figure_of, self.step.status = figure, table.series, ""
        if guess.sealed and guess.came is None:
            # What came is what came first: another rule set afterwards is another question.
            held = (self.record.get(guess.key) or {}).get("outcome")
            guess.settle(held if isinstance(held, int) else self._came())

    def _came(self) -> int:
        """Return how many of the last points are special on the chart that is shown."""
        return own.flagged(own.judged(self.drawn.series, own.look_of(self.look.value)))

    def _show(self, _change: object = None) -> None:
        """Put on the page what belongs to this step."""
        if self._busy:
            return
        self.curtain.value = f'<p class="dio-status">{OWED if self.shut else COMING}</p>'
        if self.now is None:
            self._put(self.file, self.curtain, self.problem)
            return
        step = self.step.value["step"]
        held = {"columns": self.columns, "reading": self.reading, "look": self.look}[step]
        asked = self.now.upload is not None or step == "look"
        beside = (self.step, held) if asked else (self.step,)
        if self.row.children != beside:
            self.row.children = beside
        # Steps stand beside their questions, and the chart stays in sight; a message needs room.
        self.step.layout.flex = "1 1 100%" if self.step.status else "0 0 13rem"
        parts: list[widgets.Widget] = [self.file, self.row]
        if step != "look":
            self.told.value = readable(self.now.said)
            parts.append(self.told)
        if self.shut:
            parts.append(self.curtain)
        elif self.figure is not None:
            if self.chart is None:
                self.chart = LiveChart(self.figure)
            elif self.chart.figure is not self.figure:
                self.chart.show(self.figure)
            parts += [self.chart, self.keep]
        self._put(*parts, self.problem)

    def _put(self, *parts: widgets.Widget) -> None:
        if self.children != parts:
            self.children = parts

    # ---- the record ----------------------------------------------------------------------------

    def _remember(self, _change: object = None) -> None:
        """Keep settings and words; the figures only if they are ticked."""
        table = self.drawn
        if self._busy or self.shut or table is None or self.now is not table:
            return
        if self.figure is None or self._figure_of is not table.series:
            return
        entry = {
            "kind": "data",
            "source": table.source,
            "name": table.name,
            "setting": table.setting,
            "look": dict(self.look.value),
            "measure": own.measure(table.series),
            "title": self.figure.title,
            "words": self.figure.description,
        }
        if "figures" in (self.keep.value["keep"] or ()):
            entry["figures"] = table_of.entry_of(table.series)
        if entry != self.record.get(self.KEY):
            self.record.put(self.KEY, entry)
        self.keep.status = self.record.trouble

    def _restore(self) -> None:
        """Take up what the record holds; what cannot be read is left alone."""
        entry = self.record.get(self.KEY) or {}
        name, look = entry.get("name"), own.look_of(entry.get("look"))
        if not isinstance(name, str):
            return
        kept = "figures" in entry
        if entry.get("source") == "sample":
            self.use_sample()
        else:
            try:
                made = table_of.series_of(entry["figures"])
                own.own_chart(made, look, table_of.MADE_UP, name)
            except (KeyError, TypeError, ValueError, AttributeError):
                self.file.status = (
                    f"Last time you used {shown(name)}. Its figures were not kept. Take the file "
                    "again, and what you set comes back."
                )
                return
            self.now = self.drawn = Table(name, None, dict(table_of.START), look, series=made)
            self.look.ask(*look_fields(made, look))
        self.keep.set(keep=["figures"] if kept else [])
        self.step.set(step="look")

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the room; where there is no kernel, say what it would do. No figure is stored."""
        title = "Bring your own data"
        steps = "".join(f"<li>{html.escape(step)}</li>" for step in STEPS.values())
        page = f"<p><strong>{title}.</strong> {html.escape(COMING)}</p><ul>{steps}</ul>"
        plain = "\n".join([title, COMING, *STEPS.values()])
        return mimebundle(self.model_id, {"text/plain": plain, "text/html": page})
