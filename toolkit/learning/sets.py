"""Exercise sets: read from TOML, with every figure in them worked out by code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from toolkit.learning.items import KINDS, Item, Mistake
from toolkit.learning.words import lesson_folders
from toolkit.text.words import read_words

ItemFacts = Mapping[str, Any]


class Items(Mapping[str, Item]):
    """Exercises by name, in order; each is made, and its figures worked out, when it is wanted.

    Parameters
    ----------
    tables : dict
        Name to TOML table.
    number : str
        Number of the lesson, for the words of an error.
    worked : callable
        Takes the name in ``figures``; returns the figures by name.
    """

    def __init__(
        self, tables: dict[str, dict], number: str, worked: Callable[[str], ItemFacts]
    ) -> None:
        self._tables = tables
        self._number = number
        self._worked = worked
        self._made: dict[str, Item] = {}

    def __getitem__(self, name: str) -> Item:
        """Return an exercise, or raise `ValueError` with what does not fit in its words."""
        if name not in self._made:
            try:
                self._made[name] = _item(dict(self._tables[name]), self._worked)
            except (KeyError, TypeError, ValueError, AttributeError) as problem:
                said = f"Exercise '{name}' of lesson {self._number}: {problem}."
                raise ValueError(said) from problem
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        """Say whether there is such an exercise, without making it."""
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._tables)

    def __len__(self) -> int:
        """Count the exercises."""
        return len(self._tables)


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
        Number of the lesson, for the words of an error.
    worked : callable
        Takes the name in ``figures``; returns the figures by name.

    Returns
    -------
    ExerciseSet
        All exercises. One that has an unknown or missing part, or an answer that does not fit,
        raises `ValueError` when it is taken.

    Raises
    ------
    ValueError
        If there is no title or no exercise, or two of one name.
    """
    tables = {table.get("name", "?"): table for table in held.get("item", ())}
    if not tables or not held.get("title"):
        raise ValueError(f"The exercises of lesson {number} need a title and at least one item.")
    if len(tables) < len(held["item"]):
        raise ValueError(f"In the exercises of lesson {number} a name stands twice.")
    return ExerciseSet(number, held["title"], Items(tables, number, worked))


def _item(table: dict[str, Any], worked: Callable[[str], ItemFacts]) -> Item:
    kind = table.pop("kind")
    if kind not in KINDS:
        raise ValueError(f"its kind is one of {', '.join(KINDS)}, not '{kind}'")
    source = table.pop("figures", "")
    facts = worked(source) if source else {}
    mistakes, also = table.pop("mistake", ()), table.pop("defensible", ())
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
    elif mistakes or also:
        raise ValueError(f"an item of kind '{kind}' has a reason for each answer, and no mistakes")
    if also:
        held["defensible"] = tuple(
            Mistake(each["name"], each["answer"], _filled(each["because"], facts)) for each in also
        )
    for name in ("hints", "answer"):
        if isinstance(held.get(name), list):
            held[name] = tuple(held[name])
    return KINDS[kind](**held)


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
