"""What every exercise is: three outcomes, recognised misconceptions, hints and a solution."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from toolkit.learning.fields import Field
from toolkit.learning.words import WORDS

NOT_ATTEMPTED, NOT_YET, RIGHT = "not attempted", "not yet", "right"
LEVELS = ("aware", "apply", "evaluate")


@dataclass(frozen=True)
class Feedback:
    """An outcome, and what to say."""

    outcome: str
    words: str


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that is recognised, and what it tells about the thought behind it."""

    name: str
    answer: Any
    because: str


@dataclass(frozen=True, kw_only=True)
class Item(ABC):
    """One exercise.

    Attributes
    ----------
    level : str
        ``"aware"``, ``"apply"`` or ``"evaluate"``.
    hints : tuple of str
        From a nudge to nearly the answer.
    solution : str
        The answer, and why.
    checked : str
        What was looked at when an answer is right.
    later : tuple of str
        Controls that would tell the answer: they come when something was answered.
    """

    name: str
    level: str
    question: str
    hints: tuple[str, ...]
    solution: str
    checked: str
    kind: ClassVar[str] = ""
    later: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """Return the controls; the first is named ``answer``."""

    @abstractmethod
    def mark(self, value: Mapping[str, Any]) -> Feedback:
        """Return the outcome of what stands in the controls, and what to say."""

    @abstractmethod
    def right(self) -> dict[str, Any]:
        """Return what stands in the controls when the answer is right."""

    def _right(self, because: str = "") -> Feedback:
        return right(because, self.checked)


def not_attempted(why: str, **found: Any) -> Feedback:
    """Say what is still to be done; ``[item.open]`` in words.toml has the sentences."""
    return Feedback(NOT_ATTEMPTED, WORDS.say(f"item.open.{why}", **found))


def right(because: str, checked: str = "") -> Feedback:
    """Say that an answer is right, why, and what was looked at."""
    return Feedback(RIGHT, WORDS.say("item.right", because=because, checked=checked))


def not_yet(because: str) -> Feedback:
    """Say that an answer is not right yet, and why."""
    return Feedback(NOT_YET, WORDS.say("item.not_yet", because=because))
