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
        self._read()
        self._entries[key] = dict(entry)
        self._write()

    def drop(self, key: str) -> None:
        """Forget the entry under ``key``, if there is one."""
        self._read()
        if self._entries.pop(key, None) is not None:
            self._write()

    def _read(self) -> None:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as problem:
            self._set_aside(problem)
            return
        try:
            held = json.loads(text)
            if held["format"] != FORMAT or held["version"] > VERSION:
                raise ValueError("it was written by something else, or by a newer course")
            # What this session knows and the file does not was lost with a failed write.
            self._entries = {**self._entries, **{k: dict(v) for k, v in held["entries"].items()}}
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            self._set_aside(problem)

    def _set_aside(self, problem: Exception) -> None:
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
            self.trouble = f"Your record {self.path.name} could not be read, nor set aside."

    def _write(self) -> None:
        held = {"format": FORMAT, "version": VERSION, "entries": self._entries}
        part = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self.path.parent, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
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
            if self.trouble.startswith("Your record could not be saved"):
                self.trouble = ""


@cache
def _at(path: Path) -> Record:
    return Record(path)


def my_record() -> Record:
    """Return the record of whoever sits here."""
    return _at(default_path())
