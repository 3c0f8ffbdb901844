"""The set-up: one list of dependencies, locks that agree with it, a start to be trusted."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import tomllib
import urllib.parse
import urllib.request
from pathlib import Path

import lesson_contents
import nbformat
import pytest
import released
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from tornado.web import HTTPError
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

import start
import toolkit
from tests import ROOT, rerun
from toolkit.learning.record import default_path

LOCKS = [start.LOCK, start.DEV_LOCK, start.LOWEST_LOCK]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
DEV = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, set[str]]:
    """Return the versions that a lock allows of each package: several where systems differ."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ \n]+)", read(lock), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


# --- one list of dependencies -----------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock):
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links", read(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_of_a_lock_has_a_hash(lock):
    for entry in re.split(r"\n(?=\S)", read(lock).strip()):
        assert re.match(r"[\w.-]+==\S+( ; .+)? \\\n", entry + "\n"), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [(start.LOCK, RUNTIME), (start.DEV_LOCK, RUNTIME + DEV), (start.LOWEST_LOCK, RUNTIME + DEV)],
)
def test_a_lock_holds_every_dependency_within_its_bounds(lock, wanted):
    locked = pins(lock)
    for one in wanted:
        versions = locked[canonicalize_name(one.name)]
        assert all(one.specifier.contains(version) for version in versions), f"{one}: {versions}"


def test_the_tests_run_with_the_versions_that_learners_get():
    learners, tests = pins(start.LOCK), pins(start.DEV_LOCK)
    assert {name: tests.get(name) for name in learners} == learners


def test_no_version_of_filelock_follows_a_link_that_somebody_else_laid():
    # CVE-2025-68146, CVE-2026-22701: the lock of a record lies where everybody may write.
    (floor,) = next(one for one in RUNTIME if one.name == "filelock").specifier
    assert (floor.operator, Version(floor.version) >= Version("3.20.3")) == (">=", True)


def test_the_lowest_lock_holds_the_lowest_versions():
    locked = pins(start.LOWEST_LOCK)
    for one in RUNTIME + DEV:
        low = next(part.version for part in one.specifier if part.operator == ">=")
        lowest = min(locked[canonicalize_name(one.name)], key=lambda v: [*map(int, v.split("."))])
        assert Requirement(f"x=={lowest}").specifier.contains(low), f"{one}: {lowest}"


def test_the_conda_environment_agrees_with_the_project():
    lines = re.findall(r"^  - ([a-z][\w-]*)(\S*)$", read("environment.yml"), re.MULTILINE)
    listed = {name: bounds for name, bounds in lines if name not in {"conda-forge", "pip"}}
    version = listed.pop("python").removeprefix("=")
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(version)
    ours = {one.name: one.specifier for one in RUNTIME}
    assert {name: Requirement(name + bounds).specifier for name, bounds in listed.items()} == ours


# --- start.py -----------------------------------------------------------------------------------


def test_start_needs_nothing_but_python():
    tree = ast.parse(read("start.py"))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_an_old_python_can_read_start_far_enough_to_be_told():
    ast.parse(read("start.py"), feature_version=(3, 7))


