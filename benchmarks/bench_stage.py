"""How long the stage takes to draw: the first frame after Play, and each frame after it.

300 people in a line of five stages over 200 days, played by `stage.js` in a real Chromium. The cost
of a frame is what its drawing takes; the rest of 16 milliseconds is the browser's. Run from the
root of the project: ``python -m benchmarks.bench_stage``.
"""

from __future__ import annotations

import json
import statistics

import numpy as np

from tests import ROOT
from tests.browser.conftest import chromium
from toolkit.screen.stage import Lane, Trace, count_moves

PEOPLE, DAYS, STAGES, PER_DAY = 300, 200, 5, 10
WORDS = {"step": "One day", "place": "{key}", "said": "Day {tick}"}
PLAY = """
async ([source, trace, css]) => {
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { Stage } = await import(url);
  const keys = ["play", "pause", "again", "speed", "clock", "slow", "steady", "fast"];
  const words = Object.fromEntries(keys.map((key) => [key, key]));
  const ask = window.requestAnimationFrame.bind(window);
  const spent = [];
  let first = null, begun = null;
  window.requestAnimationFrame = (draw) => ask((now) => {
    const from = performance.now();
    draw(now);
    const to = performance.now();
    if (begun !== null) {
      spent.push(to - from);
      first ??= to - begun;
    }
  });
  const stage = new Stage(document.body, words, () => {});
  stage.show(trace, false);
  await new Promise((done) => setTimeout(done, 300));
  begun = performance.now();
  stage.play.click();
  await new Promise((done) => setTimeout(done, 6000));
  return [first, spent];
}
"""


def trace() -> Trace:
    """Return people who fill a line of five stages and go home from it, day by day."""
    rng = np.random.default_rng(0)
    standing = rng.multinomial(PEOPLE, np.full(STAGES, 1 / STAGES), size=DAYS + 1)
    home = np.full(DAYS, PER_DAY)
    places = dict.fromkeys([*map(str, range(STAGES)), "home"], False)
    lane = Lane(places, count_moves(standing, home))
    return Trace(DAYS, {"line": lane}, {"day": range(DAYS + 1)})


def main() -> None:
    """Play it and print what the frames cost."""
    told = trace().told(WORDS, lambda text, **facts: text.format(**facts), str)
    screen = ROOT / "toolkit" / "screen"
    source, css = ((screen / name).read_text("utf-8") for name in ("stage.js", "style.css"))
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto("about:blank")
        first, spent = page.evaluate(PLAY, [source, told, css])
    cuts = statistics.quantiles(spent, n=20)
    print(f"{PEOPLE} people, {DAYS} days, trace of {len(json.dumps(told)) / 1000:.0f} kB")
    print(f"first frame {first:.1f} ms after Play")
    print(f"{len(spent)} frames: median {statistics.median(spent):.1f} ms, 95% {cuts[-1]:.1f} ms")


if __name__ == "__main__":
    main()
