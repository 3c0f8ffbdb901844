"""Lesson 99: what its labs find. An example: how long people walk to a cupboard."""

from __future__ import annotations

from toolkit.screen.facts import Facts, Refused, lab

# Illustrative: metres a minute; minutes.
PACE = {"nurse": 70, "porter": 80}
SHIFT = 480


def how_long() -> float:
    """Return the minutes of a shift that somebody walks as things are."""
    return round(walk().minutes)


@lab(predict={"walk": how_long}, reveal_at={"metres": 40})
def walk(metres: int = 20, visits: int = 60, goer: str = "nurse") -> Facts:
    """Move the cupboard, and see how long people walk."""
    if not visits:
        raise Refused("nobody")
    minutes = visits * metres / PACE[goer]
    return Facts(chart={"walk": minutes, "care": SHIFT - minutes}, minutes=minutes, shift=SHIFT)
