"""The learner's own record: one plain JSON file that never leaves this machine.

Nothing is lost on a restart, a crash or in two tabs: every change reads the file again, adds itself
and replaces the file in one step. A file that cannot be read is set aside, never overwritten.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

FORMAT = "dialects-of-improvement/record"
VERSION = 1
PLACE = "DIALECTS_RECORD"
UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def default_path() -> Path:
    """Return where the record is kept: beside the course, or where ``DIALECTS_RECORD`` says."""
    if told := os.environ.get(PLACE):
        return Path(told)
    course = Path(__file__).resolve().parents[2]
    return (course if (course / "notebooks").is_dir() else Path.cwd()) / "my-record.json"


class Record:
    """Entries by key, kept in a file.

    Parameters
    ----------
    path : Path
        The file; it is made with the first entry.

    Attributes
    ----------
    trouble : str
        Empty, or what went wrong with the file, in words for the learner. The entries of this
        session are kept in memory all the same.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self._entries: dict[str, dict] = {}
        self._unsaved: dict[str, dict | None] = {}  # not in the file yet; None: to be dropped
        self._read()

    def get(self, key: str) -> dict | None:
        """Return the entry under ``key``, or None."""
        entry = self._entries.get(key)
        return dict(entry) if entry is not None else None

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that start with ``prefix``, in the order in which they came."""
        return [key for key in self._entries if key.startswith(prefix)]

    def put(self, key: str, entry: dict[str, Any]) -> None:
        """Keep an entry; another with the same key is replaced, all others stay."""
        self._change(key, dict(entry))

    def drop(self, key: str) -> None:
        """Forget the entry under ``key``, if there is one."""
        self._read()
        if key in self._entries:
            self._change(key, None)

    def _change(self, key: str, entry: dict | None) -> None:
        self._unsaved[key] = entry
        if self._read():
            self._write()

    def _read(self) -> bool:
        """Take up the file, then what it does not hold yet; False if it must not be replaced."""
        free = True
        try:
            held = json.loads(self.path.read_text(encoding="utf-8"))
            if held["format"] != FORMAT or held["version"] > VERSION:
                raise ValueError("it was written by something else, or by a newer course")
            self._entries = {key: dict(entry) for key, entry in held["entries"].items()}
        except FileNotFoundError:
            pass
        except UNREADABLE as problem:
            free = self._set_aside(problem)
        for key, entry in self._unsaved.items():
            if entry is None:
                self._entries.pop(key, None)
            else:
                self._entries[key] = entry
        return free

    def _set_aside(self, problem: Exception) -> bool:
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}.unreadable-{number}.json")).exists():
            number += 1
        try:
            self.path.replace(aside)
            self.trouble = (
                f"Your record could not be read ({type(problem).__name__}), so it was set aside as "
                f"{aside.name} and a new one was begun. Nothing in it was changed."
            )
        except OSError:
            self.trouble = (
                f"Your record {self.path.name} could not be read, nor set aside. It stays as it "
                "is; what you enter stays for this session."
            )
            return False
        return True

    def _write(self) -> None:
        held = {"format": FORMAT, "version": VERSION, "entries": self._entries}
        part = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self.path.parent, suffix=".part")
            # A text box that is full may cut a character in half: JSON has an escape for that.
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                json.dump(held, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(self.path)
        except OSError as problem:
            if part:
                with contextlib.suppress(OSError):
                    Path(part).unlink()
            self.trouble = (
                f"Your record could not be saved ({problem.strerror}). What you enter stays for "
                "this session; make room or choose a folder you may write to, then go on."
            )
        else:
            self._unsaved.clear()
            if "set aside as" not in self.trouble:
                self.trouble = ""


@cache
def _at(path: Path) -> Record:
    return Record(path)


def my_record() -> Record:
    """Return the record of whoever sits here."""
    return _at(default_path())
