"""See the sample on a chart, or bring a table: it is read, corrected by its owner, and drawn."""

from __future__ import annotations

import contextlib
import html
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import ipywidgets as widgets

from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.learning.record import Record
from toolkit.lessons.l13_your_dialect.labs import chart, fields
from toolkit.lessons.l13_your_dialect.labs import setting as meant
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS
from toolkit.lessons.l13_your_dialect.labs.plant import Plant
from toolkit.lessons.l13_your_dialect.labs.table import (
    SAMPLE,
    OwnTable,
    entry_of,
    sample_bytes,
    series_of,
    understood,
)  # fmt: skip
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.live import LiveChart
from toolkit.screen.messages import caught, readable
from toolkit.screen.questions import Prediction
from toolkit.screen.tables import list_html
from toolkit.upload import IdentifierError, Series, UploadError, read
from toolkit.upload.errors import one_line


class Bring(widgets.VBox):
    """The sample on a chart, and then a table of the learner's own, from the file to its chart.

    Parameters
    ----------
    guess : Prediction
        How many of the last points of the sample will be special; asked before the chart opens.
    record : Record
        The learner's record. It gets settings and words, and the figures only if asked to.
    """

    KEY = "13/data/own"

    def __init__(self, guess: Prediction, record: Record) -> None:
        self.record, self.after, self.truth = record, (guess,), {"flagged": sample_special}
        self.now: OwnTable | None = None  # what is being read
        self.drawn: OwnTable | None = None  # the last that gave a series: it stands till another
        self.figure: Figure | None = None
        self.chart: LiveChart | None = None
        self._figure_of: Series | None = None
        self._busy = False
        self.opened = False  # whether the settings of the sample are to be seen
        self.played = False  # whether the last months of the sample have been seen to come
        steps = fields.steps()
        self.file = fields.Asked(title=WORDS.say("data.title"))
        self.step = Form(
            *WORDS.fields("steps", value={"step": "columns"}), title=WORDS.say("data.steps")
        )
        self.asked = {step: fields.Asked(title=title) for step, title in steps.items()}
        self.columns, self.reading, self.look = self.asked.values()
        self.keep = Form(*WORDS.fields("keep", value={"keep": []}), title=WORDS.say("data.keep"))
        for form in self.asked.values():
            form.layout.flex = "1 1 20rem"
        self.row = widgets.Box(layout=widgets.Layout(flex_flow="row wrap", grid_gap="0.6rem"))
        self.told, self.curtain, self.problem = (widgets.HTML() for _ in range(3))
        self.curtain.value = f'<p class="dio-status">{WORDS.say("data.owed")}</p>'
        self.main = widgets.VBox()  # what is above the file, which keeps its place
        super().__init__(model_id=numbered("bring"))
        self.file.ask(*fields.file_fields(None))
        self.look.ask(*fields.look_fields(None, chart.LOOK))
        self.file.on_upload("file", self.take)
        self.file.on_press("sample", self.use_sample)
        self.file.on_press("save", self.save_sample)
        self.file.on_press("settings", self.open_settings)
        self.columns.on_press("back", self.back)
        self.reading.on_press("back", self.back)
        self.look.on_press("reset", self.reset)
        self.file.observe(self._other_sheet, "value")
        self.columns.observe(self._corrected, "value")
        self.reading.observe(self._corrected, "value")
        self._restore()
        self.step.observe(self._show, "value")
        self.look.observe(self._redraw, "value")
        self.keep.observe(self._remember, "value")
        guess.observe(self._redraw, ["revealed", "held"])
        self._redraw()

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
        self._told("reading", name)
        try:
            upload = read(name, content, sheet)
            if not upload.of_kind("date"):
                raise UploadError(*upload.troubles)
            table = self._first(OwnTable(name, upload, {}, dict(chart.LOOK), content))
        except UploadError as problem:
            # The name of a file can name a person too.
            hidden = isinstance(problem, IdentifierError)
            told = WORDS.say("data.the_file") if hidden else one_line(name)
            lines = [WORDS.say("data.not_taken", name=told), str(problem)]
            if self.drawn:
                lines.append(WORDS.say("data.stands_below", name=one_line(self.drawn.name)))
            self.file.status = "\n".join(lines)
            return
        except Exception as problem:
            # An error would vanish in a callback, and the file would seem to be read for ever.
            self._told("unreadable", name, problem=type(problem).__name__)
            return
        self._told("read", name)
        self.now = table
        self._ask_for_file()
        with self._quietly():
            self.step.set(step="columns")
        self._understand(table.look)
        if self.now.series is None:  # step 2 asks what to do with such dates and rows
            self.step.set(step="reading")

    def _told(self, key: str, name: str, **facts: str) -> None:
        """Say under the file what has become of it."""
        self.file.status = WORDS.say(f"data.{key}", name=one_line(name), **facts)

    def use_sample(self) -> None:
        """Take the sample, as if it had been brought, and go straight to its chart."""
        with self.hold_sync():  # the page gets the chart alone, and no steps that go at once
            self.take(SAMPLE, sample_bytes())
            self.file.status = ""
            self.step.set(step="look")

    def open_settings(self) -> None:
        """Show how the sample is read and judged, to be changed."""
        self.opened = True
        self._ask_for_file()
        self._show()

    def _ask_for_file(self) -> None:
        with self._quietly():
            self.file.ask(*fields.file_fields(self.now, self.opened))

    def save_sample(self) -> None:
        """Hand the sample over as a file, to be looked at in a spreadsheet."""
        self.file.hand_over(SAMPLE, "text/csv", sample_bytes())
        self._told("saved", SAMPLE)

    def _first(self, table: OwnTable) -> OwnTable:
        """Return the table with what was set for it before, or else with what is likely meant."""
        kept, sample = self.record.get(self.KEY) or {}, table.source == "sample"
        held = kept.get("setting")
        held = {**meant.START, **held} if isinstance(held, dict) else held
        if kept.get("name") == table.name and meant.fits(table.upload, held):
            return replace(table, setting=held, look=chart.look_of(kept.get("look")))
        first, look = meant.first_setting(table.upload), table.look
        if sample:
            first, look = {**first, **meant.OF_SAMPLE}, {**look, **chart.LOOK_OF_SAMPLE}
        return replace(table, setting=first, look=look)

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
        old = self.now.setting
        # What was set for the chart of another table is not meant for this one.
        same = self.drawn is not None and self.drawn.content == self.now.content
        look = dict(self.look.value if same else self.now.look)
        said = {**old, **values}
        new = meant.mended(
            self.now.upload, old, {name: str(said[name] or "") for name in meant.START}
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
            made = understood(self.now.upload, self.now.setting)
        except Exception as problem:
            words = str(problem) if isinstance(problem, UploadError) else type(problem).__name__
            self.now = replace(self.now, series=None)
            lines = (WORDS.say("data.not_yet", name=one_line(self.now.name)), words,
                     WORDS.say("data.ways"), self._standing)  # fmt: skip
            self.step.status = "\n".join(filter(None, lines))
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
        back = WORDS.fields("return") if lost else []
        with self._quietly():
            if upload is not None:
                self.columns.ask(*fields.column_fields(upload, setting), *back)
                self.reading.ask(*fields.reading_fields(upload, setting), *back)
            if not lost and self.drawn is not None:
                self.look.ask(*fields.look_fields(self.drawn.series, look))

    @property
    def shut(self) -> bool:
        """True while a prediction is still owed."""
        return not all(guess.revealed for guess in self.after)

    @property
    def _standing(self) -> str:
        drawn = self.drawn and self.figure and not self.shut
        return WORDS.say("data.chart_stands", name=one_line(self.drawn.name)) if drawn else ""

    # ---- drawing it ----------------------------------------------------------------------------

    @caught
    def reset(self) -> None:
        """Put the controls of the chart back to where they started for this table."""
        self.look.set(**(self.drawn.look if self.drawn else chart.LOOK))

    @caught
    def _redraw(self) -> None:
        """Draw the chart, hold the prediction against it, and keep what was said."""
        if self._busy:
            return
        if self.now is None and not self.shut and not self.file.status:
            self.use_sample()
            return
        if self.drawn is not None and self.now is self.drawn:
            with self._quietly():  # a prediction that tells its outcome would lead here again
                self._draw(self.drawn)
        self._show()
        self._remember()

    def _draw(self, table: OwnTable) -> None:
        (guess,) = self.after
        sample, look = table.source == "sample", chart.look_of(self.look.value)
        as_meant = (sample_setting(), {**chart.LOOK, **chart.LOOK_OF_SAMPLE})
        plays = sample and (table.setting, look) == as_meant
        if not plays:  # nothing is left to be played
            self._settle()
        try:
            figure = chart.own_chart(
                table.series,
                look,
                table.whence,
                table.name,
                guess.words if sample else "",
                plays,
            )
        except ValueError as problem:
            if self._figure_of is not table.series:
                self.figure = None
            stands = self.figure is not None
            self.step.status = WORDS.say("data.no_chart", problem=problem, stands=stands)
            return
        self.figure, self._figure_of, self.step.status = figure, table.series, ""

    def _settle(self) -> None:
        """Hold the prediction against the sample, once its last months have been seen."""
        (guess,) = self.after
        if guess.sealed and guess.came is None:
            guess.settle(sample_special())

    @caught
    def _played(self) -> None:
        self.played = True
        with self._quietly():
            self._settle()
        self._show()

    @property
    def _verdict(self) -> str:
        """What came of the prediction, beside the sample; other limits do not change it."""
        (guess,) = self.after
        held = (self.record.get(guess.key) or {}).get("outcome")
        if self.drawn.source != "sample" or held not in (None, sample_special()):
            return ""
        now = chart.flagged(chart.judged(self.drawn.series, chart.look_of(self.look.value)))
        other = bool(guess.told) and now != sample_special()
        return guess.told + (f" {WORDS.say('data.first')}" if other else "")

    def _show(self, _change: object = None) -> None:
        """Put on the page what belongs to this step."""
        if self._busy:
            return
        if self.shut:
            self.children = (self.curtain, self.problem)
            return
        if self.now is None:
            self.children = (self.file, self.problem)
            return
        step = self.step.value["step"]
        # Other settings would show all months at once.
        coming = self.figure is not None and self.figure.trace is not None
        over = self.played or self.after[0].came is not None
        self.file.hidden = ["settings"] if coming and not over else []
        asked = self.now.upload is not None or step == "look"
        self.row.children = (self.step, self.asked[step]) if asked else (self.step,)
        # Steps stand beside their questions, and the chart stays in sight; a message needs room.
        self.step.layout.flex = "1 1 100%" if self.step.status else "0 0 13rem"
        own = self.now.source != "sample"
        steps: list[widgets.Widget] = [self.row] if own or self.opened else []
        if step != "look":
            self.told.value = readable(self.now.said)
            steps.append(self.told)
        drawn: list[widgets.Widget] = []
        if self.figure is not None:
            if self.chart is None:
                self.chart = LiveChart(self.figure)
                self.chart.on_played(self._played)
            elif self.chart.figure is not self.figure:
                self.chart.show(self.figure)
            self.chart.verdict = self._verdict
            drawn.append(self.chart)
        # Once the table is understood, the chart comes first.
        self.main.children = (*drawn, *steps) if step == "look" else (*steps, *drawn)
        kept = (self.keep,) if drawn and own else ()
        self.children = (self.main, self.file, *kept, self.problem)

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
            "measure": chart.measure(table.series),
            "title": self.figure.title,
            "words": self.figure.description,
            "usual": chart.usual(table.series, self.look.value),
        }
        if "figures" in (self.keep.value["keep"] or ()):
            entry["figures"] = entry_of(table.series)
        if entry != self.record.get(self.KEY):
            self.record.put(self.KEY, entry)
            Plant.grow_all(self.record)
        self.keep.status = self.record.trouble

    def _restore(self) -> None:
        """Take up what the record holds; what cannot be read is left alone."""
        entry = self.record.get(self.KEY) or {}
        name, look = entry.get("name"), chart.look_of(entry.get("look"))
        if not isinstance(name, str):
            return
        kept = "figures" in entry
        if entry.get("source") == "sample":
            self.use_sample()
            if self.look.value != {**chart.LOOK, **chart.LOOK_OF_SAMPLE}:
                self.open_settings()
        else:
            try:
                made = series_of(entry["figures"])
                chart.own_chart(made, look, WORDS.provenance("sample"), name)
            except (KeyError, TypeError, ValueError, AttributeError):
                self._told("again", name)
                return
            self.now = self.drawn = OwnTable(name, None, dict(meant.START), look, series=made)
            self.look.ask(*fields.look_fields(made, look))
        self.keep.set(keep=["figures"] if kept else [])
        self.step.set(step="look")

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the room; where there is no kernel, say what it would do. No figure is stored."""
        title, coming, listed = self.file.title, WORDS.say("data.owed"), fields.steps().values()
        page = f"<p><strong>{title}.</strong> {html.escape(coming)}</p>{list_html(listed)}"
        plain = "\n".join([title, coming, *listed])
        return mimebundle(self.model_id, {"text/plain": plain, "text/html": page})


@cache
def sample_setting() -> dict[str, str]:
    """Return how the sample is meant."""
    return {**meant.first_setting(read(SAMPLE, sample_bytes())), **meant.OF_SAMPLE}


@cache
def _sample() -> Series:
    """Return the series of the sample, read as it is meant."""
    return understood(read(SAMPLE, sample_bytes()), sample_setting())


def sample_special() -> int:
    """Return how many of the last points of the sample are special."""
    return chart.flagged(chart.judged(_sample(), {**chart.LOOK, **chart.LOOK_OF_SAMPLE}))


def first_months(_this: Lesson) -> LiveChart:
    """Show the sample up to the months that are to be predicted."""
    return LiveChart(chart.start_of(_sample()), model_id=numbered("first-months"))


def data(this: Lesson) -> Bring:
    """See the sample on a chart, or bring a table of your own and say what is in it."""
    return Bring(this.predict("flagged"), this.record)
