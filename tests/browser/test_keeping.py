"""The record in the browser edition: kept, or told that it is not; deleted when it is deleted.

How each kind of damage is met is tried on the record's own code, in ``tests/js/record.test.js``.
"""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_site import (
    EXERCISE,
    RECORD,
    SMALL,
    TOC,
    Visit,
    fresh,
    home,
    kept,
    lock,
    site,
)

__all__ = ["fresh", "home", "site"]  # fixtures
pytestmark = pytest.mark.browser

PUT = """
([name, version, rows]) => new Promise((done) => {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => rows && request.result.createObjectStore("pieces");
  request.onsuccess = () => {
    const work = request.result.transaction([...request.result.objectStoreNames], "readwrite");
    for (const [at, text] of rows ?? []) work.objectStore("pieces").put({ at, text, turn: 1 }, at);
    work.oncomplete = () => { request.result.close(); done(); };
  };
})
"""
OTHERS = "JupyterLite Storage - /other/app/"  # where another site of this host keeps its copies
NAMES = "async () => (await indexedDB.databases()).map(({ name }) => name)"
GOOD = [
    ['["format"]', '"dialects-of-improvement/record"'],
    ['["version"]', "2"],
    ['["entries","03/card"]', '{"kind":"card","text":"Bay 4 waits"}'],
]
NOTICE = "#dialects-notices"


def python(page: Page, code: str) -> str:
    """Run Python in the lesson's kernel, and return what it prints, or the name of its error."""
    return page.evaluate(
        """async (code) => {
          const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
          const future = kernel.requestExecute({ code, store_history: false }, false);
          let said = "";
          future.onIOPub = ({ header, content }) => {
            if (header.msg_type === "stream") said += content.text;
            if (header.msg_type === "error") said += content.ename;
          };
          await future.done;
          return said.trim();
        }""",
        code,
    )


def name(visit: Visit) -> str:
    return f"dialects-of-improvement {'/' + visit.home.split('/', 3)[3]}"


def here(visit: Visit) -> Page:
    """A page of the site that does not open its database."""
    visit.page.goto(f"{visit.home}privacy.html")
    return visit.page


def test_a_damaged_record_is_told_and_rescued_and_can_be_started_afresh(fresh, tmp_path):
    broken = ['["entries","03/card"]', "[" * 50_000 + "]" * 50_000]
    rows = [*GOOD, ['["entries","04/card"]', '{"kind":"card","text":"Kept"}'], broken]
    here(fresh).evaluate(PUT, [name(fresh), 1, rows])
    fresh.shorten(TOC)
    page = fresh.open(TOC)
    notice = page.locator(NOTICE)
    expect(notice).to_contain_text("clear this site’s data in the browser’s settings")
    with page.expect_download() as saved:
        notice.get_by_role("button", name="Save what can still be read").click()
    saved.value.save_as(tmp_path / "rescued.json")
    rescued = json.loads((tmp_path / "rescued.json").read_text(encoding="utf-8"))
    assert "04/card" in rescued["entries"]
    lock(page)  # the lesson goes on, and says that it keeps nothing
    expect(page.get_by_text("could not be saved").first).to_be_visible()
    notice.get_by_role("button", name="Start afresh").click()
    with page.expect_navigation():
        notice.get_by_role("button", name="Load an empty page").click()
    fresh.lives(page)
    expect(notice).to_be_empty()
    lock(page)
    kept(page, 1)
    fresh.errors.clear()


# Spoils the transactions of the worker that are opened from now on, or lets them be again.
ABORT = """
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (...how) {
  const made = begin.apply(this, how);
  if (self.spoilt && how[1] === "readwrite") queueMicrotask(() => made.abort());
  return made;
};
self.addEventListener("message", ({ data }) => {
  if (data?.spoil !== undefined) self.spoilt = data.spoil;
});
"""


def test_what_could_not_be_written_is_told_and_never_called_kept(
    fresh,
    site,
    tmp_path,
):
    text = next(site.glob("app/python-*/record.mjs")).read_text(encoding="utf-8")
    text = text.replace("commit?.()", "commitLater?.()")
    fresh.context.route(
        "**/record.mjs",
        lambda route: route.fulfill(body=ABORT + text, content_type="text/javascript"),
    )
    fresh.shorten(TOC)
    fresh.context.add_init_script(
        "const Made = Worker; window.all = []; window.Worker = class extends Made {"
        " constructor(...how) { super(...how); all.push(this); } };"
    )
    page = fresh.open(TOC)
    spoil = "(spoil) => all.forEach((worker) => worker.postMessage({ spoil }))"
    page.evaluate(spoil, True)
    card = page.locator(".dio-form").filter(has=page.get_by_role("button", name="Keep my card"))
    card.locator("textarea").first.fill("Bay 4 waits for the pharmacy.")
    keep = card.get_by_role("button", name="Keep my card")
    keep.press("Enter")
    notice = page.locator(NOTICE)
    expect(notice).to_contain_text("This browser could not save")
    expect(page.get_by_text("Kept in your record")).to_have_count(0)
    keep.press("Enter")  # now Python knows at once
    expect(page.get_by_text("could not be saved").first).to_be_visible()
    expect(page.get_by_text("Kept in your record")).to_have_count(0)
    with page.expect_download() as saved:
        notice.get_by_role("button", name="Save it as a file").click()
    saved.value.save_as(tmp_path / "record.json")
    assert "Bay 4 waits" in (tmp_path / "record.json").read_text(encoding="utf-8")
    page.evaluate(spoil, False)
    notice.get_by_role("button", name="Try again").click()
    expect(notice).to_contain_text("Everything you entered is now saved")
    kept(page, 1)
    keep.press("Enter")
    expect(page.get_by_text("could not be saved")).to_have_count(0)


