"""The board as a page of the course, by keyboard and without a server of its own."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Desk, Look

pytestmark = pytest.mark.browser


def test_a_trainer_asks_counts_and_shows(look: Look, desk: Desk) -> None:
    desk.clear()
    page = look.page
    page.goto(desk.url("the-board.ipynb") + "&reset")
    ask = page.get_by_role("group", name="Questions")
    page.get_by_role("combobox", name="Lesson").select_option("03")
    expect(ask.get_by_role("combobox")).to_have_value("03/predict/dice")
    ask.get_by_role("button", name="Ask it").press("Enter")
    page.get_by_label("Answers of the room").fill("70 x 3, 50")
    page.get_by_role("button", name="Put on the board").press("Enter")
    expect(page.get_by_text("4 answers", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show the answers").press("Enter")
    expect(page.locator(".dio-chart svg.marks")).to_be_visible()
    page.get_by_role("button", name="Show the result").press("Enter")
    expect(page.get_by_text("1 of 4 came close enough").first).to_be_visible()
    found = Axe().run(page, context={"include": [[".jp-OutputArea-output"]]}).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert look.errors == []
    assert look.outside == []
