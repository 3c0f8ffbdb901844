"""The course's own look: the map, the line above a lesson, its end, and no dialog on the way."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Desk, Look, ran
from tests.browser.test_site import Visit, fresh, home, site
from toolkit.landing.lessons import counts
from toolkit.learning.words import lesson_folders

__all__ = ["fresh", "home", "site"]  # fixtures
pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1366, "height": 768}
OURS = {"include": [[".dialects-header"], [".dialects-end"]]}
ASKED = len(counts("03"))
LAST = int(max(lesson_folders()))
FORMAT = {"format": "dialects-of-improvement/record", "version": 2}


def grave(page: Page, context: dict | None = None) -> list[str]:
    found = Axe().run(page, context=context).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_the_map_into_lessons_and_back(look: Look, desk: Desk) -> None:
    desk.clear()
    page = look.page
    page.on("dialog", lambda dialog: look.errors.append(f"asked: {dialog.message}"))
    done = {key: {"kind": "x"} for key in counts("00")}
    some = {key: {"kind": "x"} for key in counts("03")[:1]}
    times = dict.fromkeys(done, "2026-01-01T00:00:00Z") | dict.fromkeys(
        some, "2026-01-02T00:00:00Z"
    )
    held = FORMAT | {"entries": done | some, "times": times}
    desk.record.write_text(json.dumps(held), encoding="utf-8")

    page.goto(desk.address.replace("?", "course?"))
    stop = page.locator(".stop")
    expect(stop.nth(0)).to_contain_text("done")
    expect(stop.nth(3)).to_contain_text(f"1 of {ASKED} done")
    expect(stop.nth(3)).to_contain_text("you are here")
    assert grave(page) == []
    page.set_viewport_size(NARROW)
    assert fits(page)
    page.set_viewport_size(WIDE)
    page.get_by_role("link", name="Carry on where you stopped").press("Enter")

    ran(page)
    header = page.locator(".dialects-header")
    expect(header).to_contain_text(f"Lesson 3 of {LAST}")
    expect(
        page.locator("#jp-MainMenu, .lm-DockPanel-tabBar, .jp-SideBar").locator("visible=true")
    ).to_have_count(0)
    expect(page.get_by_text("Run All Cells").locator("visible=true")).to_have_count(0)
    assert header.bounding_box()["height"] < 50
    end = page.locator(".dialects-end")
    expect(end).to_contain_text(f"1 of the {ASKED}")
    expect(end).to_contain_text("Next: Value")
    assert grave(page, OURS) == []
    page.get_by_role("button", name="Text size").press("Enter")
    expect(page.get_by_role("button", name="Text size: large")).to_be_visible()
    page.set_viewport_size(NARROW)
    assert fits(page)
    expect(header.get_by_role("button", name="More")).to_be_in_viewport()
    page.set_viewport_size(WIDE)

    box = page.get_by_role("textbox").first
    box.fill("half a sentence")
    end.get_by_role("link", name="Next: Value").click()
    expect(header).to_contain_text(f"Lesson 4 of {LAST}")
    ran(page)
    expect(page.get_by_role("button", name="Text size: large")).to_be_visible()
    page.get_by_role("button", name="Text size").click(click_count=2)
    header.get_by_role("link", name="Previous").click()
    expect(header).to_contain_text(f"Lesson 3 of {LAST}")
    ran(page)
    expect(page.get_by_role("textbox").first).to_have_value("half a sentence")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    header.get_by_role("link", name="Map").click()
    expect(page.get_by_role("link", name="Carry on where you stopped")).to_be_visible()
    assert look.errors == []


# The later of two terms in one paragraph, out of sight below; focus is on the one before it.
BEFORE_A_TERM = """() => {
  const said = (link) => document.getElementById(link.getAttribute("href").slice(1));
  const links = [...document.querySelectorAll(".jp-MarkdownOutput a[href^='#term-']")].filter(
    (link) => said(link) && !link.closest("details"));
  const at = links.findLastIndex((link, n) => n && link.closest("p") === links[n - 1].closest("p"));
  document.querySelector(".jp-WindowedPanel-outer").scrollTop = 0;
  links[at - 1].focus({ preventScroll: true });
  return links[at].getBoundingClientRect().top - innerHeight;
}"""
# How far the note is from the link that has the focus, once the page has come to rest.
APART = """async () => {
  for (let n = 0; n < 10; n += 1) await new Promise(requestAnimationFrame);
  const [link, note] = [document.activeElement, document.querySelector(".dialects-meaning")].map(
    (each) => each.getBoundingClientRect());
  return Math.min(Math.abs(note.top - link.bottom), Math.abs(link.top - note.bottom));
}"""


def test_what_a_term_means_stays_beside_it_when_tab_scrolls_the_page(
    look: Look, desk: Desk
) -> None:
    desk.clear()
    page = look.page
    page.set_viewport_size(WIDE)
    page.goto(desk.url("03-theory-of-constraints.ipynb"))
    ran(page)
    assert page.evaluate(BEFORE_A_TERM) > 0  # below what is in sight
    page.keyboard.press("Tab")
    expect(page.locator("a[href^='#term-']:focus")).to_be_in_viewport()
    expect(page.locator(".dialects-meaning")).to_be_visible()
    assert page.evaluate(APART) < 20
    page.mouse.move(683, 600)
    page.mouse.wheel(0, 60)  # and when it is scrolled a little
    expect(page.locator(".dialects-meaning")).to_be_visible()
    assert page.evaluate(APART) < 20
    page.mouse.wheel(0, -5000)
    expect(page.locator(".dialects-meaning")).to_be_hidden()
    assert look.errors == []


def test_the_browser_edition_has_the_same_map_and_marks(fresh: Visit) -> None:
    page = fresh.open("notebooks/03-theory-of-constraints.ipynb")
    header = page.locator(".dialects-header")
    expect(header).to_contain_text(f"Lesson 3 of {LAST}")
    expect(page.locator(".dialects-end")).to_contain_text(f"0 of the {ASKED}", timeout=PATIENCE)
    expect(page.locator("#menu-panel, #top-panel").locator("visible=true")).to_have_count(0)
    form = page.locator(".dio-form").first
    form.get_by_role("slider").press("ArrowRight")
    form.get_by_role("radio").first.check()
    form.get_by_role("button", name="Lock in").click()
    expect(page.locator(".dialects-end")).to_contain_text(f"1 of the {ASKED}", timeout=PATIENCE)
    header.get_by_role("link", name="Map").click()
    expect(page.get_by_role("link", name="Carry on where you stopped")).to_be_visible()
    expect(page.locator(".stop").nth(3)).to_contain_text(f"1 of {ASKED} done")
