"""The trainer's view of a lesson: by keyboard, at both sizes, with every answer covered."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE, Desk, Look, ran
from tests.browser.test_screen import LESSONS
from tests.browser.test_site import TOC, Visit, fresh, home, site
from toolkit.learning.words import words_of

__all__ = ["fresh", "home", "site"]  # fixtures
pytestmark = pytest.mark.browser

SIZES = {"1920": {"width": 1920, "height": 1080}, "1024": {"width": 1024, "height": 768}}
FORMAT = {"format": "dialects-of-improvement/record", "version": 2}
DRAWN = """() => [...document.querySelectorAll('.dialects-now .dio-frame')]
  .every((frame) => frame.querySelector('svg.marks'))"""
# What is wrong with the page in sight: cut off, to be scrolled, one on another, or too small
# for a screen of its height (28 pixels where it has 1080 lines).
WRONG = """() => {
  const panel = document.querySelector('.dialects-room');
  const bar = panel.querySelector('.dialects-room-bar').getBoundingClientRect();
  const least = 28 * Math.min(innerHeight / 1080, innerWidth / 1440) - 0.6;
  const wrong = [];
  const say = (what, node) => wrong.push(`${what}: ${node.tagName} ${node.textContent.trim()}`);
  const HIDDEN = '.dio-heard, .dialects-heard, .jp-Editor, defs';
  const OURS = '.dialects-now *, .dialects-room-bar *, .dialects-cover *';
  for (const node of panel.querySelectorAll(OURS)) {
    const style = getComputedStyle(node);
    if (style.visibility === 'hidden' || !node.checkVisibility() || node.closest(HIDDEN)) continue;
    const scrolls = (side, all, part) => ['auto', 'scroll'].includes(style[side]) && all > part + 1;
    if (node.tagName !== 'TEXTAREA' && node.tagName !== 'SELECT'
      && (scrolls('overflowY', node.scrollHeight, node.clientHeight)
        || scrolls('overflowX', node.scrollWidth, node.clientWidth))) say('scrolls', node);
    const words = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    const solid = node.matches('input, select, canvas, button, img, svg.marks');
    const inSight = ({ width, left, right }) => width && right > 1 && left < innerWidth - 1;
    const [box] = [...node.getClientRects()].filter(inSight);
    if (!box || (!words && !solid)) continue;
    const lowest = node.closest('.dialects-room-bar') ? innerHeight : bar.top;
    if (box.left < -1 || box.right > innerWidth + 1) say('cut off at the side', node);
    if (box.top < -1 || box.bottom > lowest + 1) say('cut off', node);
    const zoom = (node.closest('svg') ?? node).currentCSSZoom;
    if (words && parseFloat(style.fontSize) * zoom < least) say('small', node);
  }
  for (const axis of panel.querySelectorAll('.dialects-now svg.marks .role-axis-label')) {
    const boxes = [...axis.querySelectorAll('text')]
      .filter((text) => text.getAttribute('opacity') !== '0' && text.textContent)
      .map((text) => text.getBoundingClientRect());
    const over = (a, b) => a.left < b.right - 3 && b.left < a.right - 3
      && a.top < b.bottom - 5 && b.top < a.bottom - 5;
    if (boxes.some((a, at) => boxes.slice(at + 1).some((b) => over(a, b)))) say('collides', axis);
  }
  const { scrollHeight, scrollWidth } = document.scrollingElement;
  if (scrollHeight > innerHeight || scrollWidth > innerWidth) wrong.push('the page scrolls');
  return [...new Set(wrong)];
}"""

# Where the keyboard is, and what a reader calls that.
HELD = """() => {
  const node = document.activeElement;
  const place = node.closest('.dialects-room-bar') ? 'bar' : 'beat';
  return [place, node.getAttribute('aria-label') ?? node.textContent];
}"""


class Room:
    """A lesson in the trainer's view."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.bar = page.get_by_role("navigation", name="Trainer’s view")
        self.cover = page.get_by_role("region", name="The answer is covered")
        self.next = self.bar.get_by_role("button", name="Next")
        self.turner = self.bar.locator(".dialects-turner:enabled", has_text="Turn over")
        self.status = page.locator(".dialects-now .dio-status")

    def open(self, desk: Desk, lesson: str, size: str = "1024") -> Room:
        """Open a lesson by the address that asks for the view."""
        self.page.set_viewport_size(SIZES[size])
        self.page.goto(desk.url(LESSONS[lesson]) + "&reset&room")
        expect(self.bar).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator(".dialects-lives")).to_be_visible(timeout=4 * PATIENCE)
        return self

    @property
    def at(self) -> str:
        """Where the view is, such as ``"6 of 33 (1/2)"``."""
        return self.bar.locator(".dialects-at").inner_text()

    def settle(self) -> None:
        """Wait until the beat has been drawn, and its pages have been counted."""
        self.page.wait_for_function(DRAWN)
        self.page.wait_for_timeout(250)

    def to(self, seen: Locator) -> None:
        """Go on with a clicker's key until something is in sight."""
        for _ in range(60):
            if seen.count() and seen.first.is_visible():
                return
            self.page.keyboard.press("PageDown")
        pytest.fail(f"{seen} did not come")


