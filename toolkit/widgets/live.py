"""A chart that is drawn once and then only has its data changed: quick enough for a slider."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from toolkit.charts.figure import Figure

HERE = Path(__file__).parent
SOURCE = HERE / "live.js"


@cache
def bundle() -> str:
    """Return our drawing code with Vega, Vega-Lite and Vega-Embed inside, so that it works offline.

    It is made once from the copies inside ``vl-convert`` (about a second) and kept beside this
    file; where that folder cannot be written it is made again in each session.

    Returns
    -------
    str
        An ES module.
    """
    source = SOURCE.read_text(encoding="utf-8")
    mark = hashlib.sha256(source.encode()).hexdigest()[:12]
    kept = HERE / f"live.{mark}.bundle.js"
    if kept.exists():
        return kept.read_text(encoding="utf-8")
    import vl_convert  # desktop only: a browser edition brings its bundle along

    made = vl_convert.javascript_bundle(source)
    try:
        for old in HERE.glob("live.*.bundle.js"):
            old.unlink()
        part = kept.with_suffix(".part")
        part.write_text(made, encoding="utf-8")
        part.replace(kept)
    except OSError:
        pass
    return made


class LiveChart(anywidget.AnyWidget):
    """A figure on the screen that can be exchanged for another.

    Figures made from the same template only send their data; the page does not move.

    Parameters
    ----------
    figure : Figure
        What to show first.
    """

    _esm = t.Unicode().tag(sync=True)
    _css = HERE / "style.css"
    spec = t.Dict().tag(sync=True)
    data = t.Dict().tag(sync=True)
    title = t.Unicode().tag(sync=True)
    description = t.Unicode().tag(sync=True)
    chips = t.List().tag(sync=True)
    table = t.Dict().tag(sync=True)
    turn = t.Int().tag(sync=True)

    def __init__(self, figure: Figure, **traits: Any) -> None:
        self.figure = figure
        super().__init__(spec=dict(figure.spec), **self._parts(figure), **traits)

    @t.default("_esm")
    def _bundled(self) -> str:
        return bundle()

    def __repr__(self) -> str:
        """Say what is shown; no address, so that a lesson repeats itself."""
        return f"LiveChart({self.title!r})"

    @staticmethod
    def _parts(figure: Figure) -> dict:
        return {
            "data": figure.datasets,
            "title": figure.title,
            "description": figure.description,
            "chips": [list(chip) for chip in figure.chips],
            "table": figure.cells,
        }

    def show(self, figure: Figure) -> None:
        """Show another figure; with the same template, only its data travel."""
        same = figure.spec is self.figure.spec
        self.figure = figure
        with self.hold_sync():
            if not same:
                self.spec = dict(figure.spec)
            for name, value in self._parts(figure).items():
                setattr(self, name, value)
            self.turn += 1


if __name__ == "__main__":
    bundle()
