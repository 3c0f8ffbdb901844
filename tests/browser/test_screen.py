"""What a learner sees inside a lesson: after coming back, on a slow machine, and while typing."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, ROOT, Desk, Look, played, ran
from toolkit.learning.words import words_of
from toolkit.screen.live import LiveChart

pytestmark = pytest.mark.browser

LESSONS = {path.name[:2]: path.name for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))}
# The page is busy for longer than anywidget waits when the first chart's code is taken up.
BUSY = """
const made = URL.createObjectURL;
let late = false;
URL.createObjectURL = (thing) => {
  const url = made.call(URL, thing);
  if (!late && thing.size === SIZE) {
    late = true;
    for (const end = Date.now() + 2500; Date.now() < end; );
  }
  return url;
};
""".replace("SIZE", str(len(LiveChart._esm)))

# This lesson is the one in sight (another may come back first), and every chart has been drawn;
# a lesson may have none as long as its labs are shut.
OPEN = """
(lesson) => {
  if (!globalThis.jupyterapp?.shell.currentWidget?.context?.path.endsWith(lesson)) return false;
  const held = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
  const frames = [...(held?.querySelectorAll(".dio-frame") ?? [])];
  const busy = held?.querySelector(".jp-Notebook-ExecutionIndicator[data-status=busy]");
  return (frames.length || held?.querySelector(".dio-shut")) && !busy
    && frames.every((frame) => frame.querySelector("svg.marks, .dio-problem"));
}
"""
# Something stands in every picture: a chart that is drawn anew is empty for a moment only.
FILLED = """
() => [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .dio-frame")]
  .every((frame) => frame.querySelector("svg.marks path, svg.marks text"))
"""


def seen_by_a_trainer(*numbers: str) -> str:
    """Return a record in which every prediction of these lessons was skipped: all labs are open."""
    entries = {
        f"{number}/predict/{name}": {"kind": "skipped"}
        for number in numbers
        for name in words_of(number).predict
    }
    return json.dumps(
        {"format": "dialects-of-improvement/record", "version": 2, "entries": entries}
    )


def opened(page: Page, desk: Desk, number: str, fresh: bool = True, full: bool = False) -> None:
    """Open a lesson and wait until all its charts are there."""
    # The course shows one lesson at a time; all of JupyterLab shows several.
    page.goto(desk.url(LESSONS[number]) + ("&reset" if fresh else "") + ("&full" if full else ""))
    page.wait_for_function(OPEN, arg=LESSONS[number], timeout=4 * PATIENCE)
    ran(page)


def remembered(page: Page, desk: Desk, *numbers: str) -> None:
    """Wait until JupyterLab has written down that these lessons are open, which it does later."""
    names = [f"notebook:notebooks/{LESSONS[number]}" for number in numbers]
    for _ in range(PATIENCE // 100):
        held = desk._ask("lab/api/workspaces").decode()
        if all(name in held for name in names):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{names} are not all in {held}")


def test_charts_are_there_after_coming_back_with_several_lessons_open(
    look: Look, desk: Desk
) -> None:
    desk.clear()
    several = ("03", "05", "07")  # JupyterLab brings all of them back with each page
    desk.record.write_text(seen_by_a_trainer(*several), encoding="utf-8")
    for at, number in enumerate(several, 1):
        opened(look.page, desk, number, fresh=at == 1, full=True)
        remembered(look.page, desk, *several[:at])
    for number in several * 2:
        opened(look.page, desk, number, fresh=False, full=True)
        look.page.wait_for_function(FILLED)
    assert look.page.locator(".jp-NotebookPanel").count() == len(several)
    assert look.errors == []


def test_a_widget_that_takes_long_to_start_still_hears_python(look: Look, desk: Desk) -> None:
    desk.clear()
    desk.record.write_text(seen_by_a_trainer("03"), encoding="utf-8")
    look.page.add_init_script(BUSY)
    opened(look.page, desk, "03")
    played(look.page)
    words = look.page.locator(".dio-words").first
    before = words.inner_text()
    lab = look.page.locator(".jp-Cell", has=look.page.locator(".dio-chart")).first
    for _ in range(3):  # further than any step that was drawn ahead
        lab.get_by_role("slider").first.press("PageUp")
    expect(words).not_to_have_text(before, use_inner_text=True)
    assert look.errors == []


def test_a_mouse_reaches_an_answer_and_nothing_of_jupyterlab_lies_over_it(look, desk) -> None:
    desk.clear()
    page = look.page
    page.goto(desk.url(LESSONS["00"]) + "&reset")
    answer = page.get_by_role("radio", name="fairly sure").first
    answer.check()  # a click where it stands: what lies over it is an error
    expect(answer).to_be_checked()


def test_enter_undo_and_redo_work_in_a_text_box(look: Look, desk: Desk) -> None:
    desk.clear()
    opened_without_charts(look.page, desk, "03")
    box, keyboard = look.page.locator("textarea >> visible=true").first, look.page.keyboard
    box.focus()
    keyboard.type("one")
    keyboard.press("Enter")
    keyboard.type("two")
    keyboard.press("Shift+Enter")
    keyboard.type("three")
    expect(box).to_have_value("one\ntwo\nthree")
    keyboard.press("Control+z")
    expect(box).not_to_have_value("one\ntwo\nthree")
    for _ in range(10):
        keyboard.press("Control+z")
    expect(box).to_have_value("")
    for _ in range(10):
        keyboard.press("Control+y")
    expect(box).to_have_value("one\ntwo\nthree")


def opened_without_charts(page: Page, desk: Desk, number: str) -> None:
    """Open a lesson as somebody does who has not predicted anything yet."""
    page.goto(desk.url(LESSONS[number]) + "&reset")
    acts = len(words_of(number).predict) + len(words_of(number).explain)
    living = "acts => document.querySelectorAll('.dio-form').length >= acts"
    page.wait_for_function(living, arg=acts, timeout=4 * PATIENCE)


def test_half_written_words_outlive_a_reload_and_a_fresh_kernel(look: Look, desk: Desk) -> None:
    desk.clear()
    page = look.page
    opened_without_charts(page, desk, "03")
    box, slider = (
        page.locator("textarea >> visible=true").first,
        page.locator("input[type=range]").first,
    )
    box.fill("half a sen")
    slider.press("ArrowRight")
    for _ in range(20):
        page.wait_for_timeout(1000)  # a draft waits a moment
        if desk.record.exists():
            break
    kept = json.loads(desk.record.read_text(encoding="utf-8"))["entries"]
    assert {entry["kind"] for entry in kept.values()} == {"draft"}
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(box).to_have_value("half a sen", timeout=4 * PATIENCE)
    expect(slider).to_have_attribute("aria-valuetext", "1 patient")

    for session in json.loads(desk._ask("api/sessions")):
        desk._ask(f"api/sessions/{session['id']}", "DELETE")
    page.reload()  # now with a kernel that knows nothing
    expect(box).to_have_value("half a sen", timeout=4 * PATIENCE)
    expect(slider).to_have_attribute("aria-valuetext", "1 patient")
    for button in ("Keep my card", "Lock"):
        held = page.locator(".dio-form").filter(has=page.get_by_role("button", name=button)).first
        if button == "Lock":
            held.get_by_label("just guessing").press("Space")
        else:
            box.fill("half a sentence and its end")
        held.get_by_role("button", name=button).press("Enter")
    expect(page.get_by_text("Locked: 1 patient").first).to_be_visible()
    kept = json.loads(desk.record.read_text(encoding="utf-8"))["entries"]
    assert sorted(entry["kind"] for entry in kept.values()) == ["card", "prediction"]


def test_what_does_not_fit_a_box_is_not_cut_off_in_silence(look: Look, desk: Desk) -> None:
    desk.clear()
    opened_without_charts(look.page, desk, "03")
    box = look.page.locator("textarea >> visible=true").first
    box.focus()
    look.page.keyboard.insert_text("a" * 2100)
    expect(look.page.get_by_text("This box is full. It holds 2,000 characters")).to_be_visible()
    assert len(box.input_value()) == 2000
