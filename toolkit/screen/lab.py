"""What every lab is: controls, a live chart, and nothing shown before it was predicted."""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any

import ipywidgets as widgets

from toolkit.charts.figure import Figure
from toolkit.learning.answers import in_words
from toolkit.learning.fields import Button, Field, Slider
from toolkit.screen.form import WORDS, Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.live import LiveChart
from toolkit.screen.messages import problem_html
from toolkit.screen.questions import Prediction


class Lab(widgets.VBox):
    """Controls above a live chart.

    Parameters
    ----------
    name : str
        Name of the lab, in the ids of its widgets.
    controls : sequence of Field
        At most four, besides buttons; a reset is added.
    draw : callable
        Takes the value of the controls and returns the `Figure` to show; the same for the same.
    after : sequence of Prediction
        Predictions that must be locked (or skipped) before anything is shown.
    title : str
        What the controls are called by a screen reader.
    truth : mapping of str to callable
        Name of a prediction to its result, in the form of an answer to the question. The learner
        is told it after playing.
    reveal_at : mapping of str to object
        The setting of some controls at which the lab shows the result. Without one, the result is
        told after a few moves.
    came : callable
        Returns what is told besides, once the lab was played.

    Raises
    ------
    ValueError
        If there are more than four controls.
    """

    MOST = 4
    # The way to the kernel and back takes longer than a frame, so the steps that a slider is likely
    # to take next are drawn while the learner looks: nearest first, both ways.
    NEXT_STEPS = (1, -1, 2, -2)
    REST = 0.02  # seconds; whatever was asked for travels first
    QUICK = 0.05  # seconds; what takes longer to draw is drawn only when it is asked for
    KEPT = 32  # figures, so that going back takes no time
    MOVES = 3  # of a control, before the result is told in a lab that shows it everywhere

    def __init__(
        self,
        name: str,
        controls: Sequence[Field],
        draw: Callable[[dict], Figure],
        after: Sequence[Prediction] = (),
        title: str = "",
        truth: Mapping[str, Callable[[], Any]] | None = None,
        reveal_at: Mapping[str, Any] | None = None,
        came: Callable[[], str] = str,
    ) -> None:
        if sum(not isinstance(item, Button) for item in controls) > self.MOST:
            raise ValueError(f"A lab has at most {self.MOST} controls; '{name}' has more.")
        self.draw = draw
        self.after = tuple(after)
        self.truth = dict(truth or {})
        self.reveal_at = dict(reveal_at or {})
        self.came = came
        self._moves = 0
        self._figures: dict[str, Figure] = {}  # by setting, those drawn last
        self._quick = True
        self._looking: asyncio.Task | None = None
        self._controls = {item.name: item for item in controls}
        self._sliders = [item for item in controls if isinstance(item, Slider)]
        self._moved = next(iter(self._sliders), None)
        asked = [Button("tell", WORDS.say("labs.tell"), quiet=True)] if self.truth else []
        reset = Button("reset", WORDS.say("labs.reset"), quiet=True)
        self.form = Form(*controls, reset, *asked, title=title or WORDS.say("labs.controls"))
        if not controls:
            self.form.layout.display = "none"
        self.form.on_press("tell", self.tell)
        self.form.on_press("reset", self.form.reset)
        self.form.observe(self._changed, "value")
        self.chart = LiveChart(self._drawn(self.form.value), self.form)
        self.chart.on_played(self._reveal)
        self.problem = widgets.HTML()
        self.curtain = widgets.HTML(
            f'<p class="dio-status dio-shut">{html.escape(WORDS.say("labs.curtain"))}</p>'
        )
        for guess in self.after:
            guess.observe(self._opened, "revealed")
            guess.observe(self._answered, "held")
        super().__init__(model_id=numbered(name), _dom_classes=("dio-lab",))
        self._opened()
        self._settle(told_before=True)

    @property
    def figure(self) -> Figure:
        """What is shown now."""
        return self.chart.figure

    @property
    def _asked(self) -> dict[str, Prediction]:
        """The predictions whose results this lab tells, by name."""
        named = {guess.key.rsplit("/", 1)[1]: guess for guess in self.after}
        return {name: named[name] for name in self.truth}

    @property
    def shut(self) -> bool:
        """True until every prediction has been locked or skipped."""
        return not all(guess.revealed for guess in self.after)

    def _opened(self, _change: object = None) -> None:
        self.children = (self.curtain,) if self.shut else (self.form, self.problem, self.chart)
        self._cover()

    def _cover(self) -> None:
        """Let the learner ask for a result that a stage does not play, and that is not told yet."""
        asked = self._asked.values()
        owed = any(guess.sealed and guess.came is None for guess in asked)
        self.chart.covered = owed and not self._away() and self.figure.trace is None
        self.form.locked = ["tell"] if asked and all(g.came is not None for g in asked) else False

    def _settle(self, told_before: bool = False) -> None:
        """Hold what is locked against the results, and tell it beside them.

        What was told in an earlier session is only brought up to date.
        """
        said = []
        for name, guess in self._asked.items():
            if guess.sealed and (guess.came is not None) == told_before:
                guess.settle(self.truth[name]())
            said.append(guess.told)
        if not told_before or self.chart.verdict:
            said.append(self.came())
        self._cover()
        self.chart.verdict = "\n".join(filter(None, said)) or self.chart.verdict

    def tell(self) -> None:
        """Tell the result to whoever does not want to look for it, or has predicted nothing."""
        self._settle()
        if not any(guess.verdict for guess in self._asked.values()):
            self.chart.verdict = "\n".join(
                WORDS.say(
                    "labs.came",
                    question=guess.ask.question,
                    came=in_words(guess.ask, self.truth[name]()),
                )
                for name, guess in self._asked.items()
            )

    def _play(self) -> None:
        """Count a move; tell the result where the lab shows it, or after a few moves."""
        self._moves += 1
        if self._moves >= self.MOVES or (self.reveal_at and not self._away()):
            self._reveal()

    def _away(self) -> list[str]:
        """Return the controls that do not stand where the lab shows the result."""
        value = self.form.value
        return [name for name, at in self.reveal_at.items() if value[name] != at]

    def _reveal(self) -> None:
        """Tell the result, or at which setting it shows."""
        away = self._away()
        if not away:
            self._settle()
        elif any(guess.sealed and guess.came is None for guess in self._asked.values()):
            held = [self._controls[name] for name in away]
            settings = [(each.label, each.said(self.reveal_at[each.name])) for each in held]
            self.chart.verdict = WORDS.say("labs.where", settings=settings)

    def _answered(self, _change: object) -> None:
        self._settle(told_before=True)
        self.redraw()

    def redraw(self, _change: object = None) -> None:
        """Draw afresh, because something besides the controls has changed: a prediction, say."""
        self._figures.clear()
        self.chart.forget()
        self._show()

    def _drawn(self, value: dict) -> Figure:
        """Return the figure of a setting, drawn once."""
        key = json.dumps(value)
        if key not in self._figures:
            begun = perf_counter()
            figure = self.draw(value)
            self._quick = perf_counter() - begun < self.QUICK
            if len(self._figures) == self.KEPT:
                del self._figures[next(iter(self._figures))]
            self._figures[key] = figure
        return self._figures[key]

    def _changed(self, change: dict) -> None:
        old, new = change["old"], change["new"]
        moved = (f for f in self._sliders if old.get(f.name) != new[f.name])
        self._moved = next(moved, self._moved)
        self._show()
        self._play()

    def _show(self) -> None:
        value = self.form.value
        try:
            self.chart.show(self._drawn(value), value)
            self.problem.value = ""
        # An error would vanish in a callback: it is shown in the lab instead.
        except Exception as problem:
            why = str(problem) or type(problem).__name__
            self.problem.value = problem_html(WORDS.say("labs.problem", why=why))
        if self._looking:
            self._looking.cancel()
        with contextlib.suppress(RuntimeError):  # without a kernel nobody looks, so nothing runs
            self._looking = asyncio.get_running_loop().create_task(self._look_ahead(value))

    async def _look_ahead(self, value: dict) -> None:
        await asyncio.sleep(self.REST)
        for setting in self._next(value):
            if not self._quick:
                return
            with contextlib.suppress(Exception):  # it is told when somebody asks for this setting
                self.chart.ahead(setting, self._drawn(setting))
            await asyncio.sleep(0)  # whatever was asked for meanwhile goes first

    def _next(self, value: dict) -> Iterator[dict]:
        if (slider := self._moved) and value[slider.name] is not None:
            for steps in self.NEXT_STEPS:
                at = round(value[slider.name] + steps * slider.step, 9)
                if slider.min <= at <= slider.max:
                    yield {**value, slider.name: at}

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the lab; a viewer without a kernel gets its chart, in words and as a table."""
        return mimebundle(self.model_id, self.figure.to_static())
