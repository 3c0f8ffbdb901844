"""How often somebody was right, by how sure they said they were."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.record import Record
from toolkit.learning.words import WORDS


@dataclass(frozen=True)
class Band:
    """All settled predictions of one confidence.

    Attributes
    ----------
    sure : float
        The confidence as a probability.
    said : str
        The confidence in words.
    asked, came : int
        How many predictions there are, and how many of them came true.
    """

    sure: float
    said: str
    asked: int
    came: int


def settled(record: Record) -> dict[str, dict]:
    """Return the predictions whose outcome is known, by key.

    One that was locked after the result had been shown is left out.

    Parameters
    ----------
    record : Record
        The learner's record.
    """
    return {
        key: entry
        for key, entry in record.of_kind("prediction")
        if isinstance(entry.get("came"), bool) and not entry.get("after")
    }


def bands(record: Record) -> list[Band]:
    """Return one band for each confidence, from guessing to very sure, the empty ones too."""
    entries = list(settled(record).values())
    return [
        Band(
            float(key),
            said,
            sum(entry["sure"] == key for entry in entries),
            sum(entry["sure"] == key and entry["came"] for entry in entries),
        )
        for key, said in CONFIDENCE.items()
    ]


def sentence(record: Record) -> str:
    """Say in words how confidence and outcome go together so far."""
    held = [band for band in bands(record) if band.asked]
    expected = sum(band.sure * band.asked for band in held)
    return WORDS.say("calibration", bands=held, expected=expected)
