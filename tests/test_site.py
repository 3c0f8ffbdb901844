"""The build of the browser edition: parts by their hash, the same bytes again, pages to read."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import html
import io
import json
import re
import threading
import urllib.request
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from lite import app, archive, build, folder, pages, parts, sbom, serve
from lite.folder import LIST, listed
from tests import ROOT
from toolkit.learning.words import lesson_folders

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))


def part(data: bytes, **more) -> parts.Part:
    mark = hashlib.sha256(data).hexdigest()
    return parts.Part(
        "thing", "1.0", "python", "thing.whl", "MIT", mark, **{"pip": "thing==1.0", **more}
    )


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """No network: nothing but the folder that the learner names."""
    monkeypatch.setattr(parts, "_distribution", lambda *_: None)
    monkeypatch.setattr(parts, "_registries", lambda *_: None)
    monkeypatch.setenv(parts.PLACE, str(tmp_path / "given"))
    (tmp_path / "given").mkdir()
    return tmp_path


# --- parts ------------------------------------------------------------------------------------


def test_every_part_has_a_hash_a_licence_and_a_place_to_come_from():
    held = parts.parts()
    assert len({one.file for one in held}) == len(held)
    for one in held:
        assert re.fullmatch(r"[0-9a-f]{64}", one.sha256), one.file
        assert one.licence, one.file
        assert one.use in {"core", "python", "app", "test"}, one.file
        assert one.pip or one.npm, one.file
        assert one.version in one.pip + one.npm + one.file or one.inside, one.file


def test_the_list_names_no_address():
    assert "://" not in parts.LIST.read_text(encoding="utf-8")


def test_the_libraries_are_those_of_the_desktop_where_a_browser_can_have_them():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^ \n]+)", lock, re.MULTILINE))
    ours = {one.name: one.version for one in parts.parts() if one.use == "python"}
    same = {"altair", "anywidget", "ipywidgets", "narwhals", "openpyxl", "pandas", "traitlets"}
    assert {name: ours[name] for name in same} == {name: pins[name] for name in same}


def test_a_part_is_taken_from_the_folder_and_kept(alone):
    (alone / "given" / "thing.whl").write_bytes(b"right")
    found = parts.gather([part(b"right")], alone / "kept")
    assert found["thing.whl"].read_bytes() == b"right"
    (alone / "given" / "thing.whl").unlink()
    assert parts.gather([part(b"right")], alone / "kept") == found


@pytest.mark.parametrize("offered", [b"wrong", b""])
def test_a_part_with_another_hash_is_refused_by_name(alone, offered):
    (alone / "given" / "thing.whl").write_bytes(offered)
    with pytest.raises(parts.MissingPartError, match=r"'thing\.whl' \(thing 1\.0\).*thing==1\.0"):
        parts.gather([part(b"right")], alone / "kept")
    assert not (alone / "kept" / "thing.whl").exists()


def test_what_was_kept_and_spoilt_is_fetched_anew(alone):
    (alone / "kept").mkdir()
    (alone / "kept" / "thing.whl").write_bytes(b"half")
    (alone / "given" / "thing.whl").write_bytes(b"right")
    assert parts.gather([part(b"right")], alone / "kept")["thing.whl"].read_bytes() == b"right"


def test_one_file_is_taken_out_of_a_package_and_nothing_else(tmp_path):
    (tmp_path / "other.whl").write_bytes(archive.pack({"a/thing.whl": b"right", "b.py": b"no"}))
    (tmp_path / "kept").mkdir()
    assert not parts._unpack(part(b"wrong", inside=True), tmp_path, tmp_path / "kept")
    assert parts._unpack(part(b"right", inside=True), tmp_path, tmp_path / "kept")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["thing.whl"]


# --- archives ---------------------------------------------------------------------------------


def test_an_archive_depends_on_what_is_in_it_alone():
    files = {"b.py": b"2", "a/c.txt": b"1"}
    packed = archive.pack(files)
    assert packed == archive.pack(dict(reversed(files.items())))
    assert archive.unpack(io.BytesIO(packed)) == files
    assert archive.mark(files) != archive.mark({**files, "b.py": b"3"})


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("pandas/core/frame.py", True),
        ("pandas/tests/test_frame.py", False),
        ("numpy/_core/_multiarray_umath.cpython-312-wasm32-emscripten.so", True),
        ("markupsafe/_speedups.cpython-312-x86_64-linux-gnu.so", False),
        ("altair-6.3.0.dist-info/METADATA", True),
        ("altair-6.3.0.dist-info/RECORD", False),
        ("anywidget-0.11.0.data/data/share/jupyter/x.js", False),
    ],
)
def test_a_browser_gets_what_it_needs(name, needed):
    assert archive.is_needed(name) is needed


def test_the_course_travels_with_its_words_its_data_and_the_drawing_library():
    held = build.course()
    assert {"toolkit/course/__init__.py", "toolkit/data/sources.json", "piplite/__init__.py"} <= {
        *held
    }
    assert any(re.fullmatch(r"toolkit/screen/vega\..*\.bundle\.js", name) for name in held)
    assert not any("__pycache__" in name for name in held)


def test_nothing_can_be_installed_and_it_says_so():
    piplite = load("piplite")
    with pytest.raises(RuntimeError, match="cannot be installed: the browser edition holds all"):
        asyncio.run(piplite.install("scipy"))


# --- the app ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_is_the_same_but_for_the_mark_of_trust(path):
    ours, theirs = json.loads(path.read_bytes()), json.loads(app.trusted(path.read_bytes()))
    for cell in theirs["cells"]:
        assert cell["metadata"].pop("trusted", None) is (
            True if cell["cell_type"] == "code" else None
        )
    assert ours == theirs


def test_a_listing_names_what_lies_in_each_folder():
    made = app.listings({"notebooks/a.ipynb": b"{}", "notebooks/images/b.png": b"12"})
    top = json.loads(made["api/contents/all.json"])
    inside = json.loads(made["api/contents/notebooks/all.json"])
    assert [each["name"] for each in top["content"]] == ["notebooks"]
    kinds = {each["path"]: each["type"] for each in inside["content"]}
    assert kinds == {"notebooks/a.ipynb": "notebook", "notebooks/images": "directory"}
    assert "api/contents/notebooks/images/all.json" in made


def test_the_settings_ask_no_other_host_for_anything():
    made = json.dumps(app.config([], "python-1", "1.0", []))
    assert "://" not in made
    kernel = json.loads(made)["jupyter-config-data"]["litePluginSettings"].popitem()[1]
    assert kernel["pyodideUrl"] == "./python-1/start.mjs"
    assert kernel["disablePyPIFallback"] is True


# --- the plain pages --------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_can_be_read_whole(path):
    notebook = path.read_bytes()
    page = pages.reading(f"notebooks/{path.name}", notebook).decode()
    assert page[page.index("<title>") + 7 :].startswith(path.name[:2])
    headings = re.findall(r'^(?:    ")?#+ ', "\n".join(_markdown(notebook)), re.MULTILINE)
    assert len(re.findall(r"<h[1-6]", page)) >= len(headings)
    assert page.count('src="data:image/png;base64,') == _pictures(notebook)
    assert not re.search(r'href="[^"?]*\.ipynb', page)
    assert not re.search(r'<(script|link|img|iframe)[^>]*(src|href)="https?:', page)


def _markdown(notebook: bytes) -> list[str]:
    cells = json.loads(notebook)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def _pictures(notebook: bytes) -> int:
    outputs = (out for cell in json.loads(notebook)["cells"] for out in cell.get("outputs", ()))
    return sum("image/png" in out.get("data", {}) for out in outputs)


def test_a_question_can_be_read_and_printed():
    text = "Which <one>?\n[ ] the first\n[ ] the second\nHow sure are you?\n[ ] very"
    output = {"data": {"text/plain": text, "application/x": "{}"}}
    page = pages._output(output)
    assert "<strong>Which &lt;one&gt;?</strong>" in page
    assert re.findall(r"<li>(.*?)</li>", page) == ["☐ the first", "☐ the second", "☐ very"]
    assert "<p>How sure are you?</p>" in page


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_to_read_asks_what_the_lesson_asks_and_speaks_of_no_menu(path):
    notebook = path.read_bytes()
    page = pages.reading(f"notebooks/{path.name}", notebook).decode()
    assert "Run All Cells" not in page
    outputs = [out for cell in json.loads(notebook)["cells"] for out in cell.get("outputs", ())]
    for printed in ("".join(out["text"]) for out in outputs if "text" in out):
        assert html.escape(printed) in page
    kinds = [out["data"] for out in outputs if "data" in out]
    texts = ["".join(d["text/plain"]) for d in kinds if not d.keys() & {"text/html", "image/png"}]
    for text in texts:
        assert f"<strong>{html.escape(text.splitlines()[0])}</strong>" in page


def test_the_first_page_lists_everything_there_is_to_open():
    held = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for name in ("notebooks", "exercises")
        for path in (ROOT / name).glob("*.ipynb")
    }
    made = pages.pages(held, [], {}, 30_000_000)
    first = made["index.html"].decode()
    assert {path for path in held if f"path={path}" not in first} == set()
    assert first.index("before-you-start") < first.index("after-the-course")
    assert 'href="pack/index.html"' in first
    assert "40 min" in first[first.index("The nine cases</span>") :][:250]
    assert f'content="{pages.policy()}"'.replace("'", "&#39;") in first
    lessons = json.loads(made["app/course/told.json"])["words"]["en"]["lessons"]
    assert [one["number"] for one in lessons] == list(lesson_folders())


def test_links_between_lessons_lead_to_pages():
    cell = {"cell_type": "markdown", "source": ["[on](../notebooks/04-value.ipynb#x) [e](b.ipynb)"]}
    notebook = json.dumps({"cells": [cell]}).encode()
    page = pages.reading("exercises/a.ipynb", notebook).decode()
    assert 'href="04-value.html#x"' in page
    assert 'href="exercises-b.html"' in page


# --- the folder and the server ----------------------------------------------------------------


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit, match="holds something else"):
        build.write({"index.html": b""}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


OLD = {"app/jupyter-lite.json": b"{}", "old/deep.html": b"1", "both.html": b"1"}
NEW = {"app/jupyter-lite.json": b"{ }", "new.html": b"2", "both.html": b"2"}


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    "others", [{"web.config": b"w"}, {"web.config": b"w", ".htaccess": b"h", "old/mine.txt": b"m"}]
)
def test_an_older_site_is_replaced_and_nothing_else(tmp_path, others):
    (tmp_path / "web.config").write_bytes(b"w")  # put there before the first site
    build.write(OLD, tmp_path)
    for name, data in others.items():
        (tmp_path / name).write_bytes(data)
    assert build.write(NEW, tmp_path) == 1
    assert everything(tmp_path) == listed({**NEW}) | others
    assert (tmp_path / "old").exists() is ("old/mine.txt" in others)


def test_a_file_of_the_older_site_that_somebody_changed_stays(tmp_path):
    build.write(OLD, tmp_path)
    (tmp_path / "old" / "deep.html").write_bytes(b"ours now")
    assert build.write(NEW, tmp_path) == 0
    assert (tmp_path / "old" / "deep.html").read_bytes() == b"ours now"


def test_a_site_that_was_cut_short_is_completed_by_the_next(tmp_path, monkeypatch):
    build.write(OLD, tmp_path)
    put, left = folder._put, [3]

    def broken(path, data):
        left[0] -= 1
        if left[0] < 0:
            raise OSError("the disk is full")
        put(path, data)

    monkeypatch.setattr(folder, "_put", broken)
    with pytest.raises(OSError, match="full"):
        build.write(NEW, tmp_path)
    # A learner who comes now still gets the older site, whole.
    assert everything(tmp_path).items() >= {**OLD, "both.html": b"2"}.items()
    monkeypatch.setattr(folder, "_put", put)
    build.write(NEW, tmp_path)
    assert everything(tmp_path) == listed(NEW)


def test_what_names_other_files_comes_last(tmp_path, monkeypatch):
    order = []
    monkeypatch.setattr(folder, "_put", lambda path, _data: order.append(path.name))
    names = ["index.html", "app/notebooks/index.html", "app/jupyter-lite.json", "zz.js", "a.js"]
    build.write(dict.fromkeys(names, b""), tmp_path)
    assert order[1:-1] == ["a.js", "zz.js", "jupyter-lite.json", "index.html", "index.html"]


def test_a_list_that_leads_out_of_the_folder_deletes_nothing(tmp_path):
    site, outside = tmp_path / "site", tmp_path / "thesis.txt"
    build.write(OLD, site)
    outside.write_bytes(b"mine")
    mark = hashlib.sha256(b"mine").hexdigest()
    with (site / LIST).open("a", encoding="utf-8") as file:
        file.write(f"{mark}  ../thesis.txt\n{mark}  {outside}\n")
    build.write(NEW, site)
    assert outside.exists()


def test_the_list_of_a_site_can_be_checked_line_by_line():
    made = listed({"b.html": b"2", "a.html": b"1"})
    rows = [line.split("  ") for line in made[LIST].decode().splitlines()]
    assert [path for _mark, path in rows] == ["a.html", "b.html"]
    assert all(hashlib.sha256(made[path]).hexdigest() == mark for mark, path in rows)


# --- for the IT desk --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sboms() -> dict[str, dict]:
    drawing = {"packages": [{"name": "@lumino/widgets", "versionInfo": "2.7", "licenseId": "BSD"}]}
    made = sbom.lists(parts.parts(), {sbom.JUPYTER: json.dumps(drawing).encode()})
    again = sbom.lists(parts.parts(), {sbom.JUPYTER: json.dumps(drawing).encode()})
    assert made == again
    return {name: json.loads(data) for name, data in made.items()}


@pytest.mark.parametrize("name", ["sbom.json", "sbom-desktop.json"])
def test_a_list_of_parts_has_what_cyclonedx_requires(sboms, name):
    held = sboms[name]
    assert (held["bomFormat"], held["specVersion"], held["version"]) == ("CycloneDX", "1.5", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", held["serialNumber"])
    refs = [each["bom-ref"] for each in held["components"]]
    assert len(set(refs)) == len(refs)
    for each in held["components"]:
        assert each["type"] == "library"
        assert each["name"]
        assert each["version"]
        assert re.fullmatch(r"pkg:(pypi|npm)/[^@\s]+@\S+", each["purl"]), each["purl"]
        for one in each.get("hashes", ()):
            assert one["alg"] == "SHA-256"
            assert re.fullmatch(r"[0-9a-f]{64}", one["content"])


def test_the_lists_hold_every_part_with_its_hash(sboms):
    found = {
        (each["version"], one["content"])
        for each in sboms["sbom.json"]["components"]
        for one in each.get("hashes", ())
    }
    assert {(part.version, part.sha256) for part in parts.parts()} <= found
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = set(re.findall(r"^([a-z0-9._-]+)==([^ \n]+)", lock, re.MULTILINE))
    there = sboms["sbom-desktop.json"]["components"]
    assert pins <= {(each["name"], each["version"]) for each in there}
    held = {one["content"] for each in there for one in each.get("hashes", ())}
    assert held == set(re.findall(r"sha256:([0-9a-f]{64})", lock))


def test_the_lines_to_paste_say_what_is_tested():
    said = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    policy = pages.policy(**{"frame-ancestors": "'self'"})
    for rule in ("base-uri 'self'", "object-src 'none'", "form-action 'none'"):
        assert rule in policy
    assert said.count(policy) == 3  # nginx, Apache, IIS
    assert said.count('"nosniff"') == said.count('"no-referrer"') == 3


def test_each_page_carries_the_policy():
    words = dict.fromkeys(["title", "root", "start", "body"], "")
    page = pages.fill("plain.html", **words).decode()
    assert f'<meta http-equiv="Content-Security-Policy" content="{pages.policy()}">' in page


@pytest.mark.parametrize("name", ["privacy.md", "accessibility.md"])
def test_the_notices_are_pages_of_the_site(name):
    page = pages.told(name).decode()
    assert page.count("<h1>") == 1
    assert "All lessons" in page


def test_the_threat_model_names_tests_that_are_there():
    said = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", said))
    assert len(named) >= 6
    assert all((ROOT / path).is_file() for path in named)


# --- what Python does otherwise in a browser --------------------------------------------------


def load(name: str):
    spec = spec_from_file_location(name, build.HERE / "inside" / name / "__init__.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def edition():
    return load("dialects_edition")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("[" * 100_000, 100_000),
        ("[" * 300 + "]" * 300, 300),
        ('{"a":' * 250 + "1" + "}" * 250, 250),
        ('["' + "[" * 300 + '"]', 1),  # in a text they are letters
        ('["\\"' + "[" * 300 + '"]', 1),
        ('["\\\\",' + "[" * 300, 301),
        ("[" + "[]," * 300 + "[]]", 2),
        ('["' + "]" * 300 + '",' + "[" * 300, 301),
    ],
)
def test_how_deep_json_is(edition, text, levels):
    assert edition.depth(text) == levels


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"legend": None}, '{"legend": null}'),
        ({"a": [float("nan"), float("-inf"), 1.5]}, '{"a": ["nan", "-inf", 1.5]}'),
        ({"image/png": b"abc"}, '{"image/png": "YWJj"}'),
        ({"when": Path("x")}, '{"when": "x"}'),
    ],
)
def test_what_python_shows_travels_as_json(edition, value, text):
    assert edition.written(value) == text


@pytest.fixture
def address(tmp_path):
    """A small site on this machine."""
    (tmp_path / "python-0123456789ab").mkdir()
    (tmp_path / "python-0123456789ab" / "start.mjs").write_text("1;" * 500, encoding="utf-8")
    (tmp_path / "index.html").write_text("hello " * 100, encoding="utf-8")
    with serve.server(tmp_path, 0) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}/"
        made.shutdown()


def get(address: str, **headers: str):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(
        address, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    with direct.open(request, timeout=10) as answer:
        return answer.headers, answer.read()


def test_the_server_compresses_and_lets_the_browser_keep_what_will_not_change(address):
    headers, body = get(address + "python-0123456789ab/start.mjs", Accept_Encoding="gzip")
    assert gzip.decompress(body) == b"1;" * 500
    assert headers["Content-Type"] == "text/javascript"
    assert "immutable" in headers["Cache-Control"]
    headers, body = get(address)
    assert headers["Cache-Control"] == "no-cache"
    assert body.startswith(b"hello")


def test_the_server_says_when_nothing_has_changed(address):
    headers, _ = get(address + "index.html", Accept_Encoding="gzip")
    with pytest.raises(urllib.error.HTTPError, match="304"):
        get(address + "index.html", Accept_Encoding="gzip", If_None_Match=headers["ETag"])
