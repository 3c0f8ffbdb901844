"""A lesson comes back: after a reload, a restart, the course closed and opened, a stray change."""

from __future__ import annotations

import contextlib
import re
import unicodedata
import zlib
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    PATIENCE,
    SECOND,
    Desk,
    Look,
    die,
    played,
    ran,
    served,
    serving,
    watched,
)
from toolkit.learning.words import words_of

pytestmark = pytest.mark.browser

LESSON, EXERCISE = "03-theory-of-constraints.ipynb", "03-theory-of-constraints.ipynb"
QUESTION = words_of("03").predict["dice"].question
LAST = "Vinson, J. (2010) The Rules of OPT"
RUN = "() => jupyterapp.shell.currentWidget.content.widgets.at(-1).promptNode.textContent"
# The topmost cell in sight, and how far it has been scrolled.
PLACE = """() => {
  const { content } = jupyterapp.shell.currentWidget;
  const edge = content.node.getBoundingClientRect().top;
  const boxes = content.widgets.map((cell) => cell.node.getBoundingClientRect());
  const at = boxes.findIndex((box) => box.bottom > edge + 1);
  return [at, Math.round(edge - boxes[at].top)];
}"""
SCROLL = "(at) => jupyterapp.shell.currentWidget.content.widgets[at].node.scrollIntoView()"
DIRTY = "() => jupyterapp.shell.currentWidget.model.dirty"


def opened(look: Look, desk: Desk, file: str = LESSON, folder: str = "notebooks") -> Page:
    """Open a lesson and wait until it has run."""
    look.page.goto(desk.url(file).replace("/notebooks/", f"/{folder}/") + "&reset")
    ran(look.page)
    return look.page


def lock(page: Page) -> None:
    guess = page.locator(".jp-OutputArea-output").filter(
        has=page.get_by_role("group", name=QUESTION, exact=True)
    )
    guess.get_by_role("slider").press("ArrowRight")
    guess.get_by_label("very sure").press("Space")
    guess.get_by_role("button", name="Lock").press("Enter")
    expect(page.get_by_text("Locked: ").first).to_be_visible()


def same_place(page: Page, before: list[int]) -> None:
    page.wait_for_timeout(SECOND)
    at, off = page.evaluate(PLACE)
    assert (at, abs(off - before[1]) < 5) == (before[0], True), (at, off, before)


def test_nothing_of_a_learner_is_ever_in_a_notebook(look, desk):
    desk.clear()
    file = desk.folder / "notebooks" / LESSON
    before = file.read_bytes(), file.stat().st_mtime_ns
    page = opened(look, desk)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    lock(page)
    page.keyboard.press("Control+s")
    assert page.evaluate(DIRTY) is False
    # an older page, or a stranger's, may try to write in spite of it
    page.evaluate(
        """async () => {
          const { model, context } = jupyterapp.shell.currentWidget;
          const content = model.toJSON();
          await jupyterapp.serviceManager.contents.save(
            context.path, { type: "notebook", format: "json", content });
          await jupyterapp.serviceManager.contents.delete(context.path).catch(() => {});
          await jupyterapp.serviceManager.contents.rename(context.path, "x.ipynb").catch(() => {});
        }"""
    )
    page.reload()
    ran(page)
    expect(page.get_by_text("Locked: ").first).to_be_visible()
    page.evaluate("() => jupyterapp.shell.currentWidget.close()")
    expect(page.locator(".dialects-lesson")).to_have_count(0)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert asked == []
    assert not list(file.parent.glob(f".ipynb_checkpoints/{file.stem}*"))


def test_the_place_on_the_page_is_kept_through_a_reload(look, desk):
    page = opened(look, desk)
    page.evaluate(SCROLL, 13)
    page.wait_for_timeout(SECOND)
    before = page.evaluate(PLACE)
    page.reload()
    ran(page)
    same_place(page, before)


def test_a_lesson_runs_again_when_python_has_died(look, desk):
    desk.clear()
    page = opened(look, desk)
    lock(page)
    page.evaluate(SCROLL, 9)
    page.wait_for_timeout(SECOND)
    before = page.evaluate(PLACE)
    for _ in range(2):
        die(page)
        waits = page.locator(".dialects-waits")
        expect(waits).to_be_visible()
        expect(waits.get_by_role("status").filter(has_text="running again")).to_be_visible()
        # nothing can be moved
        free = ".dialects-waits .dio-form :is(input, textarea, button):not([inert] *)"
        expect(page.locator(free)).to_have_count(0)
        expect(waits).to_have_count(0, timeout=2 * PATIENCE)
        same_place(page, before)
        expect(page.locator(".jp-Dialog")).to_have_count(0)
        expect(page.get_by_text("Locked: ").first).to_be_visible()
    # and lives: what is moved is heard
    lab = page.locator(".jp-OutputArea-output").filter(has=page.locator(".dio-picture svg")).first
    played(page)
    said = lab.locator(".dio-words").first
    told = said.inner_text()
    lab.get_by_role("slider").first.press("ArrowLeft")
    expect(said).not_to_have_text(told, use_inner_text=True)


def test_a_page_goes_on_when_the_course_was_closed_and_opened_again(browser, tmp_path):
    with contextlib.ExitStack() as rest, contextlib.ExitStack() as first:
        desk = first.enter_context(served(tmp_path / "course"))
        look = rest.enter_context(watched(browser, desk))
        page = opened(look, desk)
        lock(page)
        page.evaluate(SCROLL, 9)
        page.wait_for_timeout(SECOND)
        before = page.evaluate(PLACE)
        first.close()
        waits = page.locator(".dialects-waits")
        expect(waits.get_by_role("status").filter(has_text="start.py")).to_be_visible()
        page.wait_for_timeout(3 * SECOND)
        expect(page.locator(".jp-Dialog")).to_have_count(0)
        # another start has another token
        rest.enter_context(serving(replace(desk, address=desk.address[:-4] + "0123")))
        expect(waits).to_have_count(0, timeout=4 * PATIENCE)
        ran(page)
        expect(page.get_by_text("Locked: ").first).to_be_visible()
        same_place(page, before)
        expect(page.locator(".jp-Dialog")).to_have_count(0)


