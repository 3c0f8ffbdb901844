"""The learner's record: nothing is lost, whatever happens to the file or the machine."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import filelock
import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import ROOT
from toolkit.learning import record as record_module
from toolkit.learning.record import PATIENCE, PLACE, Record, default_path, my_record
from toolkit.learning.record_file import DEEPEST, EXACT, FORMAT, VERSION, entry_time, schema, sound

calm = settings(derandomize=True, deadline=None, max_examples=60)

WORDS = {
    "welsh": "Ysbyty Ŵyl, tŷ bach, cŵn",
    "script": "<script>alert('no')</script> & \"quotes\" \\ {{ }}",
    "lines": "one\ntwo\r\n\ttab \u2028 \x00 \x1b",
    "faces": "🙂 日本語 عربى",
    "half a face": "\ud83d",  # what is left of 🙂 where a text box cuts at its longest
}


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "my-record.json"


def held(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))["entries"]


def beside(path: Path) -> list[str]:
    """Return the names of all other files in the folder."""
    return sorted(each.name for each in path.parent.iterdir() if each != path)


# --- keeping ----------------------------------------------------------------------------------


def test_reading_alone_makes_no_file(path):
    record = Record(path)
    assert record.get("03/card/service") is None
    record.drop("03/card/service")
    assert record.keys() == []
    assert not path.exists()


def test_an_entry_is_there_again_in_the_next_session(path):
    Record(path).put("03/predict/dice", {"answer": 70, "sure": "0.7"})
    again = Record(path)
    assert again.get("03/predict/dice") == {"answer": 70, "sure": "0.7"}
    assert again.trouble == ""
    assert beside(path) == []


def test_an_entry_replaces_the_one_before_and_no_other(path):
    record = Record(path)
    record.put("a", {"text": "first"})
    record.put("b", {"text": "other"})
    record.put("a", {"text": "second"})
    assert held(path) == {"a": {"text": "second"}, "b": {"text": "other"}}


def test_a_dropped_entry_is_gone_for_good(path):
    record = Record(path)
    record.put("a", {"text": "first"})
    record.drop("a")
    assert record.get("a") is None
    assert Record(path).get("a") is None


def test_keys_come_by_prefix_in_the_order_they_came(path):
    record = Record(path)
    for key in ("03/predict/dice", "02/card/service", "03/card/service"):
        record.put(key, {})
    assert record.keys("03/") == ["03/predict/dice", "03/card/service"]
    assert Record(path).keys() == record.keys()


def test_what_is_handed_out_is_a_copy(path):
    record = Record(path)
    given = {"text": "first"}
    record.put("a", given)
    given["text"] = "changed outside"
    record.get("a")["text"] = "changed outside"
    assert record.get("a") == {"text": "first"}


def test_folders_are_made_with_the_first_entry(tmp_path):
    deep = tmp_path / "Eigene Dateien" / "Kürs" / "my-record.json"
    Record(deep).put("a", {"text": "first"})
    assert held(deep) == {"a": {"text": "first"}}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_come_back_as_they_were_typed(path, words):
    Record(path).put(words, {"text": words})
    again = Record(path)
    assert again.get(words) == {"text": words}
    assert again.trouble == ""


def test_the_file_can_be_read_by_people(path):
    Record(path).put("a", {"text": WORDS["welsh"]})
    assert WORDS["welsh"] in path.read_text(encoding="utf-8")


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
ANY_ENTRY = st.dictionaries(
    ANY_TEXT,
    st.none()
    | st.booleans()
    | st.integers(-EXACT, EXACT)
    | ANY_TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    max_size=3,
)


@calm
@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | ANY_ENTRY), max_size=8))
def test_a_record_is_what_was_put_less_what_was_dropped(tmp_path_factory, changes):
    path = tmp_path_factory.mktemp("law") / "my-record.json"
    two, expected = (Record(path), Record(path)), {}
    for n, (key, entry) in enumerate(changes):
        if entry is None:
            two[n % 2].drop(key)
            expected.pop(key, None)
        else:
            two[n % 2].put(key, entry)
            expected[key] = entry
    again = Record(path)
    assert {key: again.get(key) for key in again.keys()} == expected  # noqa: SIM118  no dict
    assert again.trouble == ""


# --- two lessons open at once -----------------------------------------------------------------


def test_two_sessions_keep_each_others_entries(path):
    one, other = Record(path), Record(path)
    one.put("02/card/service", {"text": "one"})
    other.put("03/card/service", {"text": "other"})
    one.put("02/check/first", {"answer": "a"})
    assert set(held(path)) == {"02/card/service", "03/card/service", "02/check/first"}
    assert one.get("03/card/service") == {"text": "other"}


def test_the_last_word_on_a_key_stands(path):
    one, other = Record(path), Record(path)
    one.put("a", {"text": "one"})
    other.put("a", {"text": "other"})
    one.put("b", {})
    assert held(path)["a"] == {"text": "other"}


def test_what_one_session_dropped_does_not_come_back_with_the_other(path):
    Record(path).put("03/predict/dice", {"answer": 70})
    one, other = Record(path), Record(path)
    one.drop("03/predict/dice")
    other.put("02/card/service", {"text": "other"})
    assert set(held(path)) == {"02/card/service"}


def test_what_was_deleted_is_gone_in_every_kernel_that_still_lives(path):
    one, other = Record(path), Record(path)
    one.put("03/predict/dice", {"text": "first"})
    assert other.get("03/predict/dice")
    path.unlink()
    for record in (one, other):
        assert record.get("03/predict/dice") is None
        assert record.keys() == []
        assert json.loads(record.text())["entries"] == {}
    other.put("b", {"text": "second"})
    one.put("c", {"text": "third"})
    assert set(held(path)) == {"b", "c"}
    assert "first" not in path.read_text(encoding="utf-8")


def test_what_gave_way_is_deleted_with_the_file_too(path):
    record = Record(path)
    record.put("a", {"text": "mine"})
    record.take(json.dumps({**FIRST, "entries": {"a": {"text": "other"}}}))
    path.unlink()
    record.put("b", {"text": "second"})
    assert json.loads(path.read_text(encoding="utf-8"))["earlier"] == {}


def test_what_could_not_be_saved_yet_outlives_the_deletion_of_the_file(path, monkeypatch):
    record = Record(path)
    record.put("a", {"text": "first"})

    def refuse(*_args):
        raise FAULTS["full"]

    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", refuse)
        record.put("b", {"text": "second"})
    path.unlink()
    assert record.get("b") == {"text": "second"}
    record.put("c", {"text": "third"})
    assert set(held(path)) == {"b", "c"}


def test_another_sessions_entry_is_seen_without_writing(path):
    one, other = Record(path), Record(path)
    one.put("a", {"text": "one"})
    assert other.get("a") == {"text": "one"}
    one.put("a", {"text": "two"})
    assert other.get("a") == {"text": "two"}
    one.drop("a")
    assert other.keys() == []


# --- a file that cannot be read ---------------------------------------------------------------


def written(**more: object) -> str:
    """Return the text of a record with one entry, and more or other parts."""
    held = {"format": FORMAT, "version": VERSION, "entries": {"a": {"text": "theirs"}}}
    return json.dumps(held | more)


def with_number(digits: str) -> bytes:
    return written(entries={"a": {"n": 77}}).replace("77", digits).encode()


UNREADABLE = {
    "empty": b"",
    "cut short": b'{"format": "dialects-of-improvement/record", "ver',
    "no JSON": b"my notes of Tuesday",
    "a list": b"[1, 2, 3]",
    "a number": b"7",
    "of something else": b'{"cells": [], "nbformat": 4}',
    "entries no table": json.dumps({"format": FORMAT, "version": 1, "entries": [1]}).encode(),
    "entry no table": json.dumps({"format": FORMAT, "version": 1, "entries": {"a": 7}}).encode(),
    "version a word": json.dumps({"format": FORMAT, "version": "one", "entries": {}}).encode(),
    "not UTF-8": '{"name": "Zoë"}'.encode("latin-1"),
    "nested without end": b"[" * 200_000,
    "nested, and whole": with_number("[" * 100_000 + "]" * 100_000),
    "nested just too deep": with_number("[" * (DEEPEST - 2) + "]" * (DEEPEST - 2)),
    "nested behind a text": b'{"a \\" [": ' + b"[" * 100_000,
    "NaN": with_number("NaN"),
    "Infinity": with_number("-Infinity"),
    "1e999": with_number("1e999"),
    "4,000 digits": with_number("7" * 4000),
    "5,000 digits": with_number("7" * 5000),
    "2 to the 53rd": with_number(str(2**53)),
    "a name twice": written().replace('"a":', '"a": {}, "a":').encode(),
    "entries twice": written().replace('"entries":', '"entries": {}, "entries":').encode(),
    "times no table": written(times=[]).encode(),
    "earlier no lists": written(earlier={"a": {}}).encode(),
    "something more": written(more=1).encode(),
    "version yes": written(version=True).encode(),
    "too large": written(entries={"a": {"text": "x" * 21_000_000}}).encode(),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_set_aside_whole_and_told(path, content):
    path.write_bytes(content)
    record = Record(path)
    assert beside(path) == ["my-record.unreadable-1.json"]
    assert (path.parent / "my-record.unreadable-1.json").read_bytes() == content
    assert "could not be read" in record.trouble
    assert "my-record.unreadable-1.json" in record.trouble
    record.put("a", {"text": "goes on"})
    assert held(path) == {"a": {"text": "goes on"}}
    assert record.trouble == ""  # once told it is not told again


def test_each_unreadable_file_gets_a_name_of_its_own(path):
    for content in (b"first", b"second", b"third"):
        path.write_bytes(content)
        Record(path)
    assert [(path.parent / name).read_bytes() for name in beside(path)] == [
        b"first", b"second", b"third",
    ]  # fmt: skip


def test_a_file_spoilt_in_mid_session_costs_this_session_nothing(path):
    record = Record(path)
    record.put("a", {"text": "first"})
    path.write_bytes(b"spoilt")
    record.put("b", {"text": "second"})
    assert set(held(path)) == {"a", "b"}
    assert beside(path) == ["my-record.unreadable-1.json"]
    assert "set aside as my-record.unreadable-1.json" in record.trouble


def test_a_folder_in_the_place_of_the_record_is_set_aside_too(path):
    path.mkdir()
    (path / "notes.txt").write_text("mine", encoding="utf-8")
    record = Record(path)
    record.put("a", {"text": "first"})
    assert held(path) == {"a": {"text": "first"}}
    assert (path.parent / "my-record.unreadable-1.json" / "notes.txt").exists()


def test_what_can_neither_be_read_nor_set_aside_is_never_overwritten(path, monkeypatch):
    path.write_bytes(b"precious")
    move = Path.replace

    def guarded(self, target):
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", guarded)
    record = Record(path)
    record.put("a", {"text": "first"})
    assert path.read_bytes() == b"precious"
    assert beside(path) == []
    assert "could not be read, nor set aside" in record.trouble
    assert record.get("a") == {"text": "first"}  # for this session


# --- what editors and other places do to a file -----------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16"]
)  # Notepad's "UTF-8 with BOM", "Unicode"
def test_a_record_that_an_editor_saved_again_is_read_and_taken_in(path, tmp_path, encoding):
    content = written(entries={"a": {"text": WORDS["welsh"]}}).encode(encoding)
    path.write_bytes(content)
    record = Record(path)
    assert (record.trouble, record.get("a")) == ("", {"text": WORDS["welsh"]})
    record.put("b", {})
    assert set(held(path)) == {"a", "b"}
    assert beside(path) == []
    other = Record(tmp_path / "elsewhere" / "my-record.json")
    assert other.take(content).startswith("We added 1 new entry.")


@pytest.mark.parametrize("there", [True, False], ids=["of a record", "to nothing yet"])
def test_a_record_that_is_a_link_is_written_where_the_link_leads(path, there):
    real = path.parent / "synced" / "kept.json"
    real.parent.mkdir()
    if there:
        real.write_text(written(), encoding="utf-8")
    path.symlink_to(Path("synced") / "kept.json")
    record = Record(path)
    record.put("b", {"text": "second"})
    assert path.is_symlink()
    assert set(held(real)) == ({"a", "b"} if there else {"b"})
    assert beside(real) == []
    real.unlink()
    assert record.keys() == []
    record.put("c", {})
    assert set(held(real)) == {"c"}


def test_what_cannot_be_read_behind_a_link_is_set_aside_there(path):
    real = path.parent / "synced" / "kept.json"
    real.parent.mkdir()
    real.write_bytes(b"spoilt")
    path.symlink_to(real)
    record = Record(path)
    record.put("a", {})
    assert path.is_symlink()
    assert (real.parent / "kept.unreadable-1.json").read_bytes() == b"spoilt"
    assert set(held(real)) == {"a"}


def test_a_link_in_a_circle_is_told(path):
    path.symlink_to(path)
    record = Record(path)
    record.put("a", {"text": "first"})
    assert "could not be opened" in record.trouble
    assert record.get("a") == {"text": "first"}
    assert path.is_symlink()


@pytest.mark.parametrize("link", [False, True])
def test_a_record_of_a_newer_course_is_told_and_left_as_it_is(path, link):
    real = path.with_name("real.json") if link else path
    newer = written(version=VERSION + 1, something_new={"x": 1})
    real.write_text(newer, encoding="utf-8")
    if link:
        path.symlink_to(real)
    record = Record(path)
    assert "written by a newer version of this course" in record.trouble
    record.put("b", {"text": "mine"})
    record.drop("b")
    record.put("b", {"text": "mine"})
    assert "written by a newer version of this course" in record.trouble
    assert not record.saved
    assert record.get("b") == {"text": "mine"}
    assert real.read_text(encoding="utf-8") == newer
    assert "unreadable" not in str(beside(path))
    # The file becomes one that this course knows: what was missed is made up for.
    real.write_text(written(), encoding="utf-8")
    record.put("c", {})
    assert set(held(real)) == {"a", "b", "c"}


def test_a_record_of_a_newer_course_is_not_taken_in(path):
    record = Record(path)
    record.put("a", {"text": "mine"})
    told = record.take(written(version=VERSION + 7))
    assert "saved by a newer version of this course. Nothing was changed." in told
    assert held(path) == {"a": {"text": "mine"}}
    assert beside(path) == []


def test_a_file_that_may_not_be_opened_just_now_is_not_set_aside(path, monkeypatch):
    Record(path).put("a", {"text": "first"})
    with monkeypatch.context() as disk:

        def refuse(_self):
            raise PermissionError(errno.EACCES, "Permission denied")

        disk.setattr(Path, "read_bytes", refuse)
        record = Record(path)
        record.put("b", {"text": "second"})
        assert "could not be opened (Permission denied)" in record.trouble
        assert beside(path) == []
    record.put("c", {})
    assert set(held(path)) == {"a", "b", "c"}


def test_two_sessions_that_meet_a_spoilt_file_set_it_aside_once(path, monkeypatch):
    path.write_bytes(b"spoilt")
    inner = Record._alone

    def other_first(self):
        monkeypatch.setattr(Record, "_alone", inner)
        Record(path).put("a", {"text": "other"})
        return inner(self)

    monkeypatch.setattr(Record, "_alone", other_first)
    record = Record(path)
    assert record.get("a") == {"text": "other"}
    assert beside(path) == ["my-record.unreadable-1.json"]


def test_what_is_set_aside_takes_the_place_of_nothing(path, monkeypatch):
    path.write_bytes(b"spoilt")
    taken = path.with_name("my-record.unreadable-1.json")
    make = Path.touch

    def at_the_last_moment(self, **how):
        monkeypatch.setattr(Path, "touch", make)
        taken.write_bytes(b"precious")
        make(self, **how)

    monkeypatch.setattr(Path, "touch", at_the_last_moment)
    Record(path)
    assert taken.read_bytes() == b"precious"
    assert path.with_name("my-record.unreadable-2.json").read_bytes() == b"spoilt"


# --- a disk that does not take it -------------------------------------------------------------

FAULTS = {
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "read-only": OSError(errno.EROFS, "Read-only file system"),
    "not allowed": PermissionError(errno.EACCES, "Permission denied"),
}


@pytest.mark.parametrize("step", ["make the folder", "begin", "write", "replace"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_saved_stays_for_the_session_and_is_told(path, monkeypatch, step, fault):
    record = Record(path)
    record.put("a", {"text": "first"})
    before = path.read_bytes()

    def refuse(*_args, **_more):
        raise fault

    with monkeypatch.context() as disk:
        owner, name = {
            "make the folder": (Path, "mkdir"),
            "begin": (sys.modules[Record.__module__].tempfile, "mkstemp"),
            "write": (os, "fsync"),
            "replace": (Path, "replace"),
        }[step]
        disk.setattr(owner, name, refuse)
        record.put("b", {"text": "second"})
        record.drop("a")
        assert record.get("b") == {"text": "second"}
        assert record.get("a") is None
        assert "could not be saved" in record.trouble
        assert fault.strerror in record.trouble
        assert not record.saved
        assert path.read_bytes() == before  # the old file is whole
        assert beside(path) == []  # and nothing half done lies about
    record.put("c", {"text": "third"})
    assert record.trouble == ""
    assert record.saved
    assert set(held(path)) == {"b", "c"}  # what was missed is made up for


def test_what_the_other_session_wrote_meanwhile_is_not_lost_by_a_failed_write(path, monkeypatch):
    record, other = Record(path), Record(path)

    def refuse(*_args, **_more):
        raise FAULTS["full"]

    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", refuse)
        record.put("a", {"text": "mine"})
    other.put("b", {"text": "other"})
    record.put("c", {"text": "mine"})
    assert set(held(path)) == {"a", "b", "c"}


KILLED = """
import os, signal, sys
from pathlib import Path
from toolkit.learning import record

