"""Every check of the course, one after the other, with one summary at the end.

``python3 start.py test`` prepares the environment and calls this; arguments go to pytest alone.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
# Two at a time is what a small laptop bears; lessons hold a kernel each.
TWO_AT_A_TIME = ("-n", "2", "--dist", "loadscope")
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
USUAL_PLACES = {
    "Darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "Windows": tuple(
        f"{os.environ.get(base, '')}/{program}"
        for base in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        for program in (
            "Google/Chrome/Application/chrome.exe",
            "Microsoft/Edge/Application/msedge.exe",
        )
    ),
}
HOW_TO_GET_ONE = {
    "Darwin": "brew install --cask chromium",
    "Windows": "winget install Google.Chrome",
}


@dataclass(frozen=True)
class Outcome:
    """What one step came to: how many tests passed, failed, were skipped; and its seconds."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""


def find_browser() -> str | None:
    """Return the path of a Chromium-like browser, or None."""
    asked = os.environ.get("DIALECTS_BROWSER")
    named = [asked] if asked else [*BROWSERS, *USUAL_PLACES.get(platform.system(), ())]
    return next((path for path in map(shutil.which, named) if path), None)


def get_browser() -> str | None:
    """Return a browser's path; as root on Debian or Ubuntu, install one if there is none."""
    found = find_browser()
    if found or os.environ.get("DIALECTS_BROWSER"):
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("No browser here: installing Chromium with apt-get.", flush=True)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in ("apt-get update", "apt-get install -y chromium"):
            done = subprocess.run(
                command.split(), env=quiet, capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(done.stdout[-1500:], done.stderr[-1500:], sep="\n", flush=True)
    return find_browser()


def command(name: str, *arguments: str) -> Outcome:
    """Run one tool: it passes or fails as a whole."""
    print(f"\n=== {name}", flush=True)
    start = time.monotonic()
    code = subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode
    return Outcome(name, int(not code), int(bool(code)), seconds=time.monotonic() - start)


def pytest(name: str, *arguments: str) -> Outcome:
    """Run pytest and count what happened, also when a worker died on the way."""
    print(f"\n=== {name}", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        line = [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments]
        code = subprocess.run(line, cwd=ROOT, check=False).returncode
        suites = ElementTree.parse(report).iter("testsuite") if report.exists() else []
        counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
        for suite in suites:
            for key in counts:
                counts[key] += int(suite.get(key, 0))
    bad = counts["failures"] + counts["errors"]
    return Outcome(
        name,
        passed=counts["tests"] - bad - counts["skipped"],
        failed=max(bad, int(code != 0)),
        skipped=counts["skipped"],
        seconds=time.monotonic() - start,
        note="no test was found" if code == 5 else "",
    )


def docstrings() -> Outcome:
    """Hold every public function of the package to the numpydoc convention."""
    rooms = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "toolkit").rglob("*.py"))
    return command("docstrings", "-m", "numpydoc", "lint", *rooms)


def notebooks() -> Outcome:
    """Run every lesson and exercise; each stored output must come out the same."""
    folders = [name for name in ("notebooks", "exercises") if any((ROOT / name).rglob("*.ipynb"))]
    if not folders:
        return Outcome("lessons", note="there are none yet")
    return pytest("lessons", "--nbval", *TWO_AT_A_TIME, *folders)


def browser() -> Outcome:
    """Drive the lessons in a real browser, or say loudly that nobody did."""
    if not (ROOT / "tests" / "browser").is_dir():
        return Outcome("browser", note="there are no such tests yet")
    path = get_browser()
    if not path:
        hint = HOW_TO_GET_ONE.get(platform.system(), "sudo apt-get install chromium")
        frame = "!" * 78
        print(
            f"\n{frame}\nTHE BROWSER TESTS WERE SKIPPED: no Chrome, Chromium or Edge was found.\n"
            f"Get one, for example:  {hint}\n"
            f"or name it:            DIALECTS_BROWSER=/path/to/browser\n{frame}",
            flush=True,
        )
        return Outcome("browser", failed=int(CI), skipped=1, note="SKIPPED: no browser was found")
    os.environ["DIALECTS_BROWSER"] = path
    # The longest first, so that neither of the two is left to wait for it.
    files = ("tests/browser/test_site.py", "tests/browser")
    return pytest("browser", *TWO_AT_A_TIME, *files, "-m", "browser")


def main(arguments: list[str]) -> int:
    """Run everything, or pytest alone with the arguments given.

    Parameters
    ----------
    arguments : list of str
        Handed to pytest; with none, every check runs.

    Returns
    -------
    int
        0 if nothing failed.
    """
    if arguments:
        found = find_browser()
        if found:
            os.environ["DIALECTS_BROWSER"] = found
        return subprocess.run(
            [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False
        ).returncode
    outcomes = [
        command("lint", "-m", "ruff", "check", "."),
        command("format", "-m", "ruff", "format", "--check", "."),
        command("floors", "-c", "from importlinter.cli import lint_imports_command as go; go()"),
        docstrings(),
        pytest("unit tests and laws", *TWO_AT_A_TIME, "-m", "not browser", "tests"),
        notebooks(),
        browser(),
    ]
    print(f"\n{'=' * 78}")
    for one in outcomes:
        word = "FAILED" if one.failed else "ok" if one.passed else "--"
        print(
            f"{one.name:<22}{word:<8}{one.passed:>5} passed{one.failed:>5} failed"
            f"{one.skipped:>5} skipped{one.seconds:>8.1f} s  {one.note}"
        )
    total = [sum(getattr(one, key) for one in outcomes) for key in ("passed", "failed", "skipped")]
    print("{} passed, {} failed, {} skipped".format(*total), flush=True)
    return int(total[1] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
