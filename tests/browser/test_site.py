"""The browser edition as a learner meets it: static files, a fresh browser, no other host."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from filelock import FileLock
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from lite import app, archive, build, pages, parts, serve
from tests.browser.conftest import FLAGS, NOT_OURS, ROOT, SECOND, browser_path, note_others, skip

pytestmark = pytest.mark.browser

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
TOC = "notebooks/03-theory-of-constraints.ipynb"
OWN = "notebooks/13-your-dialect.ipynb"
MINE = "notebooks/my-record.ipynb"
EXERCISE = "exercises/02-lean.ipynb"
ROOM = "notebooks/12-nine-cases.ipynb"
BOARD = "notebooks/the-board.ipynb"
KINDS = (TOC, ROOM, OWN, EXERCISE, BOARD)  # what differs in what a page is made of
SMALL, TABLET = {"width": 1366, "height": 768}, {"width": 820, "height": 1180}
PHONE = {"width": 390, "height": 844}
PATIENCE = 180 * SECOND  # a machine under load; a condition that holds is not waited for
OURS = {"include": [[".jp-OutputArea-output"], [".jp-MarkdownOutput"], [".dialects-way"]]}
ASKS = ("this.predict(", "this.card(")
RECORD = """
() => new Promise((done) => {
  const site = new URL("../..", location.href).pathname;
  const request = indexedDB.open(`dialects-of-improvement ${site}`);
  request.onsuccess = () => {
    const rows = request.result.transaction("pieces").objectStore("pieces").getAll();
    rows.onsuccess = () => {
      request.result.close();
      const entries = rows.result.map((row) => JSON.parse(row.at));
      done(entries.filter(([name]) => name === "entries").map(([, key]) => key).sort());
    };
  };
})
"""
RULES = "--host-resolver-rules="
HEADERS = {
    "Content-Security-Policy": pages.policy(**{"frame-ancestors": "'self'"}),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Plain(SimpleHTTPRequestHandler):
    """A web server that knows nothing of us but its own policy, with the site below its top."""

    def end_headers(self) -> None:
        """Add exactly what docs/hosting.md says."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def translate_path(self, path: str) -> str:
        """Serve the site under /trust/course/, and nothing else."""
        inside = path.partition("/trust/course/")[2]
        return super().translate_path("/" + inside if inside or path.endswith("/") else "/none")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def until(page: Page, script: str, wanted: object) -> None:
    """Ask again until a promise brings what is wanted: `wait_for_function` takes it as it is."""
    for _ in range(PATIENCE // 100):
        if (found := page.evaluate(script)) == wanted:
            break
        page.wait_for_timeout(100)
    assert found == wanted


def kept(page: Page, count: int) -> list[str]:
    """Wait until the browser keeps so many entries, and return their names."""
    until(page, f"async () => (await ({RECORD})()).length", count)
    return page.evaluate(RECORD)


class Visit:
    """A browser with the site: what it asked other hosts for, and what it complained of."""

    def __init__(self, browser: Browser, home: str, view: dict) -> None:
        self.home = home
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.context = browser.new_context(viewport=view, accept_downloads=True)
        self.context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        note_others(self.context, home, self.outside)
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Open another tab."""
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _hear(self, message: object) -> None:
        if message.type == "error" and not any(word in message.text for word in NOT_OURS):
            self.errors.append(message.text)

    def open(self, path: str, page: Page | None = None, *, wait: bool = True) -> Page:
        """Open a lesson and wait until it lives."""
        page = page or self.page
        page.goto(f"{self.home}app/notebooks/index.html?path={path}", wait_until="commit")
        if wait:
            self.lives(page)
        return page

    def shorten(self, path: str) -> None:
        """Leave a lesson its predictions and its card: for what hangs on no lab of it."""
        lesson = json.loads(app.trusted((ROOT / path).read_bytes()))
        (title, begin, *rest) = lesson["cells"]
        asks = [each for each in rest if "".join(each["source"]).startswith(ASKS)]
        body = json.dumps({**lesson, "cells": [title, begin, *asks]})
        self.context.route(f"**/files/{path}", lambda route: route.fulfill(body=body))

    def lives(self, page: Page) -> None:
        """Wait until every cell of the lesson has run."""
        page.locator(".jp-Notebook .jp-MarkdownOutput h1").first.wait_for()
        page.locator("#dialects-status").wait_for(state="detached")

    def close(self) -> None:
        """Leave; nothing may have gone wrong on the way."""
        self.context.close()
        assert self.outside == []
        assert self.errors == []


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, once for all workers; other people's files are kept from the last build."""
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent
    made = folder / "site"
    with FileLock(folder / "site.lock"):
        if not made.exists():
            try:
                build.write(build.site(), folder / "site.part")
            except parts.MissingPartError as problem:
                if os.environ.get("CI"):
                    raise
                pytest.skip(f"THE BROWSER EDITION WAS NOT TESTED. {problem}")
            (folder / "site.part").rename(made)
    return made


@contextlib.contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[str]:
    """Run a server, and yield its address."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def home(site: Path) -> Iterator[str]:
    """The site as ``start.py site --serve`` offers it."""
    with running(serve.server(site, 0)) as address:
        yield address


@pytest.fixture(scope="module")
def visit(browser: Browser, home: str) -> Iterator[Visit]:
    """One visit for the tests that go from lesson to lesson, as a learner does."""
    made = Visit(browser, home, SMALL)
    yield made
    made.close()


@pytest.fixture
def fresh(browser: Browser, home: str) -> Iterator[Visit]:
    """A browser that has never been here."""
    made = Visit(browser, home, SMALL)
    yield made
    made.close()


MOVED = """
([area, before]) => {
  const now = area.querySelector(".dio-title").textContent
    + area.querySelector(".dio-words").textContent
    + [...area.querySelectorAll("svg.marks path")].map((path) => path.getAttribute("d")).join();
  return before === null ? now : now !== before;
}
"""


def lock(page: Page, number: int = 0) -> None:
    """Answer a prediction with the first thing there is, and lock it."""
    form = page.locator(".dio-form").filter(has=page.locator("button", has_text="Lock"))
    form = form.nth(number)
    form.locator("input").first.press("ArrowRight")
    for group in form.locator("fieldset").filter(has=page.get_by_role("radio")).all():
        group.get_by_role("radio").first.press("Space")
    form.get_by_role("button", name="Lock").press("Enter")
    expect(page.get_by_text("Locked:").nth(number)).to_be_visible()


def follows(area: Locator, before: str, seconds: int) -> bool:
    """Tell whether a lab comes to show something else."""
    with contextlib.suppress(TimeoutError):
        seen = [area.element_handle(), before]
        area.page.wait_for_function(MOVED, arg=seen, timeout=seconds * SECOND)
        return True
    return False


def still(page: Page) -> list[str]:
    """Move each lab by its controls, one after the other; return those that never followed."""
    unmoved = []
    chart = page.locator(".dio-chart")
    for area in page.locator(".jp-OutputArea-output").filter(has=chart).all():
        before = area.evaluate(f"area => ({MOVED})([area, null])")
        # Not those of the stage: it goes while two hundred runs are shown.
        form = area.locator(".dio-form")
        controls = form.locator("input:not([disabled]), select:not([disabled])").all()
        for control in controls:
            ticked = control.get_attribute("type") == "checkbox"
            control.press("Space" if ticked else "ArrowRight")
            if follows(area, before, 2):
                break
        else:
            if controls and not follows(area, before, 30):
                unmoved.append(area.locator(".dio-form").get_attribute("aria-label"))
    return unmoved


def broken(page: Page) -> list[str]:
    """Return what a cell or a lab complains of, and the pictures that did not come."""
    said = page.locator("[data-mime-type='application/vnd.jupyter.error'], .dio-problem")
    drawn = "all => all.filter(img => img.complete && !img.naturalWidth).map(img => img.alt)"
    gone = page.locator(".jp-RenderedMarkdown img").evaluate_all(drawn)
    return [text for text in said.all_inner_texts() if text] + gone


def bring(page: Page, folder: Path) -> None:
    """Take in a table and a workbook, set new limits, and take a plan home."""
    file = page.get_by_role("group", name="Use your own data", exact=True)
    room = page.locator(".jp-OutputArea-output").filter(has=file)
    rows = [(f"{1 + month % 12:02}/{2023 + month // 12}", 20 + month % 3) for month in range(24)]
    table = folder / "falls.csv"
    table.write_text("Month,Falls\n" + "".join(f"{a},{b}\n" for a, b in rows), encoding="utf-8")
    book = openpyxl.Workbook()
    for row in [("Month", "Did not attend"), *rows]:
        book.active.append(row)
    book.save(folder / "missed.xlsx")
    for name in ("falls.csv", "missed.xlsx"):
        room.locator("input[type=file]").set_input_files(folder / name)
        expect(room.locator(".dio-words")).to_contain_text(f"The figures come from {name}.")
    page.get_by_role("group", name="Steps", exact=True).get_by_label("1: the").press("ArrowUp")
    before = room.locator(".dio-words").text_content()
    room.get_by_label("New limits").select_option(index=6)
    expect(room.locator(".dio-words")).not_to_have_text(before)
    plan = page.get_by_role("group", name="Your plan on one page", exact=True)
    with page.expect_download() as saved:
        plan.get_by_role("button", name="Save as a document").press("Enter")
    assert saved.value.suggested_filename == "my-plan.html"
    expect(page.get_by_text("We cannot make a Word document here")).to_be_visible()


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path.removesuffix(".ipynb"))
def test_a_lesson_lives(visit, path, tmp_path):
    """Try each kind of page; that every lesson runs and moves here, test_static_charts shows."""
    source = (ROOT / path).read_text(encoding="utf-8")
    page = visit.open(path, visit.new_page())
    assert broken(page) == []
    if "this.predict(" in source:
        lock(page)
    skip(page)
    if "this.play(" in source:
        expect(page.locator(".dio-chart svg.marks").first).to_be_visible()
        assert path == OWN or still(page) == []
    if path == EXERCISE:
        page.get_by_role("button", name="Check").first.press("Enter")
        expect(page.locator(".dio-status:not(.dio-empty)").first).to_be_visible()
    if path == OWN:
        bring(page, tmp_path)
    if path == TOC:  # it is told to have none, by a None that must not be lost on the way
        assert page.locator(".dio-chart").first.locator(".role-legend").count() == 0
    if path in (TOC, EXERCISE):  # all are made of the same parts
        page.set_viewport_size(TABLET)
        assert violations(page, OURS) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]
    assert broken(page) == []
    assert not page.get_by_text("Error displaying widget").count()
    page.close()


def test_a_record_outlives_page_and_kernel_and_travels(fresh, browser, home, tmp_path):
    fresh.shorten(TOC)
    one = fresh.open(TOC)
    lock(one)
    held = kept(one, 1)
    assert held[0].startswith("03/predict/")
    one.evaluate("() => { jupyterapp.commands.execute('notebook:restart-run-all'); }")
    one.locator(".jp-Dialog .jp-mod-accept").click()
    expect(one.get_by_text("Locked:").first).to_be_hidden()
    expect(one.get_by_text("Locked:").first).to_be_visible()
    assert one.evaluate(RECORD) == held

    # what another tab keeps is in this one's file
    two = fresh.open(MINE, fresh.new_page())
    lock(one, 1)
    held = kept(one, 2)
    one.wait_for_function("() => !jupyterapp.shell.currentWidget.model.dirty")
    one.close()
    take = two.get_by_role("group", name="Take your record home", exact=True)
    with two.expect_download() as saved_page:
        take.get_by_role("button", name="Save as a page").press("Enter")
    with two.expect_download() as saved_file:
        take.get_by_role("button", name="Save as a file").press("Enter")
    carried = tmp_path / "my-record.json"
    saved_file.value.save_as(carried)
    assert sorted(json.loads(carried.read_text(encoding="utf-8"))["entries"]) == held
    assert "My record" in Path(saved_page.value.path()).read_text(encoding="utf-8")
    # a lesson that was only run is not the learner's copy
    fresh.open(TOC, two, wait=False)
    expect(two.locator(".dialects-way")).to_contain_text("Version")
    expect(two.locator(".dialects-way")).not_to_contain_text("own copy")

    other = Visit(browser, home, SMALL)
    page = other.open(MINE)
    take = page.get_by_role("group", name="Take your record home", exact=True)
    take.locator("input[type=file]").set_input_files(carried)
    expect(page.get_by_text("We added 2 new entries.")).to_be_visible()
    kept(page, 2)
    other.close()


def test_where_python_cannot_start_the_lesson_is_there_to_read(browser, home):
    visit = Visit(browser, home, SMALL)
    visit.context.route("**/*.wasm", lambda route: route.fulfill(body="", status=404))
    page = visit.open(TOC, wait=False)
    expect(page.locator("#dialects-status")).to_contain_text("Python could not start here.")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("Theory of constraints")
    visit.errors.clear()  # the browser says so too
    visit.close()


def test_a_build_comes_out_the_same_again(site, tmp_path):
    again = build.site()
    assert {*again} == {
        path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()
    }
    assert all((site / name).read_bytes() == data for name, data in again.items())
    # Compiled afresh too, which the kept archive would hide.
    own = next(name for name in again if "/course-" in name)
    made = archive.compiled(build.course(), build.KEPT / "pyodide", tmp_path)
    assert made == again[own]


@pytest.fixture
def silent(fresh):
    """A visit in which Python never comes: for what must work before it is there."""
    fresh.context.route("**/*.wasm", lambda _: None)
    return fresh


def test_a_newer_lesson_is_offered_beside_the_learners_copy(silent, site):
    path = "notebooks/04-value.ipynb"
    page = silent.open(path, wait=False)
    way, mine = (
        page.locator(".dialects-way"),
        page.get_by_role("paragraph").filter(has_text="Mine."),
    )
    expect(way).to_contain_text("Version")
    expect(way).not_to_contain_text("own copy")
    # The learner writes into the lesson; that alone makes a copy.
    page.evaluate(
        "() => { const cell = jupyterapp.shell.currentWidget.content.widgets[0];"
        " cell.model.sharedModel.setSource(cell.model.sharedModel.getSource() + '\\n\\nMine.'); }"
    )
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.model.dirty")
    newer = (
        (site / "app" / "files" / path)
        .read_text(encoding="utf-8")
        .replace("A board meeting", "A new board meeting")
    )
    page.route(f"**/files/{path}", lambda route: route.fulfill(body=newer))
    page.reload()
    expect(way).to_contain_text("a newer version")
    expect(mine).to_be_visible()
    way.get_by_role("button", name="Open the latest lesson as well").click()
    page.wait_for_url("**version*")
    expect(way).to_contain_text("Version")
    expect(page.get_by_role("heading", name="A new board meeting")).to_be_visible()
    expect(mine).to_have_count(0)
    silent.open(path, wait=False)
    expect(way).to_contain_text("own copy")
    expect(mine).to_be_visible()


def test_a_double_click_on_prose_changes_nothing(silent):
    page = silent.open(TOC, wait=False)
    expect(page.locator(".dialects-way")).to_contain_text("Version")
    prose = page.locator(".jp-MarkdownCell").nth(1).locator(".jp-MarkdownOutput")
    expect(prose).not_to_be_empty()  # a cell is there before its text is
    prose.click(trial=True)  # visible, and at rest
    said = prose.inner_text()
    prose.dblclick()
    page.keyboard.press("Enter")
    expect(prose).to_be_visible()
    assert prose.inner_text() == said
    expect(page.locator(".jp-MarkdownCell .jp-Editor:visible")).to_have_count(0)


def test_a_phone_has_the_way_back_and_the_version(browser, home):
    phone = Visit(browser, home, PHONE)
    phone.context.route("**/*.wasm", lambda _: None)
    page = phone.open(TOC, wait=False)
    for part in ("#dialects-status", ".dialects-way"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= PHONE["width"], part
    expect(page.locator(".dialects-way")).to_contain_text("Version")
    expect(page.locator("#dialects-wait")).to_have_count(0)
    page.locator(".dialects-way").get_by_role("link", name="All lessons").click()
    page.wait_for_url(f"{home}index.html")
    phone.close()


def test_a_browser_without_a_database_says_so_before_anything_is_entered(browser, home, tmp_path):
    visit = Visit(browser, home, SMALL)
    visit.context.route(
        "**/record.mjs",
        lambda route: route.fulfill(
            body="delete WorkerGlobalScope.prototype.indexedDB;" + route.fetch().text(),
            content_type="text/javascript",
        ),
    )
    visit.shorten(TOC)
    page = visit.open(TOC)
    notice = page.locator("#dialects-notices")
    expect(notice).to_contain_text("This browser cannot save anything for this site")
    lock(page)
    with page.expect_download() as saved:
        notice.get_by_role("button", name="Save it as a file").click()
    saved.value.save_as(tmp_path / "saved.json")
    assert "03/predict/dice" in (tmp_path / "saved.json").read_text(encoding="utf-8")
    visit.context.close()


def test_a_browser_with_no_room_opens_the_lesson_and_says_what_is_wrong(browser, home):
    visit = Visit(browser, home, SMALL)
    page = visit.page
    page.goto(f"{home}privacy.html")
    where = {"origin": home.rstrip("/"), "quotaSize": 20_000}
    visit.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", where)
    visit.open(TOC, page)
    expect(page.get_by_text("File Load Error")).to_have_count(0)
    lock(page)
    expect(page.locator("#dialects-notices")).to_contain_text("may have no room left")
    visit.context.close()


def test_a_link_leads_to_the_other_lesson(silent):
    page = silent.open("notebooks/04-value.ipynb", wait=False)
    expect(page.locator(".dialects-way")).to_contain_text("Version")
    page.locator(".jp-MarkdownOutput a:visible", has_text="03 Theory of constraints").first.click()
    page.wait_for_url("**path=*03-theory-of-constraints*")
    expect(page.locator(".jp-MarkdownOutput h1")).to_contain_text("Theory of constraints")


def test_a_lesson_can_be_read_before_jupyter_is_there(silent):
    silent.context.route("**/jlab_core*", lambda _: None)
    page = silent.open(TOC, wait=False)
    expect(page.locator("#dialects-wait h1")).to_be_visible()
    drawn = page.locator("#dialects-wait main > p > img").first
    expect(drawn).to_have_js_property("complete", True)
    assert drawn.evaluate("img => img.naturalWidth")
    expect(page.locator("#dialects-status")).to_contain_text("Python is starting")


def test_the_landing_page_can_be_used_by_everybody(silent):
    silent.page.goto(silent.home)
    assert violations(silent.page, None) == []


@pytest.mark.parametrize("view", [SMALL, TABLET])
def test_the_landing_page_needs_no_script(browser, home, view):
    context = browser.new_context(viewport=view, java_script_enabled=False)
    page = context.new_page()
    page.goto(home)
    assert page.locator(".stop").get_by_role("link").count() == len(LESSONS)
    assert page.evaluate("document.documentElement.scrollWidth") <= view["width"]
    for link in page.locator("a[href]").all():
        path = link.get_attribute("href").partition("?")[0]
        assert page.request.get(home + path).ok, path
    page.get_by_text("Read a lesson as a plain page").click()
    page.locator("details").get_by_role("link", name="03").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Theory of constraints")
    context.close()


def violations(page: Page, context: dict | None) -> list[str]:
    found = Axe().run(page, context=context).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def test_any_web_server_will_do_with_the_headers_for_it(browser, site):
    """Below a path, on plain http under a name that is not localhost."""
    handler = functools.partial(Plain, directory=str(site))
    with running(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as address:
        port = address.rsplit(":", 1)[1]
        (rules,) = (flag for flag in FLAGS if flag.startswith(RULES))
        flags = [flag for flag in FLAGS if flag != rules]
        rules = rules.replace(RULES, f"{RULES}MAP intranet.example 127.0.0.1, ")
        other = browser.browser_type.launch(executable_path=browser_path(), args=[*flags, rules])
        plain = Visit(other, f"http://intranet.example:{port}trust/course/", SMALL)
        page = plain.open(OWN)
        assert page.evaluate("isSecureContext") is False
        lock(page)
        expect(page.locator(".dio-chart svg.marks").first).to_be_visible()
        assert broken(page) == []
        until(page, f"async () => (await ({RECORD})()).includes('13/predict/flagged')", True)
        plain.close()
        other.close()