def die(*_args):
    os._exit(9)

if sys.argv[2] == "replace":
    Path.replace = die
else:
    os.fsync = die
record.Record(Path(sys.argv[1])).put("b", {"text": "second"})
"""


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_session_killed_while_it_writes_leaves_the_old_file_whole(path, step):
    record = Record(path)
    record.put("a", {"text": "first"})
    before = path.read_bytes()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path), step], check=False)
    assert killed.returncode == 9
    assert path.read_bytes() == before
    again = Record(path)
    assert again.get("a") == {"text": "first"}
    assert again.trouble == ""
    again.put("c", {"text": "third"})
    assert set(held(path)) == {"a", "c"}


# --- where it is ------------------------------------------------------------------------------


def test_the_record_is_where_the_environment_says(monkeypatch, path):
    monkeypatch.setenv(PLACE, str(path))
    assert default_path() == path
    assert my_record().path == path
    assert my_record() is my_record()


def test_otherwise_it_stands_beside_the_course(monkeypatch):
    monkeypatch.delenv(PLACE, raising=False)
    assert default_path() == ROOT / "my-record.json"


# --- times, and two records put together ------------------------------------------------------

FIRST = {"format": FORMAT, "version": 1, "entries": {"03/predict/dice": {"answer": 70}}}


def test_a_record_of_the_first_version_is_taken_up(path):
    path.write_text(json.dumps(FIRST), encoding="utf-8")
    record = Record(path)
    record.put("03/card/service", {"where": "At the hatch."})
    held = json.loads(path.read_text(encoding="utf-8"))
    assert held["version"] == VERSION
    assert set(held["entries"]) == {"03/predict/dice", "03/card/service"}
    assert set(held["times"]) == {"03/card/service"}
    assert beside(path) == []


def test_what_is_written_keeps_to_the_schema(path):
    record = Record(path)
    record.put("a", {"text": "mine"})
    record.take(json.dumps({**FIRST, "entries": {"a": {"text": "other"}}}))
    jsonschema.validate(json.loads(record.text()), schema())
    assert json.loads(record.text()) == json.loads(path.read_text(encoding="utf-8"))


def at(path: Path, **entries: tuple[str, str]) -> str:
    """Return the text of a record with these entries: key to text and time."""
    held = {"format": FORMAT, "version": VERSION}
    held["entries"] = {key: {"text": text} for key, (text, _) in entries.items()}
    held["times"] = {key: time for key, (_, time) in entries.items()}
    held["earlier"] = {}
    path.write_text(json.dumps(held), encoding="utf-8")
    return json.dumps(held)


def test_of_two_records_the_later_entry_stands_and_the_other_is_kept(path):
    other = at(
        path, a=("theirs", "2026-03-02"), b=("theirs", "2026-01-01"), c=("new", "2026-01-01")
    )
    at(path, a=("mine", "2026-03-01"), b=("mine", "2026-03-01"), d=("only mine", "2026-01-01"))
    record = Record(path)
    told = record.take(other)
    assert {key: record.get(key)["text"] for key in sorted(record.keys())} == {
        "a": "theirs", "b": "mine", "c": "new", "d": "only mine",
    }  # fmt: skip
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["earlier"] == {"a": [{"text": "mine"}], "b": [{"text": "theirs"}]}
    assert written["times"]["a"] == "2026-03-02"
    assert told.startswith("We added 1 new entry. 2 entries were different in the two records")
    before = record.text()
    assert record.take(other).startswith("We added 0 new entries")  # a second time changes nothing
    assert record.text() == before


PERSON = st.dictionaries(st.sampled_from("abc"), st.tuples(ANY_TEXT, st.sampled_from("123")))


@calm
@given(st.lists(PERSON, min_size=2, max_size=4))
def test_putting_records_together_loses_no_answer(tmp_path_factory, people):
    folder = tmp_path_factory.mktemp("law")
    path = folder / "my-record.json"
    texts = [at(folder / "other.json", **person) for person in people]
    record = Record(path)
    for text in texts:
        record.take(text)
    written = json.loads(record.text())
    for person in people:
        for key, (text, _time) in person.items():
            kept = [written["entries"][key], *written["earlier"].get(key, ())]
            assert {"text": text} in kept


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_foreign_file_is_not_taken_in(path, content):
    record = Record(path)
    record.put("a", {"text": "mine"})
    before = path.read_bytes()
    assert "is not a record of this course" in record.take(content)
    assert path.read_bytes() == before


WRITER = """
import sys
from pathlib import Path
from toolkit.learning.record import Record
record = Record(Path(sys.argv[1]))
for n in range(25):
    record.put(f"{sys.argv[2]}{n}", {"text": "x" * 200})
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the faults are made with fork and signals")
def test_nothing_is_lost_when_a_kernel_is_killed_a_disk_is_full_or_several_write():
    told = subprocess.run(
        [sys.executable, "-m", "tests.record_faults", "30"],
        check=True, capture_output=True, text=True, cwd=ROOT,
    ).stdout  # fmt: skip
    assert "30 runs" in told
    assert "0 entries lost" in told


