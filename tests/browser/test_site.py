"""The browser edition as a learner meets it: static files, a fresh browser, no other host."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, TimeoutError, expect

from lite import archive, build, serve
from tests.browser.conftest import FLAGS, NOT_OURS, ROOT, SECOND, browser_path

pytestmark = pytest.mark.browser

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
EXERCISES = sorted(path.stem for path in (ROOT / "exercises").glob("*.ipynb"))
SMALL, TABLET = {"width": 1366, "height": 768}, {"width": 820, "height": 1180}
PATIENCE = 90 * SECOND
OURS = {"include": [[".jp-OutputArea-output"], [".jp-MarkdownOutput"], [".dialects-way"]]}
RECORD = """
() => new Promise((done) => {
  const request = indexedDB.open("dialects-of-improvement");
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


POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "worker-src 'self' blob:; connect-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:"
)


class Plain(SimpleHTTPRequestHandler):
    """A web server that knows nothing of us but its own policy, with the site below its top."""

    def end_headers(self) -> None:
        """Add what docs/hosting.md says of a content security policy."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def translate_path(self, path: str) -> str:
        """Serve the site under /trust/course/, and nothing else."""
        inside = path.partition("/trust/course/")[2]
        return super().translate_path("/" + inside if inside or path.endswith("/") else "/none")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Visit:
    """A browser with the site: what it asked other hosts for, and what it complained of."""

    def __init__(self, browser: Browser, home: str, view: dict) -> None:
        self.home = home
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.context = browser.new_context(viewport=view, accept_downloads=True)
        self.context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.context.route("**/*", self._guard)
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Open another tab."""
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _guard(self, route: Route) -> None:
        if route.request.url.startswith((self.home, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def _hear(self, message: object) -> None:
        if message.type == "error" and not any(word in message.text for word in NOT_OURS):
            self.errors.append(message.text)

    def open(self, path: str, page: Page | None = None) -> Page:
        """Open a lesson and wait until it lives."""
        page = page or self.page
        page.goto(f"{self.home}app/notebooks/index.html?path={path}")
        self.lives(page)
        return page

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
    """Build the site; other people's files are kept from the last build."""
    folder = tmp_path_factory.mktemp("site") / "site"
    build.write(build.site(), folder)
    return folder


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
  const now = area.querySelector(".dio-words").textContent
    + [...area.querySelectorAll("svg.marks path")].map((path) => path.getAttribute("d")).join();
  return before === null ? now : now !== before;
}
"""


def lock(page: Page) -> None:
    """Answer the first open prediction with the first thing there is, and lock it."""
    form = page.locator(".dio-form").filter(has=page.locator("button", has_text="Lock")).first
    form.locator("input").first.press("ArrowRight")
    for group in form.locator("fieldset").filter(has=page.get_by_role("radio")).all():
        group.get_by_role("radio").first.press("Space")
    form.get_by_role("button", name="Lock").press("Enter")
    expect(page.get_by_text("Locked:").first).to_be_visible()


def move(page: Page) -> bool:
    """Move the controls of the labs until a chart and its words follow."""
    chart = page.locator(".dio-chart")
    for area in page.locator(".jp-OutputArea-output").filter(has=chart).all():
        control = area.locator("input:not([disabled]), select:not([disabled])").first
        if not control.count():
            continue
        before = area.evaluate(f"area => ({MOVED})([area, null])")
        control.press("Space" if control.get_attribute("type") == "checkbox" else "ArrowRight")
        with contextlib.suppress(TimeoutError):
            page.wait_for_function(MOVED, arg=[area.element_handle(), before], timeout=10 * SECOND)
            return True
    return False


def broken(page: Page) -> list[str]:
    """Return what a cell or a lab complains of."""
    said = page.locator("[data-mime-type='application/vnd.jupyter.error'], .dio-problem")
    return [text for text in said.all_inner_texts() if text]


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_lives(visit, name):
    source = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    page = visit.open(f"notebooks/{name}.ipynb")
    assert broken(page) == []
    if "this.predict(" in source:
        lock(page)
    for skip in page.get_by_role("button", name="Skip", exact=False).all():
        skip.press("Enter")
    if "this.play(" in source:
        expect(page.locator(".dio-chart svg.marks").first).to_be_visible()
        assert move(page)
    assert broken(page) == []
    assert not page.get_by_text("Error displaying widget").count()


@pytest.mark.parametrize("name", EXERCISES[:1])
def test_an_exercise_can_be_checked(visit, name):
    page = visit.open(f"exercises/{name}.ipynb")
    page.get_by_role("button", name="Check my answer").first.press("Enter")
    status = page.locator(".jp-OutputArea-output .dio-status").first
    expect(status).not_to_be_empty()
    assert broken(page) == []


def test_a_prediction_outlives_the_page_and_the_kernel(fresh):
    page = fresh.open("notebooks/03-theory-of-constraints.ipynb")
    lock(page)
    page.wait_for_function(f"async () => (await ({RECORD})()).length === 1")
    held = page.evaluate(RECORD)
    assert held[0].startswith("03/predict/")
    page.reload()
    fresh.lives(page)
    expect(page.get_by_text("Locked:").first).to_be_visible()
    page.evaluate("jupyterapp.commands.execute('notebook:restart-run-all')")
    page.get_by_role("button", name="Restart").click()
    expect(page.get_by_text("Locked:").first).to_be_hidden()
    expect(page.get_by_text("Locked:").first).to_be_visible()
    assert page.evaluate(RECORD) == held


def test_two_tabs_keep_one_record(fresh):
    one = fresh.open("notebooks/03-theory-of-constraints.ipynb")
    two = fresh.open("notebooks/04-value.ipynb", fresh.new_page())
    for page in (one, two):
        page.bring_to_front()
        lock(page)
    one.bring_to_front()
    one.get_by_role("button", name="Skip", exact=False).last.press("Enter")
    one.wait_for_function(f"async () => (await ({RECORD})()).length === 2")
    two.close()
    kept = {key.split("/")[0] for key in one.evaluate(RECORD)}
    assert kept == {"03", "04"}


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


def test_a_newer_lesson_is_offered_beside_the_learners_copy(fresh, site):
    path = "notebooks/04-value.ipynb"
    page = fresh.open(path)
    way = page.locator(".dialects-way")
    expect(way).to_contain_text("Version")
    expect(way).not_to_contain_text("own copy")
    # The learner writes into the lesson; that alone makes a copy.
    page.evaluate(
        "() => { const cell = jupyterapp.shell.currentWidget.content.widgets[0];"
        " cell.model.sharedModel.setSource(cell.model.sharedModel.getSource() + '\\n\\nMine.'); }"
    )
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.model.dirty")
    newer = (site / "app" / "files" / path).read_text(encoding="utf-8").replace("Hook", "Hook, new")
    page.route(f"**/files/{path}", lambda route: route.fulfill(body=newer))
    page.reload()
    fresh.lives(page)
    expect(way).to_contain_text("newer now")
    expect(page.get_by_role("paragraph").filter(has_text="Mine.")).to_be_visible()
    way.get_by_role("button").click()
    page.wait_for_url("**version*")
    fresh.lives(page)
    expect(page.get_by_role("heading", name="Hook, new")).to_be_visible()
    expect(page.get_by_text("Mine.")).to_be_hidden()
    fresh.open(path)
    expect(page.get_by_role("paragraph").filter(has_text="Mine.")).to_be_visible()


def test_a_link_leads_to_the_other_lesson(visit):
    page = visit.open("notebooks/04-value.ipynb")
    page.locator(".jp-MarkdownOutput a", has_text="03 Theory of constraints").first.click()
    page.wait_for_url("**path=*03-theory-of-constraints*")
    visit.lives(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Theory of constraints")


def test_running_a_lesson_makes_no_copy_of_it(visit):
    page = visit.open("notebooks/04-value.ipynb")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.model.dirty")
    visit.open("notebooks/04-value.ipynb")
    expect(page.locator(".dialects-way")).not_to_contain_text("own copy")


def test_a_lesson_can_be_read_before_python_is_there(fresh):
    page = fresh.page
    fresh.context.route("**/*.wasm", lambda _: None)  # Python never comes
    page.goto(f"{fresh.home}app/notebooks/index.html?path=notebooks/03-theory-of-constraints.ipynb")
    expect(page.locator("#dialects-wait h1")).to_be_visible()
    expect(page.locator("#dialects-wait img").first).to_be_attached()
    expect(page.locator("#dialects-status")).to_contain_text("Python is starting")


@pytest.mark.parametrize("view", [SMALL, TABLET])
def test_the_landing_page_needs_no_script(browser, home, view):
    context = browser.new_context(viewport=view, java_script_enabled=False)
    page = context.new_page()
    page.goto(home)
    assert page.get_by_role("link", name="Start 0").count() >= len(LESSONS) - 4
    assert page.evaluate("document.documentElement.scrollWidth") <= view["width"]
    for link in page.locator("a[href]").all():
        path = link.get_attribute("href").partition("?")[0]
        assert page.request.get(home + path).ok, path
    page.get_by_role("link", name="Read 03").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Theory of constraints")
    context.close()


def test_pages_can_be_used_by_everybody(visit):
    page = visit.page
    page.goto(visit.home)
    assert violations(page, None) == []
    visit.open("notebooks/03-theory-of-constraints.ipynb")
    assert violations(page, OURS) == []


def violations(page: Page, context: dict | None) -> list[str]:
    found = Axe().run(page, context=context).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def test_any_web_server_will_do(browser, site):
    """Below a path, on plain http under a name that is not localhost, without any header."""
    handler = functools.partial(Plain, directory=str(site))
    with running(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as address:
        port = address.rsplit(":", 1)[1]
        names = "--host-resolver-rules=MAP intranet.example 127.0.0.1"
        other = browser.browser_type.launch(executable_path=browser_path(), args=[*FLAGS, names])
        plain = Visit(other, f"http://intranet.example:{port}trust/course/", SMALL)
        page = plain.open("notebooks/03-theory-of-constraints.ipynb")
        assert page.evaluate("isSecureContext") is False
        said = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
        assert all(f"`{each.strip()}`" in " ".join(said.split()) for each in POLICY.split(";"))
        lock(page)
        page.wait_for_function(f"async () => (await ({RECORD})()).length === 1")
        plain.close()
        other.close()
