"""The language of the course: chosen in the header of a lesson, and kept in the record."""

from __future__ import annotations

import json
from importlib.resources.abc import Traversable

from toolkit.landing.lessons import progress
from toolkit.learning.language import KEY
from toolkit.learning.record import my_record
from toolkit.learning.words import lesson_folders
from toolkit.text.words import LANGUAGES, draft, read_words, speak, walk_texts
from toolkit.text.words import language as spoken

SAID = {"columns", "label", "names", "options", "title", "unit"}  # a single word there is a word


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
    folder = lesson_folders()[number]
    names = ("questions.toml", "words.toml", "exercises.toml")
    found = [translated_lines(folder, name, code) for name in names if (folder / name).is_file()]
    return sum(done for done, _ in found), sum(of for _, of in found)


def translated_lines(folder: Traversable, name: str, code: str) -> tuple[int, int]:
    """Count the lines of one file of words that a draft has, and all lines."""
    done = {key for key, _text in walk_texts(draft(folder, name, code))}
    every = [key for key, text in walk_texts(read_words(folder, name)) if _is_said(key, text)]
    return sum(key in done for key in every), len(every)


def _is_said(key: str, text: str) -> bool:
    """Tell words from the name of a thing, such as a colour: one word, in no table of words."""
    return " " in text.strip() or not SAID.isdisjoint(key.split("."))


def state(number: str) -> str:
    """Return what the header shows, as JSON.

    Parameters
    ----------
    number : str
        Two digits of the lesson; any other text for a page that is no lesson.

    Returns
    -------
    str
        Languages and the one spoken, lines translated and lines in all, questions of the lesson
        that are answered and that are asked.
    """
    there = number in lesson_folders()
    done, of = translated(number, spoken()) if there else (0, 0)
    answered, asked = progress(number, my_record().answered()) if there else (0, 0)
    held = {"languages": LANGUAGES, "spoken": spoken(), "done": done, "of": of}
    return json.dumps(held | {"answered": answered, "asked": asked})
