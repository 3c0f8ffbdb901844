"""What every lab is: controls, a live chart, and nothing shown before it was predicted."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from toolkit.charts.figure import PICTURE, Figure
from toolkit.learning.acts import Prediction
from toolkit.widgets.form import Button, Field, Form
from toolkit.widgets.live import LiveChart
from toolkit.widgets.shown import mimebundle, numbered


class Lab(widgets.VBox):
    """Controls above a live chart.

    Parameters
    ----------
    name : str
        Name of the lab, in the ids of its widgets.
    controls : sequence of Field
        At most four, besides buttons; a reset is added.
    draw : callable
        Takes the value of the controls and returns the `Figure` to show.
    after : sequence of Prediction
        Predictions that must be locked (or skipped) before anything is shown.
    title : str
        What the controls are called by a screen reader.

    Raises
    ------
    ValueError
        If there are more than four controls.
    """

    MOST = 4

    def __init__(
        self,
        name: str,
        controls: Sequence[Field],
        draw: Callable[[dict], Figure],
        after: Sequence[Prediction] = (),
        title: str = "Controls of this lab",
    ) -> None:
        if sum(not isinstance(item, Button) for item in controls) > self.MOST:
            raise ValueError(f"A lab has at most {self.MOST} controls; '{name}' has more.")
        self.draw = draw
        self.after = tuple(after)
        self.form = Form(*controls, Button("reset", "Reset", quiet=True), title=title)
        self.form.on_press("reset", self.form.reset)
        self.form.observe(self._changed, "value")
        self.chart = LiveChart(draw(self.form.value))
        self.problem = widgets.HTML()
        self.curtain = widgets.HTML(
            '<p class="dio-status">Lock in your prediction above first. '
            "Then this lab opens here, with your prediction in it.</p>"
        )
        for guess in self.after:
            guess.observe(self._opened, "revealed")
            guess.observe(self._changed, "status")
        super().__init__(model_id=numbered(name))
        self._opened()

    @property
    def figure(self) -> Figure:
        """What is shown now."""
        return self.chart.figure

    @property
    def shut(self) -> bool:
        """True while a prediction is still owed."""
        return not all(guess.revealed for guess in self.after)

    def _opened(self, _change: object = None) -> None:
        shown = (self.curtain,) if self.shut else (self.form, self.chart, self.problem)
        if self.children != shown:
            self.children = shown

    def _changed(self, _change: object = None) -> None:
        try:
            self.chart.show(self.draw(self.form.value))
            self.problem.value = ""
        except (
            Exception
        ) as problem:  # a callback's error would vanish: it is shown in the lab instead
            words = html.escape(str(problem) or type(problem).__name__)
            self.problem.value = (
                f'<p class="dio-problem" role="alert">This setting cannot be shown: {words} '
                "The last result is still above; Reset brings the start back.</p>"
            )

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the lab; a viewer without a kernel gets its chart, in words and as a table."""
        figure = self.draw(self.form.value) if self.shut else self.figure
        static: dict[str, Any] = {
            "text/plain": f"{figure.title}\n{figure.description}",
            "text/html": f"<p><strong>{html.escape(figure.title)}</strong></p>{figure.to_html()}",
        }
        if os.environ.get(PICTURE):
            bundle, _metadata = figure.to_mimebundle()
            static["image/png"] = bundle["image/png"]
        return mimebundle(self.model_id, static)
