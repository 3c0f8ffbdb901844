"""The learner's own record: one plain JSON file that never leaves this machine.

Nothing is lost on a restart, a crash or in two tabs: every change reads the file again, adds itself
and replaces the file in one step, while a lock keeps others waiting. A file that cannot be read is
set aside, never overwritten. A file that was deleted is gone: nothing brings its entries back.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import json
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from toolkit.learning.edition import FILE, IN_BROWSER
from toolkit.learning.record_file import (
    DRAFT,
    FORMAT,
    LARGEST,
    VERSION,
    NewerRecordError,
    RecordError,
    entry_time,
    now,
    parsed,
    plain_value,
    sound,
)
from toolkit.learning.words import WORDS

PLACE = "DIALECTS_RECORD"
PATIENCE = 5  # seconds for another kernel to finish its write, which takes a few milliseconds
IMPATIENCE = 0.1  # once the lock was not to be had: it is held by somebody who does not let go
STALE = 60  # seconds after which a half-written file belongs to a kernel that was killed
IMPORTED = "about/import"  # in the copy that is kept before an import: what came in
TRIES = 3
Stamp = tuple[int, int, int] | str | None
T = TypeVar("T")


def default_path() -> Path:
    """Return where the record is kept: beside the course, or where ``DIALECTS_RECORD`` says."""
    if told := os.environ.get(PLACE):
        return Path(told)
    course = Path(__file__).resolve().parents[2]
    return (course if (course / "notebooks").is_dir() else Path.cwd()) / FILE


@dataclass(frozen=True)
class KeyChange:
    """What becomes of one key.

    Attributes
    ----------
    entry : dict or None
        The entry from now on; None if there is none.
    time : str
        When it was made; empty if nobody knows.
    earlier : list of dict or None
        The answers that gave way to it; None if those stay that are there.
    """

    entry: dict | None
    time: str = ""
    earlier: list[dict] | None = None


class Record:
    """Entries by key, kept in a file.

    Parameters
    ----------
    path : Path
        The file; it is made with the first entry. If it is a link, the file it leads to is written.

    Attributes
    ----------
    trouble : str
        Empty, or what went wrong with the file when it was last read or changed, in words for
        the learner. The entries of this session are kept in memory all the same.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self._asked = False
        self._entries: dict[str, dict] = {}
        self._times: dict[str, str] = {}
        self._earlier: dict[str, list[dict]] = {}
        self._unsaved: dict[str, KeyChange] = {}
        self._patience: float = PATIENCE
        self._seen: Stamp = "not read yet"
        self._swept = False
        self._refresh()

    def get(self, key: str) -> dict | None:
        """Return the entry under ``key``, or None."""
        self._refresh()
        entry = self._entries.get(key)
        return dict(entry) if entry is not None else None

    def news(self) -> str:
        """Return what went wrong with the file to the first who asks; empty for all others."""
        if not self.trouble or self._asked:
            return ""
        self._asked = True
        return self.trouble

    @property
    def saved(self) -> bool:
        """Whether everything that was put into the record is in its file."""
        return not self._unsaved

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that start with ``prefix``, in the order in which they came.

        Drafts are left out unless ``prefix`` asks for them.
        """
        self._refresh()
        return [
            key
            for key in self._entries
            if key.startswith(prefix) and (prefix.startswith(DRAFT) or not key.startswith(DRAFT))
        ]

    def answered(self) -> list[str]:
        """Return the keys of what was answered; what a trainer skipped was not."""
        return [key for key in self.keys() if self._entries[key].get("kind") != "skipped"]

    def time(self, key: str) -> str:
        """Return when the entry under ``key`` was made; empty if nobody knows."""
        return self._times.get(key, "")

    def of_kind(self, kind: str) -> list[tuple[str, dict]]:
        """Return key and entry of all of one kind that have its shape, in order; never drafts."""
        self._refresh()
        return [
            (key, dict(entry))
            for key, entry in self._entries.items()
            if entry.get("kind") == kind and not key.startswith(DRAFT) and sound(entry)
        ]

    def unsound(self) -> list[str]:
        """Return the keys of entries that do not have the shape of their kind."""
        return [key for key in self.keys() if not sound(self._entries[key])]

    def put(self, key: str, entry: dict[str, Any]) -> None:
        """Keep an entry; another with the same key is replaced, all others stay."""
        self._change({key: KeyChange(plain_value(entry), now())})

    def set_aside(self, key: str) -> None:
        """Keep the entry under ``key`` under a name of its own, and make room for another."""
        if (entry := self.get(key)) is None:
            return
        names = (f"{key} set aside {number}" for number in itertools.count(1))
        free = next(name for name in names if name not in self._entries)
        self._change({free: KeyChange(entry, self._times.get(key, "")), key: KeyChange(None)})

    def drop(self, key: str) -> None:
        """Forget the entry under ``key``, if there is one."""
        if self.get(key) is not None:
            self._change({key: KeyChange(None)})

    def text(self) -> str:
        """Return the whole record as the text of its file, to be carried elsewhere; no drafts."""
        self._refresh()
        return self._written(drafts=False)

    # --- another record comes in --------------------------------------------------------------

    def take(self, content: bytes | str) -> str:
        """Put another record into this one; of two entries under one key the later stands.

        What stood here before is kept beside the record, for `undo`.

        Parameters
        ----------
        content : bytes or str
            A record's file.

        Returns
        -------
        str
            What came of it, in words for the learner. A file that is no record changes nothing.
        """
        try:
            other = parsed(content)
        except NewerRecordError:
            return WORDS.say("take.newer")
        except RecordError as problem:
            return WORDS.say("take.refused", problem=problem, file=FILE)
        entries = {
            key: entry
            for key, entry in other["entries"].items()
            if key != IMPORTED and not key.startswith(DRAFT)
        }
        wrong = {key for key, entry in entries.items() if not sound(entry)}
        entries = {key: entry for key, entry in entries.items() if key not in wrong}
        times = other.get("times", {})
        self.trouble = ""
        with self._alone():
            free = self._read(alone=True)
            changes, added, both = self._merged(entries, times)
            size = len(self._written()) + sum(len(str(change)) for change in changes.values())
            if size > LARGEST / 2:
                return WORDS.say("take.large")
            if changes and free and not self._keep_former(changes):
                return WORDS.say("take.no_room")
            self._apply(changes, free)
        kinds = Counter(str(other["entries"][key].get("kind"))[:20] for key in sorted(wrong))
        return WORDS.say("take.done", added=added, both=both, wrong=len(wrong), kinds=kinds)

    def _merged(
        self, entries: dict[str, dict], times: dict[str, str]
    ) -> tuple[dict[str, KeyChange], int, int]:
        """Return what changes when other entries come in, how many are new, how many differ."""
        changes, added, both = {}, 0, 0
        for key, entry in entries.items():
            mine, theirs = self._entries.get(key), entry_time(times.get(key))
            time = times[key] if theirs else ""
            if mine == entry:
                continue
            if mine is None:
                added += 1
                changes[key] = KeyChange(entry, time)
                continue
            both += 1
            own = entry_time(self._times.get(key))
            later = theirs is not None and (own is None or theirs > own)
            loser, past = mine if later else entry, self._earlier.get(key, [])
            if later or loser not in past:
                stands, since = (entry, time) if later else (mine, self._times.get(key, ""))
                kept = past if loser in past else [*past, loser]
                changes[key] = KeyChange(stands, since, kept)
        return changes, added, both

    def _keep_former(self, changes: dict[str, KeyChange]) -> bool:
        """Keep the record as it is now beside the file; False if that is not possible."""
        came = {key: change.entry for key, change in changes.items()}
        former = {**self._entries, IMPORTED: {"kind": "import", "came": came}}
        try:
            with self._new_name("before-import") as place:
                _write_text(place, self._written(former))
        except OSError:
            return False
        return True

    def former(self) -> Path | None:
        """Return the copy that was kept before the last import, if there is one."""
        return max(self._beside("before-import-", ".json"), key=_number, default=None)

    def undo(self) -> str:
        """Take out again what came in with the last import; what changed since stays.

        Returns
        -------
        str
            What came of it, in words for the learner.
        """
        place = self.former()
        try:
            held = parsed(place.read_bytes()) if place else None
        except (OSError, RecordError):
            held = None
        if place is None or held is None:
            return WORDS.say("undo.nothing")
        came = held["entries"].pop(IMPORTED, {}).get("came")
        came = came if isinstance(came, dict) else {}
        times, earlier = held.get("times", {}), held.get("earlier", {})
        self.trouble = ""
        with self._alone():
            free = self._read(alone=True)
            back = {
                key: KeyChange(held["entries"].get(key), times.get(key, ""), earlier.get(key, []))
                for key, entry in came.items()
                if self._entries.get(key) == entry
            }
            self._apply(back, free)
        if self.saved:
            with contextlib.suppress(OSError):
                place.unlink()
        return WORDS.say("undo.done", back=len(back), since=len(came) - len(back))

    # --- an end, and a new beginning ----------------------------------------------------------

    def start_afresh(self, name: str = "") -> str:
        """Begin a new record; the old one is set aside, or deleted where no files last.

        Parameters
        ----------
        name : str, optional
            Part of the name of the file in which the old record is set aside.

        Returns
        -------
        str
            What came of it, in words for the learner. Drafts are deleted in any case.
        """
        self.trouble = ""
        with self._alone():
            free = self._read(alone=True)
            place, aside = self._place(), None
            try:
                if IN_BROWSER:
                    self._empty()
                    self._write()  # an empty record in its place empties the browser's store too
                    place.unlink(missing_ok=True)
                elif not free or not all(key.startswith(DRAFT) for key in self._entries):
                    word = re.sub(r"[^\w-]+", "-", name).strip("-")[:40]
                    with self._new_name("set-aside", word) as aside:
                        if free:
                            _write_text(aside, self._written(drafts=False))
                            place.unlink(missing_ok=True)
                        else:
                            place.replace(aside)
                else:
                    place.unlink(missing_ok=True)
                self._empty()
                for old in (*self._beside("before-import-", ".json"), *self._beside("", ".part")):
                    old.unlink(missing_ok=True)
            except OSError as problem:
                return WORDS.say("afresh.failed", why=problem.strerror)
            self._seen = _stamp(self._place())
        told = {"aside": aside.name if aside else "", "file": self.path.name}
        return WORDS.say("afresh.done", in_browser=IN_BROWSER, **told)

    # --- the file -----------------------------------------------------------------------------

    def _change(self, changes: dict[str, KeyChange]) -> None:
        self.trouble = ""
        with self._alone():
            self._apply(changes, self._read(alone=True))

    def _apply(self, changes: dict[str, KeyChange], free: bool) -> None:
        self._unsaved.update(changes)
        self._overlay()
        if free and self._unsaved:
            self._write()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other kernels waiting; where there are no locks, go on: a write is still whole."""
        if IN_BROWSER:
            yield
            return
        import filelock  # a browser has none, and needs none

        real = os.path.realpath(self.path)
        name = hashlib.sha256(real.encode("utf-8", "replace")).hexdigest()[:16]
        # Beside the record it would puzzle its owner; a folder for passing files serves as well.
        lock = filelock.FileLock(Path(tempfile.gettempdir()) / f"dialects-{name}.lock")
        try:
            lock.acquire(timeout=self._patience)
        except (filelock.Timeout, OSError, NotImplementedError):
            self._patience = IMPATIENCE
            yield
            return
        self._patience = PATIENCE
        try:
            yield
        finally:
            lock.release()

    def _place(self) -> Path:
        """Return the file itself: where the path leads if it is a link."""
        return Path(os.path.realpath(self.path)) if self.path.is_symlink() else self.path

    def _beside(self, start: str, end: str) -> list[Path]:
        """Return the files whose names are the record's and then start and end like this."""
        place = self._place()
        try:
            there = list(place.parent.iterdir())
        except OSError:
            return []
        start = f"{place.stem}.{start}"
        return [each for each in there if each.name.startswith(start) and each.name.endswith(end)]

    def _refresh(self) -> None:
        """Read the file again if it is not as it was last read."""
        if _stamp(self._place()) != self._seen:
            self._read()

    def _read(self, alone: bool = False) -> bool:
        """Take up the file, then what it does not hold yet; False if it must not be replaced."""
        place, free = self._place(), True
        self._seen = _stamp(place)
        try:
            held = parsed(_content(place))
            self._entries = {key: dict(entry) for key, entry in held["entries"].items()}
            self._times = {k: time for k, time in held.get("times", {}).items() if entry_time(time)}
            self._earlier = {key: list(past) for key, past in held.get("earlier", {}).items()}
        except FileNotFoundError:
            self._entries, self._times, self._earlier = {}, {}, {}
        except NewerRecordError:
            free = False
            self.trouble = WORDS.say("trouble.newer", file=self.path.name)
        except RecordError:
            if not alone:  # another kernel may be about to set it aside, or have done it
                with self._alone():
                    free = self._read(alone=True)
                    if free and self._unsaved:
                        self._write()
                return free
            free = self._move_away(place)
        except OSError as problem:
            free = False
            self.trouble = WORDS.say("trouble.closed", file=self.path.name, why=problem.strerror)
        self._overlay()
        return free

    def _overlay(self) -> None:
        for key, change in self._unsaved.items():
            self._times.pop(key, None)
            if change.entry is None:
                self._entries.pop(key, None)
            else:
                self._entries[key] = change.entry
                if change.time:
                    self._times[key] = change.time
            if change.earlier is not None:
                self._earlier[key] = change.earlier

    def _empty(self) -> None:
        self._entries, self._times, self._earlier, self._unsaved = {}, {}, {}, {}

    @contextlib.contextmanager
    def _new_name(self, why: str, name: str = "") -> Iterator[Path]:
        """Make an empty file beside the record; delete it if what follows does not work."""
        place = self._place()
        place.parent.mkdir(parents=True, exist_ok=True)
        start = "-".join(filter(None, (why, name)))
        for number in itertools.count(1):
            part = start if name and number == 1 else f"{start}-{number}"
            aside = place.with_name(f"{place.stem}.{part}.json")
            with contextlib.suppress(FileExistsError):
                aside.touch(exist_ok=False)  # never a name that something has already
                break
        try:
            yield aside
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise

    def _move_away(self, place: Path) -> bool:
        try:
            with self._new_name("unreadable") as aside:
                if place.is_dir():  # a folder takes the place of no file
                    aside.unlink()
                place.replace(aside)
        except OSError:
            self.trouble = WORDS.say("trouble.stuck", file=self.path.name)
            return False
        self.trouble = WORDS.say("trouble.unreadable", aside=aside.name)
        # What this session still knows of it goes into the new one.
        known = {
            key: KeyChange(entry, self._times.get(key, ""), self._earlier.get(key))
            for key, entry in self._entries.items()
        }
        self._unsaved = {**known, **self._unsaved}
        self._seen = None
        return True

    def _written(self, entries: dict[str, dict] | None = None, drafts: bool = True) -> str:
        chosen = {
            key: entry
            for key, entry in (self._entries if entries is None else entries).items()
            if drafts or not key.startswith(DRAFT)
        }
        held = {"format": FORMAT, "version": VERSION, "entries": chosen}
        times = {key: self._times[key] for key in chosen if key in self._times}
        held |= {"times": times, "earlier": {key: p for key, p in self._earlier.items() if p}}
        return json.dumps(held, ensure_ascii=False, indent=1)

    def _write(self) -> None:
        place, part = self._place(), None
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._sweep()
            for _ in range(TRIES):
                if _stamp(place) != self._seen and not self._read(alone=True):
                    return  # written meanwhile by somebody who did not wait for the lock
                text = self._written()
                if len(text) > LARGEST:
                    self.trouble = WORDS.say("trouble.large")
                    return
                part = _part(place, text)
                if _stamp(place) == self._seen:
                    break
                part.unlink()
            if part:
                _patiently(partial(part.replace, place))
        except OSError as problem:
            if part:
                with contextlib.suppress(OSError):
                    part.unlink()
            why = "blocked" if IN_BROWSER and problem.errno == errno.EROFS else "unsaved"
            self.trouble = WORDS.say(f"trouble.{why}", why=problem.strerror)
        else:
            self._unsaved.clear()
            self._seen = _stamp(place)

    def _sweep(self) -> None:
        """Delete, once, what kernels that were killed in the middle of a write left half done."""
        if self._swept:
            return
        self._swept = True
        for part in self._beside("", ".part"):
            with contextlib.suppress(OSError):
                if part.stat().st_mtime < time.time() - STALE:
                    part.unlink()


