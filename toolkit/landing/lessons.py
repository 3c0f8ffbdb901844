"""The lessons in order, as the map and the header of a lesson show them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.learning.words import lesson_folders, words_of
from toolkit.text.words import Words

WORDS = Words("toolkit.landing")
TRAINERS = re.compile(r"^## For trainers[^\n]*\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
DURATION = re.compile(r"(\d+) minutes|(\d+) hours|\b(an hour)\b|\b(half an hour)\b")


@dataclass(frozen=True)
class Stop:
    """A lesson on the map.

    Attributes
    ----------
    number : str
        Such as ``"03"``.
    path : str
        The notebook, from the course's folder.
    name : str
        The title up to its colon.
    question : str
        The one question that the lesson asks.
    minutes : str
        How long it takes; empty if its opening does not say.
    part : str
        The place on the map, a key of ``part`` in words.toml.
    keys : tuple of str
        What the record holds once the lesson is done.
    """

    number: str
    path: str
    name: str
    question: str
    minutes: str
    part: str
    keys: tuple[str, ...]


def counts(number: str) -> tuple[str, ...]:
    """Return the keys that the record holds once a lesson is done.

    Parameters
    ----------
    number : str
        Number of the lesson.

    Returns
    -------
    tuple of str
        One for each prediction, and one for each question at the end.
    """
    words = words_of(number)
    asked = {"predict": [*words.predict], "check": [*words.check]}
    return tuple(f"{number}/{kind}/{name}" for kind, names in asked.items() for name in names)


def progress(number: str, held: Iterable[str]) -> tuple[int, int]:
    """Count what a record holds of a lesson.

    Parameters
    ----------
    number : str
        Number of the lesson.
    held : iterable of str
        The keys of the record.

    Returns
    -------
    answered : int
        How many predictions and questions are answered.
    asked : int
        How many there are.
    """
    keys = counts(number)
    return len(set(keys) & set(held)), len(keys)


def lesson_minutes(opening: str) -> str:
    """Return how long the whole of a lesson takes, by its opening: the longest time it names."""
    line = re.search(r"\*\*What you need\*\*:.*|It takes .*", opening)
    named = [
        int(count or 0) + 60 * int(hours or 0) + 60 * bool(hour) + 30 * bool(half)
        for count, hours, hour, half in DURATION.findall(line[0] if line else opening)
    ]
    return str(max(named)) if named else ""


def openings(course: Path) -> dict[str, str]:
    """Return the first cell of each notebook of the course, by the path from its folder."""
    found = [*course.glob("notebooks/*.ipynb"), *course.glob("exercises/*.ipynb")]
    return {
        path.relative_to(course).as_posix(): opening(path.read_bytes()) for path in sorted(found)
    }


def opening(notebook: bytes) -> str:
    """Return the first cell of a notebook."""
    return "".join(json.loads(notebook)["cells"][0]["source"])


def for_trainers() -> str:
    """Return what the README says to trainers, as Markdown; empty where there is no README."""
    readme = Path(__file__).resolve().parents[2] / "README.md"
    found = TRAINERS.search(readme.read_text(encoding="utf-8")) if readme.is_file() else None
    return found[1] if found else ""


def part_of(number: str) -> str:
    """Return the place on the map where a lesson lies: the last that begins before it."""
    return [name for name, part in WORDS["part"].items() if part["first"] <= number][-1]


def stops(opened: Mapping[str, str]) -> list[Stop]:
    """Return the lessons that are there, in order.

    Parameters
    ----------
    opened : mapping of str to str
        Path of each notebook to its first cell.

    Returns
    -------
    list of Stop
        One for each lesson that has a folder and a notebook.
    """
    paths = {
        found[1]: path for path in opened if (found := re.match(r"notebooks/(\d\d)-[^/]*$", path))
    }
    along = []
    for number in lesson_folders():
        if number not in paths:
            continue
        name, _, rest = words_of(number).title.partition(": ")
        asks = WORDS["question"].get(number, rest)
        path = paths[number]
        along.append(
            Stop(
                number,
                path,
                name,
                asks,
                lesson_minutes(opened[path]),
                part_of(number),
                counts(number),
            )
        )
    return along


def spoken(stop: Stop) -> dict[str, Any]:
    """Return what the header of a lesson and the card at its end say of a lesson."""
    return {
        "number": stop.number,
        "path": stop.path,
        "name": stop.name,
        "question": stop.question,
        "takes": WORDS.say("page.minutes", minutes=stop.minutes) if stop.minutes else "",
    }