def test_start_and_the_project_agree_on_python():
    allowed = Requirement(f"python{PROJECT['requires-python']}").specifier
    minors = (start.OLDEST[1] - 1, start.OLDEST[1], start.NEWEST[1], start.NEWEST[1] + 1)
    answers = [allowed.contains(f"3.{minor}") for minor in minors]
    assert answers == [False, True, True, False]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return an environment in an empty folder, and a record of what a set-up did there."""
    env = start.Environment(tmp_path / ".venv")
    done = []
    for lock in LOCKS:
        (tmp_path / lock).write_text(lock, encoding="utf-8")
    monkeypatch.setattr(start, "ROOT", tmp_path)

    def make_venv(env):
        done.append("venv")
        env.python.parent.mkdir(parents=True)
        env.python.touch()

    class Answer:
        stdout = str(tmp_path)

    monkeypatch.setattr(start, "make_venv", make_venv)
    monkeypatch.setattr(start, "install", lambda _, lock: done.append(lock))
    monkeypatch.setattr(start.Environment, "run", lambda *_, **__: Answer())
    return env, done


def test_a_second_start_does_nothing(place):
    env, done = place
    start.set_up(env, start.LOCK)
    start.set_up(env, start.LOCK)
    assert done == ["venv", start.LOCK]


def test_the_tests_add_to_the_environment_and_the_course_still_opens(place):
    env, done = place
    start.set_up(env, start.LOCK)
    start.set_up(env, start.DEV_LOCK)
    start.set_up(env, start.LOCK)
    assert done == ["venv", start.LOCK, start.DEV_LOCK]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, start.Problem, OSError])
def test_an_interrupted_set_up_is_never_taken_for_a_whole_one(place, monkeypatch, interruption):
    env, done = place

    def stopped(*_):
        raise interruption

    with monkeypatch.context() as patch:
        patch.setattr(start, "install", stopped)
        with pytest.raises(interruption):
            start.set_up(env, start.LOCK)
    start.set_up(env, start.LOCK)
    assert done == ["venv", "venv", start.LOCK]


def test_a_new_lock_makes_a_new_environment(place):
    env, done = place
    start.set_up(env, start.LOCK)
    (start.ROOT / start.LOCK).write_text("newer", encoding="utf-8")
    start.set_up(env, start.LOCK)
    assert done == ["venv", start.LOCK] * 2


def test_a_folder_that_we_did_not_make_is_left_alone(place):
    env, _ = place
    env.folder.mkdir()
    (env.folder / "mine.txt").touch()
    with pytest.raises(start.Problem, match="did not make"):
        start.set_up(env, start.LOCK)
    assert (env.folder / "mine.txt").exists()


def test_a_full_disk_is_named_before_anything_is_made(place, monkeypatch):
    env, _ = place
    monkeypatch.setattr(start.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 2e8}))
    with pytest.raises(start.Problem, match=r"0\.2 GB is free"):
        start.set_up(env, start.LOCK)
    assert not env.folder.exists()


def test_a_python_without_venv_is_named_with_its_cure(monkeypatch):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(start.Problem, match=r"apt-get install python3\.\d+-venv"):
        start.check_python()


def test_an_environment_is_made_by_the_python_behind_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "taken/away/python"))
    env = start.Environment(tmp_path / ".venv")
    start.make_venv(env)
    assert subprocess.run([str(env.python), "-c", "import pip"], check=False).returncode == 0


@pytest.mark.parametrize(
    "text", ["[1,2]", "null", '"x"', "{", '{"locks": 3}', "[" * 100_000, "\x00"]
)
@pytest.mark.parametrize("rest", [(), ("bin", "lib")])
def test_a_broken_note_of_the_set_up_is_healed(place, text, rest):
    env, done = place
    env.folder.mkdir()
    (env.folder / "setup.json").write_text(text, encoding="utf-8")
    for name in rest:
        (env.folder / name).mkdir()
    start.set_up(env, start.LOCK)
    start.set_up(env, start.LOCK)
    assert done == ["venv", start.LOCK]


@pytest.mark.parametrize("target", ["mine", "nowhere"])
def test_an_environment_that_is_a_link_is_left_alone(place, target):
    env, done = place
    mine = start.ROOT / "mine"
    mine.mkdir()
    (mine / "precious").touch()
    env.folder.symlink_to(start.ROOT / target)
    with pytest.raises(start.Problem, match="is a link or a file"):
        start.set_up(env, start.LOCK)
    env.folder.unlink()
    env.folder.touch()
    with pytest.raises(start.Problem, match="is a link or a file"):
        start.set_up(env, start.LOCK)
    assert (mine / "precious").exists()
    assert not done


PIP_CONF = """[global]
user = true
target = /elsewhere
no-binary = :all:
index-url = https://mirror.example/simple
[install]
prefix = /elsewhere
proxy = http://proxy.example:3128
trusted-host = a.example
    b.example
