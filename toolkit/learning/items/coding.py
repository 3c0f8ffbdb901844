"""Exercises for those who write code: a function, tried on a few cases."""

from __future__ import annotations

import builtins
import contextlib
import copy
import io
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from types import FrameType
from typing import Any, ClassVar

import numpy as np

from toolkit.learning.fields import Field
from toolkit.learning.items.base import Feedback, Item, Mistake, not_attempted, not_yet
from toolkit.learning.words import WORDS

STEPS = 500_000  # lines that a function may run in one call; an honest one takes a few dozen
NUMBERS = (int, float, Fraction, Decimal)  # exactly: a class of one's own may equal anything
LONGEST = 200  # characters of what a function prints or complains of


class TooLongError(BaseException):
    """A function that runs on and on; no ``except Exception`` of the learner's stops it."""


class StopsError(Exception):
    """A function that gives no number; ``[item.function]`` in words.toml says why."""

    def __init__(self, why: str, case: tuple, **found: Any) -> None:
        super().__init__(WORDS.say(f"item.function.{why}", case=_shown(case), **found))


@dataclass(frozen=True, kw_only=True)
class Function(Item):
    """For those who write code: a function that is tried on a few cases.

    Attributes
    ----------
    cases : sequence of tuple
        What it is called with. Each call gets a copy of its own.
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
            return not_attempted("function")
        if not callable(written):
            return not_yet(WORDS.say("item.function.brackets"))
        expected = self._expected
        try:
            results = self._tried(written)
        except StopsError as problem:
            return not_yet(str(problem))
        if results is None:
            return not_attempted("nothing")
        if self._agree(results, expected[self.name]):
            return self._right(WORDS.say("item.function.tried", cases=len(self.cases)))
        for mistake in self.mistakes:
            if self._agree(results, expected[mistake.name]):
                return not_yet(mistake.because)
        for case, result, right in zip(self.cases, results, expected[self.name], strict=True):
            if not self._near(result, right):
                came = {"given": f"{result:.6g}", "right": f"{right:.6g}"}
                return not_yet(WORDS.say("item.function.wrong", case=_shown(case), **came))
        raise AssertionError("one case differs")

    @cached_property
    def _expected(self) -> dict[str, list[float]]:
        """What the right answer and each mistake give, by name, for each case."""
        named = {self.name: self.answer, **{each.name: each.answer for each in self.mistakes}}
        return {
            name: [float(function(*copy.deepcopy(case))) for case in self.cases]
            for name, function in named.items()
        }

    def _tried(self, written: Callable[..., Any]) -> list[float] | None:
        """Return what the function gives for each case; None if it is not written yet."""
        found: list[float] = []
        for case in self.cases:
            result, printed = _called(written, case)
            if result is None and not printed and not found:
                return None
            found.append(_number(result, printed, case))
        # Once more, and in another order: what it kept from the calls before must not matter.
        for case, before in reversed(list(zip(self.cases, found, strict=True))):
            again = _number(*_called(written, case), case)
            if not (self._near(again, before) or again == before):
                raise StopsError("changing", case, before=f"{before:.6g}", again=f"{again:.6g}")
        return found

    def _near(self, one: float, other: float) -> bool:
        return abs(one - other) <= self.tolerance

    def _agree(self, results: list[float], expected: list[float]) -> bool:
        return all(map(self._near, results, expected))

    def right(self) -> dict[str, Any]:  # noqa: D102
        return {"answer": self.answer}


def _shown(case: tuple) -> str:
    return ", ".join(f"{each!r}" for each in case)


def _called(written: Callable[..., Any], case: tuple) -> tuple[Any, str]:
    """Return what a function gives for one case, and what it prints meanwhile."""
    printed = io.StringIO()
    mine = copy.deepcopy(case)
    try:
        with contextlib.redirect_stdout(printed), _limited(STEPS):
            result = written(*mine)
            if result is ...:
                result = None
    except TooLongError:
        raise StopsError("endless", case) from None
    except KeyboardInterrupt:
        raise
    except BaseException as problem:  # whatever a learner's code does is told, not raised
        raise StopsError("stops", case, **_told(problem, written)) from None
    return result, printed.getvalue()[:LONGEST].strip()


def _told(problem: BaseException, written: Callable[..., Any]) -> dict[str, str]:
    try:
        words = str(problem)[:LONGEST]
    except Exception:  # an exception of the learner's own may not even be able to say what it is
        words = ""
    code = getattr(written, "__code__", None)
    used = set(code.co_names) if code else set()
    hidden = sorted(used & set(dir(builtins)) & set(getattr(written, "__globals__", ())))
    return {"kind": type(problem).__name__, "words": words, "hidden": next(iter(hidden), "")}


def _number(result: Any, printed: str, case: tuple) -> float:
    """Return a result as a number that nothing of the learner's can colour, or say what it is."""
    if isinstance(result, np.number) and type(result).__module__ == "numpy":
        result = result.item()
    if result is None and printed:
        raise StopsError("prints", case, printed=printed)
    if type(result) not in NUMBERS:
        with contextlib.suppress(Exception):
            result.close()  # a coroutine that nobody waits for
        kind = "" if result is None else type(result).__name__
        raise StopsError("other", case, kind=kind)
    try:
        number = float(result)
    except (OverflowError, ValueError):
        number = math.inf
    if not math.isfinite(number):
        raise StopsError("infinite", case, number=str(number))
    return number


@contextlib.contextmanager
def _limited(steps: int) -> Iterator[None]:
    """Stop Python code that runs more lines than this; a browser has no threads to do it with."""
    left = steps

    def count(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLongError
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)
