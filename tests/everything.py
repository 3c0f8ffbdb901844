"""Every check of the course, one after the other, with one summary at the end.

``python3 start.py test`` prepares the environment and calls this; arguments go to pytest alone.
``--coverage`` also measures which lines of the package the unit tests run.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass, replace
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
NODE = (20, 19)  # the oldest that ESLint runs on
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


def command(name: str, *arguments: str, program: str = sys.executable) -> Outcome:
    """Run one tool: it passes or fails as a whole."""
    print(f"\n=== {name}", flush=True)
    start = time.monotonic()
    code = subprocess.run([program, *arguments], cwd=ROOT, check=False).returncode
    return Outcome(name, int(not code), int(bool(code)), seconds=time.monotonic() - start)


def pytest(name: str, *arguments: str, runner: tuple[str, ...] = ("-m", "pytest")) -> Outcome:
    """Run pytest and count what happened, also when a worker died on the way."""
    print(f"\n=== {name}", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        line = [sys.executable, *runner, f"--junitxml={report}", *arguments]
        code = subprocess.run(line, cwd=ROOT, check=False).returncode
        suites = ElementTree.parse(report).iter("testsuite") if report.exists() else []
        counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
        tries: Counter[str] = Counter()
        for suite in suites:
            for key in counts:
                counts[key] += int(suite.get(key, 0))
            tries.update(f"{one.get('classname')}::{one.get('name')}" for one in suite)
        twice = [name for name, times in tries.items() if times > 1]
    bad = counts["failures"] + counts["errors"]
    return Outcome(
        name,
        passed=counts["tests"] - bad - counts["skipped"],
        failed=max(bad, int(code != 0)),
        skipped=counts["skipped"],
        seconds=time.monotonic() - start,
        note="no test was found" if code == 5 else " ".join(["tried twice:", *twice]) * bool(twice),
    )


def unit_tests(coverage: bool) -> Outcome:
    """Run all tests that need no browser; if asked, measure the lines of the package they run."""
    name, chosen = "unit tests and laws", ("-m", "not browser", "tests")
    if not coverage:
        # A kernel that starts beside another can die at once, most likely over a port.
        again = ("--reruns", "1", "--only-rerun", "Kernel died", "-rR")
        return pytest(name, *TWO_AT_A_TIME, *again, *chosen)
    measure = (sys.executable, "-m", "coverage")
    subprocess.run([*measure, "erase"], cwd=ROOT, check=False)
    run = ("-m", "coverage", "run", "-m", "pytest")
    outcome = pytest(name, *TWO_AT_A_TIME, *chosen, runner=run)
    subprocess.run([*measure, "combine", "--quiet"], cwd=ROOT, check=False)
    subprocess.run([*measure, "report"], cwd=ROOT, check=False)
    total = subprocess.run(
        [*measure, "report", "--format=total"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    figure = f"{total.stdout.strip()}% of lines run" if not total.returncode else "no figure"
    return replace(outcome, note=f"{outcome.note} {figure}".strip())


def javascript() -> list[Outcome]:
    """Lint and test the JavaScript; without Node or its packages, say that nobody did."""
    node, npm = shutil.which("node"), shutil.which("npm")
    folder = ROOT / "tests" / "js"
    version = subprocess.run([node, "-v"], capture_output=True, text=True).stdout if node else ""
    if not npm or tuple(map(int, re.findall(r"\d+", version)[:2])) < NODE:
        needed = ".".join(map(str, NODE))
        return [
            Outcome("JavaScript", skipped=1, note=f"SKIPPED: no Node.js {needed} or newer here")
        ]
    listed, got = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if not got.exists() or got.stat().st_mtime < listed.stat().st_mtime:
        done = subprocess.run([npm, "ci"], cwd=folder, check=False, capture_output=True, text=True)
        if done.returncode:
            print(done.stderr[-1500:], flush=True)
            why = "SKIPPED: its tools could not be fetched (npm ci, above)"
            return [Outcome("JavaScript", skipped=1, note=why)]
    eslint = folder / "node_modules" / "eslint" / "bin" / "eslint.js"
    config = ("--config", "tests/js/eslint.config.js", ".")
    runner = ("--import", "./tests/js/modules.js", "--test", "--test-reporter=spec")
    tests = sorted(str(path.relative_to(ROOT)) for path in folder.glob("*.test.js"))
    return [
        command("JavaScript lint", str(eslint), *config, program=node),
        command("JavaScript tests", *runner, *tests, program=node),
    ]


def docstrings() -> Outcome:
    """Hold every public function of the package to the numpydoc convention."""
    rooms = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "toolkit").rglob("*.py"))
    return command("docstrings", "-m", "numpydoc", "lint", *rooms)


def notebooks() -> Outcome:
    """Run every lesson and exercise; each stored output must come out the same."""
    folders = [name for name in ("notebooks", "exercises") if any((ROOT / name).rglob("*.ipynb"))]
    if not folders:
        return Outcome("lessons", note="there are none yet")
    # One after the other: a kernel beside another has died at its start, most likely over a port.
    return pytest("lessons", "--nbval", *folders)


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
    # A busy machine can be too slow for one click; what passed only at its second try is listed.
    again = ("--reruns", "1", "-rR")
    return pytest("browser", *TWO_AT_A_TIME, *again, *files, "-m", "browser")


def main(arguments: list[str]) -> int:
    """Run everything, or pytest alone with the arguments given.

    Parameters
    ----------
    arguments : list of str
        Handed to pytest; with none, or with ``--coverage`` alone, every check runs.

    Returns
    -------
    int
        0 if nothing failed.
    """
    coverage = arguments == ["--coverage"]
    if arguments and not coverage:
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
        command("types", "-m", "mypy"),
        *javascript(),
        unit_tests(coverage),
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
