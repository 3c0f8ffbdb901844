"""Lesson 07 by keyboard: what is backed is followed by the stage and by the map."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, Desk, Look, ran

pytestmark = pytest.mark.browser

FILE = "07-comparing-logics.ipynb"


def test_by_keyboard_the_stage_and_the_map_follow_the_approach_that_was_backed(
    look: Look, desk: Desk
):
    desk.clear()
    page = look.page
    page.goto(desk.url(FILE) + "&reset")
    asked = page.get_by_role("group", name="Which approach would you back").first
    expect(asked).to_be_visible(timeout=2 * PATIENCE)
    asked.get_by_role("radio", name="Bevan prudent principles").focus()
    page.keyboard.press("Space")
    asked.get_by_role("radio", name="very sure").focus()
    page.keyboard.press("Space")
    asked.get_by_role("button", name="Lock in my prediction").focus()
    page.keyboard.press("Enter")
    stage = page.locator(".dio-stage").first
    expect(stage.get_by_role("button", name="Play to the end")).to_be_visible(timeout=PATIENCE)

    wins = page.get_by_role("group", name="We tried all five in 25 kinds").first
    wins.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    wins.get_by_role("radio", name="just guessing").focus()
    page.keyboard.press("Space")
    wins.get_by_role("button", name="Lock in my prediction").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show what happens").last.click()

    title = page.locator(".dio-title", has_text="kinds of clinics")
    expect(title).to_contain_text("Bevan prudent principles do best in 9 of")
    labs = page.get_by_role("group", name="Controls of this lab", exact=True)
    labs.last.get_by_label("What counts").select_option("throughput")
    expect(title).to_contain_text("Bevan prudent principles do best in 0 of")

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
