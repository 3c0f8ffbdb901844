"""Every lesson opens, runs by itself, shows each lab, and can be read and reached at any width."""

from __future__ import annotations

import contextlib

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.conftest import PATIENCE, ROOT, Desk, Look, played, skip

pytestmark = pytest.mark.browser

LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
SIZES = ((1366, 768), (820, 1180), (683, 384), (390, 844), (342, 192))
SMALLEST = 11  # pixels: letters of a chart
GO_FURTHER = ("03", "12", "13")  # tests of their own work these labs
ACTS = ("this.predict(", "this.explain(", "this.check(", "this.card(")
FAULTS = """
(smallest) => {
  const sheet = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook");
  const outer = sheet.querySelector(".jp-WindowedPanel-outer") ?? sheet;
  const seen = (node) => node.getClientRects().length > 0;
  const box = (node) => node.getBoundingClientRect();
  const right = box(outer).left + outer.clientWidth + 1;
  const found = [];
  if (outer.scrollWidth > outer.clientWidth + 1) found.push(`${outer.scrollWidth} px wide`);
  for (const text of sheet.querySelectorAll("svg.marks text")) {
    const svg = text.ownerSVGElement;
    const scale = box(svg).width / svg.width.baseVal.value;
    const size = scale * parseFloat(getComputedStyle(text).fontSize);
    if (seen(text) && text.textContent && size < smallest - 0.1)
      found.push(`${size} px: ${text.textContent}`);
  }
  for (const node of sheet.querySelectorAll(".dio-form :is(input, select, textarea, button)"))
    if (seen(node) && (box(node).right > right || box(node).left < box(outer).left - 1))
      found.push(`out of reach: ${node.id}`);
  for (const frame of sheet.querySelectorAll(".dio-frame"))
    if (frame.scrollWidth > frame.clientWidth + 1 && frame.tabIndex !== 0)
      found.push(`no key scrolls ${frame.previousSibling.textContent}`);
  return found;
}
"""
# Each word of the glossary and its definition: does one follow the other, and nothing else?
ASTRAY = """
() => [...document.querySelectorAll(".jp-Notebook dt")].filter((dt) => {
  const [word, meaning] = [dt, dt.nextElementSibling].map((node) => node.getBoundingClientRect());
  const next = dt.nextElementSibling.nextElementSibling?.getBoundingClientRect();
  return meaning.top < word.top || (next && next.top < meaning.bottom - 1)
    || Math.abs(meaning.left - word.left) > 100;
}).map((dt) => dt.textContent)
"""

OURS = {"include": [[".jp-OutputArea-output"], [".jp-MarkdownOutput"]]}


def close_the_contents(page: Page) -> None:
    """Close the panel beside the lesson, if it stands open."""
    panel = page.locator(".jp-SideBar.jp-mod-left .lm-TabBar-tab.lm-mod-current")
    if panel.count():
        panel.first.click()


def moves_by_keyboard(lab: Locator) -> None:
    """Press an arrow key on the first control of a lab; its words must tell of the change."""
    held = lab.locator("xpath=ancestor::div[contains(@class, 'jp-OutputArea-output')][1]")
    # Not those of the stage: it goes while two hundred runs are shown, and its controls with it.
    form = held.locator(".dio-form")
    controls = form.locator("input[type=range], input[type=radio]:checked, select")
    if not controls.count():
        return
    words = lab.locator(".dio-words")
    before = words.text_content()
    # One after the other: moved together, weights would stay what they are.
    for turn, key in enumerate(("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowDown")):
        controls.nth(turn % min(3, controls.count())).press(key)
        with contextlib.suppress(AssertionError):
            expect(words).not_to_have_text(before, timeout=PATIENCE / 6)
            return
    pytest.fail(f"No key changed what this lab says: {before}")


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_lives_and_can_be_read_at_every_width(look: Look, desk: Desk, lesson: str) -> None:
    """Open it from a fresh kernel, go past its predictions as a trainer does, and look around."""
    desk.clear()
    cells = nbformat.read(ROOT / "notebooks" / lesson, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    page = look.page
    page.goto(desk.url(lesson) + "&reset")
    # What was stored has its numbers too; that a lesson ran is seen by its living forms.
    acts = sum(source.startswith(ACTS) for source in code)
    living = "acts => document.querySelectorAll('.dio-form').length >= acts"
    page.wait_for_function(living, arg=acts, timeout=4 * PATIENCE)
    skip(page)
    expect(page.get_by_text("Lock in your prediction above first.")).to_have_count(0)
    played(page)
    labs = page.locator(".jp-OutputArea-output .dio-chart")
    wanted = sum(source.startswith("this.play(") for source in code)
    assert labs.count() or not wanted
    for lab in labs.all():
        expect(lab.locator("svg.marks").first).to_be_visible(timeout=PATIENCE)
        expect(lab.locator(".dio-words")).not_to_be_empty()
        if lesson[:2] not in GO_FURTHER:
            moves_by_keyboard(lab)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator(".dio-problem").all_inner_texts() == []
    found = Axe().run(page, context=OURS).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    close_the_contents(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)  # a chart is drawn again once the page has come to rest
        with contextlib.suppress(TimeoutError):
            page.wait_for_function(f"() => !({FAULTS})({SMALLEST}).length", timeout=PATIENCE)
        assert page.evaluate(FAULTS, SMALLEST) == [], f"{width} pixels"
        assert page.evaluate(ASTRAY) == [], f"{width} pixels"
    assert look.errors == []
    assert look.outside == []
