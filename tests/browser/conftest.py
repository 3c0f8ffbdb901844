"""A real JupyterLab, set up as the course sets it up, and a real Chromium to look at it.

The benchmarks use the same desk, so what stands here as a context manager is a fixture below.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests import ROOT

sys.path.append(str(ROOT / "jupyter"))

import released

from tests.everything import find_browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Every other host is out of reach. A route could see to that too, but while there is one the
    # browser keeps nothing it has fetched, and each request waits for Python.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
SECOND = 1000  # milliseconds, as Playwright counts
PATIENCE = 30 * SECOND  # two cores under load; a condition that holds is not waited for
# What JupyterLab itself complains of on a machine without a network or a second user.
NOT_OURS = ("favicon",)
THEMES = "lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"


@dataclass
class Desk:
    """A learner's desk: the course's address, its folder, and the learner's record."""

    address: str
    folder: Path
    record: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment of everything that runs at this desk."""
        own = {
            "JUPYTER_CONFIG_DIR": self.folder / ".jupyter/config",
            "JUPYTER_DATA_DIR": self.folder / ".jupyter/data",
            "JUPYTER_RUNTIME_DIR": self.folder / ".jupyter/runtime",
            "IPYTHONDIR": self.folder / ".jupyter/ipython",
            "DIALECTS_RECORD": self.record,
            "PYTHONPATH": ROOT,
        }
        return {**os.environ, **{name: str(value) for name, value in own.items()}}

    def url(self, lesson: str) -> str:
        """Return the address of a lesson."""
        path, _, query = self.address.partition("?")
        return f"{path}lab/tree/notebooks/{lesson}?{query}"

    def trust(self, *paths: Path) -> None:
        """Put notebooks on this desk's list of released lessons."""
        with self.list.open("a", encoding="utf-8") as file:
            for path in paths:
                name = path.relative_to(self.folder).as_posix()
                file.write(f"{released.digest(path.read_bytes())}  {name}\n")

    def sign(self, path: Path) -> None:
        """Sign a notebook, as ``jupyter trust`` does."""
        command = [sys.executable, "-m", "nbformat.sign", str(path)]
        subprocess.run(command, env=self.env, check=True)

    @property
    def list(self) -> Path:
        """The list of lessons that this desk trusts."""
        return self.folder / "released.txt"

    def theme(self, name: str = "") -> None:
        """Choose a theme in the learner's settings, or forget the choice."""
        path = self.folder / ".jupyter/config" / THEMES
        path.unlink(missing_ok=True)
        if name:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"theme": name}), encoding="utf-8")

    def clear(self) -> None:
        """Stop every kernel; delete the record and its copies. The next learner starts afresh."""
        for session in json.loads(self._ask("api/sessions")):
            self._ask(f"api/sessions/{session['id']}", "DELETE")
        for path in self.record.parent.glob(f"{self.record.stem}.*"):
            path.unlink()
        self.theme()

    def _ask(self, what: str, method: str = "GET") -> bytes:
        request = urllib.request.Request(self.address.replace("?", f"{what}?"), method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()


@dataclass
class Look:
    """A page with what went wrong on it."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def browser_path() -> str:
    """Return a browser's path; without one the tests are skipped loudly, or fail under CI."""
    found = find_browser()
    if not found:
        if os.environ.get("CI"):
            pytest.fail("No browser was found, and under CI the browser tests may not be skipped.")
        pytest.skip("NO BROWSER WAS FOUND: the browser tests did not run.")
    return found


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Desk]:
    """Start JupyterLab as the course does, on copies of the lessons."""
    for name in ("notebooks", "exercises"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    address = f"http://127.0.0.1:{port}/?token={secrets.token_hex(8)}"
    made = Desk(address, folder, folder / "my-record.json")
    made.trust(*folder.rglob("*.ipynb"))
    with serving(made):
        yield made


@contextlib.contextmanager
def serving(made: Desk) -> Iterator[None]:
    """Run the server of a desk."""
    port, _, token = made.address.removeprefix("http://127.0.0.1:").partition("/?token=")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *(f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"),
        f"--config={ROOT / 'jupyter' / 'jupyter_lab_config.py'}",
        f"--ServerApp.root_dir={made.folder}",
        f"--LessonContents.lists={made.list}",
        "--LabApp.expose_app_in_browser=True",
    ]
    log = made.folder / "jupyter.log"
    with log.open("w", encoding="utf-8") as file:
        server = subprocess.Popen(command, env=made.env, stdout=file, stderr=subprocess.STDOUT)
        try:
            for _ in range(600):
                try:
                    made._ask("api/status")
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                pytest.fail("JupyterLab did not start:\n" + log.read_text(encoding="utf-8"))
            yield
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium."""
    path = browser_path()
    with sync_playwright() as player:
        made = player.chromium.launch(executable_path=path, args=list(FLAGS))
        yield made
        made.close()


def note_others(context: BrowserContext, home: str, outside: list[str]) -> None:
    """Write down each address that is asked for and is not of this place."""
    ours = (home, "data:", "blob:")
    context.on(
        "request",
        lambda request: None if request.url.startswith(ours) else outside.append(request.url),
    )


@contextlib.contextmanager
def watched(browser: Browser, desk: Desk) -> Iterator[Look]:
    """Open a page that may reach this machine only, and note what it complains of."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page = context.new_page()
    seen = Look(page)
    note_others(context, desk.address.split("/?")[0], seen.outside)
    page.on(
        "console",
        lambda message: (
            seen.errors.append(message.text)
            if message.type == "error" and not any(word in message.text for word in NOT_OURS)
            else None
        ),
    )
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    try:
        yield seen
    finally:
        context.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One JupyterLab for all tests."""
    with served(tmp_path_factory.mktemp("course")) as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with chromium() as made:
        yield made


@pytest.fixture
def look(browser: Browser, desk: Desk) -> Iterator[Look]:
    """A page of its own for each test."""
    with watched(browser, desk) as seen:
        yield seen


def ran(page: Page) -> None:
    """Wait until the lesson in sight has run to its end."""
    expect(page.locator(".dio-form >> visible=true").first).to_be_visible(timeout=4 * PATIENCE)
    expect(page.locator(".dialects-lives >> visible=true")).to_be_visible(timeout=2 * PATIENCE)


def played(page: Page) -> None:
    """Play every stage, and uncover every chart, at once, as it goes where motion is reduced."""
    page.emulate_media(reduced_motion="reduce")
    play = page.locator(".dio-stage .dio-play", has_not_text="Play again")
    wait = play.or_(page.locator(".dio-reveal"))
    waiting = wait.locator("visible=true")
    while waiting.count():
        # The last may have gone between the count and the press.
        with contextlib.suppress(PlaywrightTimeout):
            waiting.first.press("Enter", timeout=2_000)


def skip(page: Page, where: Page | Locator | None = None) -> None:
    """Open what waits for a prediction, with the buttons that only the trainer's view shows."""
    page.evaluate("document.body.classList.add('dialects-in-room')")
    for button in (where or page).get_by_role("button", name="Skip", exact=False).all():
        if button.is_enabled():
            button.press("Enter")
    page.evaluate("document.body.classList.remove('dialects-in-room')")


def die(page: Page) -> None:
    """Let Python end as it does when there is no memory left."""
    page.evaluate(
        """() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute(
          { code: "import os; os._exit(1)", silent: true, store_history: false }); }"""
    )
