"""Lesson 06, prudent: share hours, find enough, tell chance from difference, work with people."""

from toolkit.labs.prudent.dose import enough
from toolkit.labs.prudent.funnels import districts, hearts
from toolkit.labs.prudent.ranks import league
from toolkit.labs.prudent.reports import reported, tonsils
from toolkit.labs.prudent.sharing import hours
from toolkit.labs.prudent.support import together

__all__ = [
    "districts",
    "enough",
    "hearts",
    "hours",
    "league",
    "reported",
    "together",
    "tonsils",
]
