"""Lesson 99: the figures of its exercises. All are illustrative."""

from __future__ import annotations

from typing import Any

from toolkit.lessons.l99_slug import labs

METRES, VISITS = 30, 70


def walk() -> dict[str, Any]:
    """Return how long somebody walks, and other ways to reckon it."""
    minutes = labs.walk(METRES, VISITS).minutes
    return {
        "metres": METRES,
        "visits": VISITS,
        "pace": labs.PACE["nurse"],
        "all": METRES * VISITS,
        "minutes": minutes,
        "twice": 2 * minutes,
    }
