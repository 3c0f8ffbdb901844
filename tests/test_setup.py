"""The set-up: one list of dependencies, locks that agree with it, a start to be trusted."""

from __future__ import annotations

import ast
import json
import re
import socket
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

import start
import toolkit
from toolkit.learning.record import default_path

ROOT = Path(__file__).resolve().parents[1]
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


def test_a_python_without_venv_is_named_with_its_cure(place, monkeypatch):
    env, _ = place
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(start.Problem, match="apt-get install python3-venv"):
        start.set_up(env, start.LOCK)


@pytest.mark.parametrize(
    ("printed", "word"),
    [
        ("OSError: [Errno 28] No space left on device", "disk became full"),
        ("NewConnectionError('...: Failed to establish a new connection", "internet"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "refused"),
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


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--lowest"], ["lessen"], ["--what"]])
def test_an_unknown_wish_is_refused_in_words(arguments, capsys):
    with pytest.raises(SystemExit) as refusal:
        start.main(arguments)
    assert refusal.value.code == 2
    assert "start.py: error:" in capsys.readouterr().err


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


def test_on_a_hub_lessons_are_trusted_and_the_record_is_the_learners_own(tmp_path, monkeypatch):
    monkeypatch.setenv("DIALECTS_RECORD", "as it was")  # so that it is so again afterwards
    monkeypatch.delenv("DIALECTS_RECORD")
    monkeypatch.setenv("JUPYTERHUB_ROOT_DIR", str(tmp_path / "mine"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))

    def trusted() -> list[bool]:
        with closing(NotebookNotary()) as notary:
            return [notary.check_signature(nbformat.read(path, 4)) for path in lessons]

    assert not any(trusted())
    assert jupyter_settings().ServerApp.root_dir == str(tmp_path / "mine")
    assert default_path() == tmp_path / "mine" / "my-record.json"
    assert all(trusted())


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


def test_ci_runs_the_command_of_the_readme():
    assert "python3 start.py test" in read(".ci/run")
