"""See the chart of the table you bring, held against your prediction, and say what is kept."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets

from toolkit.charts.figure import Figure
from toolkit.course.common import recalled
from toolkit.course.lesson import Lesson
from toolkit.learning.record import Record
from toolkit.lessons.l13_your_dialect.labs.chart import (
    LOOK,
    flagged,
    judged,
    look_of,
    measure,
    own_chart,
)
from toolkit.lessons.l13_your_dialect.labs.fields import KEEP, STEPS, look_fields
from toolkit.lessons.l13_your_dialect.labs.kept import entry_of, series_of
from toolkit.lessons.l13_your_dialect.labs.reader import Reader
from toolkit.lessons.l13_your_dialect.labs.setting import START
from toolkit.lessons.l13_your_dialect.labs.table import MADE_UP, OwnTable
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle
from toolkit.screen.live import LiveChart
from toolkit.screen.messages import caught, readable
from toolkit.screen.questions import Prediction
from toolkit.screen.tables import list_html
from toolkit.upload import Series
from toolkit.upload.errors import shown

COMING = (
    "Bring a table, or use the sample. Then this room says what it has understood, lets you "
    "correct it, and draws the chart of lesson 05: one point for each month or week, with the "
    "limits of chance, the reason for each special point, and what speaks against trusting it."
)
OWED = "Lock in your prediction above first. Then the chart opens here."


class Bring(Reader):
    """A table of the learner's own, from the file to the chart.

    Parameters
    ----------
    guess : Prediction
        How many of the last points will be special; asked before the chart opens.
    record : Record
        The learner's record. It gets settings and words, and the figures only if asked to.
    """

    def __init__(self, guess: Prediction, record: Record) -> None:
        super().__init__(record)
        self.after = (guess,)
        self.truth = {"flagged": self._came}
        self.figure: Figure | None = None
        self.chart: LiveChart | None = None
        self._figure_of: Series | None = None
        self.keep = Form(KEEP, title="What is kept")
        for form in (self.columns, self.reading, self.look):
            form.layout.flex = "1 1 20rem"
        self.row = widgets.Box(layout=widgets.Layout(flex_flow="row wrap"))
        self.told, self.curtain = widgets.HTML(), widgets.HTML()
        self._restore()
        for form, handler in (
            (self.step, self._show),
            (self.look, self._redraw),
            (self.keep, self._remember),
        ):
            form.observe(handler, "value")
        self.look.on_press("reset", self.reset)
        for trait in ("revealed", "held"):
            guess.observe(self._redraw, trait)
        self._redraw()

    @property
    def shut(self) -> bool:
        """True while a prediction is still owed."""
        return not all(guess.revealed for guess in self.after)

    @property
    def _standing(self) -> str:
        drawn = self.drawn and self.figure and not self.shut
        return f"\nThe chart is still that of {shown(self.drawn.name)}." if drawn else ""

    # ---- drawing it ----------------------------------------------------------------------------

    @caught
    def reset(self) -> None:
        """Put the controls of the chart back to where they started for this table."""
        self.look.set(**(self.drawn.look if self.drawn else LOOK))

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

    def _draw(self, table: OwnTable) -> None:
        (guess,) = self.after
        try:
            figure = own_chart(
                table.series,
                look_of(self.look.value),
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
        return flagged(judged(self.drawn.series, look_of(self.look.value)))

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
            "measure": measure(table.series),
            "title": self.figure.title,
            "words": self.figure.description,
        }
        if "figures" in (self.keep.value["keep"] or ()):
            entry["figures"] = entry_of(table.series)
        if entry != self.record.get(self.KEY):
            self.record.put(self.KEY, entry)
        self.keep.status = self.record.trouble

    def _restore(self) -> None:
        """Take up what the record holds; what cannot be read is left alone."""
        entry = self.record.get(self.KEY) or {}
        name, look = entry.get("name"), look_of(entry.get("look"))
        if not isinstance(name, str):
            return
        kept = "figures" in entry
        if entry.get("source") == "sample":
            self.use_sample()
        else:
            try:
                made = series_of(entry["figures"])
                own_chart(made, look, MADE_UP, name)
            except (KeyError, TypeError, ValueError, AttributeError):
                self.file.status = (
                    f"Last time you used {shown(name)}. Its figures were not kept. Take the file "
                    "again, and what you set comes back."
                )
                return
            self.now = self.drawn = OwnTable(name, None, dict(START), look, series=made)
            self.look.ask(*look_fields(made, look))
        self.keep.set(keep=["figures"] if kept else [])
        self.step.set(step="look")

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the room; where there is no kernel, say what it would do. No figure is stored."""
        title = "Bring your own data"
        page = f"<p><strong>{title}.</strong> {html.escape(COMING)}</p>{list_html(STEPS.values())}"
        plain = "\n".join([title, COMING, *STEPS.values()])
        return mimebundle(self.model_id, {"text/plain": plain, "text/html": page})


def data(this: Lesson) -> Bring:
    """Bring a table of your own, say what is in it, and see its chart."""
    return Bring(this.predict("flagged"), this.record)