"""


def test_pip_hears_of_mirrors_and_proxies_and_of_nothing_else(monkeypatch, tmp_path):
    told = tmp_path / "pip.conf"
    told.write_text(PIP_CONF, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(told))
    for name in ("USER", "TARGET", "PREFIX", "ROOT", "NO_BINARY", "NO_DEPS", "REQUIRE_VIRTUALENV"):
        monkeypatch.setenv(f"PIP_{name}", "1")
    monkeypatch.setenv("PIP_CERT", "/ours.pem")
    env = start.Environment(Path(sys.prefix))
    assert not [name for name in env.variables() if name.startswith("PIP_")]
    told_pip = start.pip_settings(env)
    assert told_pip.keys() <= {f"PIP_{n.upper().replace('-', '_')}" for n in start.PIP_MAY} | {
        "PIP_CONFIG_FILE"
    }
    assert (
        told_pip.items()
        >= {
            "PIP_INDEX_URL": "https://mirror.example/simple",
            "PIP_PROXY": "http://proxy.example:3128",
            "PIP_TRUSTED_HOST": "a.example\nb.example",
            "PIP_CERT": "/ours.pem",
            "PIP_CONFIG_FILE": os.devnull,
        }.items()
    )
    told.write_text("[global\nuser = ", encoding="utf-8")  # what nobody can read stops nothing
    assert start.pip_settings(env)["PIP_CERT"] == "/ours.pem"


def test_no_part_is_built_where_hashes_cover_none(monkeypatch, tmp_path):
    seen = []

    class Job:
        returncode, stdout = 0, ()
        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda *_: None  # noqa: E731

    monkeypatch.setattr(start, "pip_settings", lambda _: {})
    monkeypatch.setattr(start.subprocess, "Popen", lambda pip, **_: seen.append(pip) or Job())
    start.install(start.Environment(tmp_path), start.LOCK)
    assert seen[0][seen[0].index("--only-binary") + 1] == ":all:"


@pytest.mark.usefixtures("place")
def test_a_second_start_waits_for_the_first(monkeypatch, capsys):
    order = []
    inside, go = threading.Event(), threading.Event()

    def first():
        with start.one_at_a_time():
            order.append("first")
            inside.set()
            go.wait(10)
            order.append("first is done")

    def second():
        with start.one_at_a_time():
            order.append("second")

    one, two = threading.Thread(target=first), threading.Thread(target=second)
    one.start()
    inside.wait(10)
    monkeypatch.setattr(start.time, "sleep", lambda _: go.set())
    two.start()
    one.join(10)
    two.join(10)
    assert order == ["first", "first is done", "second"]
    assert "another window" in capsys.readouterr().out


@pytest.mark.usefixtures("place")
def test_a_lock_of_somebody_else_is_told():
    (start.ROOT / ".venv.lock").mkdir()  # as good as a file that may not be opened
    with pytest.raises(start.Problem, match="in use by somebody else"), start.one_at_a_time():
        pass


@pytest.mark.parametrize("name", ["file[1]", "a*b", "why?"])
def test_a_folder_that_jupyter_cannot_search_is_refused(tmp_path, monkeypatch, name):
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.setattr(start, "ROOT", folder)
    with pytest.raises(start.Problem, match="Copy the whole folder"):
        start.check_place()


@pytest.mark.parametrize("name", ["Kurs ü “Trust” $HOME 'x' & co", "a b", "50% #1", "~x"])
def test_other_folders_are_fine(tmp_path, monkeypatch, name):
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.setattr(start, "ROOT", folder)
    start.check_place()


def test_a_running_course_with_another_record_is_not_joined(monkeypatch):
    already = {"address": "http://127.0.0.1:1/", "token": "t", "record": "/class1.json"}
    shown = []
    monkeypatch.setattr(start, "show", lambda *told: shown.append(told))
    for asked in ("/class2.json", ""):
        with pytest.raises(start.Problem, match=r"class1\.json"):
            start.join(already, asked, browser=False)
    assert not shown
    start.join(already, "/class1.json", browser=False)
    assert shown


@pytest.mark.skipif(start.WINDOWS, reason="there, others cannot see a command line")
def test_a_browser_is_told_no_token(tmp_path, monkeypatch):
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.delenv("WSL_DISTRO_NAME", raising=False)
    page = "http://127.0.0.1:8888/course?token=secret"
    for _ in range(2):
        told = start.doorway(page)
        assert "secret" not in told
        file = Path(urllib.request.url2pathname(urllib.parse.urlsplit(told).path))
        assert page in file.read_text(encoding="utf-8")
        assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("printed", "word"),
    [
        ("OSError: [Errno 28] No space left on device", "disk became full"),
        ("NewConnectionError('...: Failed to establish a new connection", "internet"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "did not install"),
        ("The virtual environment ... because ensurepip is not available.", "-venv"),
        ("/usr/bin/python3: No module named ensurepip", "-venv"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "place of your own"),
        ("something nobody has seen before", "something nobody has seen before"),
    ],
)
def test_a_failed_tool_is_turned_into_words(printed, word):
    assert word in str(start.explain(printed))


def test_a_taken_port_is_named_and_another_is_chosen(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        found = start.free_port(taken)
    assert found != taken
    assert f"Port {taken} is taken" in capsys.readouterr().out


def test_nobody_elses_settings_reach_the_course(monkeypatch, tmp_path):
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "PYTHONPATH", "PIP_USER"):
        monkeypatch.setenv(name, "elsewhere")
    env = start.Environment(tmp_path)
    seen = env.variables()
    assert "elsewhere" not in seen.values()
    assert all(
        Path(value).is_relative_to(tmp_path)
        for name, value in seen.items()
        if name.startswith(("JUPYTER_", "IPYTHON")) and name.endswith("DIR")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--port", "0"], ["--lowest"], ["lessen"], ["--what"]),
        *(["site", "--port", "9000"], ["site", "--no-browser"], ["test", "--port", "9000"]),
        ["pack", "--port", "9000"],
    ],
)
def test_an_unknown_wish_is_refused_in_words(arguments, capsys):
    with pytest.raises(SystemExit) as refusal:
        start.main(arguments)
    assert refusal.value.code == 2
    assert "start.py: error:" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "passed"), [("pack", []), ("room", ["--no-browser"])])
def test_without_a_browser_the_pack_is_made_as_ever(command, passed, monkeypatch):
    ran = []

    class Env:
        def run(self, *told):
            ran.extend(told)
            return subprocess.CompletedProcess(told, 0)

    monkeypatch.setattr(start, "ready", lambda *_: Env())
    assert start.main(["--no-browser", command, "there"]) == 0
    assert ran[2:] == [*passed, "there"]


# --- Jupyter, and the papers --------------------------------------------------------------------


def jupyter_settings() -> Config:
    """Return what JupyterLab would be told."""
    return PyFileConfigLoader("jupyter_lab_config.py", str(ROOT / "jupyter")).load_config()


def test_jupyter_is_private_and_quiet():
    settings = jupyter_settings()
    assert settings.ServerApp.ip == "127.0.0.1"
    assert settings.LabApp.news_url is None
    assert Path(settings.LabApp.app_settings_dir).is_dir()
    overrides = json.loads(read("jupyter/settings/overrides.json"))
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert json.loads(read("jupyter/settings/page_config.json"))["disabledExtensions"]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Return a course of two lessons, as it was released and started once."""
    for name in ("notebooks/01.ipynb", "exercises/01.ipynb"):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(name, encoding="utf-8")
    for name, place in (("COURSE", ""), ("LIST", "released.txt"), ("KEPT", "kept")):
        monkeypatch.setattr(released, name, tmp_path / place)
    released.write_list([tmp_path / "notebooks/01.ipynb", tmp_path / "exercises/01.ipynb"])
    released.keep()
    return tmp_path


