"""Exercises for those who write code: a function, tried on a few cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from toolkit.learning.items.base import NOT_ATTEMPTED, NOT_YET, Feedback, Item, Mistake
from toolkit.widgets.form import Field


@dataclass(frozen=True, kw_only=True)
class Function(Item):
    """For those who write code: a function that is tried on a few cases.

    Attributes
    ----------
    cases : sequence of tuple
        What it is called with.
    answer : callable
        What gives the right results.
    mistakes : tuple of Mistake
        Their answers are functions too.
    """

    cases: Sequence[tuple]
    answer: Callable[..., float]
    tolerance: float = 1e-6
    mistakes: tuple[Mistake, ...] = ()
    kind: ClassVar[str] = "function"

    def fields(self) -> tuple[Field, ...]:  # noqa: D102
        return ()

    def mark(self, value: Mapping[str, Any]) -> Feedback:  # noqa: D102
        written = value.get("answer")
        if written is None:
            return Feedback(NOT_ATTEMPTED, "Not attempted: write the function first.")
        results = []
        for case in self.cases:
            called = f"with {', '.join(f'{each!r}' for each in case)}"
            try:
                result = written(*case)
            except Exception as problem:  # whatever a learner's code does is told, not raised
                name = type(problem).__name__
                said = f"Called {called} it stops: {name}: {problem}."
                return Feedback(NOT_YET, f"Not yet. {said}")
            if result is None or result is ...:
                return Feedback(
                    NOT_ATTEMPTED, f"Not attempted: called {called} it returns nothing."
                )
            try:
                results.append(float(result))
            except (TypeError, ValueError):
                kind = type(result).__name__
                said = f"Called {called} it returns {kind}; it should return one number."
                return Feedback(NOT_YET, f"Not yet. {said}")
        if self._agree(results, self.answer):
            return self._right(f"Tried on {len(self.cases)} cases.")
        for mistake in self.mistakes:
            if self._agree(results, mistake.answer):
                return Feedback(NOT_YET, f"Not yet. {mistake.because}")
        for case, result in zip(self.cases, results, strict=True):
            if not self._near(result, self.answer(*case)):
                called = ", ".join(f"{each!r}" for each in case)
                came = f"Called with {called} it gives {result:.6g}; "
                return Feedback(NOT_YET, f"Not yet. {came}{self.answer(*case):.6g} would be right.")
        raise AssertionError("one case differs")

    def _near(self, one: float, other: float) -> bool:
        return abs(one - other) <= self.tolerance

    def _agree(self, results: list[float], function: Callable[..., float]) -> bool:
        pairs = zip(results, self.cases, strict=True)
        return all(self._near(result, function(*case)) for result, case in pairs)

    def right(self) -> dict[str, Any]:  # noqa: D102
        return {"answer": self.answer}

    def wrong(self) -> dict[str, dict[str, Any]]:  # noqa: D102
        return {each.name: {"answer": each.answer} for each in self.mistakes}
