"""Exercises answered by choosing: one answer, an order, a match, a sorting into kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from toolkit.learning.fields import Choice, Field, Match, Order
from toolkit.learning.items.base import Feedback, Item, Mistake, not_attempted, not_yet
from toolkit.learning.words import WORDS


@dataclass(frozen=True, kw_only=True)
class SingleAnswer(Item):
    """One of a few answers, each with its reason."""

    options: dict[str, str]
    answer: str
    because: dict[str, str]
    kind: ClassVar[str] = "single"

    def fields(self) -> tuple[Field, ...]:  # noqa: D102
        return (Choice("answer", self.question, options=self.options),)

    def mark(self, value: Mapping[str, Any]) -> Feedback:  # noqa: D102
        chosen = value.get("answer")
        if not isinstance(chosen, str) or chosen not in self.options:
            return not_attempted("choose")
        if chosen == self.answer:
            return self._right(self.because[chosen])
        return not_yet(self.because[chosen])

    def right(self) -> dict[str, Any]:  # noqa: D102
        return {"answer": self.answer}


@dataclass(frozen=True, kw_only=True)
class Ordering(Item):
    """Lines to be put in order; ``options`` come in the order in which they are first shown."""

    options: dict[str, str]
    answer: tuple[str, ...]
    mistakes: tuple[Mistake, ...] = ()
    kind: ClassVar[str] = "order"

    def fields(self) -> tuple[Field, ...]:  # noqa: D102
        return (Order("answer", self.question, options=self.options),)

    def mark(self, value: Mapping[str, Any]) -> Feedback:  # noqa: D102
        given = value.get("answer")
        if not isinstance(given, list | tuple) or not _same(given, self.options):
            return not_attempted("move")
        if tuple(given) == self.answer:
            return self._right()
        for mistake in self.mistakes:
            if list(given) == list(mistake.answer):
                return not_yet(mistake.because)
        good = next(n for n, key in enumerate(self.answer) if given[n] != key)
        return not_yet(WORDS.say("item.order", good=good, place=good + 1))

    def right(self) -> dict[str, Any]:  # noqa: D102
        return {"answer": list(self.answer)}


def _same(keys: Sequence[Any], options: Mapping[str, str]) -> bool:
    """Return whether each option is named once."""
    return all(isinstance(key, str) for key in keys) and sorted(keys) == sorted(options)


def _bare(text: str) -> str:
    """Return a line without the quotation marks around it, if it has a pair of them."""
    return text[1:-1] if text[0] == "“" and text[-1] == "”" else text


@dataclass(frozen=True, kw_only=True)
class Matching(Item):
    """One of the same few answers for each row.

    Attributes
    ----------
    defensible : tuple of Mistake
        Answers that are not ours and that an expert could defend; they count as right.
    """

    rows: dict[str, str]
    options: dict[str, str]
    answer: dict[str, str]
    mistakes: tuple[Mistake, ...] = ()
    defensible: tuple[Mistake, ...] = ()
    kind: ClassVar[str] = "match"

    def fields(self) -> tuple[Field, ...]:  # noqa: D102
        return (Match("answer", self.question, rows=self.rows, options=self.options),)

    def mark(self, value: Mapping[str, Any]) -> Feedback:  # noqa: D102
        given = value.get("answer")
        given = given if isinstance(given, Mapping) else {}
        if open_rows := [text for row, text in self.rows.items() if row not in given]:
            count, most = len(open_rows), len(self.rows)
            return not_attempted("rows", count=count, most=most, first=_bare(open_rows[0]))
        other = [row for row in self.rows if given[row] != self.answer[row]]
        defended = {
            row: each.because
            for each in self.defensible
            for row, option in each.answer.items()
            if row in other and given[row] == option
        }
        wrong = [row for row in other if row not in defended]
        if not wrong:
            return self._right(" ".join(dict.fromkeys(defended.values())))
        known = (
            each.because
            for each in self.mistakes
            if all(given[row] == option for row, option in each.answer.items())
        )
        facts = {
            "because": next(known, ""),
            "first": _bare(self.rows[wrong[0]]),
            "right": len(self.rows) - len(wrong),
            "most": len(self.rows),
        }
        return not_yet(WORDS.say(f"item.{self.kind}", **facts))

    def right(self) -> dict[str, Any]:  # noqa: D102
        return {"answer": dict(self.answer)}


@dataclass(frozen=True, kw_only=True)
class Classify(Matching):
    """Things to be sorted into kinds."""

    kind: ClassVar[str] = "classify"