def test_the_list_of_released_lessons_is_true():
    # After a change to a lesson:  python -m tests.rerun --list
    listed = {
        path.relative_to(ROOT).as_posix(): released.digest(path.read_bytes())
        for path in rerun.lessons()
    }
    assert released.listed() == listed


def test_a_stray_click_can_change_nothing_in_a_lesson():
    for path in rerun.lessons():
        notebook = nbformat.read(path, 4)
        before = [cell.metadata for cell in notebook.cells]
        rerun.protect(notebook)
        assert [cell.metadata for cell in notebook.cells] == before, path
        for cell in notebook.cells:
            assert cell.metadata["deletable"] is False
            free = "editable" not in cell.metadata
            asks = "these.code(" in cell.source  # for those who write code
            assert free == (cell.cell_type == "code" and asks), cell.id


def test_a_changed_lesson_comes_back_and_the_change_is_kept(course):
    lesson = course / "notebooks/01.ipynb"
    for number, change in enumerate(("mine", "mine again"), 1):
        lesson.write_text(change, encoding="utf-8")
        (words,) = released.bring_all_back(course)
        assert f"my copy of 01 {number}.ipynb" in words
        copy = course / "my copies" / f"my copy of 01 {number}.ipynb"
        assert (copy.read_text(encoding="utf-8"), lesson.read_text(encoding="utf-8")) == (
            change, "notebooks/01.ipynb",
        )  # fmt: skip
    lesson.unlink()
    assert "missing" in released.bring_all_back(course)[0]
    lesson.write_bytes(b"notebooks/01.ipynb")
    assert released.bring_all_back(course) == []