def _stamp(place: Path) -> Stamp:
    """Return what changes whenever the file is replaced; None if there is no file."""
    try:
        held = place.stat()
    except FileNotFoundError:
        return None
    except OSError as problem:
        return str(problem.strerror)
    return held.st_mtime_ns, held.st_size, held.st_ino


def _content(place: Path) -> bytes:
    if place.is_dir() or place.stat().st_size > LARGEST:
        raise RecordError
    return _patiently(place.read_bytes)


def _part(place: Path, text: str) -> Path:
    """Write a text to a new file beside the record."""
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f"{place.stem}.", suffix=".part")
    try:
        os.close(handle)
        _write_text(Path(name), text)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)


def _patiently(do: Callable[[], T]) -> T:
    """Do it again for a moment where Windows refuses what another program has open."""
    for pause in (0.02, 0.1, 0.3) if os.name == "nt" else ():
        try:
            return do()
        except PermissionError:
            time.sleep(pause)
    return do()


def _write_text(place: Path, text: str) -> None:
    """Write a file down to the disk."""
    # A text box that is full may cut a character in half: JSON has an escape for that.
    with place.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _number(path: Path) -> int:
    digits = re.search(r"(\d+)\.json$", path.name)
    return int(digits[1]) if digits else 0


@cache
def _at(path: Path) -> Record:
    return Record(path)


def my_record() -> Record:
    """Return the record of whoever sits here."""
    return _at(default_path())
