"""The lessons as files: executed, tidy, sourced, complete, and the same when they run again."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import re
import subprocess
from inspect import getsource
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
import vl_convert

from tests import ROOT, rerun
from toolkit import evidence
from toolkit.course import Lesson
from toolkit.landing.lessons import lesson_minutes, opening
from toolkit.learning.words import LessonWords, words_of

ALL = {str(path.relative_to(ROOT)): path for path in rerun.lessons()}
# A lesson's file begins with its number; other notebooks only have to be tidy.
LESSONS = {name: path for name, path in ALL.items() if re.match(r"notebooks/\d\d-", name)}
NUMBERS = {path.name[:2] for path in LESSONS.values()}

CHART = "application/vnd.vegalite.v5+json"
VIEW = "application/vnd.jupyter.widget-view+json"
CHART_IN_WORDS = "Read this chart in words"
LONGEST, LONGEST_UNDER_THE_BONNET = 3, 6  # lines of a code cell
DRAWN = {"svg", "g", "path", "rect", "circle", "ellipse", "text", "clipPath"}
ELSEWHERE = re.compile(r"\bcdn\b|unpkg\.com|jsdelivr|cdnjs|googleapis|<script|<iframe|<link\b")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:zmq")
every = pytest.mark.parametrize("path", ALL.values(), ids=ALL)
each_lesson = pytest.mark.parametrize("path", LESSONS.values(), ids=LESSONS)


def cells(path: Path, kind: str = "") -> list[Any]:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if kind in ("", cell.cell_type)]


def prose(path: Path) -> str:
    return "\n\n".join(cell.source for cell in cells(path, "markdown"))


def outputs(path: Path) -> list[Any]:
    return [output for cell in cells(path, "code") for output in cell.outputs]


def bundles(path: Path) -> list[dict]:
    return [output.data for output in outputs(path) if "data" in output]


def calls(path: Path) -> list[tuple[str, tuple]]:
    """Return what a lesson asks of ``this``, in order: each verb with its plain arguments."""
    found = []
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                plain = tuple(a.value for a in node.args if isinstance(a, ast.Constant))
                found.append((node.func.attr, plain))
    return found


def named(path: Path, verb: str) -> list[str]:
    return [args[0] for said, args in calls(path) if said == verb]


def words(path: Path) -> LessonWords:
    return words_of(path.name[:2])


def test_there_are_lessons():
    assert LESSONS


# --- tidy -------------------------------------------------------------------------------------


@every
def test_a_notebook_is_valid_and_in_the_written_form(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert nbformat.writes(notebook) + "\n" == path.read_text(encoding="utf-8")
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert notebook.metadata["language_info"] == {"name": "python"}
    assert "widgets" not in notebook.metadata


@each_lesson
def test_a_lesson_is_known_as_one(path):
    # JupyterLab runs what is marked so when it is opened, and folds its code away.
    assert nbformat.read(path, as_version=4).metadata["dialects"] == {"lesson": True}


@every
def test_cells_have_ids_that_count(path):
    ids = [cell.id for cell in cells(path)]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)


@every
def test_every_code_cell_was_executed_in_order(path):
    counts = [cell.execution_count for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


@every
def test_nothing_went_wrong_while_it_ran(path):
    for output in outputs(path):
        assert output.output_type != "error"
        assert output.get("name") != "stderr"
        text = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
        assert not re.search(r"Traceback|\w*Warning:|\bError\b:", text)


HARMFUL = re.compile(
    r"\binteract(?:ive|_manual)?\(|\bOutput\(|clear_output|\.style\b|;[ \t]*(?:$|\n)"
    r"|(?:^|\n)\s*[%!]|\bNBVAL|\binput\(|\bdisplay\("
)


@every
def test_a_code_cell_does_without_what_breaks_in_a_lesson(path):
    for cell in cells(path, "code"):
        assert not HARMFUL.search(cell.source), cell.source


@every
def test_no_cell_asks_to_be_left_out_of_the_comparison(path):
    text = path.read_text(encoding="utf-8").lower()
    assert not re.search(r"nbval[-_](?:ignore|skip|raises|check|test)", text)


@each_lesson
def test_code_is_short_folded_away_and_reads_like_a_sentence(path):
    under_the_bonnet = False
    for cell in cells(path):
        if cell.cell_type == "markdown":
            under_the_bonnet = "under the bonnet" in cell.source.lower()
            continue
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= (LONGEST_UNDER_THE_BONNET if under_the_bonnet else LONGEST), lines
        assert max(map(len, lines)) <= 100
        assert cell.metadata == rerun.FOLDED


@every
def test_nothing_comes_from_elsewhere(path):
    for cell in cells(path):
        assert not ELSEWHERE.search(cell.source)
        assert not re.search(r"!\[[^]]*\]\(https?:", cell.source)
    for bundle in bundles(path):
        text = json.dumps({kind: held for kind, held in bundle.items() if kind != "image/png"})
        assert not ELSEWHERE.search(text)
        assert not re.search(r"""(?:src|href)=\\?["']https?:""", text)
        assert '"$schema"' not in text