@pytest.fixture
def room(look: Look, desk: Desk) -> Room:
    desk.clear()
    return Room(look.page)


@pytest.mark.parametrize("size", SIZES)
def test_a_lesson_by_a_clicker_needs_no_scrolling_and_can_be_read_from_the_back(
    room: Room, look: Look, desk: Desk, size: str
) -> None:
    room.open(desk, "03", size)
    covered, seen = 0, []
    for _ in range(120):
        room.settle()
        if room.cover.is_visible():
            covered += 1
            expect(
                room.page.locator(".dialects-now .dio-chart").locator("visible=true")
            ).to_have_count(0)
        if room.turner.count():
            room.page.keyboard.press(".")
            expect(room.turner).to_have_count(0)
            room.settle()
        wrong = room.page.evaluate(WRONG)
        if wrong:  # a chart may still be finding its layout
            room.page.wait_for_timeout(1500)
            wrong = room.page.evaluate(WRONG)
        assert wrong == [], room.at
        seen.append(room.at)
        if room.page.locator(".dialects-now .dialects-controls").count():
            expect(room.page.locator(".dialects-controls").first).to_be_in_viewport()
        if room.next.is_disabled():
            break
        room.page.keyboard.press("PageDown")
    assert len(set(seen)) == len(seen)
    assert covered == len(words_of("03").predict)
    room.page.keyboard.press("PageUp")
    assert room.at in seen[:-1]
    assert look.errors == []


def test_answers_stay_covered_until_they_are_turned_over(room: Room, desk: Desk) -> None:
    told = {"kind": "prediction", "answer": 33, "sure": "0.9", "outcome": 52, "came": False}
    held = FORMAT | {"entries": {"03/predict/dice": told}}  # by the group before
    desk.record.write_text(json.dumps(held), encoding="utf-8")
    page = room.open(desk, "03").page
    room.to(page.get_by_role("group", name="5 people play 20 rounds").locator(".dio-field"))
    assert "Result" in (room.status.text_content() or "")
    expect(room.status).not_to_be_visible()
    expect(page.locator(".dialects-now output").first).not_to_be_visible()
    room.to(room.cover)
    expect(room.cover).to_contain_text("How many really come out?")
    expect(page.get_by_role("button", name="Play to the end")).to_have_count(0)
    page.keyboard.press("PageDown")  # passing by is not turning over
    page.keyboard.press("PageUp")
    expect(room.cover).to_be_visible()
    room.cover.get_by_role("button", name="Turn over").press("Enter")
    expect(page.get_by_role("button", name="Play to the end")).to_be_visible()
    page.keyboard.press("PageUp")
    page.keyboard.press("PageDown")
    expect(room.cover).not_to_be_visible()
    page.keyboard.press(".")  # where nothing is covered, the same key plays
    expect(page.locator(".dio-play.dio-going")).to_be_visible()
    page.keyboard.press(".")
    expect(page.get_by_role("button", name="Play to the end")).to_be_visible()

    room.to(page.locator(".dialects-now textarea"))
    expect(room.status).to_have_text("")
    page.keyboard.press("b")
    expect(room.status).to_contain_text("A model answer")
    expect(room.status).to_be_in_viewport()

    room.to(page.locator(".dialects-now").get_by_role("button", name="Check my answer"))
    expect(page.get_by_text("The answer: ")).to_have_count(0)
    page.keyboard.press(".")
    expect(page.get_by_text("The answer: It moves the wait")).to_be_in_viewport()
    kept = json.loads(desk.record.read_text(encoding="utf-8"))["entries"]
    assert set(kept) == {"03/predict/dice"}  # what is turned over keeps nothing of its own
    assert kept["03/predict/dice"]["answer"] == told["answer"]