def test_what_a_learner_writes_in_an_exercise_is_kept_and_not_run_by_itself(look, desk):
    desk.clear()
    file = desk.folder / "exercises" / EXERCISE
    before = file.read_bytes()
    page = opened(look, desk, EXERCISE, "exercises")
    mark = desk.folder / "ran"
    code = f"open({str(mark)!r}, 'a').write('x')  # mine, ü and \"quotes\""
    written = page.locator(".jp-CodeCell .cm-content:visible")
    written.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("(at) => true", arg=0)
    expect(
        page.locator(".jp-OutputArea-output").filter(has_text=re.compile(r"^\d+$"))
    ).to_be_visible()
    page.wait_for_timeout(2 * SECOND)
    assert mark.read_text() == "x"
    page.reload()
    ran(page)
    expect(written).to_have_text(code)
    assert mark.read_text() == "x"
    # the exercise itself lives below it
    expect(
        page.locator(".dio-form").filter(has=page.get_by_role("button", name="Check"))
    ).not_to_have_count(0)
    assert file.read_bytes() == before
    # and goes when the lesson is brought back
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Bring back the original lesson").click()
    page.wait_for_timeout(2 * SECOND)
    ran(page)
    expect(written).to_contain_text("def out_per_day")


def test_a_changed_lesson_does_not_run_and_is_brought_back(look, desk):
    file = desk.folder / "notebooks" / LESSON
    before = file.read_bytes()
    file.write_bytes(before.replace(b'this = lesson(\\"03\\")', b'open(\\"broken\\", \\"w\\")'))
    changed = file.read_bytes()
    assert changed != before
    look.page.goto(desk.url(LESSON) + "&reset")
    said = look.page.get_by_role("status").filter(has_text="changed outside the course")
    expect(said).to_be_visible(timeout=2 * PATIENCE)
    assert not (desk.folder / "notebooks" / "broken").exists()
    said.get_by_role("button").click()
    ran(look.page)
    assert file.read_bytes() == before
    (copy,) = (desk.folder / "my copies").iterdir()
    assert copy.read_bytes() == changed
    copy.unlink()


SIZES = [(1366, 768), (683, 384), (342, 192), (390, 844), (820, 1180)]


def test_prose_is_readable_at_every_size(look, desk):
    page = opened(look, desk)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(SECOND)
        column, across, spare = page.evaluate(
            """() => {
              const { node } = jupyterapp.shell.currentWidget.content;
              const words = node.querySelector(".jp-RenderedMarkdown > p").getBoundingClientRect();
              return [words.width, document.documentElement.scrollWidth, words.left];
            }"""
        )
        assert column >= min(280, width), (width, column)
        assert across <= width
        assert spare >= 0
        assert page.locator("#jp-left-stack:visible").count() == 0, width


def text_of(data: bytes) -> str:
    """Return the letters of a PDF that Chromium made, without spaces."""
    objects = dict(re.findall(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", data, re.S))

    def stream(name: bytes) -> str:
        found = re.search(rb"stream\r?\n(.*)\r?\nendstream", objects[name], re.S)
        packed = found and b"FlateDecode" in objects[name]
        return zlib.decompress(found[1]).decode("latin-1") if packed else ""

    fonts: dict[str, dict[str, str]] = {}
    for name, body in objects.items():
        if found := re.search(rb"/ToUnicode (\d+) 0 R", body):
            held = fonts[f"F{name.decode()}"] = {}
            table = stream(found[1])
            for part in re.findall("beginbfchar(.*?)endbfchar", table, re.S):
                for glyph, text in re.findall(r"<(\w+)> <(\w+)>", part):
                    held[glyph] = bytes.fromhex(text).decode("utf-16-be")
            for part in re.findall("beginbfrange(.*?)endbfrange", table, re.S):
                for first, last, text in re.findall(r"<(\w+)> <(\w+)> <(\w+)>", part):
                    for step in range(int(last, 16) - int(first, 16) + 1):
                        held[f"{int(first, 16) + step:04X}"] = chr(int(text, 16) + step)
    said, font = [], {}
    for name in objects:
        for chosen, shown in re.findall(r"/(F\d+) [\d.]+ Tf|((?:<\w+>[^<T]*)+)T[jJ]", stream(name)):
            if chosen:
                font = fonts.get(chosen, {})
            for run in re.findall(r"<(\w+)>", shown):
                said += [font.get(glyph.upper(), "") for glyph in re.findall("....", run)]
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", "".join(said)))


def test_a_lesson_prints_whole(look, desk):
    desk.clear()
    page = opened(look, desk)
    lock(page)
    expect(page.locator(".dio-picture svg").first).to_be_visible()
    for wide in (1366, 390):
        page.set_viewport_size({"width": wide, "height": 768})
        page.wait_for_timeout(SECOND)
        paper = page.pdf(prefer_css_page_size=True)
        pages = len(re.findall(rb"/Type /Page\b", paper))
        text = text_of(paper)
        assert 5 < pages < 30
        for words in (LAST, "A ward sister has 11 patients", "Locked:", QUESTION):
            assert re.sub(r"\s", "", words) in text, words
        for words in ("Settings", "this.predict", "[4]:", "TabsSettings"):
            assert re.sub(r"\s", "", words) not in text, words
    # nothing is wider than the paper
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
