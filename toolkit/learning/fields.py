"""The kinds of control that a question or a lab may have, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from toolkit.learning.words import WORDS
from toolkit.text.numbers import counted


@dataclass(frozen=True)
class Field:
    """One control of a form; its kinds are the subclasses."""

    name: str
    label: str
    value: Any = None
    note: str = ""
    kind: ClassVar[str] = ""

    def spec(self) -> dict:
        """Return what the browser needs to draw the control; lists keep their order as pairs."""
        made = {"kind": self.kind, **{each.name: getattr(self, each.name) for each in fields(self)}}
        for name in ("options", "rows"):
            if isinstance(listed := made.get(name), Mapping):
                made[name] = [[str(key), text] for key, text in listed.items()]
        return made

    def said(self, value: Any) -> str:
        """Return a value of the control as a reader would say it."""
        return str(value)


@dataclass(frozen=True)
class _Scale(Field):
    min: float = 0
    max: float = 10
    step: float = 1
    unit: str = ""

    def said(self, value: Any) -> str:
        """Return the number with its unit."""
        return counted(f"{value:g}", self.unit)


@dataclass(frozen=True)
class Slider(_Scale):
    """A number between two ends; ``value=None`` means that nothing has been chosen yet."""

    kind: ClassVar[str] = "slider"


@dataclass(frozen=True)
class _Options(Field):
    options: Mapping[str, str] = field(default_factory=dict)

    def said(self, value: Any) -> str:
        """Return the words of the options that are chosen."""
        keys = value if isinstance(value, list) else [value]
        return ", ".join(self.options[key] for key in keys)


@dataclass(frozen=True)
class Choice(_Options):
    """One of a few answers, all in sight (radio buttons); each may have a picture, an SVG path."""

    pictures: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "choice"


@dataclass(frozen=True)
class Select(_Options):
    """One of many answers, in a list that opens."""

    kind: ClassVar[str] = "select"


@dataclass(frozen=True)
class Ticks(_Options):
    """Any number of answers (tick boxes); the value is a list of keys."""

    kind: ClassVar[str] = "ticks"


@dataclass(frozen=True)
class Text(Field):
    """A few sentences in the learner's own words."""

    rows: int = 3
    longest: int = 2000
    kind: ClassVar[str] = "text"


@dataclass(frozen=True)
class Number(Field):
    """A number that is typed; the value is the text as it stands, so that nothing typed is lost."""

    unit: str = ""
    kind: ClassVar[str] = "number"


@dataclass(frozen=True)
class Order(_Options):
    """A list to be put in order, with buttons that move each line; the value is a list of keys."""

    kind: ClassVar[str] = "order"


@dataclass(frozen=True)
class Match(_Options):
    """One of the same few answers for each row; the value is row to answer, for those chosen."""

    rows: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "match"


@dataclass(frozen=True)
class Curve(_Scale):
    """A line drawn through a few points, each with a slider of its own; the value is a list."""

    at: Sequence[str] = ()
    kind: ClassVar[str] = "curve"


@dataclass(frozen=True)
class FileField(Field):
    """A file of the learner's own; it comes by `Form.on_upload` and stands in no value."""

    accept: str = ""
    most: int = 20_000_000  # bytes; more would hold up the page
    # What to do with a file that has more.
    advice: str = field(default_factory=lambda: WORDS.say("file.advice"))
    multiple: bool = False  # each file of several is handed over by itself
    kind: ClassVar[str] = "upload"


@dataclass(frozen=True)
class Button(Field):
    """Something to press; it has no value. A trainer's button shows in the trainer's view alone."""

    quiet: bool = False
    trainer: bool = False
    kind: ClassVar[str] = "button"
