"""The learner's own record: one plain JSON file that never leaves this machine.

Nothing is lost on a restart, a crash or in two tabs: every change reads the file again, adds itself
and replaces the file in one step, while a lock keeps others waiting. A file that cannot be read is
set aside, never overwritten.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema

FORMAT = "dialects-of-improvement/record"
VERSION = 2  # 1 had no times, and nothing earlier
PLACE = "DIALECTS_RECORD"
UNREADABLE = (
    OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError,
    jsonschema.ValidationError,
)  # fmt: skip
UNKEPT = (
    "Your record could not be saved: this browser keeps nothing for this site. What you enter "
    "stays while this page is open. Another browser, or a window that is not private, may keep it."
)
PATIENCE = 5  # seconds for another kernel to finish its write, which takes a few milliseconds


def default_path() -> Path:
    """Return where the record is kept: beside the course, or where ``DIALECTS_RECORD`` says."""
    if told := os.environ.get(PLACE):
        return Path(told)
    course = Path(__file__).resolve().parents[2]
    return (course if (course / "notebooks").is_dir() else Path.cwd()) / "my-record.json"


@cache
def _schema() -> dict:
    text = files("toolkit.learning").joinpath("record.schema.json").read_text(encoding="utf-8")
    return json.loads(text)


def _checked(text: str) -> dict:
    """Return what a record's text holds; one of `UNREADABLE` if it is none."""
    held = json.loads(text)
    jsonschema.validate(held, _schema())
    return held


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Record:
    """Entries by key, kept in a file.

    Parameters
    ----------
    path : Path
        The file; it is made with the first entry.

    Attributes
    ----------
    trouble : str
        Empty, or what went wrong with the file when it was opened or last changed, in words for
        the learner. The entries of this session are kept in memory all the same.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self._asked = False
        self._entries: dict[str, dict] = {}
        self._times: dict[str, str] = {}
        self._earlier: dict[str, list[dict]] = {}
        self._unsaved: dict[str, dict | None] = {}  # not in the file yet; None: to be dropped
        self._read()

    def get(self, key: str) -> dict | None:
        """Return the entry under ``key``, or None."""
        entry = self._entries.get(key)
        return dict(entry) if entry is not None else None

    def news(self) -> str:
        """Return what went wrong with the file to the first who asks; empty for all others."""
        first, self._asked = not self._asked, True
        return self.trouble if first else ""

    @property
    def saved(self) -> bool:
        """Whether everything that was put into the record is in its file."""
        return not self._unsaved

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that start with ``prefix``, in the order in which they came."""
        return [key for key in self._entries if key.startswith(prefix)]

    def put(self, key: str, entry: dict[str, Any]) -> None:
        """Keep an entry; another with the same key is replaced, all others stay."""
        self.trouble = ""
        self._change({key: dict(entry)})

    def drop(self, key: str) -> None:
        """Forget the entry under ``key``, if there is one."""
        self.trouble = ""
        self._read()
        if key in self._entries:
            self._change({key: None})

    def text(self) -> str:
        """Return the whole record as the text of its file, to be carried elsewhere."""
        self._read()
        return self._written()

    def take(self, text: str) -> str:
        """Put another record into this one; of two entries under one key the later stands.

        Parameters
        ----------
        text : str
            Content of a record's file.

        Returns
        -------
        str
            What came of it, in words for the learner. Text that is no record changes nothing.
        """
        try:
            other = _checked(text)
        except UNREADABLE:
            return (
                "This file is not a record of this course, or a newer course wrote it. Nothing was "
                "changed. A record is the file my-record.json, as the course saved it."
            )
        self.trouble = ""
        self._read()
        new, times, both = {}, other.get("times", {}), 0
        for key, entry in other["entries"].items():
            mine = self._entries.get(key)
            if mine == entry:
                continue
            if mine is None:
                new[key] = entry
                continue
            both += 1
            later = times.get(key, "") > self._times.get(key, "")
            past = self._earlier.setdefault(key, [])
            if (loser := mine if later else entry) not in past:
                past.append(loser)
            if later:
                new[key] = entry
        self._change(new, {key: times[key] for key in new if key in times})
        added = len(new.keys() - self._earlier.keys())
        words = f"{added} new {'entry' if added == 1 else 'entries'} came in."
        if both:
            words += (
                f" {both} stood in both with different answers: the later one stands, the earlier "
                "one is kept in the file."
            )
        return words

    def _change(self, changes: dict[str, dict | None], times: dict[str, str] | None = None) -> None:
        self._unsaved.update(changes)
        now = _now()
        with self._alone():
            earlier = self._earlier
            free = self._read()
            for key, entry in changes.items():
                self._times.pop(key, None)
                if entry is not None:
                    self._times[key] = (times or {}).get(key, now)
            for key, past in earlier.items():
                held = self._earlier.setdefault(key, [])
                held += [each for each in past if each not in held]
            if free:
                self._write()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other kernels waiting; where there are no locks, go on: a write is still whole."""
        if sys.platform == "emscripten":
            yield
            return
        import filelock  # a browser has none, and needs none

        name = hashlib.sha256(str(self.path.absolute()).encode("utf-8", "replace")).hexdigest()[:16]
        # Beside the record it would puzzle its owner; a folder for passing files serves as well.
        lock = filelock.FileLock(Path(tempfile.gettempdir()) / f"dialects-{name}.lock")
        try:
            lock.acquire(timeout=PATIENCE)
        except (filelock.Timeout, OSError, NotImplementedError):
            yield
            return
        try:
            yield
        finally:
            lock.release()

    def _read(self) -> bool:
        """Take up the file, then what it does not hold yet; False if it must not be replaced."""
        free = True
        try:
            held = _checked(self.path.read_text(encoding="utf-8"))
            self._entries = {key: dict(entry) for key, entry in held["entries"].items()}
            self._times = dict(held.get("times", {}))
            self._earlier = {key: list(past) for key, past in held.get("earlier", {}).items()}
        except FileNotFoundError:
            pass
        except UNREADABLE:
            free = self._set_aside()
        for key, entry in self._unsaved.items():
            if entry is None:
                self._entries.pop(key, None)
            else:
                self._entries[key] = entry
        return free

    def _set_aside(self) -> bool:
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}.unreadable-{number}.json")).exists():
            number += 1
        try:
            self.path.replace(aside)
            self.trouble = (
                f"Your record could not be read, so it was set aside as {aside.name}. Nothing in "
                "it was changed. A new record begins here; a copy that you saved as a file can be "
                "taken in under “My record”."
            )
        except OSError:
            self.trouble = (
                f"Your record {self.path.name} could not be read, nor set aside. It stays as it "
                "is; what you enter stays for this session."
            )
            return False
        return True

    def _written(self) -> str:
        held = {"format": FORMAT, "version": VERSION, "entries": self._entries}
        times = {key: self._times[key] for key in self._entries if key in self._times}
        held |= {"times": times, "earlier": {key: p for key, p in self._earlier.items() if p}}
        return json.dumps(held, ensure_ascii=False, indent=1)

    def _write(self) -> None:
        part = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self.path.parent, suffix=".part")
            # A text box that is full may cut a character in half: JSON has an escape for that.
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(self._written())
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(self.path)
        except OSError as problem:
            if part:
                with contextlib.suppress(OSError):
                    Path(part).unlink()
            blocked = sys.platform == "emscripten" and problem.errno == errno.EROFS
            self.trouble = UNKEPT if blocked else (
                f"Your record could not be saved ({problem.strerror}). What you enter stays while "
                "this lesson is open. The course needs a folder it may write to, with room in it: "
                "ask whoever set it up."
            )  # fmt: skip
        else:
            self._unsaved.clear()


@cache
def _at(path: Path) -> Record:
    return Record(path)


def my_record() -> Record:
    """Return the record of whoever sits here."""
    return _at(default_path())
