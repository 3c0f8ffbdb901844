"""When two amounts in lesson 06 are called the same."""

from __future__ import annotations

NEARLY = 0.05  # of the first


def nearly_same(one: float, two: float) -> bool:
    """Return whether two amounts are too close for a difference to be named."""
    return abs(two - one) < NEARLY * one