@every
def test_no_address_or_random_name_is_stored(path):
    for bundle in bundles(path):
        text = json.dumps({kind: held for kind, held in bundle.items() if kind != "image/png"})
        assert not re.search(r"\b0x[0-9a-f]{6,}|\bobject at\b", text)
        assert not re.search(r"\b[0-9a-f]{32}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-4", text)


@every
def test_no_widget_of_a_dead_kernel_is_stored(path):
    """JupyterLab hides a view without an id; one that leads nowhere shows an error at opening."""
    assert {bundle[VIEW]["model_id"] for bundle in bundles(path) if VIEW in bundle} <= {""}


@every
def test_everything_shown_can_be_read_as_plain_text(path):
    for bundle in bundles(path):
        text = bundle["text/plain"]
        assert len(text.strip()) > 20
        assert not text.startswith("<")
        if CHART in bundle or "image/png" in bundle:
            title, *description = text.splitlines()
            assert title.strip()
            assert len(" ".join(description)) > 40
        if CHART in bundle:
            assert bundle[CHART]["description"] in text
            assert bundle[CHART]["title"] == text.splitlines()[0]
        if CHART in bundle or (CHART_IN_WORDS in bundle.get("text/html", "") and VIEW in bundle):
            assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")


@every
def test_every_picture_has_words(path):
    for alternative, target in re.findall(r"!\[([^]]*)\]\(([^)]+)\)", prose(path)):
        assert len(alternative.strip()) > 10, target
        assert (path.parent / target).is_file(), target
    shown = prose(path) + json.dumps([bundle.get("text/html", "") for bundle in bundles(path)])
    for image in re.findall(r"<img\b[^>]*>", shown):
        assert re.search(r"""\balt=\\?["'][^"']+""", image), image


@every
def test_links_between_files_lead_somewhere(path):
    for target in re.findall(r"(?<!!)\[[^]]+\]\(([^)]+)\)", prose(path)):
        if not target.startswith(("#", "http:", "https:", "mailto:")):
            assert (path.parent / target.partition("#")[0]).exists(), target


@every
def test_headings_step_down_one_at_a_time(path):
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose(path), re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@each_lesson
def test_a_heading_begins_its_cell(path):
    """A page of the trainer's view begins with it and is not left with it at its foot."""
    assert [cell.source for cell in cells(path, "markdown") if "\n## " in cell.source] == []


# --- sourced ----------------------------------------------------------------------------------


