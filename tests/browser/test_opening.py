"""What happens when a notebook opens: a trusted lesson runs once by itself, a stranger's never."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.browser.conftest import SECOND, Desk, Look

pytestmark = pytest.mark.browser

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
LEAVE_A_MARK = (
    "from pathlib import Path\nwith Path({name!r}).open('a') as f: _ = f.write('x')\n'ran'"
)


def notebook(desk: Desk, name: str, *, lesson: bool, signed: bool) -> Path:
    """Write a notebook whose code cell leaves a mark each time it runs; return the mark's path."""
    mark = desk.folder / f"{name}.mark"
    cell = new_code_cell(LEAVE_A_MARK.format(name=str(mark)), id="cell-1")
    heading = new_markdown_cell(f"# {name}\n\n## A part", id="cell-0")
    made = new_notebook(cells=[heading, cell], metadata={"kernelspec": KERNEL})
    if lesson:
        made.metadata["dialects"] = {"lesson": True}
    path = desk.folder / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(made, path)
    if signed:
        env = os.environ | {"JUPYTER_DATA_DIR": str(desk.folder / ".jupyter" / "data")}
        subprocess.run([sys.executable, "-m", "nbformat.sign", str(path)], env=env, check=True)
    return mark


def open_notebook(look: Look, desk: Desk, name: str) -> None:
    """Open a notebook and wait until its kernel is there and has had time to run it."""
    look.page.goto(desk.url(f"{name}.ipynb") + "&reset")
    look.page.locator(".jp-Notebook").wait_for(timeout=60 * SECOND)
    look.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(
        timeout=30 * SECOND
    )
    look.page.wait_for_timeout(2 * SECOND)


def test_a_trusted_lesson_runs_once_and_shows_its_contents(look, desk):
    mark = notebook(desk, "trusted", lesson=True, signed=True)
    open_notebook(look, desk, "trusted")
    look.page.locator(".jp-OutputArea-output").get_by_text("ran").wait_for(timeout=30 * SECOND)
    look.page.wait_for_timeout(2 * SECOND)  # time enough for a second run that must not come
    assert mark.read_text() == "x"
    assert look.page.locator("#table-of-contents").get_by_text("A part").is_visible()
    assert not look.errors
    assert not look.outside


@pytest.mark.parametrize(
    ("name", "lesson", "signed"), [("stranger", True, False), ("plain", False, True)]
)
def test_nothing_else_runs_by_itself(look, desk, name, lesson, signed):
    mark = notebook(desk, name, lesson=lesson, signed=signed)
    open_notebook(look, desk, name)
    assert not mark.exists()


def test_no_stray_key_changes_a_lesson(look, desk):
    notebook(desk, "keys", lesson=True, signed=True)
    open_notebook(look, desk, "keys")
    cells = look.page.locator(".jp-Notebook .jp-Cell")
    before = cells.count()
    cells.first.click()
    for key in ["x", "d", "d", "a", "b", "m", "y", "r", "Shift+M"]:
        look.page.keyboard.press(key)
    assert cells.count() == before
    assert look.page.locator(".jp-CodeCell").count() == 1