def test_a_learner_on_a_hub_gets_the_drawn_scenes_with_the_lessons(course, tmp_path_factory):
    drawn = course / "notebooks/images/01.svg"
    drawn.parent.mkdir()
    drawn.write_text("<svg/>", encoding="utf-8")
    own = tmp_path_factory.mktemp("own")
    (own / "notebooks").mkdir()
    assert "missing" in released.bring_all_back(own)[0]
    assert (own / "notebooks/images/01.svg").read_text(encoding="utf-8") == "<svg/>"


def test_a_lesson_without_a_copy_is_told_and_left(course):
    shutil.rmtree(released.KEPT)
    (course / "notebooks/01.ipynb").write_text("mine", encoding="utf-8")
    assert "download the course again" in released.bring_all_back(course)[0]
    assert (course / "notebooks/01.ipynb").read_text(encoding="utf-8") == "mine"
    released.keep()  # a changed lesson is never taken for the released one
    assert "download the course again" in released.bring_all_back(course)[0]


def test_a_new_release_replaces_what_was_kept(course):
    lesson = course / "notebooks/01.ipynb"
    lesson.write_text("release 2", encoding="utf-8")
    released.write_list([lesson, course / "exercises/01.ipynb"])
    released.keep()
    lesson.write_text("mine", encoding="utf-8")
    assert "put the original back" in released.bring_all_back(course)[0]
    assert lesson.read_text(encoding="utf-8") == "release 2"
    assert len(list(released.KEPT.iterdir())) == 2


@pytest.fixture
def contents(tmp_path, monkeypatch):
    """Return the files of a course with one released lesson and one stranger's notebook."""
    (tmp_path / "notebooks").mkdir()
    lesson, stranger = (tmp_path / "notebooks" / name for name in ("01.ipynb", "02.ipynb"))
    cell = nbformat.v4.new_code_cell("1 + 1", id="cell")
    for path, title in ((lesson, "ours"), (stranger, "theirs")):
        about = {"dialects": {"lesson": True}, "title": title}
        nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=about), path)
    names = tmp_path / "released.txt"
    mark = released.digest(lesson.read_bytes())
    names.write_text(f"{mark}  notebooks/01.ipynb\n", encoding="utf-8")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    made = lesson_contents.LessonContents(root_dir=str(tmp_path), lists=[str(names)])
    yield made
    made.notary.close()


def test_only_a_listed_lesson_is_trusted_wherever_it_lies(contents):
    def opened(path: str) -> tuple[bool, dict]:
        notebook = asyncio.run(contents.get(path))["content"]
        trusted = [cell["metadata"].get("trusted") for cell in notebook["cells"]]
        return trusted == [True], notebook["metadata"].get("dialects")

    assert opened("notebooks/01.ipynb") == (True, {"lesson": True})
    theirs = Path(contents.root_dir, "notebooks", "02.ipynb")
    contents.notary.sign(nbformat.read(theirs, 4))
    assert opened("notebooks/02.ipynb") == (False, None)
    # a stranger cannot put on a lesson's name, nor say of itself that it is trusted
    notebook = nbformat.read(theirs, 4)
    notebook.cells[0].metadata["trusted"] = True
    nbformat.write(notebook, theirs.with_name("01.ipynb"))
    assert opened("notebooks/01.ipynb") == (False, None)


