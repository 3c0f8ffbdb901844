"""Lesson 07 by keyboard: a search with a slip in it, and a favourite that the map follows."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PATIENCE, Desk, Look, ran

pytestmark = pytest.mark.browser

FILE = "07-comparing-logics.ipynb"


def form(look: Look, name: str) -> Locator:
    """Return the form that a screen reader would call so."""
    return look.page.get_by_role("group", name=name, exact=True)


def test_a_search_forgives_and_the_map_follows_the_favourite(look: Look, desk: Desk):
    desk.clear()
    page = look.page
    page.goto(desk.url(FILE) + "&reset")
    matrix = form(look, "Which part of the table to show")
    expect(matrix).to_be_visible(timeout=2 * PATIENCE)

    matrix.get_by_role("textbox").focus()
    page.keyboard.type("varation")
    table = page.get_by_role("region", name="The table of the approaches")
    expect(table.locator("mark").first).to_be_visible()
    expect(table.get_by_role("rowheader", name="What it does about variation")).to_be_attached()
    page.keyboard.type(" zzzz")
    expect(page.get_by_text("No cell mentions “varation zzzz”")).to_be_visible()

    ask = "If you had to choose one approach for every service you know, which would it be?"
    asked = page.get_by_role("group", name=ask).first
    asked.get_by_role("radio", name="Bevan prudent principles").focus()
    page.keyboard.press("Space")
    asked.get_by_role("radio", name="very sure").focus()
    page.keyboard.press("Space")
    asked.get_by_role("button", name="Lock in my prediction").focus()
    page.keyboard.press("Enter")
    loses = page.get_by_role("group", name="In what kind of place").first
    loses.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    loses.get_by_role("radio", name="just guessing").focus()
    page.keyboard.press("Space")
    loses.get_by_role("button", name="Lock in my prediction").focus()
    page.keyboard.press("Enter")

    title = page.locator(".dio-title", has_text="kinds of places")
    expect(title).to_contain_text("Bevan prudent principles do best in")
    before = title.inner_text()
    labs = page.get_by_role("group", name="Controls of this lab", exact=True)
    labs.first.get_by_label("What counts").select_option("throughput")
    expect(title).not_to_have_text(before)

    found = Axe().run(page, context=".jp-OutputArea").response["violations"]
    assert not [each["id"] for each in found]
    assert not look.errors
    assert not look.outside


def test_a_mouse_reaches_the_answers_at_the_left_edge(look: Look, desk: Desk):
    desk.clear()
    look.page.goto(desk.url(FILE) + "&reset")
    ran(look.page)
    answer = look.page.locator(".dio-form").first.get_by_role("radio").first
    answer.check()
    expect(answer).to_be_checked()
