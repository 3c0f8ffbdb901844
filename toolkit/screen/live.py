"""A chart that is drawn once and then only has its data changed: quick enough for a slider."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t
from ipywidgets import Widget

from toolkit.charts.figure import MIME, Figure
from toolkit.screen.form import WORDS, Form
from toolkit.screen.ids import mimebundle
from toolkit.text.words import Table

HERE = Path(__file__).parent


@cache
def bundle() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one ES module, so that charts live offline.

    It is made once from the copies inside ``vl-convert`` (a few seconds) and kept beside this
    file; where that folder cannot be written it is made again in each session.

    Returns
    -------
    str
        An ES module that exports ``vegaEmbed``.
    """
    try:
        kept = HERE / f"vega.{version('vl-convert-python')}.bundle.js"
    except PackageNotFoundError:  # the browser edition, whose build has made the bundle beforehand
        return next(HERE.glob("vega.*.bundle.js")).read_text(encoding="utf-8")
    if kept.exists():
        return kept.read_text(encoding="utf-8")
    import vl_convert  # slow to start, and needed this once

    made = vl_convert.javascript_bundle("export { vegaEmbed };")
    with contextlib.suppress(OSError):
        for old in HERE.glob("vega.*.bundle.js"):
            old.unlink()
        part = kept.with_suffix(".part")
        part.write_text(made, encoding="utf-8")
        part.replace(kept)
    return made


class Vega(Widget):
    """The drawing library, sent to the page once for all charts of a kernel."""

    code = t.Unicode().tag(sync=True)


@cache
def vega() -> Vega:
    """Return the one library of this run of a lesson."""
    return Vega(code=bundle())


_made: list[Widget] = []
_before: list[Widget] = []
Widget.on_widget_constructed(_made.append)


def next_run() -> None:
    """Close what the run before the last has left: each reload runs a lesson on the old kernel.

    What the last run made may still be open in another window. The library is sent anew, so that
    no chart waits for a page to find the one of an earlier run.
    """
    while _before:
        old = _before.pop()
        if isinstance(old, Form):
            old.locked, old.status = True, WORDS.say("frame.elsewhere")
        if old.comm is not None:  # a page that still shows it keeps it in sight
            old.comm.publish_msg = lambda *_args, **_more: None
        old.close()
    _before.extend(_made)
    _made.clear()
    vega.cache_clear()


def _module(*names: str) -> str:
    """Return several modules as one: the browser gets no address from which it could import."""
    text = "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)
    return re.sub(r"^import .*$|^export (?=async|class|const|function)", "", text, flags=re.M)


class LiveChart(anywidget.AnyWidget):
    """A figure on the screen, drawn for the width it has; it can be exchanged for another.

    Figures made from the same template only send their data; the page does not move.

    Parameters
    ----------
    figure : Figure
        What to show first.
    driver : Form, optional
        The form whose value says what is shown; needed for `ahead`.
    """

    _esm = _module("stage.js", "picture.js", "live.js")
    _css = HERE / "style.css"
    spec = t.Dict().tag(sync=True)
    narrow = t.Dict().tag(sync=True)
    data = t.Dict().tag(sync=True)
    title = t.Unicode().tag(sync=True)
    description = t.Unicode().tag(sync=True)
    chips = t.List(t.Any()).tag(sync=True)
    table = t.Dict().tag(sync=True)
    trace = t.Dict(allow_none=True, default_value=None).tag(sync=True)
    vega = t.Unicode().tag(sync=True)
    driver = t.Unicode().tag(sync=True)
    setting = t.Dict().tag(sync=True)
    turn = t.Int().tag(sync=True)
    verdict = t.Unicode().tag(sync=True)  # of what was predicted, once it has been shown
    covered = t.Bool(False).tag(sync=True)  # until the learner asks for what was predicted
    texts = t.Dict().tag(sync=True)  # what live.js says by itself

    def __init__(self, figure: Figure, driver: Form | None = None, **traits: Any) -> None:
        self.figure = figure
        self._ahead: set[str] = set()
        if driver is not None:
            traits["driver"] = driver.model_id
        parts = self._parts(figure)
        specs = {"spec": dict(figure.spec), "narrow": figure.spec.narrow}
        texts = {**Table[str](WORDS, "live"), "stage": dict(Table[str](WORDS, "stage"))}
        super().__init__(**specs, vega=vega().model_id, texts=texts, **parts, **traits)
        self._when_played: list[Callable[[], None]] = []
        self.on_msg(self._received)

    def __repr__(self) -> str:
        """Say what is shown; no address, so that a lesson repeats itself."""
        return f"LiveChart({self.title!r})"

    # anywidget returns a pair; IPython takes a plain dict too.
    def _repr_mimebundle_(self, **_: Any) -> dict:  # type: ignore[override]
        """Show the chart; a viewer without a kernel gets it as a picture, in words and a table."""
        return mimebundle(self.model_id, {MIME: self.figure.to_spec(), **self.figure.to_static()})

    @staticmethod
    def _parts(figure: Figure) -> dict:
        return {
            "data": figure.datasets,
            "title": figure.title,
            "description": figure.description,
            "chips": [list(chip) for chip in figure.chips],
            "table": figure.cells,
            "trace": figure.trace,
        }

    def _received(self, _chart: object, content: dict, _buffers: object) -> None:
        if content.get("played"):
            for act in self._when_played:
                act()
        else:
            self._ahead.clear()  # a page that opens has nothing yet

    def on_played(self, act: Callable[[], None]) -> None:
        """Do something each time that somebody has played the stage to its end."""
        self._when_played.append(act)

    def ahead(self, setting: dict, figure: Figure) -> None:
        """Leave a figure with the browser, to be shown when the form comes to ``setting``."""
        key = json.dumps(setting)
        if figure.spec is self.figure.spec and key not in self._ahead:
            self._ahead.add(key)
            self.send({"setting": setting, "parts": self._parts(figure)})

    def forget(self) -> None:
        """Take back whatever was sent ahead."""
        self._ahead.clear()
        self.send({"setting": None})

    def show(self, figure: Figure, setting: dict | None = None) -> None:
        """Show another figure; with the same template, only its data travel.

        Parameters
        ----------
        figure : Figure
            What to show.
        setting : dict, optional
            The value of the driving form that it belongs to.
        """
        same = figure.spec is self.figure.spec
        self.figure = figure
        with self.hold_sync():
            if not same:
                self._ahead.clear()
                self.narrow = figure.spec.narrow
                self.spec = dict(figure.spec)
            for name, value in self._parts(figure).items():
                setattr(self, name, value)
            self.setting = setting or {}
            self.turn += 1


if __name__ == "__main__":
    bundle()
