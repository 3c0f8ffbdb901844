"""Every lesson opens, runs by itself, shows each of its labs, and asks nothing of the outside."""

from __future__ import annotations

import contextlib

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PATIENCE, ROOT, Desk, Look

pytestmark = pytest.mark.browser

# Lesson 03, the case room and the own table have tests of their own that go further.
LESSONS = sorted(
    path.name
    for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")
    if path.name[:2] not in ("03", "12", "13")
)
ACTS = ("this.predict(", "this.explain(", "this.check(", "this.card(")
OURS = {"include": [[".jp-OutputArea-output"], [".jp-MarkdownOutput"]]}


def moves_by_keyboard(lab: Locator) -> None:
    """Press an arrow key on the first control of a lab; its words must tell of the change."""
    held = lab.locator("xpath=ancestor::div[contains(@class, 'jp-OutputArea-output')][1]")
    controls = held.locator("input[type=range], input[type=radio]:checked, select")
    if not controls.count():
        return
    words = lab.locator(".dio-words")
    before = words.inner_text()
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowDown"):
        for control in controls.all()[:3]:
            control.press(key)
        with contextlib.suppress(AssertionError):
            expect(words).not_to_have_text(before, timeout=PATIENCE / 6)
            return
    pytest.fail(f"No key changed what this lab says: {before}")


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_lives(look: Look, desk: Desk, lesson: str) -> None:
    """Open it from a fresh kernel, go past its predictions as a trainer does, and look around."""
    cells = nbformat.read(ROOT / "notebooks" / lesson, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    page = look.page
    page.goto(desk.url(lesson) + "&reset")
    # What was stored has its numbers too; that a lesson ran is seen by its living forms.
    acts = sum(source.startswith(ACTS) for source in code)
    living = "acts => document.querySelectorAll('.dio-form').length >= acts"
    page.wait_for_function(living, arg=acts, timeout=4 * PATIENCE)
    for skip in page.get_by_role("button", name="Skip", exact=False).all():
        skip.press("Enter")
    labs = page.locator(".jp-OutputArea-output .dio-chart")
    wanted = sum(source.startswith("this.play(") for source in code)
    expect(page.get_by_text("Lock in your prediction above first.")).to_have_count(0)
    assert labs.count() or not wanted
    for lab in labs.all():
        expect(lab.locator("svg.marks").first).to_be_visible(timeout=PATIENCE)
        expect(lab.locator(".dio-words")).not_to_be_empty()
        moves_by_keyboard(lab)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator(".dio-problem").all_inner_texts() == []
    found = Axe().run(page, context=OURS).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert look.errors == []
    assert look.outside == []
