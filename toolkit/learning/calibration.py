"""How often somebody was right, by how sure they said they were."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.record import Record


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
    if not held:
        return (
            "No prediction has met its outcome yet. Lock one in a lesson; what came is put beside "
            "it there."
        )
    told = "; ".join(
        f"{band.said} ({band.sure:.0%}): {band.came} of {band.asked} came true" for band in held
    )
    said = sum(band.sure * band.asked for band in held)
    came = sum(band.came for band in held)
    return (
        f"{told[0].upper()}{told[1:]}. If your confidence fits, about {said:.0f} of the "
        f"{sum(band.asked for band in held)} should have come true; {came} did. With so few, "
        "chance plays a large part."
    )
