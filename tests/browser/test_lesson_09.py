"""Lesson 09 by keyboard alone: predict, play both futures, find the corner, choose two places."""

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
    lock(page, "crossing", "ArrowLeft", 2)
    expect(svg).to_be_visible()
    played(page)
    expect(words).to_contain_text("You predicted month")
    expect(words).to_contain_text("Home-grown changes stay ahead")
    expect(svg.get_by_text("your prediction").last).to_be_visible()
    for line in ("home-grown", "copied", "left alone"):
        expect(svg.get_by_text(line, exact=True).last).to_be_visible()

    # who knows little misjudges what to change, and gains less by an own way
    known = lab.get_by_role("slider", name="How well staff know why the method works")
    known.focus()
    page.keyboard.press("Home")
    expect(known).to_have_attribute("aria-valuetext", "0%")
    expect(lab.locator(".dio-title")).to_contain_text("copying brings", timeout=2 * PATIENCE)
    assert look.errors == []
    assert look.outside == []


def test_two_places_are_chosen_by_keyboard_alone(page, look):
    places = cell(page, 'this.play("places")')
    words, title = places.locator(".dio-words"), places.locator(".dio-title")
    lock(page, "package", "Space", 1)
    places.get_by_role("button", name="Show what happens").press("Enter")
    expect(title).to_contain_text("fewer good results than no change")

    # a twin
    share = places.get_by_role("slider", name="How far towards it")
    share.focus()
    page.keyboard.press("Home")
    expect(words).to_contain_text("is a twin")
    share.focus()
    page.keyboard.press("End")
    expect(words).not_to_contain_text("a twin", timeout=2 * PATIENCE)

    # another home, and the staff hours copied too
    home = places.get_by_role("combobox").first
    home.focus()
    page.keyboard.press("ArrowDown")
    expect(words).to_contain_text("case F", timeout=2 * PATIENCE)
    places.get_by_label("the method", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(places.get_by_label("the method and the staff hours")).to_be_checked()
    places.get_by_role("button", name="Reset").press("Enter")
    expect(words).to_contain_text("case E", timeout=2 * PATIENCE)
    assert look.errors == []
    assert look.outside == []


def test_the_map_the_plane_and_the_bonnet_open_and_can_be_read(page, look):
    lock(page, "corner", "Space", 1)
    corner, aid = cell(page, 'this.play("corner")'), cell(page, 'this.play("aid")')
    corner.get_by_role("button", name="Show what happens").press("Enter")
    expect(corner.locator(".dio-title")).to_contain_text("After 48 months")
    corner.get_by_role("slider", name="Look at month").focus()
    page.keyboard.press("Home")
    expect(corner.locator(".dio-title")).to_contain_text("After 6 months", timeout=2 * PATIENCE)

    unlike = aid.get_by_role("slider").first
    unlike.focus()
    page.keyboard.press("End")
    expect(aid.locator(".dio-title")).to_contain_text("run small tests")
    tab_to(page, aid.get_by_role("slider").last)
    page.keyboard.press("End")
    expect(aid.locator(".dio-title")).to_contain_text("take the principles")

    skip(page, cell(page, 'this.predict("cause")'))
    causes = cell(page, 'this.play("causes")')
    expect(causes.locator(".dio-title")).to_contain_text("If nobody learns")
    for name in ("early", "crossing"):
        skip(page, cell(page, f'this.predict("{name}")'))
    expect(cell(page, 'this.play("contrast")').locator("svg.marks")).to_be_visible()
    found = Axe().run(page, context=OURS).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert look.errors == []
    assert look.outside == []