def test_a_deleted_record_is_gone_in_all_tabs_and_with_it_the_copies(fresh):
    here(fresh).evaluate(PUT, [OTHERS, 1, []])
    fresh.shorten(TOC)
    one = fresh.open(TOC)
    lock(one)
    kept(one, 1)
    two = fresh.open(EXERCISE, fresh.new_page())
    two.evaluate(
        "() => { const cell = jupyterapp.shell.currentWidget.content.widgets[0];"
        " cell.model.sharedModel.setSource(cell.model.sharedModel.getSource() + ' Mine.'); }"
    )
    two.wait_for_function("() => !jupyterapp.shell.currentWidget.model.dirty")
    # what `Record.start_afresh` does
    python(one, "import os, pathlib; pathlib.Path(os.environ['DIALECTS_RECORD']).unlink()")
    expect(one.locator(NOTICE)).to_contain_text("Your record has been deleted from this browser")
    expect(two.locator(NOTICE)).to_contain_text("Your record was deleted in another tab")
    there = "import os, pathlib; print(pathlib.Path(os.environ['DIALECTS_RECORD']).exists())"
    assert python(one, there) == python(two, there) == "False"
    two.close()
    assert one.evaluate(RECORD) == []
    fresh.open(EXERCISE, one, wait=False)
    expect(one.locator(".dialects-way")).to_contain_text("Version")
    expect(one.locator(".dialects-way")).not_to_contain_text("own copy")
    names = one.evaluate(NAMES)
    assert OTHERS in names
    assert "dialects-start" not in names


FORM = '{"format":"dialects-of-improvement/record","version":2,"entries":'
DEEP = 100_000
TAKE = """
import os, pathlib
from toolkit.learning.record import my_record
text = {text}
try:
    words = my_record().take(text)
except Exception as problem:
    words = repr(problem)
# Past all of Python's own checks: straight into the file's place.
place = pathlib.Path(os.environ["DIALECTS_RECORD"])
part = place.with_name("x.part")
_ = part.write_text(text)
try:
    part.replace(place)
except OSError:
    print("refused")
"""


@pytest.mark.parametrize(
    "text",
    [
        repr(FORM + '{"a":{"x":NaN}}}'),
        repr(FORM + '{"a":{"x":-Infinity}}}'),
        repr(FORM + '{"a":{"x":1e999}}}'),
        repr(FORM) + f" + '{{\"a\":' * {DEEP} + '1' + '}}' * {DEEP + 1}",
        f"'[' * {DEEP} + ']' * {DEEP}",
        f"'[' * {DEEP}",
    ],
    ids=["NaN", "infinite", "1e999", "deep entries", "deep", "open"],
)
def test_no_record_kills_python(visit, text):
    page = visit
    assert "refused" in python(page, TAKE.format(text=text))
    assert python(page, "print(6 * 7)") == "42"
    expect(page.locator(NOTICE)).not_to_contain_text("Python has stopped")


@pytest.fixture(scope="module")
def visit(browser, home):
    """One lesson that stays open."""
    made = Visit(browser, home, SMALL)
    made.shorten(TOC)
    yield made.open(TOC)
    made.context.close()
    assert made.outside == []


def test_what_was_entered_outlives_no_connection_leaving_and_the_end_of_python(fresh):
    fresh.shorten(TOC)
    page = fresh.open(TOC)
    notice = page.locator(NOTICE)
    # without a connection the page says so, and goes on
    fresh.context.set_offline(True)
    page.locator(".dialects-way a").click()
    expect(notice).to_contain_text("no connection to the course just now")
    lock(page)
    (guess,) = kept(page, 1)
    fresh.context.set_offline(False)
    fresh.errors.clear()  # the browser says it too

    # what Python put off is kept when the page goes
    python(
        page,
        "import atexit\nfrom toolkit.learning.record import my_record\n"
        "def save(): my_record().put('03/card', {'kind': 'card', 'text': 'half written'})\n"
        "save.__module__ = 'toolkit.screen.questions'; _ = atexit.register(save)",
    )
    assert page.evaluate(RECORD) == [guess]
    page.locator(".dialects-way a").click()
    page.wait_for_url(f"{fresh.home}index.html")
    fresh.open(TOC, page)
    assert kept(page, 2) == ["03/card", guess]
    expect(page.get_by_text("Locked:").first).to_be_visible()

    # where Python dies, the page says so, and nothing is lost
    page.evaluate(
        "() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute("
        "{ code: 'import pyodide_js; pyodide_js._api.fatal_error(pyodide_js._api)' }); }"
    )
    expect(notice).to_contain_text("Python has stopped")
    with page.expect_navigation():
        notice.get_by_role("button", name="Load the lesson again").click()
    fresh.lives(page)
    expect(page.get_by_text("Locked:").first).to_be_visible()
    fresh.errors.clear()  # Pyodide says it too