@each_lesson
@pytest.mark.parametrize(
    ("kind", "look_up"), [("source", evidence.source), ("term", evidence.term)]
)
def test_what_is_linked_resolves_and_is_what_the_words_list(path, kind, look_up):
    linked = set(re.findall(rf"\(#{kind}-([^)]+)\)", prose(path)))
    for key in linked:
        assert look_up(key)
    held = words(path)
    if kind == "source":
        linked |= {key for explain in held.explain.values() for key in explain.sources}
    listed = list(getattr(held, f"{kind}s"))
    assert len(set(listed)) == len(listed)
    assert set(listed) == linked
    assert (f"{kind}s", ()) in calls(path)  # the list itself stands in the lesson
    shown = "".join(str(bundle.get("text/html", "")) for bundle in bundles(path))
    assert all(f'id="{kind}-{key}"' in shown for key in linked)


@each_lesson
def test_a_lesson_opens_with_a_drawn_scene_that_fetches_nothing(path):
    shown = re.findall(r"!\[([^]]*)\]\((images/\d\d\.svg)\)", prose(path))
    ((alternative, picture),) = shown
    assert Path(picture).stem == path.name[:2]
    assert len(alternative) > 80
    drawn = ElementTree.parse(path.parent / picture).getroot()
    assert {each.tag.rpartition("}")[2] for each in drawn.iter()} <= DRAWN
    assert not [name for each in drawn.iter() for name in each.attrib if "href" in name]


@each_lesson
def test_a_figure_in_the_text_is_near_its_source(path):
    """Look for shares and decimals: they are published and cited, or computed and not typed."""
    for cell in cells(path, "markdown"):
        made_up = re.search(r"composite|illustrative|not real", cell.source, re.IGNORECASE)
        for found in re.finditer(r"\d+(?:\.\d+)?\s*(?:%|per cent)|\b\d+\.\d+", cell.source):
            near = cell.source[max(0, found.start() - 200) : found.end() + 200]
            assert made_up or "(#source-" in near, f"{found.group()} in: {near}"


@each_lesson
def test_a_lesson_is_called_coming_only_until_it_is_there(path):
    text = prose(path)
    for found in re.finditer(r"\bcoming\b", text):
        before = text[max(0, found.start() - 60) : found.start()]
        numbers = re.findall(r"\b(\d\d)\b", before)
        assert numbers, f"coming, but what? … {before}"
        assert numbers[-1] not in NUMBERS, f"lesson {numbers[-1]} is there"


# --- complete ---------------------------------------------------------------------------------


@each_lesson
def test_a_lesson_opens_with_what_one_will_do_learn_and_need(path):
    first = cells(path)[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith(f"# {path.name[:2]} ")
    for said in ("In this lesson you will", "You will learn", "It takes"):
        assert said in first.source
    assert words(path).title in first.source


@each_lesson
def test_a_lesson_has_its_seven_beats(path):
    number, text, asked = path.name[:2], prose(path), [verb for verb, _ in calls(path)]
    assert re.search(r"composite|not real", text.lower()), "1 hook: a vignette, said to be made up"
    assert "predict" in asked, "2 predict"
    assert "play" in asked, "3 play"
    assert "explain" in asked, "5 explain"
    assert asked.index("play") < asked.index("explain")
    assert "(#term-" in text, "6 name"
    assert re.search(r"leaves? out", text), "6 name: what the model leaves out"
    assert re.search(r"blind", text), "6 name: where this logic goes blind"
    assert "card" in asked, "7 transfer"
    assert 2 <= asked[asked.index("card") :].count("check") <= 4, "7 retrieval"
    from_earlier = {words(path).check[name].lesson for name in named(path, "check")} - {""}
    if number != "00":
        assert from_earlier, "7 retrieval: a question from an earlier lesson"
    assert all(earlier < number for earlier in from_earlier)


def test_no_place_among_the_options_is_a_way_to_be_right():
    checks = [check for path in LESSONS.values() for check in words(path).check.values()]
    for many in (3, 4):
        places = [list(c.options).index(c.right) for c in checks if len(c.options) == many]
        for place in range(many):
            share = places.count(place) / len(places)
            assert 0.1 < share < 0.5, f"{place + 1} of {many}: {share:.0%}"


@each_lesson
@pytest.mark.parametrize("verb", ["predict", "explain", "check"])
def test_everything_that_was_written_is_asked_once(path, verb):
    asked = named(path, verb)
    assert sorted(asked) == sorted(getattr(words(path), verb))


@each_lesson
def test_every_room_is_entered_and_only_after_what_it_asks_first(path):
    rooms = Lesson(words(path), None).labs
    entered, asked = set(), set()
    for verb, args in calls(path):
        if verb == "predict":
            asked |= set(args)
        elif verb in ("play", "show"):
            (name,) = args
            entered.add(name)
            wanted = set(re.findall(r'this\.predict\("(\w+)"\)', getsource(rooms[name])))
            assert wanted <= asked, f"{name} before {wanted - asked}"
    assert entered == set(rooms)


# --- the same again ---------------------------------------------------------------------------

# A picture has the same bytes where letters and curves are drawn by the same code; the probe tells.
PROBE = {
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 1}]},
    "mark": "line",
    "title": "Probe",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y"}},
}
PROBE_DRAWN = "778d86e406788d5e"