def test_two_kernels_that_write_at_once_lose_nothing(path):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert set(held(path)) == {f"{name}{n}" for name in "ab" for n in range(25)}
    assert beside(path) == []


def test_who_never_gets_the_lock_writes_all_the_same(path, monkeypatch):
    record = Record(path)

    def never(self, **_how):
        raise filelock.Timeout(self.lock_file)

    monkeypatch.setattr(filelock.FileLock, "acquire", never)
    record.put("a", {"text": "mine"})
    assert held(path) == {"a": {"text": "mine"}}


def test_a_lock_that_is_never_let_go_costs_one_wait_only(path, monkeypatch):
    record, waits = Record(path), []

    def never(self, timeout):
        waits.append(timeout)
        raise filelock.Timeout(self.lock_file)

    with monkeypatch.context() as shared:
        shared.setattr(filelock.FileLock, "acquire", never)
        for key in "abc":
            record.put(key, {})
    assert waits[0] == PATIENCE
    assert max(waits[1:]) <= 0.1
    record.put("d", {})  # the lock is to be had again
    assert record._patience == PATIENCE
    assert set(held(path)) == set("abcd")


def test_without_a_lock_what_another_wrote_in_the_middle_is_not_lost(path, monkeypatch):
    one, other = Record(path), Record(path)
    make, sync = tempfile.mkstemp, os.fsync

    def meanwhile(handle):
        monkeypatch.setattr(os, "fsync", sync)
        with monkeypatch.context() as locks:
            locks.setattr(filelock.FileLock, "acquire", lambda *_, **__: None)
            locks.setattr(filelock.FileLock, "release", lambda *_, **__: None)
            other.put("b", {"text": "other"})
        sync(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    one.put("a", {"text": "one"})
    assert tempfile.mkstemp is make
    assert set(held(path)) == {"a", "b"}
    assert beside(path) == []


# --- what comes in ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("2026-03-02", True), ("2026-03-02T10:00:00+00:00", True), ("2026-03-02T10:00:00", True),
        ("9999-12-31", False), ("9999", False), ("tomorrow", False), ("", False),
        ("0001-01-01T00:00:00+14:00", False),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_true_says_nothing(told, known):
    assert (entry_time(told) is not None) is known


@pytest.mark.parametrize("mine", ["2026-03-01T00:00:00+00:00", ""])
def test_a_time_in_the_future_does_not_win(path, mine):
    other = at(path, a=("theirs", "9999-01-01T00:00:00+00:00"))
    at(path, a=("mine", mine))
    record = Record(path)
    record.take(other)
    assert record.get("a") == {"text": "mine"}
    assert json.loads(record.text())["earlier"] == {"a": [{"text": "theirs"}]}


def test_a_time_in_the_future_in_ones_own_record_does_not_win_for_ever(path):
    other = at(path, a=("theirs", "2026-03-01T00:00:00+00:00"))
    at(path, a=("mine", "9999-01-01T00:00:00+00:00"))
    record = Record(path)
    record.take(other)
    assert record.get("a") == {"text": "theirs"}


def test_times_are_compared_as_moments_not_as_letters(path):
    other = at(path, a=("theirs", "2026-03-01T23:30:00-02:00"))  # half past one on the second
    at(path, a=("mine", "2026-03-02T01:00:00+00:00"))
    record = Record(path)
    record.take(other)
    assert record.get("a") == {"text": "theirs"}


def test_an_entry_that_was_dropped_here_counts_as_new_when_it_comes_in(path):
    record = Record(path)
    record.put("a", {"text": "mine"})
    record.take(written(times={"a": "2026-01-01"}))
    record.drop("a")
    assert record.take(written()).startswith("We added 1 new entry.")
    assert record.get("a") == {"text": "theirs"}


WRONG = {
    "03/predict/dice": {"kind": "prediction", "answer": 1, "sure": ["0.7"]},
    "03/predict/busy": {"kind": "prediction", "answer": {"a": 1}, "sure": "0.7"},
    "03/check/busy": {"kind": "check", "answer": ["a"], "outcome": "right"},
    "03/card/service": {"kind": "card", "where": 4},
    "03/explain/busy": {"kind": "explanation", "text": None},
    "02/exercise/tray": {"kind": "exercise", "outcome": 7},
    "about/table": {"kind": "table", "people": "four"},
    "12/codes/first": {"kind": "codes", "codes": []},
    "x": {"kind": 3},
}


@pytest.mark.parametrize("key", WRONG)
def test_an_entry_that_is_not_of_its_kind_is_left_out_and_told(path, key):
    record = Record(path)
    told = record.take(written(entries={"a": {"text": "theirs"}, key: WRONG[key]}))
    assert told.startswith("We added 1 new entry. 1 entry was left out")
    assert f"1 of the kind “{WRONG[key]['kind']}”" in told
    assert record.keys() == ["a"]
    assert not sound(WRONG[key])


def test_an_import_can_be_undone_and_what_came_after_it_stays(path):
    at(path, a=("mine", "2026-03-01"), b=("mine", "2026-03-01"))
    record = Record(path)
    before = json.loads(record.text())
    junk = {f"junk/{n}": ("junk", "2026-03-02") for n in range(2000)}
    theirs = at(path.with_name("other.json"), a=("theirs", "2026-03-02"), b=("theirs", ""), **junk)
    path.with_name("other.json").unlink()
    assert record.former() is None
    record.take(theirs)
    assert len(record.keys()) == 2002
    assert beside(path) == ["my-record.before-import-1.json"]
    assert held(record.former())["a"] == {"text": "mine"}
    record.put("junk/7", {"text": "changed since"})
    record.put("c", {"text": "since"})
    again = Record(path)  # after a restart too
    told = again.undo()
    assert told.startswith("2,001 entries are as before the import. 1 entry that you have changed")
    now = json.loads(again.text())
    assert set(now["entries"]) == {"a", "b", "c", "junk/7"}
    assert {key: now["entries"][key] for key in "ab"} == before["entries"]
    assert {key: now["times"][key] for key in "ab"} == before["times"]
    assert now["earlier"] == before["earlier"]
    assert beside(path) == []
    assert again.undo() == "There is no added record to remove."


def test_imports_are_undone_one_after_the_other(path):
    record = Record(path)
    for name in "abc":
        record.take(written(entries={name: {"text": name}}))
    for name in "cba":
        assert name in record.keys()  # noqa: SIM118
        record.undo()
        assert name not in record.keys()  # noqa: SIM118


def test_an_import_that_changes_nothing_leaves_no_copy(path):
    record = Record(path)
    record.put("a", {"text": "theirs"})
    record.take(written())
    assert beside(path) == []


def test_without_room_for_the_way_back_nothing_comes_in(path, monkeypatch):
    record = Record(path)
    record.put("b", {"text": "mine"})

    def refuse(*_args, **_more):
        raise FAULTS["full"]

    monkeypatch.setattr(os, "fsync", refuse)
    assert "no room" in record.take(written())
    assert set(held(path)) == {"b"}
    assert beside(path) == []


def test_two_records_that_are_too_large_together_are_told_before_anything_changes(path):
    record = Record(path)
    record.put("a", {"text": "x" * 6_000_000})
    told = record.take(written(entries={"b": {"text": "x" * 6_000_000}}))
    assert "too large. Nothing was changed." in told
    assert record.keys() == ["a"]


# --- what is kept can be read again -----------------------------------------------------------

ODD = {
    "a whole number of numpy": (np.int64(3), 3),
    "a number of numpy": (np.float64(2.5), 2.5),
    "a truth of numpy": (np.bool_(True), True),
    "numbers of numpy": (np.array([1.0, 2.0]), [1.0, 2.0]),
    "a tuple": ((1, 2), [1, 2]),
    "not a number": (float("nan"), None),
    "infinity": (np.inf, None),
    "a long number": (10**400, None),
    "inside": ({"a": [np.inf, {"b": np.int64(1)}]}, {"a": [None, {"b": 1}]}),
}


@pytest.mark.parametrize(("value", "kept"), ODD.values(), ids=ODD)
def test_whatever_a_lab_keeps_can_be_read_again(path, value, kept):
    record = Record(path)
    record.put("a", {"value": value})
    again = Record(path)
    assert (again.trouble, again.get("a")) == ("", {"value": kept})


# --- drafts -----------------------------------------------------------------------------------


def test_drafts_stay_on_this_computer(path, tmp_path):
    record = Record(path)
    record.put("draft/03/card/service", {"kind": "draft", "where": "half writ"})
    record.put("03/card/service", {"kind": "card", "where": "Written."})
    assert record.keys() == ["03/card/service"]
    assert record.keys("draft/") == ["draft/03/card/service"]
    assert Record(path).get("draft/03/card/service")
    assert set(json.loads(record.text())["entries"]) == {"03/card/service"}
    assert [key for key, _ in record.of_kind("draft")] == []
    other = Record(tmp_path / "elsewhere.json")
    assert other.take(path.read_bytes()).startswith("We added 1 new entry.")
    assert other.keys("draft/") == []


# --- afresh -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("", "my-record.set-aside-1.json"), ("Class A", "my-record.set-aside-Class-A.json"),
        ("../../etc/passwd", "my-record.set-aside-etc-passwd.json"),
        (" . ", "my-record.set-aside-1.json"),
        ("Tŷ Gwyn <b>", "my-record.set-aside-Tŷ-Gwyn-b.json"),
    ],
)  # fmt: skip
def test_a_new_beginning_sets_the_old_record_aside_under_a_name(path, name, file):
    one, other = Record(path), Record(path)
    one.put("03/card/service", {"kind": "card", "where": "Ward 4"})
    one.put("draft/03/explain/busy", {"kind": "draft", "text": "half"})
    one.take(written())
    told = one.start_afresh(name)
    assert f"set aside in the file {file}" in told
    assert beside(path) == [file]
    assert not path.exists()
    assert set(held(path.with_name(file))) == {"03/card/service", "a"}
    for record in (one, other):
        assert record.keys() == record.keys("draft/") == []
    other.put("b", {})
    assert set(held(path)) == {"b"}
    assert one.take(path.with_name(file).read_bytes()).startswith("We added 2 new entries.")


