"""The models' own tests, run inside Pyodide: the browser edition must compute what we compute.

Integers have 32 bits there unless code says otherwise, and some libraries are missing.
"""

from __future__ import annotations

import json
import os

import pytest
from playwright.sync_api import Browser

from lite import archive, build, parts, serve
from tests.browser.conftest import ROOT
from tests.browser.test_site import running

pytestmark = pytest.mark.browser

INSIDE = ROOT / "tests" / "pyodide" / "inside.py"
# Where numbers are made. Charts, record and lessons are tried in the browser edition itself; laws
# only run again what stands here, and the case room takes as long as all others together.
FILES = (
    "models/test_diffusion", "models/test_flow", "models/test_focusing", "models/test_journeys",
    "models/test_logics", "models/test_pathway", "models/test_prudent", "models/test_queueing",
    "models/test_stream", "models/test_value", "models/test_wards", "spc/test_deming",
    "spc/test_variation",
)  # fmt: skip
FOLDERS = ("toolkit", "data", "tests", "benchmarks")


RUN = """
async ([files, inside]) => {
  const { loadPyodide } = await import("/pyodide/pyodide.mjs");
  const python = await loadPyodide({ indexURL: "/pyodide/" });
  for (const [name, kind, folder] of [
    ["course.zip", "zip", "/course"],
    ["libraries.tar.gz", "gztar", "/course/libraries"],
  ]) {
    const answer = await fetch(`/${name}`);
    python.unpackArchive(await answer.arrayBuffer(), kind, { extractDir: folder });
  }
  python.globals.set("FILES", python.toPy(files));
  return python.runPython(inside);
}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> dict:
    """What came of the tests inside."""
    folder = tmp_path_factory.mktemp("inside")
    wanted = [part for part in parts.parts() if part.use != "app"]
    try:
        at = parts.gather(wanted, build.KEPT / "parts")
    except parts.MissingPartError as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"THE MODELS' TESTS WERE NOT RUN INSIDE PYODIDE. {problem}")
    core = build.core({p.file: at[p.file].read_bytes() for p in wanted if p.use == "core"}, folder)
    libraries = archive.library(at[p.file] for p in wanted if p.use in ("python", "test"))
    (folder / "libraries.tar.gz").write_bytes(
        archive.compiled(libraries, core, build.KEPT / "compiled")
    )
    course = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for name in FOLDERS
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    (folder / "course.zip").write_bytes(archive.pack(course))
    (folder / "index.html").write_text("<title>Tests</title>", encoding="utf-8")
    files = [f"tests/{name}.py" for name in FILES]
    with running(serve.server(folder, 0)) as home:
        page = browser.new_page()
        page.goto(home)
        told = page.evaluate(RUN, [files, INSIDE.read_text(encoding="utf-8")])
        page.close()
    return json.loads(told)


def test_what_holds_here_holds_in_a_browser(report):
    assert report["failed"] == {}


@pytest.mark.parametrize("name", FILES)
def test_each_floor_was_put_to_the_test_there(report, name):
    passed = sum(test.startswith(f"tests/{name}.py::") for test in report["passed"])
    left_out = [test for test in report["left_out"] if test.startswith(f"tests/{name}.py::")]
    assert passed > 3 * len(left_out), left_out
