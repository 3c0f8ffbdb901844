"""Nothing but the course's own lessons is opened and run in the browser edition."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lite import serve
from tests.browser.conftest import SECOND
from tests.browser.test_keeping import python
from tests.browser.test_site import SMALL, TOC, Visit, running, site  # noqa: F401

pytestmark = pytest.mark.browser

MARK = "document.documentElement.dataset.ran = 'yes'"
STRANGER = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": "cell-1",
            "metadata": {"trusted": True},
            "outputs": [
                {
                    "output_type": "display_data",
                    "data": {"text/html": f'<img src="data:," onerror="{MARK}">'},
                    "metadata": {},
                }
            ],
            "source": f"from IPython.display import Javascript\nJavascript({MARK!r})",
        }
    ],
    "metadata": {
        "dialects": {"lesson": True, "version": "0"},
        "kernelspec": {"display_name": "Python", "language": "python", "name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}
RAN = "document.documentElement.dataset.ran"


@pytest.fixture(scope="module")
def host(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: F811
    """The course below ``/course/``, and a folder of somebody else's on the same host."""
    top = tmp_path_factory.mktemp("host")
    shutil.copytree(site, top / "course", copy_function=os.link)  # files are added only
    notebook = json.dumps(STRANGER)
    about = {"name": "x.ipynb", "path": "x.ipynb", "type": "notebook", "format": "json"}
    about |= {"created": "2020-01-01T00:00:00Z", "last_modified": "2020-01-01T00:00:00Z"}
    about |= {"mimetype": None, "size": 1, "writable": True, "content": None}
    for folder in (top / "other", top / "course" / "app" / "files"):
        folder.mkdir(exist_ok=True)
        (folder / "x.ipynb").write_text(notebook, encoding="utf-8")
        listing = {**about, "type": "directory", "content": [about]}
        (folder / "all.json").write_text(json.dumps(listing), encoding="utf-8")
    with running(serve.server(top, 0)) as address:
        yield f"{address}course/"


@pytest.fixture
def guest(browser, host) -> Iterator[Visit]:
    """A browser that has never been here."""
    made = Visit(browser, host, SMALL)
    yield made
    made.context.close()
    assert made.outside == []


UP = "../../../../other/x.ipynb"


@pytest.mark.parametrize(
    "query",
    [
        f"path={UP}",
        "path=..%2F..%2F..%2F..%2Fother%2Fx.ipynb",
        "path=%252e%252e%252fother%252fx.ipynb",
        f"path=notebooks/../{UP}",
        f"path={TOC}&path={UP}",
        f"path={UP}&path={TOC}",
        "path=x.ipynb",
        f"path=/{TOC}",
        f"path=./{TOC}",
        f"path={TOC}%00",
        f"path=RTC:{TOC}",
        f"path={TOC.removesuffix('.ipynb')} (version ../../x).ipynb",
        "fromURL=/other/x.ipynb",
        "path=",
        "",
    ],
)
def test_an_address_that_names_no_lesson_leads_to_the_first_page(guest, query):
    page = guest.page
    page.goto(f"{guest.home}app/notebooks/index.html?{query}")
    page.wait_for_url(f"{guest.home}index.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dialects of Improvement")


def test_an_address_says_which_lesson_and_nothing_more(guest):
    guest.context.route("**/*.wasm", lambda _: None)
    page = guest.page
    more = "fromURL=/other/x.ipynb&kernel=x&factory=Editor&workspace=y&reset&clone=z"
    page.goto(f"{guest.home}app/notebooks/index.html?{more}&path={TOC}")
    expect(page.locator(".jp-MarkdownOutput h1").first).to_contain_text("Theory of constraints")
    assert page.evaluate("location.search") == f"?path={TOC}"


def _open(page: Page, path: str) -> str:
    """Try to open a notebook from inside the page; return what came of it."""
    return page.evaluate(
        "(path) => jupyterapp.serviceManager.contents.get(path).then("
        "() => 'opened', (reason) => String(reason))",
        path,
    )


def test_nothing_else_is_opened_from_inside(guest):
    guest.context.route("**/*.wasm", lambda _: None)
    page = guest.open(TOC, wait=False)
    expect(page.locator(".dialects-way")).to_contain_text("Version")
    for path in (UP, "x.ipynb", "notebooks/../x.ipynb", "notebooks/other.ipynb", "a.html"):
        assert "not one of the course's lessons" in _open(page, path), path
    assert _open(page, TOC) == "opened"
    came = page.evaluate(
        "(path) => jupyterapp.commands.execute('docmanager:open', { path })"
        ".then(() => 'opened', (reason) => String(reason))",
        UP,
    )
    assert "not one of the course's lessons" in came
    assert page.evaluate(RAN) is None
    offered = set(page.evaluate("jupyterapp.commands.listCommands()"))
    assert not offered & {
        "filebrowser:open-url", "filebrowser:open-path", "filebrowser:uploader",
        "application:open-lab", "application:open-tree", "help:jupyter-forum",
        "application:clear-browser-data", "console:create-in-tree", "workspace-ui:open",
    }  # fmt: skip


DROP = """
() => {
  const data = new DataTransfer();
  data.items.add(new File(["{}"], "x.ipynb"));
  const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector(".jp-Notebook").dispatchEvent(drop);
  return drop.defaultPrevented;
}
"""


def test_a_file_that_is_dropped_on_the_page_is_not_opened(guest):
    guest.context.route("**/*.wasm", lambda _: None)
    page = guest.open(TOC, wait=False)
    expect(page.locator(".dialects-way")).to_contain_text("Version")
    taken = page.evaluate(DROP)
    assert taken
    page.wait_for_timeout(1 * SECOND)
    assert page.evaluate("location.search") == f"?path={TOC}"


def test_a_copy_runs_when_it_is_asked_to_and_not_before(guest):
    """However it came into the browser's storage, and whatever it says of itself."""
    page = guest.open(TOC, wait=False)
    expect(page.locator(".dialects-way")).to_contain_text("Version")
    lesson = page.evaluate("jupyterapp.shell.currentWidget.model.toJSON()")
    stranger = {**lesson, "cells": STRANGER["cells"] + lesson["cells"]}
    page.evaluate(
        "([path, content]) => jupyterapp.serviceManager.contents.save(path, "
        "{ type: 'notebook', format: 'json', content })",
        [TOC, stranger],
    )
    guest.open(TOC, page, wait=False)
    way = page.locator(".dialects-way")
    expect(way).to_contain_text("This is your own copy")
    page.wait_for_function("() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel")
    assert python(page, "print(6 * 7)") == "42"  # Python is there, and had time to run the copy
    page.wait_for_timeout(1 * SECOND)
    assert page.evaluate(RAN) is None
    expect(page.locator(".dio-form")).to_have_count(0)
    with page.expect_navigation():
        way.get_by_role("button", name="Run your copy").click()
    expect(page.locator(".dio-form").first).to_be_visible()
    assert page.evaluate(RAN) == "yes"
    # the lesson as it was comes back, and the copy stays beside it
    with page.expect_navigation():
        page.evaluate("() => { jupyterapp.commands.execute('dialects:bring-back'); }")
    expect(way).not_to_contain_text("own copy")
    assert page.evaluate(RAN) is None
    way.get_by_role("link", name="Your copy from").click()
    expect(way).to_contain_text("This is your own copy")
    assert page.evaluate(RAN) is None
