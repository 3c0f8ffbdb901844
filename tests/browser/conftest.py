"""A real JupyterLab, set up as the course sets it up, and a real Chromium to look at it."""

from __future__ import annotations

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
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SECOND = 1000  # milliseconds, as Playwright counts
# What JupyterLab itself complains of on a machine without a network or a second user.
NOT_OURS = ("favicon",)


@dataclass
class Desk:
    """A learner's desk: the course's address, its folder, and the learner's record."""

    address: str
    folder: Path
    record: Path

    def url(self, lesson: str) -> str:
        """Return the address of a lesson."""
        path, _, query = self.address.partition("?")
        return f"{path}lab/tree/notebooks/{lesson}?{query}"


@dataclass
class Look:
    """A page with what went wrong on it."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def _browser_path() -> str:
    told = os.environ.get("DIALECTS_BROWSER")
    found = told or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "msedge"))), None
    )
    if not found:
        if os.environ.get("CI"):
            pytest.fail("No browser was found, and under CI the browser tests may not be skipped.")
        pytest.skip("NO BROWSER WAS FOUND: the browser tests did not run.")
    return found


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Start JupyterLab as the course does, on copies of the lessons."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "exercises"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    own = {
        "JUPYTER_CONFIG_DIR": folder / ".jupyter/config",
        "JUPYTER_DATA_DIR": folder / ".jupyter/data",
        "JUPYTER_RUNTIME_DIR": folder / ".jupyter/runtime",
        "IPYTHONDIR": folder / ".jupyter/ipython",
        "DIALECTS_RECORD": folder / "my-record.json",
        "PYTHONPATH": ROOT,
    }
    env = {**os.environ, **{name: str(value) for name, value in own.items()}}
    lessons = [str(path) for path in folder.rglob("*.ipynb")]
    subprocess.run([sys.executable, "-m", "nbformat.sign", *lessons], env=env, check=True)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    token = secrets.token_hex(8)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *(f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"),
        f"--config={ROOT / 'jupyter' / 'jupyter_lab_config.py'}",
        f"--ServerApp.root_dir={folder}",
    ]
    log = (folder / "jupyter.log").open("w", encoding="utf-8")
    server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}/?token={token}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address.replace("?", "api/status?"), timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("JupyterLab did not start:\n" + (folder / "jupyter.log").read_text())
        yield Desk(address, folder, folder / "my-record.json")
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    path = _browser_path()
    with sync_playwright() as player:
        made = player.chromium.launch(executable_path=path, args=list(FLAGS))
        yield made
        made.close()


@pytest.fixture
def look(browser: Browser, desk: Desk) -> Iterator[Look]:
    """Open a page that may reach this machine only, and note what it complains of."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    seen = Look(page)
    home = desk.address.split("/?")[0]

    def guard(route: Route) -> None:
        url = route.request.url
        if url.startswith((home, "data:", "blob:")):
            route.continue_()
        else:
            seen.outside.append(url)
            route.abort()

    page.route("**/*", guard)
    page.on(
        "console",
        lambda message: seen.errors.append(message.text)
        if message.type == "error" and not any(word in message.text for word in NOT_OURS)
        else None,
    )
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    yield seen
    context.close()
