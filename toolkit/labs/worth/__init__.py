"""Lesson 04, value: minutes that cost money, ratio and net benefit, weights, the cost-only trap."""

from toolkit.labs.worth.capacity import clinic
from toolkit.labs.worth.cheaper import trap
from toolkit.labs.worth.published import claim, hospitals, minutes
from toolkit.labs.worth.threshold import buy
from toolkit.labs.worth.tiers import weigh

__all__ = ["buy", "claim", "clinic", "hospitals", "minutes", "trap", "weigh"]