def test_a_second_beginning_under_the_same_name_overwrites_nothing(path):
    record = Record(path)
    for text in ("first", "second"):
        record.put("a", {"text": text})
        record.start_afresh("Class A")
    names = ["my-record.set-aside-Class-A-2.json", "my-record.set-aside-Class-A.json"]
    assert beside(path) == names
    assert [held(path.with_name(name))["a"]["text"] for name in names] == ["second", "first"]


def test_where_nothing_is_kept_a_new_beginning_makes_no_file(path):
    assert Record(path).start_afresh().startswith("Your record is empty.")
    assert list(path.parent.iterdir()) == []


def test_where_only_drafts_are_kept_a_new_beginning_deletes_them(path):
    record = Record(path)
    record.put("draft/03/card/service", {"kind": "draft", "where": "half"})
    record.start_afresh()
    assert list(path.parent.iterdir()) == []
    assert record.keys("draft/") == []


def test_a_record_of_a_newer_course_is_set_aside_whole(path):
    newer = written(version=VERSION + 1)
    path.write_text(newer, encoding="utf-8")
    record = Record(path)
    record.put("mine", {})
    record.start_afresh()
    assert path.with_name("my-record.set-aside-1.json").read_text(encoding="utf-8") == newer
    assert record.keys() == []