def without_pictures(text: str) -> str:
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop("image/png", None)
    return nbformat.writes(notebook)


# nbval runs every notebook and compares what is said; one of each kind shows that the file, with
# its pictures and the names of its widgets, comes out the same too.
AGAIN = {name: path for name, path in ALL.items() if not re.search(r"/\d\d-(?!03-)", f"/{name}")}


@pytest.mark.parametrize("path", AGAIN.values(), ids=AGAIN)
def test_running_it_again_gives_the_same_file(path):
    stored, again = path.read_text(encoding="utf-8"), rerun.run(path)
    assert without_pictures(again).splitlines() == without_pictures(stored).splitlines()
    drawn = vl_convert.vegalite_to_png(PROBE, vl_version="5.21")
    if hashlib.sha256(drawn).hexdigest()[:16] == PROBE_DRAWN:
        assert again == stored


# --- files of the project ---------------------------------------------------------------------


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("no git folder: this is an unpacked copy, its files cannot be listed")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return [path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file()]


def test_no_file_names_a_place_on_somebodys_machine():
    homes = rf"/(?:home|Users)/[a-z]\w*/|/root/|[A-Z]:\\+Users\\+|{re.escape(str(Path.home()))}/"
    here = rf"{re.escape(str(ROOT))}\b|{re.escape(str(ROOT.parent))}/"
    machine = re.compile(f"{homes}|{here}|/tmp/[a-z]")
    registry = re.compile(r"index-url|find-links|https?://[\w.-]+/(?:simple|packages)/|/opt/")
    for path in tracked():
        if path == Path(__file__) or path.suffix in (".png", ".whl"):
            continue
        text = path.read_text(encoding="utf-8")
        assert not (found := machine.search(text)), f"{path.relative_to(ROOT)}: {found}"
        if path.parent.name != "tests" and path.name != "start.py":
            assert not (found := registry.search(text)), f"{path.relative_to(ROOT)}: {found}"


def test_the_pages_of_the_project_link_to_what_is_there():
    for page in ROOT.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)]+)\)", text):
            if not target.startswith(("#", "http:", "https:", "mailto:")):
                assert (ROOT / target.partition("#")[0]).exists(), f"{page.name}: {target}"


def test_the_readme_lists_the_lessons_that_are_there_and_how_long_they_take():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    row = r"^\| \[\d\d\]\(notebooks/([\w-]+\.ipynb)\) \|.*\| (\d+) \|$"
    listed = dict(re.findall(row, text, re.MULTILINE))
    assert listed == {
        path.name: lesson_minutes(opening(path.read_bytes())) for path in LESSONS.values()
    }
    listed = set(re.findall(r"\]\((exercises/[\w-]+\.ipynb)\)", text))
    assert listed <= set(ALL)
