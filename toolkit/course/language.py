"""The language of the course: chosen in the header of a lesson, and kept in the record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from toolkit.learning.record import Record, my_record
from toolkit.learning.words import lesson_folders
from toolkit.text.words import ENGLISH, LANGUAGES, draft, lines, read, speak
from toolkit.text.words import language as spoken

KEY = "course/language"
SAID = {"columns", "label", "names", "options", "title", "unit"}  # a single word there is a word


def speak_as_chosen(record: Record) -> None:
    """Speak the language that stands in the record; English if there is none."""
    entry = record.get(KEY) or {}
    speak(entry["code"] if entry.get("code") in LANGUAGES else ENGLISH)


def choose(code: str) -> None:
    """Keep the language that a learner chooses.

    Parameters
    ----------
    code : str
        A key of `toolkit.text.words.LANGUAGES`.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    speak(code)
    my_record().put(KEY, {"kind": "language", "code": code})


def translated(number: str, code: str) -> tuple[int, int]:
    """Count the lines of a lesson that a draft has, and all lines.

    Parameters
    ----------
    number : str
        Number of the lesson, such as ``"00"``.
    code : str
        A key of `toolkit.text.words.LANGUAGES`.

    Returns
    -------
    tuple of int
        Lines in that language, and lines in all. What is not translated is shown in English.
    """
    found = [counted(folder, name, code) for folder, name in _files(number)]
    return sum(done for done, _ in found), sum(of for _, of in found)


def counted(folder: Traversable, name: str, code: str) -> tuple[int, int]:
    """Count the lines of one file of words that a draft has, and all lines."""
    done = {key for key, _text in lines(draft(folder, name, code))}
    every = [key for key, text in lines(read(folder, name)) if _is_said(key, text)]
    return sum(key in done for key in every), len(every)


def _is_said(key: str, text: str) -> bool:
    """Tell words from the name of a thing, such as a colour: one word, in no table of words."""
    return " " in text.strip() or not SAID.isdisjoint(key.split("."))


def _files(number: str) -> Iterator[tuple[Traversable, str]]:
    folder = lesson_folders()[number]
    for name in ("questions.toml", "words.toml", "exercises.toml"):
        if (folder / name).is_file():
            yield folder, name


def state(number: str) -> str:
    """Return what the header shows, as JSON: languages, the one spoken, and lines translated."""
    done, of = translated(number, spoken()) if number in lesson_folders() else (0, 0)
    return json.dumps({"languages": LANGUAGES, "spoken": spoken(), "done": done, "of": of})