def test_escape_leaves_the_view_where_it_was_entered(room: Room, look: Look, desk: Desk) -> None:
    page = look.page
    page.set_viewport_size(SIZES["1920"])
    page.goto(desk.url(LESSONS["03"]) + "&reset")
    ran(page)
    expect(page.get_by_role("button", name="Skip (for trainers)")).to_have_count(0)
    heading = page.get_by_role("heading", name="Should everyone be busy?")
    heading.evaluate("(node) => node.scrollIntoView()")
    page.wait_for_timeout(500)
    before = heading.bounding_box()["y"]
    more = page.locator(".dialects-header").get_by_role("button", name="More")
    more.press("Enter")
    page.get_by_role("button", name="Trainer’s view").press("Enter")
    expect(room.bar).to_be_visible()
    expect(page.locator(".dialects-header")).not_to_be_visible()
    expect(heading).to_be_in_viewport()  # it begins at what was in sight
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith("busy?")
    room.to(page.get_by_role("button", name="Skip (for trainers)"))
    page.keyboard.press("Escape")
    expect(room.bar).to_have_count(0)
    expect(more).to_be_focused()
    page.wait_for_timeout(4000)  # longer than the place is held
    assert abs(heading.bounding_box()["y"] - before) < 3
    expect(page.get_by_role("button", name="Skip (for trainers)")).to_have_count(0)
    page.reload()
    ran(page)
    expect(room.bar).to_have_count(0)
    assert look.errors == []


def test_keys_focus_and_names(room: Room, desk: Desk) -> None:
    page = room.open(desk, "03").page
    room.to(page.locator(".dialects-now").get_by_role("slider"))
    slider = page.locator(".dialects-now").get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "1 patient")
    before = room.at
    page.keyboard.press("PageDown")
    assert room.at != before
    page.keyboard.press("ArrowLeft")
    assert room.at == before

    names = []
    for _ in range(30):  # the beat first, then the line below it
        page.keyboard.press("Tab")
        held = page.evaluate(HELD)
        names.append(held)
        if held[1] == "Leave":
            break
    places = [place for place, _ in names]
    assert places == sorted(places, key=["beat", "bar"].index)
    assert [name for place, name in names if place == "bar"][:2] == ["Back", "Next"]
    page.keyboard.press("t")
    expect(room.bar.get_by_role("button", name="on the timer: stop")).to_be_visible()
    room.bar.get_by_role("button", name="One minute more").press("Enter")
    expect(room.bar.get_by_role("button", name="5:5")).to_be_visible()

    room.to(room.cover)
    ours = {"include": [[".dialects-room-bar"], [".dialects-cover"]]}
    found = Axe().run(page, context=ours).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    page.reload()  # the same beat, and the answer is still covered
    expect(room.cover).to_be_visible(timeout=4 * PATIENCE)


def test_a_question_that_waits_is_called_by_its_own_name(room: Room, desk: Desk) -> None:
    page = room.open(desk, "03").page
    form = page.locator(".dialects-now .dio-waiting").first
    room.to(form)
    name = form.get_attribute("data-title")
    assert name
    expect(page.get_by_role("group", name=name, exact=True)).to_be_visible()
    page.keyboard.press("Escape")  # for learners it names only what it waits for
    form = page.locator(f'.dio-waiting[data-title="{name}"]')
    expect(form).to_have_attribute("aria-label", form.locator(".dio-waits").text_content() or "")


def test_the_browser_edition_has_the_same_view(fresh: Visit) -> None:
    page = fresh.page
    page.set_viewport_size(SIZES["1024"])
    fresh.open(f"{TOC}&room", wait=False)
    room = Room(page)
    expect(room.bar).to_be_visible()
    expect(page.locator("#dialects-wait main")).to_have_count(0)  # nothing to read meanwhile
    fresh.lives(page)
    room.to(room.cover)
    page.keyboard.press(".")
    expect(page.get_by_role("button", name="Play to the end")).to_be_visible()
    room.settle()
    assert page.evaluate(WRONG) == []
    page.keyboard.press("Escape")
    expect(page.locator(".dialects-header")).to_be_visible()
