"""The page that opens first, in both editions, and what the header of a lesson says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from toolkit.landing.drawing import HIGH, PLAIN, WIDE, drawing, places
from toolkit.landing.lessons import WORDS, spoken, stops
from toolkit.learning.record import Record
from toolkit.text.words import ENGLISH, LANGUAGES, language, page_language, read_words, speak

Link = Callable[[str], str]
ABOVE = 58  # units of the drawing from a lesson up to the name of its place
HIGHER = {
    "ways": 53,
    "elsewhere": 76,
    "cases": 50,
}  # the same where a bridge or a lesson is in the way
BEFORE, BOARD = "exercises/before-you-start.ipynb", "notebooks/the-board.ipynb"


def _file(name: str) -> str:
    return files("toolkit.landing").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    made = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    return made.from_string(_file("page.html"))


@cache
def icons() -> dict[str, str]:
    """Return the picture of each lesson, by its number, as the ``d`` of an SVG path."""
    return read_words(files("toolkit.screen"), "icons.toml")


def _json(value: Any) -> Markup:
    """Return JSON that can stand inside a page: nothing in it ends the element it stands in."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))


def _title(opening: str) -> str:
    found = re.search(r"^# (.+)$", opening, re.MULTILINE)
    return found[1] if found else ""


def _doors(opened: Mapping[str, str], link: Link) -> list[dict[str, str]]:
    named = {
        "record": "notebooks/my-record.ipynb",
        "before": BEFORE,
        "after": "exercises/after-the-course.ipynb",
    }
    found = [(name, link(path)) for name, path in named.items() if path in opened]
    return [
        {"title": WORDS.say(f"doors.{name}"), "about": WORDS.say(f"doors.{name}_about"), "href": to}
        for name, to in found
    ]


def map_page(
    opened: Mapping[str, str],
    link: Link,
    *,
    record: Record | None = None,
    lab: str = "",
    read: Link | None = None,
    trainers: str = "",
    more: str = "",
    policy: str = "",
) -> str:
    """Return the page that opens first.

    Parameters
    ----------
    opened : mapping of str to str
        Path of each notebook to its first cell.
    link : callable
        Path of a notebook to the address that opens it.
    record : Record, optional
        Whose marks the page shows; without one, its script looks in the browser's own store.
    lab : str
        Address of the full JupyterLab, where there is one.
    read : callable, optional
        Path of a notebook to the address of a page to read.
    trainers, more : str
        HTML: what trainers are told, and what stands at the foot of the page.
    policy : str
        The content security policy that the page itself carries.

    Returns
    -------
    str
        HTML that needs nothing but itself.
    """
    along = stops(opened)
    at = places(along)
    parts = []
    for name, part in WORDS["part"].items():
        here = [stop for stop in along if stop.part == name]
        if here:
            across, top = at[here[0].number][0], at[here[0].number][1] - HIGHER.get(name, ABOVE)
            spot = {"x": across / WIDE * 100, "y": top / HIGH * 100}
            parts.append({"name": name, "title": part["title"], "stops": here, **spot})
    exercises = [path for path in opened if re.match(r"exercises/\d", path)]
    folds: list[dict[str, Any]] = [
        {
            "title": WORDS.say("doors.exercises"),
            "html": "",
            "links": [(link(path), _title(opened[path])) for path in exercises],
        }
    ]
    if read:
        links = [(read(stop.path), f"{stop.number} {stop.name}") for stop in along]
        folds.append({"title": WORDS.say("doors.read"), "html": "", "links": links})
    board = [(link(BOARD), WORDS.say("doors.board"))] if BOARD in opened else []
    if trainers or board:
        folds.append(
            {"title": WORDS.say("doors.trainers"), "html": Markup(trainers), "links": board}
        )
    if lab:
        links = [(lab, WORDS.say("doors.lab"))]
        folds.append({"title": WORDS.say("doors.lab_about"), "html": "", "links": links})
    held = None if record is None else {key: record.time(key) for key in record.answered()}
    return _template().render(
        language=page_language(),
        policy=policy,
        say=WORDS.say,
        style=Markup(_file("page.css")),
        marks=Markup(_file("marks.js")),
        words=_json(WORDS["state"]),
        record=None if held is None else _json(held),
        stops=along,
        parts=parts,
        at=at,
        drawing=Markup(drawing(along)),
        wide=WIDE,
        high=HIGH,
        icons=icons(),
        plain=PLAIN,
        link=link,
        doors=_doors(opened, link),
        before=link(BEFORE) if BEFORE in opened else "",
        folds=folds,
        more=Markup(more),
    )


def told(opened: Mapping[str, str], home: str, guides: Mapping[str, str]) -> str:
    """Return what stands above each lesson, at its end and in its trainer's view, as JSON.

    It has the words of each language.

    Parameters
    ----------
    opened : mapping of str to str
        Path of each notebook to its first cell.
    home : str
        Address of the page that opens first, from the base of JupyterLab.
    guides : mapping of str to str
        Number of each lesson that has a page for trainers, to its address from there.
    """
    before = language()
    try:
        said = {}
        for code in LANGUAGES:
            speak(code)
            held = {"header": WORDS["header"], "end": WORDS["end"], "room": WORDS["room"]}
            said[code] = held | {"lessons": [spoken(stop) for stop in stops(opened)]}
    finally:
        speak(before)
    held = {"home": home, "guides": dict(guides), "first": ENGLISH, "languages": LANGUAGES}
    return json.dumps(held | {"words": said, "icons": icons()}, ensure_ascii=False)
