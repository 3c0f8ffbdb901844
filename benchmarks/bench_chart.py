"""From the key that moves a slider to the frame that shows it: three ways to move a chart.

The same 50 points, on one page of a real JupyterLab in a real Chromium, in one run. A press is
timed from the keydown to the first frame after the marks of the chart have changed. Our lab is
there twice: as it is, with the next steps of the slider drawn before they are asked for, and not.
Run from the root of the project: ``python -m benchmarks.bench_chart``.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from tests.browser.conftest import SECOND, Desk, chromium, served, watched

CELLS = {
    "interact + Altair": """
import altair as alt, ipywidgets, numpy as np, pandas as pd
from IPython.display import display
from toolkit.charts.figure import EMBED, MIME

def frame(power):
    at = np.linspace(0, 1, 50)
    return pd.DataFrame({"at": at, "value": at ** (power / 10)})

def chart(data):
    line = alt.Chart(data).mark_line().encode(x="at:Q", y="value:Q")
    return line.properties(width=640, height=300)

@ipywidgets.interact(power=ipywidgets.IntSlider(20, 1, 60))
def show(power):
    bundle = {MIME: chart(frame(power)).to_dict()}
    display(bundle, metadata={MIME: {"embed_options": EMBED}}, raw=True)
""",
    "JupyterChart, offline": """
alt.JupyterChart.enable_offline()
live = alt.JupyterChart(chart(frame(20)), embed_options={"renderer": "svg", "actions": False})
slider = ipywidgets.IntSlider(20, 1, 60)
slider.observe(lambda change: setattr(live, "chart", chart(frame(change["new"]))), "value")
ipywidgets.VBox([slider, live])
""",
    "our Lab": """
from toolkit.charts import shapes
from toolkit.evidence.provenance import Provenance
from toolkit.screen.lab import Lab
from toolkit.learning.fields import (Slider)

def draw(value):
    return shapes.paths(
        frame(value["power"]).assign(series="curve"), {"curve": "main"}, x="at", y="value",
        title="A curve", description=f"Power {value['power']}.",
        provenance=(Provenance("illustrative"),))

Lab("bench", (Slider("power", "Power", 20, min=1, max=60),), draw)
""",
    "our Lab, no step ahead": """
waits = Lab("waits", (Slider("power", "Power", 20, min=1, max=60),), draw)
waits.NEXT_STEPS = ()
waits
""",
}
SLIDER = "[role=slider], input[type=range]"
WATCH = """
(index) => {
  const cell = document.querySelectorAll(".jp-CodeCell")[index];
  const marks = () => cell.querySelector(".mark-line path")?.getAttribute("d");
  window.spent = [];
  let begun = null, before = null;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    begun = event.timeStamp;
    before = marks();
  }, { capture: true, signal: (window.bench = new AbortController()).signal });
  const eye = new MutationObserver(() => {
    const now = marks();
    if (begun === null || !now || now === before) return;
    const from = begun;
    begun = null;
    const changed = performance.now() - from;
    requestAnimationFrame(() => window.spent.push([changed, performance.now() - from]));
  });
  eye.observe(cell, { subtree: true, childList: true, attributes: true });
  window.bench.signal.addEventListener("abort", () => eye.disconnect());
}
"""


def notebook(desk: Desk) -> str:
    """Write the ways into a lesson that runs by itself; return its name."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    cells = [
        new_code_cell(source.strip(), id=f"cell-{i}") for i, source in enumerate(CELLS.values())
    ]
    made = new_notebook(cells=cells, metadata={"kernelspec": kernel, "dialects": {"lesson": True}})
    path = desk.folder / "notebooks" / "bench.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(made, path)
    desk.trust(path)
    return path.name


def main() -> None:
    """Time each way and print what a press costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=25, help="timed presses for each way")
    parser.add_argument("--rest", type=int, default=60, help="milliseconds between two presses")
    parser.add_argument("--warm", type=int, default=5, help="presses before that, not counted")
    given = parser.parse_args()
    spent: dict[str, list[tuple[float, float]]] = {way: [] for way in CELLS}
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as desk,
        chromium() as browser,
        watched(browser, desk) as look,
    ):
        page = look.page
        page.goto(desk.url(notebook(desk)))
        cells = page.locator(".jp-CodeCell")
        for index in range(len(CELLS)):
            cells.nth(index).locator(".mark-line path").first.wait_for(timeout=90 * SECOND)
        for index, way in enumerate(CELLS):
            slider = cells.nth(index).locator(SLIDER).first
            slider.scroll_into_view_if_needed()
            slider.focus()
            page.wait_for_function("document.hasFocus()")
            page.evaluate(WATCH, index)
            for press in range(given.warm + given.presses):
                page.keyboard.press("ArrowRight")
                page.wait_for_function("n => window.spent.length > n", arg=press)
                page.wait_for_timeout(given.rest)  # a hand, not a machine
            spent[way] = page.evaluate("window.spent")[given.warm :]
            page.evaluate("window.bench.abort()")
    print(f"{given.presses} key presses each, milliseconds from keydown")
    print(f"{'':<24}{'marks changed':>15}{'next frame':>12}{'90%':>8}{'worst':>8}")
    for way, rows in spent.items():
        changed, frame = zip(*rows, strict=True)
        ninety = statistics.quantiles(frame, n=10)[-1]
        print(
            f"{way:<24}{statistics.median(changed):>15.1f}{statistics.median(frame):>12.1f}"
            f"{ninety:>8.1f}{max(frame):>8.1f}"
        )


if __name__ == "__main__":
    main()
