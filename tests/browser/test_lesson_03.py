"""Lesson 03 as a learner meets it: in JupyterLab, by keyboard, over restarts, light and dark."""

from __future__ import annotations

import json

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PATIENCE, ROOT, Desk, Look, die, played, skip
from toolkit.learning.words import words_of

pytestmark = pytest.mark.browser

FILE = "03-theory-of-constraints.ipynb"
WORDS = words_of("03")
CELLS = nbformat.read(ROOT / "notebooks" / FILE, as_version=4).cells
SOURCES = [cell.source for cell in CELLS]
RUNS = sum(cell.cell_type == "code" for cell in CELLS)
LABS = ("dice", "improve", "busy", "five_steps")
HOSTILE = '<script>window.caught = 1</script><img src="x" onerror="window.caught = 2">'
OURS = {"include": [[".jp-OutputArea-output"], [".jp-MarkdownOutput"]]}

MARKS = "[...cell.querySelectorAll('svg.marks path')].map((path) => path.getAttribute('d')).join()"
# The weakest contrast of a chart's words with the ground they stand on: the nearest painted thing.
CONTRAST = """
(cell) => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const painted = (node) => parts(getComputedStyle(node).backgroundColor)[3] !== 0;
  const words = [...cell.querySelectorAll("svg.marks text")].filter((t) => t.textContent.trim());
  return Math.min(...words.map((text) => {
    let ground = text.closest("svg");
    while (!painted(ground)) ground = ground.parentElement;
    const two = [getComputedStyle(text).fill, getComputedStyle(ground).backgroundColor].map(light);
    return (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
  }));
}
"""


