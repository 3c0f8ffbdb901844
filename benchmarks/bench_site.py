"""From opening a lesson of the browser edition to Python, to a live chart, to a moved slider.

A fresh browser for each cold time; the same one again, with what it has in its cache, for the warm
time. Every byte that crosses the (local)
network is counted as it travels, compressed. Run from the root of the project:
``python -m benchmarks.bench_site``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
from pathlib import Path
from time import perf_counter

from playwright.sync_api import BrowserContext, BrowserType, sync_playwright

from lite import build, serve
from tests.browser.conftest import FLAGS, SECOND, browser_path
from tests.browser.test_site import SMALL

LESSON = "notebooks/03-theory-of-constraints.ipynb"
PATIENCE = 240 * SECOND
CHART = ".dio-chart svg.marks"
# From the key to the first frame after the chart's marks have changed.
WATCH = """
(area) => {
  const paths = () => [...area.querySelectorAll("svg.marks path")];
  const marks = () => paths().map((path) => path.getAttribute("d")).join();
  window.spent = [];
  let begun = null, before = null;
  const press = (event) => { begun = event.timeStamp; before = marks(); };
  document.addEventListener("keydown", press, true);
  new MutationObserver(() => {
    if (begun === null || marks() === before) return;
    const from = begun;
    begun = null;
    requestAnimationFrame(() => window.spent.push(performance.now() - from));
  }).observe(area, { subtree: true, childList: true, attributes: true });
}
"""


def visit(context: BrowserContext, home: str) -> tuple[dict[str, float], list[float]]:
    """Open a lesson; return the seconds to each sight of it, and milliseconds of key presses."""
    page = context.new_page()
    sent = []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    spent = {}
    begun = perf_counter()

    def note(what: str) -> None:
        spent[what] = perf_counter() - begun

    page.goto(f"{home}app/notebooks/index.html?path={LESSON}", wait_until="commit")
    page.locator("#dialects-wait h1, .jp-MarkdownOutput h1").first.wait_for(timeout=PATIENCE)
    note("the lesson can be read")
    page.locator(".jp-Notebook .jp-MarkdownOutput h1").first.wait_for(timeout=PATIENCE)
    note("JupyterLite shows it")
    page.locator(".jp-Notebook .dio-form").first.wait_for(timeout=PATIENCE)
    note("the kernel is ready: first control lives")
    page.locator("#dialects-status").wait_for(state="detached", timeout=PATIENCE)
    note("every cell has run")
    page.get_by_role("button", name="Skip").first.press("Enter")
    page.locator(CHART).first.wait_for(timeout=PATIENCE)
    note("first live chart, with the prediction skipped")
    area = page.locator(".jp-OutputArea-output").filter(has=page.locator(CHART)).first
    slider = area.locator("input[type=range]:not([disabled])").first
    slider.focus()
    page.wait_for_timeout(2 * SECOND)
    page.evaluate(WATCH, area.element_handle())
    for press in range(20):
        slider.press("ArrowRight" if press % 4 < 2 else "ArrowLeft")
        page.wait_for_function("n => window.spent.length > n", arg=press, timeout=PATIENCE)
        page.wait_for_timeout(60)  # a hand, not a machine
    presses = page.evaluate("window.spent")
    spent["megabytes on the page's own account"] = sum(sent) / 1e6
    page.close()
    return spent, presses


def once(chromium: BrowserType, home: str) -> dict[str, tuple[dict[str, float], list[float]]]:
    """Return what a first and a later visit came to, in a browser with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        context = chromium.launch_persistent_context(
            profile, executable_path=browser_path(), args=list(FLAGS), viewport=SMALL
        )
        try:
            return {"cold": visit(context, home), "warm": visit(context, home)}
        finally:
            context.close()


def main() -> None:
    """Time a few visits, and print the middle of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="fresh browsers")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        site = Path(folder) / "site"
        build.write(build.site(), site)
        with serve.server(site, 0) as made:
            threading.Thread(target=made.serve_forever, daemon=True).start()
            home = f"http://127.0.0.1:{made.server_port}/"
            runs = [once(player.chromium, home) for _ in range(given.times)]
            made.shutdown()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{given.times} fresh browsers, seconds; load of this machine {load:.1f}")
    print(f"{'':<48}{'cold':>9}{'warm':>9}")
    for what in runs[0]["cold"][0]:
        middle = (statistics.median(run[way][0][what] for run in runs) for way in ("cold", "warm"))
        print(f"{what:<48}" + "".join(f"{each:>9.2f}" for each in middle))
    presses = [each for run in runs for way in run.values() for each in way[1]]
    middle, ninety = statistics.median(presses), statistics.quantiles(presses, n=10)[-1]
    print(f"a slider's key to the frame, milliseconds: {middle:.0f} (90%: {ninety:.0f})")


if __name__ == "__main__":
    main()
