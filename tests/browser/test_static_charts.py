"""Each chart that does not move is the same in the browser as on the desktop, to the last null."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest
import vl_convert
from playwright.sync_api import Page

from tests.browser.conftest import ROOT
from tests.browser.test_keeping import python
from tests.browser.test_site import MINE, TOC, Visit, fresh, home, site
from toolkit.charts.figure import MIME
from toolkit.course.my_record import Desk
from toolkit.learning.record import Record

__all__ = ["fresh", "home", "site"]  # fixtures
pytestmark = pytest.mark.browser

# Run some code in the lesson's kernel, and return the charts that it shows and its errors.
CHARTS = """
async ([codes, mime]) => {
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  const charts = [], errors = [];
  for (const code of codes) {
    const future = kernel.requestExecute({ code, store_history: false }, false);
    future.onIOPub = ({ header, content }) => {
      if (content.data?.[mime]) charts.push(content.data[mime]);
      if (header.msg_type === "error") errors.push(content.evalue);
    };
    await future.done;
  }
  return [charts, errors];
}
"""


def stored(path: Path) -> list[dict]:
    """Return the specs of the charts that the desktop edition left in a notebook, in order."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = (output for cell in cells for output in cell.get("outputs", ()))
    return [out["data"][MIME] for out in outputs if MIME in out.get("data", {})]


def codes(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def alike(one: object, other: object) -> bool:
    """Tell whether two specs say the same; the last digits of a figure may differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return one == pytest.approx(other, rel=1e-6, abs=1e-9)
    return type(one) is type(other) and one == other


def words(spec: dict) -> Counter[str]:
    """Return every word of the picture of a chart: its legends, titles and labels."""
    picture = ET.fromstring(vl_convert.vegalite_to_svg(spec))
    found = (
        "".join(each.itertext()).strip() for each in picture.iter() if each.tag.endswith("text")
    )
    return Counter(filter(None, found))


@pytest.fixture(scope="module")
def lesson(browser, home) -> Page:
    """A lesson whose kernel runs every other notebook too, which spares thirty starts."""
    made = Visit(browser, home, {"width": 1366, "height": 768})
    yield made.open(TOC)
    made.context.close()
    assert made.outside == []


WITH_CHARTS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("notebooks", "exercises")
    for path in (ROOT / folder).rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts and stored(path)
)


def test_there_are_charts_to_compare():
    assert len(WITH_CHARTS) > 20


@pytest.mark.parametrize("path", WITH_CHARTS)
def test_every_static_chart_is_that_of_the_desktop(lesson, path):
    ours = stored(ROOT / path)
    theirs, errors = lesson.evaluate(CHARTS, [codes(ROOT / path), MIME])
    assert errors == []
    assert len(theirs) == len(ours)
    for one, other in zip(ours, theirs, strict=True):
        assert alike(one, other), one.get("title")
        assert words(other) == words(one)


def test_the_chart_of_my_record_is_that_of_the_desktop(fresh, tmp_path):
    page = fresh.open(MINE)
    entries = {
        f"03/predict/{name}": {"kind": "prediction", "answer": 1, "sure": sure, "outcome": 1}
        | {"came": came}
        for name, sure, came in [("dice", "0.5", True), ("busy", "0.9", False), ("on", "0.9", True)]
    }
    said = python(
        page,
        "from toolkit.learning.record import my_record\n"
        f"for key, entry in {entries!r}.items(): my_record().put(key, entry)\n"
        "print(my_record().saved)",
    )
    assert said == "True"
    record = Record(tmp_path / "my-record.json")
    for key, entry in entries.items():
        record.put(key, entry)
    bundle, _metadata = Desk(record).calibration().to_mimebundle()
    theirs, errors = page.evaluate(
        CHARTS, [["from toolkit.course.my_record import desk\ndesk().calibration()"], MIME]
    )
    assert errors == []
    assert len(theirs) == 1
    assert alike(bundle[MIME], theirs[0])
    assert words(bundle[MIME]) == words(theirs[0])
