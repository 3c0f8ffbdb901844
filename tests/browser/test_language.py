"""The header of a lesson changes the language of the course, in both editions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Desk, Look, ran
from tests.browser.test_site import Visit, fresh, home, site

__all__ = ["fresh", "home", "site"]  # fixtures
pytestmark = pytest.mark.browser

LESSON = "00-start-here.ipynb"


def speaks(page: Page, lock: str, language: str) -> None:
    expect(page.get_by_role("button", name=lock).first).to_be_visible(timeout=4 * PATIENCE)
    expect(page.locator(".dialects-header select")).to_have_value(language)


def test_a_language_is_chosen_in_the_header_and_kept(look: Look, desk: Desk) -> None:
    desk.clear()
    page = look.page
    page.goto(desk.url(LESSON) + "&reset")
    ran(page)
    speaks(page, "Lock in my prediction", "en")
    page.get_by_label("Language").select_option("cy")
    speaks(page, "Cloi fy rhagfynegiad", "cy")
    expect(page.locator(".dialects-header")).to_contain_text("Drafft, heb ei wirio")
    page.reload()
    speaks(page, "Cloi fy rhagfynegiad", "cy")
    page.get_by_label("Iaith").select_option("en")
    speaks(page, "Lock in my prediction", "en")
    assert look.errors == []


def test_the_browser_edition_speaks_it_too(fresh: Visit) -> None:
    page = fresh.open(f"notebooks/{LESSON}")
    page.get_by_label("Language").select_option("cy")
    speaks(page, "Cloi fy rhagfynegiad", "cy")
