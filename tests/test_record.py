"""The learner's record: nothing is lost, whatever happens to the file or the machine."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import filelock
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.learning.record import (
    FORMAT,
    PLACE,
    VERSION,
    Record,
    _schema,
    default_path,
    my_record,
)

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
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
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


def test_entries_come_back_with_the_next_one_if_the_file_was_taken_away(path):
    record = Record(path)
    record.put("a", {"text": "first"})
    path.unlink()
    record.put("b", {"text": "second"})
    assert set(held(path)) == {"a", "b"}


# --- a file that cannot be read ---------------------------------------------------------------

NEWER = json.dumps({"format": FORMAT, "version": VERSION + 1, "entries": {"a": {"new": [1]}}})
UNREADABLE = {
    "empty": b"",
    "cut short": b'{"format": "dialects-of-improvement/record", "ver',
    "no JSON": b"my notes of Tuesday",
    "a list": b"[1, 2, 3]",
    "a number": b"7",
    "of something else": b'{"cells": [], "nbformat": 4}',
    "newer": NEWER.encode(),
    "entries no table": json.dumps({"format": FORMAT, "version": 1, "entries": [1]}).encode(),
    "entry no table": json.dumps({"format": FORMAT, "version": 1, "entries": {"a": 7}}).encode(),
    "version a word": json.dumps({"format": FORMAT, "version": "one", "entries": {}}).encode(),
    "not UTF-8": '{"name": "Zoë"}'.encode("latin-1"),
    "nested without end": b"[" * 200_000,
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
    assert default_path() == Path(__file__).resolve().parents[1] / "my-record.json"


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
    jsonschema.validate(json.loads(record.text()), _schema())
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
    assert told.startswith("1 new entry came in. 2 stood in both")
    before = record.text()
    assert record.take(other).startswith("0 new entries")  # a second time changes nothing
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
    assert "is not a record of this course" in record.take(content.decode("utf-8", "replace"))
    assert path.read_bytes() == before


WRITER = """
import sys
from pathlib import Path
from toolkit.learning.record import Record
record = Record(Path(sys.argv[1]))
for n in range(25):
    record.put(f"{sys.argv[2]}{n}", {"text": "x" * 200})
"""


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
