"""Lesson 06, prudent: share hours, find enough, tell chance from difference, work with people."""

from toolkit.lessons.l06_prudent.labs.dose import enough
from toolkit.lessons.l06_prudent.labs.funnels import districts, hearts
from toolkit.lessons.l06_prudent.labs.ranks import league
from toolkit.lessons.l06_prudent.labs.reports import reported, tonsils
from toolkit.lessons.l06_prudent.labs.sharing import hours
from toolkit.lessons.l06_prudent.labs.support import together

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
