"""Exercise sets: read from TOML, with every figure in them worked out by code."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from toolkit.learning.items import KINDS, Item, Mistake

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class ExerciseSet:
    """The exercises of one lesson, by name, in order."""

    number: str
    title: str
    items: dict[str, Item]


def parse(text: str, number: str, worked: Callable[[str], Facts]) -> ExerciseSet:
    """Return the exercises that a TOML text holds.

    Parameters
    ----------
    text : str
        A title and ``[[item]]`` tables. Where an item names ``figures``, its words may hold
        ``{name}`` and its answers the name of a figure.
    number : str
        Number of the lesson, for the words of an error.
    worked : callable
        Takes the name in ``figures``; returns the figures by name.

    Returns
    -------
    ExerciseSet
        All exercises.

    Raises
    ------
    ValueError
        If an item has an unknown or missing part, or an answer that does not fit; the message names
        the item and says what is wrong.
    """
    raw = tomllib.loads(text)
    items: dict[str, Item] = {}
    for table in raw.get("item", ()):
        name = table.get("name", "?")
        try:
            item = _item(dict(table), worked)
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise ValueError(f"Exercise '{name}' of lesson {number}: {problem}.") from problem
        if found := item.problems():
            raise ValueError(f"Exercise '{name}' of lesson {number}: {'; '.join(found)}.")
        if name in items:
            raise ValueError(f"Exercise '{name}' of lesson {number} stands there twice.")
        items[name] = item
    if not items or not raw.get("title"):
        raise ValueError(f"The exercises of lesson {number} need a title and at least one item.")
    return ExerciseSet(number, raw["title"], items)


def _item(table: dict[str, Any], worked: Callable[[str], Facts]) -> Item:
    kind = table.pop("kind")
    if kind not in KINDS:
        raise ValueError(f"its kind is one of {', '.join(KINDS)}, not '{kind}'")
    source = table.pop("figures", "")
    facts = worked(source) if source else {}
    mistakes = table.pop("mistake", ())
    # Only words are filled in; an answer is the name of a figure, or stands as it is.
    names = ("answer", "cases", "tolerance")
    held = {
        key: _figure(value, facts) if key in names else _filled(value, facts)
        for key, value in table.items()
    }
    if "mistakes" in {each.name for each in fields(KINDS[kind])}:
        held["mistakes"] = tuple(
            Mistake(each["name"], _figure(each["answer"], facts), _filled(each["because"], facts))
            for each in mistakes
        )
    elif mistakes:
        raise ValueError(f"an item of kind '{kind}' has a reason for each answer, and no mistakes")
    for name in ("hints", "answer"):
        if isinstance(held.get(name), list):
            held[name] = tuple(held[name])
    return KINDS[kind](**held)


def _figure(value: Any, facts: Facts) -> Any:
    return facts[value] if isinstance(value, str) and value in facts else value


def _filled(value: Any, facts: Facts) -> Any:
    if isinstance(value, str):
        return value.format_map(facts) if facts else value
    if isinstance(value, list):
        return [_filled(each, facts) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, facts) for key, each in value.items()}
    return value


@cache
def numbers() -> tuple[str, ...]:
    """Return the numbers of the lessons that have exercises."""
    folder = files("toolkit.learning") / "exercises"
    there = (item.name for item in folder.iterdir() if item.name.endswith(".toml"))
    return tuple(sorted(name[:-5] for name in there if name[:2].isdigit()))


def words_of_set(number: str) -> str:
    """Return the TOML text of a lesson's exercises.

    Raises
    ------
    ValueError
        If that lesson has none; the message lists those that have.
    """
    if number not in numbers():
        raise ValueError(
            f"There are no exercises for lesson '{number}'; there are for {', '.join(numbers())}."
        )
    path = files("toolkit.learning") / "exercises" / f"{number}.toml"
    return path.read_text(encoding="utf-8")
