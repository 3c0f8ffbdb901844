"""How long a learner waits: for the toolkit, for JupyterLab, for the first living lesson.

Prints a table. What ``start.py`` does itself on a second start is timed where it has set up the
course before. Run from the project's root: ``python -m benchmarks.bench_start``.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from tests.browser.conftest import ROOT, SECOND, chromium, served, watched

LESSON = "03-theory-of-constraints.ipynb"
PARTS = ("pandas", "altair", "ipywidgets", "jsonschema")
# JupyterLab itself is not in this: from typing the command to the moment it could be called.
OWN_WORK = (
    "import start; env = start.Environment(); start.set_up(env, start.LOCK); "
    "start.prepare(env); start.free_port(start.PORT)"
)
ALIVE = "forms => document.querySelectorAll('.dio-form').length >= forms"
ASKS = re.compile(r"this\.(predict|explain|check|card)\(")  # each is a form from the start


def python(code: str) -> float:
    """Return the seconds that a fresh interpreter takes over some code, its own start included."""
    begun = perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - begun


def processor() -> float:
    """Return the processor's seconds for the toolkit: what a busy machine does not lengthen."""
    code = "import time, toolkit.course; print(time.process_time())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def shares() -> dict[str, float]:
    """Return each large library's share of the import, with what it imports itself."""
    command = [sys.executable, "-X", "importtime", "-c", "import toolkit.course"]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stderr
    rows = [line.removeprefix("import time:").split("|") for line in said.splitlines()]
    spent = {name.strip(): whole for _, whole, name in rows}
    whole = int(spent["toolkit.course"])
    return {part: int(spent[part]) / whole for part in PARTS if part in spent}


def lesson(times: int) -> dict[str, list[float]]:
    """Return the seconds from a fresh page and kernel to what a learner sees of a lesson."""
    spent: dict[str, list[float]] = {}

    def note(what: str, begun: float) -> None:
        spent.setdefault(what, []).append(perf_counter() - begun)

    forms = len(ASKS.findall((ROOT / "notebooks" / LESSON).read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        begun = perf_counter()
        with served(Path(folder)) as desk:
            note("JupyterLab answers", begun)
            for _ in range(times):
                desk.clear()
                with watched(browser, desk) as look:
                    begun = perf_counter()
                    look.page.goto(desk.url(LESSON) + "&reset", wait_until="commit")
                    look.page.locator(".jp-MarkdownOutput h1").first.wait_for(timeout=90 * SECOND)
                    note("lesson 03: its text is painted", begun)
                    look.page.locator(".dio-form").first.wait_for(timeout=90 * SECOND)
                    note("lesson 03: the first control lives", begun)
                    look.page.wait_for_function(ALIVE, arg=forms, timeout=90 * SECOND)
                    note("lesson 03: every control lives", begun)
    return spent


def repeat(work: Callable[[], float], times: int) -> list[float]:
    """Return the seconds of each of several runs."""
    return [work() for _ in range(times)]


def tell(what: str, seconds: Sequence[float]) -> None:
    """Print the middle, the least and the most."""
    middle = statistics.median(seconds)
    print(f"{what:<44}{middle:>9.2f}{min(seconds):>9.2f}{max(seconds):>9.2f}")


def main() -> None:
    """Time each part of a start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="runs of each, three for the lesson")
    given = parser.parse_args()
    print(f"{'seconds':<44}{'median':>9}{'least':>9}{'most':>9}")
    tell("Python alone", repeat(lambda: python("pass"), given.times))
    tell("import toolkit.course", repeat(lambda: python("import toolkit.course"), given.times))
    tell("import toolkit.course, processor's time", repeat(processor, given.times))
    for part, share in shares().items():
        print(f"   of it {part:<16}{share:>29.0%}")
    for what, seconds in lesson(min(3, given.times)).items():
        tell(what, seconds)
    setup = ROOT / ".venv" / "setup.json"
    if setup.exists() and json.loads(setup.read_text(encoding="utf-8")).get("complete"):
        python(OWN_WORK)  # whatever is new since the last start is done once
        tell("start.py, own work of a second start", repeat(lambda: python(OWN_WORK), given.times))
    else:
        print("start.py: not timed, because it has not set up the course here yet.")


if __name__ == "__main__":
    main()
