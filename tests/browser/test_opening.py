"""What happens when a notebook opens: a lesson runs once by itself, a stranger's never does."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import expect

from tests import rerun
from tests.browser.conftest import SECOND, Desk, Look

pytestmark = pytest.mark.browser

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
LEAVE_A_MARK = (
    "from pathlib import Path\nwith Path({name!r}).open('a') as f: _ = f.write('x')\n'ran'"
)


def notebook(desk: Desk, name: str, *, lesson: bool, listed: bool) -> Path:
    """Write a notebook whose code cell leaves a mark each time it runs; return the mark's path."""
    mark = desk.folder / f"{name}.mark"
    cell = new_code_cell(LEAVE_A_MARK.format(name=str(mark)), id="cell-1")
    heading = new_markdown_cell(f"# {name}\n\n## A part\n\nProse to click on.", id="cell-0")
    made = new_notebook(cells=[heading, cell], metadata={"kernelspec": KERNEL})
    rerun.protect(made)
    if lesson:
        made.metadata["dialects"] = {"lesson": True}
    path = desk.folder / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(made, path)
    if listed:
        desk.trust(path)
    return mark


def test_no_page_asks_whether_jupyterlab_should_be_built(desk: Desk) -> None:
    assert b'"buildCheck": false' in desk._ask("lab")


def open_notebook(look: Look, desk: Desk, name: str) -> None:
    """Open a notebook and wait until its kernel is there and has had time to run it."""
    look.page.goto(desk.url(f"{name}.ipynb") + "&reset")
    look.page.locator(".jp-Notebook").wait_for(timeout=60 * SECOND)
    look.page.wait_for_function(
        "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
    )
    look.page.wait_for_timeout(2 * SECOND)


def test_a_lesson_runs_once_and_shows_its_contents(look, desk):
    mark = notebook(desk, "trusted", lesson=True, listed=True)
    open_notebook(look, desk, "trusted")
    look.page.locator(".jp-OutputArea-output").get_by_text("ran").wait_for(timeout=30 * SECOND)
    look.page.wait_for_timeout(2 * SECOND)  # time enough for a second run that must not come
    assert mark.read_text() == "x"
    look.page.get_by_role("button", name="More").click()
    look.page.get_by_role("button", name="Contents of this page").click()
    expect(look.page.locator("#table-of-contents").get_by_text("A part")).to_be_visible()
    assert not look.errors
    assert not look.outside


@pytest.mark.parametrize(
    ("name", "lesson", "listed"), [("stranger", True, False), ("plain", False, True)]
)
def test_nothing_else_runs_by_itself(look, desk, name, lesson, listed):
    mark = notebook(desk, name, lesson=lesson, listed=listed)
    open_notebook(look, desk, name)
    assert not mark.exists()


def test_a_signature_does_not_make_a_lesson(look, desk):
    mark = notebook(desk, "signed", lesson=True, listed=False)
    desk.sign(desk.folder / "notebooks" / "signed.ipynb")
    open_notebook(look, desk, "signed")
    assert not mark.exists()


def test_no_stray_key_or_click_changes_a_lesson(look, desk):
    notebook(desk, "keys", lesson=True, listed=True)
    open_notebook(look, desk, "keys")
    cells = look.page.locator(".jp-Notebook .jp-Cell")
    sources = "() => jupyterapp.shell.currentWidget.model.toJSON().cells.map((c) => c.source)"
    before = look.page.evaluate(sources)
    prose = look.page.get_by_role("paragraph").filter(has_text="Prose to click on.")
    keys = [
        *(
            "x",
            "d",
            "d",
            "a",
            "b",
            "m",
            "y",
            "r",
            "Shift+M",
            "Alt+Enter",
            "ArrowLeft",
            "Enter",
            "1",
        ),
        *("Escape", "Control+Shift+ArrowDown", "Control+Shift+ArrowLeft", "z", "Control+Shift+c"),
    ]
    for place in (prose, cells.nth(1)):
        place.dblclick()
        look.page.keyboard.type("# mine")
        place.click()
        for key in keys:
            look.page.keyboard.press(key)
        place.click(button="right")
        assert look.page.get_by_text("Delete Cell").count() == 0
    assert look.page.evaluate(sources) == before
    expect(prose).to_be_visible()
    expect(look.page.locator(".jp-Notebook .cm-content:visible")).to_have_count(0)
    expect(look.page.locator(".jp-Dialog")).to_have_count(0)
