"""Exercises answered in figures or in words: a number with its unit, two sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from toolkit.learning.fields import Field, Number, Text, Ticks
from toolkit.learning.items.base import Feedback, Item, Mistake, not_attempted, not_yet
from toolkit.learning.words import WORDS
from toolkit.text.reading import typed

ENOUGH = 20  # characters: less than that is a word, not an explanation


@dataclass(frozen=True, kw_only=True)
class NumberAnswer(Item):
    """A number with its unit, right to within a tolerance."""

    answer: float
    tolerance: float
    unit: str = ""
    mistakes: tuple[Mistake, ...] = ()
    kind: ClassVar[str] = "number"

    def fields(self) -> tuple[Field, ...]:  # noqa: D102
        return (Number("answer", self.question, unit=self.unit),)

    def mark(self, value: Mapping[str, Any]) -> Feedback:  # noqa: D102
        text = str(value.get("answer") or "")
        if not text.strip():
            return not_attempted("number")
        try:
            number, note = typed(text, self.unit)
        except ValueError as problem:
            # What was not understood is no wrong answer, so it is not recorded as one.
            return not_attempted("unread", problem=problem)
        if abs(number - self.answer) <= self.tolerance:
            return self._right()
        for mistake in self.mistakes:
            if abs(number - mistake.answer) <= self.tolerance:
                return not_yet(f"{mistake.because} {note}")
        facts = {"given": f"{number:,.10g}", "unit": self.unit, "more": number > self.answer}
        return not_yet(WORDS.say("item.number", **facts, note=note))

    def right(self) -> dict[str, Any]:  # noqa: D102
        return {"answer": f"{self.answer:.10g}"}


@dataclass(frozen=True, kw_only=True)
class Rubric(Item):
    """Two sentences, marked by oneself or a colleague against what a good answer holds."""

    criteria: dict[str, str]
    missing: dict[str, str]
    kind: ClassVar[str] = "rubric"
    later: ClassVar[tuple[str, ...]] = ("ticks",)

    def fields(self) -> tuple[Field, ...]:  # noqa: D102
        return (
            Text("answer", self.question, rows=3),
            Ticks("ticks", WORDS.say("item.rubric.label"), (), options=self.criteria),
        )

    def mark(self, value: Mapping[str, Any]) -> Feedback:  # noqa: D102
        if len((value.get("answer") or "").strip()) < ENOUGH:
            return not_attempted("sentence")
        ticked = value.get("ticks") or ()
        if not ticked:
            return not_yet(WORDS.say("item.rubric.none"))
        lacks = [key for key in self.criteria if key not in ticked]
        if not lacks:
            return self._right(WORDS.say("item.rubric.all"))
        ticked, most = len(self.criteria) - len(lacks), len(self.criteria)
        missing = self.missing[lacks[0]]
        return not_yet(WORDS.say("item.rubric.some", ticked=ticked, most=most, missing=missing))

    def right(self) -> dict[str, Any]:  # noqa: D102
        return {"answer": self.solution[:2000], "ticks": list(self.criteria)}