def test_a_released_lesson_is_not_written_to_and_a_learners_own_notebook_is(contents):
    lesson, own = (Path(contents.root_dir, "notebooks", f"0{n}.ipynb") for n in (1, 2))
    before = lesson.read_bytes()
    mine = {"type": "notebook", "format": "json", "content": nbformat.v4.new_notebook()}
    answer = asyncio.run(contents.save(dict(mine), "notebooks/01.ipynb"))
    assert answer["path"] == "notebooks/01.ipynb"
    for doing in (
        contents.delete_file("notebooks/01.ipynb"),
        contents.rename_file("notebooks/01.ipynb", "x.ipynb"),
        contents.delete_file("notebooks"),
        contents.rename_file("notebooks", "x"),
    ):
        with pytest.raises(HTTPError, match="belongs to the course"):
            asyncio.run(doing)
    assert lesson.read_bytes() == before
    asyncio.run(contents.save(dict(mine), "notebooks/02.ipynb"))
    assert nbformat.read(own, 4).cells == []
    asyncio.run(contents.delete_file("notebooks/02.ipynb"))
    assert not own.exists()


def test_on_a_hub_the_record_is_the_learners_own_and_lessons_follow_the_course(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("DIALECTS_RECORD", "as it was")  # so that it is so again afterwards
    monkeypatch.delenv("DIALECTS_RECORD")
    own = tmp_path / "mine"
    monkeypatch.setenv("JUPYTERHUB_ROOT_DIR", str(own))
    assert jupyter_settings().ServerApp.root_dir == str(own)
    assert default_path() == own / "my-record.json"
    assert not own.exists()
    name = "notebooks/00-start-here.ipynb"
    (own / "notebooks").mkdir(parents=True)
    (own / name).write_text("an older release", encoding="utf-8")
    jupyter_settings()
    assert (own / name).read_bytes() == (ROOT / name).read_bytes()
    assert len(list((own / "my copies").iterdir())) == 1


def test_no_key_changes_the_cells_of_a_lesson():
    """Hold our settings against the keys that this JupyterLab has."""
    place = Path(sys.prefix) / "share/jupyter/lab/schemas/@jupyterlab/notebook-extension"
    keys = json.loads((place / "tracker.json").read_text(encoding="utf-8"))
    harmless = ("enter-command-mode", "move-cursor-down", "move-cursor-up", "run-cell",
                "run-cell-and-select-next", "history-entry")  # fmt: skip
    overrides = json.loads(read("jupyter/settings/overrides.json"))
    ours = overrides["@jupyterlab/shortcuts-extension:shortcuts"]["shortcuts"]
    off = {(one["command"], *one["keys"]) for one in ours if one.get("disabled")}
    for key in keys["jupyter.lab.shortcuts"]:
        if any(key["keys"]) and not key["command"].endswith(harmless):
            assert (key["command"], *key["keys"]) in off


def test_no_stray_key_can_delete_a_lesson():
    overrides = json.loads(read("jupyter/settings/overrides.json"))
    shortcuts = overrides["@jupyterlab/shortcuts-extension:shortcuts"]["shortcuts"]
    off = {one["command"] for one in shortcuts if one.get("disabled")}
    assert {"notebook:delete-cell", "notebook:cut-cell", "notebook:change-cell-to-raw"} <= off


def test_the_lesson_extension_is_where_its_package_says():
    folder = ROOT / "jupyter" / "labextensions" / "dialects-lesson"
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    source = (folder / package["jupyterlab"]["_build"]["load"]).read_text(encoding="utf-8")
    assert f'const NAME = "{package["name"]}"' in source


def test_citation_names_this_version_and_the_seed_paper():
    citation = read("CITATION.cff")
    assert f"\nversion: {toolkit.__version__}\n" in citation
    for word in ("Rich", "Davies", "Howsen", "International Journal of Integrated Care", "494"):
        assert word in citation


@pytest.mark.skipif(start.WINDOWS, reason="the script is for bash")
def test_ci_runs_the_command_of_the_readme(tmp_path):
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\necho "$PWD: python3 $*"\nexit 3\n', encoding="utf-8")
    python.chmod(0o755)
    paths = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    ran = subprocess.run(
        ["bash", ROOT / ".ci" / "run"], cwd=tmp_path, env={**os.environ, "PATH": paths},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    where, _, command = ran.stdout.strip().partition(": ")
    assert Path(where).samefile(ROOT)
    assert command in read("README.md").splitlines()
    assert ran.returncode == 3  # a run that failed has failed
