"""Exercise sets: read from TOML, with every figure in them worked out by code."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from toolkit.learning.items import KINDS, Item, Mistake
from toolkit.learning.words import lesson_folders
from toolkit.text.words import read_words

ItemFacts = Mapping[str, Any]


class Items(UserDict[str, Any]):
    """Exercises by name, in order; each is made, and its figures worked out, when it is wanted.

    Parameters
    ----------
    tables : dict
        Name to TOML table.
    worked : callable
        Takes the name in ``figures``; returns the figures by name.
    """

    def __init__(self, tables: dict[str, dict], worked: Callable[[str], ItemFacts]) -> None:
        super().__init__(tables)
        self._worked = worked

    def __getitem__(self, name: str) -> Item:
        """Return an exercise."""
        if isinstance(self.data[name], dict):
            self.data[name] = _item(dict(self.data[name]), self._worked)
        return self.data[name]


@dataclass(frozen=True)
class ExerciseSet:
    """The exercises of one lesson, by name, in order."""

    number: str
    title: str
    items: Items


def parse_exercises(
    held: Mapping[str, Any], number: str, worked: Callable[[str], ItemFacts]
) -> ExerciseSet:
    """Return the exercises that a file of exercises holds.

    Parameters
    ----------
    held : mapping
        What stands in the TOML: a title and ``[[item]]`` tables. Where an item names ``figures``,
        its words may hold ``{name}`` and its answers the name of a figure.
    number : str
        Number of the lesson.
    worked : callable
        Takes the name in ``figures``; returns the figures by name.

    Returns
    -------
    ExerciseSet
        All exercises.
    """
    tables = {table["name"]: table for table in held["item"]}
    return ExerciseSet(number, held["title"], Items(tables, worked))


def _item(table: dict[str, Any], worked: Callable[[str], ItemFacts]) -> Item:
    kind, source = KINDS[table.pop("kind")], table.pop("figures", "")
    facts = worked(source) if source else {}
    known = {"mistakes": table.pop("mistake", ()), "defensible": table.pop("defensible", ())}
    # Only words are filled in; an answer is the name of a figure, or stands as it is.
    names = ("answer", "cases", "tolerance")
    held = {
        key: _figure(value, facts) if key in names else _filled(value, facts)
        for key, value in table.items()
    }
    held |= {
        name: tuple(
            Mistake(each["name"], _figure(each["answer"], facts), _filled(each["because"], facts))
            for each in found
        )
        for name, found in known.items()
        if found
    }
    for name in ("hints", "answer"):
        if isinstance(held.get(name), list):
            held[name] = tuple(held[name])
    return kind(**held)


def _figure(value: Any, facts: ItemFacts) -> Any:
    return facts[value] if isinstance(value, str) and value in facts else value


def _filled(value: Any, facts: ItemFacts) -> Any:
    if isinstance(value, str):
        return value.format_map(facts) if facts else value
    if isinstance(value, list):
        return [_filled(each, facts) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, facts) for key, each in value.items()}
    return value


@cache
def with_exercises() -> tuple[str, ...]:
    """Return the numbers of the lessons that have exercises."""
    return tuple(
        number
        for number, folder in lesson_folders().items()
        if (folder / "exercises.toml").is_file()
    )


def words_of_set(number: str) -> dict[str, Any]:
    """Return what stands in the file of a lesson's exercises, in the language that is spoken.

    Parameters
    ----------
    number : str
        Such as ``"03"``.

    Returns
    -------
    dict
        A title, and a list of items.

    Raises
    ------
    ValueError
        If that lesson has none; the message lists those that have.
    """
    if number not in with_exercises():
        raise ValueError(
            f"There are no exercises for lesson '{number}'; "
            f"there are for {', '.join(with_exercises())}."
        )
    return read_words(lesson_folders()[number], "exercises.toml")
