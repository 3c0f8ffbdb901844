"""Lesson 09 by keyboard alone: predict, play both futures, find the corner, choose a place."""

from __future__ import annotations

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE, ROOT, played, ran, skip

pytestmark = pytest.mark.browser

FILE = "09-emulation-or-contextualised-adoption.ipynb"
SOURCES = [cell.source for cell in nbformat.read(ROOT / "notebooks" / FILE, as_version=4).cells]
OURS = {"include": [[".jp-OutputArea-output"], [".jp-MarkdownOutput"]]}


@pytest.fixture
def page(look, desk) -> Page:
    """The lesson for a learner who comes for the first time, when its last cell has run."""
    desk.clear()
    look.page.goto(desk.url(FILE) + "&reset")
    ran(look.page)
    return look.page


def cell(page: Page, source: str) -> Locator:
    """Return the cell with that source."""
    return page.locator(".jp-Notebook .jp-Cell").nth(SOURCES.index(source))


def tab_to(page: Page, target: Locator, key: str = "Tab", most: int = 14) -> None:
    """Press Tab until the target has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press(key)
        if target.evaluate("node => node === document.activeElement"):
            return
    pytest.fail(f"{target} was not reached within {most} presses of {key}.")


def lock(page: Page, name: str, key: str, presses: int) -> None:
    """Go from the first control of a prediction to its button, by keyboard."""
    form = cell(page, f'this.predict("{name}")')
    form.locator("input").first.focus()
    for _ in range(presses):
        page.keyboard.press(key)
    tab_to(page, form.get_by_label("just guessing"))
    page.keyboard.press("ArrowDown")
    expect(form.get_by_label("fairly sure")).to_be_checked()
    tab_to(page, form.get_by_role("button", name="Lock"))
    page.keyboard.press("Enter")
    expect(form.locator(".dio-status")).to_contain_text("Locked")


def test_the_contrast_lab_is_played_by_keyboard_alone(page, look):
    lab = cell(page, 'this.play("contrast")')
    words, svg = lab.locator(".dio-words"), lab.locator("svg.marks")

    expect(svg).to_have_count(0)
    lock(page, "early", "Space", 1)
    expect(cell(page, 'this.play("first_year")').locator("svg.marks")).to_be_visible()
    expect(svg).to_have_count(0)  # its own prediction is still owed
    lock(page, "catch_up", "Space", 1)
    expect(svg).to_be_visible()
    played(page)
    expect(words).to_contain_text("You predicted")
    expect(lab.locator(".dio-title")).to_contain_text("Home-grown changes stay ahead")
    for line in ("home-grown", "copied", "left alone"):
        expect(svg.get_by_text(line, exact=True).last).to_be_visible()

    # who hardly knows why misjudges what to change, and gains less by an own way
    lab.get_by_label("well", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(lab.get_by_label("hardly", exact=True)).to_be_checked()
    expect(lab.locator(".dio-title")).to_contain_text("do not catch up", timeout=2 * PATIENCE)
    assert look.errors == []
    assert look.outside == []


def test_the_two_futures_play_again_by_keyboard_with_one_thing_changed(page, look):
    without, package = cell(page, 'this.play("without")'), cell(page, 'this.play("package")')
    lock(page, "dice", "Space", 1)
    lock(page, "package", "Space", 1)
    played(page)
    title = without.locator(".dio-title")
    expect(title).to_contain_text("copying brings")
    without.get_by_label("rolling dice").focus()
    page.keyboard.press("ArrowUp")  # round to the last: nothing
    expect(title).to_contain_text("home-grown changes bring", timeout=2 * PATIENCE)

    title = package.locator(".dio-title")
    expect(title).to_contain_text("Copying hip and knee surgery")
    package.get_by_label("hip and knee surgery").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(title).to_contain_text("Copying a twin", timeout=2 * PATIENCE)
    package.get_by_role("button", name="Reset").press("Enter")
    expect(title).to_contain_text("Copying hip and knee surgery", timeout=2 * PATIENCE)
    assert look.errors == []
    assert look.outside == []


def test_the_map_and_the_plane_open_and_can_be_read(page, look):
    lock(page, "corner", "Space", 1)
    corner, aid = cell(page, 'this.play("corner")'), cell(page, 'this.play("aid")')
    corner.get_by_role("button", name="Show what happens").press("Enter")
    expect(corner.locator(".dio-title")).to_contain_text("After 48 months")
    corner.get_by_role("slider", name="Look at month").focus()
    page.keyboard.press("Home")
    expect(corner.locator(".dio-title")).to_contain_text("After 6 months", timeout=2 * PATIENCE)

    aid.get_by_label("a place like ours").focus()
    page.keyboard.press("ArrowDown")
    expect(aid.locator(".dio-title")).to_contain_text("run small tests")
    tab_to(page, aid.get_by_label("hardly"))
    page.keyboard.press("ArrowDown")
    expect(aid.locator(".dio-title")).to_contain_text("take the idea")

    for name in ("early", "catch_up"):
        skip(page, cell(page, f'this.predict("{name}")'))
    expect(cell(page, 'this.play("contrast")').locator("svg.marks")).to_be_visible()
    found = Axe().run(page, context=OURS).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert look.errors == []
    assert look.outside == []
