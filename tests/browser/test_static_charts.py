"""Every notebook computes in the browser edition what it computes on the desktop.

Its cells run there, the charts that do not move are the same to the last null, and each lab says
the same when it is turned. One page runs them all, which spares forty starts of Python.
"""

from __future__ import annotations

import inspect
import json
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest
import vl_convert
from playwright.sync_api import Page

from tests.browser.conftest import ROOT
from tests.browser.test_keeping import python
from tests.browser.test_site import TOC, Visit, home, site
from toolkit.charts.figure import MIME
from toolkit.learning.words import lesson_folders

__all__ = ["home", "site"]  # fixtures
pytestmark = pytest.mark.browser

# Run code in the lesson's kernel, given or as the site holds it; return its charts and its errors.
CHARTS = """
async ([given, mime]) => {
  const { contents } = jupyterapp.serviceManager;
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  const held = given.path && (await contents.get(given.path, { content: true })).content.cells;
  const charts = [], errors = [];
  for (const { cell_type, source } of held ?? [{ cell_type: "code", source: given.code }]) {
    if (cell_type !== "code") continue;
    const code = [source].flat().join("");
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


NOTEBOOKS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("notebooks", "exercises")
    for path in (ROOT / folder).rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)


def test_there_are_charts_to_compare():
    assert sum(bool(stored(ROOT / path)) for path in NOTEBOOKS) > 20


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_every_static_chart_is_that_of_the_desktop(lesson, path):
    ours = stored(ROOT / path)
    theirs, errors = lesson.evaluate(CHARTS, [{"path": path}, MIME])
    assert errors == []
    assert len(theirs) == len(ours)
    for one, other in zip(ours, theirs, strict=True):
        assert alike(one, other), one.get("title")
        assert words(other) == words(one)


def turned(number: str, place: str) -> dict[str, list[str]]:
    """Return what each lab of a lesson says once a control has changed it; this runs there too."""
    import inspect
    from pathlib import Path

    from toolkit.course import Lesson
    from toolkit.learning.record import Record
    from toolkit.learning.words import words_of

    this, said = Lesson(words_of(number), Record(Path(place))), {}
    for name, room in this.labs.items():
        if inspect.signature(room).return_annotation != "Lab":
            continue
        lab = room(this)
        for act in lab.after:
            act.skip()
        first = lab.figure.datasets
        for field in lab.form.fields:
            keys = [key for key, _text in field.get("options", ())]
            kind, start = field["kind"], lab.form.value.get(field["name"])
            if kind == "slider":
                to = field["max"] if start != field["max"] else field["min"]
            elif kind in ("choice", "select"):
                to = keys[-1] if start != keys[-1] else keys[0]
            elif kind == "ticks":
                to = [] if start else keys
            else:
                continue
            lab.form.set(**{field["name"]: to})
            if not lab.problem.value and lab.figure.datasets != first:
                break
        said[name] = [lab.problem.value, lab.figure.title, lab.figure.description]
    return said


@pytest.mark.parametrize("number", list(lesson_folders()))
def test_every_lab_of_a_lesson_moves_and_says_what_it_says_on_the_desktop(lesson, number, tmp_path):
    code = f"{inspect.getsource(turned)}\nimport json\nprint(json.dumps(turned({number!r}, "
    theirs = json.loads(python(lesson, code + f"'/tmp/{number}.json')))"))
    assert theirs == turned(number, str(tmp_path / "my-record.json"))