class Lesson:
    """The lesson on a page: its cells by their source, and what stands in them."""

    def __init__(self, look: Look, desk: Desk) -> None:
        self.look, self.desk, self.page = look, desk, look.page

    def open(self) -> None:
        """Open the lesson, which runs by itself."""
        self.page.goto(self.desk.url(FILE) + "&reset")
        self.ran()

    def ran(self, cells: int = RUNS) -> None:
        """Wait until the last cell has run, as the so-manieth that its kernel ran."""
        broken = self.page.locator("[data-mime-type='application/vnd.jupyter.error']")
        done = self.act("check", "logic")
        expect(done.or_(broken).first).to_be_visible(timeout=2 * PATIENCE)
        assert broken.all_inner_texts() == []
        prompt = self.cell("this.sources()").locator(".jp-OutputPrompt").first
        expect(prompt).to_have_text(f"[{cells}]:", timeout=2 * PATIENCE)

    def cell(self, source: str) -> Locator:
        """Return the cell with that source."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(SOURCES.index(source))

    def act(self, kind: str, name: str = "") -> Locator:
        """Return the form of a prediction, an explanation, a check or the card."""
        cell = self.cell(f'this.{kind}("{name}")' if name else f"this.{kind}()")
        return cell.locator(".jp-OutputArea-output").filter(has=self.page.locator(".dio-form"))

    def lab(self, name: str) -> Locator:
        """Return the cell of a lab."""
        return self.cell(f'this.play("{name}")')

    def predict(self, name: str) -> None:
        """Answer with the first thing there is, and lock it."""
        form = self.act("predict", name)
        form.locator("input").first.press("ArrowRight")
        form.get_by_label("just guessing").press("Space")
        form.get_by_role("button", name="Lock").press("Enter")

    def skip(self, *names: str) -> None:
        """Go past predictions as a trainer does."""
        for name in names:
            skip(self.page, self.act("predict", name))

    def tab_to(self, target: Locator, key: str = "Tab", most: int = 8) -> None:
        """Press Tab until the target has the focus, as somebody without a mouse does."""
        for _ in range(most):
            self.page.keyboard.press(key)
            if target.evaluate("node => node === document.activeElement"):
                return
        pytest.fail(f"{target} was not reached within {most} presses of {key}.")

    def marks(self, cell: Locator) -> str:
        """Return the shapes that a chart is drawn with."""
        return cell.evaluate(f"cell => {MARKS}")

    def moves(self, cell: Locator, key: str = "ArrowRight") -> str:
        """Press a key; the chart and its words must change. Return the new words."""
        words = cell.locator(".dio-words")
        expect(words).not_to_be_empty()
        before, said = self.marks(cell), words.inner_text()
        self.page.keyboard.press(key)
        self.page.wait_for_function(
            f"([cell, before]) => {{ const now = {MARKS}; return now && now !== before; }}",
            arg=[cell.element_handle(), before],
        )
        expect(words).not_to_have_text(said, use_inner_text=True)
        return words.inner_text()

    def place(self) -> float:
        """Return where on the screen the control that has the focus stands, in pixels."""
        return self.page.evaluate("document.activeElement.getBoundingClientRect().top")

    def fine(self) -> None:
        """Nothing went wrong, and nothing left this machine."""
        assert not self.page.get_by_text("Error displaying widget").count()
        assert self.look.errors == []
        assert self.look.outside == []


@pytest.fixture
def lesson(look: Look, desk: Desk) -> Lesson:
    """The lesson for a learner who comes for the first time, at a desk that nobody used before."""
    desk.clear()
    return Lesson(look, desk)


def test_the_keyboard_alone_leads_from_a_prediction_through_its_lab(lesson):
    lesson.open()
    keyboard, form, lab = lesson.page.keyboard, lesson.act("predict", "dice"), lesson.lab("dice")
    answer, status = form.get_by_role("slider"), form.locator(".dio-status")

    lesson.tab_to(answer)
    expect(answer).to_have_attribute("aria-valuetext", "not set yet")
    expect(answer).to_have_class("dio-unset")
    keyboard.press("Home")  # the lowest value can be chosen too
    expect(answer).to_have_attribute("aria-valuetext", "0 patients")
    expect(answer).not_to_have_class("dio-unset")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    expect(answer).to_have_attribute("aria-valuetext", "2 patients")
    expect(lab.locator("svg.marks")).to_have_count(0)
    after = lesson.page.locator("summary", has_text="The words for what you saw")  # still shut
    expect(after).to_be_hidden()
    keyboard.press("Tab")
    keyboard.press("ArrowDown")
    lesson.tab_to(form.get_by_role("button", name="Lock"), most=1)
    keyboard.press("Enter")
    expect(status).to_contain_text("Locked: 2 patients (fairly sure).")
    expect(status).to_be_focused()  # the words that say what happened, not the top of the page
    expect(answer).to_be_disabled()

    expect(lab.locator("svg.marks")).to_be_visible()
    expect(after).to_be_visible()
    stage, play = lab.locator(".dio-stage"), lab.get_by_role("button", name="Play to the end")
    expect(stage).to_contain_text("Watch who has to wait")
    tell = lab.get_by_role("button", name="Was I right?")
    expect(tell).to_be_hidden()  # until she has begun to play
    lesson.tab_to(lab.get_by_role("button", name="Roll all the dice once"))
    keyboard.press("Enter")
    expect(stage.get_by_role("status")).to_contain_text("After round 1 of 20")
    expect(lab.locator(".dio-words")).to_be_empty()  # what came is told when it has come
    lesson.page.emulate_media(reduced_motion="reduce")
    lesson.tab_to(play, "Shift+Tab", most=1)
    keyboard.press("Enter")
    expect(stage.get_by_role("status")).to_contain_text("The game is over.")
    expect(lab.locator(".dio-words")).to_contain_text("You predicted 2 patients (fairly sure)")
    expect(status).to_contain_text("Result:")
    expect(lab.locator(".dio-chart > .dio-status")).to_contain_text("Result:")
    people = lab.locator(".dio-form").get_by_role("slider")
    lesson.tab_to(people, "Shift+Tab")
    place = lesson.place()
    assert "6 people" in lesson.moves(lab)
    expect(people).to_be_focused()
    assert lesson.place() == pytest.approx(place, abs=2)

    lesson.tab_to(lab.locator("summary"), most=20)
    rows = lab.locator("tbody tr")
    expect(rows).to_have_count(0)
    keyboard.press("Enter")
    expect(rows).to_have_count(6)
    lesson.tab_to(people, "Shift+Tab", most=20)
    place = lesson.place()
    assert "7 people" in lesson.moves(lab)
    expect(rows).to_have_count(7)
    expect(people).to_be_focused()
    assert lesson.place() == pytest.approx(place, abs=2)

    lab.get_by_role("button", name="Reset").press("Enter")
    expect(people).to_have_attribute("aria-valuetext", "5 in the row")
    expect(rows).to_have_count(5)
    expect(lab.locator(".dio-words")).to_contain_text("5 people, ordinary dice")
    lesson.fine()


def test_every_lab_lives_and_the_five_steps_end_outside_the_team(lesson):
    lesson.open()
    for name in ("improve", "busy"):
        lab = lesson.lab(name)
        lesson.predict(name)
        svg = lab.locator("svg.marks")
        expect(svg).to_be_visible()
        expect(lab.get_by_role("button", name="Play to the end")).to_be_visible()
        played(lesson.page)
        drawn = svg.element_handle()
        slider = lab.locator(".dio-form").get_by_role("slider")
        slider.focus()
        place = lesson.place()
        for _ in range(4):
            lesson.moves(lab)
        assert lesson.place() == pytest.approx(place, abs=2)
        expect(slider).to_be_focused()
        assert drawn.evaluate("svg => svg.isConnected")  # the same picture with other data

    lesson.predict("ceiling")
    steps = lesson.lab("five_steps")
    expect(steps.locator("svg.marks")).to_be_visible()
    following = steps.get_by_role("button", name="Next step")
    lesson.page.emulate_media(reduced_motion="reduce")
    clock = steps.get_by_label("Time on the clock")
    most = int(clock.get_attribute("max"))
    for step in range(1, most + 1):
        following.press("Enter")
        expect(steps.locator(".dio-said")).to_contain_text(f"Step {step} of {most}")
    said = steps.locator(".dio-words")
    expect(said).to_contain_text("the care package at home can handle 9 patients a day")
    expect(said).to_contain_text("the ward team is not allowed to change this stage")

    lesson.skip("dice")
    names = lesson.page.locator(".dio-form [id]").evaluate_all("all => all.map(one => one.id)")
    assert len(names) == len(set(names))  # radio buttons of one name would undo each other
    often = lesson.lab("dice").get_by_role("group", name="How many games")
    expect(often.get_by_label("one game")).to_be_checked()
    lesson.fine()


def is_as_it_was_left(lesson: Lesson) -> None:
    """Hold a lesson that has run again against what its learner did before, and move it."""
    prediction, lab = lesson.act("predict", "dice"), lesson.lab("dice")
    expect(prediction.locator(".dio-status")).to_contain_text("Locked: 1 patient (just guessing).")
    expect(prediction.get_by_role("slider")).to_be_disabled()
    texts = lesson.act("card").locator("textarea")
    expect(texts.first).to_have_value(f"At the lifts. {HOSTILE}")
    expect(lesson.act("explain", "dice").locator("textarea")).to_have_value(f"Waits. {HOSTILE}")
    expect(lesson.act("check", "mirage").locator(".dio-status")).to_contain_text("Right.")
    expect(lab.locator("svg.marks")).to_be_visible()
    played(lesson.page)
    expect(lab.locator(".dio-words")).to_contain_text("You predicted 1 patient")
    lab.locator(".dio-form").get_by_role("slider").focus()
    assert "6 people" in lesson.moves(lab)
    lesson.fine()


def test_what_a_learner_enters_stays_text_and_outlives_reload_and_restart(lesson):
    lesson.open()
    page, type_in = lesson.page, lesson.page.keyboard.type
    lesson.predict("dice")

    explain = lesson.act("explain", "dice")
    said = explain.locator(".dio-status")
    expect(said).to_be_empty()
    expect(explain.locator("textarea")).to_be_visible()  # it opens once the prediction is locked
    explain.locator("textarea").focus()
    type_in(f"Waits. {HOSTILE}")
    explain.get_by_role("button", name="Compare").press("Enter")
    expect(said).to_contain_text(WORDS.explain["dice"].answer[0])

    check, ask = lesson.act("check", "mirage"), WORDS.check["mirage"]
    marked, wrong = check.locator(".dio-status"), next(k for k in ask.options if k != ask.right)
    for option, verdict in (("", "Not attempted"), (wrong, "Not yet."), (ask.right, "Right.")):
        if option:
            check.get_by_label(ask.options[option], exact=True).press("Space")
        check.get_by_role("button", name="Check").press("Enter")
        expect(marked).to_contain_text(verdict)
        expect(marked).to_contain_text(ask.because[option] if option else "choose an answer first")

    card = lesson.act("card")
    card.locator("textarea").first.focus()
    type_in(f"At the lifts. {HOSTILE}")
    card.get_by_role("button", name="Keep").press("Enter")
    expect(card.locator(".dio-status")).to_contain_text("Kept in your record")
    kept = json.loads(lesson.desk.record.read_text(encoding="utf-8"))["entries"]
    assert kept["03/card/service"]["where"] == f"At the lifts. {HOSTILE}"
    assert kept["03/predict/dice"]["answer"] == 1

    lab = lesson.lab("dice")
    lab.locator(".dio-chart").evaluate("node => { node.dataset.old = 'yes'; }")
    lab.focus()
    page.keyboard.press("Shift+Enter")
    expect(lab.locator(".dio-chart:not([data-old]) svg.marks")).to_be_visible()
    is_as_it_was_left(lesson)

    page.reload()  # the kernel lives on, and the lesson runs in it once more
    lesson.ran(RUNS + 1 + RUNS)
    is_as_it_was_left(lesson)

    die(page)
    expect(page.locator(".dialects-waits")).to_be_visible()
    expect(page.locator(".dialects-waits")).to_have_count(0, timeout=2 * PATIENCE)
    is_as_it_was_left(lesson)
    assert page.evaluate("window.caught") is None
    assert not page.locator('img[src="x"]').count()


def readable(lesson: Lesson) -> None:
    """Hold what stands on the page against axe, and the words on the charts against 4.5 to 1."""
    found = Axe().run(lesson.page, context=OURS).response["violations"]
    grave = [
        (v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")
    ]
    assert grave == []
    for cell in [*map(lesson.lab, LABS), lesson.cell('this.show("occupancy")')]:
        assert cell.evaluate(CONTRAST) >= 4.5


def test_light_and_dark_can_both_be_read(lesson):
    lesson.desk.theme("JupyterLab Dark")
    lesson.open()
    page = lesson.page
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    lesson.skip(*WORDS.predict)
    for name in LABS:
        expect(lesson.lab(name).locator("svg.marks")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.press("Enter")
    readable(lesson)

    page.locator(".dialects-header").get_by_role("button", name="Light").click()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "true")
    for name in LABS:
        lesson.page.wait_for_function(
            f"cell => cell.querySelector('svg.marks') && ({CONTRAST})(cell) >= 4.5",
            arg=lesson.lab(name).element_handle(),
        )
    readable(lesson)
    lesson.fine()
