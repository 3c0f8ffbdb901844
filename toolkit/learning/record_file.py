"""What a record's file may hold: its format, its limits, and the shape of each kind of entry.

A file comes from a disk, another computer or a stranger. It is checked whole before anything of it
is used: its size and nesting before it is parsed, then its numbers and names, then its shape.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from numbers import Integral, Real
from typing import Any

import jsonschema

from toolkit.learning.words import WORDS

FORMAT = "dialects-of-improvement/record"
VERSION = 2  # 1 had no times, and nothing earlier
LARGEST = 20_000_000  # characters; a record of the whole course has far less than one million
DEEPEST = 40  # lists and tables inside each other; a record has fewer than ten
EXACT = 2**53 - 1  # the largest whole number that every browser keeps exactly
DRAFT = "draft/"  # what is half written: kept on this computer, and in nothing that is handed on
SKEW = timedelta(days=1)  # by which the clock of another computer may be ahead

# A text or a bracket. What follows an opening quotation mark is text up to the closing one.
TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[{]|[\]}]', re.DOTALL)


class RecordError(ValueError):
    """A file that is not taken for a record; the message says why.

    Parameters
    ----------
    why : str
        What is wrong; ``refused`` in words.toml has a sentence for it.
    **found : object
        What the sentence may name.
    """

    def __init__(self, why: str = "other", **found: Any) -> None:
        super().__init__(WORDS.say("refused", why=why, **found))


class NewerRecordError(RecordError):
    """A record that a newer version of this course wrote."""


def now() -> str:
    """Return the present moment as a record writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def entry_time(text: object) -> datetime | None:
    """Return when an entry was made, or None if a record gives no time that can be true.

    Parameters
    ----------
    text : object
        What stands in the record. A time without a zone is universal time; one that lies in the
        future comes from a wrong clock and says nothing.
    """
    try:
        told = datetime.fromisoformat(str(text))
        told = told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return told if told <= datetime.now(UTC) + SKEW else None


def parsed(content: bytes | str) -> dict:
    """Return what a record's file holds.

    Parameters
    ----------
    content : bytes or str
        The file. An editor may have put a byte order mark in front of it.

    Returns
    -------
    dict
        A record that keeps to the schema.

    Raises
    ------
    NewerRecordError
        If a newer version of the course wrote it.
    RecordError
        If it is anything else; the message says what was found.
    """
    held = safe_json(content)
    version = held.get("version") if isinstance(held, dict) else None
    if isinstance(version, int) and held.get("format") == FORMAT and version > VERSION:
        raise NewerRecordError
    try:
        _validator().validate(held)
    except jsonschema.ValidationError as problem:
        raise RecordError from problem
    return held


def safe_json(content: bytes | str) -> Any:
    """Return what a JSON file of a stranger holds, within the limits of a record.

    Parameters
    ----------
    content : bytes or str
        The file. An editor may have put a byte order mark in front of it.

    Returns
    -------
    object
        What it holds: no infinite number, no name twice, nothing nested beyond reason.

    Raises
    ------
    RecordError
        If it is anything else; the message says what was found.
    """
    if len(content) > LARGEST:
        raise RecordError("large", size=len(content) / 1e6, most=LARGEST / 1e6)
    text = _decoded(content) if isinstance(content, bytes) else content.removeprefix("\ufeff")
    if _depth(text) > DEEPEST:
        raise RecordError("deep", most=DEEPEST)
    try:
        return json.loads(
            text, parse_int=_exact, parse_float=_finite, parse_constant=_finite,
            object_pairs_hook=_unique,
        )  # fmt: skip
    except json.JSONDecodeError as problem:
        raise RecordError from problem


def _decoded(content: bytes) -> str:
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    try:
        return content.decode("utf-16" if content.startswith(marks) else "utf-8-sig")
    except ValueError as problem:
        raise RecordError from problem


def _depth(text: str) -> int:
    """Return how many lists and tables stand inside each other at most."""
    deepest = level = 0
    for token in TOKENS.finditer(text):
        sign = text[token.start()]
        if sign in "[{":
            level += 1
            deepest = max(deepest, level)
        elif sign in "]}":
            level -= 1
    return deepest


def _exact(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > EXACT:
        raise RecordError("long", number=digits[:20])
    return int(digits)


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise RecordError("endless", number=digits[:20])
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict:
    held = dict(pairs)
    if len(held) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RecordError("twice", name=twice[:40])
    return held


@cache
def schema() -> dict:
    """Return the schema of a record."""
    text = files("toolkit.learning").joinpath("record.schema.json").read_text(encoding="utf-8")
    return json.loads(text)


@cache
def _validator(kind: str = "") -> jsonschema.Draft7Validator:
    """Return what checks a record, or an entry of one kind."""
    return jsonschema.Draft7Validator(schema()["definitions"][kind] if kind else schema())


def sound(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry has the shape of its kind; an unknown kind may have any."""
    kind = entry.get("kind")
    if kind is None:
        return True
    if not isinstance(kind, str):
        return False
    return kind not in schema()["definitions"] or _validator(kind).is_valid(entry)


def plain_value(value: Any) -> Any:
    """Return a value as a record can hold it.

    Numbers of numpy become plain ones; what no browser could read again (infinity, a whole number
    beyond 2⁵³) becomes None.

    Parameters
    ----------
    value : object
        What a form or a lab wants to keep.
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Integral):
        return int(value) if abs(int(value)) <= EXACT else None
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(each) for each in value]
    raise TypeError(f"A record cannot hold a {type(value).__name__}.")