@pytest.mark.parametrize(("owner", "name"), [(os, "fsync"), (Path, "unlink"), (Path, "touch")])
def test_what_cannot_be_set_aside_stays(path, monkeypatch, owner, name):
    record = Record(path)
    record.put("a", {"text": "first"})

    def refuse(*_args, **_more):
        raise FAULTS["full"]

    with monkeypatch.context() as disk:
        disk.setattr(owner, name, refuse)
        told = record.start_afresh()
    assert "could not be set aside (No space left on device). It stays." in told
    assert held(path) == {"a": {"text": "first"}}
    assert record.get("a") == {"text": "first"}
    record.put("b", {})
    assert set(held(path)) == {"a", "b"}


def test_in_a_browser_the_record_is_deleted_and_its_store_emptied_first(path, monkeypatch):
    monkeypatch.setattr(record_module, "IN_BROWSER", True)
    record, put = Record(path), []
    record.put("a", {"text": "first"})
    replace = Path.replace

    def seen(self, target):
        put.append(json.loads(self.read_text(encoding="utf-8"))["entries"])
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", seen)
    assert "is deleted from this browser" in record.start_afresh("a name")
    assert put == [{}]  # what puts a file in the record's place empties the browser's store
    assert list(path.parent.iterdir()) == []
    assert record.keys() == []


def test_half_a_file_of_a_killed_kernel_does_not_lie_about_for_ever(path):
    part = path.with_name("my-record.abc.part")
    for name in (part, path.with_name("my-record.new.part")):
        name.write_text("half", encoding="utf-8")
    os.utime(part, (0, 0))
    Record(path).put("a", {})
    assert beside(path) == ["my-record.new.part"]
